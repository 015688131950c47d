//! From what an engine stores to the portable value that a column's type means.

use model::Value;

use super::{array, decimal, time};

/// The portable type that a cell is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellType {
    /// Whatever the server says it is.
    Any,
    /// A truth value.
    Bool,
    /// A whole number.
    Int,
    /// A 32-bit float.
    Real,
    /// A 64-bit float.
    Double,
    /// An exact number.
    Decimal,
    /// Text, also of enums.
    Text,
    /// Raw bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a zone.
    Timestamp,
    /// A moment, in UTC.
    TimestampTz,
    /// A JSON document.
    Json,
    /// An array of one type.
    Array(Box<CellType>),
    /// A vector of so many floats.
    Vector(u32),
}

impl<E> From<&model::Type<E>> for CellType {
    fn from(kind: &model::Type<E>) -> Self {
        use model::Type;
        match kind {
            Type::Bool => CellType::Bool,
            Type::SmallInt | Type::Integer | Type::BigInt => CellType::Int,
            Type::Real => CellType::Real,
            Type::Double => CellType::Double,
            Type::Decimal(..) => CellType::Decimal,
            Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_) => CellType::Text,
            Type::Bytes => CellType::Bytes,
            Type::Uuid => CellType::Uuid,
            Type::Date => CellType::Date,
            Type::Time => CellType::Time,
            Type::Timestamp => CellType::Timestamp,
            Type::TimestampTz => CellType::TimestampTz,
            Type::Json => CellType::Json,
            Type::Array(item) => CellType::Array(Box::new(item.as_ref().into())),
            Type::Vector(n) => CellType::Vector(*n),
            Type::Native(_) => CellType::Any,
        }
    }
}

/// Converts a value as the engine handed it out; the error says what stood there instead.
pub fn convert(value: Value, kind: &CellType) -> Result<Value, String> {
    if value.is_null() || *kind == CellType::Any {
        return Ok(value);
    }
    let told = shown(&value);
    fit(value, kind)?.ok_or_else(|| format!("expected {}, found {told}", name(kind)))
}

fn fit(value: Value, kind: &CellType) -> Result<Option<Value>, String> {
    Ok(match (kind, value) {
        (CellType::Bool, Value::Int(flag @ (0 | 1))) => Some(Value::Bool(flag == 1)),
        (CellType::Real, Value::Double(number)) => Some(Value::Real(number as f32)),
        (CellType::Real, Value::Int(number)) => Some(Value::Real(number as f32)),
        (CellType::Double, Value::Int(number)) => Some(Value::Double(number as f64)),
        (CellType::Double, Value::Real(number)) => Some(Value::Double(f64::from(number))),
        (CellType::Real, Value::Decimal(text)) => text.parse().ok().map(Value::Real),
        (CellType::Double, Value::Decimal(text)) => text.parse().ok().map(Value::Double),
        (CellType::Decimal, Value::Int(number)) => Some(Value::Decimal(number.to_string())),
        (CellType::Int, Value::Decimal(text)) => text.parse().ok().map(Value::Int),
        (CellType::Text, Value::Bytes(bytes)) => String::from_utf8(bytes).ok().map(Value::Text),
        (CellType::Json, Value::Bytes(bytes)) => String::from_utf8(bytes).ok().map(Value::Json),
        (CellType::Bytes, Value::Text(text)) => Some(Value::Bytes(text.into_bytes())),
        (CellType::Uuid, Value::Bytes(bytes)) => match <[u8; 16]>::try_from(bytes) {
            Ok(uuid) => Some(Value::Uuid(uuid)),
            Err(bytes) => std::str::from_utf8(&bytes).ok().and_then(parse_uuid).map(Value::Uuid),
        },
        (CellType::Vector(n), Value::Bytes(bytes)) => floats(&bytes, *n).map(Value::Vector),
        (CellType::Vector(n), Value::Array(items)) => vector_of(&items, *n),
        (CellType::Array(item), Value::Array(items)) => {
            Some(Value::Array(items.into_iter().map(|value| convert(value, item)).collect::<Result<_, _>>()?))
        }
        (CellType::Array(item), Value::Text(text) | Value::Json(text)) => match array::parse(&text) {
            Some(items) => fit(Value::Array(items), &CellType::Array(item.clone()))?,
            None => None,
        },
        (kind, Value::Text(text)) => from_text(text, kind),
        (kind, value) => native(kind, &value).then_some(value),
    })
}

fn from_text(text: String, kind: &CellType) -> Option<Value> {
    Some(match kind {
        CellType::Text => Value::Text(text),
        CellType::Json => Value::Json(text),
        CellType::Decimal => Value::Decimal(decimal::canonical(&text)?),
        CellType::Int => Value::Int(text.parse().ok()?),
        CellType::Uuid => Value::Uuid(parse_uuid(&text)?),
        CellType::Date => Value::Date(time::parse_date(&text)?),
        CellType::Time => Value::Time(time::parse_time(&text)?),
        CellType::Timestamp => Value::Timestamp(time::parse_timestamp(&text, false)?),
        CellType::TimestampTz => Value::Timestamp(time::parse_timestamp(&text, true)?),
        CellType::Vector(n) => vector_of(&array::parse(&text)?, *n)?,
        _ => return None,
    })
}

