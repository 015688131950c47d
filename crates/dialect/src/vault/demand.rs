//! What tables ask of the values that a plan brings back into their columns, as queries that can be asked before it runs.
//!
//! Each query looks at the rows as they will be: those of the table as it is now, beside what the vault holds for them. Where a data
//! step of the plan has a hand in what a constraint looks at, or hand-written SQL may have, nobody knows how the rows will be, and
//! nothing is asked: the constraint itself stands in the plan.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Column, ConstraintKind, Default, Lowered, ObjectId, Reference, Schema, StepRef, Template, schema::Table,
};

use super::{
    back::{Back, missing},
    hands::Hands,
    held::{Held, What, made_name_of, name_of},
    keep::{VALUE, key_name},
    weave::Check,
};
use crate::{Dialect, RenderError, plan::PlannedEntry};

/// What must hold of the rows that a step brings back, looked at before the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The step.
    pub at: StepRef,
    /// The rows that stand in the way.
    pub check: Check,
}

/// What the tables that a plan ends in ask of what it brings back into columns, by what the vault holds before it.
pub(crate) fn demands(
    entries: &[PlannedEntry],
    (start, end): (&Schema, &Schema),
    vault: &BTreeMap<StepRef, Held>,
    dialect: &dyn Dialect,
) -> Vec<Demand> {
    let mut returned: BTreeMap<ObjectId, Vec<Returned<'_>>> = BTreeMap::new();
    for (entry, step) in entries.iter().flat_map(|entry| entry.steps.iter().map(move |step| (entry, step))) {
        let (table, column) = match &step.lowered {
            Lowered::AddColumn { table, column } => (*table, column.id),
            Lowered::ChangeType { table, column, .. } => (*table, *column),
            _ => continue,
        };
        let at = step.at(entry.entry);
        let back = step.vaulted.as_ref().is_some_and(|vaulted| vaulted.back);
        if let Some(held) = vault.get(&at).filter(|_| back) {
            let back = Back { at, held, by: entry.entry, dialect };
            returned.entry(table).or_default().push(Returned { column, back });
        }
    }
    let Some(hands) = Hands::of(entries.iter().flat_map(|entry| &entry.steps)) else { return Vec::new() };
    let mut all = Vec::new();
    for (table, returned) in &returned {
        let (Some(now), Some(then)) = (start.table(*table), end.table(*table)) else { continue };
        let rows = Rows { now, then, start, end, returned, dialect };
        // What can't be asked beforehand is left to the constraint itself.
        all.extend(rows.constraints(&hands).into_iter().flatten());
    }
    all
}

/// A column with what brings it back.
struct Returned<'a> {
    column: ObjectId,
    back: Back<'a>,
}

/// The rows of a table as they will be.
struct Rows<'a> {
    /// The table before the plan.
    now: &'a Table,
    /// The table behind it.
    then: &'a Table,
    start: &'a Schema,
    end: &'a Schema,
    returned: &'a [Returned<'a>],
    dialect: &'a dyn Dialect,
}

