//! Lowering a [`Populate`]: the columns its guest gives, and the constants for all others.

use std::collections::BTreeMap;

use crate::{
    accesses::Accesses,
    column::{Column, Default},
    constraint::{Action, ConstraintKind},
    data_step::{BatchColumn, LoweredPopulate, Populate},
    effects::{Facet, Resource, Scope},
    fit::check_literal,
    id::ObjectId,
    literal::Literal,
    lowered::Lowered,
    operation::{
        backfill::{batch, batch_columns, check_batch, check_key, check_script, key_of, parents},
        lookup,
    },
    problem::{At, LowerError, Problem, Segment},
    schema::{Schema, Table},
};

impl Populate {
    /// Resolves the defaults of the columns the guest doesn't give.
    pub(crate) fn seal(&self, schema: &Schema) -> Result<Populate, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let mut sealed = self.clone();
        sealed.defaults = seal_defaults(&self.write, &self.defaults, table);
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        check_script(&self.script).field("script")?;
        let table = lookup::table(schema, &self.table).field("table")?;
        let key = key_of(table).field("table")?;
        let write = lower_given(&self.write, table)?;
        let (defaults, missing) = lower_defaults(&self.write, &self.defaults, &key, table, schema)?;
        if !missing.is_empty() {
            return Err(Problem::NotGiven(tick(&missing))).field("write");
        }
        let step = self.clone();
        Ok(vec![Lowered::Populate(LoweredPopulate { step, table: table.id, key, write, defaults }.into())])
    }
}

/// The columns a guest doesn't give and the database doesn't compute.
fn others<'a>(write: &'a [String], table: &'a Table) -> impl Iterator<Item = &'a Column> {
    table.columns.iter().filter(|c| !write.contains(&c.name) && c.generated.is_none())
}

/// What `record` seals of the defaults of the columns that a guest doesn't give.
pub(crate) fn seal_defaults(write: &[String], known: &Defaults, table: &Table) -> Defaults {
    let mut sealed = known.clone();
    for column in others(write, table) {
        if let Some(value) = constant(column) {
            sealed.insert(column.name.clone(), value);
        }
    }
    sealed
}

/// Values by column, as an entry has them.
type Defaults = BTreeMap<String, Option<Literal>>;

/// The columns that a guest gives to new rows.
pub(crate) fn lower_given(write: &[String], table: &Table) -> Result<Vec<BatchColumn>, LowerError> {
    let given = batch_columns(table, write).field("write")?;
    for (i, column) in given.iter().enumerate() {
        if table.column(column.id).is_some_and(|c| c.generated.is_some()) {
            let problem = LowerError::from(Problem::Generated(column.name.clone()));
            return Err(problem.within(Segment::Index(i)).within("write".into()));
        }
    }
    Ok(given)
}

/// The constants that new rows get in the columns that a guest doesn't give.
type Constants = Vec<(BatchColumn, Option<Literal>)>;

/// The constants for the columns that a guest doesn't give, and the columns it has to give and doesn't.
pub(crate) fn lower_defaults<'a>(
    write: &'a [String],
    known: &Defaults,
    key: &[BatchColumn],
    table: &'a Table,
    schema: &Schema,
) -> Result<(Constants, Vec<&'a Column>), LowerError> {
    let (mut defaults, mut missing) = (Vec::new(), Vec::new());
    for column in others(write, table) {
        match known.get(&column.name).cloned().or_else(|| constant(column)) {
            Some(value) if key.iter().all(|k| k.id != column.id) => {
                if let Some(literal) = &value {
                    check_literal(literal, &column.ty, schema)
                        .at(Segment::Key(column.name.clone()))
                        .field("defaults")?;
                }
                defaults.push((batch(column), value));
            }
            Some(_) | None => missing.push(column),
        }
    }
    Ok((defaults, missing))
}

pub(crate) fn tick(columns: &[&Column]) -> Vec<String> {
    columns.iter().map(|column| format!("`{}`", column.name)).collect()
}

/// The constant a column gets when nobody gives it a value; `None` when there is no such constant.
fn constant(column: &Column) -> Option<Option<Literal>> {
    match &column.default {
        Some(Default::Literal(literal)) => Some(Some(literal.clone())),
        Some(Default::Now | Default::Uuid | Default::Expression(_)) => None,
        None if column.identity.is_some() || !column.nullable => None,
        None => Some(None),
    }
}

fn columns(step: &LoweredPopulate) -> impl Iterator<Item = &BatchColumn> {
    step.key.iter().chain(&step.write).chain(step.defaults.iter().map(|(c, _)| c))
}

pub(crate) fn evolve(schema: &Schema, step: &LoweredPopulate) -> Result<(), Problem> {
    let table = schema.table(step.table).ok_or(Problem::Missing("table"))?;
    check_key(&step.key, table)?;
    check_batch(step.key.iter().chain(&step.write), table, schema)?;
    check_defaults(&step.defaults, table, schema)
}

/// Checks that the constants for the columns that a guest doesn't give still fit them.
pub(crate) fn check_defaults(
    defaults: &[(BatchColumn, Option<Literal>)],
    table: &Table,
    schema: &Schema,
) -> Result<(), Problem> {
    for (column, literal) in defaults {
        let now = table.column(column.id).ok_or(Problem::Missing("column"))?;
        literal.as_ref().map_or(Ok(()), |literal| check_literal(literal, &now.ty, schema))?;
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, step: &LoweredPopulate, before: &Schema) {
    let table = step.table;
    out.object(table);
    out.extend(Resource::Rows(table));
    for column in columns(step) {
        out.batch(table, column, before);
        out.read(Resource::Facet(column.id, Facet::Nullable));
    }
    let Some(own) = before.table(table) else { return };
    let given: Vec<_> = columns(step).map(|c| c.id).collect();
    parents(out, own, &given);
    for constraint in own.constraints.iter().filter(|c| c.has_index()) {
        out.object(constraint.id);
        // Two steps that insert one key don't commute, not even equal ones: both read the slot and both fill it.
        for key in step.step.keys.get(&constraint.name).into_iter().flatten() {
            let slot = Resource::Name(Scope::Singletons(constraint.id), format!("key {key}"));
            out.read(slot.clone());
            out.extend(slot);
        }
    }
}

/// Deleting the rows again: rows that refer to them go or change with them.
pub(crate) fn undo_effects(out: &mut Accesses, step: &LoweredPopulate, before: &Schema) {
    out.object(step.table);
    step.key.iter().for_each(|c| out.column(step.table, c.id));
    deletes(out, step.table, &format!("delete {:?}", step.step), before);
}

/// Deleting rows of a table: those that refer to them go or change with them.
pub(crate) fn deletes(out: &mut Accesses, table: ObjectId, value: &str, before: &Schema) {
    out.write(Resource::Rows(table), value);
    for (from, constraint) in before.referring(table) {
        let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
        out.object(from.id);
        match reference.on_delete {
            Action::Cascade => out.write(Resource::Rows(from.id), value),
            Action::SetNull | Action::SetDefault => {
                reference.columns.iter().for_each(|c| out.write(Resource::Cells(*c), value));
            }
            Action::NoAction | Action::Restrict => out.read(Resource::Rows(from.id)),
        }
    }
}
