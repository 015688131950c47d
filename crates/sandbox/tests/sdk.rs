//! Builds guests with the SDKs under `data-scripts/sdk` and runs them, where their compilers are installed.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "a test reads files and starts compilers; the crate does neither"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use model::Value;
use stratigraph_sandbox::{
    Assets, Batch, Column, ColumnType, Engine, Guest, GuestError, Limits, Params, probe,
};

const SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-scripts/sdk");
const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guests");

/// Compiles `script` beside the SDK's file; nothing, loudly, when the compiler isn't there.
fn build(test: &str, compiler: &str, args: &[&str], sdk: &str, script: &str, text: &str) -> Option<Vec<u8>> {
    let installed = Command::new(compiler).arg("--version").output().is_ok_and(|out| out.status.success());
    if !installed {
        eprintln!("SKIPPED {test}: {compiler} isn't installed");
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let sdk = PathBuf::from(SDK).join(sdk);
    std::fs::copy(&sdk, folder.join(sdk.file_name().unwrap())).unwrap();
    std::fs::write(folder.join(script), text).unwrap();
    let built = Command::new(compiler)
        .args(args)
        .args([script, "-o", "guest.wasm"])
        .current_dir(&folder)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&built.stderr);
    if messages.contains("target may not be installed") {
        eprintln!("SKIPPED {test}: {compiler} has no wasm32-unknown-unknown");
        return None;
    }
    assert!(built.status.success() && messages.is_empty(), "{messages}");
    Some(std::fs::read(folder.join("guest.wasm")).unwrap())
}

fn build_rust(test: &str, text: &str) -> Option<Vec<u8>> {
    let args = "--edition 2021 --crate-type cdylib --target wasm32-unknown-unknown -O -C panic=abort -C lto=fat \
                -C strip=debuginfo";
    let debian = Path::new("/usr/bin/rustc");
    let compiler = if debian.exists() { "/usr/bin/rustc" } else { "rustc" };
    build(test, compiler, &args.split_whitespace().collect::<Vec<_>>(), "rust/strat.rs", "script.rs", text)
}

fn build_c(test: &str, text: &str) -> Option<Vec<u8>> {
    let args = "--target=wasm32 -nostdlib -O2 -mbulk-memory -Wall -Wextra -Wl,--no-entry";
    build(test, "clang-14", &args.split_whitespace().collect::<Vec<_>>(), "c/strat.h", "script.c", text)
}

fn template(file: &str) -> String {
    let text = std::fs::read_to_string(Path::new(SDK).join(file)).unwrap();
    let text = text.replace("@NAME@", "slug").replace("@TABLE@", "posts");
    text.replace("@READ@", "title").replace("@WRITE@", "slug")
}

