use std::{collections::BTreeMap, sync::Arc};

use model::{
    Column, Commented, Constraint, ConstraintKind, Default, Enum, EnumValue, Extension, Generated, Index,
    Key, Literal, Lowered, Order, Part, Schema, SqlText, Template, Type, column::Storage,
};

use super::*;
use crate::{
    postgres::testing::{adults, column, id, length_of, mood, posts, schema, schema_of, users},
    statement::{Do, Place},
};

fn rendered(step: &Lowered, before: &Schema, after: &Schema) -> Rendered {
    let facts = Facts { version: (15, 0, 0), ..Facts::default() };
    render(step, Around { before, after, quiet: Quiet::NONE }, &facts).expect("it can be rendered")
}

/// What would be run; captures and replays are left out.
fn sql(step: &Lowered, before: &Schema, after: &Schema) -> Vec<String> {
    let all = rendered(step, before, after).statements;
    all.into_iter().filter(|s| s.act == Do::Run).map(|s| s.sql).collect()
}

/// The statements of a step that leaves these tables (users, posts) behind.
fn on_users(step: &Lowered, change: impl FnOnce(&mut model::Table)) -> Vec<String> {
    let mut after = users();
    change(&mut after);
    sql(step, &schema(), &schema_of(vec![mood()], vec![after, posts()], vec![adults()]))
}

#[test]
fn tables_come_with_indexes_and_remarks() {
    let (before, after) = (Schema::new(), schema());
    assert_eq!(
        sql(&Lowered::CreateTable(Arc::new(users())), &before, &after),
        [
            "CREATE TABLE \"users\" (\n  \"id\" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,\n  \"email\" text,\n  \
             \"mood\" \"mood\" DEFAULT 'happy',\n  CONSTRAINT \"users_pkey\" PRIMARY KEY (\"id\"),\n  \
             CONSTRAINT \"users_email_check\" CHECK (length(\"email\") > 3)\n)",
            "CREATE INDEX \"users_email\" ON \"users\" (\"email\" DESC) WHERE \"email\" is not null",
            "COMMENT ON COLUMN \"users\".\"email\" IS 'where mail goes'",
        ]
    );
    assert_eq!(
        sql(&Lowered::CreateTable(Arc::new(posts())), &before, &after),
        [
            "CREATE TABLE \"posts\" (\n  \"id\" uuid,\n  \"author\" bigint,\n  CONSTRAINT \"posts_author_fkey\" \
             FOREIGN KEY (\"author\") REFERENCES \"users\" (\"id\") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED\n)",
            "COMMENT ON TABLE \"posts\" IS 'what they said'",
        ]
    );
    assert_eq!(sql(&Lowered::DropTable { table: id(20) }, &after, &before), ["DROP TABLE \"posts\""]);
    let rename = Lowered::RenameTable { table: id(10), to: "people".to_owned() };
    assert_eq!(sql(&rename, &after, &before), ["ALTER TABLE \"users\" RENAME TO \"people\""]);
}

#[test]
fn added_columns_fill_existing_rows_with_their_initial_value() {
    let added = Column {
        nullable: false,
        default: Some(Default::Now),
        initial: Some(Literal::Text("2020-01-01T00:00:00Z".to_owned())),
        ..column(40, "seen", Type::TimestampTz)
    };
    let step = Lowered::AddColumn { table: id(10), column: Box::new(added.clone()) };
    assert_eq!(
        on_users(&step, |t| t.columns.push(added)),
        [
            "ALTER TABLE \"users\" ADD COLUMN \"seen\" timestamp with time zone NOT NULL DEFAULT '2020-01-01T00:00:00Z'",
            "ALTER TABLE \"users\" ALTER COLUMN \"seen\" SET DEFAULT now()",
        ]
    );
    let computed = |storage| {
        let generated = Some(Generated { expression: length_of(10, 12, ""), storage });
        Column { generated, ..column(40, "size", Type::Integer) }
    };
    let stored = Lowered::AddColumn { table: id(10), column: Box::new(computed(Storage::Stored)) };
    assert_eq!(
        on_users(&stored, |t| t.columns.push(computed(Storage::Stored))),
        ["ALTER TABLE \"users\" ADD COLUMN \"size\" integer GENERATED ALWAYS AS (length(\"email\")) STORED"]
    );
    let step = Lowered::AddColumn { table: id(10), column: Box::new(computed(Storage::Virtual)) };
    let facts = |major| Facts { version: (major, 0, 0), ..Facts::default() };
    let schema = schema();
    let around = Around { before: &schema, after: &schema, quiet: Quiet::NONE };
    assert!(matches!(render(&step, around, &facts(17)), Err(RenderError::Refused { .. })));
    assert!(render(&step, around, &facts(18)).is_ok());
}

