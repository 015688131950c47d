//! What hand-written SQL is known to do, by its words. What isn't listed here is left to whoever wrote it.

use super::Hazard;
use crate::lexer::{Reading, Token, tokens};

/// A statement that begins with these words is meant; a star stands for up to eight words in between.
struct Known {
    code: &'static str,
    /// The databases it is one on; all where there are none.
    on: &'static [&'static str],
    begins: &'static [&'static str],
    /// Words one of which makes it harmless.
    unless: &'static [&'static str],
    /// Words all of which have to be there.
    with: &'static [&'static str],
    message: &'static str,
}

const fn known(
    code: &'static str,
    on: &'static [&'static str],
    begins: &'static [&'static str],
    message: &'static str,
) -> Known {
    Known { code, on, begins, unless: &[], with: &[], message }
}

const POSTGRES: &[&str] = &["postgres"];
const MYSQL: &[&str] = &["mysql"];
const SQLITE: &[&str] = &["sqlite"];
const BESIDE: &[&str] = &["concurrently"];

const KNOWN: &[Known] = &[
    known("H103", &[], &["truncate"], "TRUNCATE empties the table, and nothing keeps its rows"),
    known("H103", &[], &["drop", "database"], "DROP DATABASE"),
    known("H103", &[], &["drop", "schema"], "DROP SCHEMA"),
    known("H103", &[], &["drop", "table"], "DROP TABLE: nothing keeps its rows"),
    known("H103", &[], &["alter", "table", "*", "drop", "column"], "DROP COLUMN: nothing keeps its values"),
    Known { with: &["cascade"], ..known("H103", POSTGRES, &["drop"], "CASCADE drops whatever hangs on it") },
    Known { unless: &["where"], ..known("H103", &[], &["delete"], "DELETE without WHERE: every row goes") },
    Known {
        unless: BESIDE,
        ..known("H205", POSTGRES, &["create", "index"], "CREATE INDEX without CONCURRENTLY")
    },
    Known {
        unless: BESIDE,
        ..known("H205", POSTGRES, &["create", "unique", "index"], "CREATE INDEX without CONCURRENTLY")
    },
    Known {
        unless: BESIDE,
        ..known("H205", POSTGRES, &["drop", "index"], "DROP INDEX without CONCURRENTLY")
    },
    Known { unless: BESIDE, ..known("H205", POSTGRES, &["reindex"], "REINDEX without CONCURRENTLY") },
    Known {
        unless: BESIDE,
        ..known("H205", POSTGRES, &["refresh", "materialized", "view"], "REFRESH without CONCURRENTLY")
    },
    Known {
        unless: BESIDE,
        ..known(
            "H205",
            POSTGRES,
            &["alter", "table", "*", "detach", "partition"],
            "DETACH PARTITION without CONCURRENTLY",
        )
    },
    Known {
        unless: &["valid", "using", "exclude"],
        ..known(
            "H205",
            POSTGRES,
            &["alter", "table", "*", "add", "constraint"],
            "ADD CONSTRAINT without NOT VALID",
        )
    },
    Known {
        with: &["exclude"],
        ..known(
            "H205",
            POSTGRES,
            &["alter", "table", "*", "add"],
            "an exclusion constraint builds its index while others wait",
        )
    },
    Known {
        with: &["not", "null"],
        ..known(
            "H205",
            POSTGRES,
            &["alter", "table", "*", "set", "not"],
            "SET NOT NULL without a validated check",
        )
    },
    known("H205", POSTGRES, &["alter", "table", "*", "type"], "a change of type may write every row anew"),
    Known {
        with: &["check"],
        ..known(
            "H205",
            POSTGRES,
            &["create", "domain"],
            "a domain's constraint can't be changed without reading every column of it",
        )
    },
    known(
        "H205",
        POSTGRES,
        &["alter", "domain", "*", "add"],
        "a domain's constraint is held against every column of it",
    ),
    Known { with: &["full"], ..known("H205", POSTGRES, &["vacuum"], "VACUUM FULL writes every row anew") },
    known("H205", POSTGRES, &["cluster"], "CLUSTER writes every row anew"),
    known("H205", POSTGRES, &["lock"], "LOCK TABLE"),
    Known { with: &["algorithm", "copy"], ..known("H205", MYSQL, &["alter", "table"], "ALGORITHM=COPY") },
    known("H205", MYSQL, &["optimize", "table"], "OPTIMIZE TABLE writes every row anew"),
    known("H205", MYSQL, &["lock", "tables"], "LOCK TABLES"),
    known("H205", MYSQL, &["flush", "tables"], "FLUSH TABLES"),
    known("H205", SQLITE, &["vacuum"], "VACUUM writes the whole file anew"),
    known("H205", SQLITE, &["reindex"], "REINDEX builds indexes while writers wait"),
    known("H207", &[], &["update"], "UPDATE changes its rows in one transaction"),
    known("H207", &[], &["delete"], "DELETE takes its rows in one transaction"),
    known(
        "H301",
        POSTGRES,
        &["alter", "schema", "*", "rename"],
        "the schema's old name stops working at once",
    ),
    known("H404", &[], &["begin"], "BEGIN: the transaction is strat's"),
    known("H404", &[], &["start", "transaction"], "START TRANSACTION: the transaction is strat's"),
    known("H404", &[], &["commit"], "COMMIT: the transaction is strat's"),
    known("H404", &[], &["rollback"], "ROLLBACK: the transaction is strat's"),
    known("H404", &[], &["abort"], "ABORT: the transaction is strat's"),
    known("H404", &[], &["savepoint"], "SAVEPOINT: the transaction is strat's"),
    known("H404", &[], &["release"], "RELEASE: the transaction is strat's"),
    known("H404", &[], &["prepare", "transaction"], "PREPARE TRANSACTION: the transaction is strat's"),
    known("H404", &[], &["set"], "SET changes the session of later steps"),
    known("H404", POSTGRES, &["reset"], "RESET changes the session of later steps"),
    known("H404", MYSQL, &["use"], "USE takes later steps to another database"),
    known("H404", SQLITE, &["pragma"], "PRAGMA changes the session of later steps"),
    known("H404", SQLITE, &["attach"], "ATTACH brings another file into the session"),
];

