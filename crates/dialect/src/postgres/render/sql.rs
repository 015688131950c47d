//! Hand-written SQL, each statement by itself.

use model::SqlText;

use crate::{
    lexer::{Reading, tokens},
    statement::{Place, RenderError, Statement},
};

use super::{NAME, Step, lock, refused};

/// The beginnings of statements that can't be in a transaction; `*` stands for words in between.
const ALONE: [&[&str]; 14] = [
    &["create", "index", "concurrently"],
    &["create", "unique", "index", "concurrently"],
    &["drop", "index", "concurrently"],
    &["reindex", "*", "concurrently"],
    &["reindex", "database"],
    &["reindex", "system"],
    &["vacuum"],
    &["create", "database"],
    &["drop", "database"],
    &["create", "tablespace"],
    &["drop", "tablespace"],
    &["alter", "system"],
    &["alter", "type", "*", "add", "value"],
    &["alter", "table", "*", "detach", "partition", "*", "concurrently"],
];

impl Step<'_> {
    /// A step without statements for this database has nothing to do here, unless it declares what it amounts to.
    pub(super) fn sql(
        &mut self,
        text: Option<&SqlText>,
        declares: bool,
        down: bool,
    ) -> Result<(), RenderError> {
        let Some(text) = text else {
            if declares {
                return Err(refused(
                    "do what this Sql step declares",
                    format!("it has no statements for {NAME}"),
                ));
            }
            self.out.notices.push(format!("this Sql step has no statements for {NAME}"));
            return Ok(());
        };
        let statements = match (down, &text.down) {
            (false, _) => &text.up,
            (true, Some(down)) => down,
            (true, None) => {
                return Err(refused("undo this Sql step", "it has no statements for the way back"));
            }
        };
        for sql in statements {
            let sql = sql.trim().trim_end_matches(';').trim_end();
            if sql.is_empty() {
                continue;
            }
            let place = if stands_alone(sql) { Place::Alone } else { Place::Inside };
            self.out.statements.push(Statement { place, ..Statement::inside(sql, lock::OWN_WORDS) });
        }
        Ok(())
    }
}

/// Whether the statement is one of those that can't be in a transaction.
fn stands_alone(sql: &str) -> bool {
    let tokens = tokens(sql, Reading::default());
    ALONE.iter().any(|words| {
        let mut at = 0;
        let mut gap = false;
        for word in *words {
            if *word == "*" {
                gap = true;
                continue;
            }
            let found = tokens[at..].iter().take(if gap { 8 } else { 1 }).position(|t| t.is_word(word));
            match found {
                Some(n) => at += n + 1,
                None => return false,
            }
            gap = false;
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use super::stands_alone;

    #[test]
    fn statements_outside_transactions_are_told_by_their_first_words() {
        for sql in [
            "CREATE INDEX CONCURRENTLY a ON t (b)",
            "create unique index concurrently a on t (b)",
            "-- why\nDROP INDEX CONCURRENTLY a",
            "REINDEX TABLE CONCURRENTLY t",
            "REINDEX (VERBOSE) INDEX CONCURRENTLY t",
            "VACUUM FULL t",
            "CREATE DATABASE x",
            "ALTER SYSTEM SET a = 1",
            "ALTER TYPE \"mood\" ADD VALUE 'x'",
        ] {
            assert!(stands_alone(sql), "{sql}");
        }
        for sql in
            ["CREATE INDEX a ON t (b)", "SELECT 'VACUUM'", "REINDEX TABLE t", "ALTER TYPE t RENAME TO u", ""]
        {
            assert!(!stands_alone(sql), "{sql}");
        }
    }
}