#[test]
fn columns_change_one_property_at_a_time() {
    let drop = Lowered::DropColumn { table: id(10), column: id(12) };
    assert_eq!(on_users(&drop, |_| {}), ["ALTER TABLE \"users\" DROP COLUMN \"email\""]);
    let rename = Lowered::RenameColumn { table: id(10), column: id(12), to: "mail".to_owned() };
    assert_eq!(on_users(&rename, |_| {}), ["ALTER TABLE \"users\" RENAME COLUMN \"email\" TO \"mail\""]);
    let not_null = |column, nullable| Lowered::SetNullable { table: id(10), column: id(column), nullable };
    assert_eq!(
        on_users(&not_null(12, true), |_| {}),
        ["ALTER TABLE \"users\" ALTER COLUMN \"email\" DROP NOT NULL"]
    );
    assert_eq!(rendered(&not_null(11, true), &schema(), &schema()).notices.len(), 1);
    let default = |to| Lowered::SetDefault { table: id(10), column: id(13), to };
    assert_eq!(
        on_users(&default(None), |_| {}),
        ["ALTER TABLE \"users\" ALTER COLUMN \"mood\" DROP DEFAULT"]
    );
    let sad = Default::Literal(Literal::Text("sad".to_owned()));
    assert_eq!(
        on_users(&default(Some(sad)), |_| {}),
        ["ALTER TABLE \"users\" ALTER COLUMN \"mood\" SET DEFAULT 'sad'"]
    );
}

#[test]
fn a_retyped_column_takes_down_what_leans_on_it() {
    let step = Lowered::ChangeType { table: id(10), column: id(12), to: Type::Varchar(20), using: None };
    assert_eq!(
        on_users(&step, |t| t.columns[1].ty = Type::Varchar(20)),
        [
            "DROP VIEW \"adults\"",
            "DROP INDEX \"users_email\"",
            "ALTER TABLE \"users\" DROP CONSTRAINT \"users_email_check\"",
            "ALTER TABLE \"users\" ALTER COLUMN \"email\" TYPE character varying(20) USING \"email\"::text",
            "ALTER TABLE \"users\" ADD CONSTRAINT \"users_email_check\" CHECK (length(\"email\") > 3)",
            "CREATE INDEX \"users_email\" ON \"users\" (\"email\" DESC) WHERE \"email\" is not null",
            "CREATE VIEW \"adults\" (\"id\", \"email\") AS SELECT \"id\", \"email\" FROM \"users\" WHERE length(\"email\") > 3",
        ]
    );
    let using = Some(length_of(10, 13, ""));
    let step = Lowered::ChangeType { table: id(10), column: id(13), to: Type::Integer, using };
    assert_eq!(
        on_users(&step, |t| {
            t.columns[2].ty = Type::Integer;
            t.columns[2].default = Some(Default::Literal(Literal::Int(1)));
        }),
        [
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" DROP DEFAULT",
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" TYPE integer USING length(\"mood\")",
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" SET DEFAULT 1",
        ]
    );
}

#[test]
fn a_widened_column_keeps_its_rows_and_its_indexes() {
    let with = |ty: Type<model::ObjectId>| {
        let mut table = users();
        table.columns[1].ty = ty;
        schema_of(vec![mood()], vec![table], Vec::new())
    };
    let step = Lowered::ChangeType { table: id(10), column: id(12), to: Type::Text, using: None };
    let rendered = rendered(&step, &with(Type::Varchar(5)), &with(Type::Text));
    assert_eq!(rendered.statements.len(), 1);
    assert_eq!(rendered.statements[0].sql, "ALTER TABLE \"users\" ALTER COLUMN \"email\" TYPE text");
    assert!(!rendered.rebuilds);
}

