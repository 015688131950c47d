//! Splits SQL text into tokens, tolerantly: for comparing expressions and for reading definitions that users wrote.

/// What sort of piece a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare word: keyword, name or function.
    Word,
    /// A name in double quotes, backticks or (where asked for) square brackets.
    Quoted,
    /// A text literal, with its quotes.
    Text,
    /// A number.
    Number,
    /// An operator or punctuation.
    Symbol,
}

/// A token: its sort and its exact text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What sort of piece it is.
    pub kind: TokenKind,
    /// The text as it stands.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
}

impl<'a> Token<'a> {
    /// Where it ends, in bytes.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this bare keyword, in any letter case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this symbol.
    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }

    /// The name it stands for, when it can be one: without quotes, and otherwise as written.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::Quoted => {
                let quote = self.text.chars().next().unwrap_or('"');
                let close = if quote == '[' { ']' } else { quote };
                let inner = self.text.get(1..self.text.len().saturating_sub(1)).unwrap_or_default();
                Some(inner.replace(&format!("{close}{close}"), &close.to_string()))
            }
            TokenKind::Text | TokenKind::Number | TokenKind::Symbol => None,
        }
    }

    /// What a text literal says, without its quotes and prefix; backslashes stay.
    pub fn text_value(&self) -> Option<String> {
        if self.kind != TokenKind::Text {
            return None;
        }
        let from = self.text.find('\'')? + 1;
        Some(self.text.get(from..self.text.len().saturating_sub(1))?.replace("''", "'"))
    }
}

/// How to read what databases read differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// `[name]` is a quoted name (SQLite) and not a subscript.
    pub bracket_names: bool,
    /// A backslash in a text literal takes the next character along (MySQL).
    pub backslashes: bool,
}

/// The tokens of the text, without whitespace and comments. What is never closed ends with the text.
pub fn tokens(sql: &str, reading: Reading) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if let Some(end) = comment(sql, at) {
            at = end;
        } else {
            let (kind, end) = token(sql, at, first, reading);
            out.push(Token { kind, text: &sql[at..end], start: at });
            at = end;
        }
    }
    out
}

fn comment(sql: &str, at: usize) -> Option<usize> {
    let rest = &sql[at..];
    if rest.starts_with("--") {
        return Some(rest.find('\n').map_or(sql.len(), |n| at + n + 1));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    Some(rest[2..].find("*/").map_or(sql.len(), |n| at + n + 4))
}

fn token(sql: &str, at: usize, first: char, reading: Reading) -> (TokenKind, usize) {
    let bytes = sql.as_bytes();
    match first {
        '\'' => (TokenKind::Text, quoted(bytes, at, b'\'', reading.backslashes)),
        '"' | '`' => (TokenKind::Quoted, quoted(bytes, at, first as u8, false)),
        '[' if reading.bracket_names => (TokenKind::Quoted, quoted(bytes, at, b']', false)),
        '$' => match dollar(sql, at) {
            Some(end) => (TokenKind::Text, end),
            None => (TokenKind::Symbol, at + 1),
        },
        '0'..='9' => (TokenKind::Number, number(bytes, at)),
        '.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => (TokenKind::Number, number(bytes, at)),
        c if c.is_alphanumeric() || c == '_' => word(sql, at, reading),
        _ => (TokenKind::Symbol, symbol(sql, at)),
    }
}

/// The end of what `at` opens; the quote doubled is the quote itself.
fn quoted(bytes: &[u8], at: usize, close: u8, backslashes: bool) -> usize {
    let mut i = at + 1;
    while i < bytes.len() {
        if backslashes && bytes[i] == b'\\' {
            i += 2;
        } else if bytes[i] != close {
            i += 1;
        } else if bytes.get(i + 1) == Some(&close) {
            i += 2;
        } else {
            return i + 1;
        }
    }
    bytes.len()
}

fn dollar(sql: &str, at: usize) -> Option<usize> {
    let tag = sql[at + 1..].find('$')? + at + 2;
    if !sql[at + 1..tag - 1].chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    Some(sql[tag..].find(&sql[at..tag]).map_or(sql.len(), |n| tag + n + (tag - at)))
}

fn number(bytes: &[u8], at: usize) -> usize {
    let mut i = at;
    while let Some(&byte) = bytes.get(i) {
        let exponent_sign = matches!(byte, b'+' | b'-')
            && matches!(bytes[i - 1], b'e' | b'E')
            && !bytes[at..].starts_with(b"0x");
        if byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_' || (i > at && exponent_sign) {
            i += 1;
        } else {
            break;
        }
    }
    i
}

