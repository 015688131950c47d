//! The rules of the linters that people know, and what stands for each of them here: a hazard, a form that is taken without being asked for,
//! or the reason why it can't come up.
//!
//! The lists are those of squawk's "Rules" page and of the "Checks" in strong_migrations' README.

use std::fs;

use serde_json::Value;

use crate::support::{Project, root};

/// What stands for a rule.
enum Here {
    /// Linting these steps for a database finds the code.
    Code(&'static str, &'static str, &'static str),
    /// The scenario's SQL for a database has this text.
    Form(&'static str, &'static str, &'static str),
    /// It can't come up.
    Never(&'static str),
}
use Here::{Code, Form, Never};

const BASE: &str = r#"CreateTable(name: "t", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "a", type: Integer, nullable: false), (name: "b", type: Text),
    (name: "c", type: Text), (name: "d", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])"#;

macro_rules! sql {
    ($text:literal) => {
        concat!("Sql(on: {\"postgres\": (up: [\"", $text, "\"], down: Some([]))})")
    };
}

const ADD_INT_KEY: &str = r#"CreateTable(name: "u", columns: [(name: "id", type: Integer, nullable: false)], constraints: [(is: PrimaryKey(["id"]))])"#;
const ADD_SMALL_KEY: &str = r#"CreateTable(name: "u", columns: [(name: "id", type: SmallInt, nullable: false)], constraints: [(is: PrimaryKey(["id"]))])"#;
const ADD_VOLATILE: &str =
    r#"AddColumn(table: "t", column: (name: "n", type: Uuid, nullable: false, default: Uuid))"#;
const ADD_IDENTITY: &str =
    r#"AddColumn(table: "t", column: (name: "n", type: BigInt, nullable: false, identity: Always))"#;
const ADD_STORED: &str =
    r#"AddColumn(table: "t", column: (name: "n", type: Integer, generated: (as: "a + 1", storage: Stored)))"#;
const ADD_REQUIRED: &str =
    r#"AddColumn(table: "t", column: (name: "n", type: Text, nullable: false, initial: "x"))"#;
const CHANGE_TYPE: &str = r#"ChangeType(table: "t", column: "a", to: BigInt)"#;
const DROP_COLUMN: &str = r#"DropColumn(table: "t", column: "b")"#;
const DROP_TABLE: &str = r#"DropTable(table: "t")"#;
const RENAME_COLUMN: &str = r#"RenameColumn(table: "t", column: "b", to: "e")"#;
const RENAME_TABLE: &str = r#"RenameTable(table: "t", to: "u")"#;
const WIDE_INDEX: &str =
    r#"CreateIndex(table: "t", index: (on: [Column("a"), Column("b"), Column("c"), Column("d")]))"#;
const INDEX: &str = r#"CreateIndex(table: "t", index: (on: [Column("b")]))"#;
const CHECK: &str = r#"AddCheck(table: "t", check: "a > 0")"#;

const RULES: &[(&str, &str, Here)] = &[
    ("squawk", "adding-field-with-default", Code("postgres", ADD_VOLATILE, "H202")),
    ("squawk", "adding-foreign-key-constraint", Form("add_foreign_key/cascade", "postgres", "NOT VALID;")),
    (
        "squawk",
        "adding-not-nullable-field",
        Form("set_not_null/plain", "postgres", "IS NOT NULL) NOT VALID;"),
    ),
    ("squawk", "adding-required-field", Code("postgres", ADD_REQUIRED, "H302")),
    ("squawk", "adding-serial-primary-key-field", Code("postgres", ADD_IDENTITY, "H202")),
    (
        "squawk",
        "ban-alter-domain-with-add-constraint",
        Code("postgres", sql!("ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)"), "H205"),
    ),
    (
        "squawk",
        "ban-char-field",
        Code("postgres", r#"AddColumn(table: "t", column: (name: "n", type: Char(3)))"#, "H503"),
    ),
    (
        "squawk",
        "ban-concurrent-index-creation-in-transaction",
        Form("create_index/concurrently", "postgres", "-- alone"),
    ),
    (
        "squawk",
        "ban-create-domain-with-constraint",
        Code("postgres", sql!("CREATE DOMAIN d AS int CHECK (value > 0)"), "H205"),
    ),
    ("squawk", "ban-drop-column", Code("postgres", DROP_COLUMN, "H301")),
    ("squawk", "ban-drop-database", Code("postgres", sql!("DROP DATABASE d"), "H104")),
    ("squawk", "ban-drop-not-null", Code("postgres", r#"DropNotNull(table: "t", column: "a")"#, "H303")),
    ("squawk", "ban-drop-table", Code("postgres", DROP_TABLE, "H301")),
    ("squawk", "ban-truncate-cascade", Code("postgres", sql!("TRUNCATE t CASCADE"), "H104")),
    ("squawk", "ban-uncommitted-transaction", Code("postgres", sql!("BEGIN"), "H404")),
    ("squawk", "changing-column-type", Code("postgres", CHANGE_TYPE, "H202")),
    ("squawk", "constraint-missing-not-valid", Form("add_check/plain", "postgres", "NOT VALID;")),
    ("squawk", "disallowed-unique-constraint", Form("add_unique/single", "postgres", "UNIQUE USING INDEX")),
    (
        "squawk",
        "identifier-too-long",
        Never("a name that a database would cut is refused when the draft is sealed"),
    ),
    ("squawk", "prefer-bigint-over-int", Code("postgres", ADD_INT_KEY, "H501")),
    ("squawk", "prefer-bigint-over-smallint", Code("postgres", ADD_SMALL_KEY, "H501")),
    ("squawk", "prefer-identity", Never("there is no serial type: a column has an identity or none")),
    ("squawk", "prefer-repack", Code("postgres", sql!("VACUUM FULL t"), "H205")),
    (
        "squawk",
        "prefer-robust-stmts",
        Never("the journal tells what was done; IF NOT EXISTS would mask what wasn't"),
    ),
    (
        "squawk",
        "prefer-text-field",
        Never("widening a Varchar writes no row anew on PostgreSQL, and MySQL keys need a length"),
    ),
    (
        "squawk",
        "prefer-timestamptz",
        Code("postgres", r#"AddColumn(table: "t", column: (name: "n", type: Timestamp))"#, "H502"),
    ),
    ("squawk", "renaming-column", Code("postgres", RENAME_COLUMN, "H301")),
    ("squawk", "renaming-table", Code("postgres", RENAME_TABLE, "H301")),
    (
        "squawk",
        "require-concurrent-index-creation",
        Form("create_index/plain", "postgres", "CREATE INDEX CONCURRENTLY"),
    ),
    ("squawk", "require-concurrent-index-deletion", Code("postgres", sql!("DROP INDEX i"), "H205")),
    (
        "squawk",
        "require-concurrent-partition-detach",
        Code("postgres", sql!("ALTER TABLE t DETACH PARTITION p"), "H205"),
    ),
    ("squawk", "require-concurrent-reindex", Code("postgres", sql!("REINDEX TABLE t"), "H205")),
    (
        "squawk",
        "require-enum-value-ordering",
        Never("AddEnumValue says where the value stands, and at the end is said by leaving it out"),
    ),
    ("squawk", "require-table-schema", Never("every session pins its search_path to the target's schema")),
    (
        "squawk",
        "require-timeout-settings",
        Never("every session pins lock_timeout, and what a lock was in the way of is tried again"),
    ),
    (
        "squawk",
        "syntax-error",
        Never("typed operations have none, and hand-written statements have to lex as one piece"),
    ),
    ("squawk", "transaction-nesting", Code("postgres", sql!("COMMIT"), "H404")),
    ("strong_migrations", "adding a check constraint", Code("mysql", CHECK, "H202")),
    (
        "strong_migrations",
        "adding a column with a volatile default value",
        Code("postgres", ADD_VOLATILE, "H202"),
    ),
    (
        "strong_migrations",
        "adding a foreign key",
        Form("add_foreign_key/restrict", "postgres", "VALIDATE CONSTRAINT"),
    ),
    ("strong_migrations", "adding a json column", Form("create_table/all_types", "postgres", "jsonb")),
    ("strong_migrations", "adding a reference", Form("create_index/plain", "postgres", "CONCURRENTLY")),
    ("strong_migrations", "adding a stored generated column", Code("postgres", ADD_STORED, "H202")),
    (
        "strong_migrations",
        "adding a unique constraint",
        Form("add_unique/composite", "postgres", "UNIQUE USING INDEX"),
    ),
    ("strong_migrations", "adding an auto-incrementing column", Code("postgres", ADD_IDENTITY, "H202")),
    (
        "strong_migrations",
        "adding an exclusion constraint",
        Code("postgres", sql!("ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (b WITH =)"), "H205"),
    ),
    ("strong_migrations", "adding an index non-concurrently", Code("sqlite", INDEX, "H201")),
    ("strong_migrations", "backfilling data", Code("postgres", sql!("UPDATE t SET a = 1"), "H207")),
    ("strong_migrations", "changing the type of a column", Code("mysql", CHANGE_TYPE, "H202")),
    (
        "strong_migrations",
        "creating a table with the force option",
        Code("postgres", sql!("DROP TABLE t"), "H104"),
    ),
    (
        "strong_migrations",
        "executing SQL directly",
        Code("postgres", r#"Sql(on: {"postgres": (up: ["SELECT 1"])})"#, "H401"),
    ),
    (
        "strong_migrations",
        "keeping non-unique indexes to three columns or less",
        Code("postgres", WIDE_INDEX, "H504"),
    ),
    ("strong_migrations", "removing a column", Code("postgres", DROP_COLUMN, "H301")),
    (
        "strong_migrations",
        "removing an index non-concurrently",
        Code("postgres", sql!("DROP INDEX i"), "H205"),
    ),
    ("strong_migrations", "renaming a column", Code("postgres", RENAME_COLUMN, "H301")),
    ("strong_migrations", "renaming a schema", Code("postgres", sql!("ALTER SCHEMA s RENAME TO r"), "H301")),
    ("strong_migrations", "renaming a table", Code("postgres", RENAME_TABLE, "H301")),
    (
        "strong_migrations",
        "setting NOT NULL on an existing column",
        Form("set_not_null/plain", "postgres", "VALIDATE CONSTRAINT"),
    ),
];

#[test]
fn every_rule_has_something_that_stands_for_it() {
    for (tool, rule, here) in RULES {
        match here {
            Code(dialect, steps, code) => {
                let found = codes(dialect, steps);
                assert!(found.contains(&(*code).to_owned()), "{tool} {rule}: {code} isn't among {found:?}");
            }
            Form(scenario, dialect, text) => {
                let file = root().join("tests/scenarios").join(scenario).join(format!("{dialect}.sql"));
                let sql =
                    fs::read_to_string(&file).unwrap_or_else(|_| panic!("{tool} {rule}: {}", file.display()));
                assert!(sql.contains(text), "{tool} {rule}: {scenario} doesn't say {text}");
            }
            Never(why) => assert!(why.len() > 20, "{tool} {rule}"),
        }
    }
}

/// The codes that steps on a table have on one database.
fn codes(dialect: &str, steps: &str) -> Vec<String> {
    let project = Project::init();
    let url =
        if dialect == "sqlite" { "sqlite:x.db".to_owned() } else { format!("{dialect}://u@localhost/x") };
    project.write("strat.ron", format!("(targets: {{\"x\": (url: \"{url}\")}})"));
    project.write("migrations/0001-base.ron", format!("Draft(message: \"base\", steps: [{BASE}])"));
    project.strat(["record"]).ok();
    let draft = format!("Draft(message: \"x\", accept: [\"H101\"], steps: [{steps}])");
    project.write("migrations/0002-x.ron", draft);
    let said = project.strat(["lint", "--format", "json"]).ok();
    let said: Value = serde_json::from_str(&said).expect("it is JSON");
    let of = |list: &str| said[list].as_array().cloned().unwrap_or_default();
    let all = of("warnings").into_iter().chain(of("notes"));
    all.filter_map(|finding| finding["code"].as_str().map(str::to_owned)).collect()
}
