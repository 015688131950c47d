//! Names that other tools trip over. They are right, and work on every database.

use super::up;
use crate::support::{Kind, Project, Target, targets};

/// Words of SQL, quotes of every kind, spaces, other scripts, and 63 bytes.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "select",
        "order",
        "group",
        "table",
        "user",
        "key",
        "values",
        "rowid",
        "primary",
        "null",
        "Mixed Case",
    ]
    .map(str::to_owned)
    .to_vec();
    names.extend(
        [
            "a\"b", "a'b", "a`b", "a]b", "a\\b", "a--b", "a/*b", "a;b", "a%b", "a$1b", "a?b", "a:b", "😀",
            "naïve", "名前",
        ]
        .map(str::to_owned),
    );
    names.push("é".repeat(31) + "x");
    names
}

fn quoted(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Mysql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn ron(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// MySQL keeps names in three bytes a character: a name beyond the basic plane can't be had there, which is said.
fn has(kind: Kind, name: &str) -> bool {
    kind != Kind::Mysql || name.chars().all(|c| c as u32 <= 0xffff)
}

fn draft(names: &[String]) -> String {
    let column =
        |name: &String| format!("(name: {}, type: Text, default: Literal({})),", ron(name), ron(name));
    let columns: String = names.iter().map(column).collect();
    let table = |name: &String| {
        let name = ron(name);
        format!(
            "CreateTable(name: {name}, columns: [(name: \"id\", type: BigInt, nullable: false), {columns}], \
             constraints: [(is: PrimaryKey([\"id\"])), (is: Unique([{name}]))], \
             indexes: [(on: [Column({name})])]),"
        )
    };
    // Text can't be a key in MySQL without a length; the columns that are keys here have one.
    let tables: String = names.iter().map(table).collect();
    format!("Draft(message: \"names\", steps: [{}])", tables.replace("type: Text", "type: Varchar(80)"))
}

#[track_caller]
fn there_and_back(project: &Project, target: &Target, names: &[String]) {
    up(project, target).ok();
    for name in names {
        let table = quoted(target.kind, name);
        target.sql(&format!("INSERT INTO {table} ({}) VALUES (1)", quoted(target.kind, "id")));
        for column in names {
            let column_sql = quoted(target.kind, column);
            let found = target.value(&format!("SELECT {column_sql} FROM {table}"));
            assert_eq!(&found, column, "{}: column {column} of {name}", target.name);
        }
    }
    project.strat(["verify", "--target", &target.url]).ok();
    project.strat(["down", "root", "--accept", "H101", "--target", &target.url]).ok();
    up(project, target).ok();
    project.strat(["verify", "--target", &target.url]).ok();
}

#[test]
fn reserved_words_quotes_and_emoji_work_everywhere() {
    for target in targets::all() {
        let names: Vec<String> = names().into_iter().filter(|name| has(target.kind, name)).collect();
        let project = Project::init();
        project.write("migrations/0001-names.ron", draft(&names));
        project.strat(["record"]).ok();
        there_and_back(&project, &target, &names);
    }
}

#[test]
fn a_row_of_them_is_renamed_and_backfilled() {
    for target in targets::all() {
        let project = Project::init();
        let create = "Draft(message: \"a\", steps: [CreateTable(name: \"or'der\", columns: [(name: \"sel\\\"ect\", type: BigInt, \
                      nullable: false), (name: \"n`\", type: BigInt, nullable: false, default: Literal(1))], \
                      constraints: [(is: PrimaryKey([\"sel\\\"ect\"]))])])";
        project.write("migrations/0001-a.ron", create);
        project.strat(["record"]).ok();
        up(&project, &target).ok();
        let (table, key) = (quoted(target.kind, "or'der"), quoted(target.kind, "sel\"ect"));
        target.sql(&format!("INSERT INTO {table} ({key}) VALUES (1), (2), (3)"));
        project.write("data-scripts/add/add.wasm", crate::kill::increment());
        project.write(
            "migrations/0002-b.ron",
            "Draft(message: \"b\", steps: [Backfill(script: \"add\", table: \"or'der\", read: [\"n`\"], write: [\"n`\"], \
             undo: None(\"a test\")), RenameColumn(table: \"or'der\", column: \"n`\", to: \"😀 n\"), \
             RenameTable(table: \"or'der\", to: \"group by\")])"
                .replace("😀 n", if target.kind == Kind::Mysql { "ñ n" } else { "😀 n" }),
        );
        project.strat(["record"]).ok();
        up(&project, &target).ok();
        let column = quoted(target.kind, if target.kind == Kind::Mysql { "ñ n" } else { "😀 n" });
        let sum = format!("SELECT sum({column}) FROM {}", quoted(target.kind, "group by"));
        assert_eq!(target.value(&sum), "6", "{}", target.name);
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn a_name_that_mysql_cannot_hold_is_refused_before_anything_is_done() {
    let Some(target) = targets::fresh(Kind::Mysql) else { return };
    let project = super::users();
    up(&project, &target).ok();
    project.write("migrations/0002-x.ron", super::NOTES.replace("\"note\"", "\"😀\""));
    project.strat(["record"]).ok();
    let said = up(&project, &target);
    assert!(matches!(said.code, 1 | 4), "{said:?}");
    assert!(said.stderr.contains("😀"), "{said:?}");
    assert_eq!(target.value("SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND table_name = 'users'"), "2");
    project.strat(["unrecord"]).ok();
    std::fs::remove_file(project.path("migrations/0002-x.ron")).unwrap();
    super::goes_on(&project, &target);
}
