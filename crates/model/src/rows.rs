//! The one byte encoding of rows, and the digest over a table's rows that is made from it.
//!
//! A value is its tag as u8, the length of what follows as u32 LE, and so many bytes. A row is its values one behind the
//! other, columns by rising name (bytes of their UTF-8). What a value's tag is depends on its column's type, not on the database:
//!
//! | tag | value | bytes |
//! |---|---|---|
//! | 0 | NULL | none |
//! | 1 | Bool | 1 byte, 0 or 1 |
//! | 2 | SmallInt, Integer, BigInt | i64 LE |
//! | 3 | Real | f32 bits LE; NaN is 0x7fc00000, −0.0 is kept |
//! | 4 | Double | f64 bits LE; NaN is 0x7ff8000000000000, −0.0 is kept |
//! | 5 | Decimal | ASCII: `-`, digits, `.`, digits; no exponent, no zeros that don't count, no `-0` |
//! | 6 | Text, Varchar, Char, Enum | UTF-8; Char without its trailing blanks |
//! | 7 | Bytes | as they are |
//! | 8 | Uuid | 16 bytes |
//! | 9 | Date | days since 1970-01-01, i32 LE |
//! | 10 | Time | microseconds since midnight, i64 LE |
//! | 11 | Timestamp | microseconds since 1970-01-01T00:00:00, i64 LE |
//! | 12 | TimestampTz | the same in UTC |
//! | 13 | Json | RFC 8785, with numbers as in `rows/json.rs` |
//! | 14 | Array | count u32 LE, then each element as a value |
//! | 15 | Vector | count u32 LE, then each element's f32 bits LE as for Real |
//!
//! A native type is encoded as the value the database gave: by what it is.

use crate::{id::Digest, types::Type, value::Value};

mod decimal;
mod json;
mod running;

pub use decimal::canonical_decimal;
pub use json::{JsonError, canonical_json};
pub use running::{RowDigest, RowDigestError, ends_run, root_of_sections, runs_of_section};

/// Why a value can't be encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A value of another type than its column's.
    #[error("a {value} in a column of type {ty}")]
    Type {
        /// What the value is.
        value: &'static str,
        /// The column's type.
        ty: &'static str,
    },
    /// Text that is no decimal number.
    #[error("{0:?} is no decimal number")]
    Decimal(String),
    /// Text that isn't JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A value of 4 GiB or more.
    #[error("a value of {0} bytes is too large")]
    Large(usize),
    /// A row with another number of values than its table has columns.
    #[error("{values} values for {columns} columns")]
    Width {
        /// How many values.
        values: usize,
        /// How many columns.
        columns: usize,
    },
}

/// Encodes a row; `types` and `row` go by rising column name.
///
/// # Errors
/// When a value doesn't fit its column.
pub fn encode_row<E>(types: &[Type<E>], row: &[Value]) -> Result<Vec<u8>, EncodeError> {
    if types.len() != row.len() {
        return Err(EncodeError::Width { values: row.len(), columns: types.len() });
    }
    let mut out = Vec::with_capacity(16 * row.len());
    for (ty, value) in types.iter().zip(row) {
        encode_value(ty, value, &mut out)?;
    }
    Ok(out)
}

