//! One form for expressions and queries, as authors write them and as the server gives them back: it qualifies every name,
//! names every output column, turns negations inside out and has names of its own for functions.
//!
//! Names lose what they are qualified by, since only the server knows it everywhere; a view that only takes a column from
//! another of its tables is not told from the one before.

use crate::{
    lexer::{Reading, Token, TokenKind, tokens},
    normal::{self, Tree},
};

mod query;

pub use query::query;

const READING: Reading = Reading { backslashes: true, bracket_names: false };

/// An expression in its one form.
pub fn normal(expr: &str) -> String {
    let text = plain(expr);
    match normal::read(&text) {
        Some(tree) => normal::write(&rewritten(tree)),
        None => loose(&text),
    }
}

/// A condition in its one form: a value by itself is true when it isn't zero.
pub fn condition(expr: &str) -> String {
    let text = plain(expr);
    match normal::read(&text) {
        Some(tree) => normal::write(&truth(rewritten(tree))),
        None => loose(&text),
    }
}

/// The text without what the server adds: qualifiers, character sets, its ways of escaping.
fn plain(expr: &str) -> String {
    let all = tokens(expr, READING);
    let mut out = String::new();
    let mut i = 0;
    while let Some(token) = all.get(i) {
        let next = all.get(i + 1);
        let named = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
        i += 1;
        if named && next.is_some_and(|next| next.is_symbol(".")) {
            i += 1;
            continue;
        }
        if token.is_word("charset")
            || (token.is_word("character") && next.is_some_and(|next| next.is_word("set")))
        {
            i += if token.is_word("charset") { 1 } else { 2 };
            continue;
        }
        let introduces = token.text.starts_with('_') && next.is_some_and(|next| next.kind == TokenKind::Text);
        if token.kind == TokenKind::Word && introduces {
            continue;
        }
        out.push_str(&respelled(token, next));
        out.push(' ');
    }
    out
}

fn respelled(token: &Token<'_>, next: Option<&Token<'_>>) -> String {
    let calls = next.is_some_and(|next| next.is_symbol("("));
    match token.kind {
        TokenKind::Text => text(token.text),
        TokenKind::Word if token.is_word("mod") && !calls => "%".to_owned(),
        TokenKind::Word if token.is_word("div") && !calls => "/".to_owned(),
        TokenKind::Symbol if token.text == "!" => "not".to_owned(),
        TokenKind::Symbol if token.text == "&&" => "and".to_owned(),
        _ => token.text.to_owned(),
    }
}

/// A text literal with its quotes doubled and nothing else escaped.
fn text(literal: &str) -> String {
    let Some((prefix, rest)) = literal.split_once('\'') else { return literal.to_owned() };
    let inner = rest.strip_suffix('\'').unwrap_or(rest).replace("''", "'");
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('0') => '\0',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    format!("{}'{}'", prefix.to_lowercase(), out.replace('\'', "''"))
}

/// What isn't an expression: token by token, without brackets.
fn loose(text: &str) -> String {
    let all: Vec<_> = tokens(text, Reading::default())
        .into_iter()
        .filter(|t| !t.is_symbol("(") && !t.is_symbol(")"))
        .collect();
    normal::flat(&all)
}

fn boxed(tree: Tree) -> Box<Tree> {
    Box::new(rewritten(tree))
}

fn leaf(text: &str) -> Tree {
    Tree::Leaf(text.to_owned())
}