/// The hazards of one hand-written statement.
pub(super) fn by_hand(sql: &str, dialect: &str) -> Vec<Hazard> {
    let reading = Reading { backslashes: dialect == "mysql", ..Reading::default() };
    let tokens = tokens(sql, reading);
    let has = |word: &&str| tokens.iter().any(|token| token.is_word(word));
    let meant = |known: &&Known| {
        (known.on.is_empty() || known.on.contains(&dialect))
            && begins(&tokens, known.begins)
            && !known.unless.iter().any(has)
            && known.with.iter().all(has)
    };
    KNOWN.iter().filter(meant).map(|known| Hazard::new(known.code, known.message)).collect()
}

/// Whether a statement begins with these words.
fn begins(tokens: &[Token<'_>], words: &[&str]) -> bool {
    let mut at = 0;
    let mut reach = 1;
    for word in words {
        if *word == "*" {
            reach = 8;
            continue;
        }
        let ahead = tokens.get(at..).unwrap_or_default().iter().take(reach);
        let Some(found) = ahead.into_iter().position(|token| token.is_word(word)) else { return false };
        (at, reach) = (at + found + 1, 1);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::by_hand;

    #[test]
    fn statements_are_known_by_their_words() {
        for (dialect, sql, codes) in [
            ("postgres", "CREATE INDEX i ON t (a)", &["H205"][..]),
            ("postgres", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", &[]),
            ("postgres", "ALTER TABLE \"t\" ADD CONSTRAINT c CHECK (a > 0)", &["H205"]),
            ("postgres", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", &[]),
            ("postgres", "ALTER TABLE s.t ADD CONSTRAINT c EXCLUDE USING gist (r WITH &&)", &["H205"]),
            ("postgres", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", &["H205"]),
            ("postgres", "ALTER TABLE t ALTER COLUMN a TYPE bigint", &["H205"]),
            ("postgres", "ALTER TABLE t DETACH PARTITION p", &["H205"]),
            ("postgres", "VACUUM t", &[]),
            ("postgres", "-- why\ntruncate t cascade", &["H103"]),
            ("postgres", "DROP TYPE mood CASCADE", &["H103"]),
            ("postgres", "DROP SCHEMA s", &["H103"]),
            ("mysql", "ALTER TABLE t ADD c INT, ALGORITHM=COPY", &["H205"]),
            ("mysql", "LOCK TABLES t WRITE", &["H205"]),
            ("mysql", "SET @a = 'it\\'s; commit'", &["H404"]),
            ("sqlite", "PRAGMA user_version = 3", &["H404"]),
            ("sqlite", "VACUUM", &["H205"]),
            ("sqlite", "DELETE FROM t", &["H103", "H207"]),
            ("sqlite", "DELETE FROM t WHERE a = 'x'", &["H207"]),
            ("sqlite", "UPDATE t SET a = 1", &["H207"]),
            ("sqlite", "SELECT 'COMMIT'", &[]),
            ("sqlite", "COMMIT", &["H404"]),
            ("sqlite", "", &[]),
        ] {
            let found: Vec<_> = by_hand(sql, dialect).into_iter().map(|hazard| hazard.code).collect();
            assert_eq!(found, codes, "{dialect}: {sql}");
        }
    }
}
