//! Lowering a [`Backfill`]: its footprint by identity, with the names and types its guest will go on seeing.

use crate::{
    accesses::Accesses,
    column::Column,
    constraint::{Action, ConstraintKind},
    data_step::{Backfill, BatchColumn, LoweredBackfill, Rows},
    effects::{Facet, Resource},
    fit::{check_literal, is_carried, type_name},
    id::ObjectId,
    literal::Literal,
    lowered::Lowered,
    operation::{lookup, lookups},
    predicate::Predicate,
    problem::{At, LowerError, Problem, Segment},
    schema::{Schema, Table},
    types::Type,
};

impl Backfill {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        check_script(&self.script).field("script")?;
        let table = lookup::table(schema, &self.table).field("table")?;
        let key = key_of(table).field("table")?;
        let rows = lower_rows(&self.rows, table, schema).field("rows")?;
        if let (Rows::Where(predicate), Some(_)) = (&rows, self.repairs)
            && let Some(other) =
                predicate.columns().into_iter().find(|id| key.iter().all(|key| key.id != **id))
        {
            let name = table.column(*other).map(|column| column.name.clone()).unwrap_or_default();
            return Err(Problem::RepairsByMore(name)).field("rows");
        }
        let read = batch_columns(table, &self.read).field("read")?;
        if self.write.is_empty() {
            return Err(Problem::NoneNamed).field("write");
        }
        let write = batch_columns(table, &self.write).field("write")?;
        for (i, column) in write.iter().enumerate() {
            let found = table.column(column.id).is_some_and(|c| c.generated.is_some());
            let problem = if found {
                Problem::Generated(column.name.clone())
            } else if key.iter().any(|k| k.id == column.id) {
                Problem::WritesKey(column.name.clone())
            } else {
                continue;
            };
            return Err(LowerError::from(problem).within(Segment::Index(i)).within("write".into()));
        }
        let lookups = lookups::lower(&self.lookups, schema).field("lookups")?;
        let (step, table) = (self.clone(), table.id);
        let lowered = LoweredBackfill { step, table, rows, key, read, write, lookups };
        Ok(vec![Lowered::Backfill(lowered.into())])
    }
}

/// Refuses what isn't the name of a folder under `data-scripts/`.
pub(crate) fn check_script(name: &str) -> Result<(), Problem> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let good = name.len() <= 64
        && name.bytes().next().is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b == b'-');
    if good { Ok(()) } else { Err(Problem::ScriptName { name: name.to_owned() }) }
}

/// The key's columns as a batch carries them.
pub(crate) fn key_of(table: &Table) -> Result<Vec<BatchColumn>, Problem> {
    let key: Vec<BatchColumn> =
        table.primary_key().iter().filter_map(|id| table.column(*id)).map(batch).collect();
    if key.is_empty() { Err(Problem::NoPrimaryKey(table.name.clone())) } else { Ok(key) }
}

pub(crate) fn batch(column: &Column) -> BatchColumn {
    BatchColumn { id: column.id, name: column.name.clone(), ty: column.ty.clone(), nullable: column.nullable }
}

/// Columns of a batch by name; none twice.
pub(crate) fn batch_columns(table: &Table, names: &[String]) -> Result<Vec<BatchColumn>, LowerError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let ids = lookup::columns(table, names)?;
    Ok(ids.into_iter().filter_map(|id| table.column(id)).map(batch).collect())
}

/// Which rows, by identity.
pub(crate) fn lower_rows(rows: &Rows, table: &Table, schema: &Schema) -> Result<Rows<ObjectId>, LowerError> {
    Ok(match rows {
        Rows::All => Rows::All,
        Rows::Where(predicate) => Rows::Where(lower_predicate(predicate, table, schema)?),
    })
}

fn lower_predicate(
    predicate: &Predicate,
    table: &Table,
    schema: &Schema,
) -> Result<Predicate<ObjectId>, LowerError> {
    let lowered =
        predicate.clone().map_columns(&mut |name: String| lookup::column(table, &name).map(|c| c.id))?;
    check_predicate(&lowered, table, schema)?;
    Ok(lowered)
}

