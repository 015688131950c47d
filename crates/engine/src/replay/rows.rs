//! The rows of a step as its guest saw them, read from a database that may stand elsewhere by now.

use dialect::{
    Dialect,
    batch::{ReadShape, read_groups},
};
use model::{ObjectId, Schema, Value, data_step::Rows, schema::Table};

use super::{
    ReplayError,
    fresh::{chosen, constant},
    place::{Footing, Found},
};
use crate::{
    data::{DataError, encode::bound_values},
    driver::{CellType, Connection},
};

/// Reads the rows of a step in its order.
pub(super) struct Reader {
    dialect: &'static dyn Dialect,
    live: Schema,
    table: ObjectId,
    rows: Rows<ObjectId>,
    key: Vec<ObjectId>,
    /// Columns that order rows which agree in those.
    then: Vec<ObjectId>,
    /// Columns that are there, behind the key.
    columns: Vec<ObjectId>,
    /// What stands in each place of a row behind the key.
    fill: Vec<Fill>,
    key_types: Vec<CellType>,
    types: Vec<CellType>,
    /// Whether the old values of the written columns are what they were before the step.
    pub knows_old: bool,
}

/// Where a value of a row comes from.
enum Fill {
    /// The next column that is read.
    Read,
    /// The entry itself adds the column, and this is in all of its rows.
    Constant(Value),
}

/// A table as it stands in the target, and as it was when the step ran.
struct Two<'a> {
    now: &'a Table,
    then: &'a Table,
}

impl Two<'_> {
    fn named(&self, id: ObjectId) -> String {
        self.then.column(id).map_or_else(|| "of another name".to_owned(), |column| column.name.clone())
    }

    /// That a column is in the table, with the type it had then.
    fn is_there(&self, id: ObjectId) -> Result<(), ReplayError> {
        let missing = || ReplayError::NoColumn(self.named(id));
        let now = self.now.column(id).ok_or_else(missing)?;
        let then = self.then.column(id).ok_or_else(missing)?;
        if now.ty == then.ty { Ok(()) } else { Err(ReplayError::Retyped(self.named(id))) }
    }
}

impl Reader {
    /// Reads from a target that has the schema `live` what the step saw.
    pub fn new(
        dialect: &'static dyn Dialect,
        live: &Schema,
        found: &Found,
        step: &Footing<'_>,
    ) -> Result<Reader, ReplayError> {
        let now = live.table(step.table).ok_or(ReplayError::NoTable)?;
        let table = Two { now, then: found.schema.table(step.table).ok_or(ReplayError::NoTable)? };
        let key: Vec<ObjectId> = step.order.iter().map(|column| column.id).collect();
        // A column that isn't there can't be ordered by.
        if let Some(missing) = key.iter().chain(&step.then).find(|id| now.column(**id).is_none()) {
            return Err(ReplayError::NoColumn(table.named(*missing)));
        }
        for id in step.inputs().iter().filter(|id| !found.fresh.contains_key(id)) {
            table.is_there(*id)?;
        }
        let key_types: Vec<CellType> =
            key.iter().filter_map(|id| now.column(*id)).map(|column| CellType::from(&column.ty)).collect();
        let mut reader = Reader {
            dialect,
            live: live.clone(),
            table: step.table,
            rows: chosen(step.rows, &found.fresh, &found.schema, step.table),
            columns: Vec::new(),
            fill: Vec::new(),
            types: key_types.clone(),
            key_types,
            knows_old: true,
            key,
            then: step.then.clone(),
        };
        for column in &step.seen {
            match found.fresh.get(&column.id) {
                Some(value) => reader.fill.push(Fill::Constant(value.clone())),
                None => reader.reads(now, column.id),
            }
        }
        for column in step.written {
            if now.column(column.id).is_some() {
                reader.reads(now, column.id);
                continue;
            }
            let known = found
                .fresh
                .get(&column.id)
                .cloned()
                .or_else(|| table.then.column(column.id).and_then(constant));
            reader.knows_old &= known.is_some();
            reader.fill.push(Fill::Constant(known.unwrap_or(Value::Null)));
        }
        Ok(reader)
    }

    /// Takes the next value of a row from a column that is there.
    fn reads(&mut self, table: &Table, id: ObjectId) {
        self.types.extend(table.column(id).map(|column| CellType::from(&column.ty)));
        self.columns.push(id);
        self.fill.push(Fill::Read);
    }

    /// The table as it is named in the target.
    fn table(&self) -> Result<&Table, DataError> {
        crate::data::table(&self.live, self.table)
    }

    /// The next rows between two keys: the key, and with `whole` everything that a backfill reads behind it.
    pub async fn read(
        &self,
        conn: &mut Connection,
        (after, upto): (Option<&[Value]>, Option<&[Value]>),
        limit: usize,
        whole: bool,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let shape = ReadShape {
            schema: &self.live,
            table: self.table()?,
            key: &self.key,
            columns: if whole { &self.columns } else { &[] },
            rows: &self.rows,
            after: after.is_some(),
            upto: upto.is_some(),
            limit,
            lock: false,
            version: false,
        };
        let read = read_groups(self.dialect, shape, &self.then)?;
        let params = bound_values(&read, after, upto);
        let types = if whole { &self.types } else { &self.key_types };
        let mut rows = conn.read_rows(&read.sql, &params, types).await?;
        if whole && self.fill.len() > self.columns.len() {
            rows.iter_mut().for_each(|row| self.complete(row));
        }
        Ok(rows)
    }

    /// Puts the constants of columns that aren't there into their places.
    fn complete(&self, row: &mut Vec<Value>) {
        let mut read = row.split_off(self.key.len().min(row.len())).into_iter();
        row.extend(self.fill.iter().map(|fill| match fill {
            Fill::Read => read.next().unwrap_or(Value::Null),
            Fill::Constant(value) => value.clone(),
        }));
    }
}
