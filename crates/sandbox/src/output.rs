//! Whether what came back is what the step declares.

use crate::batch::Batch;
use crate::column::{Column, ColumnData};
use crate::column_type::ColumnType;
use crate::error::OutputError;
use crate::guest::Outcome;
use crate::json::first_fault;

/// The reason for a column that no step may write.
pub const UNDECLARED: &str = "isn't declared under write";

/// The reason for NULL where none may be.
pub const NOT_NULL: &str = "NULL in a NOT NULL column";

/// A column that a step declares to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: String,
    /// Its type; an integer may come back in any width it fits, a text as any text type.
    pub ty: ColumnType,
    /// The type of an Array's elements.
    pub element: Option<ColumnType>,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Varchar and Char: the most characters. Decimal: the most digits. Vector: the dimension.
    pub limit: Option<u32>,
    /// Decimal: the most digits after the point.
    pub scale: u32,
    /// Enum: the values, any when empty.
    pub values: Vec<String>,
}

impl DeclaredColumn {
    /// A column without limits.
    pub fn new(name: &str, ty: ColumnType, nullable: bool) -> DeclaredColumn {
        DeclaredColumn {
            name: name.to_owned(),
            ty,
            element: None,
            nullable,
            limit: None,
            scale: 0,
            values: Vec::new(),
        }
    }

    /// A column without rows that describes this one, for the batch that a Populate step is given.
    pub fn describe(&self) -> Column {
        let mut column = match (self.ty, self.element) {
            (ColumnType::Array, Some(element)) if !element.is_nested() => Column::array(&self.name, element),
            _ => Column::new(&self.name, self.ty),
        };
        column.nullable = self.nullable;
        column.scale = match self.ty {
            ColumnType::Decimal => self.scale as i32,
            _ => self.limit.and_then(|limit| i32::try_from(limit).ok()).unwrap_or(0),
        };
        column
    }
}

/// How many rows have to come back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rows {
    /// As many as went in, in the same order: Backfill.
    AsInput,
    /// Any number: Populate, Transfer, Aggregate.
    Any,
}

/// What has to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// How many rows.
    pub rows: Rows,
    /// Exactly these columns, in any order.
    pub columns: Vec<DeclaredColumn>,
}

/// Checks that exactly the declared columns came back, for the right rows, with values that fit.
///
/// The values of rejected rows aren't looked at.
pub fn check_output(input: &Batch, outcome: &Outcome, expected: &Expected) -> Result<(), OutputError> {
    let output = &outcome.batch;
    if expected.rows == Rows::AsInput && output.rows != input.rows {
        return Err(whole(format!("{} rows came back for {}", output.rows, input.rows)));
    }
    let declared = |column: &Column| expected.columns.iter().any(|d| d.name == column.name);
    if let Some(stray) = output.columns.iter().find(|column| !declared(column)) {
        return Err(in_column(&stray.name, UNDECLARED));
    }
    for declared in &expected.columns {
        let Some(column) = output.column(&declared.name) else {
            return Err(in_column(&declared.name, "is declared under write and didn't come back"));
        };
        check_type(column, declared)?;
        let rejected = |row: usize| outcome.rejects.binary_search_by_key(&row, |r| r.0 as usize).is_ok();
        if !declared.nullable
            && !column.validity.is_empty()
            && let Some(row) = (0..column.len()).find(|&row| column.is_null(row) && !rejected(row))
        {
            return Err(in_row(&column.name, row, NOT_NULL));
        }
        if let Some(check) = cell_check(column, declared) {
            let rows = (0..column.len()).filter(|&row| !column.is_null(row) && !rejected(row));
            for row in rows {
                check(row).map_err(|reason| in_row(&column.name, row, reason))?;
            }
        }
    }
    Ok(())
}

/// The batch as declared: columns in the declared order, every value in the declared type.
///
/// To be called on what [`check_output`] accepted; values of rejected rows that don't fit become NULL.
pub fn conform(batch: Batch, expected: &Expected) -> Batch {
    let rows = batch.rows;
    let mut given: Vec<Option<Column>> = batch.columns.into_iter().map(Some).collect();
    let mut columns = Vec::with_capacity(expected.columns.len());
    for declared in &expected.columns {
        let found = given.iter_mut().find(|c| c.as_ref().is_some_and(|c| c.name == declared.name));
        if let Some(column) = found.and_then(Option::take) {
            columns.push(retype(column, declared.ty));
        }
    }
    Batch { rows, columns }
}

