//! What each step becomes, word by word, and what the catalogue's answers are read as.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Action, Column, Commented, Constraint, ConstraintKind, Default, Deferrable, Enum, EnumValue, Extension,
    Generated, Index, Key, Literal, Lowered, ObjectId, Order, Origin, Part, Reference, Schema, SqlText,
    Table, Template, Type, Value, View, column::Storage, schema::ViewColumn,
};

use super::{
    MYSQL, batch,
    normal::{condition, query},
    probe, types,
};
use crate::{Around, BatchShape, Dialect, Do, Facts, Place, RenderError, Rendered};

fn n(part: u32) -> ObjectId {
    ObjectId { origin: Origin::New, step: 0, part }
}

fn forked() -> Facts {
    Facts { version: (10, 11, 2), flavour: "mariadb".to_owned() }
}

fn column(part: u32, name: &str, ty: Type<ObjectId>) -> Column {
    let name = name.to_owned();
    let (default, initial, identity, generated, comment) = (None, None, None, None, None);
    Column { id: n(part), name, ty, nullable: true, default, initial, identity, generated, comment }
}

fn named(part: u32, name: &str, kind: ConstraintKind<ObjectId, ObjectId, Template>) -> Constraint {
    Constraint { id: n(part), name: name.to_owned(), kind }
}

fn plain(part: u32, name: &str, keys: Vec<Key<ObjectId, Template>>) -> Index {
    Index {
        id: n(part),
        name: name.to_owned(),
        keys,
        unique: false,
        method: None,
        only: None,
        include: Vec::new(),
    }
}

fn over(before: &str, part: u32, behind: &str) -> Template {
    let text = |text: &str| Part::Text(text.to_owned());
    Template { parts: vec![text(before), Part::Column { table: n(1), column: n(part) }, text(behind)] }
}

fn reference() -> Reference<ObjectId, ObjectId> {
    let (on_delete, on_update) = (Action::SetNull, Action::NoAction);
    Reference {
        columns: vec![n(5)],
        references: n(1),
        to: vec![n(2)],
        on_delete,
        on_update,
        deferrable: Deferrable::No,
    }
}

/// An enum, a table that uses it and refers to itself, a view over it.
fn before() -> Schema {
    let mut schema = Schema::new();
    let value = |part, name: &str| EnumValue { id: n(part), name: name.to_owned(), anchor: None, clock: 0 };
    let values = vec![value(51, "happy"), value(52, "sad")];
    let of = Enum { id: n(50), name: "mood".to_owned(), values, comment: None };
    schema.insert_enum(Arc::new(of)).unwrap();
    let is_sad = Template {
        parts: vec![
            Part::Column { table: n(1), column: n(4) },
            Part::Text(" <> ".to_owned()),
            Part::EnumValue { of: n(50), value: n(52) },
        ],
    };
    let upper = Generated { expression: over("upper(", 3, ")"), storage: Storage::Stored };
    let table = Table {
        id: n(1),
        name: "posts".to_owned(),
        columns: vec![
            Column { identity: Some(model::Identity::ByDefault), ..column(2, "id", Type::BigInt) },
            Column { comment: Some("it's".to_owned()), ..column(3, "title", Type::Varchar(50)) },
            Column {
                default: Some(Default::Literal(Literal::Text("sad".to_owned()))),
                ..column(4, "mood", Type::Enum(n(50)))
            },
            Column { default: Some(Default::Literal(Literal::Int(0))), ..column(5, "parent", Type::BigInt) },
            Column { generated: Some(upper), ..column(6, "loud", Type::Varchar(50)) },
        ],
        constraints: vec![
            named(10, "posts_pkey", ConstraintKind::PrimaryKey(vec![n(2)])),
            named(11, "posts_parent_fkey", ConstraintKind::ForeignKey(reference())),
            named(12, "posts_mood_check", ConstraintKind::Check(is_sad)),
            named(13, "posts_title_key", ConstraintKind::Unique(vec![n(3)])),
        ],
        indexes: vec![plain(20, "posts_loud", vec![Key::Desc(n(6)), Key::Column(n(3))])],
        comment: None,
    };
    schema.insert_table(Arc::new(table)).unwrap();
    schema.insert_view(Arc::new(view(" > 3"))).unwrap();
    schema
}