/// Appends one value's encoding to `out`.
///
/// # Errors
/// When the value doesn't fit the type; `out` then ends somewhere inside it.
pub fn encode_value<E>(ty: &Type<E>, value: &Value, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let tag = tag(ty, value)?;
    out.push(tag);
    let at = out.len();
    out.extend([0; 4]);
    match value {
        Value::Null => {}
        Value::Bool(b) => out.push(u8::from(*b)),
        Value::Int(n) | Value::Time(n) | Value::Timestamp(n) => out.extend(n.to_le_bytes()),
        Value::Real(x) => out.extend(real_bits(*x)),
        Value::Double(x) if x.is_nan() => out.extend(0x7ff8_0000_0000_0000u64.to_le_bytes()),
        Value::Double(x) => out.extend(x.to_bits().to_le_bytes()),
        Value::Decimal(text) => out.extend(canonical_decimal(text)?.as_bytes()),
        Value::Text(text) if matches!(ty, Type::Char(_)) => out.extend(text.trim_end_matches(' ').as_bytes()),
        Value::Text(text) => out.extend(text.as_bytes()),
        Value::Bytes(bytes) => out.extend(bytes),
        Value::Uuid(bytes) => out.extend(bytes),
        Value::Date(days) => out.extend(days.to_le_bytes()),
        Value::Json(text) => out.extend(canonical_json(text)?.as_bytes()),
        Value::Array(elements) => {
            out.extend(count(elements.len())?);
            for element in elements {
                match ty {
                    Type::Array(of) => encode_value(of, element, out)?,
                    _ => encode_value(ty, element, out)?,
                }
            }
        }
        Value::Vector(elements) => {
            out.extend(count(elements.len())?);
            out.extend(elements.iter().flat_map(|x| real_bits(*x)));
        }
    }
    let length = count(out.len() - at - 4)?;
    out[at..at + 4].copy_from_slice(&length);
    Ok(())
}

fn count(n: usize) -> Result<[u8; 4], EncodeError> {
    u32::try_from(n).map(u32::to_le_bytes).map_err(|_| EncodeError::Large(n))
}

fn real_bits(x: f32) -> [u8; 4] {
    if x.is_nan() { 0x7fc0_0000u32.to_le_bytes() } else { x.to_bits().to_le_bytes() }
}

/// The hash of an encoded row.
pub fn row_hash(encoded: &[u8]) -> Digest {
    Digest::of(encoded)
}

fn tag<E>(ty: &Type<E>, value: &Value) -> Result<u8, EncodeError> {
    Ok(match (ty, value) {
        (_, Value::Null) => 0,
        (Type::Bool | Type::Native(_), Value::Bool(_)) => 1,
        (Type::SmallInt | Type::Integer | Type::BigInt | Type::Native(_), Value::Int(_)) => 2,
        (Type::Real | Type::Native(_), Value::Real(_)) => 3,
        (Type::Double | Type::Native(_), Value::Double(_)) => 4,
        (Type::Decimal(..) | Type::Native(_), Value::Decimal(_)) => 5,
        (Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_) | Type::Native(_), Value::Text(_)) => {
            6
        }
        (Type::Bytes | Type::Native(_), Value::Bytes(_)) => 7,
        (Type::Uuid | Type::Native(_), Value::Uuid(_)) => 8,
        (Type::Date | Type::Native(_), Value::Date(_)) => 9,
        (Type::Time | Type::Native(_), Value::Time(_)) => 10,
        (Type::Timestamp | Type::Native(_), Value::Timestamp(_)) => 11,
        (Type::TimestampTz, Value::Timestamp(_)) => 12,
        (Type::Json | Type::Native(_), Value::Json(_)) => 13,
        (Type::Array(_) | Type::Native(_), Value::Array(_)) => 14,
        (Type::Vector(_) | Type::Native(_), Value::Vector(_)) => 15,
        _ => return Err(EncodeError::Type { value: value_name(value), ty: type_name(ty) }),
    })
}

fn value_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Bool(_) => "Bool",
        Value::Int(_) => "whole number",
        Value::Real(_) => "Real",
        Value::Double(_) => "Double",
        Value::Decimal(_) => "Decimal",
        Value::Text(_) => "text",
        Value::Bytes(_) => "Bytes",
        Value::Uuid(_) => "Uuid",
        Value::Date(_) => "Date",
        Value::Time(_) => "Time",
        Value::Timestamp(_) => "timestamp",
        Value::Json(_) => "Json",
        Value::Array(_) => "Array",
        Value::Vector(_) => "Vector",
    }
}

