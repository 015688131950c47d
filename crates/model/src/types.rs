//! The portable column types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column's type. `E` says how an enum is referred to: by name as authors write it, or by identity once lowered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Type<E = String> {
    /// A truth value.
    Bool,
    /// A whole number of 16 bits.
    SmallInt,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    BigInt,
    /// A float of 32 bits.
    Real,
    /// A float of 64 bits.
    Double,
    /// An exact number: digits in all, digits behind the point.
    Decimal(u16, u16),
    /// Text of any length.
    Text,
    /// Text of at most so many characters.
    Varchar(u32),
    /// Text of exactly so many characters, padded with blanks.
    Char(u32),
    /// Raw bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// A calendar day.
    Date,
    /// A time of day, in microseconds.
    Time,
    /// A date and time without a zone, in microseconds.
    Timestamp,
    /// A moment, kept in UTC, in microseconds.
    TimestampTz,
    /// A JSON document.
    Json,
    /// One of the values of an enum.
    Enum(E),
    /// An array of values of one type.
    Array(Box<Type<E>>),
    /// A vector of so many 32-bit floats.
    Vector(u32),
    /// A type spelled for each database; a database without a spelling refuses it at plan.
    Native(Native),
}

/// A type as each database spells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Native {
    /// The spelling for each dialect, by dialect name.
    pub spellings: std::collections::BTreeMap<String, String>,
}

impl<E> Type<E> {
    /// Turns every reference to an enum into another kind of reference.
    pub fn map_enum<F, X>(self, f: &mut impl FnMut(E) -> Result<F, X>) -> Result<Type<F>, X> {
        Ok(match self {
            Type::Bool => Type::Bool,
            Type::SmallInt => Type::SmallInt,
            Type::Integer => Type::Integer,
            Type::BigInt => Type::BigInt,
            Type::Real => Type::Real,
            Type::Double => Type::Double,
            Type::Decimal(p, s) => Type::Decimal(p, s),
            Type::Text => Type::Text,
            Type::Varchar(n) => Type::Varchar(n),
            Type::Char(n) => Type::Char(n),
            Type::Bytes => Type::Bytes,
            Type::Uuid => Type::Uuid,
            Type::Date => Type::Date,
            Type::Time => Type::Time,
            Type::Timestamp => Type::Timestamp,
            Type::TimestampTz => Type::TimestampTz,
            Type::Json => Type::Json,
            Type::Enum(e) => Type::Enum(f(e)?),
            Type::Array(t) => Type::Array(Box::new(t.map_enum(f)?)),
            Type::Vector(n) => Type::Vector(n),
            Type::Native(n) => Type::Native(n),
        })
    }

    /// The enum this type refers to, through arrays too.
    pub fn enum_ref(&self) -> Option<&E> {
        match self {
            Type::Enum(e) => Some(e),
            Type::Array(t) => t.enum_ref(),
            _ => None,
        }
    }

    /// The server extension that this type comes with, as far as the portable types tell.
    pub fn extension(&self) -> Option<&'static str> {
        match self {
            Type::Vector(_) => Some("vector"),
            Type::Array(t) => t.extension(),
            _ => None,
        }
    }
}

impl fmt::Display for Type<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Decimal(p, s) => write!(f, "Decimal({p}, {s})"),
            Type::Varchar(n) => write!(f, "Varchar({n})"),
            Type::Char(n) => write!(f, "Char({n})"),
            Type::Enum(e) => write!(f, "Enum({e:?})"),
            Type::Array(t) => write!(f, "Array({t})"),
            Type::Vector(n) => write!(f, "Vector({n})"),
            Type::Native(_) => f.write_str("Native"),
            other => write!(f, "{other:?}"),
        }
    }
}