fn retype(mut column: Column, ty: ColumnType) -> Column {
    if column.ty == ty {
        return column;
    }
    if !column.ty.is_integer() {
        column.ty = ty;
        return column;
    }
    let mut wide = Column::new(&column.name, ty).scale(column.scale);
    (wide.nullable, wide.key) = (column.nullable, column.key);
    for row in 0..column.len() {
        let fits = column.int(row).is_some_and(|value| wide.push_int(value).is_ok());
        if !fits {
            wide.push_null();
        }
    }
    wide
}

fn check_type(column: &Column, declared: &DeclaredColumn) -> Result<(), OutputError> {
    let same = column.ty == declared.ty
        || column.ty.is_integer() && declared.ty.is_integer()
        || column.ty.is_textual() && declared.ty.is_textual();
    if !same {
        let reason = format!("came back as {}, declared as {}", column.ty, declared.ty);
        return Err(in_column(&column.name, reason));
    }
    match (column.child(), declared.element) {
        (Some(child), Some(element)) if child.ty != element => Err(in_column(
            &column.name,
            format!("came back with elements of {}, expected {element}", child.ty),
        )),
        _ => Ok(()),
    }
}

type CellCheck<'a> = Box<dyn Fn(usize) -> Result<(), String> + 'a>;

/// What each value has to pass, or nothing when every value of the type fits.
fn cell_check<'a>(column: &'a Column, declared: &'a DeclaredColumn) -> Option<CellCheck<'a>> {
    let text = |row: usize| column.text(row).unwrap_or_default();
    match declared.ty {
        ColumnType::SmallInt | ColumnType::Integer if column.ty != declared.ty => {
            Some(Box::new(move |row| {
                let value = column.int(row).unwrap_or(0);
                let fits = match declared.ty {
                    ColumnType::SmallInt => i16::try_from(value).is_ok(),
                    _ => i32::try_from(value).is_ok(),
                };
                if fits { Ok(()) } else { Err(format!("{value} doesn't fit {}", declared.ty)) }
            }))
        }
        ColumnType::Varchar | ColumnType::Char => {
            let limit = declared.limit? as usize;
            Some(Box::new(move |row| {
                let text = text(row);
                // Bytes bound characters from above, so most rows need no counting.
                let chars = if text.len() <= limit { text.len() } else { text.chars().count() };
                if chars <= limit { Ok(()) } else { Err(format!("{chars} characters, limit {limit}")) }
            }))
        }
        ColumnType::Json => Some(Box::new(move |row| match first_fault(text(row)) {
            Some(at) => Err(format!("isn't JSON at byte {at}")),
            None => Ok(()),
        })),
        ColumnType::Decimal => Some(Box::new(move |row| check_decimal(text(row), declared))),
        ColumnType::Enum if !declared.values.is_empty() => Some(Box::new(move |row| {
            let text = text(row);
            if declared.values.iter().any(|value| value == text) {
                Ok(())
            } else {
                Err(format!("{text:?} isn't one of its {} values", declared.values.len()))
            }
        })),
        ColumnType::Vector => {
            let limit = declared.limit? as usize;
            let ColumnData::List { offsets, .. } = &column.data else { return None };
            Some(Box::new(move |row| match (offsets[row + 1] - offsets[row]) as usize {
                len if len == limit => Ok(()),
                len => Err(format!("a vector of {len}, dimension {limit}")),
            }))
        }
        _ => None,
    }
}

fn check_decimal(text: &str, declared: &DeclaredColumn) -> Result<(), String> {
    if !crate::values::is_decimal(text) {
        return Err(format!("{text:?} isn't a decimal"));
    }
    let Some(limit) = declared.limit else { return Ok(()) };
    let digits = text.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0').len(), fraction.trim_end_matches('0').len());
    let scale = declared.scale as usize;
    if fraction > scale || whole + scale > limit as usize {
        return Err(format!("{text} doesn't fit Decimal({limit}, {scale})"));
    }
    Ok(())
}

fn whole(reason: impl Into<String>) -> OutputError {
    OutputError { column: None, row: None, reason: reason.into() }
}

fn in_column(column: &str, reason: impl Into<String>) -> OutputError {
    OutputError { column: Some(column.to_owned()), row: None, reason: reason.into() }
}

