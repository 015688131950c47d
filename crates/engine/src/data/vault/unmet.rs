//! Holds what a backfill overwrote against what the tables ask for now, before any of it is put back.

use std::collections::{BTreeMap, BTreeSet};

use dialect::{
    batch::read_by_keys,
    vault::{CellDemand, CellRule, CellRuleKind},
};
use model::{ObjectId, Reference, Schema, Value, schema::Table};

use super::{
    Vault, Wrote,
    block::key_bytes,
    restore::WayBack,
    walk::{Stands, Walk},
};
use crate::{
    data::{DataError, columns::print_key, table},
    driver::CellType,
    target::Target,
};

/// So many rows that may be in each other's way are looked at once more; where there are more, the database has to tell.
const CLASHES: usize = 1_000;

/// The first rule that rows wouldn't meet, with the keys of the first `most` of those rows.
pub async fn unmet<'a>(
    target: &mut Target,
    start: &Schema,
    demand: &'a CellDemand<'_>,
    most: usize,
) -> Result<Option<(&'a CellRule, Vec<String>)>, DataError> {
    let Some(vault) = Vault::find(&mut target.conn, target.dialect, demand.at).await? else {
        return Ok(None);
    };
    // A column that can't take its cells back before the plan may by the time its turn comes.
    let wrote = Wrote::from(demand.step);
    let Ok(back) = WayBack::new(&vault.about, &wrote, start) else { return Ok(None) };
    let walk = || Walk::new(&vault, &back, demand.rules.iter().flat_map(CellRule::columns).copied());
    let mut look =
        Look { start, back: &back, rules: &demand.rules, found: BTreeMap::new(), clashes: Vec::new() };
    let mut rows = walk()?;
    loop {
        let some = rows.next(target).await?;
        if some.is_empty() || look.found.values().any(|found| found.len() >= most) {
            break;
        }
        look.over(target, &rows, &some).await?;
    }
    look.settle(target, &mut walk()?).await?;
    let first = look.found.into_iter().next();
    Ok(first.map(|(rule, found)| (&demand.rules[rule], found.into_iter().take(most).collect())))
}

/// What was seen so far.
struct Look<'a> {
    start: &'a Schema,
    back: &'a WayBack<'a>,
    rules: &'a [CellRule],
    /// By the rule they don't meet, the keys of rows.
    found: BTreeMap<usize, Vec<String>>,
    clashes: Vec<Clash>,
}

/// A row that will be as another one is, unless that one goes back too.
struct Clash {
    rule: usize,
    key: String,
    /// The other row's key.
    other: Vec<u8>,
}

/// Columns of a row that goes back, in which it changes: its key, and what it will have in them.
type Changing<'a> = (&'a [Value], Vec<Value>);

