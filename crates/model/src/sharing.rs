//! How the rows of a running backfill are shared out: into how large ranges, and which of them whoever has time takes next.

/// No more ranges than about this many, as long as none becomes too large.
const RANGES: u64 = 64;

/// Rows of a range at the least and at the most: one is to be worth taking, and whatever a lost one leaves is to be done soon.
const ROWS: [u64; 2] = [100, 100_000];

/// How a range stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// All of its rows are done.
    pub done: bool,
    /// Somebody holds it until then, in milliseconds since 1970 by the database's clock; nobody where it is zero.
    pub until_ms: i64,
    /// Whoever holds it is known to be gone, whatever that says.
    pub gone: bool,
}

impl Standing {
    /// Whether somebody is at it at that moment.
    pub fn is_held(self, now_ms: i64) -> bool {
        !self.done && !self.gone && self.until_ms > now_ms
    }
}

/// What there is to do for whoever has time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The range at that place.
    Take(usize),
    /// Nothing now, but a range may come free: its holder may be lost.
    Wait,
    /// Nothing any more.
    Nothing,
}

/// How many rows each range has when so many rows are shared out; how many take part has no say in it.
pub fn rows_of_range(rows: u64) -> u64 {
    rows.div_ceil(RANGES).clamp(ROWS[0], ROWS[1])
}

/// The first range by its place that is neither done nor held.
pub fn next(ranges: &[Standing], now_ms: i64) -> Next {
    match ranges.iter().position(|range| !range.done && !range.is_held(now_ms)) {
        Some(place) => Next::Take(place),
        None if ranges.iter().all(|range| range.done) => Next::Nothing,
        None => Next::Wait,
    }
}

/// How many rows a second one of so many has of a limit for all of them.
pub fn part_of(limit: u64, parts: u64) -> u64 {
    (limit / parts.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_few_and_none_is_too_large() {
        assert_eq!(
            [0, 600, 6_400, 64_000, 6_400_001, 1 << 40].map(rows_of_range),
            [100, 100, 100, 1_000, 100_000, 100_000]
        );
    }

    #[test]
    fn what_is_free_is_taken_in_order_and_what_is_held_is_waited_for() {
        let [done, held, lost, free] = [(true, 0), (false, 20), (false, 9), (false, 0)]
            .map(|(done, until_ms)| Standing { done, until_ms, gone: false });
        assert_eq!(next(&[done, held, lost, free], 10), Next::Take(2));
        assert_eq!(next(&[done, held, free], 10), Next::Take(2));
        assert_eq!(next(&[held, done], 10), Next::Wait);
        assert_eq!(next(&[Standing { gone: true, ..held }, done], 10), Next::Take(0));
        assert_eq!(next(&[done, done], 10), Next::Nothing);
        assert_eq!(next(&[], 10), Next::Nothing);
    }

    #[test]
    fn a_limit_is_for_all_together() {
        assert_eq!((part_of(100, 4), part_of(100, 0), part_of(1, 3)), (25, 100, 1));
    }
}
