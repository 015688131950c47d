//! Cells as the vault keeps them: so many rows a block, each row its key and what became of each kept column.
//!
//! A row is the values of its key, one behind the other, then for each kept column the byte 255 where the backfill left the cell as
//! it was, else the value that it overwrote and the value that it wrote. A value is a tag and what follows, numbers little
//! endian, a length as u32:
//!
//! | tag | value | bytes |
//! |---|---|---|
//! | 0 | NULL | none |
//! | 1 | truth value | 1 |
//! | 2 | whole number | i64 |
//! | 3, 4 | float | its 32 or 64 bits |
//! | 5, 6, 7, 13 | decimal, text, bytes, JSON | length, then as it was read |
//! | 8 | UUID | 16 |
//! | 9 | date | i32 |
//! | 10, 11 | time, timestamp | i64 |
//! | 14 | array | number of elements, then each as a value |
//! | 15 | vector | number of elements, then the bits of each |
//!
//! Unlike the encoding that digests are made of, this one gives every value back as it was read.

use model::Value;

/// A block holds at most so many rows.
const ROWS: u64 = 1_000;

/// A block is closed when it has come to so many bytes, so that it passes where the batch itself does.
const BYTES: usize = 1 << 20;

/// The cell was not changed by the backfill.
const SAME: u8 = 255;

/// Rows in one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// How many.
    pub rows: u64,
    /// Their bytes.
    pub bytes: Vec<u8>,
}

/// One row as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRow {
    /// Its key.
    pub key: Vec<Value>,
    /// Of each kept column what was overwritten and what was written; nothing where the cell was left as it was.
    pub cells: Vec<Option<(Value, Value)>>,
}

impl KeptRow {
    /// Whether all columns of the row are kept, so that it can be made of them.
    pub fn is_whole(&self) -> bool {
        self.cells.iter().all(Option::is_some)
    }

    /// Whether it says that there was no such row.
    pub fn is_gone(&self) -> bool {
        self.cells.iter().all(Option::is_none)
    }
}

/// Collects what a batch overwrites.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Where the kept columns stand among the written ones.
    places: Vec<usize>,
    full: Vec<Block>,
    open: Block,
}

impl Blocks {
    /// Nothing yet.
    pub fn new(places: Vec<usize>) -> Blocks {
        Blocks { places, full: Vec::new(), open: Block::default() }
    }

    /// Takes a row in: its key, and the written columns before and after; where no kept one changed, nothing.
    pub fn push(&mut self, key: &[Value], old: &[Value], new: &[Value]) {
        if self.places.iter().all(|at| old[*at] == new[*at]) {
            return;
        }
        let bytes = &mut self.open.bytes;
        key.iter().for_each(|value| put(bytes, value));
        for at in &self.places {
            if old[*at] == new[*at] {
                bytes.push(SAME);
            } else {
                put(bytes, &old[*at]);
                put(bytes, &new[*at]);
            }
        }
        self.close();
    }

    /// Takes in the key of a row that isn't there any more: of all its columns nothing.
    pub fn push_gone(&mut self, key: &[Value]) {
        let bytes = &mut self.open.bytes;
        key.iter().for_each(|value| put(bytes, value));
        bytes.extend(std::iter::repeat_n(SAME, cells(self.places.len())));
        self.close();
    }

    /// Takes in a row of which nobody knows how it was made: its key and all its columns.
    pub fn push_whole(&mut self, key: &[Value], now: &[Value]) {
        let bytes = &mut self.open.bytes;
        key.iter().for_each(|value| put(bytes, value));
        for at in &self.places {
            put(bytes, &now[*at]);
            put(bytes, &Value::Null);
        }
        if self.places.is_empty() {
            put(bytes, &Value::Null);
            put(bytes, &Value::Null);
        }
        self.close();
    }

    fn close(&mut self) {
        self.open.rows += 1;
        if self.open.rows >= ROWS || self.open.bytes.len() >= BYTES {
            self.full.push(std::mem::take(&mut self.open));
        }
    }

