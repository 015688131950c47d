//! What hand-written SQL of this database is known to do, by its words.

use crate::hazard::{Known, known};

/// Beside those that every database has.
pub(super) const KNOWN: &[Known] = &[
    known("H205", &["vacuum"], "VACUUM writes the whole file anew"),
    known("H205", &["reindex"], "REINDEX builds indexes while writers wait"),
    known("H404", &["pragma"], "PRAGMA changes the session of later steps"),
    known("H404", &["attach"], "ATTACH brings another file into the session"),
];

#[cfg(test)]
mod tests {
    use crate::{hazard::words, sqlite::SQLITE};

    #[test]
    fn statements_are_known_by_their_words() {
        for (sql, codes) in [
            ("PRAGMA user_version = 3", &["H404"][..]),
            ("VACUUM", &["H205"]),
            ("DELETE FROM t", &["H104", "H207"]),
            ("DELETE FROM t WHERE a = 'x'", &["H207"]),
            ("UPDATE t SET a = 1", &["H207"]),
            ("SELECT 'COMMIT'", &[]),
            ("COMMIT", &["H404"]),
            ("", &[]),
        ] {
            assert_eq!(words(&SQLITE, sql), codes, "{sql}");
        }
    }
}
