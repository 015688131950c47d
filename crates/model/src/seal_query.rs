//! Sealing the queries of views: tables, aliases and columns of every `SELECT` in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    expression::Expression,
    lexer::{Token, TokenKind, tokens},
    names::nearest,
    problem::{LowerError, Problem},
    schema::Schema,
    seal::{Mark, Member, Members, is_no_column, is_reserved, mark_values, write},
};

/// Something a `SELECT` reads from: the name it goes by, and its columns when they are known.
#[derive(Clone, Debug)]
struct Source<'a> {
    alias: String,
    /// Whether the query says the alias, so that it stays when the table is renamed.
    aliased: bool,
    members: Option<Members<'a>>,
}

struct Query<'a, 's> {
    schema: &'a Schema,
    tokens: &'s [Token<'s>],
    marks: Vec<Option<Mark<'a>>>,
    /// The bracket that closes the one at an index.
    partner: BTreeMap<usize, usize>,
}

/// Seals a view's query.
///
/// # Errors
/// When it isn't a query, selects `*`, names unknown tables or columns, or gives another number of columns than `named`.
pub(crate) fn seal_query(
    query: &Expression,
    named: usize,
    schema: &Schema,
) -> Result<Expression, LowerError> {
    let tokens = tokens(&query.0)?;
    if !tokens[0].is_word("SELECT") && !tokens[0].is_word("WITH") {
        return Err(Problem::NoQuery.into());
    }
    let mut partner = BTreeMap::new();
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if token.is("(") || token.is("[") {
            open.push(i);
        } else if let (true, Some(start)) = (token.is(")") || token.is("]"), open.last().copied()) {
            open.pop();
            partner.insert(start, i);
        }
    }
    let mut walk = Query { schema, tokens: &tokens, marks: vec![None; tokens.len()], partner };
    let given = walk.block(0, tokens.len(), &[], &BTreeSet::new())?;
    if given != named {
        return Err(Problem::ViewColumns { named, given }.into());
    }
    let mut marks = walk.marks;
    mark_values(&tokens, &mut marks);
    Ok(write(&query.0, &tokens, &marks))
}

const CLAUSE_END: [&str; 12] = [
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "WINDOW",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "FETCH",
    "FOR",
];

