//! What came back from the guest of a transfer or an aggregate: which row is made of what, and for which table.

use model::Value;
use sandbox::{
    Batch, ColumnType, DeclaredColumn, GuestError, conform,
    regroup::{FROM, INTO},
};

use super::Work;
use crate::{
    data::{filling::Filling, reject::Class},
    driver::printable,
};

/// Makes an error of a column, a row and what is wrong with them.
type Failing<'a> = dyn Fn(Option<&str>, Option<u32>, String) -> Wrong + 'a;

/// A new row: the number of its table, and the given values.
pub(super) type Given = (usize, Vec<Value>);

/// What is wrong with the output, and the row of it.
pub(super) type Wrong = (Option<u32>, GuestError);

impl Work {
    /// The new rows of each row or group, in the guest's order.
    pub(super) fn given(&self, output: &Batch, units: usize) -> Result<Vec<Vec<Given>>, Wrong> {
        let fail = |column: Option<&str>, row: Option<u32>, reason: String| {
            (row, GuestError::Output { column: column.map(str::to_owned), row, reason })
        };
        if self.is_aggregate && output.rows as usize != units {
            return Err(fail(None, None, format!("{} rows came back for {units} groups", output.rows)));
        }
        let output = conform(output.clone(), &self.expected);
        let mut all = vec![Vec::new(); units];
        for row in 0..output.rows {
            let mut values = output.row(row as usize);
            let unit = if self.is_aggregate {
                row as usize
            } else {
                match values.remove(0) {
                    Value::Int(from) if (0..units as i64).contains(&from) => from as usize,
                    other => {
                        let reason = format!("{other:?} is no row of this batch of {units}");
                        return Err(fail(Some(FROM), Some(row), reason));
                    }
                }
            };
            let table = if self.fillings.len() > 1 { self.chosen(&mut values, row, &fail)? } else { 0 };
            all[unit].push((table, values));
        }
        Ok(all)
    }

    /// The table that a row says it is for, and its values alone; those of other tables have to be NULL.
    fn chosen(&self, values: &mut Vec<Value>, row: u32, fail: &Failing<'_>) -> Result<usize, Wrong> {
        let Value::Text(name) = values.remove(0) else {
            return Err(fail(Some(INTO), Some(row), "no table is named".to_owned()));
        };
        let Some(chosen) = self.fillings.iter().position(|filling| filling.said == name) else {
            return Err(fail(Some(INTO), Some(row), format!("{name:?} isn't declared under into")));
        };
        let mut own = Vec::new();
        for (number, filling) in self.fillings.iter().enumerate() {
            for column in &filling.declared {
                let value = values.remove(0);
                let whole = format!("{}.{}", filling.said, column.name);
                if number != chosen {
                    if !value.is_null() {
                        return Err(fail(Some(&whole), Some(row), format!("a value in a row of {name}")));
                    }
                } else if value.is_null() && !column.nullable {
                    return Err(fail(Some(&whole), Some(row), "NULL in a NOT NULL column".to_owned()));
                } else {
                    own.push(value);
                }
            }
        }
        *values = own;
        Ok(chosen)
    }
}

/// What is wrong with the output, for the record, which has no values in it.
pub(super) fn without_values(cause: &GuestError, class: Class) -> String {
    match cause {
        GuestError::Output { column, reason, .. } => {
            let column = column.clone().unwrap_or_default();
            let why = if class == Class::NotNull { reason.as_str() } else { "not a value that it takes" };
            printable(&format!("column {column}: {why}"))
        }
        other => printable(&other.to_string()),
    }
}

/// What has to come back: where a row comes from and goes to, as far as that isn't plain, and the columns of all tables.
pub(super) fn declared(fillings: &[Filling], is_aggregate: bool) -> Vec<DeclaredColumn> {
    let mut columns = Vec::new();
    if !is_aggregate {
        columns.push(DeclaredColumn::new(FROM, ColumnType::Integer, false));
    }
    if let [only] = fillings {
        columns.extend(only.declared.iter().cloned());
        return columns;
    }
    columns.push(DeclaredColumn::new(INTO, ColumnType::Text, false));
    for filling in fillings {
        columns.extend(filling.declared.iter().map(|column| DeclaredColumn {
            name: format!("{}.{}", filling.said, column.name),
            nullable: true,
            ..column.clone()
        }));
    }
    columns
}
