//! What a step does, said of the side that does it: "adds column `email` to `users`".

use std::cell::Cell;

use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    data_step::{BatchColumn, LoweredBackfill, LoweredDerive, LoweredPopulate, Rows},
    expression::Template,
    id::ObjectId,
    index::Index,
    lowered::{Commented, Lowered},
    merge::called::{Called, kind_of, listed, tick},
    types::Type,
};

/// Steps in the third person. What the sentence spoke of just before is called "it".
pub(super) struct Doing<'a> {
    called: &'a Called<'a>,
    it: Option<ObjectId>,
    said: Cell<bool>,
}

impl<'a> Doing<'a> {
    pub(super) fn new(called: &'a Called<'a>, it: Option<ObjectId>) -> Doing<'a> {
        Doing { called, it, said: Cell::new(false) }
    }

    /// What the step does to the thing spoken of; that it uses it is added where the sentence doesn't show it.
    pub(super) fn to_it(&self, change: &Lowered) -> String {
        let says = self.says(change);
        if self.it.is_none() || self.said.get() { says } else { format!("{says}, which uses it") }
    }

    /// What the step does.
    pub(super) fn says(&self, change: &Lowered) -> String {
        match change {
            Lowered::CreateTable(new) => format!("creates table `{}`", new.name),
            Lowered::DropTable { table: id } => format!("drops {}", self.thing(*id)),
            Lowered::RenameTable { table: id, to } => format!("renames {} to `{to}`", self.thing(*id)),
            Lowered::AddColumn { table, column } => self.add_column(*table, column),
            Lowered::DropColumn { table, column } => format!("drops {}", self.member(*table, *column)),
            Lowered::RenameColumn { table, column, to } => {
                format!("renames {} to `{to}`", self.member(*table, *column))
            }
            Lowered::ChangeType { table, column, to, using: _ } => self.change_type(*table, *column, to),
            Lowered::SetNullable { table, column, nullable } => {
                let verb = if *nullable { "allows" } else { "forbids" };
                format!("{verb} NULL in {}", self.column(*table, *column))
            }
            Lowered::SetDefault { table, column, to } => self.set_default(*table, *column, to.as_ref()),
            Lowered::AddConstraint { table, constraint } => self.add_constraint(*table, constraint),
            Lowered::DropConstraint { table: _, constraint: id } => format!("drops {}", self.thing(*id)),
            Lowered::RenameConstraint { table: _, constraint: id, to } => {
                format!("renames {} to `{to}`", self.thing(*id))
            }
            Lowered::CreateIndex { table, index, concurrently: _ } => self.create_index(*table, index),
            Lowered::DropIndex { table: _, index, concurrently: _ } => {
                format!("drops {}", self.thing(*index))
            }
            Lowered::RenameIndex { table: _, index: id, to } => {
                format!("renames {} to `{to}`", self.thing(*id))
            }
            Lowered::CreateEnum(new) => format!("creates enum `{}`", new.name),
            Lowered::DropEnum { of } => format!("drops {}", self.thing(*of)),
            Lowered::AddEnumValue { of, value } => {
                format!("adds value `{}` to {}", value.name, self.thing(*of))
            }
            Lowered::DropEnumValue { of: _, value } => format!("drops {}", self.thing(*value)),
            Lowered::RenameEnumValue { of: _, value, to } => {
                format!("renames {} to `{to}`", self.thing(*value))
            }
            Lowered::PlaceEnumValues { of, values: _ } => {
                format!("puts the values of {} in order", self.thing(*of))
            }
            Lowered::CreateExtension(new) => format!("creates extension `{}`", new.name),
            Lowered::DropExtension { extension } => format!("drops {}", self.thing(*extension)),
            Lowered::CreateView(new) => self.query(&new.query, format!("creates view `{}`", new.name)),
            Lowered::ReplaceView { view } => {
                self.query(&view.query, format!("replaces {}", self.thing(view.id)))
            }
            Lowered::DropView { view } => format!("drops {}", self.thing(*view)),
            Lowered::SetComment { on, to } => self.comment(*on, to.is_some()),
            Lowered::Sql { declares, touches, .. } => self.sql(declares, touches.as_deref()),
            Lowered::Backfill(step) => self.backfill(step),
            Lowered::Populate(step) => self.populate(step),
            Lowered::Derive(step) => self.derive(step),
            Lowered::UndoDerive(step) => format!("deletes rows of {}", self.filled(step)),
            Lowered::UndoBackfill(step) => format!("undoes a backfill of {}", self.table(step.table)),
            Lowered::UndoPopulate(step) => format!("deletes rows of {}", self.table(step.table)),
        }
    }

    /// Whether this is the thing spoken of; notes that the sentence names it.
    fn is_it(&self, id: ObjectId) -> bool {
        let is = self.it == Some(id);
        self.said.set(self.said.get() || is);
        is
    }

    /// An object with what sort of thing it is.
    fn thing(&self, id: ObjectId) -> String {
        if self.is_it(id) { "it".to_owned() } else { self.called.spelled(id) }
    }

    /// A table by its name alone.
    fn table(&self, id: ObjectId) -> String {
        if self.is_it(id) { "it".to_owned() } else { tick(&self.called.relation(id)) }
    }

    /// A column by its name alone.
    fn column(&self, table: ObjectId, id: ObjectId) -> String {
        if self.is_it(id) {
            "it".to_owned()
        } else if self.is_it(table) {
            format!("its column `{}`", self.called.column(table, id))
        } else {
            self.called.full(table, id)
        }
    }

    /// A column with the word for it.
    fn member(&self, table: ObjectId, id: ObjectId) -> String {
        let column = self.column(table, id);
        if column.starts_with('`') { format!("column {column}") } else { column }
    }

    fn add_column(&self, table: ObjectId, new: &Column) -> String {
        let says = format!("adds column `{}` to {}", new.name, self.table(table));
        match self.it.filter(|it| new.templates().any(|t| t.reads(*it))) {
            Some(it) if self.is_it(it) => format!("{says}, computed from it"),
            _ => says,
        }
    }

    fn change_type(&self, table: ObjectId, id: ObjectId, to: &Type<ObjectId>) -> String {
        let to = self.called.ty(to);
        match self.column(table, id).as_str() {
            "it" => format!("changes its type to {to}"),
            column => format!("changes the type of {column} to {to}"),
        }
    }

    fn set_default(&self, table: ObjectId, id: ObjectId, to: Option<&Default<Template>>) -> String {
        let verb = if to.is_some() { "sets" } else { "drops" };
        let value = to.map(|to| format!(" to {}", self.called.default(Some(to)))).unwrap_or_default();
        match self.column(table, id).as_str() {
            "it" => format!("{verb} its default{value}"),
            column => format!("{verb} the default of {column}{value}"),
        }
    }

    fn add_constraint(&self, table: ObjectId, new: &Constraint) -> String {
        let (kind, name) = (kind_of(new), &new.name);
        if let ConstraintKind::ForeignKey(reference) = &new.kind {
            let named = |of: ObjectId, columns: &[ObjectId]| match self.it.filter(|it| columns.contains(it)) {
                Some(it) if self.is_it(it) => "it".to_owned(),
                _ => self.table(of),
            };
            let from = named(table, &reference.columns);
            return format!(
                "adds foreign key `{name}` from {from} to {}",
                named(reference.references, &reference.to)
            );
        }
        match self.it.filter(|it| new.kind.columns().contains(it)) {
            Some(it) if self.is_it(it) => format!("adds {kind} `{name}` over it"),
            _ => format!("adds {kind} `{name}` to {}", self.table(table)),
        }
    }

    fn create_index(&self, table: ObjectId, new: &Index) -> String {
        let unique = if new.unique { "unique " } else { "" };
        let on = match self.it.filter(|it| new.columns().contains(it)) {
            Some(it) if self.is_it(it) => "it".to_owned(),
            _ => format!("{} {}", self.table(table), self.called.keys(table, new)),
        };
        format!("creates {unique}index `{}` on {on}", new.name)
    }

    fn comment(&self, on: Commented, there: bool) -> String {
        let on = match on {
            Commented::Table(id) | Commented::View(id) | Commented::Enum(id) => self.thing(id),
            Commented::Column { table, column } => self.member(table, column),
        };
        format!("{} {on}", if there { "comments on" } else { "removes the comment on" })
    }

    fn backfill(&self, step: &LoweredBackfill) -> String {
        let written = step.write.iter().map(|c| self.column(step.table, c.id));
        let says = format!("backfills {}", listed(&written.collect::<Vec<_>>()));
        let selects = |it: ObjectId| match &step.rows {
            Rows::All => false,
            Rows::Where(predicate) => predicate.columns().contains(&&it),
        };
        match self.it.filter(|_| !self.said.get()) {
            Some(it) if step.read.iter().chain(&step.key).any(|c| c.id == it) => {
                self.is_it(it);
                format!("{says} from it")
            }
            Some(it) if selects(it) => {
                self.is_it(it);
                format!("{says} in rows chosen by it")
            }
            Some(it) if step.read.iter().any(|c| self.called.is_computed(step.table, c.id, it)) => {
                self.is_it(it);
                format!("{says} from what is computed from it")
            }
            Some(_) | None => says,
        }
    }

    fn populate(&self, step: &LoweredPopulate) -> String {
        let says = format!("adds rows to {}", self.table(step.table));
        let given = |it: ObjectId| step.write.iter().chain(&step.key).any(|c| c.id == it);
        let left = |it: ObjectId| step.defaults.iter().any(|(c, _)| c.id == it);
        match self.it.filter(|_| !self.said.get()) {
            Some(it) if given(it) => {
                self.is_it(it);
                format!("{says} with values in it")
            }
            Some(it) if left(it) => {
                self.is_it(it);
                format!("{says} and leaves it out")
            }
            Some(_) | None => says,
        }
    }

    fn derive(&self, step: &LoweredDerive) -> String {
        let (from, to) = (self.table(step.table), self.filled(step));
        let says = match step.is_aggregate() {
            true => format!("aggregates {from} into {to}"),
            false => format!("transfers rows of {from} to {to}"),
        };
        let within = |columns: &[BatchColumn], it| columns.iter().any(|c| c.id == it);
        match self.it.filter(|_| !self.said.get()) {
            Some(it) if [&step.group, &step.read, &step.key].iter().any(|list| within(list, it)) => {
                self.is_it(it);
                format!("{says}, reading it")
            }
            Some(it) if step.selecting().contains(&&it) => {
                self.is_it(it);
                format!("{says} in rows chosen by it")
            }
            Some(it) if step.lookups.iter().any(|one| one.table == it || within(&one.read, it)) => {
                self.is_it(it);
                format!("{says}, looking things up in it")
            }
            Some(it) if step.into.iter().any(|into| within(&into.write, it) || within(&into.key, it)) => {
                self.is_it(it);
                format!("{says} with values in it")
            }
            Some(it) if step.into.iter().any(|into| into.defaults.iter().any(|(c, _)| c.id == it)) => {
                self.is_it(it);
                format!("{says} and leaves it out")
            }
            Some(_) | None => says,
        }
    }

    /// The tables that get rows.
    fn filled(&self, step: &LoweredDerive) -> String {
        listed(&step.into.iter().map(|into| self.table(into.table)).collect::<Vec<_>>())
    }

    /// Hand-written SQL: by what it declares, or by the tables it touches.
    fn sql(&self, declares: &[Lowered], touches: Option<&[ObjectId]>) -> String {
        match (declares, touches) {
            ([], None) => "runs SQL that doesn't say what it touches".to_owned(),
            ([], Some([])) => "runs SQL that touches no rows".to_owned(),
            ([], Some(tables)) => {
                let names: Vec<String> = tables.iter().map(|t| self.table(*t)).collect();
                format!("runs SQL that touches {}", listed(&names))
            }
            (declares, _) => {
                let says: Vec<String> = declares.iter().map(|one| self.says(one)).collect();
                format!("runs SQL that {}", listed(&says))
            }
        }
    }

    fn query(&self, query: &Template, says: String) -> String {
        let reads = |it: ObjectId| query.reads(it) || query.tables().any(|t| t == it);
        match self.it.filter(|it| !self.said.get() && reads(*it)) {
            Some(it) if self.is_it(it) => format!("{says}, which reads it"),
            _ => says,
        }
    }
}
