//! From the model's columns and constants to those of batches.

use model::{Literal, ObjectId, Schema, Type, Value, data_step::BatchColumn};
use sandbox::{Column, ColumnType, DeclaredColumn};

use crate::driver::{cell, decimal, time};

/// The type a guest sees.
pub fn column_type(ty: &Type<ObjectId>) -> ColumnType {
    match ty {
        Type::Bool => ColumnType::Bool,
        Type::SmallInt => ColumnType::SmallInt,
        Type::Integer => ColumnType::Integer,
        Type::BigInt => ColumnType::BigInt,
        Type::Real => ColumnType::Real,
        Type::Double => ColumnType::Double,
        Type::Decimal(..) => ColumnType::Decimal,
        Type::Text | Type::Native(_) => ColumnType::Text,
        Type::Varchar(_) => ColumnType::Varchar,
        Type::Char(_) => ColumnType::Char,
        Type::Bytes => ColumnType::Bytes,
        Type::Uuid => ColumnType::Uuid,
        Type::Date => ColumnType::Date,
        Type::Time => ColumnType::Time,
        Type::Timestamp => ColumnType::Timestamp,
        Type::TimestampTz => ColumnType::TimestampTz,
        Type::Json => ColumnType::Json,
        Type::Enum(_) => ColumnType::Enum,
        Type::Array(_) => ColumnType::Array,
        Type::Vector(_) => ColumnType::Vector,
    }
}

/// An empty batch column under the name the guest knows.
pub fn batch_column(column: &BatchColumn, key: bool) -> Column {
    let made = match &column.ty {
        Type::Array(element) => Column::array(&column.name, column_type(element)),
        ty => Column::new(&column.name, column_type(ty)).scale(scale(ty)),
    };
    let made = if column.nullable { made.nullable() } else { made };
    if key { made.key() } else { made }
}

fn scale(ty: &Type<ObjectId>) -> i32 {
    let scale = match ty {
        Type::Decimal(_, scale) => u32::from(*scale),
        Type::Varchar(n) | Type::Char(n) | Type::Vector(n) => *n,
        _ => 0,
    };
    i32::try_from(scale).unwrap_or(i32::MAX)
}

/// What has to come back for a column, by the type and nullability it has now.
pub fn declared(
    column: &BatchColumn,
    ty: &Type<ObjectId>,
    nullable: bool,
    schema: &Schema,
) -> DeclaredColumn {
    let mut declared = DeclaredColumn::new(&column.name, column_type(ty), nullable);
    match ty {
        Type::Varchar(n) | Type::Char(n) | Type::Vector(n) => declared.limit = Some(*n),
        Type::Decimal(digits, scale) => {
            declared.limit = Some(u32::from(*digits));
            declared.scale = u32::from(*scale);
        }
        Type::Array(element) => declared.element = Some(column_type(element)),
        Type::Enum(of) => {
            declared.values = schema
                .enum_(*of)
                .map(|e| e.values.iter().map(|v| v.name.clone()).collect())
                .unwrap_or_default();
        }
        _ => {}
    }
    declared
}

/// A constant as a value of the column's type; text that doesn't fit stays text for the database to refuse.
pub fn literal_value(literal: &Literal, ty: &Type<ObjectId>) -> Value {
    let parsed = match (literal, ty) {
        (Literal::Bool(yes), _) => Some(Value::Bool(*yes)),
        (Literal::Int(n), Type::Double) => Some(Value::Double(*n as f64)),
        (Literal::Int(n), Type::Real) => Some(Value::Real(*n as f32)),
        (Literal::Int(n), Type::Decimal(..)) => Some(Value::Decimal(n.to_string())),
        (Literal::Int(n), Type::Json) => Some(Value::Json(n.to_string())),
        (Literal::Int(n), _) => Some(Value::Int(*n)),
        (Literal::Float(x), Type::Real) => Some(Value::Real(*x as f32)),
        (Literal::Float(x), Type::Decimal(..)) => decimal::canonical(&format!("{x}")).map(Value::Decimal),
        (Literal::Float(x), _) => Some(Value::Double(*x)),
        (Literal::Text(text), Type::Decimal(..)) => decimal::canonical(text).map(Value::Decimal),
        (Literal::Text(text), Type::Uuid) => cell::parse_uuid(text).map(Value::Uuid),
        (Literal::Text(text), Type::Date) => time::parse_date(text).map(Value::Date),
        (Literal::Text(text), Type::Time) => time::parse_time(text).map(Value::Time),
        (Literal::Text(text), Type::Timestamp) => time::parse_timestamp(text, false).map(Value::Timestamp),
        (Literal::Text(text), Type::TimestampTz) => time::parse_timestamp(text, true).map(Value::Timestamp),
        (Literal::Text(text), Type::Json) => Some(Value::Json(text.clone())),
        (Literal::Text(text), Type::Bytes) => hex(text).map(Value::Bytes),
        (Literal::Text(text), _) => Some(Value::Text(text.clone())),
    };
    match (parsed, literal) {
        (Some(value), _) => value,
        (None, Literal::Text(text)) => Value::Text(text.clone()),
        (None, _) => Value::Null,
    }
}

