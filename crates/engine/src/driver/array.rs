//! Arrays where a database has none: the text of a JSON array, which holds the values exactly.

use model::Value;

use super::{cell, decimal, time};

/// Prints values as a JSON array; what JSON can't hold exactly stands in it as text.
pub fn print(items: &[Value]) -> String {
    let inner: Vec<String> = items.iter().map(element).collect();
    format!("[{}]", inner.join(","))
}

fn element(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => format!("{number:?}"),
        Value::Double(number) if number.is_finite() => format!("{number:?}"),
        Value::Array(items) => print(items),
        Value::Vector(floats) => print(&floats.iter().map(|float| Value::Real(*float)).collect::<Vec<_>>()),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => quote(text),
        Value::Real(number) => quote(&number.to_string()),
        Value::Double(number) => quote(&number.to_string()),
        Value::Bytes(bytes) => quote(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        Value::Uuid(uuid) => quote(&cell::print_uuid(uuid)),
        Value::Date(days) => quote(&time::print_date(*days)),
        Value::Time(micros) => quote(&time::print_time(*micros)),
        Value::Timestamp(micros) => quote(&time::print_timestamp(*micros)),
    }
}

fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Reads a JSON array of scalars and arrays; numbers with a point or exponent come as exact numbers.
pub fn parse(text: &str) -> Option<Vec<Value>> {
    let mut reader = Reader { rest: text.trim() };
    let items = reader.array(0)?;
    reader.rest.is_empty().then_some(items)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn array(&mut self, depth: u8) -> Option<Vec<Value>> {
        if !self.eat("[") || depth > 16 {
            return None;
        }
        let mut items = Vec::new();
        if self.eat("]") {
            return Some(items);
        }
        loop {
            items.push(self.item(depth)?);
            if self.eat("]") {
                return Some(items);
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn item(&mut self, depth: u8) -> Option<Value> {
        for (word, value) in
            [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if self.eat(word) {
                return Some(value);
            }
        }
        match self.rest.as_bytes().first()? {
            b'[' => self.array(depth + 1).map(Value::Array),
            b'"' => self.string().map(Value::Text),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Value> {
        let inside = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        match number.parse() {
            Ok(whole) => Some(Value::Int(whole)),
            Err(_) => decimal::canonical(number).map(Value::Decimal),
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.rest.get(1..)?.chars();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => out.push(escape(&mut chars)?),
                c => out.push(c),
            }
        }
        self.rest = chars.as_str().trim_start();
        Some(out)
    }
}

fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let first = hex(chars)?;
            if !(0xd800..0xdc00).contains(&first) {
                return char::from_u32(first);
            }
            let paired = chars.next()? == '\\' && chars.next()? == 'u';
            let second = hex(chars).filter(|low| paired && (0xdc00..0xe000).contains(low))?;
            char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?
        }
        c @ ('"' | '\\' | '/') => c,
        _ => return None,
    })
}

fn hex(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |sum, _| Some(sum * 16 + chars.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_come_back() {
        let items = vec![
            Value::Int(i64::MIN),
            Value::Null,
            Value::Bool(true),
            Value::Text("a\"\\\n\u{1}é😀,]".into()),
            Value::Array(vec![Value::Text(String::new())]),
            Value::Array(Vec::new()),
        ];
        assert_eq!(parse(&print(&items)), Some(items));
        assert_eq!(
            parse(" [ 1.50 , \"\\ud83d\\ude00\" ] "),
            Some(vec![Value::Decimal("1.5".into()), Value::Text("😀".into())])
        );
        for text in
            ["", "[", "[1", "[1,]", "[1]x", "{}", "[\"\\q\"]", "[\"\\ud800\"]", "[+]", &"[".repeat(100)]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
