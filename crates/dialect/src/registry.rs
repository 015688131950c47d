//! The databases this release speaks to.

use crate::dialect::Dialect;

static DIALECTS: &[&dyn Dialect] =
    &[&crate::sqlite::SQLITE, &crate::postgres::Postgres, &crate::mysql::MYSQL];

/// Every dialect, in the order they are listed in.
pub fn dialects() -> &'static [&'static dyn Dialect] {
    DIALECTS
}

/// The dialect of that name.
pub fn dialect_named(name: &str) -> Option<&'static dyn Dialect> {
    dialects().iter().copied().find(|dialect| dialect.name() == name)
}
