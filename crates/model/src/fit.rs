//! Whether a constant, or what a guest gives and takes, may stand in a column of a type.

use crate::{id::ObjectId, literal::Literal, problem::Problem, schema::Schema, types::Type};

/// A type with the enum's name of the day, for messages.
pub fn type_name(ty: &Type<ObjectId>, schema: &Schema) -> String {
    let named = ty.clone().map_enum(&mut |id| {
        Ok::<_, std::convert::Infallible>(schema.enum_(id).map_or_else(|| "?".to_owned(), |e| e.name.clone()))
    });
    match named {
        Ok(ty) => ty.to_string(),
        Err(never) => match never {},
    }
}

/// Whether a guest that was built for columns of one type can be handed the values of another, and give them: a whole number in any
/// width and text of any length, as far as each value fits.
pub(crate) fn is_carried(now: &Type<ObjectId>, built_for: &Type<ObjectId>) -> bool {
    let whole = |ty: &Type<ObjectId>| matches!(ty, Type::SmallInt | Type::Integer | Type::BigInt);
    let text = |ty: &Type<ObjectId>| matches!(ty, Type::Text | Type::Varchar(_) | Type::Char(_));
    now == built_for
        || whole(now) && whole(built_for)
        || text(now) && text(built_for)
        || matches!((now, built_for), (Type::Decimal(..), Type::Decimal(..)))
}

/// Checks that `literal` is a value of `ty`.
///
/// Bytes are written as hex digits. Arrays and vectors have no literal: an expression stands for them.
pub fn check_literal(literal: &Literal, ty: &Type<ObjectId>, schema: &Schema) -> Result<(), Problem> {
    misfit(literal, ty, schema)
        .map_or(Ok(()), |why| Err(Problem::Misfit { value: show(literal), ty: type_name(ty, schema), why }))
}

fn show(literal: &Literal) -> String {
    match literal {
        Literal::Bool(b) => b.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(x) => x.to_string(),
        Literal::Text(t) => format!("{t:?}"),
    }
}

fn misfit(literal: &Literal, ty: &Type<ObjectId>, schema: &Schema) -> Option<&'static str> {
    use Literal::{Bool, Float, Int, Text};
    let unless = |good: bool, why: &'static str| (!good).then_some(why);
    match (ty, literal) {
        (Type::Bool, Bool(_)) => None,
        (Type::Bool, _) => Some("write true or false"),
        (Type::SmallInt, Int(n)) => unless(i16::try_from(*n).is_ok(), "it is out of range"),
        (Type::Integer, Int(n)) => unless(i32::try_from(*n).is_ok(), "it is out of range"),
        (Type::BigInt, Int(_)) => None,
        (Type::SmallInt | Type::Integer | Type::BigInt, _) => Some("write a whole number"),
        (Type::Real | Type::Double, Int(_)) => None,
        (Type::Real, Float(x)) => unless((*x as f32).is_finite(), "it is out of range"),
        (Type::Double, Float(x)) => unless(x.is_finite(), "it is out of range"),
        (Type::Real | Type::Double, _) => Some("write a number"),
        (Type::Decimal(p, s), Int(n)) => decimal(&n.to_string(), *p, *s),
        (Type::Decimal(p, s), Float(x)) => decimal(&x.to_string(), *p, *s),
        (Type::Decimal(p, s), Text(t)) => decimal(t, *p, *s),
        (Type::Decimal(..), Bool(_)) => Some("write a number"),
        (Type::Text, Text(t)) => unless(!t.contains('\0'), "text can't hold NUL characters"),
        (Type::Varchar(n) | Type::Char(n), Text(t)) => {
            unless(!t.contains('\0'), "text can't hold NUL characters")
                .or_else(|| unless(t.chars().count() <= *n as usize, "it is too long"))
        }
        (Type::Text | Type::Varchar(_) | Type::Char(_), _) => Some("write text in quotes"),
        (Type::Bytes, Text(t)) => unless(
            t.len().is_multiple_of(2) && t.bytes().all(|b| b.is_ascii_hexdigit()),
            "write bytes as hex digits",
        ),
        (Type::Uuid, Text(t)) => unless(is_uuid(t), "write it as 00000000-0000-0000-0000-000000000000"),
        (Type::Date, Text(t)) => unless(is_date(t), "write a day as 2024-12-31"),
        (Type::Time, Text(t)) => unless(is_time(t), "write a time as 23:59:59 or 23:59:59.999999"),
        (Type::Timestamp, Text(t)) => unless(is_timestamp(t), "write it as 2024-12-31T23:59:59"),
        (Type::TimestampTz, Text(t)) => unless(is_moment(t), "write it as 2024-12-31T23:59:59Z"),
        (Type::Json, Text(t)) => unless(is_json(t), "it isn't valid JSON text"),
        (Type::Enum(id), Text(t)) => {
            let known = schema.enum_(*id).is_some_and(|e| e.value_named(t).is_some());
            unless(known, "the enum has no such value")
        }
        (
            Type::Bytes
            | Type::Uuid
            | Type::Date
            | Type::Time
            | Type::Timestamp
            | Type::TimestampTz
            | Type::Json
            | Type::Enum(_),
            Bool(_) | Int(_) | Float(_),
        ) => Some("write text in quotes"),
        (Type::Array(_) | Type::Vector(_), _) => {
            Some("arrays and vectors have no literal; use an expression")
        }
        (Type::Native(_), _) => None,
    }
}

