//! Runs guests that do right and guests that do every wrong thing there is.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads files; the crate does not")]

use std::sync::{Arc, LazyLock};

use model::Value;
use stratigraph_sandbox::{
    Assets, Batch, Column, ColumnType, DeclaredColumn, Engine, Expected, Guest, GuestError, Limits, Module,
    ModuleError, Params, Rows, check_output, conform, probe, wat_to_wasm,
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn wasm(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/guests/{name}.wat", env!("CARGO_MANIFEST_DIR"));
    wat_to_wasm(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn load(name: &str) -> Guest {
    let limits = Limits { fuel_per_row: 100_000, memory_mib: 4, ..Limits::default() };
    Guest::load(&ENGINE, &wasm(name), Params::new(), Assets::default(), limits).unwrap()
}

fn template() -> Guest {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-scripts/sdk/wat/template.wat");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("@NAME@", "slug").replace("@TABLE@", "posts");
    let text = text.replace("@READ@", "title").replace("@WRITE@", "slug");
    let bytes = wat_to_wasm(&text).unwrap();
    Guest::load(&ENGINE, &bytes, Params::new(), Assets::default(), Limits::default()).unwrap()
}

fn numbers(count: i64) -> Batch {
    let values: Vec<Value> = (0..count).map(Value::Int).collect();
    Batch::new(vec![Column::from_values("id", ColumnType::BigInt, &values).unwrap().key()]).unwrap()
}

fn titles() -> Batch {
    let titles = [Some("Hello World"), None, Some(""), Some("ÄÖÜ und ABC"), None, Some("x")];
    let values: Vec<Value> =
        titles.iter().cycle().take(100).map(|t| t.map_or(Value::Null, |t| Value::Text(t.into()))).collect();
    let mut batch = numbers(100);
    batch.columns.push(Column::from_values("title", ColumnType::Varchar, &values).unwrap().scale(80));
    batch
}

fn expect_n(nullable: bool) -> Expected {
    Expected { rows: Rows::AsInput, columns: vec![DeclaredColumn::new("n", ColumnType::Integer, nullable)] }
}

#[test]
fn the_template_lowers_text_and_keeps_null() {
    let batch = titles();
    let outcome = template().run(&batch).unwrap();
    let slug = outcome.batch.column("slug").unwrap();
    let found: Vec<Value> = (0..4).map(|row| slug.value(row)).collect();
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(found, [text("hello world"), Value::Null, text(""), text("ÄÖÜ und abc")]);
    assert!(outcome.fuel > 0 && outcome.memory >= 65536);
    let declared =
        DeclaredColumn { limit: Some(11), ..DeclaredColumn::new("slug", ColumnType::Varchar, true) };
    let expected = Expected { rows: Rows::AsInput, columns: vec![declared] };
    check_output(&batch, &outcome, &expected).unwrap();
    assert_eq!(conform(outcome.batch, &expected).columns[0].ty, ColumnType::Varchar);
}

#[test]
fn threads_share_a_guest_and_get_the_same() {
    let (guest, batch) = (template(), titles());
    let first = guest.run(&batch).unwrap();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| guest.run(&batch).unwrap())).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), first);
        }
    });
}

#[test]
fn echo_gives_back_what_went_in() {
    let batch = titles();
    assert_eq!(load("echo").run(&batch).unwrap().batch, batch);
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let error = load("loop").run(&numbers(3)).unwrap_err();
    assert!(matches!(error, GuestError::Fuel { rows: 3, fuel } if fuel > 10_300_000), "{error}");
}

#[test]
fn much_work_in_few_instructions_costs_what_it_does() {
    let error = load("fill").run(&numbers(1)).unwrap_err();
    assert!(matches!(error, GuestError::Fuel { .. }), "{error}");
}

