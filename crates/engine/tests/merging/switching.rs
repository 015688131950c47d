//! A development database goes from one branch to the other and back.

use stratigraph_engine::PrepareError;

use super::{
    cases::{Case, ROWS, fork},
    law::Rows,
    travel::{Go, Manner, Places, Stop, picture},
    world::with_servers_at_once,
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

/// What either branch takes away stays in the vault while the database is on that branch.
async fn what_goes_comes_back(places: &Places) {
    let fork = fork(&Case {
        a: &[r#"DropColumn(table: "docs", column: "title")"#],
        b: &[
            r#"AddColumn(table: "docs", column: (name: "pages", type: BigInt))"#,
            r#"ChangeType(table: "docs", column: "slug", to: Varchar(20))"#,
        ],
        ..BRANCHES
    });
    let (a, b) = (fork.head_a(), fork.head_b());
    let site = places.fresh(&fork.world).await;
    site.travel(&fork.known, Go::Up, &[fork.base], Manner::default()).await.unwrap();
    let Rows::Sql(rows) = ROWS else { panic!("no rows") };
    site.by_hand(rows).await;
    let before = picture(&site, &fork.known).await;
    assert_eq!(before.rows["docs"].len(), 4);
    for to in [a, b, a, fork.b[0], fork.base] {
        let made = site.travel(&fork.known, Go::Switch, &[to], Manner::default()).await;
        made.unwrap_or_else(|stop| panic!("{}", stop.said()));
    }
    picture(&site, &fork.known).await.must_be(&before, "back at the base");
    places.clear().await;
}

async fn there_and_back(places: &Places) {
    let fork = fork(&BRANCHES);
    let (a, b) = (fork.head_a(), fork.head_b());
    let site = places.fresh(&fork.world).await;
    site.travel(&fork.known, Go::Up, &[fork.base], Manner::default()).await.unwrap();
    let Rows::Sql(rows) = ROWS else { panic!("no rows") };
    site.by_hand(rows).await;
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
    what_goes_comes_back(&Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging_switch", |url| async move {
        let places = Places::new(Some(url));
        there_and_back(&places).await;
        what_goes_comes_back(&places).await;
    })
    .await;
}