#[test]
fn constraints_are_validated_after_they_are_added() {
    let check = |table: u32, n, kind| {
        let constraint = Box::new(Constraint { id: id(n), name: "c".to_owned(), kind });
        sql(&Lowered::AddConstraint { table: id(table), constraint }, &schema(), &schema())
    };
    assert_eq!(
        check(10, 50, ConstraintKind::Check(length_of(10, 12, " < 9"))),
        [
            "ALTER TABLE \"users\" ADD CONSTRAINT \"c\" CHECK (length(\"email\") < 9) NOT VALID",
            "ALTER TABLE \"users\" VALIDATE CONSTRAINT \"c\"",
        ]
    );
    let reference = posts().constraints[0].kind.clone();
    assert_eq!(
        check(20, 50, reference),
        [
            "ALTER TABLE \"posts\" ADD CONSTRAINT \"c\" FOREIGN KEY (\"author\") REFERENCES \"users\" (\"id\") \
             ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID",
            "ALTER TABLE \"posts\" VALIDATE CONSTRAINT \"c\"",
        ]
    );
    assert_eq!(
        check(10, 50, ConstraintKind::Unique(vec![id(12)])),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY \"c\" ON \"users\" (\"email\")",
            "ALTER TABLE \"users\" ADD CONSTRAINT \"c\" UNIQUE USING INDEX \"c\"",
        ]
    );
    let rename = Lowered::RenameConstraint { table: id(10), constraint: id(14), to: "pk".to_owned() };
    assert_eq!(
        on_users(&rename, |_| {}),
        ["ALTER TABLE \"users\" RENAME CONSTRAINT \"users_pkey\" TO \"pk\""]
    );
}

#[test]
fn text_keys_are_ordered_by_their_bytes() {
    let keyed = |constraints: Vec<Constraint>| {
        let mut table = users();
        table.constraints = constraints;
        schema_of(vec![mood()], vec![table], vec![adults()])
    };
    let key =
        Constraint { id: id(60), name: "by_mail".to_owned(), kind: ConstraintKind::PrimaryKey(vec![id(12)]) };
    let (before, after) = (keyed(Vec::new()), keyed(vec![key.clone()]));
    let statements =
        sql(&Lowered::AddConstraint { table: id(10), constraint: Box::new(key) }, &before, &after);
    // What comes first makes the column NOT NULL.
    assert_eq!(
        statements[4..],
        [
            "DROP VIEW \"adults\"",
            "ALTER TABLE \"users\" ALTER COLUMN \"email\" TYPE text COLLATE \"C\"",
            "CREATE VIEW \"adults\" (\"id\", \"email\") AS SELECT \"id\", \"email\" FROM \"users\" WHERE length(\"email\") > 3",
            "CREATE UNIQUE INDEX CONCURRENTLY \"by_mail\" ON \"users\" (\"email\")",
            "ALTER TABLE \"users\" ADD CONSTRAINT \"by_mail\" PRIMARY KEY USING INDEX \"by_mail\"",
        ]
    );
    let table = after.table(id(10)).expect("it is there").clone();
    let create = sql(&Lowered::CreateTable(Arc::new(table)), &Schema::new(), &after).remove(0);
    assert!(create.contains("\"email\" text COLLATE \"C\" NOT NULL"), "{create}");
}

#[test]
fn a_dropped_key_gives_its_columns_their_nulls_back() {
    let keyed = |constraints: Vec<Constraint>| {
        let mut table = posts();
        table.constraints = constraints;
        schema_of(Vec::new(), vec![table], Vec::new())
    };
    let key = Constraint {
        id: id(60),
        name: "posts_pkey".to_owned(),
        kind: ConstraintKind::PrimaryKey(vec![id(21)]),
    };
    let step = Lowered::DropConstraint { table: id(20), constraint: id(60) };
    assert_eq!(
        sql(&step, &keyed(vec![key]), &keyed(Vec::new())),
        [
            "ALTER TABLE \"posts\" DROP CONSTRAINT \"posts_pkey\"",
            "ALTER TABLE \"posts\" ALTER COLUMN \"id\" DROP NOT NULL",
        ]
    );
}

