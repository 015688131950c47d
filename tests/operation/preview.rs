//! `--preview`: real rows before and after, read only, imagined over what the plan does before a step, and what it says is what happens.

use serde_json::Value;

use crate::kill::{counting, done, ended, exactly_once, filled, increment, signal, slowly, under_way};
use crate::support::{Kind, Project, Target, targets};

fn previewed(project: &Project, target: &Target, words: &[&str]) -> Value {
    let said = project
        .strat(["--format", "json"].iter().chain(words).chain(&["--target", target.url.as_str()]))
        .ok();
    let documents = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    documents.into_iter().find(|one| one["command"] == "preview").unwrap_or_else(|| panic!("{said}"))
}

/// Every row's value of a column before and after, by its key.
fn changes(step: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().trim_matches('"').to_owned();
    let of = |row: &Value| {
        (text(&row["key"]), text(&row["columns"][0]["before"]), text(&row["columns"][0]["after"]))
    };
    step["changed"].as_array().unwrap().iter().map(of).collect()
}

const CHAIN: &str = r#"Draft(message: "chain", steps: [
    AddColumn(table: "counters", column: (name: "m", type: BigInt, nullable: false, default: Literal(40))),
    RenameColumn(table: "counters", column: "n", to: "number"),
    Backfill(script: "add", table: "counters", rows: Where(Lt("number", 3)), read: ["m"], write: ["m"], undo: None("a test")),
    Backfill(script: "add", table: "counters", rows: Where(Gt("m", 40)), read: ["m"], write: ["m"], undo: None("a test")),
])"#;

#[test]
fn steps_of_one_plan_are_chained_and_what_is_shown_is_what_happens() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        project.write("migrations/0003-chain.ron", CHAIN);
        project.strat(["record"]).ok();
        let journal = target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq");
        let seen = previewed(&project, &target, &["up", "--dry-run", "--preview", "1000"]);
        assert_eq!(seen["steps"].as_array().unwrap().len(), 3, "{seen}");
        let planned = previewed(&project, &target, &["plan", "--preview", "1000"]);
        assert_eq!(seen["steps"], planned["steps"], "{}", target.name);
        assert_eq!(target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"), journal);
        assert_eq!(done(&target), 0, "{}", target.name);

        // The first adds one to `n` of every row; the second sees that and takes those below 3; the third those it changed.
        let [first, second, third] = [0, 1, 2].map(|n| changes(&seen["steps"][n]));
        assert_eq!(first[0], ("id = 1".to_owned(), "1".to_owned(), "2".to_owned()));
        assert!(second.iter().all(|(_, before, after)| (before.as_str(), after.as_str()) == ("40", "41")));
        assert!(third.iter().all(|(_, before, after)| (before.as_str(), after.as_str()) == ("41", "42")));
        let keys =
            |rows: &[(String, String, String)]| rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
        assert!(!second.is_empty() && keys(&second) == keys(&third), "{}: {seen}", target.name);

        project.strat(["up", "--target", &target.url]).ok();
        for (column, rows) in [("number", &first), ("m", &third)] {
            for (key, _, after) in rows.iter().take(50) {
                let id = key.trim_start_matches("id = ");
                assert_eq!(&target.value(&format!("SELECT {column} FROM counters WHERE id = {id}")), after);
            }
        }
        let changed = target.sql("SELECT id FROM counters WHERE m = 42 ORDER BY id");
        assert!(
            keys(&third)
                .iter()
                .take(20)
                .all(|key| changed.iter().any(|row| format!("id = {}", row[0]) == *key))
        );
    }
}

