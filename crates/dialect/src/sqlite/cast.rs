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

const DAY: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

/// Only digits, a sign and a point.
const PLAIN: &str = "{} GLOB '*[0-9]*' AND ltrim({}, '-') NOT GLOB '*[^0-9.]*'";

pub(super) fn cast(from: &Type<ObjectId>, to: &Type<ObjectId>) -> Cast {
    let as_is = |holds: &str| with("{}", holds);
    let is_moment = matches!(from, Type::Timestamp | Type::TimestampTz);
    if from == to {
        return as_is("");
    }
    match to {
        _ if is_string(to) && matches!(from, Type::Json) => {
            let inner = cast(&Type::Text, to);
            Cast { value: inner.value.replace("{}", UNQUOTED), holds: inner.holds }
        }
        Type::Bool => bool_from(from),
        Type::SmallInt => whole(from, "typeof({}) = 'integer' AND {} BETWEEN -32768 AND 32767"),
        Type::Integer => whole(from, "typeof({}) = 'integer' AND {} BETWEEN -2147483648 AND 2147483647"),
        Type::BigInt => whole(from, "typeof({}) = 'integer'"),
        Type::Real | Type::Double => as_is("typeof({}) = 'real'"),
        Type::Decimal(digits, scale) => decimal(from, *digits, *scale),
        Type::Text | Type::Enum(_) => as_text(from, ""),
        Type::Varchar(n) | Type::Char(n) => as_text(from, &format!("length({{}}) <= {n}")),
        Type::Bytes if matches!(from, Type::Decimal(..)) => {
            with(&format!("CAST({} AS BLOB)", as_text(from, "").value), "")
        }
        Type::Bytes => with("CAST({} AS BLOB)", ""),
        Type::Uuid => with("lower({})", "length({}) = 36 AND replace({}, '-', '') NOT GLOB '*[^0-9a-f]*'"),
        Type::Date if is_moment => with("substr({}, 1, 10)", ""),
        Type::Date => as_is("date({}) IS {}"),
        Type::Time if is_moment => with("substr({}, 12)", ""),
        Type::Time => as_is("{} GLOB '[0-9][0-9]:[0-9][0-9]*' AND time({}) IS NOT NULL"),
        Type::Timestamp | Type::TimestampTz if is_moment => as_is(""),
        Type::Timestamp | Type::TimestampTz => with(
            "CASE WHEN length({}) = 10 THEN {} || ' 00:00:00' ELSE replace(rtrim({}, 'Z'), 'T', ' ') END",
            &format!("{{}} GLOB '{DAY} [0-9][0-9]:[0-9][0-9]*' AND julianday({{}}) IS NOT NULL"),
        ),
        // What quotes makes the word null of NULL.
        Type::Json if is_string(from) => {
            with("CASE WHEN {} IS NOT NULL THEN json_quote({}) END", "json_valid({})")
        }
        Type::Json => as_text(from, "json_valid({})"),
        Type::Array(_) => as_is("CASE WHEN json_valid({}) THEN json_type({}) = 'array' ELSE 0 END"),
        Type::Vector(n) => as_is(&format!("typeof({{}}) = 'blob' AND length({{}}) = {}", u64::from(*n) * 4)),
        Type::Native(_) => as_is(""),
    }
}

/// A JSON text without its quotes; anything else as it is.
const UNQUOTED: &str = "CASE json_type({}) WHEN 'text' THEN {} ->> '$' ELSE {} END";

/// Whether a value of the type is a string where it stands in JSON.
fn is_string(ty: &Type<ObjectId>) -> bool {
    matches!(ty, Type::Enum(_) | Type::Uuid | Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz)
}

fn with(value: &str, holds: &str) -> Cast {
    Cast { value: value.to_owned(), holds: holds.to_owned() }
}