impl Rows<'_> {
    fn constraints(&self, hands: &Hands) -> Vec<Result<Demand, RenderError>> {
        let mut all = Vec::new();
        for constraint in &self.then.constraints {
            let columns = constraint.kind.columns();
            let (mut tables, mut looked) = (vec![self.then.id], columns.clone());
            if let ConstraintKind::ForeignKey(reference) = &constraint.kind {
                tables.push(reference.references);
                looked.extend(&reference.to);
            }
            let Some(last) = self.last(&columns).filter(|_| !hands.are_in(&tables, &looked)) else {
                continue;
            };
            let query = match &constraint.kind {
                ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => self.twice(columns),
                ConstraintKind::Check(condition) => self.unmet(condition, last),
                ConstraintKind::ForeignKey(reference) => self.lost(reference),
            };
            all.push(query.map(|sql| self.demand(last, sql, &constraint.kind, &constraint.name)));
        }
        for index in &self.then.indexes {
            let Some(columns) = index.unique_columns() else { continue };
            let Some(last) = self.last(&columns).filter(|_| !hands.are_in(&[self.then.id], &columns)) else {
                continue;
            };
            let kind = ConstraintKind::Unique(columns.clone());
            all.push(self.twice(&columns).map(|sql| self.demand(last, sql, &kind, &index.name)));
        }
        all
    }

    /// The last of these columns that comes back.
    fn last(&self, columns: &[ObjectId]) -> Option<&Returned<'_>> {
        self.returned.iter().rev().find(|one| columns.contains(&one.column))
    }

    fn demand(
        &self,
        last: &Returned<'_>,
        sql: String,
        kind: &ConstraintKind<ObjectId, ObjectId, Template>,
        name: &str,
    ) -> Demand {
        Demand { at: last.back.at, check: Check { sql, why: unmet(self.then, self.end, kind, name) } }
    }

    /// These columns of the rows as they will be, by the names that they will have.
    fn select(&self, columns: &[ObjectId]) -> Result<String, RenderError> {
        let (mut values, mut joined) = (Vec::new(), String::new());
        for id in columns {
            let then = self.then.column(*id).ok_or_else(missing)?;
            let value = match self.returned.iter().rev().find(|one| one.column == *id) {
                Some(returned) => self.value(returned, then, &mut joined)?,
                None => {
                    let now = self.now.column(*id).filter(|now| now.ty == then.ty).ok_or_else(missing)?;
                    self.now_quoted(now)
                }
            };
            values.push(format!("{value} AS {}", self.dialect.quote_ident(&then.name)));
        }
        Ok(format!(
            "(SELECT {} FROM {}{joined}) AS {}",
            values.join(", "),
            self.dialect.quote_ident(&self.now.name),
            self.dialect.quote_ident(&self.then.name)
        ))
    }

    /// What a column will hold that comes back, with the tables that this is read from.
    fn value(
        &self,
        returned: &Returned<'_>,
        then: &Column,
        joined: &mut String,
    ) -> Result<String, RenderError> {
        let Returned { back, column } = returned;
        let (vault, made) = (name_of(back.at), made_name_of(back.at));
        *joined += &format!(" LEFT JOIN {vault} ON {}", back.same_key(&vault, self.now)?);
        let kept = self.dialect.given_back(format!("{vault}.{VALUE}"), &then.ty, self.end)?;
        let there = format!("{vault}.{} IS NOT NULL", key_name(0));
        if back.held.what != What::Values {
            let given = then.initial.as_ref().or(match &then.default {
                Some(Default::Literal(literal)) => Some(literal),
                _ => None,
            });
            let given = given.map_or("NULL".to_owned(), |literal| self.dialect.literal(literal, &then.ty));
            return Ok(format!("CASE WHEN {there} THEN {kept} ELSE {given} END"));
        }
        // A row that was written since isn't looked at: what the cast will make of it, only the database knows. NULL breaks nothing.
        let now = self.now.column(*column).ok_or_else(missing)?;
        *joined += &format!(" LEFT JOIN {made} ON {}", back.same_key(&made, self.now)?);
        let now = self.dialect.kept_as(self.now_quoted(now), &now.ty);
        let same = self.dialect.same_value(&now, &format!("{made}.{VALUE}"));
        let unchanged = format!("{made}.{} IS NOT NULL AND {there} AND {same}", key_name(0));
        Ok(format!("CASE WHEN {unchanged} THEN {kept} END"))
    }

    fn now_quoted(&self, column: &Column) -> String {
        format!("{}.{}", self.dialect.quote_ident(&self.now.name), self.dialect.quote_ident(&column.name))
    }

    fn names(&self, columns: &[ObjectId]) -> Result<Vec<String>, RenderError> {
        let name =
            |id: &ObjectId| Ok(self.dialect.quote_ident(&self.then.column(*id).ok_or_else(missing)?.name));
        columns.iter().map(name).collect()
    }

    /// The values that several rows would have.
    fn twice(&self, columns: &[ObjectId]) -> Result<String, RenderError> {
        let names = self.names(columns)?;
        let given = names.iter().map(|name| format!("{name} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let (names, from) = (names.join(", "), self.select(columns)?);
        Ok(format!("SELECT {names} FROM {from} WHERE {given} GROUP BY {names} HAVING count(*) > 1"))
    }

    /// The keys of the rows that wouldn't meet a condition.
    fn unmet(&self, condition: &Template, last: &Returned<'_>) -> Result<String, RenderError> {
        let key: Vec<ObjectId> = last.back.held.key.iter().map(|key| ObjectId::from(key.id)).collect();
        let mut columns = key.clone();
        columns.extend(condition.columns().map(|(_, column)| column));
        let mut seen = BTreeSet::new();
        columns.retain(|id| seen.insert(*id));
        let (ident, text) =
            (|name: &str| self.dialect.quote_ident(name), |text: &str| self.dialect.text_literal(text));
        let condition = condition.render(self.end, &ident, &text).map_err(|_| missing())?;
        let (key, from) = (self.names(&key)?.join(", "), self.select(&columns)?);
        Ok(format!("SELECT {key} FROM {from} WHERE NOT ({condition})"))
    }

    /// The values of a foreign key that would lead nowhere.
    fn lost(&self, reference: &Reference<ObjectId, ObjectId>) -> Result<String, RenderError> {
        let parent = self.start.table(reference.references).ok_or_else(missing)?;
        let (mut given, mut same) = (Vec::new(), Vec::new());
        let (own, names) = (self.dialect.quote_ident(&self.then.name), self.names(&reference.columns)?);
        for (name, to) in names.iter().zip(&reference.to) {
            let to = self.dialect.quote_ident(&parent.column(*to).ok_or_else(missing)?.name);
            given.push(format!("{name} IS NOT NULL"));
            same.push(format!("strat_to.{to} = {own}.{name}"));
        }
        Ok(format!(
            "SELECT {} FROM {} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS strat_to WHERE {})",
            names.join(", "),
            self.select(&reference.columns)?,
            given.join(" AND "),
            self.dialect.quote_ident(&parent.name),
            same.join(" AND ")
        ))
    }
}

/// What is wrong with rows of a table that don't meet one of its constraints.
pub(super) fn unmet(
    table: &Table,
    schema: &Schema,
    kind: &ConstraintKind<ObjectId, ObjectId, Template>,
    name: &str,
) -> String {
    let of = &table.name;
    match kind {
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
            format!("with it rows of {of} would agree in what no two may ({name})")
        }
        ConstraintKind::Check(_) => format!("with it rows of {of} wouldn't meet their condition ({name})"),
        ConstraintKind::ForeignKey(reference) => {
            let to = schema.table(reference.references).map_or("another table", |to| to.name.as_str());
            format!("rows of {of} would refer to rows of {to} that aren't there any more ({name})")
        }
    }
}
