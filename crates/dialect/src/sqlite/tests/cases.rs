//! Schemas and steps to be said in SQL.

use std::sync::Arc;

use model::{
    Action, Column, Constraint, ConstraintKind, Default, Deferrable, Enum, EnumValue, Generated, Identity,
    Index, Key, Literal, Lowered, ObjectId, Order, Origin, Part, Reference, Schema, Template, Type, View,
    column::Storage,
    schema::{Table, ViewColumn},
};

/// A step with the schemas around it.
pub struct Case {
    pub name: &'static str,
    pub before: Schema,
    pub step: Lowered,
    pub after: Schema,
}

/// An identity that doesn't depend on anything but its number.
pub fn id(n: u32) -> ObjectId {
    ObjectId { origin: Origin::New, step: n, part: 0 }
}

pub const USERS: u32 = 1;
pub const POSTS: u32 = 2;
pub const MOOD: u32 = 3;
pub const TITLES: u32 = 4;

pub fn column(n: u32, name: &str, ty: Type<ObjectId>) -> Column {
    Column {
        id: id(n),
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        initial: None,
        identity: None,
        generated: None,
        comment: None,
    }
}

pub fn required(n: u32, name: &str, ty: Type<ObjectId>) -> Column {
    Column { nullable: false, ..column(n, name, ty) }
}

pub fn constraint(n: u32, name: &str, kind: ConstraintKind<ObjectId, ObjectId, Template>) -> Constraint {
    Constraint { id: id(n), name: name.to_owned(), kind }
}

pub fn index(n: u32, name: &str, keys: Vec<Key<ObjectId, Template>>) -> Index {
    Index { id: id(n), name: name.to_owned(), keys, unique: false, method: None, only: None, include: vec![] }
}

/// A template from text with columns of `table` as `{number}`.
pub fn template(table: u32, text: &str) -> Template {
    let mut parts = Vec::new();
    for (i, piece) in text.split(['{', '}']).enumerate() {
        parts.push(match i % 2 {
            0 => Part::Text(piece.to_owned()),
            _ => Part::Column { table: id(table), column: id(piece.parse().unwrap()) },
        });
    }
    Template { parts }
}

pub fn users() -> Table {
    Table {
        id: id(USERS),
        name: "users".to_owned(),
        columns: vec![
            Column { identity: Some(Identity::ByDefault), ..required(10, "id", Type::BigInt) },
            required(11, "name", Type::Text),
            Column { default: Some(Default::Literal(Literal::Int(0))), ..required(12, "age", Type::Integer) },
            column(13, "note", Type::Varchar(40)),
            column(14, "mood", Type::Enum(id(MOOD))),
        ],
        constraints: vec![
            constraint(20, "users_pkey", ConstraintKind::PrimaryKey(vec![id(10)])),
            constraint(21, "users_age_check", ConstraintKind::Check(template(USERS, "{12} >= 0"))),
        ],
        indexes: vec![index(30, "users_name_idx", vec![Key::Column(id(11)), Key::Desc(id(12))])],
        comment: None,
    }
}

pub fn posts() -> Table {
    let author = Reference {
        columns: vec![id(41)],
        references: id(USERS),
        to: vec![id(10)],
        on_delete: Action::Cascade,
        on_update: Action::NoAction,
        deferrable: Deferrable::Deferred,
    };
    let generated = Generated { expression: template(POSTS, "length({42})"), storage: Storage::Stored };
    Table {
        id: id(POSTS),
        name: "posts".to_owned(),
        columns: vec![
            Column { default: Some(Default::Uuid), ..required(40, "id", Type::Uuid) },
            column(41, "author", Type::BigInt),
            column(42, "title", Type::Text),
            Column { generated: Some(generated), ..column(43, "size", Type::Integer) },
            Column { default: Some(Default::Now), ..required(44, "at", Type::TimestampTz) },
            column(45, "price", Type::Decimal(10, 2)),
        ],
        constraints: vec![
            constraint(50, "posts_pkey", ConstraintKind::PrimaryKey(vec![id(40)])),
            constraint(51, "posts_author_fkey", ConstraintKind::ForeignKey(author)),
            constraint(52, "posts_title_key", ConstraintKind::Unique(vec![id(42), id(41)])),
        ],
        indexes: vec![
            Index {
                unique: true,
                only: Some(template(POSTS, "{42} IS NOT NULL")),
                ..index(
                    60,
                    "posts_lower_idx",
                    vec![Key::Expression(template(POSTS, "lower({42})"), Order::Desc)],
                )
            },
            Index {
                method: Some("gin".to_owned()),
                include: vec![id(42)],
                ..index(61, "posts_at_idx", vec![Key::Column(id(44))])
            },
        ],
        comment: None,
    }
}