#[test]
fn rows_can_be_made_from_a_description() {
    let declared = DeclaredColumn::new("n", ColumnType::SmallInt, false);
    let given = Batch::new(vec![declared.describe()]).unwrap();
    let outcome = load("made_rows").run(&given).unwrap();
    let expected = Expected { rows: Rows::Any, columns: vec![declared] };
    check_output(&given, &outcome, &expected).unwrap();
    let rows: Vec<Vec<Value>> = (0..3).map(|row| outcome.batch.row(row)).collect();
    assert_eq!(rows, [[Value::Int(5)], [Value::Int(6)], [Value::Int(7)]]);
}

#[test]
fn memory_beyond_the_limit_is_an_error() {
    let wanted = (4 << 20) + 65536;
    let error = load("memory_bomb").run(&numbers(1)).unwrap_err();
    assert_eq!(error, GuestError::Memory { wanted, limit: 4 << 20 });
    let limits = Limits { memory_mib: 4, ..Limits::default() };
    let refused = Guest::load(&ENGINE, &wasm("memory_first"), Params::new(), Assets::default(), limits).err();
    assert_eq!(refused, Some(GuestError::Memory { wanted: 2048 * 65536, limit: 4 << 20 }));
}

#[test]
fn a_trap_names_its_function() {
    let error = load("trap").run(&numbers(1)).unwrap_err();
    assert_eq!(error.to_string(), "trapped in divide: integer divide by zero");
}

#[test]
fn a_stack_overflow_is_an_error_of_its_own() {
    let limits = Limits { fuel_start: u64::MAX, ..Limits::default() };
    let guest = Guest::load(&ENGINE, &wasm("stack"), Params::new(), Assets::default(), limits).unwrap();
    let error = guest.run(&numbers(1)).unwrap_err();
    assert_eq!(error, GuestError::Stack { function: Some("deep".into()) });
}

#[test]
fn garbage_is_refused() {
    let error = load("garbage").run(&numbers(1)).unwrap_err();
    assert!(error.to_string().starts_with("wrong output: the buffer's magic is [74, 68, 69, 73]"), "{error}");
    let error = load("outside").run(&numbers(1)).unwrap_err();
    assert_eq!(error.to_string(), "wrong output: strat_run gave 64 bytes at 131064, outside of its memory");
}

#[test]
fn undeclared_and_missing_columns_are_named() {
    let batch = numbers(3);
    let outcome = load("undeclared").run(&batch).unwrap();
    let error = check_output(&batch, &outcome, &expect_n(false)).unwrap_err();
    assert_eq!(error.to_string(), "column secret: isn't declared under write");
    let mut expected = expect_n(false);
    expected.columns.push(DeclaredColumn::new("secret", ColumnType::BigInt, false));
    let error = check_output(&batch, &outcome, &expected).unwrap_err();
    assert_eq!(error.to_string(), "column n: is declared under write and didn't come back");
}

#[test]
fn null_into_not_null_names_the_row_unless_it_is_rejected() {
    let batch = numbers(3);
    let mut outcome = load("null").run(&batch).unwrap();
    check_output(&batch, &outcome, &expect_n(true)).unwrap();
    let error = check_output(&batch, &outcome, &expect_n(false)).unwrap_err();
    assert_eq!(error.to_string(), "column n, row 1: NULL in a NOT NULL column");
    outcome.rejects.push((1, "no".into()));
    check_output(&batch, &outcome, &expect_n(false)).unwrap();
}

#[test]
fn integers_come_back_in_the_declared_width() {
    let batch = numbers(3);
    let outcome = load("sevens").run(&batch).unwrap();
    assert_eq!(outcome.batch.columns[0].ty, ColumnType::BigInt);
    check_output(&batch, &outcome, &expect_n(false)).unwrap();
    let conformed = conform(outcome.batch, &expect_n(false));
    assert_eq!(conformed.columns[0].ty, ColumnType::Integer);
    assert_eq!(conformed.row(2), [Value::Int(7)]);
}

