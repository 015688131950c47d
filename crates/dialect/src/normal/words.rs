//! The words expressions are made of: operators, ends, types.

use super::Tree;
use crate::lexer::{Token, TokenKind};

/// Operators that are words, the longer ones first, with their one name.
pub(super) const WORDS: [(&[&str], &str); 34] = [
    (&["is", "not", "distinct", "from"], "is not distinct from"),
    (&["is", "distinct", "from"], "is distinct from"),
    (&["is", "not", "null"], "is not null"),
    (&["is", "null"], "is null"),
    (&["is", "not", "true"], "is not true"),
    (&["is", "true"], "is true"),
    (&["is", "not", "false"], "is not false"),
    (&["is", "false"], "is false"),
    (&["notnull"], "is not null"),
    (&["isnull"], "is null"),
    (&["not", "null"], "is not null"),
    (&["is", "not"], "is not"),
    (&["is"], "is"),
    (&["not", "in"], "not in"),
    (&["in"], "in"),
    (&["not", "between"], "not between"),
    (&["between"], "between"),
    (&["not", "like"], "not like"),
    (&["like"], "like"),
    (&["not", "ilike"], "not ilike"),
    (&["ilike"], "ilike"),
    (&["not", "similar", "to"], "not similar to"),
    (&["similar", "to"], "similar to"),
    (&["not", "glob"], "not glob"),
    (&["glob"], "glob"),
    (&["not", "regexp"], "not regexp"),
    (&["regexp"], "regexp"),
    (&["rlike"], "rlike"),
    (&["match"], "match"),
    (&["and"], "and"),
    (&["or"], "or"),
    (&["collate"], "collate"),
    (&["at", "time", "zone"], "at time zone"),
    (&["escape"], "escape"),
];

/// Words that end an expression wherever they stand.
pub(super) const ENDS: [&str; 22] = [
    "then",
    "else",
    "when",
    "end",
    "from",
    "where",
    "and",
    "or",
    "as",
    "for",
    "order",
    "separator",
    "using",
    "placing",
    "asc",
    "desc",
    "limit",
    "group",
    "having",
    "union",
    "on",
    "escape",
];

/// How many tokens the type at the start takes: words, a length in brackets, array brackets.
pub(super) fn type_length(all: &[Token<'_>]) -> usize {
    const SECOND: [&str; 8] = ["varying", "precision", "with", "without", "time", "zone", "unsigned", "set"];
    let mut n = 0;
    while let Some(token) = all.get(n) {
        let named = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
        let dotted = n > 0 && (token.is_symbol(".") || all[n - 1].is_symbol("."));
        let follows = SECOND.iter().any(|word| token.is_word(word));
        if (n == 0 && named) || dotted || (n > 0 && follows) {
            n += 1;
        } else if token.is_symbol("(") {
            n += all[n..].iter().position(|t| t.is_symbol(")")).map_or(1, |p| p + 1);
        } else if token.is_symbol("[") && all.get(n + 1).is_some_and(|t| t.is_symbol("]")) {
            n += 2;
        } else {
            break;
        }
    }
    n
}

/// A cast is dropped; a number that a server wrote as text becomes a number again.
pub(super) fn cast(value: Tree, ty: &str) -> Tree {
    const NUMBERS: [&str; 9] =
        ["integer", "int", "bigint", "smallint", "numeric", "decimal", "real", "double precision", "int4"];
    let numeric = NUMBERS.iter().any(|n| ty == *n || ty.starts_with(&format!("{n}(")));
    match value {
        Tree::Leaf(text) if numeric => {
            let inner = text.trim_matches('\'');
            if inner.parse::<f64>().is_ok() { Tree::Leaf(inner.to_owned()) } else { Tree::Leaf(text) }
        }
        other => other,
    }
}
