//! One form for an expression however it is written: as an author wrote it, or as a server gives it back.
//!
//! Dropped: redundant brackets, casts, whitespace, quotes around plain lower-case names, the case of keywords, and the ways
//! servers respell conditions (`= ANY (ARRAY[…])` for `IN`, `~~` for `LIKE`, `BETWEEN` as two comparisons).
//! It is for comparing only: what it gives is never sent.

mod parse;
mod print;
mod words;

use crate::lexer::{Reading, Token, TokenKind, tokens};

/// The expression in its one form. What isn't an expression, such as a whole query, is brought to one form token by token.
pub fn normalise(expr: &str) -> String {
    let all = tokens(expr, Reading::default());
    match parse::expression(&all) {
        Some(tree) => print::print(&tree),
        None => flat(&all),
    }
}

/// The expression's structure, for those who know more about what a server respells; `None` when it isn't an expression.
pub(crate) fn read(expr: &str) -> Option<Tree> {
    parse::expression(&tokens(expr, Reading::default()))
}

/// The text of a structure.
pub(crate) fn write(tree: &Tree) -> String {
    print::print(tree)
}

/// An expression's structure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// A name, literal or number in its one form.
    Leaf(String),
    /// An operator in front.
    Prefix(String, Box<Tree>),
    /// An operator behind, such as `is null`.
    Postfix(Box<Tree>, String),
    /// An operator between.
    Infix(Box<Tree>, String, Box<Tree>),
    /// A function with its arguments, each behind the word that introduces it, if any.
    Call(String, Vec<(String, Tree)>),
    /// A list in brackets.
    List(Vec<Tree>),
    /// `array[…]`.
    Array(Vec<Tree>),
    /// `case`: operand, branches, otherwise.
    Case(Option<Box<Tree>>, Vec<(Tree, Tree)>, Option<Box<Tree>>),
    /// Text kept token by token, such as a subquery.
    Raw(String),
}

/// One token in its one form.
pub(crate) fn leaf(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::Word => token.text.to_lowercase(),
        TokenKind::Quoted => {
            let name = token.name().unwrap_or_default();
            let plain = name
                .chars()
                .enumerate()
                .all(|(i, c)| c.is_ascii_lowercase() || c == '_' || (i > 0 && c.is_ascii_digit()));
            if plain && !name.is_empty() { name } else { format!("\"{}\"", name.replace('"', "\"\"")) }
        }
        TokenKind::Text if token.text.starts_with('$') => {
            let tag = token.text[1..].find('$').map_or(0, |n| n + 2);
            let inner = token.text.get(tag..token.text.len().saturating_sub(tag)).unwrap_or_default();
            format!("'{}'", inner.replace('\'', "''"))
        }
        TokenKind::Text => match token.text.split_once('\'') {
            Some((prefix, rest)) => format!("{}'{rest}", prefix.to_lowercase()),
            None => token.text.to_owned(),
        },
        TokenKind::Number => token.text.to_lowercase(),
        TokenKind::Symbol => match token.text {
            "!=" => "<>".to_owned(),
            "==" => "=".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// Tokens joined in their one form: a blank between words, none around brackets, commas and points.
pub(crate) fn flat(all: &[Token<'_>]) -> String {
    let mut out = String::new();
    let mut i = 0;
    while let Some(token) = all.get(i) {
        if token.is_symbol("::") {
            i += 1 + words::type_length(&all[i + 1..]);
            continue;
        }
        let text = leaf(token);
        let tight = matches!(text.as_str(), ")" | "]" | "," | "." | "(" | "[" | ";")
            || out.ends_with(['(', '[', '.'])
            || out.is_empty();
        let after_operator = text == "(" && out.ends_with(['=', '<', '>', '+', '-', '*', '/', '|', ',', '%']);
        if !tight || after_operator {
            out.push(' ');
        }
        out.push_str(&text);
        i += 1;
    }
    out.trim_end_matches(';').to_owned()
}

#[cfg(test)]
mod tests;
