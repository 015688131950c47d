//! Constants as they are compared: the server prints the value, authors print what they like.

use std::collections::BTreeMap;

use crate::lexer::Token;

/// A text literal, printed the way all literals of the same value are.
pub fn literal(token: Token<'_>) -> String {
    let raw = token.text;
    let value = if let Some(rest) = raw.strip_prefix('$') {
        let tag = rest.find('$').map_or(raw.len(), |n| n + 2);
        raw.get(tag..raw.len().saturating_sub(tag)).unwrap_or_default().to_owned()
    } else {
        let value = token.text_value().unwrap_or_else(|| raw.to_owned());
        if raw.starts_with(['e', 'E']) { unescape(&value) } else { value }
    };
    format!("'{}'", value_text(&value).replace('\'', "''"))
}

/// A value's text in the form that the server would print it in, as far as its looks tell what it is.
pub fn value_text(text: &str) -> String {
    if let Some(moment) = moment(text) {
        return moment;
    }
    let is_uuid = text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    if is_uuid || (text.starts_with("\\x") && text.bytes().skip(2).all(|b| b.is_ascii_hexdigit())) {
        return text.to_lowercase();
    }
    if text.trim_start().starts_with(['{', '[']) {
        let mut reader = Json { rest: text.trim_start() };
        if let Some(json) = reader.value(0).filter(|_| reader.rest.is_empty()) {
            return json;
        }
    }
    text.to_owned()
}

/// A number without exponent, needless zeros or `-0`; `None` when it isn't one.
pub fn number(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e| (-400..=400).contains(e))?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = format!("{whole}{part}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = whole.len() as i32 + exponent;
    let padded = match usize::try_from(point) {
        Ok(point) => format!("{all:0<point$}"),
        Err(_) => format!("{}{all}", "0".repeat(point.unsigned_abs() as usize)),
    };
    let (whole, part) = padded.split_at(usize::try_from(point).unwrap_or(0));
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !part.is_empty()) { "-" } else { "" };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some(other)) => out.push(other),
            _ => out.push(c),
        }
    }
    out
}

/// A time of day or a date with one, with a blank between them, without needless zeros, its zone as UTC.
fn moment(text: &str) -> Option<String> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (Some(date), clock),
        None => (None, text),
    };
    let (clock, zone) = match clock.find(['Z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, ""),
    };
    let (clock, part) = clock.split_once('.').unwrap_or((clock, ""));
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    if !part.bytes().all(|b| b.is_ascii_digit()) || clock.len() != 8 {
        return None;
    }
    let part = part.trim_end_matches('0');
    let part = if part.is_empty() { String::new() } else { format!(".{part}") };
    let Some(date) = date else {
        return zone.is_empty().then(|| format!("{clock}{part}"));
    };
    let [year, month, day] = numbers(date, '-').filter(|_| date.len() == 10)?;
    if zone.is_empty() {
        return Some(format!("{date} {clock}{part}"));
    }
    let offset = match zone {
        "Z" => 0,
        zone => {
            let (h, m) = zone[1..].split_once(':').unwrap_or((&zone[1..], "0"));
            let minutes = h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let total = days(year, month, day) * 1440 + hours * 60 + minutes - offset;
    let (year, month, day) = civil(total.div_euclid(1440));
    let (hours, minutes) = (total.rem_euclid(1440) / 60, total.rem_euclid(60));
    Some(format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}{part}+00"))
}

fn numbers(text: &str, between: char) -> Option<[i64; 3]> {
    let mut parts = text.split(between).map(|part| part.parse::<u16>().ok().map(i64::from));
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// Days since 1970-01-01, in the proleptic Gregorian calendar, whose years here begin with March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Reads JSON and prints it with sorted keys and without blanks, the way `jsonb` forgets both.
struct Json<'a> {
    rest: &'a str,
}

impl Json<'_> {
    fn eat(&mut self, token: char) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: u8) -> Option<String> {
        if depth > 128 {
            return None;
        }
        match self.rest.chars().next()? {
            '{' => self.object(depth),
            '[' => self.array(depth),
            '"' => self.string(),
            _ => {
                let end = self.rest.find([',', '}', ']', ' ', '\n', '\t', '\r']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest.trim_start();
                match word {
                    "true" | "false" | "null" => Some(word.to_owned()),
                    other => number(other),
                }
            }
        }
    }

    fn object(&mut self, depth: u8) -> Option<String> {
        let mut members = BTreeMap::new();
        self.eat('{');
        let mut more = !self.eat('}');
        while more {
            let key = self.string()?;
            if !self.eat(':') {
                return None;
            }
            members.insert(key, self.value(depth + 1)?);
            more = self.eat(',');
            if !more && !self.eat('}') {
                return None;
            }
        }
        let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
        Some(format!("{{{}}}", members.join(",")))
    }

    fn array(&mut self, depth: u8) -> Option<String> {
        let mut items = Vec::new();
        self.eat('[');
        let mut more = !self.eat(']');
        while more {
            items.push(self.value(depth + 1)?);
            more = self.eat(',');
            if !more && !self.eat(']') {
                return None;
            }
        }
        Some(format!("[{}]", items.join(",")))
    }

    fn string(&mut self) -> Option<String> {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find_map(|(at, c)| {
            let end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            end.then_some(at + 1)
        })?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        text.starts_with('"').then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{number, value_text};

    #[test]
    fn numbers_lose_what_does_not_count() {
        for (text, want) in [
            ("1.50", "1.5"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("15e-3", "0.015"),
            ("+007", "7"),
            ("-.5", "-0.5"),
        ] {
            assert_eq!(number(text).as_deref(), Some(want), "{text}");
        }
        assert_eq!(number("a"), None);
        assert_eq!(number("1-2"), None);
    }

    #[test]
    fn values_are_printed_as_the_server_does() {
        for (text, want) in [
            ("2020-01-01T00:00:00Z", "2020-01-01 00:00:00+00"),
            ("2020-01-01T00:30:00.500+01:00", "2019-12-31 23:30:00.5+00"),
            ("2024-02-29T12:00:00", "2024-02-29 12:00:00"),
            ("10:00:00.000", "10:00:00"),
            ("{\"b\": 1.50, \"a\": [ 1, {} ]}", "{\"a\":[1,{}],\"b\":1.5}"),
            ("{a,b}", "{a,b}"),
            ("\\xAB", "\\xab"),
            ("a-b", "a-b"),
            ("", ""),
        ] {
            assert_eq!(value_text(text), want);
        }
    }
}
