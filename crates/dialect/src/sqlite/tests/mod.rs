//! The SQL of each step, word by word.

pub(crate) mod cases;

use std::collections::BTreeMap;

use cases::*;
use model::{ConstraintKind, Generated, Identity, Lowered, SqlText, Type, column::Storage};

use super::SQLITE;
use crate::{Around, BatchShape, Binding, Dialect, Do, Facts, Quiet, RenderError, Rendered};

fn rendered(name: &str) -> Rendered {
    let case = cases().into_iter().find(|c| c.name == name).unwrap();
    SQLITE
        .render(
            &case.step,
            Around { before: &case.before, after: &case.after, quiet: Quiet::NONE },
            &Facts::default(),
        )
        .unwrap()
}

/// What is run, without what is asked.
fn run(name: &str) -> Vec<String> {
    let all = rendered(name).statements.into_iter();
    all.filter(|s| s.act == Do::Run).map(|s| s.sql).collect()
}

fn copy(name: &str) -> String {
    run(name).into_iter().find(|sql| sql.starts_with("INSERT INTO \"strat_new_")).unwrap()
}

const UUID: &str = "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' \
                    || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))";

#[test]
fn create_table() {
    let posts = format!(
        r#"CREATE TABLE "posts" (
  "id" UUID_TEXT NOT NULL DEFAULT {UUID},
  "author" BIGINT,
  "title" TEXT,
  "size" INTEGER GENERATED ALWAYS AS (length("title")) STORED,
  "at" TIMESTAMPTZ_TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  "price" DECIMAL_TEXT(10,2),
  CONSTRAINT "posts_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "posts_author_fkey" FOREIGN KEY ("author") REFERENCES "users" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "posts_title_key" UNIQUE ("title", "author")
)"#
    );
    assert_eq!(
        run("create table"),
        [
            posts.as_str(),
            r#"CREATE UNIQUE INDEX "posts_lower_idx" ON "posts" ((lower("title")) DESC) WHERE "title" IS NOT NULL"#,
            r#"CREATE INDEX "posts_at_idx" ON "posts" ("at")"#,
        ]
    );
    assert_eq!(
        rendered("create table").notices,
        [
            "sqlite has no gin indexes: posts_at_idx is a plain one",
            "sqlite has no further columns in indexes: posts_at_idx goes without",
        ]
    );
}

/// Test number one: children refer to the table by `ON DELETE CASCADE`. Foreign keys are off around the transaction, the old name
/// is never renamed away, and every stranger comes back.
#[test]
fn the_rebuild_of_a_parent_keeps_its_children() {
    let found = rendered("add unique");
    assert!(found.rebuilds);
    let said: Vec<String> = found
        .statements
        .iter()
        .map(|s| match &s.act {
            Do::Run | Do::PutBack(_) => s.sql.clone(),
            Do::Capture(key) => format!("capture {key}: {}", s.sql),
            Do::Replay(key) => format!("replay {key}: {}", s.sql),
            Do::Assert(message) => format!("assert {message}: {}", s.sql),
        })
        .collect();
    assert_eq!(
        said,
        [
            "assert table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep: SELECT count(*) = 1 \
             FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0",
            "assert table users has other columns than the history knows: SELECT count(*) = 5 FROM pragma_table_xinfo('users')",
            "capture indexes and triggers of users: SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') \
             AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('users_name_idx') ORDER BY type, name",
            r#"CREATE TABLE "strat_new_users" (
  "id" INTEGER NOT NULL CONSTRAINT "users_pkey" PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "age" INTEGER NOT NULL DEFAULT 0,
  "note" VARCHAR(40),
  "mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("mood" IN ('good', 'it''s bad')),
  CONSTRAINT "users_age_check" CHECK ("age" >= 0),
  CONSTRAINT "users_name_key" UNIQUE ("name")
)"#,
            r#"INSERT INTO "strat_new_users" ("id", "name", "age", "note", "mood") SELECT "id", "name", "age", "note", "mood" FROM "users""#,
            r#"assert the copy of table users has another number of rows: SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users")"#,
            "DELETE FROM sqlite_sequence WHERE name = 'strat_new_users' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'users')",
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'strat_new_users', seq FROM sqlite_sequence WHERE name = 'users'",
            r#"DROP TABLE "users""#,
            "PRAGMA legacy_alter_table = ON",
            r#"ALTER TABLE "strat_new_users" RENAME TO "users""#,
            "PRAGMA legacy_alter_table = OFF",
            r#"CREATE INDEX "users_name_idx" ON "users" ("name", "age" DESC)"#,
            "replay indexes and triggers of users: SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger')",
        ]
    );
    let envelope = SQLITE.envelope();
    assert_eq!(envelope.rebuild_before, ["PRAGMA foreign_keys = OFF"]);
    assert_eq!(envelope.rebuild_expect, [("PRAGMA foreign_keys", 0)]);
    assert_eq!(envelope.rebuild_check, Some("PRAGMA foreign_key_check"));
    assert_eq!(envelope.rebuild_after, ["PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"]);
}

