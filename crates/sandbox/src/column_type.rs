//! The column types a guest can meet, and their numbers in the batch buffer.

use std::fmt;

/// The type of a column in a batch; its number is what stands in the buffer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum ColumnType {
    /// One byte a row, 0 or 1.
    Bool = 1,
    /// A 16-bit signed integer.
    SmallInt = 2,
    /// A 32-bit signed integer.
    Integer = 3,
    /// A 64-bit signed integer.
    BigInt = 4,
    /// A 32-bit float.
    Real = 5,
    /// A 64-bit float.
    Double = 6,
    /// Digits as ASCII text, with offsets.
    Decimal = 7,
    /// Text with offsets.
    Text = 8,
    /// Text with offsets; the column's scale is its limit in characters.
    Varchar = 9,
    /// Text with offsets, without its padding; the column's scale is its length in characters.
    Char = 10,
    /// The value's name as text with offsets.
    Enum = 11,
    /// JSON text with offsets.
    Json = 12,
    /// Bytes with offsets.
    Bytes = 13,
    /// 16 bytes a row.
    Uuid = 14,
    /// A 32-bit count of days since 1970-01-01.
    Date = 15,
    /// A 64-bit count of microseconds since midnight.
    Time = 16,
    /// A 64-bit count of microseconds since 1970-01-01T00:00:00, without a time zone.
    Timestamp = 17,
    /// A 64-bit count of microseconds since 1970-01-01T00:00:00 UTC.
    TimestampTz = 18,
    /// Offsets into a child column of any type but Array and Vector.
    Array = 19,
    /// Offsets into a child column of Real without NULLs; the column's scale is its dimension.
    Vector = 20,
}

impl ColumnType {
    /// Every type, in the order of the numbers.
    pub const ALL: [ColumnType; 20] = [
        ColumnType::Bool,
        ColumnType::SmallInt,
        ColumnType::Integer,
        ColumnType::BigInt,
        ColumnType::Real,
        ColumnType::Double,
        ColumnType::Decimal,
        ColumnType::Text,
        ColumnType::Varchar,
        ColumnType::Char,
        ColumnType::Enum,
        ColumnType::Json,
        ColumnType::Bytes,
        ColumnType::Uuid,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::Array,
        ColumnType::Vector,
    ];

    /// The number in the buffer.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The type of that number.
    pub fn from_number(number: u16) -> Option<ColumnType> {
        ColumnType::ALL.into_iter().find(|ty| ty.number() == number)
    }

    /// Bytes a row in the data region, or nothing for types with offsets.
    pub fn width(self) -> Option<usize> {
        match self {
            ColumnType::Bool => Some(1),
            ColumnType::SmallInt => Some(2),
            ColumnType::Integer | ColumnType::Real | ColumnType::Date => Some(4),
            ColumnType::BigInt
            | ColumnType::Double
            | ColumnType::Time
            | ColumnType::Timestamp
            | ColumnType::TimestampTz => Some(8),
            ColumnType::Uuid => Some(16),
            _ => None,
        }
    }

    /// Whether rows are UTF-8 text behind offsets.
    pub fn is_textual(self) -> bool {
        matches!(
            self,
            ColumnType::Decimal
                | ColumnType::Text
                | ColumnType::Varchar
                | ColumnType::Char
                | ColumnType::Enum
                | ColumnType::Json
        )
    }

    /// Whether rows are offsets into a child column.
    pub fn is_nested(self) -> bool {
        matches!(self, ColumnType::Array | ColumnType::Vector)
    }

    /// Whether a value is an integer of some width.
    pub fn is_integer(self) -> bool {
        matches!(self, ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
