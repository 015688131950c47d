//! What each step becomes, word by word.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Action, Column, Commented, ConstraintKind, Default, Enum, EnumValue, Extension, Index, Key, Literal,
    Lowered, Order, Reference, SqlText, Table, Type, View,
};

use super::{
    super::{MYSQL, Server, ddl, definition, probe},
    before, column, empty, forked, n, named, over, plain, reference, rendered, run, try_render, view,
};
use crate::{Around, Dialect, Do, Facts, Place, Quiet, RenderError};

const VIEW: &str = "CREATE OR REPLACE VIEW `long` (`title`) AS SELECT";

#[test]
fn tables_come_with_everything_in_one_statement() {
    let table = before().table(n(1)).unwrap().clone();
    let sql = definition::create_table(&ddl(&before()), &table, Server::of(&forked())).unwrap();
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
fn no_type_changes_under_a_key_that_leads_to_itself() {
    let mut schema = before();
    let itself = Reference { columns: vec![n(3)], to: vec![n(3)], ..reference() };
    let constraint = named(14, "itself", ConstraintKind::ForeignKey(itself));
    Lowered::AddConstraint { table: n(1), constraint: constraint.into() }.evolve(&mut schema).unwrap();
    let step = Lowered::ChangeType { table: n(1), column: n(3), to: Type::Varchar(70), using: None };
    let mut after = schema.clone();
    step.evolve(&mut after).unwrap();
    let around = Around { before: &schema, after: &after, quiet: Quiet::NONE };
    let said = MYSQL.render(&step, around, &forked()).unwrap_err().to_string();
    assert!(
        said.contains("can't change the type of posts.title: a foreign key leads from it to itself"),
        "{said}"
    );
    assert!(try_render(&step, &forked()).is_ok());
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
                "LOCK TABLES `posts` WRITE;\n\
                 UPDATE `posts` SET strat_new_value = char_length(`title`) \
                 WHERE NOT (strat_new_value <=> (char_length(`title`)));\n\
                 ALTER TABLE `posts` DROP INDEX `posts_title_key`, DROP INDEX `posts_loud`, DROP COLUMN `title`, \
                 DROP COLUMN `loud`, CHANGE COLUMN `strat_new_value` `title` INT COMMENT 'it''s' AFTER `id`, \
                 ADD COLUMN `loud` VARCHAR(50) COLLATE utf8mb4_bin GENERATED ALWAYS AS (upper(`title`)) STORED, \
                 ADD CONSTRAINT `posts_title_key` UNIQUE (`title`), ADD INDEX `posts_loud` (`loud` DESC, `title`);\n\
                 UNLOCK TABLES"
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
