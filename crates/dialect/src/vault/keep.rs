//! What a step is about to destroy, as statements that put it into the vault first.
//!
//! Where each statement commits by itself, what somebody writes between the copy and the loss would be in neither. So a column that is
//! to go gets another name first, which nobody writes to.

use model::{Lowered, ObjectId, Schema, StepRef, schema::Table};

use super::{
    CopyOut, Retyped,
    held::{Held, What, enter, made_name_of, name_of, names_of},
};
use crate::{Around, Dialect, Facts, RenderError, Rendered};

/// What a step destroys that the vault can keep, or why it can't.
pub(super) enum Loss {
    /// It destroys nothing.
    None,
    /// The vault keeps it.
    Kept(Held),
    /// It is lost, for this reason.
    Lost(String),
}

/// What a step destroys; `schema` is the one before it.
pub(super) fn loss(step: &Lowered, schema: &Schema) -> Loss {
    match step {
        Lowered::DropTable { table } => {
            let Some(table) = schema.table(*table) else { return Loss::None };
            let columns: Vec<_> = stored(table).map(|column| column.id).collect();
            named(Held::new(What::Table, table, &[], &columns, schema))
        }
        Lowered::DropColumn { table, column } => {
            let Some(own) = schema.table(*table) else { return Loss::None };
            let Some(found) = own.column(*column) else { return Loss::None };
            if found.generated.is_some() {
                return Loss::None;
            }
            if found.identity.is_some() {
                return Loss::Lost(format!("the server gives `{}` its numbers", found.name));
            }
            by_key(What::Column, own, *column, schema)
        }
        Lowered::ChangeType { table, column, .. } if !step.losses(schema).is_empty() => {
            match schema.table(*table) {
                Some(own) => by_key(What::Values, own, *column, schema),
                None => Loss::None,
            }
        }
        _ => Loss::None,
    }
}

fn by_key(what: What, table: &Table, column: ObjectId, schema: &Schema) -> Loss {
    let key = table.primary_key();
    if key.is_empty() {
        return Loss::Lost(format!(
            "`{}` has no primary key by which the vault could find its rows again",
            table.name
        ));
    }
    if key.contains(&column) {
        return Loss::Lost(format!("the rows of `{}` are found by it", table.name));
    }
    named(Held::new(what, table, key, &[column], schema))
}

fn named(held: Option<Held>) -> Loss {
    held.map_or_else(|| Loss::Lost("it isn't recorded yet".to_owned()), Loss::Kept)
}

/// The columns of a table that are in its rows.
pub(super) fn stored(table: &Table) -> impl Iterator<Item = &model::Column> {
    table.columns.iter().filter(|column| column.generated.is_none())
}

/// The name that a key's column has in the vault.
pub(super) fn key_name(n: usize) -> String {
    format!("k{}", n + 1)
}

/// The name that a kept column has in the vault.
pub(super) const VALUE: &str = "kept";

/// The name of a column that is copied into the vault and then dropped, meanwhile.
const GOING: &str = "strat_going";

