//! A schema to try things on, and what it is tried with.

mod catalog;
mod steps;
mod values;

use std::sync::Arc;

use model::{
    Action, Column, Constraint, ConstraintKind, Default, Deferrable, Enum, EnumValue, Generated, Index, Key,
    Literal, Lowered, ObjectId, Origin, Part, Reference, Schema, Table, Template, Type, View,
    column::Storage, schema::ViewColumn,
};

use super::MYSQL;
use crate::{Around, Dialect, Facts, Quiet, RenderError, Rendered};

fn n(part: u32) -> ObjectId {
    ObjectId { origin: Origin::New, step: 0, part }
}

fn forked() -> Facts {
    Facts { version: (10, 11, 2), flavour: "mariadb".to_owned(), vault: None }
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
    MYSQL.render(step, Around { before: &before, after: &after, quiet: Quiet::NONE }, facts)
}

fn rendered(step: &Lowered) -> Rendered {
    try_render(step, &forked()).unwrap()
}

fn run(step: Lowered) -> Vec<String> {
    rendered(&step).statements.into_iter().map(|statement| statement.sql).collect()
}

fn empty() -> Table {
    let (columns, constraints, indexes) = (Vec::new(), Vec::new(), Vec::new());
    Table { id: n(0), name: String::new(), columns, constraints, indexes, comment: None }
}
