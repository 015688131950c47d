//! From MySQL's binary results to values.

use model::Value;
use sqlx::mysql::{MySqlRow, MySqlTypeInfo};
use sqlx::{Decode, MySql, Row as _, Type, TypeInfo as _, ValueRef as _};

use super::super::{decimal, printable, time};

/// Reads one cell by the server's type; text is what has a character set, however binary its collation is.
pub(super) fn value(row: &MySqlRow, at: usize) -> Result<Value, String> {
    let raw = row.try_get_raw(at).map_err(|error| printable(&error.to_string()))?;
    let info = raw.type_info().into_owned();
    // sqlx calls a zero date NULL; its bytes tell them apart.
    let Ok(bytes) = <&[u8] as Decode<MySql>>::decode(raw) else { return Ok(Value::Null) };
    decode(&info, bytes)
}

fn decode(info: &MySqlTypeInfo, bytes: &[u8]) -> Result<Value, String> {
    let name = info.name();
    let broken = || format!("{} bytes are no value of type {name}", bytes.len());
    let utf8 = || String::from_utf8(bytes.to_vec()).map_err(|_| "its text isn't UTF-8".to_owned());
    Ok(match name {
        "DATE" => Value::Date(date(bytes)?),
        "DATETIME" | "TIMESTAMP" => Value::Timestamp(moment(bytes)?),
        "TIME" => Value::Time(clock(bytes).ok_or("its time is outside of a day")?),
        "FLOAT" => Value::Real(f32::from_le_bytes(bytes.try_into().map_err(|_| broken())?)),
        "DOUBLE" => Value::Double(f64::from_le_bytes(bytes.try_into().map_err(|_| broken())?)),
        "DECIMAL" => Value::Decimal(decimal::canonical(&utf8()?).ok_or_else(broken)?),
        "JSON" => Value::Json(utf8()?),
        "ENUM" | "SET" => Value::Text(utf8()?),
        "BIT" => Value::Int(unsigned(bytes.iter().rev().copied()).ok_or_else(broken)?),
        "YEAR" => Value::Int(unsigned(bytes.iter().copied()).ok_or_else(broken)?),
        "BOOLEAN" => whole(info, bytes).ok_or_else(broken)?,
        _ if name.contains("INT") => {
            whole(info, bytes).ok_or("its number is larger than 9223372036854775807")?
        }
        _ if <str as Type<MySql>>::compatible(info) => Value::Text(utf8()?),
        _ => Value::Bytes(bytes.to_vec()),
    })
}

/// Reads a whole number of any width, little end first.
fn whole(info: &MySqlTypeInfo, bytes: &[u8]) -> Option<Value> {
    if <u64 as Type<MySql>>::compatible(info) {
        return unsigned(bytes.iter().copied()).map(Value::Int);
    }
    let fill = if bytes.last()? & 0x80 == 0 { 0 } else { 0xff };
    let mut wide = [fill; 8];
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(Value::Int(i64::from_le_bytes(wide)))
}

fn unsigned(bytes: impl Iterator<Item = u8>) -> Option<i64> {
    let mut sum = 0u64;
    for (at, byte) in bytes.enumerate() {
        let shift = u32::try_from(at).ok()?.checked_mul(8).filter(|shift| *shift < 64)?;
        sum |= u64::from(byte) << shift;
    }
    i64::try_from(sum).ok()
}

fn day_of(bytes: &[u8]) -> Option<i32> {
    let [low, high, month, day] = bytes.get(..4)? else { return None };
    time::date(u16::from_le_bytes([*low, *high]).into(), (*month).into(), (*day).into())
}

fn date(bytes: &[u8]) -> Result<i32, String> {
    bytes.get(1..).and_then(day_of).ok_or_else(|| "a zero date has no portable value".into())
}

fn moment(bytes: &[u8]) -> Result<i64, String> {
    let body = bytes.get(1..).unwrap_or_default();
    let days = day_of(body).ok_or("a zero date has no portable value")?;
    let clock = of_day(body.get(4..).unwrap_or_default()).ok_or("its time is broken")?;
    Ok(time::timestamp(days, clock))
}

/// Hours, minutes, seconds and, where there are any, microseconds; trailing zeros aren't sent.
fn of_day(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [] => Some(0),
        [hour, minute, second] => time::time((*hour).into(), (*minute).into(), (*second).into(), 0),
        [hour, minute, second, micros @ ..] => {
            let micros = u32::from_le_bytes(micros.try_into().ok()?);
            time::time((*hour).into(), (*minute).into(), (*second).into(), micros)
        }
        _ => None,
    }
}

fn clock(bytes: &[u8]) -> Option<i64> {
    match bytes.get(1..)? {
        [] => Some(0),
        [negative, d0, d1, d2, d3, rest @ ..] => {
            let one_day = *negative == 0 && u32::from_le_bytes([*d0, *d1, *d2, *d3]) == 0;
            one_day.then(|| of_day(rest)).flatten()
        }
        _ => None,
    }
}