#[test]
fn indexes_are_built_beside_writers() {
    let expression = |text: &str| {
        let parts = vec![Part::Column { table: id(10), column: id(12) }, Part::Text(text.to_owned())];
        Template { parts }
    };
    let index = Index {
        id: id(70),
        name: "i".to_owned(),
        keys: vec![Key::Column(id(13)), Key::Expression(expression(" || 'x'"), Order::Desc)],
        unique: true,
        method: None,
        only: None,
        include: vec![id(12)],
    };
    let create = |index: &Index, concurrently| Lowered::CreateIndex {
        table: id(10),
        index: Box::new(index.clone()),
        concurrently,
    };
    assert_eq!(
        on_users(&create(&index, false), |_| {}),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON \"users\" (\"mood\", (\"email\" || 'x') DESC) INCLUDE (\"email\")"
        ]
    );
    let beside = rendered(&create(&index, true), &schema(), &schema()).statements.remove(0);
    assert_eq!(beside.place, Place::Alone);
    assert!(beside.sql.starts_with("CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON"), "{}", beside.sql);
    assert!(beside.probe.expect("it has one").contains("c.relname = 'i' AND i.indisvalid"));
    assert_eq!(beside.clear.as_deref(), Some("DROP INDEX CONCURRENTLY IF EXISTS \"i\""));
    let trigrams = Index {
        keys: vec![Key::Expression(expression(" gin_trgm_ops"), Order::Asc)],
        method: Some("gin".to_owned()),
        unique: false,
        include: Vec::new(),
        ..index
    };
    assert_eq!(
        on_users(&create(&trigrams, false), |_| {}),
        ["CREATE INDEX CONCURRENTLY \"i\" ON \"users\" USING \"gin\" ((\"email\") gin_trgm_ops)"]
    );
    let drop = |concurrently| Lowered::DropIndex { table: id(10), index: id(16), concurrently };
    assert_eq!(on_users(&drop(false), |_| {}), ["DROP INDEX \"users_email\""]);
    let beside = rendered(&drop(true), &schema(), &schema()).statements.remove(0);
    assert_eq!(beside.sql, "DROP INDEX CONCURRENTLY \"users_email\"");
    assert!(beside.probe.expect("it has one").starts_with("SELECT NOT EXISTS"));
    let rename = Lowered::RenameIndex { table: id(10), index: id(16), to: "j".to_owned() };
    assert_eq!(on_users(&rename, |_| {}), ["ALTER INDEX \"users_email\" RENAME TO \"j\""]);
}

fn with_values(names: &[(u32, &str)]) -> Enum {
    let values = names.iter().map(|(n, name)| EnumValue {
        id: id(*n),
        name: (*name).to_owned(),
        anchor: None,
        clock: 0,
    });
    Enum { values: values.collect(), ..mood() }
}

#[test]
fn enum_values_stand_alone_and_at_their_place() {
    let value = EnumValue { id: id(80), name: "so-so".to_owned(), anchor: None, clock: 1 };
    let step = Lowered::AddEnumValue { of: id(1), value };
    let added = |names: &[(u32, &str)]| {
        let after = schema_of(vec![with_values(names)], Vec::new(), Vec::new());
        rendered(&step, &schema(), &after).statements.remove(0)
    };
    let first = added(&[(80, "so-so"), (2, "happy"), (3, "sad")]);
    assert_eq!(first.sql, "ALTER TYPE \"mood\" ADD VALUE 'so-so' BEFORE 'happy'");
    assert_eq!(first.place, Place::Alone);
    assert!(first.probe.expect("it has one").contains("e.enumlabel = 'so-so'"));
    let second = added(&[(2, "happy"), (80, "so-so"), (3, "sad")]);
    assert_eq!(second.sql, "ALTER TYPE \"mood\" ADD VALUE 'so-so' AFTER 'happy'");
    assert_eq!(
        added(&[(2, "happy"), (3, "sad"), (80, "so-so")]).sql,
        "ALTER TYPE \"mood\" ADD VALUE 'so-so'"
    );
    let rename = Lowered::RenameEnumValue { of: id(1), value: id(3), to: "blue".to_owned() };
    assert_eq!(sql(&rename, &schema(), &schema()), ["ALTER TYPE \"mood\" RENAME VALUE 'sad' TO 'blue'"]);
    let create = Lowered::CreateEnum(Arc::new(mood()));
    assert_eq!(sql(&create, &Schema::new(), &schema()), ["CREATE TYPE \"mood\" AS ENUM ('happy', 'sad')"]);
    assert_eq!(sql(&Lowered::DropEnum { of: id(1) }, &schema(), &schema()), ["DROP TYPE \"mood\""]);
}

#[test]
fn a_dropped_or_moved_enum_value_takes_a_new_type() {
    let remade = |step: &Lowered, values: &[(u32, &str)]| {
        let after = schema_of(vec![with_values(values)], vec![users(), posts()], vec![adults()]);
        sql(step, &schema(), &after)
    };
    let backwards = [(3, "sad"), (2, "happy")];
    let moved = Lowered::PlaceEnumValues { of: id(1), values: with_values(&backwards).values };
    assert_eq!(remade(&moved, &backwards)[1], "CREATE TYPE \"mood\" AS ENUM ('sad', 'happy')");
    assert!(remade(&moved, &[(2, "happy"), (3, "sad")]).is_empty());
    assert_eq!(
        remade(&Lowered::DropEnumValue { of: id(1), value: id(3) }, &[(2, "happy")]),
        [
            "ALTER TYPE \"mood\" RENAME TO strat_old_enum",
            "CREATE TYPE \"mood\" AS ENUM ('happy')",
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" DROP DEFAULT",
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" TYPE \"mood\" USING \"mood\"::text::\"mood\"",
            "ALTER TABLE \"users\" ALTER COLUMN \"mood\" SET DEFAULT 'happy'",
            "DROP TYPE strat_old_enum",
        ]
    );
}

