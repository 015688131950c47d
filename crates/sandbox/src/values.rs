//! Filling columns from rows, and reading rows back.

use model::Value;

use crate::column::{Column, ColumnData};
use crate::column_type::ColumnType;
use crate::error::ValueError;

impl Column {
    /// A column of `values`; for an Array, start from [`Column::array`] and [`Column::push`].
    ///
    /// It becomes nullable when a value is NULL.
    pub fn from_values(name: &str, ty: ColumnType, values: &[Value]) -> Result<Column, ValueError> {
        let mut column = Column::new(name, ty);
        column.nullable = values.iter().any(Value::is_null);
        column.reserve(values.len(), 0);
        for value in values {
            column.push(value)?;
        }
        Ok(column)
    }

    /// Appends a row.
    pub fn push(&mut self, value: &Value) -> Result<(), ValueError> {
        match (value, self.ty) {
            (Value::Null, _) => {
                self.push_null();
                Ok(())
            }
            (Value::Int(v), ty) if ty.is_integer() => self.push_int(*v),
            (Value::Date(v), ColumnType::Date) => self.push_int(i64::from(*v)),
            (Value::Time(v), ColumnType::Time)
            | (Value::Timestamp(v), ColumnType::Timestamp | ColumnType::TimestampTz) => self.push_int(*v),
            (Value::Decimal(v), ColumnType::Decimal)
            | (Value::Json(v), ColumnType::Json)
            | (
                Value::Text(v),
                ColumnType::Text | ColumnType::Varchar | ColumnType::Char | ColumnType::Enum,
            ) => self.push_text(v),
            (Value::Bytes(v), ColumnType::Bytes) => self.push_bytes(v),
            (Value::Real(v), ColumnType::Real) => self.push_float(f64::from(*v)),
            (Value::Double(v), ColumnType::Double) => self.push_float(*v),
            (Value::Array(items), ColumnType::Array) => self.push_list(items.iter()),
            (Value::Vector(items), ColumnType::Vector) => {
                let items: Vec<Value> = items.iter().map(|v| Value::Real(*v)).collect();
                self.push_list(items.iter())
            }
            (Value::Bool(v), ColumnType::Bool) => self.push_bool(*v),
            (Value::Uuid(v), ColumnType::Uuid) => self.push_uuid(*v),
            _ => Err(self.mismatch(kind(value))),
        }
    }

    /// Appends a NULL.
    pub fn push_null(&mut self) {
        let row = self.len();
        if self.validity.is_empty() {
            self.validity = vec![0xff; row.div_ceil(8)];
            if row & 7 != 0 {
                self.validity[row >> 3] = (1 << (row & 7)) - 1;
            }
        }
        if row >> 3 == self.validity.len() {
            self.validity.push(0);
        }
        match &mut self.data {
            ColumnData::Bool(v) => v.push(false),
            ColumnData::I16(v) => v.push(0),
            ColumnData::I32(v) => v.push(0),
            ColumnData::I64(v) => v.push(0),
            ColumnData::F32(v) => v.push(0.0),
            ColumnData::F64(v) => v.push(0.0),
            ColumnData::Uuid(v) => v.push([0; 16]),
            ColumnData::Text { offsets, .. }
            | ColumnData::Bytes { offsets, .. }
            | ColumnData::List { offsets, .. } => {
                let end = offsets[row];
                offsets.push(end);
            }
        }
    }

    /// Appends an integer to an integer, date or time column.
    pub fn push_int(&mut self, value: i64) -> Result<(), ValueError> {
        let fits = match &mut self.data {
            ColumnData::I16(v) => i16::try_from(value).map(|value| v.push(value)).is_ok(),
            ColumnData::I32(v) => i32::try_from(value).map(|value| v.push(value)).is_ok(),
            ColumnData::I64(v) => {
                v.push(value);
                true
            }
            _ => return Err(self.mismatch("an integer")),
        };
        if !fits {
            return Err(ValueError::Range { column: self.name.clone(), value, ty: self.ty });
        }
        self.mark_valid();
        Ok(())
    }

    /// Appends a float to a Real or Double column.
    pub fn push_float(&mut self, value: f64) -> Result<(), ValueError> {
        match &mut self.data {
            ColumnData::F32(v) => v.push(value as f32),
            ColumnData::F64(v) => v.push(value),
            _ => return Err(self.mismatch("a float")),
        }
        self.mark_valid();
        Ok(())
    }

