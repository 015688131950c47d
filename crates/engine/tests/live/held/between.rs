//! What an application wrote while a run stood between two of its statements, and what the database said it had, comes back too.

use std::sync::Arc;

use super::Stage;
use crate::world::{
    World,
    faults::{Fault, Kind, Mode},
    travel::{Go, Manner},
    with_servers,
};
use model::Value;
use stratigraph_engine::Known;

/// Writes to a column that is about to go, where it still can; what row 1 has by then.
async fn write(stage: &Stage, number: usize, had: usize) -> usize {
    let mut target = stage.world.target().await;
    let done = target.conn.run(&format!("UPDATE people SET size = {number} WHERE id = 1")).await;
    target.conn.close().await;
    if done.is_ok() { number } else { had }
}

async fn nothing_is_lost_between_copy_and_drop(url: Option<String>) {
    let stage = Stage::filled(url).await;
    let [people, columns, ..] = stage.entries;
    let seen = Arc::new(Fault::default());
    stage.travel_through(&[columns], false, Some(&seen)).await.unwrap();
    stage.go(&[people], true).await;
    let points = seen.points();
    let changes = points.iter().filter(|(_, kind)| matches!(kind, Kind::Ddl | Kind::Vault));
    let (mut has, mut written) = (2, 0);
    for (call, _) in changes {
        let fault = Arc::new(Fault::at(*call, Mode::NotDone));
        stage.travel_through(&[columns], false, Some(&fault)).await.unwrap_err();
        stage.world.forget_lease().await;
        let before = has;
        has = write(&stage, 100 + call, has).await;
        written += usize::from(has != before);
        stage.go(&[columns], false).await;
        stage.go(&[people], true).await;
        let found = stage.rows("SELECT size FROM people WHERE id = 1").await;
        assert_eq!(found, [format!("[Int({has})]")], "cut off at call {call}");
    }
    assert!(written > 0, "nobody could write");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_between_copy_and_drop_anywhere() {
    nothing_is_lost_between_copy_and_drop(None).await;
    with_servers("between", |url| nothing_is_lost_between_copy_and_drop(Some(url))).await;
}

/// A foreign key that somebody made by hand on the column under the name that it has meanwhile: the server won't drop the column.
const IN_THE_WAY: &str =
    "ALTER TABLE people ADD CONSTRAINT hand FOREIGN KEY (strat_going) REFERENCES numbers (x)";

async fn a_failure_for_good_gives_the_name_back(url: String) {
    let stage = Stage::filled(Some(url)).await;
    let [people, columns, ..] = stage.entries;
    if stage.world.target().await.dialect.envelope().transactional_ddl {
        return;
    }
    stage
        .by_hand(&["CREATE TABLE numbers (x INT PRIMARY KEY)", "INSERT INTO numbers VALUES (1), (2), (3)"])
        .await;
    let before = stage.people().await;
    for call in 0.. {
        let fault = Arc::new(Fault::at(call, Mode::NotDone));
        stage.travel_through(&[columns], false, Some(&fault)).await.expect_err("no column can be held");
        stage.world.forget_lease().await;
        let mut target = stage.world.target().await;
        let held = target.conn.run(IN_THE_WAY).await;
        target.conn.close().await;
        if held.is_ok() {
            break;
        }
    }
    let why = stage.travel(&[columns], false).await.unwrap_err();
    assert!(why.contains("foreign key") || why.contains("FOREIGN KEY"), "{why}");
    assert_eq!(stage.rows("SELECT size FROM people ORDER BY id").await, ["[Int(2)]", "[Int(3)]", "[Int(1)]"]);
    assert!(stage.rows("SHOW COLUMNS FROM people LIKE 'strat_going'").await.is_empty());
    stage
        .by_hand(&[
            "ALTER TABLE people DROP FOREIGN KEY hand",
            "ALTER TABLE people DROP INDEX hand",
            "DROP TABLE numbers",
        ])
        .await;
    stage.go(&[columns], false).await;
    stage.go(&[people], true).await;
    assert_eq!(stage.people().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_for_good_gives_a_column_its_name_back() {
    with_servers("name_back", a_failure_for_good_gives_the_name_back).await;
}

const FLAGS: &str = r#"Draft(message: "flags", steps: [CreateTable(name: "flags", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "flag", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const RETYPED: &str = r#"Draft(message: "retyped", accept: ["H101"], steps: [ChangeType(table: "flags", column: "flag", to: Bool)])"#;

/// Where a change of type fills a second column, what is written to the first meanwhile is in it too.
async fn nothing_is_lost_beside_a_second_column(url: Option<String>) {
    let world = World::new(url);
    let [flags, retyped] =
        [(FLAGS, "0001-flags"), (RETYPED, "0002-retyped")].map(|(text, stem)| world.record(text, stem));
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let go = async |go: Go, to, fault: Option<&Arc<Fault>>| {
        let done = world.travel(&known, go, &[to], Manner { fault, ..Manner::default() }).await;
        done.map(drop).map_err(|stop| stop.said())
    };
    go(Go::Up, flags, None).await.unwrap();
    world.by_hand(&["INSERT INTO flags VALUES (1, 'true')"]).await;
    let seen = Arc::new(Fault::default());
    go(Go::Up, retyped, Some(&seen)).await.unwrap();
    go(Go::Down, flags, None).await.unwrap();
    let points = seen.points();
    let changes = points.iter().filter(|(_, kind)| matches!(kind, Kind::Ddl | Kind::Vault | Kind::Batch));
    let mut written = 0;
    for (call, _) in changes {
        world.by_hand(&["UPDATE flags SET flag = 'true'"]).await;
        go(Go::Up, retyped, Some(&Arc::new(Fault::at(*call, Mode::NotDone)))).await.unwrap_err();
        world.forget_lease().await;
        let mut target = world.target().await;
        let done = target.conn.run("UPDATE flags SET flag = 'false'").await.is_ok();
        target.conn.close().await;
        written += usize::from(done);
        go(Go::Up, retyped, None).await.unwrap();
        let mut target = world.target().await;
        let set = target.conn.query("SELECT id FROM flags WHERE flag", &[]).await.unwrap();
        target.conn.close().await;
        assert_eq!(set.is_empty(), done, "cut off at call {call}");
        go(Go::Down, flags, None).await.unwrap();
    }
    assert!(written > 0, "nobody could write");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_beside_a_second_column_anywhere() {
    nothing_is_lost_beside_a_second_column(None).await;
    with_servers("second", |url| nothing_is_lost_beside_a_second_column(Some(url))).await;
}

const NUMBERS: &str = r#"Draft(message: "numbers", steps: [CreateTable(name: "numbers", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "x", type: Double),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

/// A change of type that the server makes of each value, and one that is computed.
const WHOLE: [(&str, &str); 2] = [
    (
        r#"Draft(message: "whole", accept: ["H101"], steps: [ChangeType(table: "numbers", column: "x", to: Integer)])"#,
        "retyped",
    ),
    (
        r#"Draft(message: "whole", accept: ["H101"], steps: [ChangeType(table: "numbers", column: "x", to: Integer, using: "x - 0.25")])"#,
        "computed",
    ),
];

async fn number(world: &World) -> f64 {
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT x FROM numbers", &[]).await.unwrap();
    target.conn.close().await;
    match rows[0][0] {
        Value::Int(n) => n as f64,
        Value::Double(x) => x,
        ref other => panic!("{other:?}"),
    }
}

/// Makes another number of it; what it is then.
async fn set(world: &World, to: &str) -> f64 {
    world.by_hand(&[&format!("UPDATE numbers SET x = {to}")]).await;
    number(world).await
}

/// Whatever happens to a run: what is written until the type has changed comes back as it was written, and what is written behind that
/// isn't taken for it.
async fn nothing_is_lost_between_copy_and_change_of_type(change: &str, url: Option<String>) {
    let world = World::new(url);
    let [numbers, whole] =
        [(NUMBERS, "0001-numbers"), (change, "0002-whole")].map(|(text, stem)| world.record(text, stem));
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let go = async |go: Go, to, fault: Option<&Arc<Fault>>| {
        let done = world.travel(&known, go, &[to], Manner { fault, ..Manner::default() }).await;
        done.map(drop).map_err(|stop| stop.said())
    };
    go(Go::Up, numbers, None).await.unwrap();
    world.by_hand(&["INSERT INTO numbers VALUES (1, 0.25)"]).await;
    let (mut had, mut times, seen) = (number(&world).await, 0, Arc::new(Fault::default()));
    go(Go::Up, whole, Some(&seen)).await.unwrap();
    go(Go::Down, numbers, None).await.unwrap();
    let points = seen.points();
    let modes = Mode::LOST.map(|mode| [(mode, false), (mode, true)]).concat();
    for ((call, _), (mode, written)) in points.iter().flat_map(|at| modes.iter().map(move |mode| (at, mode)))
    {
        // What goes wrong when all is done, nobody hears of.
        let cut_off = go(Go::Up, whole, Some(&Arc::new(Fault::at(*call, *mode)))).await;
        times += usize::from(cut_off.is_err());
        world.forget_lease().await;
        if *written {
            had = set(&world, &format!("{}.25", 1000 + call)).await;
        }
        go(Go::Up, whole, None).await.unwrap();
        go(Go::Down, numbers, None).await.unwrap();
        let has = number(&world).await;
        assert!((has - had).abs() < 1e-9, "{change}: {had} is {has}, {mode:?} at {call}, written: {written}");
        had = set(&world, &format!("{call}.25")).await;
    }
    assert!(times > 12, "{points:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_between_copy_and_change_of_type_anywhere() {
    for (change, name) in WHOLE {
        nothing_is_lost_between_copy_and_change_of_type(change, None).await;
        with_servers(name, |url| nothing_is_lost_between_copy_and_change_of_type(change, Some(url))).await;
    }
}