fn type_name<E>(ty: &Type<E>) -> &'static str {
    match ty {
        Type::Bool => "Bool",
        Type::SmallInt => "SmallInt",
        Type::Integer => "Integer",
        Type::BigInt => "BigInt",
        Type::Real => "Real",
        Type::Double => "Double",
        Type::Decimal(..) => "Decimal",
        Type::Text => "Text",
        Type::Varchar(_) => "Varchar",
        Type::Char(_) => "Char",
        Type::Bytes => "Bytes",
        Type::Uuid => "Uuid",
        Type::Date => "Date",
        Type::Time => "Time",
        Type::Timestamp => "Timestamp",
        Type::TimestampTz => "TimestampTz",
        Type::Json => "Json",
        Type::Enum(_) => "Enum",
        Type::Array(_) => "Array",
        Type::Vector(_) => "Vector",
        Type::Native(_) => "Native",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(ty: Type, value: Value) -> String {
        let mut out = Vec::new();
        encode_value(&ty, &value, &mut out).unwrap();
        out.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn values_have_these_bytes() {
        assert_eq!(hex(Type::Text, Value::Null), "0000000000");
        assert_eq!(hex(Type::Bool, Value::Bool(true)), "010100000001");
        assert_eq!(hex(Type::SmallInt, Value::Int(-2)), "0208000000feffffffffffffff");
        assert_eq!(hex(Type::Real, Value::Real(-0.0)), "030400000000000080");
        assert_eq!(hex(Type::Real, Value::Real(-f32::NAN)), "03040000000000c07f");
        assert_eq!(hex(Type::Double, Value::Double(-f64::NAN)), "0408000000000000000000f87f");
        assert_eq!(hex(Type::Decimal(5, 2), Value::Decimal("-00.50".into())), "05040000002d302e35");
        assert_eq!(hex(Type::Char(4), Value::Text("é ".into())), "0602000000c3a9");
        assert_eq!(hex(Type::Varchar(4), Value::Text("a ".into())), "06020000006120");
        assert_eq!(hex(Type::Bytes, Value::Bytes(vec![0, 255])), "070200000000ff");
        assert_eq!(hex(Type::Uuid, Value::Uuid([1; 16])), format!("0810000000{}", "01".repeat(16)));
        assert_eq!(hex(Type::Date, Value::Date(-1)), "0904000000ffffffff");
        assert_eq!(hex(Type::Time, Value::Time(1)), "0a080000000100000000000000");
        assert_eq!(hex(Type::Timestamp, Value::Timestamp(1)), "0b080000000100000000000000");
        assert_eq!(hex(Type::TimestampTz, Value::Timestamp(1)), "0c080000000100000000000000");
        assert_eq!(hex(Type::Json, Value::Json("[ 1.0 ]".into())), "0d030000005b315d");
        let array = Value::Array(vec![Value::Null, Value::Bool(false)]);
        assert_eq!(hex(Type::Array(Box::new(Type::Bool)), array), "0e0f000000020000000000000000010100000000");
        assert_eq!(hex(Type::Vector(1), Value::Vector(vec![1.0])), "0f08000000010000000000803f");
        assert_eq!(encode_row(&[Type::<String>::Bool], &[Value::Bool(false)]).unwrap(), [1, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn values_of_another_type_are_refused() {
        let refused = |ty: Type, value: Value| encode_value(&ty, &value, &mut Vec::new()).unwrap_err();
        assert_eq!(
            refused(Type::Integer, Value::Text("1".into())),
            EncodeError::Type { value: "text", ty: "Integer" }
        );
        assert!(matches!(
            refused(Type::Decimal(1, 0), Value::Decimal("NaN".into())),
            EncodeError::Decimal(_)
        ));
        assert!(matches!(refused(Type::Json, Value::Json("{".into())), EncodeError::Json(_)));
        let elements = Value::Array(vec![Value::Int(1)]);
        assert!(matches!(refused(Type::Array(Box::new(Type::Text)), elements), EncodeError::Type { .. }));
        assert!(matches!(
            encode_row(&[Type::<String>::Bool], &[]),
            Err(EncodeError::Width { values: 0, columns: 1 })
        ));
    }
}