fn load(bytes: &[u8], params: Params) -> Guest {
    let engine = Engine::new().unwrap();
    Guest::load(&engine, bytes, params, Assets::default(), Limits::default()).unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn check_template(bytes: &[u8]) {
    let titles = [text("Hello World"), Value::Null, text(""), text("ÄÖÜ ABC"), text(&"X".repeat(100_000))];
    let values: Vec<Value> = titles.iter().cycle().take(50).cloned().collect();
    let batch = Batch::new(vec![Column::from_values("title", ColumnType::Text, &values).unwrap()]).unwrap();
    let report = probe::probe(&load(bytes, Params::new()), &batch, true).unwrap();
    assert!(report.passed(), "{:?}", report.variance);
    let slug = report.outcome.batch.column("slug").unwrap();
    for (row, title) in values.iter().enumerate() {
        match title {
            Value::Text(title) => {
                let found = slug.text(row).unwrap();
                assert!(found == title.to_lowercase() || found == title.to_ascii_lowercase(), "{found}");
            }
            _ => assert!(slug.is_null(row)),
        }
    }
}

fn mirror_batch() -> Batch {
    let column = |name, ty, values: &[Value]| Column::from_values(name, ty, values).unwrap().nullable();
    let null = Value::Null;
    Batch::new(vec![
        column("n", ColumnType::SmallInt, &[Value::Int(1), Value::Int(-1), null.clone(), Value::Int(11)]),
        column("big", ColumnType::BigInt, &[Value::Int(i64::MIN), Value::Int(0), null.clone(), null.clone()]),
        column("score", ColumnType::Real, &[Value::Real(0.25), null.clone(), null.clone(), Value::Real(1.0)]),
        column("flag", ColumnType::Bool, &[Value::Bool(true), null.clone(), null.clone(), Value::Bool(true)]),
        column("uid", ColumnType::Uuid, &[Value::Uuid([7; 16]), null.clone(), null.clone(), null.clone()]),
        column("title", ColumnType::Char, &[text("a"), text("b"), null.clone(), text("ü")]),
        column(
            "raw",
            ColumnType::Bytes,
            &[Value::Bytes(vec![0, 255]), null.clone(), null.clone(), null.clone()],
        ),
        column("day", ColumnType::Date, &[Value::Date(-1), null.clone(), null.clone(), null]),
    ])
    .unwrap()
}

fn check_mirror(bytes: &[u8]) {
    let guest = load(bytes, Params::from([("limit".into(), "10".into())]));
    let mut batch = mirror_batch();
    let report = probe::probe(&guest, &batch, true).unwrap();
    assert!(report.passed(), "{report:?}");
    let outcome = report.outcome;
    assert_eq!(outcome.rejects, [(1, "n is -1".to_owned()), (3, "n is 11".to_owned())]);
    let mut wanted = batch.row(0);
    wanted[2] = Value::Double(0.5);
    assert_eq!(outcome.batch.row(0), wanted);
    assert_eq!(outcome.batch.row(2), vec![Value::Null; 8]);
    batch.columns[5] = Column::from_values("title", ColumnType::Text, &vec![text("panic"); 4]).unwrap();
    let GuestError::Trap { log, .. } = guest.run(&batch).unwrap_err() else { panic!("expected a trap") };
    assert!(log.contains("a title that says panic"), "{log}");
    assert_eq!(guest.run(&batch.select(&[])).unwrap().batch.rows, 0);
}

/// The second example of the SDK's README: rows from an asset.
const RUST_LINES: &str = r#"
mod strat;

strat::batch!(run, writes: [("name", strat::TEXT)]);

fn run(_input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    let csv = strat::asset("categories").ok_or("no asset called categories")?;
    for line in String::from_utf8_lossy(&csv).lines() {
        out.text("name", line);
        out.next();
    }
    Ok(())
}
"#;

const C_LINES: &str = r#"
#define STRAT_BATCH
#include "strat.h"

STRAT_WRITES({"name", STRAT_TEXT})

void strat_batch_run(const strat_batch *in, strat_out *out) {
  strat_str csv;
  (void)in;
  if (!strat_asset("categories", &csv)) strat_fail("no asset called ", "categories");
  for (strat_u32 at = 0; at < csv.len;) {
    strat_u32 end = at;
    while (end < csv.len && csv.ptr[end] != '\n') end++;
    strat_put_text(out, "name", csv.ptr + at, end - at);
    strat_next(out);
    at = end + 1;
  }
}
"#;

fn check_lines(bytes: &[u8]) {
    let engine = Engine::new().unwrap();
    let lines: String = (0..20_000).map(|i| format!("category {i}\n")).collect();
    let blobs = [("categories".to_owned(), lines.as_bytes().into())].into();
    let assets = Assets { blobs, ..Assets::default() };
    let guest = Guest::load(&engine, bytes, Params::new(), assets, Limits::default()).unwrap();
    let given = Batch::new(vec![Column::new("name", ColumnType::Text)]).unwrap();
    let outcome = guest.run(&given).unwrap();
    assert_eq!(outcome.batch.rows, 20_000);
    assert_eq!(outcome.batch.row(19_999), [text("category 19999")]);
    let without = load(bytes, Params::new());
    let GuestError::Trap { log, .. } = without.run(&given).unwrap_err() else { panic!("expected a trap") };
    assert!(log.contains("no asset called categories"), "{log}");
}

#[test]
fn rust_makes_rows_from_an_asset() {
    if let Some(bytes) = build_rust("rust-lines", RUST_LINES) {
        check_lines(&bytes);
    }
}

#[test]
fn c_makes_rows_from_an_asset() {
    if let Some(bytes) = build_c("c-lines", C_LINES) {
        check_lines(&bytes);
    }
}

#[test]
fn the_rust_template_works() {
    if let Some(bytes) = build_rust("rust-template", &template("rust/template.rs")) {
        check_template(&bytes);
    }
}

#[test]
fn the_c_template_works() {
    if let Some(bytes) = build_c("c-template", &template("c/template.c")) {
        check_template(&bytes);
    }
}

#[test]
fn rust_reads_and_writes_every_type() {
    let text = std::fs::read_to_string(Path::new(GUESTS).join("mirror.rs")).unwrap();
    if let Some(bytes) = build_rust("rust-mirror", &text) {
        check_mirror(&bytes);
    }
}

#[test]
fn c_reads_and_writes_every_type() {
    let text = std::fs::read_to_string(Path::new(GUESTS).join("mirror.c")).unwrap();
    if let Some(bytes) = build_c("c-mirror", &text) {
        check_mirror(&bytes);
    }
}