/// Puts what the step destroys into the vault, in front of its own statements or around them. Where each statement commits by itself, a
/// crash in between leaves a copy that nobody needs yet; the next run goes on behind it, and a failure for good takes it back.
pub(super) fn keep(
    to: &mut Rendered,
    (at, held): (StepRef, &Held),
    step: &Lowered,
    (around, facts): (Around<'_>, &Facts),
    dialect: &dyn Dialect,
) -> Result<(), RenderError> {
    let (before, after) = (around.before, around.after);
    let missing = || RenderError::Missing("what goes into the vault".to_owned());
    let entered = enter(dialect, at, held).ok_or_else(missing)?;
    let mut first: Vec<_> = entered.into_iter().map(|sql| dialect.on_rows(sql)).collect();
    match step {
        Lowered::DropTable { table } => {
            let table = before.table(*table).ok_or_else(missing)?;
            match dialect.move_out(table, &name_of(at), before) {
                Some(moved) => *to = Rendered { statements: moved, ..Rendered::default() },
                None => first.extend(copy_table(dialect, at, table)),
            }
        }
        Lowered::DropColumn { table, column } => {
            if dialect.envelope().transactional_ddl {
                let table = before.table(*table).ok_or_else(missing)?;
                first.extend(copy_column(dialect, &name_of(at), table, *column)?);
            } else {
                copy_going(&mut first, to, (at, *table, *column), step, (around, facts), dialect)?;
            }
        }
        Lowered::ChangeType { table, column, .. } => {
            let (old, new) =
                (before.table(*table).ok_or_else(missing)?, after.table(*table).ok_or_else(missing)?);
            let (kept, made) = (by_keys(dialect, old, *column)?, by_keys(dialect, new, *column)?);
            let (into_kept, into_made) = (name_of(at), made_name_of(at));
            let retyped = Retyped {
                step,
                around,
                kept: kept.going(&into_kept, &old.name),
                made: made.going(&into_made, &new.name),
            };
            to.statements = dialect.keep_values(retyped, std::mem::take(&mut to.statements));
        }
        _ => {}
    }
    first.append(&mut to.statements);
    to.statements = first;
    if !dialect.envelope().transactional_ddl
        && (to.retreat.is_empty() || matches!(step, Lowered::DropColumn { .. }))
        && !matches!(step, Lowered::DropTable { .. })
    {
        to.retreat.extend(names_of(at).map(|name| format!("DROP TABLE IF EXISTS {name}")));
        to.retreat.push(format!("DELETE FROM strat_vault_held WHERE name = '{}'", name_of(at)));
    }
    Ok(())
}

/// Gives the column another name, copies it, and drops it under that. A crash in between leaves it under that name, and the next run goes
/// on behind the last statement that took effect; a failure for good gives it its own name back, if it has the other one by then.
fn copy_going(
    first: &mut Vec<crate::Statement>,
    to: &mut Rendered,
    (at, table, column): (StepRef, ObjectId, ObjectId),
    step: &Lowered,
    (around, facts): (Around<'_>, &Facts),
    dialect: &dyn Dialect,
) -> Result<(), RenderError> {
    let missing = || RenderError::Missing("a column that goes into the vault".to_owned());
    let own = around.before.table(table).ok_or_else(missing)?;
    let name = &own.column(column).ok_or_else(missing)?.name;
    let rename = Lowered::RenameColumn { table, column, to: GOING.to_owned() };
    let mut going = around.before.clone();
    rename.evolve(&mut going).map_err(|error| RenderError::Missing(error.to_string()))?;
    first.extend(dialect.render(&rename, Around { after: &going, ..around }, facts)?.statements);
    first.extend(copy_column(dialect, &name_of(at), going.table(table).ok_or_else(missing)?, column)?);
    to.statements = dialect.render(step, Around { before: &going, ..around }, facts)?.statements;
    to.retreat.extend(dialect.name_back(&own.name, GOING, name));
    Ok(())
}

fn copy_table(dialect: &dyn Dialect, at: StepRef, table: &Table) -> Vec<crate::Statement> {
    let columns: Vec<_> = stored(table)
        .map(|column| {
            let value = dialect.kept_as(dialect.quote_ident(&column.name), &column.ty);
            (column.name.clone(), value)
        })
        .collect();
    dialect.copy_out(&CopyOut {
        into: &name_of(at),
        from: &table.name,
        columns: &columns,
        key: &[],
        rows_of: None,
    })
}

fn copy_column(
    dialect: &dyn Dialect,
    into: &str,
    table: &Table,
    column: ObjectId,
) -> Result<Vec<crate::Statement>, RenderError> {
    Ok(dialect.copy_out(&by_keys(dialect, table, column)?.going(into, &table.name)))
}

/// What is copied of a column: the key's columns, then its own.
struct ByKeys {
    columns: Vec<(String, String)>,
    key: Vec<String>,
}

impl ByKeys {
    fn going<'a>(&'a self, into: &'a str, from: &'a str) -> CopyOut<'a> {
        CopyOut { into, from, columns: &self.columns, key: &self.key, rows_of: None }
    }
}

fn by_keys(dialect: &dyn Dialect, table: &Table, column: ObjectId) -> Result<ByKeys, RenderError> {
    let value = |id: ObjectId| {
        let found = table.column(id);
        let found = found.ok_or_else(|| RenderError::Missing(format!("a column of {}", table.name)))?;
        Ok::<_, RenderError>(dialect.kept_as(dialect.quote_ident(&found.name), &found.ty))
    };
    let mut columns = Vec::new();
    for (n, id) in table.primary_key().iter().enumerate() {
        columns.push((key_name(n), value(*id)?));
    }
    let key = columns.iter().map(|(name, _)| name.clone()).collect();
    columns.push((VALUE.to_owned(), value(column)?));
    Ok(ByKeys { columns, key })
}
