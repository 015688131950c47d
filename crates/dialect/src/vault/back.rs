//! What the vault holds of a step, as statements that bring it back.

use model::{
    Column, ConstraintKind, EntryId, Lowered, ObjectId, Schema, StepRef, fit::type_name, schema::Table,
};

use super::{
    BringIn,
    held::{Held, HeldColumn, What, made_name_of, mark, name_of},
    keep::{VALUE, key_name, stored},
    weave::Check,
};
use crate::{Around, Dialect, Do, Facts, Quiet, RenderError, Rendered, Statement};

/// What comes back, and how.
pub(super) struct Back<'a> {
    pub at: StepRef,
    pub held: &'a Held,
    /// The planned entry that brings it back.
    pub by: EntryId,
    pub dialect: &'a dyn Dialect,
}

/// What bringing something back comes to.
pub(super) struct Brought {
    pub rendered: Rendered,
    /// How many of the last statements may as well come later in the entry.
    pub tail: usize,
    pub checks: Vec<Check>,
}

pub(super) fn missing() -> RenderError {
    RenderError::Missing("what comes back from the vault".to_owned())
}

/// Whether what is held can come back by this step: it is of its kind, and the columns it is found by are there.
pub(super) fn fits(held: &Held, step: &Lowered, before: &Schema, undone: bool) -> bool {
    let found = |table: &ObjectId| {
        let table = before.table(*table);
        table.is_some_and(|table| held.key.iter().all(|key| table.column(ObjectId::from(key.id)).is_some()))
    };
    match (held.what, step) {
        (What::Table, Lowered::CreateTable(table)) => {
            let names = |columns: &mut dyn Iterator<Item = &str>| {
                let mut names: Vec<_> = columns.map(str::to_owned).collect();
                names.sort_unstable();
                names
            };
            let kept = names(&mut held.columns.iter().map(|column| column.name.as_str()));
            kept == names(&mut stored(table).map(|column| column.name.as_str()))
        }
        (What::Column, Lowered::AddColumn { table, column }) => column.generated.is_none() && found(table),
        (What::Values, Lowered::ChangeType { table, column, to, .. }) => {
            // A run that was cut off has kept values of the type that the column still has.
            let now = before.table(*table).and_then(|table| table.column(*column));
            let changes = undone || now.is_none_or(|now| now.ty != *to);
            let returns =
                |kept: &HeldColumn| ObjectId::from(kept.id) == *column && kept.ty == type_name(to, before);
            found(table) && changes && held.columns.iter().any(returns)
        }
        _ => false,
    }
}

