//! The tokens of a piece of SQL, as far as all databases agree on them.
//!
//! What one database would read otherwise than another (a comment here, an operator there; a quote that ends here or
//! there) is refused, so that a piece that lexes here is one balanced piece everywhere.

use crate::problem::{Problem, SqlProblem};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An identifier or keyword without quotes.
    Word,
    /// An identifier in double quotes or backticks.
    Quoted,
    /// A string.
    Str,
    /// A number.
    Number,
    /// An operator or punctuation mark.
    Punct,
}

/// A token, by its place in the text. Blanks lie between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) text: &'a str,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is that keyword.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is that mark.
    pub(crate) fn is(&self, punct: &str) -> bool {
        self.kind == TokenKind::Punct && self.text == punct
    }

    pub(crate) fn is_ident(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Quoted)
    }

    /// An identifier's name or a string's text, without quotes.
    pub(crate) fn value(&self) -> String {
        match self.kind {
            TokenKind::Quoted | TokenKind::Str => {
                let quote = &self.text[..1];
                self.text[1..self.text.len() - 1].replace(&quote.repeat(2), quote)
            }
            TokenKind::Word | TokenKind::Number | TokenKind::Punct => self.text.to_owned(),
        }
    }
}

/// Splits SQL into tokens.
///
/// # Errors
/// When it is empty, isn't balanced, holds a comment, `;`, NUL or an open quote, or something databases read differently.
pub(crate) fn tokens(sql: &str) -> Result<Vec<Token<'_>>, Problem> {
    let mut out = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let rest = &sql[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        refuse(rest, at)?;
        let (kind, length) = match c {
            '\'' => (TokenKind::Str, quoted(rest, at, c, open.iter().any(|(o, _)| *o == '['))?),
            '"' | '`' => (TokenKind::Quoted, quoted(rest, at, c, open.iter().any(|(o, _)| *o == '['))?),
            _ if c.is_alphabetic() || c == '_' => (TokenKind::Word, word(rest)),
            _ if c.is_ascii_digit() => (TokenKind::Number, number(rest)),
            _ => (TokenKind::Punct, punct(rest, c)),
        };
        match c {
            '(' | '[' => open.push((c, at)),
            ')' | ']' => {
                let wanted = if c == ')' { '(' } else { '[' };
                if open.pop().map(|(o, _)| o) != Some(wanted) {
                    return Err(Problem::sql(at, SqlProblem::Unbalanced));
                }
            }
            _ => {}
        }
        out.push(Token { kind, start: at, text: &sql[at..at + length] });
        at += length;
    }
    match open.pop() {
        Some((_, at)) => Err(Problem::sql(at, SqlProblem::Unbalanced)),
        None if out.is_empty() => Err(Problem::sql(0, SqlProblem::Empty)),
        None => Ok(out),
    }
}

fn refuse(rest: &str, at: usize) -> Result<(), Problem> {
    let what = if rest.starts_with('\0') {
        SqlProblem::Nul
    } else if rest.starts_with(';') {
        SqlProblem::Semicolon
    } else if rest.starts_with("--") || rest.starts_with("/*") || rest.starts_with('#') {
        SqlProblem::Comment
    } else if rest.starts_with('$') {
        SqlProblem::Ambiguous
    } else {
        return Ok(());
    };
    Err(Problem::sql(at, what))
}

/// The length of the quoted piece `rest` begins with. Quotes are doubled inside.
fn quoted(rest: &str, at: usize, quote: char, in_brackets: bool) -> Result<usize, Problem> {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c == '\0' {
            return Err(Problem::sql(at + i, SqlProblem::Nul));
        }
        let other_quote = quote == '`' && matches!(c, '\'' | '"');
        let escapes = c == '\\' && chars.peek().is_none_or(|(_, next)| matches!(next, '\'' | '"' | '`'));
        if other_quote || escapes || (in_brackets && c == ']') {
            return Err(Problem::sql(at + i, SqlProblem::Ambiguous));
        }
        if c == quote {
            if chars.peek().is_none_or(|(_, next)| *next != quote) {
                return Ok(i + 1);
            }
            chars.next();
        }
    }
    Err(Problem::sql(at, SqlProblem::OpenQuote))
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
}

fn number(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_')).unwrap_or(rest.len())
}

fn punct(rest: &str, first: char) -> usize {
    const LONG: [&str; 11] = ["->>", "<=>", "::", "<=", ">=", "<>", "!=", "||", "->", "==", "&&"];
    LONG.iter().find(|p| rest.starts_with(**p)).map_or(first.len_utf8(), |p| p.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).expect("it lexes").iter().map(|t| t.text).collect()
    }

    fn refused(sql: &str) -> SqlProblem {
        match tokens(sql) {
            Err(Problem::Sql { what, .. }) => what,
            other => panic!("{sql}: {other:?}"),
        }
    }

    #[test]
    fn sql_falls_into_tokens() {
        assert_eq!(texts("length(a) >= 3"), ["length", "(", "a", ")", ">=", "3"]);
        assert_eq!(
            texts("x = 'it''s' AND \"a\"\"b\"=`c`"),
            ["x", "=", "'it''s'", "AND", "\"a\"\"b\"", "=", "`c`"]
        );
        assert_eq!(tokens("'it''s'").expect("it lexes")[0].value(), "it's");
        assert_eq!(texts("größe::int - 1.5e3"), ["größe", "::", "int", "-", "1.5e3"]);
        assert_eq!(texts("a - -1"), ["a", "-", "-", "1"]);
    }

    #[test]
    fn what_could_leave_its_place_is_refused() {
        assert_eq!(refused("1; DROP TABLE t"), SqlProblem::Semicolon);
        assert_eq!(refused("1 -- x"), SqlProblem::Comment);
        assert_eq!(refused("1 /* x */"), SqlProblem::Comment);
        assert_eq!(refused("1 # x"), SqlProblem::Comment);
        assert_eq!(refused("'abc"), SqlProblem::OpenQuote);
        assert_eq!(refused("\"abc"), SqlProblem::OpenQuote);
        assert_eq!(refused("a\0b"), SqlProblem::Nul);
        assert_eq!(refused("(1"), SqlProblem::Unbalanced);
        assert_eq!(refused("1) OR (1"), SqlProblem::Unbalanced);
        assert_eq!(refused("([1)]"), SqlProblem::Unbalanced);
        assert_eq!(refused("  "), SqlProblem::Empty);
    }

    #[test]
    fn what_databases_read_differently_is_refused() {
        assert_eq!(refused(r"'a\' OR 1=1 OR ''='"), SqlProblem::Ambiguous);
        assert_eq!(refused("`'` OR 1"), SqlProblem::Ambiguous);
        assert_eq!(refused("x['] ; DROP TABLE t']"), SqlProblem::Ambiguous);
        assert_eq!(refused("$$x$$"), SqlProblem::Ambiguous);
        assert_eq!(texts(r"a ~ '^\S+$'").len(), 3);
    }
}
