//! The settings that every session of ours runs under, in one place for each dialect: what a statement means must
//! not depend on a server's configuration, a role's defaults or the environment.

/// One pinned setting: its name, and the value in the dialect's own spelling.
pub type Setting = (&'static str, String);

/// How long a statement waits for a lock before it gives up and tells who holds it, in seconds.
pub const LOCK_WAIT_SECONDS: u32 = 5;

fn settings(list: &[(&'static str, &str)]) -> Vec<Setting> {
    list.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// The settings of a SQLite session; the file's journal mode is its owner's and stays.
pub fn sqlite() -> Vec<Setting> {
    settings(&[
        ("busy_timeout", "5000"),
        ("foreign_keys", "1"),
        ("legacy_alter_table", "0"),
        ("recursive_triggers", "0"),
        ("defer_foreign_keys", "0"),
        ("ignore_check_constraints", "0"),
        ("reverse_unordered_selects", "0"),
        ("writable_schema", "0"),
    ])
}

/// The settings of a PostgreSQL session whose unqualified names mean one schema.
pub fn postgres(schema: &str, read_only: bool) -> Vec<Setting> {
    let mut list = settings(&[
        ("client_encoding", "'UTF8'"),
        ("standard_conforming_strings", "on"),
        ("DateStyle", "'ISO, MDY'"),
        ("IntervalStyle", "'postgres'"),
        ("TimeZone", "'UTC'"),
        ("extra_float_digits", "3"),
        ("bytea_output", "'hex'"),
        ("array_nulls", "on"),
        ("quote_all_identifiers", "off"),
        ("transform_null_equals", "off"),
        ("client_min_messages", "'warning'"),
        ("lock_timeout", "'5s'"),
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("synchronous_commit", "on"),
        ("default_transaction_isolation", "'read committed'"),
        ("default_transaction_deferrable", "off"),
        ("default_transaction_read_only", if read_only { "on" } else { "off" }),
    ]);
    list.push(("search_path", format!("\"{}\"", schema.replace('"', "\"\""))));
    list
}

/// The settings of a MySQL or MariaDB session.
pub fn mysql() -> Vec<Setting> {
    settings(&[
        (
            "sql_mode",
            "'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        ),
        ("time_zone", "'+00:00'"),
        ("lock_wait_timeout", "5"),
        ("innodb_lock_wait_timeout", "5"),
        ("wait_timeout", "28800"),
        ("group_concat_max_len", "16777216"),
        ("autocommit", "1"),
        ("foreign_key_checks", "1"),
        ("unique_checks", "1"),
        ("sql_auto_is_null", "0"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schemas_name_is_quoted() {
        let list = postgres("we\"ird", false);
        assert!(list.contains(&("search_path", "\"we\"\"ird\"".to_owned())));
    }

    #[test]
    fn the_lock_wait_is_one_number() {
        let seconds = LOCK_WAIT_SECONDS;
        assert!(sqlite().contains(&("busy_timeout", (seconds * 1000).to_string())));
        assert!(postgres("x", false).contains(&("lock_timeout", format!("'{seconds}s'"))));
        assert!(mysql().contains(&("lock_wait_timeout", seconds.to_string())));
    }
}
