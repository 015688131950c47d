//! Where the data steps of a plan have a hand, so that nobody knows beforehand how the rows will be.

use std::collections::BTreeSet;

use model::{ConstraintKind, Lowered, ObjectId, Schema, constraint::Action, schema::Table};

use crate::plan::{PlannedStep, Work};

/// Columns that data steps write, and tables that they make rows of or take rows from.
#[derive(Default)]
pub(super) struct Hands {
    columns: BTreeSet<ObjectId>,
    tables: BTreeSet<ObjectId>,
}

impl Hands {
    /// Of all these steps; nothing where hand-written SQL may do anything.
    pub(super) fn of<'a>(steps: impl IntoIterator<Item = &'a PlannedStep>) -> Option<Hands> {
        let mut hands = Hands::default();
        steps.into_iter().all(|step| hands.take(step)).then_some(hands)
    }

    /// Takes a step in; false where it is hand-written SQL, which may do anything.
    pub(super) fn take(&mut self, step: &PlannedStep) -> bool {
        match &step.lowered {
            Lowered::Sql { .. } => return false,
            Lowered::Backfill(of) | Lowered::UndoBackfill(of) => {
                let written: Vec<_> = of.write.iter().map(|column| column.id).collect();
                self.follow(step, of.table, &|to| to.iter().any(|id| written.contains(id)));
                self.columns.extend(written);
            }
            Lowered::Populate(of) | Lowered::UndoPopulate(of) => self.rows_of(step, of.table),
            Lowered::Derive(of) | Lowered::UndoDerive(of) => {
                of.into.iter().for_each(|into| self.rows_of(step, into.table));
            }
            _ => {}
        }
        true
    }

    /// The same, with the column that a step of DDL puts something else into.
    pub(super) fn take_with_changes(&mut self, step: &PlannedStep) -> bool {
        match &step.lowered {
            Lowered::AddColumn { column, .. } => self.columns.extend([column.id]),
            Lowered::ChangeType { column, .. } => self.columns.extend([*column]),
            _ => {}
        }
        self.take(step)
    }

    pub(super) fn are_in(&self, tables: &[ObjectId], columns: &[ObjectId]) -> bool {
        tables.iter().any(|id| self.tables.contains(id)) || columns.iter().any(|id| self.columns.contains(id))
    }

    fn rows_of(&mut self, step: &PlannedStep, table: ObjectId) {
        if self.tables.insert(table) {
            self.follow(step, table, &|_| true);
        }
    }

    /// The rows of other tables that go or change along with those of this one, over foreign keys to columns of that kind.
    fn follow(&mut self, step: &PlannedStep, table: ObjectId, moved: &dyn Fn(&[ObjectId]) -> bool) {
        let Work::Data(schema) = &step.work else { return };
        for from in followers(schema, table, moved) {
            self.rows_of(step, from.id);
        }
    }
}

fn followers<'a>(
    schema: &'a Schema,
    table: ObjectId,
    moved: &'a dyn Fn(&[ObjectId]) -> bool,
) -> impl Iterator<Item = &'a Table> {
    let stays = |action: &Action| matches!(action, Action::NoAction | Action::Restrict);
    schema.referring(table).filter_map(move |(from, constraint)| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => {
            let follows = !stays(&reference.on_delete) || !stays(&reference.on_update);
            (follows && moved(&reference.to)).then_some(from)
        }
        _ => None,
    })
}