/// Checks every constant against the type of the column it is compared with.
fn check_predicate(predicate: &Predicate<ObjectId>, table: &Table, schema: &Schema) -> Result<(), Problem> {
    let fits = |column: &ObjectId, literal| {
        let column = table.column(*column).ok_or(Problem::Missing("column"))?;
        // What is compared with may be longer than the column holds.
        let ty = match &column.ty {
            Type::Varchar(_) | Type::Char(_) => &Type::Text,
            other => other,
        };
        check_literal(literal, ty, schema)
    };
    match predicate {
        Predicate::Eq(c, l)
        | Predicate::Ne(c, l)
        | Predicate::Lt(c, l)
        | Predicate::Le(c, l)
        | Predicate::Gt(c, l)
        | Predicate::Ge(c, l) => fits(c, l),
        Predicate::In(c, list) => list.iter().try_for_each(|l| fits(c, l)),
        Predicate::IsNull(_) | Predicate::NotNull(_) => Ok(()),
        Predicate::And(list) | Predicate::Or(list) => {
            list.iter().try_for_each(|p| check_predicate(p, table, schema))
        }
        Predicate::Not(one) => check_predicate(one, table, schema),
    }
}

pub(crate) fn evolve(schema: &Schema, step: &LoweredBackfill) -> Result<(), Problem> {
    let table = schema.table(step.table).ok_or(Problem::Missing("table"))?;
    check_key(&step.key, table)?;
    check_batch(step.key.iter().chain(&step.read).chain(&step.write), table, schema)?;
    check_rows(&step.rows, table, schema)?;
    lookups::evolve(schema, &step.lookups)
}

/// Checks that a guest meets columns that it was built for: it can't be handed a number where it expects text, nor give one.
pub(crate) fn check_batch<'a>(
    columns: impl Iterator<Item = &'a BatchColumn>,
    table: &Table,
    schema: &Schema,
) -> Result<(), Problem> {
    for column in columns {
        let now = table.column(column.id).ok_or(Problem::Missing("column"))?;
        if !is_carried(&now.ty, &column.ty) {
            let (ty, built_for) = (type_name(&now.ty, schema), type_name(&column.ty, schema));
            return Err(Problem::OtherType { column: now.name.clone(), ty, built_for });
        }
    }
    Ok(())
}

/// Checks that rows are found by the key by which the step goes through them.
pub(crate) fn check_key(key: &[BatchColumn], table: &Table) -> Result<(), Problem> {
    let now = table.primary_key();
    if now.len() == key.len() && key.iter().all(|column| now.contains(&column.id)) {
        return Ok(());
    }
    let built_for = key.iter().map(|column| format!("`{}`", column.name)).collect();
    Err(Problem::OtherKey { table: table.name.clone(), built_for })
}

/// Checks that what rows are chosen by can still be compared.
pub(crate) fn check_rows(rows: &Rows<ObjectId>, table: &Table, schema: &Schema) -> Result<(), Problem> {
    let Rows::Where(predicate) = rows else { return Ok(()) };
    for id in predicate.columns() {
        table.column(*id).ok_or(Problem::Missing("column"))?;
    }
    check_predicate(predicate, table, schema)
}

pub(crate) fn effects(out: &mut Accesses, step: &LoweredBackfill, before: &Schema) {
    let table = step.table;
    reads(out, table, step.key.iter().chain(&step.read), before);
    selects(out, table, &step.rows, before);
    lookups::effects(out, &step.lookups, before);
    for column in &step.write {
        out.batch(table, column, before);
        out.read(Resource::Facet(column.id, Facet::Nullable));
        writes(out, table, column.id, &value(step), before);
    }
}

