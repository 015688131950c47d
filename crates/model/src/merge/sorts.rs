//! What sorts of things objects are: only two of one sort can be made one.

use crate::{
    history::History,
    id::ObjectId,
    lowered::Lowered,
    problem::Problem,
    resolution::{ObjectRef, Resolution},
};

impl History {
    /// What keeps a `Same` from making its two objects one, whatever they are called by now.
    pub fn unlike(&self, resolution: &Resolution) -> Option<Problem> {
        let Resolution::Same { a, b, .. } = resolution else { return None };
        match (self.sort(*a), self.sort(*b)) {
            (Some((a, _)), Some((b, _))) if a == b => None,
            (Some((a, first)), Some((b, second))) => {
                Some(Problem::TwoSorts { a: format!("{a} `{first}`"), b: format!("{b} `{second}`") })
            }
            _ => Some(Problem::Missing("object to make one with another")),
        }
    }

    /// What sort of thing an object came to be, and its name then.
    fn sort(&self, of: ObjectRef) -> Option<(&'static str, String)> {
        let lowered = self.lowered(of.entry)?.iter().filter(|one| one.step == of.step);
        lowered.into_iter().find_map(|one| sort_in(&one.change, of.into()))
    }
}

/// What sort of thing an object is that a step creates, and the name it gives it.
pub(super) fn sort_in(change: &Lowered, id: ObjectId) -> Option<(&'static str, String)> {
    let found = |sort, own: ObjectId, name: &str| (own == id).then(|| (sort, name.to_owned()));
    match change {
        Lowered::CreateTable(table) => {
            let column = || table.column(id).map(|one| ("column", one.name.clone()));
            let constraint = || table.constraint(id).map(|one| ("constraint", one.name.clone()));
            let index = || table.index(id).map(|one| ("index", one.name.clone()));
            found("table", table.id, &table.name).or_else(column).or_else(constraint).or_else(index)
        }
        Lowered::AddColumn { column, .. } => found("column", column.id, &column.name),
        Lowered::AddConstraint { constraint, .. } => found("constraint", constraint.id, &constraint.name),
        Lowered::CreateIndex { index, .. } => found("index", index.id, &index.name),
        Lowered::CreateEnum(of) => {
            let value = || of.value(id).map(|value| ("enum value", value.name.clone()));
            found("enum", of.id, &of.name).or_else(value)
        }
        Lowered::AddEnumValue { value, .. } => found("enum value", value.id, &value.name),
        Lowered::CreateExtension(new) => found("extension", new.id, &new.name),
        Lowered::CreateView(view) | Lowered::ReplaceView { view } => {
            let column = || view.columns.iter().find_map(|one| found("column of a view", one.id, &one.name));
            found("view", view.id, &view.name).or_else(column)
        }
        Lowered::Sql { declares, .. } => declares.iter().find_map(|one| sort_in(one, id)),
        _ => None,
    }
}