fn word(sql: &str, at: usize, reading: Reading) -> (TokenKind, usize) {
    let end = sql[at..]
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .map_or(sql.len(), |n| at + n);
    let prefix = matches!(sql[at..end].to_ascii_lowercase().as_str(), "e" | "x" | "b" | "n");
    if prefix && sql.as_bytes().get(end) == Some(&b'\'') {
        let escapes = reading.backslashes || sql[at..end].eq_ignore_ascii_case("e");
        return (TokenKind::Text, quoted(sql.as_bytes(), end, b'\'', escapes));
    }
    (TokenKind::Word, end)
}

const SYMBOLS: [&str; 26] = [
    "!~~*", "->>", "#>>", "<=>", "!~~", "~~*", "!~*", "->", "#>", "||", "<=", ">=", "<>", "!=", "==", "::",
    "<<", ">>", "~~", "!~", "~*", "@>", "<@", "&&", "?|", "?&",
];

fn symbol(sql: &str, at: usize) -> usize {
    let rest = &sql[at..];
    match SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
        Some(symbol) => at + symbol.len(),
        None => at + rest.chars().next().map_or(1, char::len_utf8),
    }
}

/// Whether the text lexes as one balanced piece that can stand inside another statement: brackets closed, quotes closed, no
/// `;` outside quotes, no comment, no NUL.
pub fn is_one_piece(sql: &str, reading: Reading) -> bool {
    let mut depth = 0i32;
    let mut end = 0;
    for token in tokens(sql, reading) {
        // Between tokens only whitespace may stand: anything else was a comment.
        if !sql[end..token.start].trim().is_empty() {
            return false;
        }
        end = token.end();
        match (token.kind, token.text) {
            (TokenKind::Symbol, "(") => depth += 1,
            (TokenKind::Symbol, ")") => depth -= 1,
            (TokenKind::Symbol, ";") => return false,
            (TokenKind::Text | TokenKind::Quoted, text) if !is_closed(text, reading) => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && end > 0 && sql[end..].trim().is_empty() && !sql.contains('\0')
}

fn is_closed(text: &str, reading: Reading) -> bool {
    if let Some(rest) = text.strip_prefix('$') {
        let tag = rest.find('$').map_or(text.len(), |n| n + 2);
        return text.len() >= 2 * tag && text.ends_with(&text[..tag]);
    }
    let open = text.find(['\'', '"', '`', '[']).unwrap_or(0);
    let close = match text.as_bytes().get(open) {
        Some(b'[') => b']',
        Some(byte) => *byte,
        None => return false,
    };
    let escapes = close == b'\'' && (reading.backslashes || text[..open].eq_ignore_ascii_case("e"));
    // With the closing quote taken away the rest must run open to its end, and with it stop right there.
    let body = &text.as_bytes()[..text.len() - 1];
    text.len() > open + 1
        && text.as_bytes().last() == Some(&close)
        && quoted(text.as_bytes(), open, close, escapes) == text.len()
        && quoted(body, open, close, escapes) == body.len()
        && !(body.len() > open + 1 && trailing(body, open, close, escapes))
}

/// Whether the body ends in a way that makes the last quote part of the text.
fn trailing(body: &[u8], open: usize, close: u8, escapes: bool) -> bool {
    let mut i = open + 1;
    while i < body.len() {
        let pair = (escapes && body[i] == b'\\') || body[i] == close;
        i += if pair { 2 } else { 1 };
    }
    i > body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql, Reading::default()).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn words_quotes_numbers_and_symbols_come_apart() {
        assert_eq!(
            texts("a<=1.5e-3 AND \"b\"\"c\" <> 'it''s' -- x\n||x'00' /* y */ ::int"),
            ["a", "<=", "1.5e-3", "AND", "\"b\"\"c\"", "<>", "'it''s'", "||", "x'00'", "::", "int"]
        );
        assert_eq!(texts("$$a;b$$ $t$ $$ $t$ $1"), ["$$a;b$$", "$t$ $$ $t$", "$", "1"]);
    }

    #[test]
    fn names_lose_their_quotes() {
        let all = tokens("\"a\"\"b\" `c` [d e] f", Reading { bracket_names: true, backslashes: false });
        let names: Vec<_> = all.iter().filter_map(Token::name).collect();
        assert_eq!(names, ["a\"b", "c", "d e", "f"]);
    }

    #[test]
    fn only_balanced_pieces_without_comments_pass() {
        let ok = |sql| is_one_piece(sql, Reading::default());
        assert!(ok("length(a) > 3 and b = ';''('"));
        assert!(ok("''") && ok("'a'''") && ok("\"a\""));
        for bad in [
            "a)",
            "(a",
            "a; drop table b",
            "a -- b",
            "a /* b */",
            "'a",
            "'",
            "'a''",
            "\"a",
            "",
            "a /*",
            "a\0",
        ] {
            assert!(!ok(bad), "{bad}");
        }
        assert!(!is_one_piece("'a\\'", Reading { backslashes: true, bracket_names: false }));
        assert!(ok("'a\\'"));
    }
}
