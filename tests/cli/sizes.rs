//! About how many rows a plan goes through, on every database there is.

use super::{record, with_users};
use crate::support::{Kind, Project, Target, targets};

/// A workspace whose next entries go through the users: under another name, and beside a table that the plan makes.
fn with_work_to_do() -> Project {
    let project = with_users();
    record(
        &project,
        "0002-work",
        r#"CreateTable(name: "new", columns: [(name: "id", type: BigInt, nullable: false)]),
        CreateIndex(table: "new", index: (name: "by_id", on: [Column("id")])),
        RenameTable(table: "users", to: "people"),
        SetNotNull(table: "people", column: "email"),
        AddColumn(table: "people", column: (name: "note", type: Text))"#,
    );
    project
}

#[track_caller]
fn fill(target: &Target, ids: impl Iterator<Item = u64>) {
    let rows: Vec<String> = ids.map(|id| format!("({id}, 'x')")).collect();
    target.sql(&format!("INSERT INTO users (id, email) VALUES {}", rows.join(", ")));
    match target.kind {
        Kind::Sqlite => {}
        Kind::Postgres => drop(target.sql("ANALYZE users")),
        Kind::Mysql => drop(target.sql("ANALYZE TABLE users")),
    }
}

fn plan(project: &Project, target: &Target) -> serde_json::Value {
    let text = project.strat(["plan", "--format", "json", "--target", &target.url]).ok();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_plan_tells_how_many_rows_it_goes_through() {
    for target in targets::all() {
        let project = with_work_to_do();
        let on = ["--target", &target.url];
        project.strat(["up", "0001-users"].iter().chain(&on)).ok();
        let empty = plan(&project, &target);
        fill(&target, 1..=5000);
        let full = plan(&project, &target);
        assert_eq!(empty["digest"], full["digest"], "{}: a plan is the same whatever the sizes", target.name);
        let steps = full["entries"][0]["steps"].as_array().unwrap();
        let walked: Vec<_> = steps.iter().map(|step| step["walks"].as_array().unwrap().len()).collect();
        assert_eq!(walked[..4], [0, 0, 0, 1], "{}: {full}", target.name);
        assert_eq!(walked[4], 0, "{}: a column comes without touching rows", target.name);
        let walk = &steps[3]["walks"][0];
        assert_eq!(walk["table"], "users", "{}", target.name);
        let rows = walk["rows"].as_u64().unwrap();
        assert!((4000..=6000).contains(&rows), "{}: {rows}", target.name);
        let said = project.strat(["up", "--dry-run"].iter().chain(&on)).ok();
        let line = said.lines().find(|line| line.contains("step 4: ")).unwrap();
        assert!(line.contains(" (about ") && line.ends_with(" rows)"), "{}: {line}", target.name);
        assert!(!said.lines().any(|line| line.contains("step 2: ") && line.contains("about")), "{said}");
    }
}

#[test]
fn a_sqlite_table_is_not_counted() {
    let project = with_work_to_do();
    let target = targets::sqlite();
    project.strat(["up", "0001-users", "--target", &target.url]).ok();
    let line = || {
        let said = project.strat(["plan", "--target", &target.url]).ok();
        said.lines().find(|line| line.contains("step 4: ")).unwrap().to_owned()
    };
    assert!(line().ends_with("(about 0 rows)"), "{}", line());
    let fill = |ids: std::ops::RangeInclusive<u64>| {
        let rows: Vec<String> = ids.map(|id| format!("({}, {id})", id * 1_000_003)).collect();
        target.sql(&format!("INSERT INTO users (rowid, id) VALUES {}", rows.join(", ")));
    };
    fill(1..=42);
    assert!(line().ends_with("(about 42 rows)"), "{}", line());
    // Row ids far apart, but evenly: how many there are is told by how closely they lie.
    fill(43..=20_000);
    assert!(line().ends_with("(about 20,000 rows)"), "{}", line());
    // A table without row ids can't be estimated so; nothing is said then, and the plan is shown.
    target.sql(
        "DROP TABLE users; CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, email TEXT) WITHOUT ROWID",
    );
    assert!(!line().contains("about"), "{}", line());
}