/// A value as the constant that gives it back in a column of its type; nothing where a draft can't hold one.
pub fn value_literal(value: &Value) -> Option<Literal> {
    Some(match value {
        Value::Bool(yes) => Literal::Bool(*yes),
        Value::Int(n) => Literal::Int(*n),
        Value::Real(x) if x.is_finite() => Literal::Float(f64::from(*x)),
        Value::Double(x) if x.is_finite() => Literal::Float(*x),
        Value::Bytes(bytes) => Literal::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        Value::Decimal(_)
        | Value::Text(_)
        | Value::Json(_)
        | Value::Uuid(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Timestamp(_) => Literal::Text(bind_text(value)?),
        Value::Null | Value::Real(_) | Value::Double(_) | Value::Array(_) | Value::Vector(_) => return None,
    })
}

/// Bytes from pairs of hex digits, which is how constants write them.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2))
        .collect()
}

/// A key as people read it: `id = 7` or `org = 'a', day = 2026-01-01`.
pub fn print_key(columns: &[BatchColumn], key: &[Value]) -> String {
    let parts: Vec<_> = columns
        .iter()
        .zip(key)
        .map(|(column, value)| format!("{} = {}", column.name, print_value(value)))
        .collect();
    crate::driver::printable(&parts.join(", "))
}

/// A value of a key as people read it.
pub fn print_value(value: &Value) -> String {
    bind_text(value).unwrap_or_else(|| "NULL".to_owned())
}

/// A value as the text that a cast to its column's type reads; nothing for NULL.
pub fn bind_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => if *yes { "t" } else { "f" }.to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Real(x) => float_text(f64::from(*x), format!("{x:?}")),
        Value::Double(x) => float_text(*x, format!("{x:?}")),
        Value::Decimal(text) | Value::Text(text) | Value::Json(text) => text.clone(),
        Value::Bytes(bytes) => bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
            text.push_str(&format!("{byte:02x}"));
            text
        }),
        Value::Uuid(uuid) => cell::print_uuid(uuid),
        Value::Date(days) => time::print_date(*days),
        Value::Time(micros) => time::print_time(*micros),
        Value::Timestamp(micros) => time::print_timestamp(*micros),
        Value::Array(items) => crate::driver::array::print(items),
        Value::Vector(items) => {
            format!("[{}]", items.iter().map(|x| format!("{x:?}")).collect::<Vec<_>>().join(","))
        }
    })
}

fn float_text(x: f64, finite: String) -> String {
    if x.is_nan() {
        "NaN".to_owned()
    } else if x.is_infinite() {
        if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        finite
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_the_constants_that_stand_for_them() {
        let text = |text: &str| Value::Text(text.to_owned());
        let values = [
            (Value::Bool(true), Type::Bool),
            (Value::Int(-7), Type::BigInt),
            (Value::Double(0.1), Type::Double),
            (Value::Real(0.1), Type::Real),
            (Value::Decimal("12.5".to_owned()), Type::Decimal(8, 2)),
            (text("it's \"x\", y = 1"), Type::Text),
            (Value::Bytes(vec![0, 255]), Type::Bytes),
            (Value::Uuid([7; 16]), Type::Uuid),
            (Value::Date(-1), Type::Date),
            (Value::Time(1), Type::Time),
            (Value::Timestamp(-1), Type::Timestamp),
            (Value::Timestamp(1_700_000_000_123_456), Type::TimestampTz),
        ];
        for (value, ty) in values {
            let literal = value_literal(&value).expect("a draft can hold it");
            assert_eq!(literal_value(&literal, &ty), value, "{literal:?}");
        }
        assert_eq!(value_literal(&Value::Double(f64::NAN)), None);
    }
}