impl Look<'_> {
    /// Takes these rows in.
    async fn over(&mut self, target: &mut Target, walk: &Walk<'_>, rows: &[Stands]) -> Result<(), DataError> {
        for (n, rule) in self.rules.iter().enumerate() {
            let places = walk.places(rule.columns());
            let mut going: Vec<_> = rows.iter().filter_map(|row| changing(row, &places)).collect();
            if !matches!(rule.kind, CellRuleKind::Filled(_)) {
                // What has no value is no row's like, and refers to none.
                going.retain(|(_, will)| will.iter().all(|value| *value != Value::Null));
            }
            if going.is_empty() {
                continue;
            }
            match &rule.kind {
                CellRuleKind::Filled(_) => {
                    let empty = going.iter().filter(|(_, will)| will.contains(&Value::Null));
                    empty.for_each(|(key, _)| self.add(n, key));
                }
                CellRuleKind::Once(columns) => self.twice(target, n, columns, &going).await?,
                CellRuleKind::Leads(reference) => self.lost(target, n, reference, &going).await?,
            }
        }
        Ok(())
    }

    fn add(&mut self, rule: usize, key: &[Value]) {
        self.found.entry(rule).or_default().push(print_key(&self.back.named, key));
    }

    /// Rows that stand already where these are going to.
    async fn twice(
        &mut self,
        target: &mut Target,
        rule: usize,
        columns: &[ObjectId],
        going: &[Changing<'_>],
    ) -> Result<(), DataError> {
        let by_values: BTreeMap<_, _> = going.iter().map(|(key, will)| (key_bytes(will), *key)).collect();
        let asked = Asked { table: self.back.table, columns, with: &self.back.key };
        for row in asked.of(target, going.iter().map(|(_, will)| will)).await? {
            let (values, other) = row.split_at(columns.len());
            let other = self.back.key_bytes(other);
            // What only the column's collation takes for the same is left to the database.
            let Some(key) = by_values.get(&key_bytes(values)) else { continue };
            if self.clashes.len() < CLASHES && other != self.back.key_bytes(key) {
                self.clashes.push(Clash { rule, key: print_key(&self.back.named, key), other });
            }
        }
        Ok(())
    }

    /// Rows that will refer to nothing.
    async fn lost(
        &mut self,
        target: &mut Target,
        rule: usize,
        reference: &Reference<ObjectId, ObjectId>,
        going: &[Changing<'_>],
    ) -> Result<(), DataError> {
        let parent = table(self.start, reference.references)?;
        let asked = Asked { table: parent, columns: &reference.to, with: &[] };
        let there = asked.of(target, going.iter().map(|(_, will)| will)).await?;
        let mut seen: BTreeSet<_> = there.iter().map(|row| key_bytes(row)).collect();
        for (key, will) in going {
            // Whether it is the same though written differently is the database's to say.
            if !seen.contains(&key_bytes(will)) {
                match asked.of(target, [will].into_iter()).await?.is_empty() {
                    true => self.add(rule, key),
                    false => drop(seen.insert(key_bytes(will))),
                }
            }
        }
        Ok(())
    }

    /// Goes over the rows once more for those that are in another's way: where they go elsewhere themselves, they aren't.
    async fn settle(&mut self, target: &mut Target, walk: &mut Walk<'_>) -> Result<(), DataError> {
        if self.clashes.is_empty() || self.clashes.len() >= CLASHES {
            return Ok(());
        }
        let places: Vec<_> = self.rules.iter().map(|rule| walk.places(rule.columns())).collect();
        loop {
            let rows = walk.next(target).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let key = self.back.key_bytes(&row.key);
                self.clashes
                    .retain(|clash| clash.other != key || changing(row, &places[clash.rule]).is_none());
            }
        }
        for clash in std::mem::take(&mut self.clashes) {
            self.found.entry(clash.rule).or_default().push(clash.key);
        }
        Ok(())
    }
}

fn changing<'a>(row: &'a Stands, places: &[usize]) -> Option<Changing<'a>> {
    let going = row.row.as_ref()?;
    let differs = places.iter().any(|place| going.now[*place] != going.then[*place]);
    differs.then(|| (row.key.as_slice(), places.iter().map(|place| going.then[*place].clone()).collect()))
}

/// Rows that are asked for by their values in some columns.
struct Asked<'a> {
    table: &'a Table,
    columns: &'a [ObjectId],
    /// The columns to read beside them.
    with: &'a [ObjectId],
}

impl Asked<'_> {
    async fn of<'v>(
        &self,
        target: &mut Target,
        values: impl Iterator<Item = &'v Vec<Value>>,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let values: Vec<_> = values.collect();
        let Asked { table, columns, with } = *self;
        let sql = read_by_keys(target.dialect, table, columns, with, values.len(), false)?;
        let mut types = Vec::with_capacity(columns.len() + with.len());
        for id in columns.iter().chain(with) {
            types.push(CellType::from(&crate::data::column(table, *id)?.ty));
        }
        let params: Vec<_> = values.into_iter().flatten().cloned().collect();
        Ok(target.conn.read_rows(&sql, &params, &types).await?)
    }
}
