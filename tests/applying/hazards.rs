//! Hazards in every form they are told in, and on a target that wants them accepted.

use serde_json::Value;

use super::{record, shop, up};
use crate::support::{Kind, Project, root, targets};

const BASE: &str = r#"Draft(message: "base", steps: [
    CreateTable(name: "users", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "email", type: Text), (name: "age", type: Integer),
    ], constraints: [(is: PrimaryKey(["id"]))]),
])"#;

const RISKY: &str = r#"Draft(message: "risky", accept: ["H101", "H202"], steps: [
    CreateIndex(table: "users", index: (on: [Desc("id")])),
    ChangeType(table: "users", column: "age", to: BigInt),
    AddColumn(table: "users", column: (name: "mail", type: Timestamp)),
    DropColumn(table: "users", column: "email"),
])"#;

fn risky() -> Project {
    let project = Project::init();
    project.write("migrations/0001-base.ron", BASE);
    project.strat(["record"]).ok();
    project.write("migrations/0002-risky.ron", RISKY);
    project
}

#[test]
fn lint_tells_place_code_and_database() {
    let project = risky();
    let said = project.strat(["lint"]).ok();
    for line in [
        "migrations/0002-risky.ron:2: step 1: H201 writers wait while the index is built [sqlite]",
        "migrations/0002-risky.ron:3: step 2: H202 readers and writers wait while every row is written anew [postgres] (accepted)",
        "migrations/0002-risky.ron:3: step 2: H202 writers wait while every row is written anew (ALGORITHM=COPY) [mysql] (accepted)",
        "migrations/0002-risky.ron:4: step 3: H502 mail is a reading without a zone: TimestampTz is a moment",
        "migrations/0002-risky.ron:5: step 4: H304",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(said.ends_with("1 note\n"), "{said}");
    // One kind of database named, one looked at.
    project.write("strat.ron", r#"(targets: {"prod": (url: "postgres://u@localhost/x")})"#);
    let said = project.strat(["lint"]).ok();
    assert!(!said.contains("sqlite") && !said.contains("H201"), "{said}");
}

#[test]
fn sarif_is_what_its_schema_says() {
    let project = risky();
    project
        .write("migrations/0003-broken.ron", "Draft(message: \"x\", steps: [DropTable(name: \"nobody\")])");
    let said = project.strat(["lint", "--as", "sarif"]).expect_code(4).stdout;
    let log: Value = serde_json::from_str(&said).expect("it is JSON");
    let schema = std::fs::read_to_string(root().join("tests/applying/sarif-schema-2.1.0.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("sarif.json", schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&log, index) {
        panic!("{error:#}");
    }
    // The schema refuses what isn't in it, or it would prove nothing.
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = Value::from("dreadful");
    assert!(schemas.validate(&wrong, index).is_err());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let of = |code: &str| {
        results.iter().find(|result| result["ruleId"] == code).unwrap_or_else(|| panic!("{code}"))
    };
    assert_eq!(
        of("H201")["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "migrations/0002-risky.ron"
    );
    assert_eq!(of("H201")["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(of("H202")["suppressions"][0]["kind"], "inSource");
    assert_eq!((&of("draft")["level"], &of("H502")["level"]), (&Value::from("error"), &Value::from("note")));
}

#[test]
fn github_annotates_the_lines() {
    let project = risky();
    let said = project.strat(["lint", "--as", "github"]).ok();
    assert!(
        said.contains("::warning file=migrations/0002-risky.ron,line=2,col=5,title=H201%3A blocks writers"),
        "{said}"
    );
    assert!(said.contains("::notice file=migrations/0002-risky.ron,line=4"), "{said}");
    assert!(!said.contains("H202"), "what the draft accepts is nothing to annotate: {said}");
    project.write("migrations/0002-risky.ron", "Draft(message: \"x\", steps: [DropTable(name: \"nobody\")])");
    let said = project.strat(["lint", "--as", "github"]).expect_code(4).stdout;
    assert!(said.starts_with("::error file=migrations/0002-risky.ron,line=1,"), "{said}");
}

#[test]
fn every_code_has_a_page() {
    let project = Project::init();
    let all = project.strat(["lint", "--explain"]).ok();
    let codes: Vec<&str> = all.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 20, "{all}");
    for code in codes {
        let page = project.strat(["lint", "--explain", &code.to_lowercase()]).ok();
        assert!(page.starts_with(&format!("{code}: ")) && page.contains("Instead"), "{page}");
    }
    let output = project.strat(["lint", "--explain", "H999"]).expect_code(1);
    assert!(output.stderr.contains("H"), "{}", output.stderr);
}

/// How much a hazard weighs hangs on the table, and the database knows how large that is.
#[test]
fn small_tables_need_nobodys_word() {
    for target in targets::all() {
        let project = shop(&target);
        let step = match target.kind {
            Kind::Sqlite => r#"CreateIndex(table: "users", index: (on: [Column("email")]))"#,
            Kind::Postgres | Kind::Mysql => r#"ChangeType(table: "users", column: "age", to: BigInt)"#,
        };
        record(&project, "0002-risky", step);
        let settings = format!("(targets: {{\"prod\": (url: \"{}\", protected: true)}})", target.url);
        project.write("strat.ron", settings);
        let many = match target.kind {
            Kind::Postgres => {
                "INSERT INTO users (id, email) SELECT n, 'x' FROM generate_series(100, 30000) n; ANALYZE users"
            }
            Kind::Sqlite => {
                "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO users (id, email) SELECT i, 'x' FROM n"
            }
            Kind::Mysql => {
                "INSERT INTO users (id, email) SELECT seq, 'x' FROM seq_100_to_30000; ANALYZE TABLE users"
            }
        };
        target.sql(many);
        let refused = project.strat(["up", "--target", "prod"]).expect_code(4);
        assert!(refused.stderr.contains("H20") && refused.stderr.contains("rows"), "{}", refused.stderr);
        let plan = project.strat(["plan", "--target", "prod"]).ok();
        assert!(plan.lines().any(|line| line.trim().starts_with("H20") && line.contains(" rows)")), "{plan}");
        let lint = project.strat(["lint", "--target", "prod"]).ok();
        assert!(lint.starts_with("0 drafts"), "{lint}");
        target.sql(match target.kind {
            Kind::Mysql => "DELETE FROM users WHERE id >= 100; ANALYZE TABLE users",
            Kind::Postgres => "DELETE FROM users WHERE id >= 100; VACUUM ANALYZE users",
            Kind::Sqlite => "DELETE FROM users WHERE id >= 100",
        });
        project.strat(["up", "--target", "prod"]).ok();
    }
}

/// A draft that isn't recorded yet can be looked at against a target: its database, its version, its tables.
#[test]
fn a_draft_is_looked_at_for_one_target() {
    for target in targets::all() {
        let project = shop(&target);
        project.write(
            "migrations/0002-type.ron",
            r#"Draft(message: "x", steps: [ChangeType(table: "users", column: "age", to: BigInt)])"#,
        );
        let said = project.strat(["lint", "--target", &target.url]).ok();
        let weighed = said.lines().any(|line| line.contains("H202") && line.contains("(about 2 rows)"));
        // SQLite keeps both types the same way.
        assert!(weighed || target.kind == Kind::Sqlite, "{}: {said}", target.name);
        let _ = up(&project, &target);
    }
}