    /// Appends a truth value to a Bool column.
    pub fn push_bool(&mut self, value: bool) -> Result<(), ValueError> {
        match &mut self.data {
            ColumnData::Bool(v) => v.push(value),
            _ => return Err(self.mismatch("a truth value")),
        }
        self.mark_valid();
        Ok(())
    }

    /// Appends 16 bytes to a Uuid column.
    pub fn push_uuid(&mut self, value: [u8; 16]) -> Result<(), ValueError> {
        match &mut self.data {
            ColumnData::Uuid(v) => v.push(value),
            _ => return Err(self.mismatch("a UUID")),
        }
        self.mark_valid();
        Ok(())
    }

    /// Appends a text to a Decimal, Text, Varchar, Char, Enum or Json column.
    pub fn push_text(&mut self, value: &str) -> Result<(), ValueError> {
        match &mut self.data {
            ColumnData::Text { offsets, text } => match u32::try_from(text.len() + value.len()) {
                Ok(end) => {
                    text.push_str(value);
                    offsets.push(end);
                }
                Err(_) => return Err(ValueError::TooLarge { column: self.name.clone() }),
            },
            _ => return Err(self.mismatch("text")),
        }
        self.mark_valid();
        Ok(())
    }

    /// Appends bytes to a Bytes column.
    pub fn push_bytes(&mut self, value: &[u8]) -> Result<(), ValueError> {
        match &mut self.data {
            ColumnData::Bytes { offsets, bytes } => match u32::try_from(bytes.len() + value.len()) {
                Ok(end) => {
                    bytes.extend_from_slice(value);
                    offsets.push(end);
                }
                Err(_) => return Err(ValueError::TooLarge { column: self.name.clone() }),
            },
            _ => return Err(self.mismatch("bytes")),
        }
        self.mark_valid();
        Ok(())
    }

    fn push_list<'a>(&mut self, items: impl Iterator<Item = &'a Value>) -> Result<(), ValueError> {
        let name = self.name.clone();
        let ColumnData::List { offsets, child } = &mut self.data else {
            return Err(self.mismatch("a list"));
        };
        let before = child.len();
        for item in items {
            if let Err(error) = child.push(item) {
                child.truncate(before);
                return Err(error.in_column(&name));
            }
        }
        let end = u32::try_from(child.len()).map_err(|_| ValueError::TooLarge { column: name })?;
        offsets.push(end);
        self.mark_valid();
        Ok(())
    }

    /// The same column with the given rows in the given order.
    pub fn select(&self, rows: &[u32]) -> Column {
        let mut column = self.emptied();
        column.reserve(rows.len(), 0);
        for &row in rows {
            // A value read from a column always fits the same column.
            let pushed = column.push(&self.value(row as usize));
            debug_assert!(pushed.is_ok());
        }
        column
    }

    /// The value in row `row`.
    pub fn value(&self, row: usize) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        match &self.data {
            ColumnData::Bool(v) => Value::Bool(v[row]),
            ColumnData::I16(v) => Value::Int(i64::from(v[row])),
            ColumnData::I32(v) if self.ty == ColumnType::Date => Value::Date(v[row]),
            ColumnData::I32(v) => Value::Int(i64::from(v[row])),
            ColumnData::I64(v) => match self.ty {
                ColumnType::Time => Value::Time(v[row]),
                ColumnType::Timestamp | ColumnType::TimestampTz => Value::Timestamp(v[row]),
                _ => Value::Int(v[row]),
            },
            ColumnData::F32(v) => Value::Real(v[row]),
            ColumnData::F64(v) => Value::Double(v[row]),
            ColumnData::Uuid(v) => Value::Uuid(v[row]),
            ColumnData::Text { offsets, text } => {
                let text = &text[offsets[row] as usize..offsets[row + 1] as usize];
                match self.ty {
                    ColumnType::Decimal => Value::Decimal(plain_decimal(text)),
                    ColumnType::Json => Value::Json(text.to_owned()),
                    _ => Value::Text(text.to_owned()),
                }
            }
            ColumnData::Bytes { offsets, bytes } => {
                Value::Bytes(bytes[offsets[row] as usize..offsets[row + 1] as usize].to_vec())
            }
            ColumnData::List { offsets, child } => {
                let range = offsets[row] as usize..offsets[row + 1] as usize;
                match (self.ty, &child.data) {
                    (ColumnType::Vector, ColumnData::F32(all)) => Value::Vector(all[range].to_vec()),
                    _ => Value::Array(range.map(|i| child.value(i)).collect()),
                }
            }
        }
    }

    /// Marks the row appended last as having a value, once some row is NULL.
    fn mark_valid(&mut self) {
        if self.validity.is_empty() {
            return;
        }
        let row = self.len() - 1;
        if row >> 3 == self.validity.len() {
            self.validity.push(0);
        }
        self.validity[row >> 3] |= 1 << (row & 7);
    }

    /// Drops all rows from `rows` on.
    fn truncate(&mut self, rows: usize) {
        match &mut self.data {
            ColumnData::Bool(v) => v.truncate(rows),
            ColumnData::I16(v) => v.truncate(rows),
            ColumnData::I32(v) => v.truncate(rows),
            ColumnData::I64(v) => v.truncate(rows),
            ColumnData::F32(v) => v.truncate(rows),
            ColumnData::F64(v) => v.truncate(rows),
            ColumnData::Uuid(v) => v.truncate(rows),
            ColumnData::Text { offsets, text } => {
                offsets.truncate(rows + 1);
                text.truncate(offsets[rows] as usize);
            }
            ColumnData::Bytes { offsets, bytes } => {
                offsets.truncate(rows + 1);
                bytes.truncate(offsets[rows] as usize);
            }
            ColumnData::List { offsets, child } => {
                offsets.truncate(rows + 1);
                child.truncate(offsets[rows] as usize);
            }
        }
        self.validity.truncate(rows.div_ceil(8));
        if rows == 0 {
            self.validity.clear();
        }
        if let Some(last) = self.validity.last_mut()
            && rows & 7 != 0
        {
            *last &= (1 << (rows & 7)) - 1;
        }
    }

    fn mismatch(&self, found: &'static str) -> ValueError {
        ValueError::Type { column: self.name.clone(), ty: self.ty, found }
    }
}

