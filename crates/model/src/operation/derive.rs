//! Lowering a [`Transfer`] or an [`Aggregate`]: what its guest sees of one table, and what it gives to others.

use crate::{
    accesses::Accesses,
    constraint::ConstraintKind,
    data_step::{
        Aggregate, BatchColumn, Derive, IntoTable, LoweredDerive, LoweredInto, Rows, Transfer,
        leaves_out_null, ungroupable,
    },
    effects::{Facet, Resource},
    fit::type_name,
    id::ObjectId,
    lowered::Lowered,
    operation::{
        backfill::{
            batch_columns, check_batch, check_key, check_rows, check_script, key_of, lower_rows, parents,
            reads, selects,
        },
        lookup, lookups, populate,
    },
    problem::{At, LowerError, Problem, Segment},
    schema::{Schema, Table},
    types::Type,
};

/// Names under which a batch carries what no column holds.
const RESERVED: [&str; 3] = ["@from", "@group", "@into"];

impl Transfer {
    /// Resolves the defaults of the columns the guest doesn't give.
    pub(crate) fn seal(&self, schema: &Schema) -> Result<Transfer, LowerError> {
        let mut sealed = self.clone();
        for (i, into) in sealed.into.iter_mut().enumerate() {
            seal(into, schema).at(Segment::Index(i)).field("into")?;
        }
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        check_script(&self.script).field("script")?;
        let table = lookup::table(schema, &self.table).field("table")?;
        if self.into.is_empty() {
            return Err(Problem::NoneNamed).field("into");
        }
        let mut into: Vec<LoweredInto> = Vec::with_capacity(self.into.len());
        for (i, one) in self.into.iter().enumerate() {
            let lowered = lower_into(one, table, schema).at(Segment::Index(i)).field("into")?;
            if into.iter().any(|before| before.table == lowered.table) {
                let twice = Err(Problem::Repeated(one.table.clone()));
                return twice.field("table").at(Segment::Index(i)).field("into");
            }
            into.push(lowered);
        }
        let lowered = LoweredDerive {
            step: Derive::Transfer(self.clone()),
            table: table.id,
            rows: lower_rows(&self.rows, table, schema).field("rows")?,
            key: key_of(table).field("table")?,
            group: Vec::new(),
            read: batch_columns(table, &self.read).field("read")?,
            into,
            lookups: lookups::lower(&self.lookups, schema).field("lookups")?,
        };
        unreserved(&lowered.read).field("read")?;
        Ok(vec![Lowered::Derive(lowered.into())])
    }
}

impl Aggregate {
    /// Resolves the defaults of the columns the guest doesn't give.
    pub(crate) fn seal(&self, schema: &Schema) -> Result<Aggregate, LowerError> {
        let mut sealed = self.clone();
        seal(&mut sealed.into, schema).field("into")?;
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        check_script(&self.script).field("script")?;
        let table = lookup::table(schema, &self.table).field("table")?;
        let rows = lower_rows(&self.rows, table, schema).field("rows")?;
        if self.group.is_empty() {
            return Err(Problem::NoneNamed).field("group");
        }
        let group = batch_columns(table, &self.group).field("group")?;
        for (i, column) in group.iter().enumerate() {
            check_group(column, &rows, schema).at(Segment::Index(i)).field("group")?;
        }
        let lowered = LoweredDerive {
            step: Derive::Aggregate(self.clone()),
            table: table.id,
            rows,
            key: key_of(table).field("table")?,
            group,
            read: batch_columns(table, &self.read).field("read")?,
            into: vec![lower_into(&self.into, table, schema).field("into")?],
            lookups: lookups::lower(&self.lookups, schema).field("lookups")?,
        };
        unreserved(&lowered.group).field("group")?;
        unreserved(&lowered.read).field("read")?;
        Ok(vec![Lowered::Derive(lowered.into())])
    }
}

fn seal(into: &mut IntoTable, schema: &Schema) -> Result<(), LowerError> {
    let table = lookup::table(schema, &into.table).field("table")?;
    into.defaults = populate::seal_defaults(&into.write, &into.defaults, table);
    Ok(())
}