fn rewritten(tree: Tree) -> Tree {
    match tree {
        Tree::Leaf(text) => match text.as_str() {
            "true" => leaf("1"),
            "false" => leaf("0"),
            "current_timestamp" | "localtime" | "localtimestamp" => {
                Tree::Call("current_timestamp".to_owned(), Vec::new())
            }
            "current_date" => Tree::Call("curdate".to_owned(), Vec::new()),
            "current_time" => Tree::Call("curtime".to_owned(), Vec::new()),
            _ => Tree::Leaf(text),
        },
        Tree::Prefix(operator, operand) if operator == "not" => negated(rewritten(*operand)),
        Tree::Prefix(operator, operand) => Tree::Prefix(operator, boxed(*operand)),
        Tree::Postfix(operand, operator) => Tree::Postfix(boxed(*operand), operator),
        Tree::Infix(left, operator, right) => match (rewritten(*left), rewritten(*right)) {
            (Tree::Leaf(zero), right) if zero == "0" && operator == "=" => {
                Tree::Infix(Box::new(right), operator, Box::new(Tree::Leaf(zero)))
            }
            (left, right) if operator == "and" || operator == "or" => {
                Tree::Infix(Box::new(truth(left)), operator, Box::new(truth(right)))
            }
            (left, right) => Tree::Infix(Box::new(left), operator, Box::new(right)),
        },
        Tree::Call(name, arguments) => call(name, arguments),
        Tree::List(items) => Tree::List(items.into_iter().map(rewritten).collect()),
        Tree::Array(items) => Tree::Array(items.into_iter().map(rewritten).collect()),
        Tree::Case(operand, branches, otherwise) => Tree::Case(
            operand.map(|tree| boxed(*tree)),
            branches.into_iter().map(|(when, then)| (rewritten(when), rewritten(then))).collect(),
            otherwise.map(|tree| boxed(*tree)),
        ),
        Tree::Raw(text) => Tree::Raw(subquery(&text)),
    }
}

fn call(name: String, arguments: Vec<(String, Tree)>) -> Tree {
    let name = match name.as_str() {
        "lcase" => "lower",
        "ucase" => "upper",
        "length" => "octet_length",
        "character_length" => "char_length",
        "substring" | "mid" => "substr",
        "now" | "localtime" | "localtimestamp" => "current_timestamp",
        "current_date" => "curdate",
        "current_time" => "curtime",
        "pow" => "power",
        "day" => "dayofmonth",
        other => other,
    };
    let mut arguments: Vec<_> = arguments.into_iter().map(|(word, tree)| (word, rewritten(tree))).collect();
    match (name, arguments.as_mut_slice()) {
        ("count", [(_, only)]) if *only == leaf("0") => *only = leaf("*"),
        ("mod", [(_, left), (_, right)]) => {
            return Tree::Infix(Box::new(left.clone()), "%".to_owned(), Box::new(right.clone()));
        }
        _ => {}
    }
    Tree::Call(name.to_owned(), arguments)
}

/// A condition that the server spelled out as a comparison.
fn truth(tree: Tree) -> Tree {
    match tree {
        Tree::Infix(left, operator, right) if operator == "<>" && *right == leaf("0") => *left,
        other => other,
    }
}

/// The opposite, with the negation as far inside as it goes.
fn negated(tree: Tree) -> Tree {
    const OPPOSITES: [(&str, &str); 8] = [
        ("=", "<>"),
        ("<", ">="),
        (">", "<="),
        ("in", "not in"),
        ("like", "not like"),
        ("regexp", "not regexp"),
        ("is null", "is not null"),
        ("is true", "is not true"),
    ];
    let opposite = |operator: &str| {
        OPPOSITES.iter().find_map(|(a, b)| match operator {
            o if o == *a => Some((*b).to_owned()),
            o if o == *b => Some((*a).to_owned()),
            _ => None,
        })
    };
    match tree {
        Tree::Infix(left, operator, right) if operator == "and" || operator == "or" => {
            let other = if operator == "and" { "or" } else { "and" };
            Tree::Infix(Box::new(truth(negated(*left))), other.to_owned(), Box::new(truth(negated(*right))))
        }
        Tree::Infix(left, operator, right) if opposite(&operator).is_some() => {
            Tree::Infix(left, opposite(&operator).unwrap_or(operator), right)
        }
        Tree::Postfix(operand, operator) if opposite(&operator).is_some() => {
            Tree::Postfix(operand, opposite(&operator).unwrap_or(operator))
        }
        Tree::Prefix(operator, operand) if operator == "not" => *operand,
        Tree::Raw(text) => Tree::Prefix("not".to_owned(), Box::new(Tree::Raw(text))),
        other => Tree::Infix(Box::new(other), "=".to_owned(), Box::new(leaf("0"))),
    }
}

/// Text kept as it is: a query in brackets, perhaps behind a word.
fn subquery(text: &str) -> String {
    match text.split_once('(').and_then(|(word, rest)| Some((word, rest.strip_suffix(')')?))) {
        Some((word, inner)) if query::is_query(inner) => {
            let inner = query(inner);
            // Whether there is a row doesn't depend on how many are asked for.
            let inner =
                if word == "exists" { inner.strip_suffix(" limit 1").unwrap_or(&inner) } else { &inner };
            format!("{word}({inner})")
        }
        _ => loose(text),
    }
}
