//! What a value becomes when its column's type changes, and how to see that none was lost.
//!
//! Where SQLite's own conversion on storing refuses to guess, it is left to do its work and the stored class is checked: a
//! `CAST` would silently make 0 of any text.

use model::{ObjectId, Type};

/// How to convert a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cast {
    /// The new value, with `{}` for the old one.
    pub value: String,
    /// What holds for every new value that isn't NULL, with `{}` for the column; empty when nothing can go wrong.
    pub holds: String,
}

pub(super) fn cast(from: &Type<ObjectId>, to: &Type<ObjectId>) -> Cast {
    let as_is = |holds: &str| Cast { value: "{}".to_owned(), holds: holds.to_owned() };
    let with = |value: &str, holds: &str| Cast { value: value.to_owned(), holds: holds.to_owned() };
    if from == to {
        return as_is("");
    }
    match to {
        Type::Bool => bool_from(from),
        Type::SmallInt => whole(from, "typeof({}) = 'integer' AND {} BETWEEN -32768 AND 32767"),
        Type::Integer => whole(from, "typeof({}) = 'integer' AND {} BETWEEN -2147483648 AND 2147483647"),
        Type::BigInt => whole(from, "typeof({}) = 'integer'"),
        Type::Real | Type::Double => as_is("typeof({}) = 'real'"),
        Type::Decimal(digits, scale) => decimal(from, *digits, *scale),
        Type::Text | Type::Enum(_) => as_text(from, ""),
        Type::Varchar(n) | Type::Char(n) => as_text(from, &format!("length({{}}) <= {n}")),
        Type::Bytes => with("CAST({} AS BLOB)", ""),
        Type::Uuid => with("lower({})", "length({}) = 36 AND replace({}, '-', '') NOT GLOB '*[^0-9a-f]*'"),
        Type::Date => match from {
            Type::Timestamp | Type::TimestampTz => with("substr({}, 1, 10)", ""),
            _ => as_is("date({}) = {}"),
        },
        Type::Time => match from {
            Type::Timestamp | Type::TimestampTz => with("substr({}, 12)", ""),
            _ => as_is("time({}) IS NOT NULL"),
        },
        Type::Timestamp | Type::TimestampTz => match from {
            Type::Date => with("{} || ' 00:00:00'", ""),
            Type::Timestamp | Type::TimestampTz => as_is(""),
            _ => as_is("julianday({}) IS NOT NULL"),
        },
        Type::Json => with("CAST({} AS TEXT)", "json_valid({})"),
        Type::Array(_) => as_is("json_valid({}) AND json_type({}) = 'array'"),
        Type::Vector(n) => as_is(&format!("typeof({{}}) = 'blob' AND length({{}}) = {}", u64::from(*n) * 4)),
        Type::Native(_) => as_is(""),
    }
}

fn bool_from(from: &Type<ObjectId>) -> Cast {
    let value = match from {
        Type::SmallInt | Type::Integer | Type::BigInt => "{} <> 0",
        // What is neither stays as it is, and is then found by its class.
        _ => {
            "CASE WHEN lower({}) IN ('true', 't', 'yes', 'y', 'on', '1') THEN 1 \
             WHEN lower({}) IN ('false', 'f', 'no', 'n', 'off', '0') THEN 0 ELSE {} END"
        }
    };
    Cast { value: value.to_owned(), holds: "{} IN (0, 1)".to_owned() }
}

fn whole(from: &Type<ObjectId>, holds: &str) -> Cast {
    let value = match from {
        Type::Real | Type::Double => "CAST(round({}) AS INTEGER)",
        Type::Decimal(..) => "CASE WHEN instr({}, '.') THEN CAST(round({}) AS INTEGER) ELSE {} END",
        _ => "{}",
    };
    Cast { value: value.to_owned(), holds: holds.to_owned() }
}

fn decimal(from: &Type<ObjectId>, digits: u16, scale: u16) -> Cast {
    let rounded = format!("printf('%.{scale}f', {{}})");
    let trimmed = if scale == 0 { rounded } else { format!("rtrim(rtrim({rounded}, '0'), '.')") };
    let value = match from {
        Type::SmallInt | Type::Integer | Type::BigInt => "CAST({} AS TEXT)".to_owned(),
        Type::Real | Type::Double => trimmed,
        // Only what has too many digits behind its point goes through a float.
        _ => format!(
            "CASE WHEN instr({{}}, '.') AND length({{}}) - instr({{}}, '.') > {scale} THEN {trimmed} ELSE {{}} END"
        ),
    };
    let whole = digits.saturating_sub(scale);
    let holds = format!(
        "{{}} GLOB '*[0-9]*' AND ltrim({{}}, '-') NOT GLOB '*[^0-9.]*' \
         AND instr(ltrim({{}}, '-') || '.', '.') - 1 <= {}",
        whole.max(1)
    );
    Cast { value, holds }
}

fn as_text(from: &Type<ObjectId>, holds: &str) -> Cast {
    let value = match from {
        Type::Bool => "CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
        _ => "CAST({} AS TEXT)",
    };
    Cast { value: value.to_owned(), holds: holds.to_owned() }
}
