//! A development database goes from one branch to the other and back.

use stratigraph_engine::{Known, PrepareError};

use super::forks::{Case, ROWS, fork};
use crate::world::{
    World,
    picture::picture,
    places::Places,
    travel::{Go, Manner, Stop},
    with_servers_at_once,
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

/// What either branch takes away stays in the vault while the database is on the other.
async fn what_goes_comes_back(places: &Places) {
    let world = World::new(None);
    let draft = |steps: &str| format!(r#"Draft(message: "m", accept: ["H101"], steps: [{steps}])"#);
    let columns = r#"(name: "id", type: BigInt, nullable: false), (name: "title", type: Text)"#;
    let table = format!(
        r#"CreateTable(name: "docs", columns: [{columns}], constraints: [(is: PrimaryKey(["id"]))])"#
    );
    let base = world.record(&draft(&table), "base");
    let a = world.record_on(&[base], &draft(r#"DropColumn(table: "docs", column: "title")"#), "a");
    let added = r#"AddColumn(table: "docs", column: (name: "pages", type: BigInt))"#;
    let b = world.record_on(&[base], &draft(added), "b");
    let known = Known::load(&world.ledger).unwrap();
    let site = places.fresh(&world).await;
    site.travel(&known, Go::Up, &[b], Manner::default()).await.unwrap();
    site.by_hand(&["INSERT INTO docs (id, title, pages) VALUES (1, 'Alpha', 10), (2, 'Beta', 20)"]).await;
    let before = picture(&site, &known).await;
    for to in [a, base, a, b] {
        let made = site.travel(&known, Go::Switch, &[to], Manner::default()).await;
        made.unwrap_or_else(|stop| panic!("{}", stop.said()));
    }
    picture(&site, &known).await.must_be(&before, "back on b");
    places.clear().await;
}

/// An entry that failed as a whole left nothing: the database can go to another branch.
async fn what_failed_can_be_left(places: &Places) {
    let world = World::new(None);
    let draft = |steps: &str| format!(r#"Draft(message: "m", steps: [{steps}])"#);
    let table = r#"CreateTable(name: "docs", columns: [(name: "id", type: BigInt, nullable: false), (name: "n", type: BigInt)],
        constraints: [(is: PrimaryKey(["id"]))])"#;
    let base = world.record(&draft(table), "base");
    let check = r#"AddCheck(table: "docs", name: "docs_n", check: "n > 0")"#;
    let a = world.record_on(&[base], &draft(check), "a");
    let b = world.record_on(&[base], &draft(r#"Comment(on: Table("docs"), text: "documents")"#), "b");
    let known = Known::load(&world.ledger).unwrap();
    let site = places.fresh(&world).await;
    site.travel(&known, Go::Up, &[base], Manner::default()).await.unwrap();
    site.by_hand(&["INSERT INTO docs (id, n) VALUES (1, -1)"]).await;
    let failed = site.travel(&known, Go::Up, &[a], Manner::default()).await;
    assert!(matches!(failed, Err(Stop::Failed(_))), "{failed:?}");
    let made = site.travel(&known, Go::Switch, &[b], Manner::default()).await;
    made.unwrap_or_else(|stop| panic!("{}", stop.said()));
    assert_eq!(picture(&site, &known).await.heads, [b]);
    places.clear().await;
}

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
    what_goes_comes_back(&Places::new(None)).await;
    what_failed_can_be_left(&Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging_switch", |url| async move {
        let places = Places::new(Some(url));
        there_and_back(&places).await;
        what_goes_comes_back(&places).await;
        what_failed_can_be_left(&places).await;
    })
    .await;
}
