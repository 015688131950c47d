//! Typed values of rows and their one byte encoding, from which all row digests are made.

use serde::{Deserialize, Serialize};

/// One cell of a row, in the portable types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// SmallInt, Integer and BigInt.
    Int(i64),
    /// A 32-bit float.
    Real(f32),
    /// A 64-bit float.
    Double(f64),
    /// Digits with an optional sign and point: no exponent, no trailing zeros after the point, no `-0`.
    Decimal(String),
    /// Text, Varchar, Char (without its padding) and Enum.
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A UUID's 16 bytes.
    Uuid([u8; 16]),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01T00:00:00, without or (in UTC) with a time zone.
    Timestamp(i64),
    /// JSON text as it was stored; digests use its RFC 8785 form.
    Json(String),
    /// An array of values of one type.
    Array(Vec<Value>),
    /// A vector of 32-bit floats.
    Vector(Vec<f32>),
}

impl Value {
    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}