fn decimal(text: &str, precision: u16, scale: u16) -> Option<&'static str> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all(whole) || !all(part) || (digits.contains('.') && part.is_empty()) {
        return Some("write digits, with a point before the fraction");
    }
    let whole = whole.trim_start_matches('0').len();
    let part = part.trim_end_matches('0').len();
    if part > usize::from(scale) {
        return Some("it has too many digits behind the point");
    }
    (whole > usize::from(precision.saturating_sub(scale)))
        .then_some("it has too many digits before the point")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn number(text: &str, digits: usize, most: u32) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| fits && *n <= most)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(year, 4, 9999), number(month, 2, 12), number(day, 2, 31))
    else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    year >= 1 && month >= 1 && (1..=last).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (clock, part) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    number(hour, 2, 23).is_some()
        && number(minute, 2, 59).is_some()
        && number(second, 2, 59).is_some()
        && (1..=6).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_digit())
}

fn is_timestamp(text: &str) -> bool {
    text.split_once(['T', ' ']).is_some_and(|(date, time)| is_date(date) && is_time(time))
}

fn is_moment(text: &str) -> bool {
    if let Some(utc) = text.strip_suffix('Z') {
        return is_timestamp(utc);
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 10) else { return false };
    let offset: Vec<&str> = text[at + 1..].split(':').collect();
    let [hours, minutes] = offset[..] else { return false };
    number(hours, 2, 15).is_some() && number(minutes, 2, 59).is_some() && is_timestamp(&text[..at])
}

/// Whether `text` is one JSON value, nested at most 128 deep.
pub fn is_json(text: &str) -> bool {
    let mut rest = Json { bytes: text.as_bytes(), at: 0 };
    rest.value(128) && {
        rest.blank();
        rest.at == text.len()
    }
}