#[test]
fn native_changes() {
    for (name, said) in [
        (
            "add column natively",
            vec![r#"ALTER TABLE "users" ADD COLUMN "seen" BOOLEAN NOT NULL DEFAULT FALSE"#],
        ),
        (
            "drop column natively",
            vec![r#"DROP INDEX "posts_at_idx""#, r#"ALTER TABLE "posts" DROP COLUMN "at""#],
        ),
        ("rename column", vec![r#"ALTER TABLE "users" RENAME COLUMN "mood" TO "Order""#]),
        ("rename table", vec![r#"ALTER TABLE "users" RENAME TO "people""#]),
        (
            "rename index",
            vec![
                r#"DROP INDEX "users_name_idx""#,
                r#"CREATE INDEX "by_name" ON "users" ("name", "age" DESC)"#,
            ],
        ),
        ("drop table", vec![r#"DROP TABLE "posts""#]),
        (
            "replace view",
            vec![
                r#"DROP VIEW "titles""#,
                r#"CREATE VIEW "titles" ("title", "writer") AS SELECT "title", 'x' FROM posts"#,
            ],
        ),
    ] {
        assert_eq!(run(name), said, "{name}");
        assert!(!rendered(name).rebuilds, "{name}");
    }
}

#[test]
fn copies() {
    let plain = r#"INSERT INTO "strat_new_users" ("id", "name", "age", "note", "mood") SELECT "id", "name", "age", "note", "mood" FROM "users""#;
    assert_eq!(copy("set default"), plain);
    assert_eq!(copy("rename constraint"), plain);
    assert_eq!(copy("add enum value"), plain);
    assert_eq!(
        copy("rename enum value"),
        plain.replace("\"mood\" FROM", "CASE \"mood\" WHEN 'it''s bad' THEN 'bad' ELSE \"mood\" END FROM")
    );
    assert_eq!(
        copy("change type using"),
        plain.replace("\"note\", \"mood\" FROM", "(length(\"note\")), \"mood\" FROM")
    );
    assert_eq!(
        copy("drop column that a check mentions"),
        r#"INSERT INTO "strat_new_users" ("id", "name", "note", "mood") SELECT "id", "name", "note", "mood" FROM "users""#
    );
    assert_eq!(
        copy("add column with a computed default"),
        plain
            .replace(") SELECT", ", \"token\") SELECT")
            .replace(" FROM \"users\"", &format!(", {UUID} FROM \"users\""))
    );
}

/// A generated column is not copied; the hidden row number is.
#[test]
fn a_table_without_a_numbered_key_keeps_its_row_numbers() {
    let gapless = r#"(SELECT count(*) FROM "posts") = (SELECT max(rowid) FROM "posts") AND (SELECT min(rowid) FROM "posts") = 1"#;
    let columns = r#""id", "author", "title", "at", "price""#;
    let all = rendered("set not null").statements;
    let copies: Vec<_> = all.iter().map(|s| &s.sql).filter(|sql| sql.starts_with("INSERT INTO")).collect();
    assert_eq!(
        copies,
        [
            &format!(
                r#"INSERT INTO "strat_new_posts" ({columns}) SELECT {columns} FROM "posts" ORDER BY rowid LIMIT iif({gapless}, -1, 0)"#
            ),
            &format!(
                r#"INSERT INTO "strat_new_posts" (rowid, {columns}) SELECT rowid, {columns} FROM "posts" LIMIT iif({gapless}, 0, -1)"#
            ),
        ]
    );
}

#[test]
fn a_changed_type_is_checked_before_the_old_table_goes() {
    let all = rendered("change type").statements;
    let at = |needle: &str| all.iter().position(|s| s.sql.starts_with(needle)).unwrap();
    let check = at("SELECT NOT EXISTS");
    assert!(at("INSERT INTO") < check && check < at("DROP TABLE"));
    assert_eq!(
        all[check].sql,
        r#"SELECT NOT EXISTS (SELECT 1 FROM "strat_new_posts" WHERE "price" IS NOT NULL AND NOT (typeof("price") = 'integer' AND "price" BETWEEN -2147483648 AND 2147483647))"#
    );
    assert_eq!(
        all[check].act,
        Do::Assert("column posts.price has values that don't fit its new type".to_owned())
    );
}

#[test]
fn columns_are_added_natively_only_as_constants() {
    let natively = |column: model::Column| {
        let mut users = users();
        users.columns.push(column.clone());
        let after = schema(vec![users, posts()], &MOODS, vec![]);
        let before = schema(vec![cases::users(), posts()], &MOODS, vec![]);
        let step = Lowered::AddColumn { table: id(USERS), column: Box::new(column) };
        !SQLITE
            .render(&step, Around { before: &before, after: &after, quiet: Quiet::NONE }, &Facts::default())
            .unwrap()
            .rebuilds
    };
    let default = |literal| Some(model::Default::Literal(literal));
    let text = |s: &str| model::Literal::Text(s.to_owned());
    let generated = |storage| Some(Generated { expression: template(USERS, "{12} + 1"), storage });
    let plain = || column(15, "x", Type::Text);
    assert!(natively(plain()));
    assert!(natively(model::Column { default: default(text("a")), ..required(15, "x", Type::Text) }));
    assert!(natively(model::Column { generated: generated(Storage::Virtual), ..plain() }));
    for rebuilt in [
        required(15, "x", Type::Text),
        model::Column { default: Some(model::Default::Now), ..plain() },
        model::Column { default: default(text("a\0b")), ..plain() },
        model::Column { initial: Some(text("old")), default: default(text("new")), ..plain() },
        model::Column { generated: generated(Storage::Stored), ..plain() },
    ] {
        assert!(!natively(rebuilt.clone()), "{rebuilt:?}");
    }
}

#[test]
fn a_parent_is_dropped_only_once_nothing_refers_to_it() {
    let before = schema(vec![users(), posts()], &MOODS, vec![]);
    let mut orphan = posts();
    orphan.constraints.retain(|c| !matches!(c.kind, ConstraintKind::ForeignKey(_)));
    let after = schema(vec![orphan], &MOODS, vec![]);
    let found = SQLITE
        .render(
            &Lowered::DropTable { table: id(USERS) },
            Around { before: &before, after: &after, quiet: Quiet::NONE },
            &Facts::default(),
        )
        .unwrap();
    let sql: Vec<_> = found.statements.iter().map(|s| s.sql.as_str()).collect();
    let rebuilt = sql.iter().position(|s| s.starts_with("CREATE TABLE \"strat_new_posts\"")).unwrap();
    let asked = sql.iter().position(|s| s.contains("pragma_foreign_key_list")).unwrap();
    assert!(found.rebuilds && rebuilt < asked && asked + 2 == sql.len());
    assert_eq!(sql.last(), Some(&"DROP TABLE \"users\""));
}

#[test]
fn what_sqlite_cannot_have_is_refused() {
    let mut table = posts();
    table.columns[1].identity = Some(Identity::Always);
    let after = schema(vec![users(), table.clone()], &MOODS, vec![]);
    let step = Lowered::CreateTable(std::sync::Arc::new(table));
    let error = SQLITE
        .render(
            &step,
            Around { before: &schema(vec![], &MOODS, vec![]), after: &after, quiet: Quiet::NONE },
            &Facts::default(),
        )
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "sqlite can't number the rows of posts by author: only a column that is the whole primary key is numbered; make it \
         the key, or take the identity off"
    );
    let native = Type::Native(model::Native::default());
    assert!(matches!(SQLITE.type_sql(&native, &base()), Err(RenderError::Refused { .. })));
}

#[test]
fn hand_written_sql_is_run_as_it_stands() {
    type On<'a> = (&'a str, &'a [&'a str], Option<&'a [&'a str]>);
    let sql = |on: &[On<'_>], declares: Vec<Lowered>, down| {
        let lines = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let text = |up: &[&str], back: Option<&[&str]>| SqlText { up: lines(up), down: back.map(lines) };
        let on: BTreeMap<_, _> = on.iter().map(|(n, up, back)| ((*n).to_owned(), text(up, *back))).collect();
        let step = Lowered::Sql { on, declares, down, touches: None };
        let found = SQLITE.render(
            &step,
            Around { before: &base(), after: &base(), quiet: Quiet::NONE },
            &Facts::default(),
        );
        found.map(|r| r.statements.into_iter().map(|s| s.sql).collect::<Vec<_>>()).map_err(|e| e.to_string())
    };
    assert_eq!(
        sql(&[("sqlite", &["A", "B"], Some(&["C"]))], vec![], false),
        Ok(vec!["A".into(), "B".into()])
    );
    assert_eq!(sql(&[("sqlite", &["A", "B"], Some(&["C"]))], vec![], true), Ok(vec!["C".into()]));
    assert_eq!(sql(&[("other", &["A"], None)], vec![], false), Ok(vec![]));
    assert!(sql(&[("sqlite", &["A"], None)], vec![], true).is_err());
    assert!(sql(&[("other", &["A"], None)], vec![Lowered::DropView { view: id(TITLES) }], false).is_err());
}

#[test]
fn batches() {
    let schema = base();
    let table = schema.table_named("posts").unwrap();
    let shape = BatchShape {
        table,
        schema: &schema,
        key: &[id(40)],
        columns: &[id(42), id(45)],
        versions: crate::Versions::Unheeded,
    };
    let update = SQLITE.update_batch(&shape, 2);
    assert_eq!(update.sql, r#"UPDATE "posts" SET "title" = ?2, "price" = ?3 WHERE "id" = ?1"#);
    assert_eq!(update.binding, Binding::Each);
    assert_eq!(
        SQLITE.insert_batch(&shape, 2).sql,
        r#"INSERT INTO "posts" ("id", "title", "price") VALUES (?, ?, ?)"#
    );
}

/// Columns qualified by their table's name would be looked for in a table that isn't there yet.
#[test]
fn a_check_that_names_its_table_can_be_rebuilt() {
    let mut table = users();
    let parts = vec![
        model::Part::Table(id(USERS)),
        model::Part::Text(".".to_owned()),
        model::Part::Column { table: id(USERS), column: id(12) },
        model::Part::Text(" >= 0".to_owned()),
    ];
    table.constraints[1].kind = ConstraintKind::Check(model::Template { parts });
    let schema = schema(vec![table], &MOODS, vec![]);
    let sql = SQLITE.ddl(&schema).create_table(schema.table(id(USERS)).unwrap(), "strat_new_users").unwrap();
    assert!(sql.contains(r#"CONSTRAINT "users_age_check" CHECK ("age" >= 0)"#), "{sql}");
}

/// An array says nothing of its enum's values, and holds them all the same.
#[test]
fn renamed_enum_values_are_renamed_in_arrays() {
    let table = |name: &str| {
        let mut users = users();
        users.columns[4] = column(14, name, Type::Array(Box::new(Type::Enum(id(MOOD)))));
        users
    };
    let (before, after) =
        (schema(vec![table("m")], &MOODS, vec![]), schema(vec![table("m")], &["good", "bad"], vec![]));
    let step = Lowered::RenameEnumValue { of: id(MOOD), value: id(71), to: "bad".to_owned() };
    let found = SQLITE
        .render(&step, Around { before: &before, after: &after, quiet: Quiet::NONE }, &Facts::default())
        .unwrap();
    let copy = found.statements.iter().find(|s| s.sql.starts_with("INSERT INTO \"strat_new_")).unwrap();
    let value = "CASE WHEN \"m\" IS NOT NULL THEN (SELECT json_group_array(CASE value WHEN 'it''s bad' THEN 'bad' ELSE value END) \
                 FROM json_each(\"m\")) END";
    assert!(copy.sql.contains(value), "{}", copy.sql);
}