#[test]
fn what_does_not_follow_is_said_instead_of_guessed() {
    let target = targets::sqlite();
    let project = counting();
    filled(&project, &target);
    project.write(
        "migrations/0003-sql.ron",
        r#"Draft(message: "sql", steps: [
            Sql(on: {"sqlite": (up: ["UPDATE counters SET n = 7"], down: Some([]))}),
            Backfill(script: "add", table: "counters", read: ["n"], write: ["n"], undo: None("a test")),
            CreateTable(name: "fresh", columns: [(name: "id", type: BigInt, nullable: false), (name: "n", type: BigInt, nullable: false)],
                constraints: [(is: PrimaryKey(["id"]))]),
        ])"#,
    );
    project.strat(["record"]).ok();
    let seen = previewed(&project, &target, &["plan", "--preview", "5"]);
    assert!(seen["steps"][0]["unknown"].is_null(), "{seen}");
    assert!(seen["steps"][1]["unknown"].as_str().unwrap().contains("hand-written SQL"), "{seen}");
    let said = project.strat(["plan", "--preview", "2", "--target", &target.url]).ok();
    assert!(said.contains("200 sampled: 200 would change, 0 stay, 0 rejected"), "{said}");
    assert!(said.contains("id = 1  n  1 → 2") && said.contains("can't be previewed"), "{said}");
    assert!(said.ends_with("nothing was written\n"), "{said}");
    project.strat(["up", "--preview", "2"]).expect_code(2);
}

#[test]
fn a_table_that_the_plan_makes_has_no_rows_yet() {
    let (project, target) = (Project::init(), targets::sqlite());
    project.write("data-scripts/add/add.wasm", increment());
    project.write(
        "migrations/0001-new.ron",
        r#"Draft(message: "new", steps: [
            CreateTable(name: "t", columns: [(name: "id", type: BigInt, nullable: false), (name: "n", type: BigInt, nullable: false)],
                constraints: [(is: PrimaryKey(["id"]))]),
            Backfill(script: "add", table: "t", read: ["n"], write: ["n"], undo: None("a test")),
        ])"#,
    );
    project.strat(["record"]).ok();
    let seen = previewed(&project, &target, &["up", "--dry-run", "--preview", "5"]);
    assert!(seen["steps"][0]["unknown"].as_str().unwrap().contains("no rows yet"), "{seen}");
    assert!(!target.path().exists());
}

#[test]
fn a_preview_beside_a_run_touches_nothing_of_it() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut run = slowly(&project, &target, &[]);
        under_way(&mut run, &target, 20);
        project.strat(["backfill", "pause", "--reason", "look", "--target", &target.url]).ok();
        ended(run).expect_code(5);
        let rows = |target: &Target| {
            (
                target.sql("SELECT id, n FROM counters ORDER BY id"),
                target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"),
                target.sql("SELECT entry, step, fence FROM strat_progress"),
            )
        };
        let (before, left) = (rows(&target), done(&target));
        let seen = previewed(&project, &target, &["up", "--dry-run", "--preview", "1"]);
        assert_eq!(rows(&target), before, "{}", target.name);
        // The rows that are done aren't done again.
        let first = &changes(&seen["steps"][0])[0];
        assert_eq!(first.0, format!("id = {}", left + 1), "{}", target.name);
        project.strat(["backfill", "resume", "--target", &target.url]).ok();
        let mut run = slowly(&project, &target, &[]);
        under_way(&mut run, &target, left + 5);
        previewed(&project, &target, &["plan", "--preview", "1"]);
        signal(&run, "INT");
        ended(run).expect_code(5);
        project.strat(["up", "--target", &target.url]).ok();
        exactly_once(&project, &target);
    }
}

#[test]
fn a_role_that_only_reads_can_preview() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let role = format!("strat_looker_{}_{}", std::process::id(), target.name);
        let (make, remove) = match target.kind {
            Kind::Postgres => (
                format!(
                    "CREATE ROLE {role} LOGIN PASSWORD 'only-reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
                ),
                format!("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}; DROP ROLE {role}"),
            ),
            Kind::Mysql | Kind::Sqlite => {
                let database = target.value("SELECT DATABASE()");
                (
                    format!(
                        "CREATE USER {role}@'%' IDENTIFIED BY 'only-reads'; GRANT SELECT ON {database}.* TO {role}@'%'"
                    ),
                    format!("DROP USER {role}@'%'"),
                )
            }
        };
        target.sql(&make);
        let (scheme, _) = target.url.split_once("://").expect("a scheme");
        let (_, rest) = target.url.rsplit_once('@').expect("a login");
        let url = format!("{scheme}://{role}:only-reads@{rest}");
        let said = project.strat(["up", "--dry-run", "--preview", "2", "--target", &url]);
        target.sql(&remove);
        let said = said.ok();
        assert!(said.contains("id = 1  n  1 → 2"), "{}: {said}", target.name);
    }
}
