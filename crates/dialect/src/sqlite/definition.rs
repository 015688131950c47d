//! Reads the definitions SQLite keeps as text: constraint names, checks, collations and generation expressions are nowhere else.
//!
//! Whatever a user wrote must be read: what is unknown is kept as text.

use crate::{
    lexer::{Reading, Token, TokenKind, tokens},
    normal::normalise,
    projected::ProjectedColumn,
};

use super::types::ENUM_CHECK;

/// A table as its `CREATE TABLE` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TableDefinition {
    /// Columns with their names, in order.
    pub columns: Vec<(String, ProjectedColumn)>,
    /// Constraints with their names, if they have any, and their normal text.
    pub constraints: Vec<(Option<String>, String)>,
}

pub(super) fn split(sql: &str) -> Vec<Token<'_>> {
    tokens(sql, Reading { bracket_names: true, backslashes: false })
}

/// The place of the bracket that closes the one at `open`.
pub(super) fn close(all: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, token) in all.iter().enumerate().skip(open) {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

/// The pieces between commas that stand outside brackets.
pub(super) fn pieces<'t, 'a>(all: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0;
    all.split(|token| {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        depth == 0 && token.is_symbol(",")
    })
    .filter(|piece| !piece.is_empty())
    .collect()
}

/// Tokens as text again, quoted names in double quotes.
pub(super) fn text(all: &[Token<'_>]) -> String {
    let mut out = String::new();
    for (i, token) in all.iter().enumerate() {
        if i > 0 && all[i - 1].end() < token.start {
            out.push(' ');
        }
        match (token.kind, token.name()) {
            (TokenKind::Quoted, Some(name)) => out.push_str(&format!("\"{}\"", name.replace('"', "\"\""))),
            _ => out.push_str(token.text),
        }
    }
    out
}

/// The names in a list in brackets.
fn names(all: &[Token<'_>]) -> String {
    let names: Vec<_> = pieces(all).into_iter().map(|piece| normalise(&text(piece))).collect();
    names.join(", ")
}

/// Reads a `CREATE TABLE`; nothing when it has no list of columns.
pub(super) fn table(sql: &str) -> Option<TableDefinition> {
    let all = split(sql);
    let open = all.iter().position(|t| t.is_symbol("("))?;
    let end = close(&all, open)?;
    let mut out = TableDefinition::default();
    for piece in pieces(&all[open + 1..end]) {
        let mut reader = Reader { all: piece, at: 0 };
        if is_constraint(piece) {
            let found = reader.constraint();
            out.constraints.push(found);
        } else {
            reader.column(&mut out)?;
        }
    }
    Some(out)
}

fn is_constraint(piece: &[Token<'_>]) -> bool {
    let second = |word: &str| piece.get(1).is_some_and(|t| t.is_word(word) || t.is_symbol(word));
    piece[0].is_word("constraint")
        || (piece[0].is_word("primary") && second("key"))
        || (piece[0].is_word("foreign") && second("key"))
        || (piece[0].is_word("unique") && second("("))
        || (piece[0].is_word("check") && second("("))
}

struct Reader<'t, 'a> {
    all: &'t [Token<'a>],
    at: usize,
}

/// Words that begin a column constraint and so end its type.
const COLUMN_WORDS: [&str; 11] = [
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
];

impl<'t, 'a> Reader<'t, 'a> {
    fn peek(&self) -> Option<&'t Token<'a>> {
        self.all.get(self.at)
    }

    fn word(&mut self, word: &str) -> bool {
        let here = self.peek().is_some_and(|t| t.is_word(word));
        self.at += usize::from(here);
        here
    }

    fn name(&mut self) -> Option<String> {
        let token = self.peek()?;
        self.at += 1;
        // SQLite takes a text literal as a name where only a name can stand.
        token.name().or_else(|| token.text_value())
    }

    /// What stands in the brackets at this place.
    fn brackets(&mut self) -> &'t [Token<'a>] {
        let all = self.all;
        match self.peek() {
            Some(token) if token.is_symbol("(") => {
                let end = close(all, self.at).unwrap_or(all.len());
                let inner = &all[self.at + 1..end];
                self.at = end + 1;
                inner
            }
            _ => &[],
        }
    }

    fn condition(&mut self) -> String {
        normalise(&text(self.brackets()))
    }

    /// `ON CONFLICT …`, as text, with a leading blank.
    fn on_conflict(&mut self) -> String {
        if !(self.peek().is_some_and(|t| t.is_word("on"))
            && self.all.get(self.at + 1).is_some_and(|t| t.is_word("conflict")))
        {
            return String::new();
        }
        self.at += 3;
        format!(
            " on conflict {}",
            self.all.get(self.at - 1).map(|t| t.text.to_lowercase()).unwrap_or_default()
        )
    }

    fn constraint(&mut self) -> (Option<String>, String) {
        let name = if self.word("constraint") { self.name() } else { None };
        let start = self.at;
        let text = if self.word("primary") {
            self.word("key");
            format!("primary key ({})", names(self.brackets())) + &self.on_conflict()
        } else if self.word("unique") {
            format!("unique ({})", names(self.brackets())) + &self.on_conflict()
        } else if self.word("check") {
            format!("check ({})", self.condition())
        } else if self.word("foreign") {
            self.word("key");
            let columns = names(self.brackets());
            format!("foreign key ({columns}) {}", self.reference())
        } else {
            normalise(&text(&self.all[start..]))
        };
        (name, text)
    }

    /// `REFERENCES …` with its clauses in one order; those that say the default are left out.
    fn reference(&mut self) -> String {
        self.word("references");
        let table = self.name().unwrap_or_default();
        let mut out = format!("references {}", normalise(&quoted(&table)));
        let to = names(self.brackets());
        if !to.is_empty() {
            out.push_str(&format!(" ({to})"));
        }
        let (mut delete, mut update, mut deferred) = (String::new(), String::new(), "");
        loop {
            if self.word("on") {
                let clause = if self.word("delete") {
                    &mut delete
                } else {
                    self.word("update");
                    &mut update
                };
                *clause = action(self.all, &mut self.at);
            } else if self.word("match") {
                self.at += 1;
            } else if self.word("not") {
                self.word("deferrable");
                self.initially();
            } else if self.word("deferrable") {
                deferred = if self.initially() {
                    " deferrable initially deferred"
                } else {
                    " deferrable initially immediate"
                };
            } else {
                break;
            }
        }
        for (word, action) in [("delete", delete), ("update", update)] {
            if !action.is_empty() && action != "no action" {
                out.push_str(&format!(" on {word} {action}"));
            }
        }
        out + deferred
    }

    fn initially(&mut self) -> bool {
        let deferred = self.word("initially") && self.word("deferred");
        if !deferred {
            self.word("immediate");
        }
        deferred
    }

    fn column(&mut self, out: &mut TableDefinition) -> Option<()> {
        let name = self.name()?;
        let mut column = ProjectedColumn { nullable: true, ..Default::default() };
        let start = self.at;
        while let Some(token) = self.peek() {
            if COLUMN_WORDS.iter().any(|word| token.is_word(word)) {
                break;
            }
            self.at += 1;
        }
        column.ty = declared(&self.all[start..self.at]);
        let column_name = normalise(&quoted(&name));
        while self.at < self.all.len() {
            let before = self.at;
            self.column_constraint(&column_name, &mut column, out);
            if self.at == before {
                // Unknown: kept with the type, so that it is seen.
                column.ty.push_str(&format!(" {}", self.all[before].text));
                self.at += 1;
            }
        }
        out.columns.push((name, column));
        Some(())
    }

    fn column_constraint(&mut self, name: &str, column: &mut ProjectedColumn, out: &mut TableDefinition) {
        let label = if self.word("constraint") { self.name() } else { None };
        if self.word("primary") {
            self.word("key");
            let descending = self.word("desc");
            self.word("asc");
            let conflict = self.on_conflict();
            column.identity = self.word("autoincrement");
            // Such a column is another name for the row's number, which is never NULL.
            column.nullable &= !column.ty.eq_ignore_ascii_case("INTEGER") || descending;
            out.constraints.push((label, format!("primary key ({name}){conflict}")));
        } else if self.word("not") {
            self.word("null");
            column.nullable = false;
            self.on_conflict();
        } else if self.word("null") {
        } else if self.word("unique") {
            let conflict = self.on_conflict();
            out.constraints.push((label, format!("unique ({name}){conflict}")));
        } else if self.word("check") {
            let condition = self.condition();
            match label {
                Some(label) if label.starts_with(ENUM_CHECK) => {
                    column.ty.push_str(&format!(" {} ({condition})", &label[ENUM_CHECK.len()..]));
                }
                label => out.constraints.push((label, format!("check ({condition})"))),
            }
        } else if self.word("default") {
            column.default = Some(self.default());
        } else if self.word("collate") {
            let collation = self.name().unwrap_or_default().to_lowercase();
            if collation != "binary" {
                column.ty.push_str(&format!(" collate {collation}"));
            }
        } else if self.peek().is_some_and(|t| t.is_word("references")) {
            let reference = self.reference();
            out.constraints.push((label, format!("foreign key ({name}) {reference}")));
        } else if self.word("generated") || self.peek().is_some_and(|t| t.is_word("as")) {
            self.word("always");
            self.word("as");
            let expression = self.condition();
            let stored = self.word("stored");
            self.word("virtual");
            column.generated = Some(format!("{expression} {}", if stored { "stored" } else { "virtual" }));
        }
    }

    fn default(&mut self) -> String {
        if self.peek().is_some_and(|t| t.is_symbol("(")) {
            return self.condition();
        }
        let start = self.at;
        self.at += if self.peek().is_some_and(|t| t.is_symbol("-") || t.is_symbol("+")) { 2 } else { 1 };
        normalise(&text(&self.all[start..self.at.min(self.all.len())]))
    }
}

fn action(all: &[Token<'_>], at: &mut usize) -> String {
    let word = |n: usize| all.get(n).map(|t| t.text.to_lowercase()).unwrap_or_default();
    let first = word(*at);
    let two = matches!(first.as_str(), "set" | "no");
    let out = if two { format!("{first} {}", word(*at + 1)) } else { first };
    *at += if two { 2 } else { 1 };
    out
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A declared type in one spelling: upper case, one blank between words, none in brackets.
fn declared(all: &[Token<'_>]) -> String {
    let mut out = String::new();
    for token in all {
        let word = matches!(token.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Text);
        if word && !out.is_empty() && !out.ends_with(['(', ',']) {
            out.push(' ');
        }
        out.push_str(&token.name().unwrap_or_else(|| token.text.to_owned()).to_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(sql: &str) -> ProjectedColumn {
        let read = table(&format!("CREATE TABLE t ({sql})")).unwrap();
        assert_eq!(read.columns.len(), 1, "{sql}");
        read.columns[0].1.clone()
    }

    fn constraints(sql: &str) -> Vec<(Option<String>, String)> {
        table(sql).unwrap().constraints
    }

    #[test]
    fn columns_are_read_however_they_are_quoted() {
        for sql in [
            "\"a, b\" varchar ( 20 ) NOT NULL DEFAULT 'x, (y'",
            "[a, b] VARCHAR(20) /* c, d */ DEFAULT 'x, (y' CONSTRAINT nn NOT NULL ON CONFLICT FAIL",
            "`a, b` \"varchar\"(20) not null default ('x, (y') -- , done\n",
        ] {
            let read = table(&format!("CREATE TABLE IF NOT EXISTS main.\"t (x\" ({sql}) STRICT")).unwrap();
            let [(name, column)] = read.columns.as_slice() else { panic!("{read:?}") };
            assert_eq!(name, "a, b");
            let facets = (column.ty.as_str(), column.nullable, column.default.as_deref());
            assert_eq!(facets, ("VARCHAR(20)", false, Some("'x, (y'")), "{sql}");
        }
    }

    #[test]
    fn facets_of_columns() {
        assert_eq!(column("a").ty, "");
        assert_eq!(column("a DOUBLE PRECISION COLLATE nocase").ty, "DOUBLE PRECISION collate nocase");
        assert_eq!(column("a TEXT COLLATE BINARY").ty, "TEXT");
        assert_eq!(column("a DEFAULT -1.5").default.as_deref(), Some("-1.5"));
        assert_eq!(column("a DEFAULT (1 + (2))").default.as_deref(), Some("1 + 2"));
        assert_eq!(column("a AS (b || 'x')").generated.as_deref(), Some("b || 'x' virtual"));
        assert_eq!(
            column("a INT GENERATED ALWAYS AS (b) STORED NOT NULL").generated.as_deref(),
            Some("b stored")
        );
        assert!(!column("a INTEGER PRIMARY KEY").nullable && column("a INT PRIMARY KEY").nullable);
        assert!(column("a INTEGER PRIMARY KEY AUTOINCREMENT").identity);
        assert_eq!(
            column("a TEXT CONSTRAINT strat_enum_e CHECK (a IN ('x', 'y'))").ty,
            "TEXT e (a in ('x', 'y'))"
        );
    }

    #[test]
    fn constraints_of_columns_and_tables_are_read_alike() {
        let inline = "CREATE TABLE t (a INT CONSTRAINT f REFERENCES p (x) ON UPDATE SET NULL ON DELETE CASCADE CONSTRAINT u UNIQUE)";
        let apart = "CREATE TABLE t (a INT, CONSTRAINT f FOREIGN KEY (\"a\") REFERENCES \"p\" (x) ON DELETE CASCADE \
                     ON UPDATE SET NULL NOT DEFERRABLE, CONSTRAINT u UNIQUE (a))";
        assert_eq!(constraints(inline), constraints(apart));
        assert_eq!(
            constraints(inline)[0].1,
            "foreign key (a) references p (x) on delete cascade on update set null"
        );
        let deferred = "CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY DEFERRED, CHECK ((a) > (1)))";
        let texts: Vec<_> = constraints(deferred).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["foreign key (a) references p deferrable initially deferred", "check (a > 1)"]);
    }

    #[test]
    fn what_is_unknown_is_kept() {
        assert_eq!(column("a TEXT DEFAULT 1 FANCY").ty, "TEXT FANCY");
        assert_eq!(table("CREATE TABLE t AS SELECT 1"), None);
    }
}