pub fn mood(values: &[&str]) -> Enum {
    let value = |(n, name): (usize, &&str)| EnumValue {
        id: id(70 + n as u32),
        name: (*name).to_owned(),
        anchor: None,
        clock: 0,
    };
    Enum {
        id: id(MOOD),
        name: "mood".to_owned(),
        values: values.iter().enumerate().map(value).collect(),
        comment: None,
    }
}

pub fn titles() -> View {
    let text = |text: &str| Part::Text(text.to_owned());
    let column = |table, column| Part::Column { table: id(table), column: id(column) };
    let parts = vec![
        text("SELECT p."),
        column(POSTS, 42),
        text(", u."),
        column(USERS, 11),
        text(" FROM "),
        Part::Table(id(POSTS)),
        text(" p JOIN "),
        Part::Table(id(USERS)),
        text(" u ON u."),
        column(USERS, 10),
        text(" = p."),
        column(POSTS, 41),
        text(" WHERE u."),
        column(USERS, 14),
        text(" <> "),
        Part::EnumValue { of: id(MOOD), value: id(71) },
    ];
    let columns = ["title", "writer"]
        .iter()
        .zip(80..)
        .map(|(name, n)| ViewColumn { id: id(n), name: (*name).to_owned() });
    View {
        id: id(TITLES),
        name: "titles".to_owned(),
        columns: columns.collect(),
        query: Template { parts },
        comment: None,
    }
}

pub fn schema(tables: Vec<Table>, moods: &[&str], views: Vec<View>) -> Schema {
    let mut schema = Schema::new();
    schema.insert_enum(Arc::new(mood(moods))).unwrap();
    for table in tables {
        schema.insert_table(Arc::new(table)).unwrap();
    }
    for view in views {
        schema.insert_view(Arc::new(view)).unwrap();
    }
    schema
}

pub const MOODS: [&str; 2] = ["good", "it's bad"];

/// Users, posts, a mood and a view over both.
pub fn base() -> Schema {
    schema(vec![users(), posts()], &MOODS, vec![titles()])
}

fn changed(change: impl FnOnce(&mut Table, &mut Table)) -> Schema {
    let (mut users, mut posts) = (users(), posts());
    change(&mut users, &mut posts);
    schema(vec![users, posts], &MOODS, vec![titles()])
}

fn case(name: &'static str, step: Lowered, after: Schema) -> Case {
    Case { name, before: base(), step, after }
}

/// Steps from [`base`].
pub fn cases() -> Vec<Case> {
    let (users, posts) = (id(USERS), id(POSTS));
    let seen =
        Column { default: Some(Default::Literal(Literal::Bool(false))), ..required(15, "seen", Type::Bool) };
    let token = Column { default: Some(Default::Uuid), ..required(15, "token", Type::Uuid) };
    let unique = constraint(22, "users_name_key", ConstraintKind::Unique(vec![id(11)]));
    let mut cases = vec![
        case(
            "add column natively",
            Lowered::AddColumn { table: users, column: Box::new(seen.clone()) },
            changed(|u, _| u.columns.push(seen)),
        ),
        case(
            "add column with a computed default",
            Lowered::AddColumn { table: users, column: Box::new(token.clone()) },
            changed(|u, _| u.columns.push(token)),
        ),
        case(
            "drop column natively",
            Lowered::DropColumn { table: posts, column: id(44) },
            changed(|_, p| {
                p.columns.retain(|c| c.id != id(44));
                p.indexes.retain(|i| i.id != id(61));
            }),
        ),
        case(
            "drop column that a check mentions",
            Lowered::DropColumn { table: users, column: id(12) },
            changed(|u, _| {
                u.columns.retain(|c| c.id != id(12));
                u.constraints.retain(|c| c.id != id(21));
                u.indexes.clear();
            }),
        ),
        case(
            "rename column",
            Lowered::RenameColumn { table: users, column: id(14), to: "Order".to_owned() },
            changed(|u, _| u.columns[4].name = "Order".to_owned()),
        ),
        case(
            "rename table",
            Lowered::RenameTable { table: users, to: "people".to_owned() },
            changed(|u, _| u.name = "people".to_owned()),
        ),
        case(
            "add unique",
            Lowered::AddConstraint { table: users, constraint: Box::new(unique.clone()) },
            changed(|u, _| u.constraints.push(unique)),
        ),
    ];
    cases.extend(more_cases());
    cases.extend(last_cases());
    cases
}