impl Back<'_> {
    /// The step's statements with those that bring back what is held.
    pub fn bring(
        &self,
        step: &Lowered,
        rendered: Rendered,
        around: Around<'_>,
        facts: &Facts,
    ) -> Result<Brought, RenderError> {
        match step {
            Lowered::CreateTable(table) => {
                self.table(around.after.table(table.id).ok_or_else(missing)?, rendered, around.after)
            }
            Lowered::AddColumn { table, column } => self.column((*table, column), rendered, around, facts),
            Lowered::ChangeType { table, column, .. } => self.values((*table, *column), rendered, around),
            _ => Ok(Brought { rendered, tail: 0, checks: Vec::new() }),
        }
    }

    fn name(&self) -> String {
        name_of(self.at)
    }

    fn quoted(&self, table: &Table, column: &Column) -> String {
        format!("{}.{}", self.dialect.quote_ident(&table.name), self.dialect.quote_ident(&column.name))
    }

    /// That a row of the vault is one of the table's.
    pub fn same_key(&self, vault: &str, table: &Table) -> Result<String, RenderError> {
        let mut all = Vec::new();
        for (n, key) in self.held.key.iter().enumerate() {
            let column = table.column(ObjectId::from(key.id)).ok_or_else(missing)?;
            let value = self.dialect.kept_as(self.quoted(table, column), &column.ty);
            all.push(format!("{vault}.{} = {value}", key_name(n)));
        }
        Ok(all.join(" AND "))
    }

    /// The statements that end it: what is back is marked, and the vault's tables go.
    fn end(&self, tables: &[String]) -> Vec<Statement> {
        let mut all = vec![self.dialect.on_rows(mark(self.at, self.by))];
        all.extend(tables.iter().map(|name| self.dialect.let_go(name)));
        all
    }

    fn put_back(&self, sql: String, counts: String) -> Statement {
        Statement { act: Do::PutBack(counts), ..self.dialect.on_rows(sql) }
    }

    /// Fills a column from the vault by key.
    fn fill(&self, table: &Table, column: &Column, schema: &Schema) -> Result<(String, String), RenderError> {
        let vault = self.name();
        let same = self.same_key(&vault, table)?;
        let value = self.dialect.given_back(format!("{vault}.{VALUE}"), &column.ty, schema)?;
        let (name, own) = (self.dialect.quote_ident(&table.name), self.dialect.quote_ident(&column.name));
        let there = format!("EXISTS (SELECT 1 FROM {vault} WHERE {same})");
        let sql =
            format!("UPDATE {name} SET {own} = (SELECT {value} FROM {vault} WHERE {same}) WHERE {there}");
        Ok((sql, format!("(SELECT count(*) FROM {name} WHERE {there})")))
    }

    /// Brings a column's values back. One that may not be NULL and has no value for rows is added as one that may, filled, and then
    /// forbidden to be.
    fn column(
        &self,
        (table, column): (ObjectId, &Column),
        rendered: Rendered,
        around: Around<'_>,
        facts: &Facts,
    ) -> Result<Brought, RenderError> {
        let own = around.after.table(table).ok_or_else(missing)?;
        let (sql, back) = self.fill(own, column, around.after)?;
        let (vault, name) = (self.name(), self.dialect.quote_ident(&own.name));
        let kept = format!("(SELECT count(*) FROM {vault})");
        let counts =
            format!("SELECT {kept}, {back}, {kept} - {back}, (SELECT count(*) FROM {name}) - {back}");
        let mut last = vec![self.put_back(sql, counts)];
        let given = column.default.is_some() || column.initial.is_some();
        if column.nullable || given {
            last.extend(self.end(&[vault]));
            let tail = last.len();
            let mut rendered = rendered;
            rendered.statements.extend(last);
            return Ok(Brought { rendered, tail, checks: Vec::new() });
        }
        let loose =
            Lowered::AddColumn { table, column: Box::new(Column { nullable: true, ..column.clone() }) };
        let tight = Lowered::SetNullable { table, column: column.id, nullable: false };
        let mut between = around.before.clone();
        loose.evolve(&mut between).map_err(|_| missing())?;
        let mut first = self.dialect.render(&loose, Around { after: &between, ..around }, facts)?;
        // It has just been locked for the column, so that nobody is held up any longer.
        let then = Around { before: &between, after: around.after, quiet: Quiet::All };
        let then = self.dialect.render(&tight, then, facts)?;
        let check = self.without_value(around.before.table(table).ok_or_else(missing)?, column)?;
        first.statements.push(self.none(&check));
        first.statements.append(&mut last);
        first.statements.extend(then.statements);
        first.statements.extend(self.end(&[self.name()]));
        first.rebuilds |= then.rebuilds;
        Ok(Brought { rendered: first, tail: 0, checks: vec![check] })
    }

    /// The rows that nothing was kept of, for a column that must have a value.
    fn without_value(&self, table: &Table, column: &Column) -> Result<Check, RenderError> {
        let vault = self.name();
        let same = self.same_key(&vault, table)?;
        let mut key = Vec::new();
        for held in &self.held.key {
            let column = table.column(ObjectId::from(held.id)).ok_or_else(missing)?;
            key.push(self.quoted(table, column));
        }
        let name = self.dialect.quote_ident(&table.name);
        Ok(Check {
            sql: format!(
                "SELECT {} FROM {name} WHERE NOT EXISTS (SELECT 1 FROM {vault} WHERE {same})",
                key.join(", ")
            ),
            why: format!(
                "rows of {} came in since and have no value for {}, which must have one",
                table.name, column.name
            ),
        })
    }

    /// The statement that fails where a check finds a row.
    fn none(&self, check: &Check) -> Statement {
        let sql = format!("SELECT NOT EXISTS ({})", check.sql);
        Statement { act: Do::Assert(check.why.clone()), ..self.dialect.on_rows(sql) }
    }

    fn table(&self, table: &Table, mut rendered: Rendered, schema: &Schema) -> Result<Brought, RenderError> {
        let vault = self.name();
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for column in stored(table) {
            let name = self.dialect.quote_ident(&column.name);
            values.push(self.dialect.given_back(format!("{vault}.{name}"), &column.ty, schema)?);
            names.push(name);
        }
        let select = format!("SELECT {} FROM {vault}", values.join(", "));
        let checks = self.references(table, schema)?;
        rendered.statements.extend(checks.iter().map(|check| self.none(check)));
        let BringIn { before, sql, behind } = self.dialect.bring_in(table, &names.join(", "), &select);
        let kept = format!("(SELECT count(*) FROM {vault})");
        let back = format!("(SELECT count(*) FROM {})", self.dialect.quote_ident(&table.name));
        rendered.statements.extend(before);
        let counts = format!("SELECT {kept}, {back}, {kept} - {back}, 0");
        rendered.statements.push(self.put_back(sql, counts));
        rendered.statements.extend(behind);
        rendered.statements.extend(self.end(&[vault]));
        Ok(Brought { rendered, tail: 0, checks })
    }

    /// The rows of the vault whose foreign keys refer to rows of other tables that aren't there any more.
    fn references(&self, table: &Table, schema: &Schema) -> Result<Vec<Check>, RenderError> {
        let vault = self.name();
        let mut checks = Vec::new();
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
            if reference.references == table.id {
                continue;
            }
            let parent = schema.table(reference.references).ok_or_else(missing)?;
            let (mut given, mut same, mut shown) = (Vec::new(), Vec::new(), Vec::new());
            for (own, to) in reference.columns.iter().zip(&reference.to) {
                let own = table.column(*own).ok_or_else(missing)?;
                let to = parent.column(*to).ok_or_else(missing)?;
                let value = format!("{vault}.{}", self.dialect.quote_ident(&own.name));
                let wanted = self.dialect.kept_as(self.quoted(parent, to), &to.ty);
                given.push(format!("{value} IS NOT NULL"));
                same.push(format!("{wanted} = {value}"));
                shown.push(value);
            }
            let to = self.dialect.quote_ident(&parent.name);
            checks.push(Check {
                sql: format!(
                    "SELECT {} FROM {vault} WHERE {} AND NOT EXISTS (SELECT 1 FROM {to} WHERE {})",
                    shown.join(", "),
                    given.join(" AND "),
                    same.join(" AND ")
                ),
                why: format!(
                    "rows of {} refer to rows of {} that aren't there any more ({})",
                    table.name, parent.name, constraint.name
                ),
            });
        }
        Ok(checks)
    }

    /// Brings values back as they were before their type changed, where a row still holds what the change made of it.
    fn values(
        &self,
        (table, column): (ObjectId, ObjectId),
        rendered: Rendered,
        around: Around<'_>,
    ) -> Result<Brought, RenderError> {
        let (vault, made) = (self.name(), made_name_of(self.at));
        let old = around.before.table(table).ok_or_else(missing)?;
        let new = around.after.table(table).ok_or_else(missing)?;
        let was = old.column(column).ok_or_else(missing)?;
        let now = self.dialect.kept_as(self.quoted(old, was), &was.ty);
        let (here, there) = (self.same_key(&made, old)?, self.same_key(&vault, old)?);
        let same = self.dialect.same_value(&now, &format!("{made}.{VALUE}"));
        let unchanged = format!(
            "DELETE FROM {vault} WHERE NOT EXISTS (SELECT 1 FROM {}, {made} WHERE {there} AND {here} AND {same})",
            self.dialect.quote_ident(&old.name)
        );
        let is = new.column(column).ok_or_else(missing)?;
        let (sql, back) = self.fill(new, is, around.after)?;
        let name = self.dialect.quote_ident(&new.name);
        let kept = format!("(SELECT count(*) FROM {made})");
        let found = format!(
            "(SELECT count(*) FROM {name} WHERE EXISTS (SELECT 1 FROM {made} WHERE {}))",
            self.same_key(&made, new)?
        );
        let counts =
            format!("SELECT {kept}, {back}, {kept} - {found}, (SELECT count(*) FROM {name}) - {found}");
        let mut rendered = rendered;
        rendered.statements.insert(0, self.dialect.on_rows(unchanged));
        rendered.statements.push(self.put_back(sql, counts));
        rendered.statements.extend(self.end(&[vault, made]));
        Ok(Brought { rendered, tail: 0, checks: Vec::new() })
    }
}