/// Whether `text` is digits with an optional sign and point.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction)
}

/// The canonical form: no leading zeros, no trailing zeros after the point, no `-0`.
fn plain_decimal(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (_, "") => format!("{sign}{whole}"),
        ("", _) => format!("{sign}0.{fraction}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "an integer",
        Value::Real(_) => "a 32-bit float",
        Value::Double(_) => "a 64-bit float",
        Value::Decimal(_) => "a decimal",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Uuid(_) => "a UUID",
        Value::Date(_) => "a date",
        Value::Time(_) => "a time",
        Value::Timestamp(_) => "a timestamp",
        Value::Json(_) => "JSON",
        Value::Array(_) => "an array",
        Value::Vector(_) => "a vector",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_before_and_after_values_are_kept() {
        let values: Vec<Value> =
            (0..20).map(|i| if i % 3 == 1 { Value::Null } else { Value::Int(i) }).collect();
        let column = Column::from_values("n", ColumnType::Integer, &values).unwrap();
        assert!(column.nullable);
        assert_eq!((0..20).map(|i| column.value(i)).collect::<Vec<_>>(), values);
    }

    #[test]
    fn a_value_of_another_type_is_refused_by_column() {
        let mut column = Column::new("n", ColumnType::SmallInt);
        assert_eq!(
            column.push(&Value::Int(40_000)).unwrap_err().to_string(),
            "column n: 40000 doesn't fit SmallInt"
        );
        assert!(column.push(&Value::Text("x".into())).is_err());
        assert_eq!(column.len(), 0);
    }

    #[test]
    fn a_refused_array_leaves_no_elements() {
        let mut column = Column::array("a", ColumnType::SmallInt);
        assert!(column.push(&Value::Array(vec![Value::Int(1), Value::Bool(true)])).is_err());
        let good = Value::Array(vec![Value::Int(7), Value::Null]);
        column.push(&good).unwrap();
        assert_eq!(column.value(0), good);
    }

    #[test]
    fn decimals_come_out_canonical() {
        for (given, wanted) in
            [("1.50", "1.5"), ("-0.00", "0"), ("007", "7"), ("-0.5", "-0.5"), ("100", "100")]
        {
            assert_eq!(plain_decimal(given), wanted);
        }
        assert!(!is_decimal("1e5") && !is_decimal("") && !is_decimal("-") && !is_decimal("1."));
    }
}
