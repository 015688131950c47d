//! From PostgreSQL's binary results to values.

use model::Value;
use sqlx::postgres::{PgRow, PgTypeInfo, PgTypeKind, PgValueFormat};
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use super::super::{decimal, printable};

/// PostgreSQL counts days from 2000-01-01.
pub(super) const EPOCH_DAYS: i32 = 10_957;
/// The same in microseconds.
pub(super) const EPOCH_MICROS: i64 = 10_957 * 86_400_000_000;

/// Reads one cell by the server's type.
pub(super) fn value(row: &PgRow, at: usize) -> Result<Value, String> {
    let raw = row.try_get_raw(at).map_err(|error| printable(&error.to_string()))?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    if raw.format() != PgValueFormat::Binary {
        return Err("the server answered in text".into());
    }
    let bytes = raw.as_bytes().map_err(|error| printable(&error.to_string()))?;
    decode(&raw.type_info(), bytes, 0)
}

fn decode(info: &PgTypeInfo, bytes: &[u8], depth: u8) -> Result<Value, String> {
    if depth > 8 {
        return Err("its type is nested too deep".into());
    }
    match info.kind() {
        PgTypeKind::Domain(base) => decode(base, bytes, depth + 1),
        PgTypeKind::Enum(_) => text(bytes).map(Value::Text),
        PgTypeKind::Array(item) => {
            let items = items(bytes)
                .ok_or("its array can't be read: it has more than one dimension, or is broken")?;
            let one = |item_bytes: Option<&[u8]>| {
                item_bytes.map_or(Ok(Value::Null), |bytes| decode(item, bytes, depth + 1))
            };
            items.into_iter().map(one).collect::<Result<_, _>>().map(Value::Array)
        }
        _ => simple(info, bytes),
    }
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "its text isn't UTF-8".into())
}

fn simple(info: &PgTypeInfo, bytes: &[u8]) -> Result<Value, String> {
    let oid = info.oid().map_or(0, |oid| oid.0);
    let short = || format!("{} bytes are no value of type {}", bytes.len(), printable(info.name()));
    Ok(match oid {
        16 => Value::Bool(bytes.first().ok_or_else(short)? != &0),
        17 => Value::Bytes(bytes.to_vec()),
        // "char" is one byte, which need not be UTF-8.
        18 => Value::Text(bytes.iter().map(|byte| char::from(*byte)).collect()),
        19 | 25 | 705 | 1043 => Value::Text(text(bytes)?),
        // Blank-padded: the padding is no part of the value.
        1042 => Value::Text(text(bytes)?.trim_end_matches(' ').to_owned()),
        20 => Value::Int(i64::from_be_bytes(sized(bytes).ok_or_else(short)?)),
        21 => Value::Int(i16::from_be_bytes(sized(bytes).ok_or_else(short)?).into()),
        23 => Value::Int(i32::from_be_bytes(sized(bytes).ok_or_else(short)?).into()),
        // oid, xid, cid and the reg types are unsigned numbers.
        26 | 28 | 29 | 24 | 2202..=2206 | 4089 | 4096 => {
            Value::Int(u32::from_be_bytes(sized(bytes).ok_or_else(short)?).into())
        }
        700 => Value::Real(f32::from_be_bytes(sized(bytes).ok_or_else(short)?)),
        701 => Value::Double(f64::from_be_bytes(sized(bytes).ok_or_else(short)?)),
        114 => Value::Json(text(bytes)?),
        3802 => match bytes {
            [1, json @ ..] => Value::Json(text(json)?),
            _ => return Err("its jsonb is of an unknown version".into()),
        },
        1700 => {
            Value::Decimal(decimal::from_postgres(bytes).ok_or("NaN and infinity have no portable value")?)
        }
        2950 => Value::Uuid(sized(bytes).ok_or_else(short)?),
        1082 => Value::Date(day(i32::from_be_bytes(sized(bytes).ok_or_else(short)?))?),
        1083 => Value::Time(i64::from_be_bytes(sized(bytes).ok_or_else(short)?)),
        1114 | 1184 => Value::Timestamp(moment(i64::from_be_bytes(sized(bytes).ok_or_else(short)?))?),
        2278 => Value::Null,
        _ if info.name().eq_ignore_ascii_case("vector") => Value::Vector(vector(bytes).ok_or_else(short)?),
        _ if info.name().eq_ignore_ascii_case("citext") => Value::Text(text(bytes)?),
        _ => return Err(format!("type {} can't be read: cast it to text", printable(info.name()))),
    })
}

fn sized<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn day(days: i32) -> Result<i32, String> {
    let finite = if days == i32::MAX || days == i32::MIN { None } else { days.checked_add(EPOCH_DAYS) };
    finite.ok_or_else(|| "an infinite date has no portable value".into())
}

fn moment(micros: i64) -> Result<i64, String> {
    let finite =
        if micros == i64::MAX || micros == i64::MIN { None } else { micros.checked_add(EPOCH_MICROS) };
    finite.ok_or_else(|| "an infinite timestamp has no portable value".into())
}

/// pgvector's binary form: dimensions, a reserved word, floats.
fn vector(bytes: &[u8]) -> Option<Vec<f32>> {
    let dimensions = u16::from_be_bytes(sized(bytes.get(..2)?)?);
    let (chunks, rest) = bytes.get(4..)?.as_chunks::<4>();
    let whole = rest.is_empty() && chunks.len() == usize::from(dimensions);
    whole.then(|| chunks.iter().map(|chunk| f32::from_be_bytes(*chunk)).collect())
}

/// Splits the binary form of an array of no or one dimension.
fn items(bytes: &[u8]) -> Option<Vec<Option<&[u8]>>> {
    let word = |at: usize| Some(i32::from_be_bytes(sized(bytes.get(at..at + 4)?)?));
    match word(0)? {
        0 => return Some(Vec::new()),
        1 => {}
        _ => return None,
    }
    let count = usize::try_from(word(12)?).ok()?;
    let mut items = Vec::new();
    let mut at = 20;
    for _ in 0..count {
        let length = word(at)?;
        at += 4;
        let Ok(length) = usize::try_from(length) else {
            items.push(None);
            continue;
        };
        items.push(Some(bytes.get(at..at.checked_add(length)?)?));
        at += length;
    }
    Some(items)
}