    /// The blocks that are full, in order.
    pub fn take_full(&mut self) -> Vec<Block> {
        std::mem::take(&mut self.full)
    }

    /// The blocks, in order.
    pub fn end(mut self) -> Vec<Block> {
        if self.open.rows > 0 {
            self.full.push(self.open);
        }
        self.full
    }
}

/// How many cells a row has in a block: one that says nothing where no column is kept, so that a row of nothing but its key is told from
/// one that was gone.
fn cells(columns: usize) -> usize {
    columns.max(1)
}

/// The values of a key, one behind the other.
pub fn key_bytes(key: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::new();
    key.iter().for_each(|value| put(&mut bytes, value));
    bytes
}

/// The values of a key; nothing when the bytes aren't one.
pub fn read_key(bytes: &[u8]) -> Option<Vec<Value>> {
    let mut left = Left(bytes);
    let mut key = Vec::new();
    while !left.0.is_empty() {
        key.push(left.value()?);
    }
    Some(key)
}

fn put(out: &mut Vec<u8>, value: &Value) {
    let sized = |out: &mut Vec<u8>, tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend((bytes.len() as u32).to_le_bytes());
        out.extend(bytes);
    };
    let fixed = |out: &mut Vec<u8>, tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend(bytes);
    };
    match value {
        Value::Null => out.push(0),
        Value::Bool(yes) => fixed(out, 1, &[u8::from(*yes)]),
        Value::Int(n) => fixed(out, 2, &n.to_le_bytes()),
        Value::Real(x) => fixed(out, 3, &x.to_bits().to_le_bytes()),
        Value::Double(x) => fixed(out, 4, &x.to_bits().to_le_bytes()),
        Value::Decimal(text) => sized(out, 5, text.as_bytes()),
        Value::Text(text) => sized(out, 6, text.as_bytes()),
        Value::Bytes(bytes) => sized(out, 7, bytes),
        Value::Uuid(bytes) => fixed(out, 8, bytes),
        Value::Date(days) => fixed(out, 9, &days.to_le_bytes()),
        Value::Time(micros) => fixed(out, 10, &micros.to_le_bytes()),
        Value::Timestamp(micros) => fixed(out, 11, &micros.to_le_bytes()),
        Value::Json(text) => sized(out, 13, text.as_bytes()),
        Value::Array(items) => {
            fixed(out, 14, &(items.len() as u32).to_le_bytes());
            items.iter().for_each(|item| put(out, item));
        }
        Value::Vector(items) => {
            fixed(out, 15, &(items.len() as u32).to_le_bytes());
            items.iter().for_each(|x| out.extend(x.to_bits().to_le_bytes()));
        }
    }
}

/// The rows of a block; nothing when the bytes aren't one.
pub fn read(bytes: &[u8], keys: usize, columns: usize) -> Option<Vec<KeptRow>> {
    let mut left = Left(bytes);
    let mut rows = Vec::new();
    while !left.0.is_empty() {
        let key = (0..keys).map(|_| left.value()).collect::<Option<Vec<_>>>()?;
        let cells = (0..cells(columns)).map(|_| left.cell()).collect::<Option<Vec<_>>>()?;
        rows.push(KeptRow { key, cells });
    }
    Some(rows)
}

struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn count(&mut self) -> Option<usize> {
        self.array().map(|bytes| u32::from_le_bytes(bytes) as usize)
    }

    fn number(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    fn sized(&mut self) -> Option<&'a [u8]> {
        let count = self.count()?;
        self.take(count)
    }

    fn text(&mut self) -> Option<String> {
        self.sized().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
    }

    /// The outer one is for bytes that can't be read.
    fn cell(&mut self) -> Option<Option<(Value, Value)>> {
        if self.0.first() == Some(&SAME) {
            self.0 = &self.0[1..];
            return Some(None);
        }
        Some(Some((self.value()?, self.value()?)))
    }

    fn value(&mut self) -> Option<Value> {
        let [tag] = self.array()?;
        Some(match tag {
            0 => Value::Null,
            1 => Value::Bool(self.array()? == [1]),
            2 => Value::Int(self.number()?),
            3 => Value::Real(f32::from_bits(u32::from_le_bytes(self.array()?))),
            4 => Value::Double(f64::from_bits(u64::from_le_bytes(self.array()?))),
            5 => Value::Decimal(self.text()?),
            6 => Value::Text(self.text()?),
            7 => Value::Bytes(self.sized()?.to_vec()),
            8 => Value::Uuid(self.array()?),
            9 => Value::Date(i32::from_le_bytes(self.array()?)),
            10 => Value::Time(self.number()?),
            11 => Value::Timestamp(self.number()?),
            13 => Value::Json(self.text()?),
            14 => {
                let count = self.count()?;
                Value::Array((0..count).map(|_| self.value()).collect::<Option<_>>()?)
            }
            15 => {
                let count = self.count()?;
                let item = |_| Some(f32::from_bits(u32::from_le_bytes(self.array()?)));
                Value::Vector((0..count).map(item).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_value() -> Vec<Value> {
        let text = |text: &str| text.to_owned();
        vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Real(-0.0),
            Value::Double(f64::MAX),
            Value::Decimal(text("-12.50")),
            Value::Text(text("ä\0")),
            Value::Bytes(vec![0, 255]),
            Value::Uuid([7; 16]),
            Value::Date(-1),
            Value::Time(86_399_999_999),
            Value::Timestamp(-1),
            Value::Json(text("{\"b\": 1, \"a\":2}")),
            Value::Array(vec![Value::Null, Value::Text(text("x"))]),
            Value::Vector(vec![1.5, -0.0]),
        ]
    }

    #[test]
    fn a_row_of_nothing_but_its_key_is_there_or_gone() {
        for columns in [0, 2] {
            let mut blocks = Blocks::new((0..columns).collect());
            blocks.push_whole(&[Value::Int(1)], &vec![Value::Null; columns]);
            blocks.push_gone(&[Value::Int(2)]);
            let blocks = blocks.end();
            let rows = read(&blocks[0].bytes, 1, columns).unwrap();
            let told: Vec<_> = rows.iter().map(|row| (row.is_whole(), row.is_gone())).collect();
            assert_eq!(told, [(true, false), (false, true)], "{columns} columns");
        }
    }

    #[test]
    fn every_value_comes_back_as_it_was() {
        let (key, old) = (vec![Value::Int(1), Value::Text("k".into())], every_value());
        let new: Vec<_> = old.iter().rev().cloned().collect();
        let mut blocks = Blocks::new((0..old.len()).collect());
        blocks.push(&key, &old, &new);
        let blocks = blocks.end();
        assert_eq!((blocks.len(), blocks[0].rows), (1, 1));
        let rows = read(&blocks[0].bytes, 2, old.len()).expect("it was just written");
        let pair = |(old, new): (&Value, &Value)| (old != new).then(|| (old.clone(), new.clone()));
        assert_eq!(rows, [KeptRow { key, cells: old.iter().zip(&new).map(pair).collect() }]);
    }

    #[test]
    fn only_changed_rows_are_kept() {
        let mut blocks = Blocks::new(vec![1]);
        let row = |n: i64| [Value::Int(n), Value::Int(n)];
        blocks.push(&[Value::Int(1)], &row(1), &[Value::Int(2), Value::Int(1)]);
        assert_eq!(blocks.clone().end(), []);
        for n in 0..2_500 {
            blocks.push(&[Value::Int(n)], &row(n), &row(n + 1));
        }
        let rows: Vec<_> = blocks.end().iter().map(|block| block.rows).collect();
        assert_eq!(rows, [1_000, 1_000, 500]);
    }

    #[test]
    fn bytes_that_are_cut_off_are_no_block() {
        let mut blocks = Blocks::new((0..15).collect());
        let old = every_value();
        let new: Vec<_> = old.iter().rev().cloned().collect();
        blocks.push(&[Value::Int(1)], &old, &new);
        let bytes = &blocks.end()[0].bytes;
        for end in 1..bytes.len() {
            assert_eq!(read(&bytes[..end], 1, 15), None, "{end} bytes");
        }
    }
}
