//! How many rows a batch has. Results can't depend on it, so that it is free to follow how long batches take and how large rows are.

use std::time::Duration;

use model::Value;

/// Rows of the first batch.
const START: usize = 500;
/// Rows of a batch at the least and at the most: twice as many go hardly faster, and as many again are under way.
const BOUNDS: [usize; 2] = [10, 10_000];
/// How long a batch is to take.
const AIM: Duration = Duration::from_millis(250);
/// Bytes of a batch's input at the most, one row aside.
const BYTES: usize = 4 << 20;
/// Rows of a slice at the most: larger ones don't go faster, and less of a batch overlaps.
const SLICE: usize = 1_000;
/// After so many rows those seen before count for half.
const MEMORY: usize = 20_000;

/// The size of batches, as it has been learned so far.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    fixed: bool,
    rows: usize,
    /// Bytes and rows seen of late.
    seen: (usize, usize),
    /// Bytes and rows of what was read last.
    last: (usize, usize),
}

impl Size {
    /// A fixed number of rows, or one that follows what batches take.
    pub fn new(fixed: Option<usize>) -> Size {
        Size { fixed: fixed.is_some(), rows: fixed.unwrap_or(START).max(1), seen: (0, 0), last: (0, 0) }
    }

    /// Begins a batch of at most so many rows.
    pub fn begin(&mut self, most: Option<u64>) {
        if let Some(most) = most.filter(|_| !self.fixed) {
            self.rows = self.rows.min(usize::try_from(most).unwrap_or(usize::MAX).max(1));
        }
    }

    /// Rows of the batch at hand at the most, by what rows weigh as far as that is known.
    pub fn rows(&self) -> usize {
        match self.weight() {
            _ if self.fixed => self.rows,
            // A row that is larger than all room is a batch of its own.
            Some(each) => self.rows.min((BYTES / each).max(1)),
            None => self.rows,
        }
    }

    /// Rows to read at once: few enough that others can be read and written while the guest works on them.
    pub fn slice(&self) -> usize {
        let slice = self.rows.div_ceil(4).clamp(1, SLICE);
        match self.weight() {
            _ if self.fixed => slice,
            // Few rows tell what rows weigh.
            None => slice.min(BOUNDS[0]),
            Some(each) => match BYTES / 4 / each {
                room if room >= slice => slice,
                // Few different numbers: each is a statement of its own for the database.
                room => 1 << room.max(1).ilog2(),
            },
        }
    }

    /// About how many bytes a row has; where rows grow, those read last tell it.
    fn weight(&self) -> Option<usize> {
        let each = |(bytes, rows): (usize, usize)| bytes.checked_div(rows);
        Some(each(self.seen)?.max(each(self.last).unwrap_or(0)).max(1))
    }

    /// Takes in rows that were read.
    pub fn weigh(&mut self, rows: &[Vec<Value>]) {
        if self.fixed || rows.is_empty() {
            return;
        }
        self.last = (rows.iter().flatten().map(weight).sum(), rows.len());
        let (bytes, count) = self.seen;
        let (bytes, count) = if count > MEMORY { (bytes / 2, count / 2) } else { (bytes, count) };
        self.seen = (bytes + self.last.0, count + self.last.1);
    }

    /// Learns from how long a batch of so many rows took.
    pub fn learn(&mut self, rows: u64, took: Duration, aim: Option<u64>) {
        if self.fixed {
            return;
        }
        let aim = aim.map_or(AIM, Duration::from_millis);
        let full = rows >= self.rows as u64;
        if took > aim + aim / 2 {
            self.rows = (self.rows / 2).max(BOUNDS[0]);
        } else if full && took < aim * 2 / 3 {
            self.rows = (self.rows + self.rows / 2).min(BOUNDS[1]);
        }
    }
}

/// About how many bytes a value has.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Vector(values) => values.len() * 4,
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Real(_)
        | Value::Double(_)
        | Value::Uuid(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Timestamp(_) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a batch of rows that weigh so much, to its end; gives its rows.
    fn batch(size: &mut Size, bytes: usize, took: u64) -> usize {
        size.begin(None);
        let row = vec![Value::Bytes(vec![0; bytes])];
        let mut rows = 0;
        while rows < size.rows() {
            let slice = size.slice().min(size.rows() - rows);
            size.weigh(&vec![row.clone(); slice]);
            rows += slice;
        }
        size.learn(rows as u64, Duration::from_millis(took), None);
        rows
    }

    #[test]
    fn fast_batches_grow_and_slow_ones_shrink_within_bounds() {
        let mut size = Size::new(None);
        let grown: Vec<usize> = (0..9).map(|_| batch(&mut size, 8, 10)).collect();
        assert_eq!(grown[..3], [500, 750, 1125]);
        assert_eq!(grown[8], 10_000);
        assert_eq!(batch(&mut size, 8, 250), 10_000);
        assert_eq!(batch(&mut size, 8, 400), 10_000);
        let shrunk: Vec<usize> = (0..12).map(|_| batch(&mut size, 8, 60_000)).collect();
        assert_eq!((shrunk[0], shrunk[11]), (5_000, 10));
    }

    #[test]
    fn large_rows_make_small_batches() {
        let mut size = Size::new(None);
        for _ in 0..5 {
            assert!(
                batch(&mut size, 1 << 20, 1) * (1 << 20) <= 10 << 20,
                "more than the first few and 4 MiB"
            );
        }
        assert_eq!(batch(&mut size, 1 << 20, 1), 4);
        assert_eq!(batch(&mut Size { seen: (32 << 20, 1), ..Size::new(None) }, 32 << 20, 1), 1);
    }

    #[test]
    fn a_fixed_size_stays() {
        let mut size = Size::new(Some(5_000));
        for took in [0, 10, 100_000] {
            assert_eq!(batch(&mut size, 8, took), 5_000);
        }
        size.begin(Some(3));
        assert_eq!(size.rows, 5_000);
    }

    #[test]
    fn a_batch_is_at_most_the_rows_of_a_second() {
        let mut size = Size::new(None);
        size.begin(Some(100));
        assert_eq!(size.rows, 100);
    }
}
