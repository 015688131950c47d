//! JSON in one form: RFC 8785, except that numbers keep all their digits.
//!
//! No blanks; members by rising key, compared by UTF-16 code units; of members with one key the last counts; strings as RFC 8785
//! says. A number is written as a decimal in plain form (see [`canonical_decimal`](super::canonical_decimal)), so that `1.0`, `1`
//! and `10e-1` are one; if that took more than 1000 digits, as `d.ddde±x`.

use std::{collections::BTreeMap, fmt::Write as _};

use super::decimal::plain;

/// The deepest nesting of arrays and objects that is read.
pub const MAX_JSON_DEPTH: usize = 512;

/// The most digits a number is written with in plain form.
const MAX_DIGITS: i64 = 1000;

/// Why a text has no canonical JSON form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no JSON at byte {at}: {why}")]
pub struct JsonError {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub why: &'static str,
}

/// The canonical form of a JSON text.
///
/// # Errors
/// When `text` isn't one JSON value, or is nested deeper than 512 levels.
pub fn canonical_json(text: &str) -> Result<String, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let mut out = String::with_capacity(text.len());
    reader.value(&mut out, 0)?;
    reader.blanks();
    if reader.at < text.len() { Err(reader.error("text behind the value")) } else { Ok(out) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, why: &'static str) -> JsonError {
        JsonError { at: self.at, why }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, out: &mut String, depth: usize) -> Result<(), JsonError> {
        if depth > MAX_JSON_DEPTH {
            return Err(self.error("nested too deep"));
        }
        self.blanks();
        match self.peek() {
            Some(b'{') => self.object(out, depth),
            Some(b'[') => self.array(out, depth),
            Some(b'"') => {
                write_string(&self.string()?, out);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(out),
            _ => {
                for word in ["true", "false", "null"] {
                    if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
                        self.at += word.len();
                        out.push_str(word);
                        return Ok(());
                    }
                }
                Err(self.error("a value is missing"))
            }
        }
    }

    fn array(&mut self, out: &mut String, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        out.push('[');
        self.blanks();
        if !self.take(b']') {
            loop {
                self.value(out, depth + 1)?;
                self.blanks();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.error("`,` or `]` is missing"));
                }
                out.push(',');
            }
        }
        out.push(']');
        Ok(())
    }

    fn object(&mut self, out: &mut String, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        let mut members: BTreeMap<Vec<u16>, (String, String)> = BTreeMap::new();
        self.blanks();
        if !self.take(b'}') {
            loop {
                self.blanks();
                let key = self.string()?;
                self.blanks();
                if !self.take(b':') {
                    return Err(self.error("`:` is missing"));
                }
                let mut value = String::new();
                self.value(&mut value, depth + 1)?;
                members.insert(key.encode_utf16().collect(), (key, value));
                self.blanks();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.error("`,` or `}` is missing"));
                }
            }
        }
        out.push('{');
        for (i, (key, value)) in members.values().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_string(key, out);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        Ok(())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        if !self.take(b'"') {
            return Err(self.error("a string is missing"));
        }
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(self.error("a string without end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let escaped = self.peek().ok_or_else(|| self.error("a string without end"))?;
        self.at += 1;
        Ok(match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let pair = (0xd800..0xdc00).contains(&first);
                let units = if pair && self.take(b'\\') && self.take(b'u') {
                    [first, self.unit()?]
                } else {
                    [first, 0]
                };
                let length = if pair { 2 } else { 1 };
                match char::decode_utf16(units[..length].iter().copied()).next() {
                    Some(Ok(c)) => c,
                    _ => return Err(self.error("half of a surrogate pair")),
                }
            }
            _ => return Err(self.error("an unknown escape")),
        })
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u16::from_str_radix(d, 16).ok());
        let unit = unit.ok_or_else(|| self.error("four hex digits are missing"))?;
        self.at += 4;
        Ok(unit)
    }

    fn digits(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if start == self.at { Err(self.error("a digit is missing")) } else { Ok(&self.text[start..self.at]) }
    }

    fn number(&mut self, out: &mut String) -> Result<(), JsonError> {
        let negative = self.take(b'-');
        let whole = self.digits()?;
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(self.error("a number with a leading zero"));
        }
        let fraction = if self.take(b'.') { self.digits()? } else { "" };
        let mut exponent = 0i64;
        if self.take(b'e') || self.take(b'E') {
            let below = self.take(b'-');
            if !below {
                self.take(b'+');
            }
            let digits = self.digits()?;
            exponent =
                digits.parse().ok().filter(|n| *n < 1 << 40).ok_or_else(|| self.error("a huge exponent"))?;
            exponent = if below { -exponent } else { exponent };
        }
        out.push_str(&decimal(negative, whole, fraction, exponent));
        Ok(())
    }
}