fn more_cases() -> Vec<Case> {
    let (users, posts) = (id(USERS), id(POSTS));
    vec![
        case(
            "change type",
            Lowered::ChangeType { table: posts, column: id(45), to: Type::Integer, using: None },
            changed(|_, p| p.columns[5].ty = Type::Integer),
        ),
        case(
            "change type using",
            Lowered::ChangeType {
                table: users,
                column: id(13),
                to: Type::Integer,
                using: Some(template(USERS, "length({13})")),
            },
            changed(|u, _| u.columns[3].ty = Type::Integer),
        ),
        case(
            "set not null",
            Lowered::SetNullable { table: posts, column: id(42), nullable: false },
            changed(|_, p| p.columns[2].nullable = false),
        ),
        case(
            "set default",
            Lowered::SetDefault {
                table: users,
                column: id(13),
                to: Some(Default::Literal(Literal::Text("-".into()))),
            },
            changed(|u, _| u.columns[3].default = Some(Default::Literal(Literal::Text("-".into())))),
        ),
    ]
}

fn last_cases() -> Vec<Case> {
    let backwards = mood(&MOODS).values.into_iter().rev().collect();
    let moved = Lowered::PlaceEnumValues { of: id(MOOD), values: backwards };
    let mut after_move = base();
    moved.evolve(&mut after_move).unwrap();
    let (users, posts) = (id(USERS), id(POSTS));
    let over = View { query: template(POSTS, "SELECT {42}, 'x' FROM posts"), ..titles() };
    vec![
        case(
            "rename constraint",
            Lowered::RenameConstraint { table: users, constraint: id(21), to: "age_ok".to_owned() },
            changed(|u, _| u.constraints[1].name = "age_ok".to_owned()),
        ),
        case(
            "rename index",
            Lowered::RenameIndex { table: users, index: id(30), to: "by_name".to_owned() },
            changed(|u, _| u.indexes[0].name = "by_name".to_owned()),
        ),
        Case {
            name: "drop table",
            before: schema(vec![self::users(), self::posts()], &MOODS, vec![]),
            step: Lowered::DropTable { table: posts },
            after: schema(vec![self::users()], &MOODS, vec![]),
        },
        case(
            "add enum value",
            Lowered::AddEnumValue {
                of: id(MOOD),
                value: EnumValue { id: id(72), name: "so".to_owned(), anchor: None, clock: 1 },
            },
            schema(vec![self::users(), self::posts()], &["good", "it's bad", "so"], vec![titles()]),
        ),
        case("place enum values", moved, after_move),
        case(
            "rename enum value",
            Lowered::RenameEnumValue { of: id(MOOD), value: id(71), to: "bad".to_owned() },
            schema(vec![self::users(), self::posts()], &["good", "bad"], vec![titles()]),
        ),
        case(
            "replace view",
            Lowered::ReplaceView { view: Arc::new(over.clone()) },
            schema(vec![self::users(), self::posts()], &MOODS, vec![over]),
        ),
        Case {
            name: "create table",
            before: schema(vec![self::users()], &MOODS, vec![]),
            step: Lowered::CreateTable(Arc::new(self::posts())),
            after: schema(vec![self::users(), self::posts()], &MOODS, vec![]),
        },
    ]
}