fn bool_from(from: &Type<ObjectId>) -> Cast {
    let value = match from {
        Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double => "{} <> 0",
        Type::Decimal(..) => "CAST({} AS REAL) <> 0",
        // What is neither stays as it is, and is then found by its class.
        _ => {
            "CASE WHEN lower({}) IN ('true', 't', 'yes', 'y', 'on', '1') THEN 1 \
             WHEN lower({}) IN ('false', 'f', 'no', 'n', 'off', '0') THEN 0 ELSE {} END"
        }
    };
    with(value, "{} IN (0, 1)")
}

fn whole(from: &Type<ObjectId>, holds: &str) -> Cast {
    let value = match from {
        // A cast would make the largest number of whatever is larger.
        Type::Real | Type::Double => "CASE WHEN abs({}) < 9.2e18 THEN CAST(round({}) AS INTEGER) ELSE {} END",
        Type::Decimal(..) => "CASE WHEN instr({}, '.') THEN CAST(round({}) AS INTEGER) ELSE {} END",
        _ => "{}",
    };
    with(value, holds)
}

fn decimal(from: &Type<ObjectId>, digits: u16, scale: u16) -> Cast {
    let rounded = format!("printf('%.{scale}f', {{}})");
    let trimmed = if scale == 0 { rounded } else { format!("rtrim(rtrim({rounded}, '0'), '.')") };
    let value = match from {
        Type::SmallInt | Type::Integer | Type::BigInt => "CAST({} AS TEXT)".to_owned(),
        // What prints makes 0 of NULL.
        Type::Real | Type::Double => format!("CASE WHEN {{}} IS NOT NULL THEN {trimmed} END"),
        // Only what has too many digits behind its point goes through a float.
        Type::Decimal(..) | Type::Text | Type::Varchar(_) | Type::Char(_) => format!(
            "CASE WHEN {PLAIN} AND instr({{}}, '.') AND length({{}}) - instr({{}}, '.') > {scale} \
             THEN {trimmed} ELSE trim({{}}) END"
        ),
        _ => "{}".to_owned(),
    };
    let whole = digits.saturating_sub(scale).max(1);
    Cast { value, holds: format!("{PLAIN} AND instr(ltrim({{}}, '-') || '.', '.') - 1 <= {whole}") }
}

fn as_text(from: &Type<ObjectId>, holds: &str) -> Cast {
    match from {
        Type::Bool => with("CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", holds),
        // It is kept without zeros at its end; text has them, as in the other databases.
        Type::Decimal(_, scale @ 1..) => {
            let zeros = "0".repeat(usize::from(*scale));
            let value = format!(
                "{{}} || CASE WHEN instr({{}}, '.') THEN substr('{zeros}', length({{}}) - instr({{}}, '.') + 1) ELSE '.{zeros}' END"
            );
            with(&value, holds)
        }
        _ => with("CAST({} AS TEXT)", holds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_a_number_only_by_being_one() {
        assert_eq!(
            cast(&Type::Text, &Type::SmallInt),
            with("{}", "typeof({}) = 'integer' AND {} BETWEEN -32768 AND 32767")
        );
        assert_eq!(cast(&Type::Text, &Type::Double), with("{}", "typeof({}) = 'real'"));
    }

    #[test]
    fn wider_types_need_no_cast_that_could_lose() {
        assert_eq!(cast(&Type::Integer, &Type::BigInt).value, "{}");
        assert_eq!(cast(&Type::Timestamp, &Type::TimestampTz), with("{}", ""));
        assert_eq!(cast(&Type::Varchar(5), &Type::Text), with("CAST({} AS TEXT)", ""));
        assert_eq!(cast(&Type::Uuid, &Type::Uuid), with("{}", ""));
    }

    #[test]
    fn narrower_types_are_checked() {
        assert_eq!(cast(&Type::Text, &Type::Varchar(5)).holds, "length({}) <= 5");
        assert_eq!(
            cast(&Type::Double, &Type::Decimal(5, 2)),
            with(
                "CASE WHEN {} IS NOT NULL THEN rtrim(rtrim(printf('%.2f', {}), '0'), '.') END",
                "{} GLOB '*[0-9]*' AND ltrim({}, '-') NOT GLOB '*[^0-9.]*' AND instr(ltrim({}, '-') || '.', '.') - 1 <= 3"
            )
        );
    }
}