/// Whether an engine's own value already is of the portable type.
fn native(kind: &CellType, value: &Value) -> bool {
    matches!(
        (kind, value),
        (CellType::Bool, Value::Bool(_))
            | (CellType::Int, Value::Int(_))
            | (CellType::Real, Value::Real(_))
            | (CellType::Double, Value::Double(_))
            | (CellType::Decimal, Value::Decimal(_))
            | (CellType::Bytes, Value::Bytes(_))
            | (CellType::Uuid, Value::Uuid(_))
            | (CellType::Date, Value::Date(_))
            | (CellType::Time, Value::Time(_))
            | (CellType::Timestamp | CellType::TimestampTz, Value::Timestamp(_))
            | (CellType::Json, Value::Json(_))
    )
}

fn floats(bytes: &[u8], n: u32) -> Option<Vec<f32>> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    let fits = rest.is_empty() && chunks.len() == usize::try_from(n).ok()?;
    fits.then(|| chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect())
}

fn vector_of(items: &[Value], n: u32) -> Option<Value> {
    if items.len() != usize::try_from(n).ok()? {
        return None;
    }
    let float = |item: &Value| match item {
        Value::Real(number) => Some(*number),
        Value::Double(number) => Some(*number as f32),
        Value::Int(number) => Some(*number as f32),
        Value::Decimal(text) => text.parse().ok(),
        _ => None,
    };
    Some(Value::Vector(items.iter().map(float).collect::<Option<_>>()?))
}

/// Prints a UUID in lower case, with hyphens.
pub fn print_uuid(uuid: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in uuid.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// Reads a UUID with its hyphens, or without any.
pub fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    let dashes = bytes.len() == 36;
    if dashes && ![8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-') {
        return None;
    }
    let mut digits = bytes.iter().enumerate().filter(|(at, _)| !(dashes && matches!(at, 8 | 13 | 18 | 23)));
    let mut digit = || digits.next().and_then(|(_, byte)| char::from(*byte).to_digit(16));
    let mut uuid = [0; 16];
    for byte in &mut uuid {
        *byte = u8::try_from(digit()? * 16 + digit()?).ok()?;
    }
    digits.next().is_none().then_some(uuid)
}

fn name(kind: &CellType) -> &'static str {
    match kind {
        CellType::Any => "any value",
        CellType::Bool => "a truth value",
        CellType::Int => "a whole number",
        CellType::Real => "a 32-bit float",
        CellType::Double => "a 64-bit float",
        CellType::Decimal => "an exact number",
        CellType::Text => "text in UTF-8",
        CellType::Bytes => "bytes",
        CellType::Uuid => "a UUID",
        CellType::Date => "a date",
        CellType::Time => "a time of day",
        CellType::Timestamp => "a timestamp without a zone",
        CellType::TimestampTz => "a timestamp",
        CellType::Json => "JSON",
        CellType::Array(_) => "an array",
        CellType::Vector(_) => "a vector of the column's length",
    }
}

/// What stood in the cell, by type; never its content, which may be private.
fn shown(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "a whole number",
        Value::Real(_) | Value::Double(_) => "a float",
        Value::Decimal(_) => "an exact number",
        Value::Text(_) => "text that isn't one",
        Value::Bytes(_) => "bytes that aren't one",
        Value::Uuid(_) => "a UUID",
        Value::Date(_) => "a date",
        Value::Time(_) => "a time of day",
        Value::Timestamp(_) => "a timestamp",
        Value::Json(_) => "JSON",
        Value::Array(_) => "an array that isn't one",
        Value::Vector(_) => "a vector",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_what_the_column_means() {
        let read = |text: &str, kind| convert(Value::Text(text.into()), &kind);
        assert_eq!(read("1.50", CellType::Decimal), Ok(Value::Decimal("1.5".into())));
        assert_eq!(read("1970-01-02", CellType::Date), Ok(Value::Date(1)));
        assert_eq!(read("[1,2.5]", CellType::Vector(2)), Ok(Value::Vector(vec![1.0, 2.5])));
        assert_eq!(
            read("[1,null]", CellType::Array(Box::new(CellType::Int))),
            Ok(Value::Array(vec![Value::Int(1), Value::Null]))
        );
        assert_eq!(read("x", CellType::Date), Err("expected a date, found text that isn't one".into()));
        assert!(read("[1,2.5]", CellType::Vector(3)).is_err());
    }

    #[test]
    fn numbers_and_bytes_convert_only_where_nothing_is_lost() {
        assert_eq!(convert(Value::Int(1), &CellType::Bool), Ok(Value::Bool(true)));
        assert!(convert(Value::Int(2), &CellType::Bool).is_err());
        assert!(convert(Value::Double(1.5), &CellType::Decimal).is_err());
        assert!(convert(Value::Double(1.5), &CellType::Int).is_err());
        assert!(convert(Value::Bytes(vec![0xff]), &CellType::Text).is_err());
        assert_eq!(
            convert(Value::Bytes(vec![0, 0, 128, 63]), &CellType::Vector(1)),
            Ok(Value::Vector(vec![1.0]))
        );
        assert_eq!(convert(Value::Null, &CellType::Uuid), Ok(Value::Null));
    }

    #[test]
    fn uuids_come_back() {
        let uuid = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
        assert_eq!(print_uuid(&uuid), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(parse_uuid(&print_uuid(&uuid)), Some(uuid));
        assert_eq!(parse_uuid("00112233445566778899AABBCCDDEEFF"), Some(uuid));
        for text in [
            "",
            "00112233-4455-6677-8899-aabbccddeef",
            "00112233-4455-6677-8899-aabbccddeefg",
            "-".repeat(36).as_str(),
        ] {
            assert_eq!(parse_uuid(text), None);
        }
    }
}
