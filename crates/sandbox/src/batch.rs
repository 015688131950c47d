//! A batch: some rows of a table, column by column.

use model::Value;

use crate::column::Column;
use crate::error::ValueError;

/// Some rows, column by column.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Batch {
    /// How many rows every column has.
    pub rows: u32,
    /// The columns.
    pub columns: Vec<Column>,
}

impl Batch {
    /// A batch of columns of equal length; without columns it has no rows.
    pub fn new(columns: Vec<Column>) -> Result<Batch, ValueError> {
        let rows = columns.first().map_or(0, Column::len);
        if let Some(odd) = columns.iter().find(|column| column.len() != rows) {
            return Err(ValueError::Ragged { column: odd.name.clone(), rows: odd.len(), expected: rows });
        }
        let rows = u32::try_from(rows).map_err(|_| ValueError::TooLarge { column: String::new() })?;
        Ok(Batch { rows, columns })
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Appends a row, one value a column.
    pub fn push_row(&mut self, row: &[Value]) -> Result<(), ValueError> {
        if row.len() != self.columns.len() {
            return Err(ValueError::Ragged {
                column: String::new(),
                rows: row.len(),
                expected: self.columns.len(),
            });
        }
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// The values of row `row`.
    pub fn row(&self, row: usize) -> Vec<Value> {
        self.columns.iter().map(|column| column.value(row)).collect()
    }

    /// A batch of the given rows in the given order.
    pub fn select(&self, rows: &[u32]) -> Batch {
        let columns = self.columns.iter().map(|column| column.select(rows)).collect();
        Batch { rows: rows.len() as u32, columns }
    }
}