fn decimal(negative: bool, whole: &str, fraction: &str, exponent: i64) -> String {
    if exponent == 0 && (whole.len() + fraction.len()) as i64 <= MAX_DIGITS {
        return plain(negative, whole, fraction);
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    let all = format!("{whole}{fraction}");
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all[leading..].trim_end_matches('0');
    let point = whole.len() as i64 - leading as i64 + exponent;
    let length = digits.len() as i64;
    if digits.is_empty() {
        return "0".to_owned();
    }
    let count = if point <= 0 { length - point } else { length.max(point) };
    if count > MAX_DIGITS {
        let sign = if negative { "-" } else { "" };
        let point_mark = if length > 1 { "." } else { "" };
        return format!("{sign}{}{point_mark}{}e{:+}", &digits[..1], &digits[1..], point - 1);
    }
    if point <= 0 {
        plain(negative, "", &format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)))
    } else if point >= length {
        plain(negative, &format!("{digits}{}", "0".repeat((point - length) as usize)), "")
    } else {
        plain(negative, &digits[..point as usize], &digits[point as usize..])
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_documents_have_one_form() {
        let cases = [
            (" { \"b\" : [ 1 , 2.50 , -0.0 ] , \"a\" : null } ", "{\"a\":null,\"b\":[1,2.5,0]}"),
            (
                "{\"\\u20ac\":1,\"\\r\":2,\"\\ud83d\\ude00\":3,\"\\ufb33\":4}",
                "{\"\\r\":2,\"€\":1,\"😀\":3,\"\u{fb33}\":4}",
            ),
            ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
            ("\"\\u0001\\/\\u00e9\\b\"", "\"\\u0001/é\\b\""),
            ("[1e2,1E-2,12.5e1,0e9,0.00120e1,100e-2,1.0]", "[100,0.01,125,0,0.012,1,1]"),
            ("[]", "[]"),
            ("{}", "{}"),
            ("true", "true"),
            ("12345678901234567890.123456789", "12345678901234567890.123456789"),
            ("-1e1500", "-1e+1500"),
            ("1.50e-1500", "1.5e-1500"),
        ];
        for (text, expected) in cases {
            let canonical = canonical_json(text).unwrap();
            assert_eq!(canonical, expected, "{text}");
            assert_eq!(canonical_json(&canonical).unwrap(), canonical);
        }
        assert_eq!(canonical_json(&format!("1{}", "0".repeat(1200))).unwrap(), "1e+1200");
        assert_eq!(
            canonical_json(&format!("1{}e-300", "0".repeat(1200))).unwrap(),
            format!("1{}", "0".repeat(900))
        );
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let bad = [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "01",
            "1.",
            "-",
            "nul",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"a\nb\"",
            "1 2",
            "[1 2]",
            "'a'",
            "\"",
            "1e99999999999999999999",
            "\"\\ud800\\u0041\"",
            "\"\\u+041\"",
        ];
        for text in bad {
            assert!(canonical_json(text).is_err(), "{text}");
        }
        assert!(canonical_json(&"[".repeat(100_000)).is_err());
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert_eq!(canonical_json(&deep).unwrap(), deep);
    }
}
