//! Queries that tell after a crash whether a statement took effect.

use super::types::quote;

/// The statement may be repeated without harm, whether it took effect or not.
pub const AGAIN: &str = "SELECT 0";

/// What must hold once a statement took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(String);

impl Condition {
    fn counted(there: bool, view: &str, filter: &str) -> Condition {
        let not = if there { "" } else { "NOT " };
        let own = if view == "STATISTICS" || view == "COLUMNS" || view == "VIEWS" || view == "TABLES" {
            "TABLE_SCHEMA"
        } else {
            "CONSTRAINT_SCHEMA"
        };
        Condition(format!(
            "{not}EXISTS (SELECT 1 FROM information_schema.{view} WHERE {own} = DATABASE() AND {filter})"
        ))
    }

    /// A table, or a view, of that name.
    pub fn relation(there: bool, name: &str) -> Condition {
        Condition::counted(there, "TABLES", &format!("TABLE_NAME = {}", quote(name)))
    }

    /// A column of a table.
    pub fn column(there: bool, table: &str, name: &str) -> Condition {
        let filter = format!("TABLE_NAME = {} AND COLUMN_NAME = {}", quote(table), quote(name));
        Condition::counted(there, "COLUMNS", &filter)
    }

    /// A column of a table whose row in the catalogue meets that filter too.
    pub fn column_of(table: &str, name: &str, filter: &str) -> Condition {
        let filter = format!("TABLE_NAME = {} AND COLUMN_NAME = {} AND {filter}", quote(table), quote(name));
        Condition::counted(true, "COLUMNS", &filter)
    }

    /// An index of a table; the primary key's is called `PRIMARY`.
    pub fn index(there: bool, table: &str, name: &str) -> Condition {
        let filter = format!("TABLE_NAME = {} AND INDEX_NAME = {}", quote(table), quote(name));
        Condition::counted(there, "STATISTICS", &filter)
    }

    /// A check or foreign key of a table.
    pub fn constraint(there: bool, table: &str, name: &str) -> Condition {
        let filter = format!("TABLE_NAME = {} AND CONSTRAINT_NAME = {}", quote(table), quote(name));
        Condition::counted(there, "TABLE_CONSTRAINTS", &filter)
    }
}

/// The query that is true when all of them hold; with none, the statement is repeated.
pub fn all(conditions: &[Condition]) -> String {
    if conditions.is_empty() {
        return AGAIN.to_owned();
    }
    let texts: Vec<&str> = conditions.iter().map(|condition| condition.0.as_str()).collect();
    format!("SELECT {}", texts.join(" AND "))
}
