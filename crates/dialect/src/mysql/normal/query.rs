//! Whole queries, clause by clause.

use crate::lexer::{Reading, Token, TokenKind, tokens};

use super::{condition, loose, normal, plain};

/// Whether the text is a query.
pub fn is_query(text: &str) -> bool {
    let first = tokens(text, Reading::default()).first().copied();
    first.is_some_and(|first| ["select", "with", "values"].iter().any(|word| first.is_word(word)))
}

/// A query in its one form: without qualifiers, without names for output columns, without brackets around joins.
pub fn query(sql: &str) -> String {
    let text = plain(sql);
    let all = tokens(&text, Reading::default());
    let mut out: Vec<String> = Vec::new();
    let mut start = 0;
    let mut depth = 0;
    for (i, token) in all.iter().enumerate() {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        if depth == 0 && i > start && begins_clause(token) {
            out.push(clause(&text, &all[start..i]));
            start = i;
        }
    }
    out.push(clause(&text, &all[start..]));
    out.join(" ")
}

fn begins_clause(token: &Token<'_>) -> bool {
    const CLAUSES: [&str; 11] = [
        "select",
        "from",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "union",
        "intersect",
        "except",
        "for",
    ];
    CLAUSES.iter().any(|word| token.is_word(word))
}

/// The text from the first token to the last.
fn slice<'t>(text: &'t str, all: &[Token<'_>]) -> &'t str {
    match (all.first(), all.last()) {
        (Some(first), Some(last)) => &text[first.start..last.end()],
        _ => "",
    }
}

fn clause(text: &str, all: &[Token<'_>]) -> String {
    let Some((word, mut rest)) = all.split_first() else { return String::new() };
    let mut head = word.text.to_lowercase();
    if let Some((second, behind)) = rest.split_first()
        && (second.is_word("by") || second.is_word("distinct") || (head == "union" && second.is_word("all")))
    {
        head = format!("{head} {}", second.text.to_lowercase());
        rest = behind;
    }
    let body = match head.as_str() {
        "select" | "select distinct" => list(rest, |item| normal(slice(text, without_alias(item)))),
        "where" | "having" => condition(slice(text, rest)),
        "group by" | "order by" => list(rest, |item| ordered(text, item)),
        "from" => tables(text, rest),
        "limit" => limit(rest),
        _ => scattered(text, rest),
    };
    format!("{head} {body}").trim_end().to_owned()
}

fn list(all: &[Token<'_>], each: impl Fn(&[Token<'_>]) -> String) -> String {
    let mut depth = 0;
    let pieces = all.split(|token| {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        depth == 0 && token.is_symbol(",")
    });
    pieces.map(each).collect::<Vec<_>>().join(", ")
}

/// An output column without its name.
fn without_alias<'a, 't>(item: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let [before @ .., last] = item else { return item };
    let nameable = match last.kind {
        TokenKind::Quoted => true,
        TokenKind::Word => !["end", "null", "true", "false"].iter().any(|word| last.is_word(word)),
        _ => false,
    };
    match before.last() {
        Some(word) if nameable && word.is_word("as") => &before[..before.len() - 1],
        Some(previous) if nameable && (previous.kind != TokenKind::Symbol || previous.is_symbol(")")) => {
            before
        }
        _ => item,
    }
}

fn ordered(text: &str, item: &[Token<'_>]) -> String {
    match item {
        [rest @ .., last] if last.is_word("asc") => normal(slice(text, rest)),
        [rest @ .., last] if last.is_word("desc") => format!("{} desc", normal(slice(text, rest))),
        all => normal(slice(text, all)),
    }
}

/// `limit 2, 3` is `limit 3 offset 2`.
fn limit(all: &[Token<'_>]) -> String {
    match all {
        [offset, comma, count] if comma.is_symbol(",") => format!("{} offset {}", count.text, offset.text),
        all => all.iter().map(|token| token.text.to_lowercase()).collect::<Vec<_>>().join(" "),
    }
}

/// Joins without their brackets; a comma is a join.
fn tables(text: &str, all: &[Token<'_>]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(token) = all.get(i) {
        i += 1;
        if ["as", "inner", "cross", "outer"].iter().any(|word| token.is_word(word)) {
            continue;
        }
        if token.is_word("on") {
            let end = i + condition_length(&all[i..]);
            out.push(format!("on {}", condition(slice(text, &all[i..end]))));
            i = end;
        } else if token.is_symbol("(") && all.get(i).is_some_and(|next| next.is_word("select")) {
            let end = i + closing(&all[i..]);
            out.push(format!("({})", query(slice(text, &all[i..end]))));
            i = (end + 1).min(all.len());
        } else if token.is_symbol(",") {
            out.push("join".to_owned());
        } else if !token.is_symbol("(") && !token.is_symbol(")") {
            out.push(loose(token.text));
        }
    }
    out.join(" ")
}

/// How many tokens stand before the bracket that closes the one just opened.
fn closing(all: &[Token<'_>]) -> usize {
    let mut depth = 0;
    let end = all.iter().position(|token| {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        depth < 0
    });
    end.unwrap_or(all.len())
}

/// How many tokens belong to a join's condition.
fn condition_length(all: &[Token<'_>]) -> usize {
    const JOINS: [&str; 6] = ["join", "left", "right", "inner", "cross", "natural"];
    let mut depth = 0;
    let end = all.iter().enumerate().position(|(i, token)| {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        let calls = all.get(i + 1).is_some_and(|next| next.is_symbol("("));
        let joins = JOINS.iter().any(|word| token.is_word(word)) && !calls;
        depth < 0 || (depth == 0 && (joins || token.is_symbol(",")))
    });
    end.unwrap_or(all.len())
}

/// Words around queries in brackets, such as `WITH`.
fn scattered(text: &str, all: &[Token<'_>]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(token) = all.get(i) {
        i += 1;
        if token.is_symbol("(") && all.get(i).is_some_and(|next| next.is_word("select")) {
            let end = i + closing(&all[i..]);
            out.push(format!("({})", query(slice(text, &all[i..end]))));
            i = (end + 1).min(all.len());
        } else if !token.is_symbol("(") && !token.is_symbol(")") {
            out.push(loose(token.text));
        }
    }
    out.join(" ")
}
