//! What the sandbox costs a row, and a transform in it against the same one in native Rust.
//!
//! `cargo bench -p stratigraph-engine --bench sandbox -- [BATCH…]`: rows of a key, a text of 40 characters on average and a double that
//! is NULL in one row of five, in batches of so many rows (1,000 and 5,000). A fresh instance for each batch, as in a data step.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops where it can't go on, and prints what it found"
)]

/// The allocator of `strat`, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::{hint::black_box, time::Instant};

use model::{Value, random::Random};
use sandbox::{Assets, Batch, Column, ColumnType, Engine, Guest, Limits, Params, wat_to_wasm};

/// Gives back the address it was given: what is measured with it is the sandbox's own.
const ECHO: &str = r#"(module
    (memory (export "memory") 2)
    (func (export "strat_abi") (result i32) (i32.const 1))
    (func (export "strat_alloc") (param $len i32) (result i32)
        (if (i32.gt_u (i32.add (local.get $len) (i32.const 8)) (i32.const 131072))
            (then (drop (memory.grow (i32.shr_u (local.get $len) (i32.const 16))))))
        (i32.const 8))
    (func (export "strat_run") (param $at i32) (param $len i32) (result i64)
        (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $len)))))"#;

/// Rows of a round, whatever the batches.
const ROWS: u32 = 500_000;
const ROUNDS: usize = 7;

/// A row as anybody would hold it.
struct Row {
    id: i64,
    title: String,
    score: Option<f64>,
}

/// What becomes of it.
#[expect(dead_code, reason = "it is made, and nobody reads it")]
struct Made {
    counter: i64,
    slug: String,
    score: Option<f64>,
}

/// A title of words that are drawn: were all alike, a processor would soon know by heart which branches the native loop takes.
fn title(random: &mut Random) -> String {
    let mut title = String::new();
    for word in 0..3 + random.below(9) {
        if word > 0 {
            title.push_str(random.pick(&[" ", " ", " ", " ", ", ", "-", " & ", " (", "... "]).unwrap());
        }
        let capital = random.once_in(3);
        for letter in 0..1 + random.below(8) {
            let drawn = b'a' + random.below(26) as u8;
            title.push(char::from(if capital && letter == 0 { drawn.to_ascii_uppercase() } else { drawn }));
        }
    }
    title
}

fn rows(count: u32) -> Vec<Row> {
    let mut random = Random::new(1);
    let row = |n: u32| Row {
        id: i64::from(n),
        title: title(&mut random),
        score: (!n.is_multiple_of(5)).then(|| f64::from(n) / 7.0),
    };
    (0..count).map(row).collect()
}

fn batch(rows: &[Row]) -> Batch {
    let mut made = Batch::new(vec![
        Column::new("id", ColumnType::BigInt).key(),
        Column::new("title", ColumnType::Text).nullable(),
        Column::new("score", ColumnType::Double).nullable(),
    ])
    .unwrap();
    for row in rows {
        let score = row.score.map_or(Value::Null, Value::Double);
        made.push_row(&[Value::Int(row.id), Value::Text(row.title.clone()), score]).unwrap();
    }
    made
}

/// What becomes of a byte; 0 where it isn't kept.
const SMALL: [u8; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let byte = (n as u8).to_ascii_lowercase();
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte >= 0x80 {
            table[n] = byte;
        }
        n += 1;
    }
    table
};

/// A slug as most would write it.
fn plain_slug(title: &str) -> String {
    let (mut slug, mut gap) = (Vec::with_capacity(title.len()), false);
    for byte in title.bytes() {
        let byte = byte.to_ascii_lowercase();
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            if gap && !slug.is_empty() {
                slug.push(b'-');
            }
            gap = false;
            slug.push(byte);
        } else {
            gap = true;
        }
    }
    String::from_utf8(slug).unwrap()
}

/// The same steps as in `transform.c`, without a branch.
fn slug(title: &str) -> String {
    let mut slug = vec![0; title.len()];
    let (mut n, mut gap) = (0, false);
    for byte in title.bytes() {
        let made = SMALL[usize::from(byte)];
        let kept = made != 0;
        slug[n] = b'-';
        n += usize::from(gap & kept);
        slug[n] = made;
        n += usize::from(kept);
        gap = !kept & (n != 0);
    }
    slug.truncate(n);
    String::from_utf8(slug).unwrap()
}

/// Nanoseconds a row.
fn timed(count: u32, mut once: impl FnMut()) -> f64 {
    let runs = ROWS / count;
    let start = Instant::now();
    for _ in 0..runs {
        once();
    }
    start.elapsed().as_nanos() as f64 / f64::from(runs * count)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn main() {
    let wanted: Vec<u32> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let wanted = if wanted.is_empty() { vec![1_000, 5_000] } else { wanted };
    let engine = Engine::new().unwrap();
    let load = |wasm: &[u8]| {
        Guest::load(&engine, wasm, Params::new(), Assets::default(), Limits::default()).unwrap()
    };
    let echo = load(&wat_to_wasm(ECHO).unwrap());
    let (pass, transform) = (load(include_bytes!("pass.wasm")), load(include_bytes!("transform.wasm")));
    for count in wanted {
        let (rows, mut times) = (rows(count), <[Vec<f64>; 5]>::default());
        let given = batch(&rows);
        assert_eq!(pass.run(&given).unwrap().batch.row(3), given.row(3));
        let slugs = transform.run(&given).unwrap().batch;
        assert_eq!(slugs.row(3)[1], Value::Text(slug(&rows[3].title)));
        assert_eq!(plain_slug(&rows[3].title), slug(&rows[3].title));
        let made = |row: &Row, slug: fn(&str) -> String| Made {
            counter: 0,
            slug: slug(&row.title),
            score: row.score.map(|score| score * 1.21),
        };
        let native = |slug| black_box(&rows).iter().map(|row| made(row, slug)).collect::<Vec<_>>();
        assert_eq!(echo.run(&given).unwrap().batch, given);
        for _ in 0..ROUNDS {
            times[0].push(timed(count, || drop(black_box(pass.run(black_box(&given)).unwrap()))));
            times[1].push(timed(count, || drop(black_box(transform.run(black_box(&given)).unwrap()))));
            times[2].push(timed(count, || drop(black_box(native(slug)))));
            times[4].push(timed(count, || drop(black_box(native(plain_slug)))));
            times[3].push(timed(count, || drop(black_box(echo.run(black_box(&given)).unwrap()))));
        }
        let ratio =
            |to: usize| median(times[1].iter().zip(&times[to]).map(|(ours, native)| ours / native).collect());
        let (ratio, to_plain) = (ratio(2), ratio(4));
        let [passed, ours, native, echoed, plain] = times.map(median);
        println!("batches of {count}: echoed {echoed:.0} ns/row, passed through the SDK {passed:.0} ns/row");
        println!("batches of {count}: slug {ours:.0} ns/row, native {plain:.0} ns/row, ratio {to_plain:.2}");
        println!("batches of {count}: native without a branch {native:.0} ns/row, ratio {ratio:.2}");
    }
}
