//! Sealing expressions: plain SQL of a draft becomes text with marks, so that names can change under it.
//!
//! Only drafts are sealed, and once: an author's brace is doubled, so sealing a sealed expression would spoil it.

use crate::{
    expression::Expression,
    lexer::{Token, TokenKind, tokens},
    problem::Problem,
    schema::{Enum, Schema, Table, fold_name},
    template::mark_name,
    types::Type,
};

/// A column that an expression may name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) of: Option<&'a Enum>,
}

/// The columns that an expression over one table may name.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: Vec<Member<'a>>,
}

impl<'a> Members<'a> {
    /// The columns of a table that is there.
    pub(crate) fn of_table(table: &'a Table, schema: &'a Schema) -> Members<'a> {
        let columns = table.columns.iter().map(|c| Member {
            name: &c.name,
            of: if let Type::Enum(id) = &c.ty { schema.enum_(*id) } else { None },
        });
        Members { table: &table.name, columns: columns.collect() }
    }

    /// Adds a column as a draft writes it.
    pub(crate) fn with(mut self, name: &'a str, ty: &Type, schema: &'a Schema) -> Members<'a> {
        let of = if let Type::Enum(name) = ty { schema.enum_named(name) } else { None };
        self.columns.push(Member { name, of });
        self
    }

    /// The column an identifier means: the one of exactly that name, or without quotes the only one that differs in case.
    pub(crate) fn find(&self, token: &Token<'_>) -> Option<Member<'a>> {
        let name = token.value();
        if let Some(found) = self.columns.iter().find(|c| c.name == name) {
            return Some(*found);
        }
        if token.kind != TokenKind::Word {
            return None;
        }
        let folded = fold_name(&name);
        let mut alike = self.columns.iter().filter(|c| fold_name(c.name) == folded);
        alike.next().filter(|_| alike.next().is_none()).copied()
    }
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub(crate) enum Mark<'a> {
    /// A table or view.
    Table(&'a str),
    /// A column.
    Column { table: &'a str, column: Member<'a> },
    /// A value of an enum.
    Value { of: &'a str, value: String },
}

/// Words that are never a column unless quoted.
const RESERVED: [&str; 62] = [
    "ALL",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "AT",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "CROSS",
    "DEFAULT",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FALSE",
    "FETCH",
    "FILTER",
    "FOR",
    "FROM",
    "FULL",
    "GLOB",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "IS",
    "ISNULL",
    "JOIN",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NOTNULL",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "REGEXP",
    "RIGHT",
    "SELECT",
    "SIMILAR",
    "THEN",
    "TRUE",
    "UNION",
    "USING",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

pub(crate) fn is_reserved(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Word && RESERVED.binary_search(&token.text.to_ascii_uppercase().as_str()).is_ok()
}

/// Whether an identifier stands where a column can't: a function, a type after a cast, a typed constant, an alias.
pub(crate) fn is_no_column(tokens: &[Token<'_>], i: usize) -> bool {
    let before = i.checked_sub(1).map(|p| tokens[p]);
    let after = tokens.get(i + 1);
    !tokens[i].is_ident()
        || is_reserved(&tokens[i])
        || after.is_some_and(|t| t.is("(") || (t.kind == TokenKind::Str && tokens[i].kind == TokenKind::Word))
        || before.is_some_and(|t| t.is_word("AS") || t.is("::") || t.is_word("COLLATE"))
}

/// Seals an expression over the columns of one table.
///
/// # Errors
/// When the text isn't one balanced expression.
pub(crate) fn seal(expression: &Expression, members: &Members<'_>) -> Result<Expression, Problem> {
    let sql = expression.0.as_str();
    let tokens = tokens(sql)?;
    let mut marks: Vec<Option<Mark<'_>>> = vec![None; tokens.len()];
    for i in 0..tokens.len() {
        let qualified = i >= 1 && tokens[i - 1].is(".");
        let own = qualified && i >= 2 && tokens[i - 2].is_ident() && tokens[i - 2].value() == members.table;
        let foreign = i >= 3 && tokens[i - 3].is(".");
        if is_no_column(&tokens, i) || (qualified && (!own || foreign)) {
            continue;
        }
        if tokens.get(i + 1).is_some_and(|t| t.is(".")) {
            continue;
        }
        if let Some(column) = members.find(&tokens[i]) {
            marks[i] = Some(Mark::Column { table: members.table, column });
            if own {
                marks[i - 2] = Some(Mark::Table(members.table));
            }
        }
    }
    mark_values(&tokens, &mut marks);
    Ok(write(sql, &tokens, &marks))
}

/// Marks strings that are compared with a column of an enum and are one of its values.
pub(crate) fn mark_values(tokens: &[Token<'_>], marks: &mut [Option<Mark<'_>>]) {
    for i in 0..tokens.len() {
        if tokens[i].kind != TokenKind::Str {
            continue;
        }
        let found = compared(tokens, i).and_then(|column| match &marks[column] {
            Some(Mark::Column { column: Member { of: Some(of), .. }, .. }) => {
                of.value_named(&tokens[i].value()).map(|value| (of.name.as_str(), value.name.clone()))
            }
            _ => None,
        });
        if let Some((of, value)) = found {
            marks[i] = Some(Mark::Value { of, value });
        }
    }
}

/// The token that the string at `i` is compared with: `x = 'a'`, `'a' = x`, `x IN ('a', …)`, `CASE x WHEN 'a'`.
fn compared(tokens: &[Token<'_>], i: usize) -> Option<usize> {
    before(tokens, i).or_else(|| {
        let mut at = tokens.get(i + 1).filter(|t| is_comparison(t)).map(|_| i + 2)?;
        // `'a' = t.x`: the column is the last of the dotted names.
        while tokens.get(at + 1).is_some_and(|t| t.is(".")) {
            at += 2;
        }
        (at < tokens.len()).then_some(at)
    })
}

fn is_comparison(token: &Token<'_>) -> bool {
    ["=", "==", "<>", "!=", "<", ">", "<=", ">=", "<=>"].iter().any(|o| token.is(o))
}

fn before(tokens: &[Token<'_>], i: usize) -> Option<usize> {
    let last = i.checked_sub(1)?;
    if is_comparison(&tokens[last]) {
        return last.checked_sub(1);
    }
    if tokens[last].is_word("FROM") && last >= 2 && tokens[last - 1].is_word("DISTINCT") {
        let is = last - 2;
        let is = if tokens[is].is_word("NOT") { is.checked_sub(1)? } else { is };
        return is.checked_sub(1);
    }
    if tokens[last].is_word("WHEN") {
        return case_operand(tokens, last);
    }
    let mut at = last;
    while tokens[at].is(",") || tokens[at].kind == TokenKind::Str {
        at = at.checked_sub(1)?;
    }
    let within = at.checked_sub(1)?;
    if !(tokens[at].is("(") && tokens[within].is_word("IN")) {
        return None;
    }
    let column = within.checked_sub(1)?;
    if tokens[column].is_word("NOT") { column.checked_sub(1) } else { Some(column) }
}

/// The operand of the `CASE` that the `WHEN` at `at` belongs to, when it is a single column.
fn case_operand(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for i in (0..at).rev() {
        if tokens[i].is_word("END") {
            depth += 1;
        } else if tokens[i].is_word("CASE") {
            if depth == 0 {
                let mut operand = i + 1;
                while tokens.get(operand + 1).is_some_and(|t| t.is(".")) {
                    operand += 2;
                }
                return tokens.get(operand + 1).filter(|t| t.is_word("WHEN")).map(|_| operand);
            }
            depth -= 1;
        }
    }
    None
}

/// Writes the text with marks in the place of tokens; braces of its own are doubled.
pub(crate) fn write(sql: &str, tokens: &[Token<'_>], marks: &[Option<Mark<'_>>]) -> Expression {
    let mut out = String::new();
    let plain = |text: &str| text.replace('{', "{{").replace('}', "}}");
    let mut done = 0;
    for (token, mark) in tokens.iter().zip(marks) {
        let Some(mark) = mark else { continue };
        out.push_str(&plain(&sql[done..token.start]));
        done = token.end();
        match mark {
            Mark::Table(name) => out.push_str(&format!("{{t:{}}}", mark_name(name))),
            Mark::Column { table, column } => {
                out.push_str(&format!("{{c:{}.{}}}", mark_name(table), mark_name(column.name)));
            }
            Mark::Value { of, value } => {
                out.push_str(&format!("{{v:{}.{}}}", mark_name(of), mark_name(value)))
            }
        }
    }
    out.push_str(&plain(&sql[done..]));
    Expression(out)
}

/// The names of the columns that a sealed expression refers to, without repetition.
pub(crate) fn marked_columns(sealed: &Expression, members: &Members<'_>) -> Vec<String> {
    let mark = |name: &str| format!("{{c:{}.{}}}", mark_name(members.table), mark_name(name));
    let mut found: Vec<(usize, String)> = Vec::new();
    for column in &members.columns {
        if let Some(at) = sealed.0.find(&mark(column.name)) {
            found.push((at, column.name.to_owned()));
        }
    }
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::*, schema::EnumValue};

    fn over(sql: &str) -> String {
        let id = Minter::new(Origin::New, 0).mint();
        let value = |name: &str| EnumValue { id, name: name.into(), anchor: None, clock: 0 };
        let of = Enum { id, name: "state".into(), values: vec![value("NEW"), value("it's")], comment: None };
        let column = |name| Member { name, of: None };
        let columns = vec![
            column("title"),
            column("Author Name"),
            column("order"),
            Member { name: "status", of: Some(&of) },
        ];
        seal(&Expression(sql.into()), &Members { table: "t", columns }).expect("it is one expression").0
    }

    #[test]
    fn reserved_words_are_sorted() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn columns_are_marked() {
        assert_eq!(over("length(title) > 3"), "length({c:t.title}) > 3");
        assert_eq!(over("TITLE <> \"Author Name\""), "{c:t.title} <> {c:t.\"Author Name\"}");
        assert_eq!(over("`order` > 0"), "{c:t.order} > 0");
        assert_eq!(over("t.title = 'title'"), "{t:t}.{c:t.title} = 'title'");
        assert_eq!(over("\"TITLE\" = 1"), "\"TITLE\" = 1");
    }

    #[test]
    fn what_only_looks_like_a_column_is_left() {
        assert_eq!(over("title(1) + x.title"), "title(1) + x.title");
        assert_eq!(over("CAST(1 AS title)"), "CAST(1 AS title)");
        assert_eq!(over("1::title"), "1::title");
        assert_eq!(over("'{}' = title"), "'{{}}' = {c:t.title}");
    }

    #[test]
    fn enum_values_are_marked_where_they_are_compared() {
        assert_eq!(over("status = 'NEW'"), "{c:t.status} = {v:state.NEW}");
        assert_eq!(over("'NEW' <> t.status"), "{v:state.NEW} <> {t:t}.{c:t.status}");
        assert_eq!(
            over("status NOT IN ('NEW', 'it''s', 'x')"),
            "{c:t.status} NOT IN ({v:state.NEW}, {v:state.\"it's\"}, 'x')"
        );
        assert_eq!(over("title = 'NEW'"), "{c:t.title} = 'NEW'");
        assert_eq!(
            over("CASE status WHEN 'NEW' THEN 'NEW' ELSE title END"),
            "CASE {c:t.status} WHEN {v:state.NEW} THEN 'NEW' ELSE {c:t.title} END"
        );
        assert_eq!(
            over("status IS NOT DISTINCT FROM 'NEW'"),
            "{c:t.status} IS NOT DISTINCT FROM {v:state.NEW}"
        );
    }
}
