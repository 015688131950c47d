//! Whether a text is JSON (RFC 8259): databases that keep it as text would take anything.

/// Arrays and objects within each other; deeper ones are refused by readers everywhere.
const MAX_DEPTH: u32 = 128;

/// The byte at which `text` stops being JSON, or nothing when it's JSON.
pub(crate) fn first_fault(text: &str) -> Option<usize> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    reader.space();
    let whole = reader.value(MAX_DEPTH).is_some();
    reader.space();
    if whole && reader.at == text.len() { None } else { Some(reader.at.min(text.len())) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        match self.peek()? {
            b'{' => self.list(depth, b'}', |reader, depth| {
                reader.string()?;
                reader.space();
                reader.take(b':')?;
                reader.space();
                reader.value(depth)
            }),
            b'[' => self.list(depth, b']', Reader::value),
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: u32, end: u8, item: impl Fn(&mut Self, u32) -> Option<()>) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        self.space();
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            self.space();
            if self.take(end).is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.space();
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'"' => return self.take(b'"'),
                b'\\' => {
                    self.at += 1;
                    match self.peek()? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                self.peek().filter(u8::is_ascii_hexdigit)?;
                                self.at += 1;
                            }
                        }
                        _ => return None,
                    }
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        // A missing sign, fraction or exponent is no fault.
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        self.peek().filter(u8::is_ascii_digit)?;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::first_fault;

    #[test]
    fn json_passes() {
        for text in [
            "null",
            " [ ] ",
            "-0.5e+3",
            "{}",
            r#"{"a": [1, "b\u00e4\n", {"c": false}], "d": 0}"#,
            &("[".repeat(128) + &"]".repeat(128)),
        ] {
            assert_eq!(first_fault(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_has_a_place() {
        for (text, at) in [
            ("", 0),
            ("nul", 0),
            ("[1,]", 3),
            ("{'a': 1}", 1),
            (r#"{"a" 1}"#, 5),
            ("01", 1),
            ("1.", 2),
            ("NaN", 0),
            ("\"\u{1}\"", 1),
            (r#""\x""#, 2),
            ("1 2", 2),
            ("[1", 2),
            (&"[".repeat(129), 128),
        ] {
            assert_eq!(first_fault(text), Some(at), "{text}");
        }
    }
}