impl<'a> Query<'a, '_> {
    /// The index behind the token at `i`, over brackets and what is in them.
    fn step(&self, i: usize) -> usize {
        self.partner.get(&i).map_or(i + 1, |end| end + 1)
    }

    fn is_query(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.is_word("SELECT") || t.is_word("WITH"))
    }

    /// Walks a query with its common tables and its `UNION`s; gives the number of columns of its first `SELECT`.
    fn block(
        &mut self,
        from: usize,
        to: usize,
        outer: &[Vec<Source<'a>>],
        known: &BTreeSet<String>,
    ) -> Result<usize, LowerError> {
        let mut known = known.clone();
        let mut at = from;
        if self.tokens[at].is_word("WITH") {
            at += 1;
            while at < to && !self.tokens[at].is_word("SELECT") {
                let (i, next) = (at, self.step(at));
                if self.tokens[i].is_ident() && !is_reserved(&self.tokens[i]) {
                    let name = self.tokens[i].value();
                    let starts = i == from + 1
                        || self.tokens[i - 1].is(",")
                        || self.tokens[i - 1].is_word("RECURSIVE");
                    if starts && !self.tokens[i].is_word("RECURSIVE") {
                        known.insert(name.to_lowercase());
                    }
                } else if self.partner.contains_key(&i) && self.is_query(i + 1) {
                    self.block(i + 1, next - 1, outer, &known)?;
                }
                at = next;
            }
        }
        let mut columns = None;
        while at < to {
            let mut end = at;
            while end < to && !["UNION", "EXCEPT", "INTERSECT"].iter().any(|w| self.tokens[end].is_word(w)) {
                end = self.step(end);
            }
            if at < end && self.tokens[at].is("(") && self.is_query(at + 1) {
                let inner = self.block(at + 1, self.step(at) - 1, outer, &known)?;
                columns.get_or_insert(inner);
            } else if at < end {
                let given = self.select(at, end, outer, &known)?;
                columns.get_or_insert(given);
            }
            at = end + 1;
            while at < to && (self.tokens[at].is_word("ALL") || self.tokens[at].is_word("DISTINCT")) {
                at += 1;
            }
        }
        Ok(columns.unwrap_or(0))
    }

    /// Walks one `SELECT` without its siblings; gives the number of its columns.
    fn select(
        &mut self,
        from: usize,
        to: usize,
        outer: &[Vec<Source<'a>>],
        known: &BTreeSet<String>,
    ) -> Result<usize, LowerError> {
        let (mut columns, mut list_end, mut at) = (1, to, from + 1);
        while at < to {
            let token = &self.tokens[at];
            if token.is_word("FROM") && !self.tokens[at - 1].is_word("DISTINCT")
                || CLAUSE_END.iter().any(|w| token.is_word(w))
            {
                list_end = at;
                break;
            }
            columns += usize::from(token.is(","));
            at = self.step(at);
        }
        let mut scopes = outer.to_vec();
        let mut taken = BTreeSet::new();
        let mut using = BTreeSet::new();
        let mut sources = Vec::new();
        if list_end < to && self.tokens[list_end].is_word("FROM") {
            let mut end = list_end + 1;
            while end < to && !CLAUSE_END.iter().any(|w| self.tokens[end].is_word(w)) {
                end = self.step(end);
            }
            self.from(list_end + 1, end, known, &mut sources, &mut taken, &mut using)?;
        }
        scopes.push(sources);
        self.names(from + 1, to, &scopes, known, &taken, &using)?;
        Ok(columns)
    }

    /// Reads a `FROM` clause: its tables and aliases. Subqueries in it are walked later, with the rest.
    fn from(
        &mut self,
        from: usize,
        to: usize,
        known: &BTreeSet<String>,
        sources: &mut Vec<Source<'a>>,
        taken: &mut BTreeSet<usize>,
        using: &mut BTreeSet<usize>,
    ) -> Result<(), LowerError> {
        let mut at = from;
        let mut expects = true;
        while at < to {
            let token = &self.tokens[at];
            if token.is_word("USING") && self.tokens.get(at + 1).is_some_and(|t| t.is("(")) {
                using.extend(at + 2..self.step(at + 1) - 1);
                at = self.step(at + 1);
            } else if token.is(",") || token.is_word("JOIN") {
                expects = true;
                at += 1;
            } else if expects && (token.is_word("LATERAL") || token.is_word("ONLY")) {
                at += 1;
            } else if expects && token.is("(") && !self.is_query(at + 1) {
                self.from(at + 1, self.step(at) - 1, known, sources, taken, using)?;
                expects = false;
                at = self.step(at);
            } else if expects {
                expects = false;
                at = self.source(at, to, known, sources, taken)?;
            } else {
                at = self.step(at);
            }
        }
        Ok(())
    }

    /// Reads one source with its alias; gives the index behind it.
    fn source(
        &mut self,
        at: usize,
        to: usize,
        known: &BTreeSet<String>,
        sources: &mut Vec<Source<'a>>,
        taken: &mut BTreeSet<usize>,
    ) -> Result<usize, LowerError> {
        let token = self.tokens[at];
        let mut next = self.step(at);
        let mut source = Source { alias: token.value(), aliased: false, members: None };
        let followed = |what: &str, i: usize| i < to && self.tokens[i].is(what);
        if token.is_ident() {
            taken.insert(at);
            if followed(".", next) || followed("(", next) || known.contains(&token.value().to_lowercase()) {
                while followed(".", next) {
                    taken.insert(next + 1);
                    source.alias = self.tokens.get(next + 1).map(Token::value).unwrap_or_default();
                    next += 2;
                }
                if followed("(", next) {
                    next = self.step(next);
                }
            } else {
                let members = self.relation(&token)?;
                self.marks[at] = Some(Mark::Table(members.table));
                source.alias = members.table.to_owned();
                source.members = Some(members);
            }
        }
        if next < to && self.tokens[next].is_word("AS") {
            next += 1;
        }
        if next < to && self.tokens[next].is_ident() && !is_reserved(&self.tokens[next]) {
            source.alias = self.tokens[next].value();
            source.aliased = true;
            taken.insert(next);
            next += 1;
            if next < to && self.tokens[next].is("(") {
                // The alias renames the columns, so they are no longer those of the table.
                taken.extend(next..self.step(next));
                next = self.step(next);
                source.members = None;
            }
        }
        sources.push(source);
        Ok(next)
    }

    fn relation(&self, token: &Token<'_>) -> Result<Members<'a>, LowerError> {
        let name = token.value();
        let folds =
            |other: &str| token.kind == TokenKind::Word && other.to_lowercase() == name.to_lowercase();
        let schema = self.schema;
        let table = schema.table_named(&name).or_else(|| schema.tables().find(|t| folds(&t.name)));
        if let Some(table) = table {
            return Ok(Members::of_table(table, schema));
        }
        if let Some(view) = schema.view_named(&name).or_else(|| schema.views().find(|v| folds(&v.name))) {
            let columns = view.columns.iter().map(|c| Member { name: &c.name, of: None }).collect();
            return Ok(Members { table: &view.name, columns });
        }
        let names = schema.tables().map(|t| t.name.as_str()).chain(schema.views().map(|v| v.name.as_str()));
        Err(LowerError {
            at: Vec::new(),
            suggestion: nearest(&name, names),
            problem: Problem::UnknownRelation(name),
        })
    }

    /// Resolves the identifiers of one `SELECT`, and walks the queries nested in it.
    fn names(
        &mut self,
        from: usize,
        to: usize,
        scopes: &[Vec<Source<'a>>],
        known: &BTreeSet<String>,
        taken: &BTreeSet<usize>,
        using: &BTreeSet<usize>,
    ) -> Result<(), LowerError> {
        let mut at = from;
        while at < to {
            let token = &self.tokens[at];
            if token.is("(") && self.is_query(at + 1) {
                self.block(at + 1, self.step(at) - 1, scopes, known)?;
                at = self.step(at);
                continue;
            }
            let before = &self.tokens[at - 1];
            if token.is("*")
                && (before.is_word("SELECT")
                    || before.is_word("DISTINCT")
                    || before.is_word("ALL")
                    || before.is(",")
                    || before.is("."))
            {
                return Err(Problem::Star.into());
            }
            if !taken.contains(&at) && !is_no_column(self.tokens, at) && !before.is(".") {
                self.name(at, scopes, using.contains(&at))?;
            }
            at += 1;
        }
        Ok(())
    }

    fn name(&mut self, at: usize, scopes: &[Vec<Source<'a>>], using: bool) -> Result<(), LowerError> {
        let token = self.tokens[at];
        if self.tokens.get(at + 1).is_some_and(|t| t.is(".")) {
            return self.qualified(at, scopes);
        }
        if is_alias(self.tokens, at) {
            return Ok(());
        }
        for sources in scopes.iter().rev() {
            let mut found = sources
                .iter()
                .filter_map(|s| s.members.as_ref())
                .filter_map(|m| m.find(&token).map(|column| (m.table, column)));
            let Some((table, column)) = found.next() else {
                // It may be a column of a source nobody here can look into.
                if sources.iter().any(|s| s.members.is_none()) {
                    return Ok(());
                }
                continue;
            };
            if found.next().is_some() && !using && !self.is_joined_by(&token) {
                return Err(Problem::AmbiguousColumn(token.value()).into());
            }
            self.marks[at] = Some(Mark::Column { table, column });
            return Ok(());
        }
        Ok(())
    }

    /// Whether some `USING (…)` of the query makes one column of the two of that name.
    fn is_joined_by(&self, token: &Token<'_>) -> bool {
        self.tokens.iter().enumerate().any(|(i, t)| {
            t.is_word("USING")
                && self.tokens.get(i + 1).is_some_and(|t| t.is("("))
                && self.tokens[i + 1..self.step(i + 1)]
                    .iter()
                    .any(|t| t.is_ident() && t.value() == token.value())
        })
    }

    fn qualified(&mut self, at: usize, scopes: &[Vec<Source<'a>>]) -> Result<(), LowerError> {
        let token = self.tokens[at];
        let name = token.value();
        let folds = |other: &str| {
            other == name || (token.kind == TokenKind::Word && other.to_lowercase() == name.to_lowercase())
        };
        let source = scopes.iter().rev().find_map(|sources| sources.iter().find(|s| folds(&s.alias)));
        let Some(Source { aliased, members: Some(members), .. }) = source else { return Ok(()) };
        let Some(column) = self.tokens.get(at + 2) else { return Ok(()) };
        if column.is("*") {
            return Err(Problem::Star.into());
        }
        let found = members.find(column).ok_or_else(|| LowerError {
            at: Vec::new(),
            suggestion: nearest(&column.value(), members.columns.iter().map(|c| c.name)),
            problem: Problem::UnknownColumn { table: members.table.to_owned(), column: column.value() },
        })?;
        if !aliased {
            self.marks[at] = Some(Mark::Table(members.table));
        }
        self.marks[at + 2] = Some(Mark::Column { table: members.table, column: found });
        Ok(())
    }
}

/// Whether an identifier follows right behind an operand: `count(*) total`.
fn is_alias(tokens: &[Token<'_>], at: usize) -> bool {
    let before = &tokens[at - 1];
    match before.kind {
        TokenKind::Quoted | TokenKind::Str | TokenKind::Number => true,
        TokenKind::Word => before.is_word("END") || (!is_reserved(before) && !before.is_word("ZONE")),
        TokenKind::Punct => before.is(")") || before.is("]"),
    }
}

#[cfg(test)]
#[path = "seal_query_tests.rs"]
mod tests;