#[test]
fn another_number_of_rows_is_refused_for_a_backfill() {
    let outcome = load("sevens").run(&numbers(3)).unwrap();
    let error = check_output(&numbers(2), &outcome, &expect_n(false)).unwrap_err();
    assert_eq!(error.to_string(), "3 rows came back for 2");
    let any = Expected { rows: Rows::Any, ..expect_n(false) };
    check_output(&numbers(0), &outcome, &any).unwrap();
}

#[test]
fn imports_that_do_not_exist_are_named_with_their_cause() {
    let error = Module::check(&wasm("wasi_clock")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "imports wasi_snapshot_preview1.clock_res_get, which doesn't exist for a guest: \
         something measures time: pass it as a parameter of the step"
    );
}

/// The guest looks at all other answers itself.
#[test]
fn wasi_answers_with_constants() {
    let guest = load("wasi");
    let report = probe::probe(&guest, &numbers(1), false).unwrap();
    assert!(report.passed(), "{report:?}");
    assert_eq!(report.outcome.log, "hello from\nwasi\n");
    assert_eq!(report.outcome.batch.row(0), [Value::Int(-2_152_535_657_050_944_081)]);
    let error = guest.run(&numbers(2)).unwrap_err();
    let said = "trapped: it ended itself with exit code 3 (last logged: wasi)";
    assert_eq!(error.to_string(), said);
    let error = load("wasi_outside").run(&numbers(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "called wasi_snapshot_preview1.random_get wrongly: 16 bytes at 131064, outside of its memory"
    );
}

#[test]
fn another_contract_is_refused() {
    assert_eq!(Module::check(&wasm("abi_2")), Err(ModuleError::Abi { found: 2 }));
    let bytes = wasm("abi_hidden");
    Module::check(&bytes).unwrap();
    let refused = Guest::load(&ENGINE, &bytes, Params::new(), Assets::default(), Limits::default()).err();
    assert_eq!(refused, Some(GuestError::Module(ModuleError::Abi { found: 2 })));
}

#[test]
fn the_host_functions_answer() {
    let params = Params::from([("limit".into(), "42".into())]);
    let codes = Arc::new(titles());
    let assets = Assets {
        blobs: [("data".to_owned(), Arc::from(&b"abcde"[..]))].into(),
        lookups: [("codes".to_owned(), Arc::clone(&codes))].into(),
        runner: None,
    };
    let guest = Guest::load(&ENGINE, &wasm("host"), params, assets, Limits::default()).unwrap();
    let outcome = guest.run(&numbers(2)).unwrap();
    assert_eq!(outcome.batch, *codes);
    assert_eq!(outcome.rejects, [(1, "too old".to_owned())]);
    assert_eq!(outcome.log, "hello\n");
}

#[test]
fn a_wrong_call_names_the_function() {
    let error = load("bad_reject").run(&numbers(2)).unwrap_err();
    assert_eq!(error.to_string(), "called strat.reject wrongly: row 1000 of a batch of 2 rows");
}

#[test]
fn the_row_that_fails_is_found() {
    let guest = load("fails_at_5");
    assert!(guest.run(&numbers(40)).is_err());
    let (row, error) = guest.blame(&numbers(40)).unwrap();
    assert_eq!(row, 5);
    assert_eq!(error.to_string(), "trapped in strat_row: wasm `unreachable` instruction executed");
    assert!(guest.blame(&numbers(5)).is_none());
}

#[test]
fn probing_finds_what_depends_on_the_cut() {
    let report = probe::probe(&template(), &titles(), true).unwrap();
    assert!(report.passed(), "{report:?}");
    let report = probe::probe(&load("counts_rows"), &numbers(20), true).unwrap();
    assert_eq!(report.nondeterminism, None);
    let found: Vec<_> = report.variance.iter().map(|d| (d.cut, d.row)).collect();
    assert_eq!(found, [1, 7, 1000].map(|rows| (probe::Cut::Every(rows), 0)));
}
