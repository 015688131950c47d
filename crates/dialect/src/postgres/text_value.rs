//! Constants as they are compared: the server prints the value, authors print what they like.

use std::collections::BTreeMap;

use crate::{
    constant::{moment, number},
    lexer::Token,
};

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
    use super::value_text;

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