/// Going through a table's rows by its key, and seeing columns of theirs.
pub(crate) fn reads<'a>(
    out: &mut Accesses,
    table: ObjectId,
    columns: impl Iterator<Item = &'a BatchColumn>,
    before: &Schema,
) {
    out.object(table);
    out.read(Resource::Rows(table));
    let own = before.table(table);
    if let Some(key) =
        own.and_then(|t| t.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_))))
    {
        out.object(key.id);
    }
    for column in columns {
        out.batch(table, column, before);
        out.cells(table, column.id);
        let generated = own.and_then(|t| t.column(column.id)).and_then(|c| c.generated.as_ref());
        if let Some(generated) = generated {
            out.computes(&generated.expression);
        }
    }
}

/// Choosing rows by what stands in them.
pub(crate) fn selects(out: &mut Accesses, table: ObjectId, rows: &Rows<ObjectId>, before: &Schema) {
    let own = before.table(table);
    if let Rows::Where(predicate) = rows {
        for id in predicate.columns() {
            out.cells(table, *id);
            let Some(column) = own.and_then(|t| t.column(*id)) else { continue };
            constants(predicate, *id, &mut |literal| out.literal(literal, &column.ty, before));
            if let (Some(of), true) = (column.ty.enum_ref(), compares_order(predicate, *id)) {
                out.read(Resource::Members(*of));
            }
        }
    }
}

/// What a backfill writes, told from every other backfill.
fn value(step: &LoweredBackfill) -> String {
    format!("{:?}", step.step)
}

/// Tells `tell` every constant the column is compared with.
fn constants(predicate: &Predicate<ObjectId>, column: ObjectId, tell: &mut dyn FnMut(&Literal)) {
    match predicate {
        Predicate::Eq(c, l)
        | Predicate::Ne(c, l)
        | Predicate::Lt(c, l)
        | Predicate::Le(c, l)
        | Predicate::Gt(c, l)
        | Predicate::Ge(c, l) => {
            if *c == column {
                tell(l);
            }
        }
        Predicate::In(c, list) => list.iter().filter(|_| *c == column).for_each(tell),
        Predicate::IsNull(_) | Predicate::NotNull(_) => {}
        Predicate::And(list) | Predicate::Or(list) => list.iter().for_each(|p| constants(p, column, tell)),
        Predicate::Not(one) => constants(one, column, tell),
    }
}

fn compares_order(predicate: &Predicate<ObjectId>, column: ObjectId) -> bool {
    match predicate {
        Predicate::Lt(c, _) | Predicate::Le(c, _) | Predicate::Gt(c, _) | Predicate::Ge(c, _) => *c == column,
        Predicate::Eq(..)
        | Predicate::Ne(..)
        | Predicate::In(..)
        | Predicate::IsNull(_)
        | Predicate::NotNull(_) => false,
        Predicate::And(list) | Predicate::Or(list) => list.iter().any(|p| compares_order(p, column)),
        Predicate::Not(one) => compares_order(one, column),
    }
}

/// Writing a column's cells: what is generated from it is written too, and foreign keys act.
fn writes(out: &mut Accesses, table: ObjectId, column: ObjectId, value: &str, before: &Schema) {
    out.write(Resource::Cells(column), value);
    let Some(own) = before.table(table) else { return };
    for other in &own.columns {
        if other.generated.as_ref().is_some_and(|g| g.expression.reads(column)) {
            out.write(Resource::Cells(other.id), value);
        }
    }
    parents(out, own, &[column]);
    for (from, constraint) in before.referring(table) {
        let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
        let acts = !matches!(reference.on_update, Action::NoAction | Action::Restrict);
        if acts && reference.to.contains(&column) {
            out.object(from.id);
            reference.columns.iter().for_each(|c| out.write(Resource::Cells(*c), value));
        }
    }
}

/// The rows that foreign keys over these columns must find in other tables.
pub(crate) fn parents(out: &mut Accesses, own: &Table, columns: &[ObjectId]) {
    for constraint in &own.constraints {
        let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
        if reference.columns.iter().any(|c| columns.contains(c)) {
            out.object(reference.references);
            out.need(Resource::Rows(reference.references));
            reference.to.iter().for_each(|c| out.need(Resource::Cells(*c)));
        }
    }
}
