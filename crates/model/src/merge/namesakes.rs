//! Two new objects of one name: what they are, and where they differ.

use crate::{
    column::Column,
    constraint::Constraint,
    effects::Scope,
    id::ObjectId,
    index::Index,
    lowered::Lowered,
    merge::called::{Called, kind_of, tick},
    schema::{Enum, Table, View, fold_name},
};

/// A new object.
pub(super) enum New<'a> {
    Table(&'a Table),
    Column(ObjectId, &'a Column),
    Constraint(ObjectId, &'a Constraint),
    Index(ObjectId, &'a Index),
    Enum(&'a Enum),
    Value(ObjectId, &'a str),
    View(&'a View),
    Extension(&'a str),
}

/// The new object that takes this name in this scope by one of these changes.
pub(super) fn new<'a>(changes: &'a [Lowered], scope: Scope, name: &str) -> Option<New<'a>> {
    let exact = matches!(scope, Scope::Values(_));
    let fits = |own: &str| own == name || !exact && fold_name(own) == name;
    changes.iter().find_map(|change| match change {
        Lowered::Sql { declares, .. } => new(declares, scope, name),
        change => brought(change, scope, &fits),
    })
}

/// The new object of that name.
fn brought<'a>(change: &'a Lowered, scope: Scope, fits: &dyn Fn(&str) -> bool) -> Option<New<'a>> {
    match change {
        Lowered::CreateTable(table) => in_table(table, scope, fits),
        Lowered::AddColumn { table, column } => fits(&column.name).then_some(New::Column(*table, column)),
        Lowered::AddConstraint { table, constraint } => {
            fits(&constraint.name).then_some(New::Constraint(*table, constraint))
        }
        Lowered::CreateIndex { table, index, .. } => fits(&index.name).then_some(New::Index(*table, index)),
        Lowered::CreateEnum(of) => fits(&of.name).then_some(New::Enum(of)),
        Lowered::AddEnumValue { of, value } => fits(&value.name).then_some(New::Value(*of, &value.name)),
        Lowered::CreateView(view) => fits(&view.name).then_some(New::View(view)),
        Lowered::CreateExtension(new) => fits(&new.name).then_some(New::Extension(&new.name)),
        _ => None,
    }
}

fn in_table<'a>(table: &'a Table, scope: Scope, fits: &dyn Fn(&str) -> bool) -> Option<New<'a>> {
    let column = || table.columns.iter().find(|c| fits(&c.name)).map(|c| New::Column(table.id, c));
    let constraint =
        || table.constraints.iter().find(|c| fits(&c.name)).map(|c| New::Constraint(table.id, c));
    let index = || table.indexes.iter().find(|i| fits(&i.name)).map(|i| New::Index(table.id, i));
    match scope {
        Scope::Relations if fits(&table.name) => Some(New::Table(table)),
        Scope::Relations => index().or_else(constraint),
        Scope::Constraints => constraint(),
        Scope::Columns(_) => column(),
        Scope::Extensions | Scope::Values(_) | Scope::Singletons(_) => None,
    }
}

/// That both bring one thing into being, and where the two differ; nothing when they aren't of a kind.
pub(super) fn both(a: &New<'_>, b: &New<'_>, labels: (&str, &str), called: &Called<'_>) -> Option<String> {
    let pair = |what: String, a: String, b: String| {
        if a == b { format!("both {what}") } else { format!("both {what}, differently: {a} / {b}") }
    };
    Some(match (a, b) {
        (New::Table(a), New::Table(b)) => {
            format!("both create table `{}`, differently: {}", a.name, tables(a, b, labels, called))
        }
        (New::Column(of, a), New::Column(_, b)) => {
            let found = called.between(a, b);
            let (ours, theirs): (Vec<String>, Vec<String>) = found.into_iter().unzip();
            let what = format!("add column `{}` to {}", a.name, tick(&called.relation(*of)));
            pair(what, ours.join(" "), theirs.join(" "))
        }
        (New::Constraint(of, a), New::Constraint(other, b)) => {
            let what = format!("add {} `{}`", kind_of(a), a.name);
            let on = |of: ObjectId, one: &Constraint| {
                let kind = if kind_of(a) == kind_of(b) { "" } else { kind_of(one) };
                let table = if of == *other { String::new() } else { tick(&called.relation(of)) };
                let words = [kind.to_owned(), table, called.demands(of, one)];
                words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
            };
            pair(what, on(*of, a), on(*other, b))
        }
        (New::Index(of, a), New::Index(other, b)) => {
            let on = |of: ObjectId, index: &Index| {
                let unique = if index.unique { "unique " } else { "" };
                format!("{unique}{} {}", tick(&called.relation(of)), called.keys(of, index))
            };
            pair(format!("create index `{}`", a.name), on(*of, a), on(*other, b))
        }
        (New::Enum(a), New::Enum(b)) => {
            let values = |of: &Enum| {
                let names: Vec<String> = of.values.iter().map(|v| tick(&v.name)).collect();
                format!("({})", names.join(", "))
            };
            pair(format!("create enum `{}`", a.name), values(a), values(b))
        }
        (New::Value(of, name), New::Value(..)) => {
            format!("both add value `{name}` to enum `{}`, at different places", called.of(*of))
        }
        (New::View(a), New::View(_)) => format!("both create view `{}`, differently", a.name),
        (New::Extension(name), New::Extension(_)) => format!("both create extension `{name}`"),
        _ => return None,
    })
}

/// Where two new tables differ: the first three differences.
fn tables(a: &Table, b: &Table, labels: (&str, &str), called: &Called<'_>) -> String {
    let mut found = Vec::new();
    for column in &a.columns {
        match b.column_named(&column.name) {
            None => found.push(format!("`{}` only in {}", column.name, labels.0)),
            Some(other) => {
                let (ours, theirs): (Vec<_>, Vec<_>) = called.between(column, other).into_iter().unzip();
                if !ours.is_empty() {
                    found.push(format!("`{}` {} / {}", column.name, ours.join(" "), theirs.join(" ")));
                }
            }
        }
    }
    let more = b.columns.iter().filter(|c| a.column_named(&c.name).is_none());
    found.extend(more.map(|c| format!("`{}` only in {}", c.name, labels.1)));
    if found.is_empty() {
        return "constraints, indexes or comment".to_owned();
    }
    if found.len() > 3 {
        found.truncate(3);
        found.push("more".to_owned());
    }
    found.join(", ")
}
