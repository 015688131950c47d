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
        Type::Date if is_moment => with("substr({}, 1, 10)", ""),
        Type::Date => as_is("date({}) = {}"),
        Type::Time if is_moment => with("substr({}, 12)", ""),
        Type::Time => as_is("{} GLOB '[0-9][0-9]:[0-9][0-9]*' AND time({}) IS NOT NULL"),
        Type::Timestamp | Type::TimestampTz if is_moment => as_is(""),
        Type::Timestamp | Type::TimestampTz => with(
            "CASE WHEN length({}) = 10 THEN {} || ' 00:00:00' ELSE replace(rtrim({}, 'Z'), 'T', ' ') END",
            &format!("{{}} GLOB '{DAY} [0-9][0-9]:[0-9][0-9]*' AND julianday({{}}) IS NOT NULL"),
        ),
        Type::Json => with("CAST({} AS TEXT)", "json_valid({})"),
        Type::Array(_) => as_is("CASE WHEN json_valid({}) THEN json_type({}) = 'array' ELSE 0 END"),
        Type::Vector(n) => as_is(&format!("typeof({{}}) = 'blob' AND length({{}}) = {}", u64::from(*n) * 4)),
        Type::Native(_) => as_is(""),
    }
}

fn with(value: &str, holds: &str) -> Cast {
    Cast { value: value.to_owned(), holds: holds.to_owned() }
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
        Type::Real | Type::Double => trimmed,
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
                "rtrim(rtrim(printf('%.2f', {}), '0'), '.')",
                "{} GLOB '*[0-9]*' AND ltrim({}, '-') NOT GLOB '*[^0-9.]*' AND instr(ltrim({}, '-') || '.', '.') - 1 <= 3"
            )
        );
    }
}