#[test]
fn views_are_replaced_in_place_when_only_their_conditions_change() {
    let text = |text: &str| Part::Text(text.to_owned());
    let mut wider = adults();
    wider.query.parts[8] = text(") > 5");
    let after = schema_of(vec![mood()], vec![users(), posts()], vec![wider.clone()]);
    let create = "CREATE VIEW \"adults\" (\"id\", \"email\") AS SELECT \"id\", \"email\" FROM \"users\" WHERE length(\"email\") > 5";
    let step = Lowered::ReplaceView { view: Arc::new(wider.clone()) };
    assert_eq!(sql(&step, &schema(), &after), [create.replace("CREATE", "CREATE OR REPLACE")]);
    assert_eq!(sql(&Lowered::CreateView(Arc::new(wider.clone())), &schema(), &after), [create]);
    assert_eq!(sql(&Lowered::DropView { view: id(30) }, &schema(), &after), ["DROP VIEW \"adults\""]);
    wider.columns.pop();
    wider.query.parts.drain(2..4);
    wider.query.parts[1] = Part::Column { table: id(10), column: id(12) };
    let after = schema_of(vec![mood()], vec![users(), posts()], vec![wider.clone()]);
    let replaced = rendered(&Lowered::ReplaceView { view: Arc::new(wider) }, &schema(), &after).statements;
    let acts: Vec<_> = replaced.iter().map(|s| s.act.clone()).collect();
    let key = "grants on adults".to_owned();
    assert_eq!(acts, [Do::Capture(key.clone()), Do::Run, Do::Run, Do::Replay(key)]);
    assert_eq!(replaced[1].sql, "DROP VIEW \"adults\"");
}

#[test]
fn remarks_extensions_and_raw_statements() {
    let remark = |on, to: Option<&str>| {
        sql(&Lowered::SetComment { on, to: to.map(str::to_owned) }, &schema(), &schema()).remove(0)
    };
    assert_eq!(remark(Commented::Table(id(10)), Some("it's")), "COMMENT ON TABLE \"users\" IS 'it''s'");
    let on = Commented::Column { table: id(10), column: id(12) };
    assert_eq!(remark(on, None), "COMMENT ON COLUMN \"users\".\"email\" IS NULL");
    assert_eq!(remark(Commented::View(id(30)), Some("v")), "COMMENT ON VIEW \"adults\" IS 'v'");
    assert_eq!(remark(Commented::Enum(id(1)), Some("e")), "COMMENT ON TYPE \"mood\" IS 'e'");
    let vector = Arc::new(Extension { id: id(90), name: "vector".to_owned() });
    let mut installed = schema();
    installed.insert_extension(vector.clone()).expect("it is new");
    let create = sql(&Lowered::CreateExtension(vector), &schema(), &installed);
    assert_eq!(create, ["CREATE EXTENSION IF NOT EXISTS \"vector\""]);
    let drop = Lowered::DropExtension { extension: id(90) };
    assert_eq!(sql(&drop, &installed, &schema()), ["DROP EXTENSION \"vector\""]);
    let text = SqlText { up: vec!["UPDATE a SET b = 1;".to_owned(), "VACUUM a".to_owned()], down: None };
    let raw = |down| Lowered::Sql {
        on: BTreeMap::from([("postgres".to_owned(), text.clone())]),
        declares: Vec::new(),
        down,
        touches: None,
    };
    let up = rendered(&raw(false), &schema(), &schema()).statements;
    assert_eq!((up[0].sql.as_str(), up[0].place), ("UPDATE a SET b = 1", Place::Inside));
    assert_eq!((up[1].sql.as_str(), up[1].place, &up[1].probe), ("VACUUM a", Place::Alone, &None));
    let around = Around { before: &schema(), after: &schema(), quiet: Quiet::NONE };
    assert!(render(&raw(true), around, &Facts::default()).is_err());
}
