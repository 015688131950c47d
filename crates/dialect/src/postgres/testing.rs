//! A small schema for tests: an enum, two tables, a view.

use std::sync::Arc;

use model::{
    Action, Column, Constraint, ConstraintKind, Default, Deferrable, Enum, EnumValue, Identity, Index, Key,
    Literal, ObjectId, Origin, Part, Reference, Schema, Table, Template, Type, View, schema::ViewColumn,
};

pub(crate) fn id(n: u32) -> ObjectId {
    ObjectId { origin: Origin::New, step: 0, part: n }
}

pub(crate) fn column(n: u32, name: &str, ty: Type<ObjectId>) -> Column {
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

pub(crate) fn length_of(table: u32, column: u32, rest: &str) -> Template {
    let column = Part::Column { table: id(table), column: id(column) };
    Template { parts: vec![Part::Text("length(".to_owned()), column, Part::Text(format!("){rest}"))] }
}

pub(crate) fn mood() -> Enum {
    let value = |n, name: &str| EnumValue { id: id(n), name: name.to_owned(), anchor: None, clock: 0 };
    Enum {
        id: id(1),
        name: "mood".to_owned(),
        values: vec![value(2, "happy"), value(3, "sad")],
        comment: None,
    }
}

pub(crate) fn users() -> Table {
    let email = Part::Column { table: id(10), column: id(12) };
    let constraint = |n, name: &str, kind| Constraint { id: id(n), name: name.to_owned(), kind };
    Table {
        id: id(10),
        name: "users".to_owned(),
        columns: vec![
            Column { identity: Some(Identity::Always), nullable: false, ..column(11, "id", Type::BigInt) },
            Column { comment: Some("where mail goes".to_owned()), ..column(12, "email", Type::Text) },
            Column {
                default: Some(Default::Literal(Literal::Text("happy".to_owned()))),
                ..column(13, "mood", Type::Enum(id(1)))
            },
        ],
        constraints: vec![
            constraint(14, "users_pkey", ConstraintKind::PrimaryKey(vec![id(11)])),
            constraint(15, "users_email_check", ConstraintKind::Check(length_of(10, 12, " > 3"))),
        ],
        indexes: vec![Index {
            id: id(16),
            name: "users_email".to_owned(),
            keys: vec![Key::Desc(id(12))],
            unique: false,
            method: None,
            only: Some(Template { parts: vec![email, Part::Text(" is not null".to_owned())] }),
            include: Vec::new(),
        }],
        comment: None,
    }
}

pub(crate) fn posts() -> Table {
    let reference = Reference {
        columns: vec![id(22)],
        references: id(10),
        to: vec![id(11)],
        on_delete: Action::Cascade,
        on_update: Action::NoAction,
        deferrable: Deferrable::Deferred,
    };
    Table {
        id: id(20),
        name: "posts".to_owned(),
        columns: vec![column(21, "id", Type::Uuid), column(22, "author", Type::BigInt)],
        constraints: vec![Constraint {
            id: id(23),
            name: "posts_author_fkey".to_owned(),
            kind: ConstraintKind::ForeignKey(reference),
        }],
        indexes: Vec::new(),
        comment: Some("what they said".to_owned()),
    }
}

pub(crate) fn adults() -> View {
    let part = |n| Part::Column { table: id(10), column: id(n) };
    let text = |text: &str| Part::Text(text.to_owned());
    let parts = vec![
        text("SELECT "),
        part(11),
        text(", "),
        part(12),
        text(" FROM "),
        Part::Table(id(10)),
        text(" WHERE length("),
        part(12),
        text(") > 3"),
    ];
    View {
        id: id(30),
        name: "adults".to_owned(),
        columns: vec![
            ViewColumn { id: id(31), name: "id".to_owned() },
            ViewColumn { id: id(32), name: "email".to_owned() },
        ],
        query: Template { parts },
        comment: None,
    }
}

pub(crate) fn schema() -> Schema {
    schema_of(vec![mood()], vec![users(), posts()], vec![adults()])
}

pub(crate) fn schema_of(enums: Vec<Enum>, tables: Vec<Table>, views: Vec<View>) -> Schema {
    let mut schema = Schema::new();
    for of in enums {
        schema.insert_enum(Arc::new(of)).expect("its name is free");
    }
    for table in tables {
        schema.insert_table(Arc::new(table)).expect("its name is free");
    }
    for view in views {
        schema.insert_view(Arc::new(view)).expect("its name is free");
    }
    schema
}
