//! What hand-written SQL of this database is known to do, by its words.

use crate::hazard::{Known, known};

const BESIDE: &[&str] = &["concurrently"];

/// Beside those that every database has.
pub(super) const KNOWN: &[Known] = &[
    Known { with: &["cascade"], ..known("H104", &["drop"], "CASCADE drops whatever hangs on it") },
    Known { unless: BESIDE, ..known("H205", &["create", "index"], "CREATE INDEX without CONCURRENTLY") },
    Known {
        unless: BESIDE,
        ..known("H205", &["create", "unique", "index"], "CREATE INDEX without CONCURRENTLY")
    },
    Known { unless: BESIDE, ..known("H205", &["drop", "index"], "DROP INDEX without CONCURRENTLY") },
    Known { unless: BESIDE, ..known("H205", &["reindex"], "REINDEX without CONCURRENTLY") },
    Known {
        unless: BESIDE,
        ..known("H205", &["refresh", "materialized", "view"], "REFRESH without CONCURRENTLY")
    },
    Known {
        unless: BESIDE,
        ..known(
            "H205",
            &["alter", "table", "*", "detach", "partition"],
            "DETACH PARTITION without CONCURRENTLY",
        )
    },
    Known {
        unless: &["valid", "using", "exclude"],
        ..known("H205", &["alter", "table", "*", "add", "constraint"], "ADD CONSTRAINT without NOT VALID")
    },
    Known {
        with: &["exclude"],
        ..known(
            "H205",
            &["alter", "table", "*", "add"],
            "an exclusion constraint builds its index while others wait",
        )
    },
    Known {
        with: &["not", "null"],
        ..known("H205", &["alter", "table", "*", "set", "not"], "SET NOT NULL without a validated check")
    },
    known("H205", &["alter", "table", "*", "type"], "a change of type may write every row anew"),
    Known {
        with: &["check"],
        ..known(
            "H205",
            &["create", "domain"],
            "a domain's constraint can't be changed without reading every column of it",
        )
    },
    known(
        "H205",
        &["alter", "domain", "*", "add"],
        "a domain's constraint is held against every column of it",
    ),
    Known { with: &["full"], ..known("H205", &["vacuum"], "VACUUM FULL writes every row anew") },
    known("H205", &["cluster"], "CLUSTER writes every row anew"),
    known("H205", &["lock"], "LOCK TABLE"),
    known("H301", &["alter", "schema", "*", "rename"], "the schema's old name stops working at once"),
    known("H404", &["reset"], "RESET changes the session of later steps"),
];

#[cfg(test)]
mod tests {
    use crate::{hazard::words, postgres::Postgres};

    #[test]
    fn statements_are_known_by_their_words() {
        for (sql, codes) in [
            ("CREATE INDEX i ON t (a)", &["H205"][..]),
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", &[]),
            ("ALTER TABLE \"t\" ADD CONSTRAINT c CHECK (a > 0)", &["H205"]),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", &[]),
            ("ALTER TABLE s.t ADD CONSTRAINT c EXCLUDE USING gist (r WITH &&)", &["H205"]),
            ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", &["H205"]),
            ("ALTER TABLE t ALTER COLUMN a TYPE bigint", &["H205"]),
            ("ALTER TABLE t DETACH PARTITION p", &["H205"]),
            ("VACUUM t", &[]),
            ("-- why\ntruncate t cascade", &["H104"]),
            ("DROP TYPE mood CASCADE", &["H104"]),
            ("DROP SCHEMA s", &["H104"]),
        ] {
            assert_eq!(words(&Postgres, sql), codes, "{sql}");
        }
    }
}
