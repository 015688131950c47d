//! Buffers that lie, in numbers: whatever a guest gives back, reading it ends in a batch or in an error.
//!
//! `STRAT_FUZZ=10000000 cargo test --release -p stratigraph-sandbox --test fuzz` tries ten million; another seed comes by
//! `STRAT_FUZZ_SEED`.

// A test looks at its environment; the crate itself doesn't.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may ask how much to do")]

use model::Value;
use stratigraph_sandbox::{Batch, Column, ColumnType, decode, encode};

/// Inputs without being asked for more.
const SOME: u64 = 200_000;

/// SplitMix64: every input follows from the seed and its number.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Every type, with NULLs, and names that share letters.
fn right(rows: usize) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.into());
    let value = |ty: ColumnType, row: usize| match ty {
        _ if row % 5 == 3 => Value::Null,
        ColumnType::Bool => Value::Bool(row.is_multiple_of(2)),
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => Value::Int(row as i64 - 3),
        ColumnType::Real => Value::Real(row as f32 / 3.0),
        ColumnType::Double => Value::Double(-0.0),
        ColumnType::Decimal => Value::Decimal(format!("-{row}.5")),
        ColumnType::Json => Value::Json(format!("[{row},\"é\"]")),
        ColumnType::Bytes => Value::Bytes(vec![row as u8; row % 4]),
        ColumnType::Uuid => Value::Uuid([row as u8; 16]),
        ColumnType::Date => Value::Date(row as i32),
        ColumnType::Time => Value::Time(row as i64 * 1_000_000),
        ColumnType::Timestamp | ColumnType::TimestampTz => Value::Timestamp(row as i64),
        ColumnType::Array => Value::Array(vec![text("ä"), Value::Null, text(&row.to_string())]),
        ColumnType::Vector => Value::Vector(vec![0.5, row as f32]),
        ColumnType::Text | ColumnType::Varchar | ColumnType::Char | ColumnType::Enum => {
            text(&"é日🦀".repeat(row % 3))
        }
    };
    let columns = ColumnType::ALL.map(|ty| {
        let mut column = match ty {
            ColumnType::Array => Column::array("Array", ColumnType::Text),
            _ => Column::new(&ty.to_string(), ty),
        };
        column = column.nullable().scale(if ty == ColumnType::Vector { 2 } else { 0 });
        (0..rows).for_each(|row| column.push(&value(ty, row)).unwrap());
        column
    });
    encode(&Batch::new(columns.into()).unwrap())
}

/// A small batch, in which a change is likelier to hit what matters.
fn small() -> Vec<u8> {
    let names = [Value::Text("Zoë".into()), Value::Null, Value::Text("🦀".into())];
    let lists = [Value::Array(vec![Value::Int(1), Value::Null]), Value::Null, Value::Array(Vec::new())];
    let mut list = Column::array("l", ColumnType::Integer).nullable();
    lists.iter().for_each(|value| list.push(value).unwrap());
    let name = Column::from_values("n", ColumnType::Varchar, &names).unwrap();
    encode(&Batch::new(vec![name.scale(40), list]).unwrap())
}

/// Changes a buffer as somebody would who knows where to look, or doesn't.
fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let len = bytes.len();
        // Half of the changes hit the header and the column table, which have all the numbers that can lie.
        let end = if random.below(2) == 0 { len } else { len.min(16 + 40 * 24) };
        let at = random.below(end);
        match random.below(8) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes.truncate(random.below(len) + 1),
            3 => bytes.extend(std::iter::repeat_n(random.next() as u8, random.below(64))),
            4 => {
                let (from, count) = (random.below(len), random.below(48));
                let part: Vec<u8> = bytes[from..len.min(from + count)].to_vec();
                let to = random.below(len - part.len() + 1);
                bytes[to..to + part.len()].copy_from_slice(&part);
            }
            _ => {
                let near = random.below(len + 16) as u32;
                let odd =
                    [0, 1, 7, 8, near, near & !7, len as u32, u32::MAX, u32::MAX - 7, 1 << 31, 8192, 8193];
                let word = odd[random.below(odd.len())].to_le_bytes();
                let at = (at & !3).min(len.saturating_sub(4));
                let end = len.min(at + 4);
                bytes[at..end].copy_from_slice(&word[..end - at]);
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// Uses a batch as whoever writes it to a database would.
fn walk(batch: &Batch, number: u64) {
    for column in &batch.columns {
        assert_eq!(column.len(), batch.rows as usize, "input {number}");
    }
    if batch.columns.is_empty() {
        return;
    }
    for row in 0..batch.rows as usize {
        std::hint::black_box(batch.row(row));
    }
    let bytes = encode(batch);
    let again = decode(&bytes).unwrap_or_else(|error| panic!("input {number}: {error}"));
    assert_eq!(encode(&again), bytes, "input {number}");
}

#[test]
fn no_buffer_is_read_wrongly() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (count, seed) = (asked("STRAT_FUZZ").unwrap_or(SOME), asked("STRAT_FUZZ_SEED").unwrap_or(1));
    let seeds = [small(), right(0), right(1), right(9)];
    let (mut read, mut bytes) = (0_u64, Vec::new());
    for number in 0..count {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ number);
        bytes.clone_from(&seeds[[0, 0, 0, 1, 2, 3][random.below(6)]]);
        spoil(&mut bytes, &mut random);
        if let Ok(batch) = decode(&bytes) {
            read += 1;
            walk(&batch, number);
        }
    }
    // Where nearly all were refused at the first look, nothing behind it was tried, and where all were read, nothing was spoilt.
    assert!((count / 20..count * 19 / 20).contains(&read), "{read} of {count}");
}