struct Json<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Json<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn blank(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.blank();
        let there = self.peek() == byte;
        self.at += usize::from(there);
        there
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += if there { word.len() } else { 0 };
        there
    }

    fn value(&mut self, depth: u8) -> bool {
        self.blank();
        match self.peek() {
            b'{' if depth > 0 => self.list(b'}', depth, true),
            b'[' if depth > 0 => self.list(b']', depth, false),
            b'"' => self.string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn list(&mut self, end: u8, depth: u8, keys: bool) -> bool {
        self.at += 1;
        if self.eat(end) {
            return true;
        }
        loop {
            if keys {
                self.blank();
                if !(self.string() && self.eat(b':')) {
                    return false;
                }
            }
            if !self.value(depth - 1) {
                return false;
            }
            if self.eat(end) {
                return true;
            }
            if !self.eat(b',') {
                return false;
            }
        }
    }

    fn string(&mut self) -> bool {
        if self.peek() != b'"' {
            return false;
        }
        self.at += 1;
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return true;
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        b'u' if self
                            .bytes
                            .get(self.at + 1..self.at + 5)
                            .is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)) =>
                        {
                            self.at += 5;
                        }
                        _ => return false,
                    }
                }
                0..=31 => return false,
                _ => self.at += 1,
            }
        }
    }

    fn digits(&mut self) -> bool {
        let from = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at > from
    }

    fn number(&mut self) -> bool {
        if self.peek() == b'-' {
            self.at += 1;
        }
        let zero = self.peek() == b'0';
        let from = self.at;
        if !self.digits() || (zero && self.at - from > 1) {
            return false;
        }
        if self.peek() == b'.' {
            self.at += 1;
            if !self.digits() {
                return false;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            return self.digits();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(literal: Literal, ty: Type<ObjectId>) -> bool {
        check_literal(&literal, &ty, &Schema::new()).is_ok()
    }

    fn text(t: &str) -> Literal {
        Literal::Text(t.to_owned())
    }

    #[test]
    fn numbers_are_held_to_their_ranges() {
        assert!(fits(Literal::Int(32767), Type::SmallInt) && !fits(Literal::Int(32768), Type::SmallInt));
        assert!(
            fits(Literal::Int(-2147483648), Type::Integer) && !fits(Literal::Int(2147483648), Type::Integer)
        );
        assert!(!fits(Literal::Float(1.5), Type::BigInt) && !fits(text("1"), Type::Integer));
        assert!(fits(text("999.99"), Type::Decimal(5, 2)) && !fits(text("1000"), Type::Decimal(5, 2)));
        assert!(!fits(text("0.001"), Type::Decimal(5, 2)) && !fits(text("1e3"), Type::Decimal(5, 2)));
        assert!(fits(Literal::Float(0.1), Type::Decimal(2, 1)));
        assert!(!fits(Literal::Float(1e300), Type::Real) && fits(Literal::Int(3), Type::Double));
    }

    #[test]
    fn dates_and_times_must_exist() {
        assert!(fits(text("2024-02-29"), Type::Date) && !fits(text("2023-02-29"), Type::Date));
        assert!(!fits(text("2024-2-9"), Type::Date) && !fits(text("2024-13-01"), Type::Date));
        assert!(fits(text("23:59:59.5"), Type::Time) && !fits(text("24:00:00"), Type::Time));
        assert!(fits(text("2024-01-01 00:00:00"), Type::Timestamp));
        assert!(fits(text("2024-01-01T00:00:00+02:00"), Type::TimestampTz));
        assert!(!fits(text("2024-01-01T00:00:00"), Type::TimestampTz));
    }

    #[test]
    fn texts_of_a_form_are_checked() {
        assert!(fits(text("äöü"), Type::Varchar(3)) && !fits(text("äöüß"), Type::Varchar(3)));
        assert!(
            fits(text("123e4567-e89b-12d3-a456-426614174000"), Type::Uuid) && !fits(text("x"), Type::Uuid)
        );
        assert!(fits(text("00ff"), Type::Bytes) && !fits(text("0"), Type::Bytes));
        assert!(!fits(Literal::Bool(true), Type::Text) && !fits(Literal::Int(1), Type::Bool));
    }

    #[test]
    fn json_is_read_to_its_end() {
        for good in ["{}", "[]", " {\"a\": [1, -2.5e+3, null, true, \"\\u00e4\\n\"]} ", "0", "\"x\""] {
            assert!(is_json(good), "{good}");
        }
        for bad in ["", "{", "{a:1}", "[1,]", "01", "1.", "nul", "{} {}", "\"\n\"", "'a'", "[1 2]", "\"\\x\""]
        {
            assert!(!is_json(bad), "{bad}");
        }
        assert!(!is_json(&"[".repeat(100_000)));
    }
}