fn in_row(column: &str, row: usize, reason: impl Into<String>) -> OutputError {
    OutputError { column: Some(column.to_owned()), row: Some(row as u32), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use model::Value;

    use super::*;

    fn came_back(name: &str, ty: ColumnType, values: &[Value]) -> Outcome {
        let batch = Batch::new(vec![Column::from_values(name, ty, values).unwrap()]).unwrap();
        Outcome { batch, rejects: Vec::new(), fuel: 0, memory: 0, log: String::new() }
    }

    fn refusal(outcome: &Outcome, declared: DeclaredColumn) -> String {
        let expected = Expected { rows: Rows::Any, columns: vec![declared] };
        check_output(&Batch::default(), outcome, &expected).unwrap_err().to_string()
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        let outcome =
            came_back("t", ColumnType::Text, &[Value::Text("äöü".into()), Value::Text("abcd".into())]);
        let declared = |limit| DeclaredColumn {
            limit: Some(limit),
            ..DeclaredColumn::new("t", ColumnType::Varchar, false)
        };
        assert_eq!(refusal(&outcome, declared(3)), "column t, row 1: 4 characters, limit 3");
        let expected = Expected { rows: Rows::Any, columns: vec![declared(4)] };
        check_output(&Batch::default(), &outcome, &expected).unwrap();
    }

    #[test]
    fn numbers_have_to_fit() {
        let outcome = came_back("n", ColumnType::BigInt, &[Value::Int(1), Value::Int(40_000)]);
        let declared = DeclaredColumn::new("n", ColumnType::SmallInt, false);
        assert_eq!(refusal(&outcome, declared), "column n, row 1: 40000 doesn't fit SmallInt");
        let declared = DeclaredColumn::new("n", ColumnType::Double, false);
        assert_eq!(refusal(&outcome, declared), "column n: came back as BigInt, declared as Double");
        let outcome = came_back("d", ColumnType::Text, &[Value::Text("12.345".into())]);
        let declared = |limit, scale| DeclaredColumn {
            limit: Some(limit),
            scale,
            ..DeclaredColumn::new("d", ColumnType::Decimal, false)
        };
        assert_eq!(refusal(&outcome, declared(5, 2)), "column d, row 0: 12.345 doesn't fit Decimal(5, 2)");
        assert_eq!(refusal(&outcome, declared(4, 3)), "column d, row 0: 12.345 doesn't fit Decimal(4, 3)");
        let expected = Expected { rows: Rows::Any, columns: vec![declared(5, 3)] };
        check_output(&Batch::default(), &outcome, &expected).unwrap();
        let found = conform(outcome.batch, &expected).columns[0].value(0);
        assert_eq!(found, Value::Decimal("12.345".into()));
    }

    #[test]
    fn json_is_json() {
        let outcome =
            came_back("j", ColumnType::Text, &[Value::Text("[1]".into()), Value::Text("[1,]".into())]);
        let declared = DeclaredColumn::new("j", ColumnType::Json, false);
        assert_eq!(refusal(&outcome, declared), "column j, row 1: isn't JSON at byte 3");
    }

    #[test]
    fn enums_have_their_values_only() {
        let outcome = came_back("e", ColumnType::Text, &[Value::Text("new".into())]);
        let declared = DeclaredColumn {
            values: vec!["old".into()],
            ..DeclaredColumn::new("e", ColumnType::Enum, false)
        };
        assert_eq!(refusal(&outcome, declared), "column e, row 0: \"new\" isn't one of its 1 values");
    }

    #[test]
    fn conforming_orders_columns_and_blanks_what_cannot_fit() {
        let a = Column::from_values("a", ColumnType::BigInt, &[Value::Int(1 << 40), Value::Int(2)]).unwrap();
        let b = Column::from_values("b", ColumnType::Bool, &[Value::Bool(true), Value::Null]).unwrap();
        let expected = Expected {
            rows: Rows::Any,
            columns: vec![
                DeclaredColumn::new("b", ColumnType::Bool, true),
                DeclaredColumn::new("a", ColumnType::Integer, false),
            ],
        };
        let batch = conform(Batch::new(vec![a, b]).unwrap(), &expected);
        assert_eq!(batch.row(0), [Value::Bool(true), Value::Null]);
        assert_eq!(batch.row(1), [Value::Null, Value::Int(2)]);
    }
}
