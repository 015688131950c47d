//! A development database goes from one branch to the other and back.

use stratigraph_engine::PrepareError;

use super::{
    forks::{Case, ROWS, fork},
    world::{
        picture::picture,
        places::Places,
        travel::{Go, Manner, Stop},
        with_servers_at_once,
    },
};

const BRANCHES: Case = Case {
    name: "two branches that change the schema and lose nothing",
    a: &[
        r#"RenameColumn(table: "docs", column: "title", to: "headline")"#,
        r#"CreateIndex(table: "docs", index: (on: [Desc("id")]))"#,
        r#"DropNotNull(table: "docs", column: "status")"#,
    ],
    b: &[
        r#"AddCheck(table: "docs", name: "docs_positive", check: "id > 0")"#,
        r#"RenameTable(table: "docs", to: "documents")"#,
        r#"Comment(on: Table("documents"), text: "what is written")"#,
    ],
    words: &[],
    slugs: &[],
    same: false,
};

async fn there_and_back(places: &Places) {
    let fork = fork(&BRANCHES);
    let (a, b) = (fork.head_a(), fork.head_b());
    let site = places.fresh(&fork.world).await;
    site.travel(&fork.known, Go::Up, &[fork.base], Manner::default()).await.unwrap();
    site.by_hand(ROWS).await;
    let mut seen = Vec::new();
    for (n, to) in [a, b, a, fork.merge, b, fork.merge, a].into_iter().enumerate() {
        let made = site.travel(&fork.known, Go::Switch, &[to], Manner::default()).await;
        let made = made.unwrap_or_else(|stop| panic!("stop {n}: {}", stop.said()));
        assert!(!made.plan.is_empty());
        let there = picture(&site, &fork.known).await;
        assert_eq!(there.heads, [to]);
        if let Some((_, before)) = seen.iter().find(|(at, _)| *at == to) {
            there.must_be(before, &format!("stop {n}"));
        }
        seen.push((to, there));
    }
    site.by_hand(&["ALTER TABLE docs ADD COLUMN foreign_body INTEGER"]).await;
    match site.travel(&fork.known, Go::Switch, &[b], Manner::default()).await {
        Err(Stop::Unplanned(PrepareError::Drift(drift))) => {
            assert!(drift.iter().any(|d| d.object.contains("foreign_body")), "{drift:?}");
        }
        other => panic!("drift was not refused: {:?}", other.map_err(|stop| stop.said())),
    }
    let target = site.target().await;
    assert_eq!(target.journal.position.heads, [a]);
    target.conn.close().await;
    places.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    there_and_back(&Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging_switch", |url| async move {
        there_and_back(&Places::new(Some(url))).await;
    })
    .await;
}
