//! Prints what the sandbox itself costs a row: encode, call, decode, for rows that are passed through.
//!
//! `cargo run --release -p stratigraph-sandbox --example overhead [rows a batch] [batches]`

// A measurement takes time and prints; the crate itself does neither.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measurement looks at the clock and prints"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use stratigraph_sandbox::{
    Assets, Batch, Column, ColumnType, Engine, Guest, Limits, Params, decode, encode, wat_to_wasm,
};

/// Gives its batch back as it is.
const ECHO: &str = r#"(module
  (memory (export "memory") 1)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param $len i32) (result i32)
    (drop (memory.grow (i32.shr_u (i32.add (local.get $len) (i32.const 65535)) (i32.const 16))))
    (i32.const 8))
  (func (export "strat_run") (param $in i32) (param $len i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $in)) (i64.const 32)) (i64.extend_i32_u (local.get $len)))))"#;

fn fill(rows: usize) -> Batch {
    let mut id = Column::new("id", ColumnType::BigInt).key();
    let mut text = Column::new("text", ColumnType::Text);
    let mut score = Column::new("score", ColumnType::Double).nullable();
    id.reserve(rows, 0);
    text.reserve(rows, rows * 40);
    score.reserve(rows, 0);
    for row in 0..rows {
        id.push_int(row as i64).expect("an integer fits BigInt");
        text.push_text("forty bytes of text, as titles often are").expect("text fits Text");
        match row % 7 {
            0 => score.push_null(),
            _ => score.push_float(row as f64 * 0.5).expect("a float fits Double"),
        }
    }
    Batch::new(vec![id, text, score]).expect("the columns are equally long")
}

/// Reads every cell, as whoever writes them to a database would.
fn read(batch: &Batch) -> usize {
    let [id, text, score] = batch.columns.as_slice() else { return 0 };
    (0..batch.rows as usize)
        .map(|row| {
            let score = score.float(row).map_or(0, |v| v.to_bits() as usize & 1);
            id.int(row).unwrap_or(0) as usize + text.text(row).map_or(0, str::len) + score
        })
        .sum()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<usize>());
    let rows = args.next().transpose()?.unwrap_or(1000);
    let batches = args.next().transpose()?.unwrap_or(1000);
    let engine = Engine::new()?;
    let guest =
        Guest::load(&engine, &wat_to_wasm(ECHO)?, Params::new(), Assets::default(), Limits::default())?;
    let [mut build, mut run, mut back, mut enc, mut dec] = [Duration::ZERO; 5];
    for _ in 0..batches {
        let start = Instant::now();
        let batch = black_box(fill(rows));
        build += start.elapsed();
        let start = Instant::now();
        let outcome = guest.run(&batch)?;
        run += start.elapsed();
        let start = Instant::now();
        black_box(read(&outcome.batch));
        back += start.elapsed();
        let start = Instant::now();
        let bytes = black_box(encode(&batch));
        enc += start.elapsed();
        let start = Instant::now();
        black_box(decode(&bytes)?);
        dec += start.elapsed();
    }
    let per_row = |time: Duration| time.as_nanos() as f64 / (rows * batches) as f64;
    println!("{rows} rows a batch, {batches} batches, ns a row");
    println!("sandbox (instance, encode, call, decode)  {:7.1}", per_row(run));
    println!("  of which encode {:.1}, decode {:.1}", per_row(enc), per_row(dec));
    println!("rows into columns                         {:7.1}", per_row(build));
    println!("columns into rows                         {:7.1}", per_row(back));
    println!("all                                       {:7.1}", per_row(run + build + back));
    Ok(())
}