fn view(rest: &str) -> View {
    let mut query = over("SELECT ", 3, " FROM ");
    query.parts.push(Part::Table(n(1)));
    query.parts.extend(over(" WHERE length(", 3, &format!("){rest}")).parts);
    let columns = vec![ViewColumn { id: n(61), name: "title".to_owned() }];
    View { id: n(60), name: "long".to_owned(), columns, query, comment: None }
}

fn try_render(step: &Lowered, facts: &Facts) -> Result<Rendered, RenderError> {
    let before = before();
    let mut after = before.clone();
    step.evolve(&mut after).unwrap();
    MYSQL.render(step, Around { before: &before, after: &after }, facts)
}

fn rendered(step: &Lowered) -> Rendered {
    try_render(step, &forked()).unwrap()
}

fn run(step: Lowered) -> Vec<String> {
    rendered(&step).statements.into_iter().map(|statement| statement.sql).collect()
}

const VIEW: &str = "CREATE OR REPLACE VIEW `long` (`title`) AS SELECT";

#[test]
fn tables_come_with_everything_in_one_statement() {
    let table = before().table(n(1)).unwrap().clone();
    let sql = super::definition::create_table(&super::ddl(&before()), &table, super::Server::of(&forked()))
        .unwrap();
    assert_eq!(
        sql,
        "CREATE TABLE `posts` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `title` VARCHAR(50) COLLATE utf8mb4_bin COMMENT 'it''s',
  `mood` ENUM('happy','sad') COLLATE utf8mb4_bin DEFAULT 'sad',
  `parent` BIGINT DEFAULT 0,
  `loud` VARCHAR(50) COLLATE utf8mb4_bin GENERATED ALWAYS AS (upper(`title`)) STORED,
  INDEX `posts_loud` (`loud` DESC, `title`),
  CONSTRAINT `posts_pkey` PRIMARY KEY (`id`),
  INDEX `posts_parent_fkey` (`parent`),
  CONSTRAINT `posts_parent_fkey` FOREIGN KEY (`parent`) REFERENCES `posts` (`id`) ON DELETE SET NULL,
  CONSTRAINT `posts_mood_check` CHECK (`mood` <> 'sad'),
  CONSTRAINT `posts_title_key` UNIQUE (`title`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    );
    let small =
        Table { id: n(70), name: "t".to_owned(), columns: vec![column(71, "a", Type::Json)], ..empty() };
    let made = rendered(&Lowered::CreateTable(Arc::new(small)));
    let [statement] = made.statements.as_slice() else { panic!("one statement") };
    assert_eq!(statement.place, Place::Alone);
    assert_eq!(
        statement.probe.as_deref(),
        Some(
            "SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't')"
        )
    );
}

fn empty() -> Table {
    let (columns, constraints, indexes) = (Vec::new(), Vec::new(), Vec::new());
    Table { id: n(0), name: String::new(), columns, constraints, indexes, comment: None }
}

#[test]
fn names_change_with_all_that_holds_them() {
    let renamed = run(Lowered::RenameTable { table: n(1), to: "notes".to_owned() });
    assert_eq!(renamed[0], "ALTER TABLE `posts` RENAME TO `notes`");
    assert_eq!(renamed[1], format!("{VIEW} `title` FROM `notes` WHERE length(`title`) > 3"));
    let renamed = run(Lowered::RenameColumn { table: n(1), column: n(3), to: "head".to_owned() });
    assert_eq!(
        renamed[0],
        "ALTER TABLE `posts` RENAME COLUMN `title` TO `head`, MODIFY COLUMN `loud` VARCHAR(50) COLLATE utf8mb4_bin \
         GENERATED ALWAYS AS (upper(`head`)) STORED"
    );
    assert_eq!(renamed[1], format!("{VIEW} `head` FROM `posts` WHERE length(`head`) > 3"));
    let key =
        |part, to: &str| Lowered::RenameConstraint { table: n(1), constraint: n(part), to: to.to_owned() };
    assert_eq!(run(key(10, "pk")), Vec::<String>::new());
    assert_eq!(run(key(13, "u")), ["ALTER TABLE `posts` RENAME INDEX `posts_title_key` TO `u`"]);
    assert_eq!(
        run(key(12, "c")),
        [
            "ALTER TABLE `posts` DROP CONSTRAINT `posts_mood_check`, ADD CONSTRAINT `c` CHECK (`mood` <> 'sad')"
        ]
    );
    assert_eq!(
        run(key(11, "f")),
        [
            "ALTER TABLE `posts` DROP FOREIGN KEY `posts_parent_fkey`, RENAME INDEX `posts_parent_fkey` TO `f`, \
          ADD CONSTRAINT `f` FOREIGN KEY (`parent`) REFERENCES `posts` (`id`) ON DELETE SET NULL"
        ]
    );
    let index = Lowered::RenameIndex { table: n(1), index: n(20), to: "i".to_owned() };
    assert_eq!(run(index), ["ALTER TABLE `posts` RENAME INDEX `posts_loud` TO `i`"]);
}

#[test]
fn columns_are_restated_whole() {
    let plain = Column { nullable: false, ..column(80, "score", Type::Integer) };
    let given = Default::Literal(Literal::Int(7));
    let both = Column { default: Some(given.clone()), initial: Some(Literal::Int(3)), ..plain.clone() };
    assert_eq!(
        run(Lowered::AddColumn { table: n(1), column: Box::new(both) }),
        [
            "ALTER TABLE `posts` ADD COLUMN `score` INT NOT NULL DEFAULT 3",
            "ALTER TABLE `posts` MODIFY COLUMN `score` INT NOT NULL DEFAULT 7"
        ]
    );
    let drop = rendered(&Lowered::DropIndex { table: n(1), index: n(20), concurrently: true });
    assert_eq!(drop.statements[0].sql, "ALTER TABLE `posts` DROP INDEX `posts_loud`");
    let title = "MODIFY COLUMN `title` VARCHAR(50) COLLATE utf8mb4_bin";
    let not_null = Lowered::SetNullable { table: n(1), column: n(3), nullable: false };
    assert_eq!(run(not_null.clone()), [format!("ALTER TABLE `posts` {title} NOT NULL COMMENT 'it''s'")]);
    // Repeating it changes nothing.
    assert_eq!(rendered(&not_null).statements[0].probe.as_deref(), Some(probe::AGAIN));
    let text = Default::Literal(Literal::Text("a\\b".to_owned()));
    let default = Lowered::SetDefault { table: n(1), column: n(3), to: Some(text) };
    assert_eq!(run(default), [format!("ALTER TABLE `posts` {title} DEFAULT 'a\\\\b' COMMENT 'it''s'")]);
    let on = Commented::Column { table: n(1), column: n(3) };
    assert_eq!(run(Lowered::SetComment { on, to: None }), [format!("ALTER TABLE `posts` {title}")]);
    let comment = Lowered::SetComment { on: Commented::Table(n(1)), to: Some("x".to_owned()) };
    assert_eq!(run(comment), ["ALTER TABLE `posts` COMMENT='x'"]);
}

#[test]
fn values_are_computed_beside_the_old_ones() {
    let using = Some(over("char_length(", 3, ")"));
    let changed = rendered(&Lowered::ChangeType { table: n(1), column: n(3), to: Type::Integer, using });
    let sql: Vec<_> = changed.statements.iter().map(|s| (s.place, s.sql.as_str())).collect();
    assert_eq!(
        sql,
        [
            (Place::Alone, "ALTER TABLE `posts` ADD COLUMN `strat_new_value` INT"),
            (Place::Inside, "UPDATE `posts` SET strat_new_value = char_length(`title`)"),
            (
                Place::Alone,
                "ALTER TABLE `posts` DROP INDEX `posts_title_key`, DROP INDEX `posts_loud`, DROP COLUMN `title`, \
                 DROP COLUMN `loud`, CHANGE COLUMN `strat_new_value` `title` INT COMMENT 'it''s' AFTER `id`, \
                 ADD COLUMN `loud` VARCHAR(50) COLLATE utf8mb4_bin GENERATED ALWAYS AS (upper(`title`)) STORED, \
                 ADD CONSTRAINT `posts_title_key` UNIQUE (`title`), ADD INDEX `posts_loud` (`loud` DESC, `title`)"
            ),
        ]
    );
    assert!(changed.rebuilds);
}

#[test]
fn enums_live_in_their_columns() {
    let list = |values: &str| {
        format!("ALTER TABLE `posts` MODIFY COLUMN `mood` ENUM({values}) COLLATE utf8mb4_bin DEFAULT 'sad'")
    };
    let value = EnumValue { id: n(90), name: "it's".to_owned(), anchor: None, clock: 1 };
    assert_eq!(run(Lowered::AddEnumValue { of: n(50), value }), [list("'happy','sad','it''s'")]);
    let places = |parts: [u32; 2]| {
        let value = |part| EnumValue { id: n(part), name: String::new(), anchor: None, clock: 0 };
        Lowered::PlaceEnumValues { of: n(50), values: parts.map(value).to_vec() }
    };
    assert_eq!(run(places([52, 51])), [list("'sad','happy'")]);
    assert_eq!(run(places([51, 52])), Vec::<String>::new());
    let unheld = "SELECT NOT EXISTS (SELECT 1 FROM `posts` WHERE `mood` = 'happy')".to_owned();
    assert_eq!(run(Lowered::DropEnumValue { of: n(50), value: n(51) }), [unheld, list("'sad'")]);
    let renamed = rendered(&Lowered::RenameEnumValue { of: n(50), value: n(52), to: "blue".to_owned() });
    let sql: Vec<_> = renamed.statements.iter().map(|s| (s.place, s.sql.as_str())).collect();
    assert_eq!(
        sql,
        [
            (
                Place::Alone,
                "ALTER TABLE `posts` DROP CONSTRAINT `posts_mood_check`, \
                 MODIFY COLUMN `mood` ENUM('happy','sad','blue') COLLATE utf8mb4_bin DEFAULT 'sad'"
            ),
            (Place::Inside, "UPDATE `posts` SET `mood` = 'blue' WHERE `mood` = 'sad'"),
            (
                Place::Alone,
                "ALTER TABLE `posts` MODIFY COLUMN `mood` ENUM('happy','blue') COLLATE utf8mb4_bin DEFAULT 'blue', \
                 ADD CONSTRAINT `posts_mood_check` CHECK (`mood` <> 'blue')"
            ),
        ]
    );
    let values = vec![EnumValue { id: n(96), name: "a".to_owned(), anchor: None, clock: 0 }];
    let of = Enum { id: n(91), name: "other".to_owned(), values, comment: None };
    assert_eq!(run(Lowered::CreateEnum(Arc::new(of))), Vec::<String>::new());
}

#[test]
fn constraints_and_indexes_come_and_go() {
    let drop = |part| run(Lowered::DropConstraint { table: n(1), constraint: n(part) });
    assert_eq!(
        drop(11),
        [
            "ALTER TABLE `posts` DROP FOREIGN KEY `posts_parent_fkey`, DROP INDEX IF EXISTS `posts_parent_fkey`"
        ]
    );
    assert_eq!(drop(12), ["ALTER TABLE `posts` DROP CONSTRAINT `posts_mood_check`"]);
    assert_eq!(drop(13), ["ALTER TABLE `posts` DROP INDEX `posts_title_key`"]);
    let add =
        |kind| run(Lowered::AddConstraint { table: n(1), constraint: Box::new(named(92, "new", kind)) });
    assert_eq!(
        add(ConstraintKind::Unique(vec![n(5)])),
        ["ALTER TABLE `posts` ADD CONSTRAINT `new` UNIQUE (`parent`)"]
    );
    assert_eq!(
        add(ConstraintKind::ForeignKey(reference())),
        ["ALTER TABLE `posts` ADD INDEX `new` (`parent`), \
          ADD CONSTRAINT `new` FOREIGN KEY (`parent`) REFERENCES `posts` (`id`) ON DELETE SET NULL"]
    );
    let lower = plain(93, "low", vec![Key::Expression(over("lower(", 3, ")"), Order::Asc)]);
    let step = Lowered::CreateIndex { table: n(1), index: Box::new(lower), concurrently: false };
    let made = rendered(&step);
    assert_eq!((made.statements.len(), made.notices.len()), (0, 1));
    let made = try_render(&step, &Facts::default()).unwrap();
    assert_eq!(made.statements[0].sql, "ALTER TABLE `posts` ADD INDEX `low` ((lower(`title`)))");
}

#[test]
fn views_extensions_and_own_words() {
    assert_eq!(
        run(Lowered::ReplaceView { view: Arc::new(view(" > 4")) })[0],
        format!("{VIEW} `title` FROM `posts` WHERE length(`title`) > 4")
    );
    assert_eq!(run(Lowered::DropView { view: n(60) }), ["DROP VIEW `long`"]);
    let other = View { id: n(94), name: "other".to_owned(), ..view(" > 1") };
    assert!(run(Lowered::CreateView(Arc::new(other)))[0].starts_with("CREATE VIEW `other` (`title`) AS"));
    let extension = Extension { id: n(95), name: "vector".to_owned() };
    assert_eq!(rendered(&Lowered::CreateExtension(Arc::new(extension))).notices.len(), 1);
    let up =
        ["UPDATE posts SET parent = 1;", "CREATE TRIGGER t BEFORE INSERT ON posts FOR EACH ROW SET @a = 1"];
    let text = SqlText { up: up.map(str::to_owned).to_vec(), down: None };
    let sql =
        |on: BTreeMap<String, SqlText>, down| Lowered::Sql { on, declares: Vec::new(), down, touches: None };
    let own = rendered(&sql([("mysql".to_owned(), text.clone())].into(), false));
    assert_eq!(own.statements.iter().map(|s| s.place).collect::<Vec<_>>(), [Place::Inside, Place::Alone]);
    assert!(own.statements[1].probe.is_none() && own.statements[0].act == Do::Run);
    assert!(try_render(&sql([("mysql".to_owned(), text)].into(), true), &forked()).is_err());
}

#[test]
fn what_would_mean_something_else_is_refused() {
    let refused = |step: &Lowered| matches!(try_render(step, &forked()), Err(RenderError::Refused { .. }));
    let add = |kind| Lowered::AddConstraint { table: n(1), constraint: Box::new(named(92, "new", kind)) };
    let joined = over("", 3, " || 'x' <> ''");
    assert!(refused(&add(ConstraintKind::Check(joined))));
    let action = Reference { on_delete: Action::SetDefault, ..reference() };
    assert!(refused(&add(ConstraintKind::ForeignKey(action))));
    let some =
        Index { unique: true, only: Some(over("", 3, " <> ''")), ..plain(93, "u", vec![Key::Column(n(3))]) };
    assert!(refused(&Lowered::CreateIndex { table: n(1), index: Box::new(some), concurrently: false }));
    let long = Column { nullable: true, ..column(80, "x", Type::Varchar(20_000)) };
    assert!(refused(&Lowered::AddColumn { table: n(1), column: Box::new(long) }));
}

#[test]
fn expressions_and_queries_agree_with_what_the_server_gives_back() {
    for (written, given) in [
        ("length(v) > 3 AND (ok OR NOT (n > 5))", "octet_length(`v`) > 3 and (`ok` <> 0 or `n` <= 5)"),
        ("NOT ok AND v NOT IN ('x')", "`ok` = 0 and `v` <> 'x'"),
        ("mod(n, 2) = 0 AND lower(v) <> 'a\\\\b'", "`n` MOD 2 = 0 and lcase(`v`) <> 'a\\\\b'"),
        ("v <> 'it''s' AND NOT (a AND b < 3)", "((`v` <> _utf8mb4'it\\'s') and (`a` = 0 or `b` >= 3))"),
        (
            "cast(n AS char) = '1' AND at > now()",
            "cast(`n` as char charset utf8mb4) = '1' and `at` > current_timestamp()",
        ),
    ] {
        assert_eq!(condition(written), condition(given), "{written}");
    }
    assert_ne!(condition("a AND b"), condition("a OR b"));
    for (written, given) in [
        (
            "SELECT id AS x, count(*) c FROM a INNER JOIN b AS q ON q.a = a.id WHERE EXISTS (SELECT 1 FROM c) ORDER BY id ASC LIMIT 3",
            "select `d`.`a`.`id` AS `x`,count(0) AS `y` from (`d`.`a` join `d`.`b` `q` on(`d`.`q`.`a` = `d`.`a`.`id`)) \
             where exists(select 1 from `d`.`c` limit 1) order by `d`.`a`.`id` limit 3",
        ),
        (
            "SELECT DISTINCT a.id FROM a, b WHERE a.id IN (SELECT y FROM v) UNION ALL SELECT z FROM c",
            "select distinct `d`.`a`.`id` AS `id` from `d`.`a` join `d`.`b` where `d`.`a`.`id` in (select `v`.`y` from `d`.`v`) \
             union all select `d`.`c`.`z` AS `z` from `d`.`c`",
        ),
    ] {
        assert_eq!(query(written), query(given));
    }
    assert_ne!(query("SELECT a FROM t WHERE b"), query("SELECT a FROM t WHERE c"));
}

#[expect(clippy::too_many_lines, reason = "a catalogue is a long table")]
fn answers() -> [Vec<Vec<Value>>; 6] {
    let text = |text: &str| Value::Text(text.to_owned());
    let column = |name: &str,
                  ty: &str,
                  null: &str,
                  default: Value,
                  extra: &str,
                  of: Value,
                  collation: Value| {
        vec![text("posts"), text(name), text(ty), text(null), default, text(extra), of, collation, text("")]
    };
    let bin = || text("utf8mb4_bin");
    let none = || Value::Null;
    let mut title = column("title", "varchar(50)", "YES", text("NULL"), "", none(), bin());
    title[8] = text("it's");
    let index = |name: &str, unique: i32, column: &str, order: &str| {
        vec![
            text("posts"),
            text(name),
            Value::Int(1 - i64::from(unique)),
            text(column),
            text(order),
            none(),
            none(),
            text("BTREE"),
        ]
    };
    [
        vec![
            vec![text("posts"), text("BASE TABLE"), text("")],
            vec![text("long"), text("VIEW"), text("VIEW")],
        ],
        vec![
            column("id", "bigint(20)", "NO", none(), "auto_increment", none(), none()),
            title,
            column("mood", "enum('happy','sad')", "YES", text("'sad'"), "", none(), bin()),
            column("parent", "bigint(20)", "YES", text("0"), "", none(), none()),
            column(
                "loud",
                "varchar(50)",
                "YES",
                text("NULL"),
                "STORED GENERATED",
                text("ucase(`title`)"),
                bin(),
            ),
            vec![
                text("long"),
                text("title"),
                text("varchar(50)"),
                text("YES"),
                none(),
                text(""),
                none(),
                bin(),
                text(""),
            ],
        ],
        vec![vec![text("posts"), text("posts_mood_check"), text("`mood` <> 'sad'")]],
        vec![
            ["posts", "posts_parent_fkey", "parent", "posts", "id", "SET NULL", "RESTRICT"]
                .map(text)
                .to_vec(),
        ],
        vec![
            index("PRIMARY", 1, "id", "A"),
            index("posts_loud", 0, "loud", "D"),
            index("posts_loud", 0, "title", "A"),
            index("posts_parent_fkey", 0, "parent", "A"),
            index("posts_title_key", 1, "title", "A"),
        ],
        vec![vec![
            text("long"),
            text(
                "select `d`.`posts`.`title` AS `title` from `d`.`posts` where octet_length(`d`.`posts`.`title`) > 3",
            ),
        ]],
    ]
}

#[test]
fn the_catalogue_is_read_into_what_is_projected() {
    let answers = answers();
    let live = MYSQL.read_catalog(&answers, &forked()).unwrap();
    assert_eq!(MYSQL.project(&before(), &forked()).differences(&live), []);
    assert!(MYSQL.read_catalog(&answers[1..], &forked()).is_err());
}

#[test]
fn batches_cast_every_row() {
    let schema = before();
    let (key, columns) = (vec![n(2)], vec![n(3)]);
    let shape =
        BatchShape { table: schema.table(n(1)).unwrap(), schema: &schema, key: &key, columns: &columns };
    assert_eq!(
        batch::update(&shape, 2).sql,
        "UPDATE `posts` AS t JOIN (SELECT CAST(? AS SIGNED) AS k1, CAST(? AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin \
         AS v1 UNION ALL SELECT CAST(? AS SIGNED), CAST(? AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin) AS u \
         ON t.`id` = u.k1 SET t.`title` = u.v1"
    );
    assert_eq!(batch::insert(&shape, 2).sql, "INSERT INTO `posts` (`id`, `title`) VALUES (?, ?), (?, ?)");
    assert_eq!((batch::rows(2), batch::rows(100), batch::rows(100_000)), (1_000, 655, 1));
}

#[test]
fn literals_are_what_the_column_stores() {
    let text = |text: &str| Literal::Text(text.to_owned());
    assert_eq!(types::literal(&text("a\\'b"), &Type::Text), "'a\\\\''b'");
    assert_eq!(types::literal(&text("BE00"), &Type::Bytes), "x'be00'");
    assert_eq!(types::literal(&text("2024-01-02T03:04:05Z"), &Type::TimestampTz), "'2024-01-02 03:04:05'");
    assert_eq!(types::literal(&text("1.50"), &Type::Decimal(5, 2)), "1.50");
    assert_eq!(types::literal(&Literal::Bool(true), &Type::Bool), "1");
}
