//! What hand-written SQL of this database is known to do, by its words.

use crate::hazard::{Known, known};

/// Beside those that every database has.
pub(super) const KNOWN: &[Known] = &[
    Known { with: &["algorithm", "copy"], ..known("H205", &["alter", "table"], "ALGORITHM=COPY") },
    known("H205", &["optimize", "table"], "OPTIMIZE TABLE writes every row anew"),
    known("H205", &["lock", "tables"], "LOCK TABLES"),
    known("H205", &["flush", "tables"], "FLUSH TABLES"),
    known("H404", &["use"], "USE takes later steps to another database"),
];

#[cfg(test)]
mod tests {
    use crate::{hazard::words, mysql::MYSQL};

    #[test]
    fn statements_are_known_by_their_words() {
        for (sql, codes) in [
            ("ALTER TABLE t ADD c INT, ALGORITHM=COPY", &["H205"][..]),
            ("LOCK TABLES t WRITE", &["H205"]),
            ("SET @a = 'it\\'s; commit'", &["H404"]),
        ] {
            assert_eq!(words(&MYSQL, sql), codes, "{sql}");
        }
    }
}
