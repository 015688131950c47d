//! Steps on tables that others work with: the forms they take, what a failure and a kill leave of them, and whom they wait for.

mod hazards;
mod moved;
mod mysql;
mod postgres;
mod rules;
mod runners;

use super::support::{Project, Target};

const SHOP: &str = r#"Draft(message: "shop", steps: [
    CreateTable(name: "users", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "email", type: Varchar(100)), (name: "age", type: Integer),
    ], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "orders", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "user_id", type: BigInt),
    ], constraints: [(is: PrimaryKey(["id"]))]),
])"#;

const ROWS: &str = "INSERT INTO users (id, email, age) VALUES (1, 'a', 30), (2, 'b', 40); \
                    INSERT INTO orders (id, user_id) VALUES (10, 1), (11, 2)";

/// A workspace with two tables, and rows in them on the target.
#[track_caller]
fn shop(target: &Target) -> Project {
    let project = Project::init();
    project.write("migrations/0001-shop.ron", SHOP);
    project.strat(["record"]).ok();
    project.strat(["up", "--target", &target.url]).ok();
    target.sql(ROWS);
    project
}

/// Records one more draft.
#[track_caller]
fn record(project: &Project, stem: &str, steps: &str) {
    project.write(format!("migrations/{stem}.ron"), format!("Draft(message: \"{stem}\", steps: [{steps}])"));
    project.strat(["record"]).ok();
}

#[track_caller]
fn up(project: &Project, target: &Target) -> super::support::Output {
    project.strat(["up", "--target", &target.url])
}

/// Whatever was done before, the target is where the ledger is, and a further run has nothing to do.
#[track_caller]
fn is_there(project: &Project, target: &Target) {
    project.strat(["verify", "--target", &target.url]).ok();
    assert!(up(project, target).ok().contains("nothing to do"), "{}", target.name);
}

/// Waits until a query answers `1`.
#[track_caller]
fn wait_for(target: &Target, query: &str) {
    super::support::wait_for(query, || {
        let rows = target.try_sql(query).ok();
        rows.and_then(|rows| rows.first()?.first().cloned()).as_deref() == Some("1")
    });
}