fn lower_into(into: &IntoTable, from: &Table, schema: &Schema) -> Result<LoweredInto, LowerError> {
    let table = lookup::table(schema, &into.table).field("table")?;
    if table.id == from.id {
        return Err(Problem::IntoItself(table.name.clone())).field("table");
    }
    let key = key_of(table).field("table")?;
    let write = populate::lower_given(&into.write, table)?;
    unreserved(&write).field("write")?;
    let (defaults, mut missing) = populate::lower_defaults(&into.write, &into.defaults, &key, table, schema)?;
    if let [only] = key.as_slice()
        && only.ty == Type::Uuid
    {
        missing.retain(|column| column.id != only.id);
    }
    if !missing.is_empty() {
        return Err(Problem::NotGiven(populate::tick(&missing))).field("write");
    }
    Ok(LoweredInto { table: table.id, key, write, defaults })
}

fn unreserved(columns: &[BatchColumn]) -> Result<(), LowerError> {
    match columns.iter().position(|column| RESERVED.contains(&column.name.as_str())) {
        Some(i) => Err(Problem::Reserved(columns[i].name.clone())).at(Segment::Index(i)),
        None => Ok(()),
    }
}

fn check_group(column: &BatchColumn, rows: &Rows<ObjectId>, schema: &Schema) -> Result<(), Problem> {
    if ungroupable(&column.ty) {
        let ty = type_name(&column.ty, schema);
        return Err(Problem::Ungroupable { column: column.name.clone(), ty });
    }
    let left_out = match rows {
        Rows::All => false,
        Rows::Where(predicate) => leaves_out_null(predicate, &column.id),
    };
    if column.nullable && !left_out {
        return Err(Problem::GroupNull(column.name.clone()));
    }
    Ok(())
}

fn columns(into: &LoweredInto) -> impl Iterator<Item = &BatchColumn> {
    into.key.iter().chain(&into.write).chain(into.defaults.iter().map(|(c, _)| c))
}

pub(crate) fn evolve(schema: &Schema, step: &LoweredDerive) -> Result<(), Problem> {
    let table = schema.table(step.table).ok_or(Problem::Missing("table"))?;
    check_key(&step.key, table)?;
    check_batch(step.key.iter().chain(&step.group).chain(&step.read), table, schema)?;
    check_rows(&step.rows, table, schema)?;
    for into in &step.into {
        let table = schema.table(into.table).ok_or(Problem::Missing("table"))?;
        check_key(&into.key, table)?;
        check_batch(into.key.iter().chain(&into.write), table, schema)?;
        populate::check_defaults(&into.defaults, table, schema)?;
    }
    lookups::evolve(schema, &step.lookups)
}

pub(crate) fn effects(out: &mut Accesses, step: &LoweredDerive, before: &Schema) {
    reads(out, step.table, step.key.iter().chain(&step.group).chain(&step.read), before);
    selects(out, step.table, &step.rows, before);
    lookups::effects(out, &step.lookups, before);
    for into in &step.into {
        fills(out, into, before);
    }
}

/// New rows of a table, whose keys nobody knows before the step has run.
fn fills(out: &mut Accesses, into: &LoweredInto, before: &Schema) {
    let rows = Resource::Rows(into.table);
    out.object(into.table);
    out.extend(rows.clone());
    for column in columns(into) {
        out.batch(into.table, column, before);
        out.read(Resource::Facet(column.id, Facet::Nullable));
    }
    let Some(own) = before.table(into.table) else { return };
    let given: Vec<_> = columns(into).map(|c| c.id).collect();
    parents(out, own, &given);
    own.constraints.iter().filter(|c| c.has_index()).for_each(|c| out.object(c.id));
    if may_meet(own, into) {
        // It depends on the rows that are there: another's new row may have the same values in a unique constraint.
        out.read(rows);
    }
}

/// Whether the guest decides of values that have to be unique. Keys that are derived never meet others.
fn may_meet(own: &Table, into: &LoweredInto) -> bool {
    let index = own.indexes.iter().any(|index| index.unique);
    let constraint = own.constraints.iter().any(|constraint| match constraint.kind {
        ConstraintKind::PrimaryKey(_) => !into.derives_key(),
        ConstraintKind::Unique(_) => true,
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => false,
    });
    index || constraint
}

/// Deleting the rows again: rows that refer to them go or change with them.
pub(crate) fn undo_effects(out: &mut Accesses, step: &LoweredDerive, before: &Schema) {
    let value = format!("delete {:?}", step.step);
    for into in &step.into {
        out.object(into.table);
        into.key.iter().for_each(|c| out.column(into.table, c.id));
        populate::deletes(out, into.table, &value, before);
    }
}
