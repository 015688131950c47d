//! The machine's clock, in the one form records carry.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC, to the second.
pub fn rfc3339(ms: i64) -> String {
    let text = crate::driver::time::print_timestamp(ms.div_euclid(1000) * 1_000_000);
    format!("{}Z", text.split('.').next().unwrap_or(&text).replace(' ', "T"))
}
