//! Guests that mean harm, or were written in the dark: each is stopped in the same way by both engines, and leaves nothing behind.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

use std::sync::LazyLock;

use model::Value;
use stratigraph_sandbox::{
    Assets, Batch, Column, ColumnType, Engine, Guest, GuestError, Limits, Module, ModuleError, Params,
    wat_to_wasm,
};

static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| [Engine::new().unwrap(), Engine::second()]);

/// The contract, for guests that have something else in mind; they return their batch.
const CONTRACT: &str = r#"
  (memory (export "memory") 4)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 131072))
  (func $echo (param $in i32) (param $len i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $in)) (i64.const 32)) (i64.extend_i32_u (local.get $len))))"#;

/// A module with `more` beside the contract, whose `strat_run` does `body` and then returns its batch.
fn module(more: &str, body: &str) -> Vec<u8> {
    let run = r#"(func (export "strat_run") (param $in i32) (param $len i32) (result i64)"#;
    let text =
        format!("(module {more} {CONTRACT} {run} {body} (call $echo (local.get $in) (local.get $len))))");
    wat_to_wasm(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const LIMITS: Limits =
    Limits { fuel_start: 2_000_000, fuel_per_row: 100_000, fuel_per_byte: 100, memory_mib: 4 };

fn load(engine: &Engine, bytes: &[u8]) -> Result<Guest, GuestError> {
    Guest::load(engine, bytes, Params::new(), Assets::default(), LIMITS)
}

fn numbers(count: i64) -> Batch {
    let values: Vec<Value> = (0..count).map(Value::Int).collect();
    Batch::new(vec![Column::from_values("id", ColumnType::BigInt, &values).unwrap().key()]).unwrap()
}

/// How both engines stop a guest, which has to be the same but for what only one of them knows.
#[track_caller]
fn stopped(more: &str, body: &str) -> GuestError {
    let bytes = module(more, body);
    let [first, second] = &*ENGINES;
    let run = |engine| load(engine, &bytes).and_then(|guest| guest.run(&numbers(3))).err();
    let (first, second) = (run(first), run(second));
    let first = first.expect("because the guest does what is forbidden");
    let kind = |error: &GuestError| std::mem::discriminant(error);
    assert_eq!(second.as_ref().map(kind), Some(kind(&first)), "{first} / {second:?}");
    first
}

#[test]
fn endless_loops_run_out_of_fuel_wherever_they_stand() {
    let forever = "(loop $again (br $again))";
    assert!(matches!(stopped("", forever), GuestError::Fuel { rows: 3, .. }));
    let start = format!("(func $go {forever}) (start $go)");
    assert!(matches!(stopped(&start, ""), GuestError::Fuel { rows: 0, .. }));
    let initialize = format!(r#"(func (export "_initialize") {forever})"#);
    assert!(matches!(stopped(&initialize, ""), GuestError::Fuel { rows: 0, .. }));
    // Without a loop: a function that calls itself at the end of a short stack, again and again.
    let twice = "(func $twice (param i32) (if (i32.eqz (local.get 0)) (then return)) \
                 (call $twice (i32.sub (local.get 0) (i32.const 1))) (call $twice (i32.sub (local.get 0) (i32.const 1))))";
    assert!(matches!(stopped(twice, "(call $twice (i32.const 60))"), GuestError::Fuel { .. }));
}

#[test]
fn fuel_is_enough_at_the_limit_and_not_one_below() {
    let count = "(local $n i32) (local.set $n (i32.const 1000)) \
                 (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))";
    let bytes = module("", count);
    let used = load(&ENGINES[0], &bytes).unwrap().run(&numbers(3)).unwrap().fuel;
    let with = |fuel| {
        let limits = Limits { fuel_start: fuel, fuel_per_row: 0, fuel_per_byte: 0, memory_mib: 4 };
        let guest = Guest::load(&ENGINES[0], &bytes, Params::new(), Assets::default(), limits).unwrap();
        assert_eq!(guest.fuel(&numbers(3)), fuel);
        guest.run(&numbers(3))
    };
    // Fuel is looked at wherever a guest could go on for ever, so that a short straight end may come behind the last look.
    let (mut low, mut enough) = (used - 20, used);
    while low + 1 < enough {
        let middle = low.midpoint(enough);
        if with(middle).is_ok() { enough = middle } else { low = middle }
    }
    for _ in 0..3 {
        assert!(with(enough).is_ok() && with(used).unwrap().fuel == used);
        assert_eq!(with(enough - 1).unwrap_err(), GuestError::Fuel { fuel: enough - 1, rows: 3 });
    }
}

#[test]
fn memory_ends_at_its_limit_and_not_a_page_before() {
    // 4 MiB are 64 pages, of which the contract has 4.
    let grow = |pages: u32| format!("(drop (memory.grow (i32.const {pages})))");
    for engine in &*ENGINES {
        let outcome = load(engine, &module("", &grow(60))).unwrap().run(&numbers(3)).unwrap();
        assert_eq!(outcome.memory, 4 << 20, "{}", engine.name());
    }
    let (limit, page) = (4 << 20, 65_536);
    assert_eq!(stopped("", &grow(61)), GuestError::Memory { wanted: limit + page, limit });
    // More than 32 bits reach, or than the guest itself allows, is no answer that it could go on with, either.
    let own = CONTRACT.replace(r#""memory") 4)"#, r#""memory") 4 5)"#);
    let run = r#"(func (export "strat_run") (param i32 i32) (result i64) (drop (memory.grow (i32.const 2))) (i64.const 0))"#;
    for bytes in [module("", &grow(u32::MAX)), wat_to_wasm(&format!("(module {own} {run})")).unwrap()] {
        let error = load(&ENGINES[0], &bytes).unwrap().run(&numbers(3)).unwrap_err();
        assert!(matches!(error, GuestError::Memory { .. }), "{error}");
    }
    let piecemeal = "(loop $again (drop (memory.grow (i32.const 1))) (br $again))";
    assert_eq!(stopped("", piecemeal), GuestError::Memory { wanted: limit + page, limit });
}

#[test]
fn a_place_that_is_used_again_tells_nothing_of_who_was_there() {
    let load = |more: &str, body: &str| {
        let limits = Limits { fuel_start: 100_000_000, memory_mib: 16, ..Limits::default() };
        Guest::load(&ENGINES[0], &module(more, body), Params::new(), Assets::default(), limits).unwrap()
    };
    // More than is put back by hand; the batch stands at 131,072.
    let table = "(table 8 funcref) (elem declare func $echo) (global $left (mut i32) (i32.const 0))";
    let all = "(drop (memory.grow (i32.const 188)))";
    let fill = format!(
        "{all} (memory.fill (i32.const 0) (i32.const 170) (i32.const 131072)) \
         (memory.fill (i32.const 139264) (i32.const 170) (i32.const 12443648)) \
         (global.set $left (i32.const 1)) (table.fill (i32.const 0) (ref.func $echo) (i32.const 8))"
    );
    let look = format!(
        "(local $at i32) {all} \
         (loop $again \
           (if (i32.and (i64.ne (i64.load (local.get $at)) (i64.const 0)) \
                 (i32.gt_u (i32.sub (local.get $at) (i32.const 131072)) (i32.const 8192))) (then unreachable)) \
           (br_if $again (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 12582912)))) \
         (if (i32.or (global.get $left) (i32.eqz (ref.is_null (table.get (i32.const 7))))) (then unreachable))"
    );
    let (fills, looks, knows) = (
        load(table, &fill),
        load(table, &look),
        load(&format!("{table} (data (i32.const 0) \"\\01\")"), &look),
    );
    for _ in 0..3 {
        // As many as there are places, so that some place has had both.
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| fills.run(&numbers(3)).unwrap());
            }
        });
        for _ in 0..64 {
            looks.run(&numbers(3)).unwrap();
        }
        assert!(matches!(knows.run(&numbers(3)), Err(GuestError::Trap { .. })), "it can't tell what isn't 0");
    }
}

#[test]
fn a_module_that_needs_more_than_a_place_has_runs_without_one() {
    let many = "(table 10 funcref)".repeat(20);
    load(&ENGINES[0], &module(&many, "")).unwrap().run(&numbers(3)).unwrap();
}

#[test]
fn tables_of_a_module_share_one_limit() {
    let grow = |table: &str, by: u32| format!("(drop (table.grow {table} (ref.null func) (i32.const {by})))");
    let two = "(table $a 1 funcref) (table $b 1 funcref)";
    let enough = format!("{} {}", grow("$a", 1000), grow("$b", 1000));
    for engine in &*ENGINES {
        load(engine, &module(two, &enough)).unwrap().run(&numbers(3)).unwrap();
    }
    assert!(matches!(stopped(two, &grow("$a", 1 << 20)), GuestError::Memory { .. }));
    let halves = format!("{} {}", grow("$a", 600_000), grow("$b", 600_000));
    assert!(matches!(stopped(two, &halves), GuestError::Memory { .. }));
    assert!(matches!(stopped("(table 2000000 funcref)", ""), GuestError::Memory { .. }));
    let many = "(table 100000 funcref)".repeat(20);
    assert!(matches!(stopped(&many, ""), GuestError::Memory { .. }));
}

#[test]
fn deep_recursion_is_a_stack_that_overflowed() {
    let deep = "(func $deep (param i64) (result i64) (i64.add (call $deep (i64.add (local.get 0) (i64.const 1))) (i64.const 1)))";
    assert!(matches!(stopped(deep, "(drop (call $deep (i64.const 0)))"), GuestError::Stack { .. }));
    let table = "(type $go (func)) (table 1 funcref) (elem (i32.const 0) $a) \
                 (func $a (call_indirect (type $go) (i32.const 0)) (call_indirect (type $go) (i32.const 0)))";
    assert!(matches!(stopped(table, "(call $a)"), GuestError::Stack { .. }));
}

const LOG: &str = r#"(import "strat" "log" (func $log (param i32 i32)))"#;

#[test]
fn a_log_is_cut_and_its_flood_costs_fuel() {
    let line = "(local $n i32) (local.set $n (i32.const 100)) (loop $again (call $log (i32.const 0) (i32.const 5000)) \
                (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))";
    for engine in &*ENGINES {
        let outcome = load(engine, &module(LOG, line)).unwrap().run(&numbers(3)).unwrap();
        assert!((64 << 10..=(64 << 10) + 1).contains(&outcome.log.len()), "{}", outcome.log.len());
    }
    let flood = |len: u32| format!("(loop $again (call $log (i32.const 0) (i32.const {len})) (br $again))");
    assert!(matches!(stopped(LOG, &flood(0)), GuestError::Fuel { .. }));
    assert!(matches!(stopped(LOG, &flood(65_536)), GuestError::Fuel { .. }));
    // A call is dearer than an instruction, so that no guest makes us work for long with little fuel.
    let calls = "(local $n i32) (local.set $n (i32.const 1000)) (loop $again (call $log (i32.const 0) (i32.const 0)) \
                 (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))";
    let used = load(&ENGINES[0], &module(LOG, calls)).unwrap().run(&numbers(3)).unwrap().fuel;
    assert!(used > 50_000, "{used}");
}

#[test]
fn what_host_functions_are_given_is_looked_at() {
    let call = |function: &str, types: &str, args: &str| {
        let import = format!(r#"(import "strat" "{function}" (func $f {types}))"#);
        let drop = if types.contains("result") { "drop" } else { "" };
        let body = format!("(call $f {args}) {drop}");
        stopped(&import, &body).to_string()
    };
    let outside = "called strat.log wrongly: 8 bytes at 4294967295, outside of its memory";
    assert_eq!(call("log", "(param i32 i32)", "(i32.const -1) (i32.const 8)"), outside);
    // A length that costs more than there is runs out of fuel before it is looked at.
    assert!(call("log", "(param i32 i32)", "(i32.const 0) (i32.const -1)").starts_with("used all"));
    let reject = call("reject", "(param i32 i32 i32)", "(i32.const 3) (i32.const 0) (i32.const 0)");
    assert_eq!(reject, "called strat.reject wrongly: row 3 of a batch of 3 rows");
    let param = "(param i32 i32 i32 i32) (result i32)";
    let name = call("param", param, "(i32.const 262143) (i32.const 2) (i32.const 0) (i32.const 0)");
    assert_eq!(name, "called strat.param wrongly: 2 bytes at 262143, outside of its memory");
}

#[test]
fn nothing_of_one_batch_is_there_for_the_next() {
    // Leaves its mark in memory that was there, in memory that it grew, in a global and in a table; traps when it finds one.
    let more = "(global $mark (mut i32) (i32.const 0)) (table $t 1 funcref) (elem declare func $echo)";
    let found = "(if (global.get $mark) (then unreachable)) \
         (if (i32.load (i32.const 0)) (then unreachable)) \
         (if (i32.eqz (ref.is_null (table.get $t (i32.const 0)))) (then unreachable)) \
         (if (i32.ne (memory.grow (i32.const 8)) (i32.const 4)) (then unreachable)) \
         (if (i32.load (i32.const 700000)) (then unreachable))";
    let leave = "(global.set $mark (i32.const 1)) (i32.store (i32.const 0) (i32.const -1)) \
         (i32.store (i32.const 700000) (i32.const -1)) (table.set $t (i32.const 0) (ref.func $echo))";
    let bytes = module(more, &format!("{found} {leave}"));
    for engine in &*ENGINES {
        let guest = load(engine, &bytes).unwrap();
        let first = guest.run(&numbers(3)).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50).for_each(|_| assert_eq!(guest.run(&numbers(3)).unwrap(), first)));
            }
        });
    }
}

#[test]
fn nothing_of_a_batch_that_failed_is_there_for_the_next() {
    // Marks memory, and fails on a batch of one row.
    let body = "(if (i32.load (i32.const 0)) (then unreachable)) (i32.store (i32.const 0) (i32.const 1)) \
                (if (i32.eq (i32.load (i32.add (local.get $in) (i32.const 8))) (i32.const 1)) \
                  (then (drop (memory.grow (i32.const 61)))))";
    let bytes = module("", body);
    for engine in &*ENGINES {
        let guest = load(engine, &bytes).unwrap();
        for _ in 0..20 {
            assert!(matches!(guest.run(&numbers(1)), Err(GuestError::Memory { .. })));
            assert_eq!(guest.run(&numbers(2)).unwrap().batch, numbers(2));
        }
    }
}

#[test]
fn memory_that_nobody_wrote_is_zero() {
    // The batch's only values come from memory that nothing was written to: they are 0 every time, in both engines.
    let body = "(local $at i32) (local.set $at (i32.add (local.get $in) (local.get $len))) \
                (drop (memory.grow (i32.const 10))) \
                (memory.copy (i32.sub (local.get $at) (i32.const 24)) (i32.const 500000) (i32.const 24))";
    let bytes = module("", body);
    for engine in &*ENGINES {
        let guest = load(engine, &bytes).unwrap();
        for _ in 0..10 {
            let batch = guest.run(&numbers(3)).unwrap().batch;
            let values: Vec<Value> = (0..3).map(|row| batch.columns[0].value(row)).collect();
            assert_eq!(values, vec![Value::Int(0); 3], "{}", engine.name());
        }
    }
}

#[test]
fn outputs_that_lie_are_found_out() {
    let lie = |packed: &str| {
        let text = format!("(drop (i32.const 0)) (return {packed})");
        stopped("", &text).to_string()
    };
    let at = |ptr: u64, len: u64| format!("(i64.const {})", (ptr << 32 | len) as i64);
    assert_eq!(
        lie(&at(131_072, 1 << 31)),
        "wrong output: strat_run gave 2147483648 bytes at 131072, outside of its memory"
    );
    assert_eq!(
        lie(&at(u32::MAX.into(), u32::MAX.into())),
        "wrong output: strat_run gave the address 4294967295, expected a multiple of 8 above 0"
    );
    assert!(lie(&at(0, 64)).contains("the address 0"));
    assert!(lie(&at(8, 0)).contains("0 bytes are fewer than a header"));
    assert!(lie(&at(8, 64)).contains("magic"));
    // An allocation that isn't one.
    let text = |ptr: i32| {
        let module = CONTRACT.replace("(i32.const 131072)", &format!("(i32.const {ptr})"));
        let run = r#"(func (export "strat_run") (param i32 i32) (result i64) (i64.const 0))"#;
        wat_to_wasm(&format!("(module {module} {run})")).unwrap()
    };
    for engine in &*ENGINES {
        for ptr in [0, 4, 262_136, -8] {
            let error = load(engine, &text(ptr)).unwrap().run(&numbers(3)).unwrap_err().to_string();
            assert!(error.starts_with("wrong output: strat_alloc gave "), "{error}");
        }
    }
}

/// All functions of WASI preview 1.
const WASI: &str = "args_get args_sizes_get clock_res_get clock_time_get environ_get environ_sizes_get fd_advise fd_allocate \
    fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size \
    fd_filestat_set_times fd_pread fd_prestat_dir_name fd_prestat_get fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync \
    fd_tell fd_write path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink \
    path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise random_get sched_yield \
    sock_accept sock_recv sock_send sock_shutdown";

/// Those that may be answered with constants, since runtimes need them to start.
const ANSWERED: &[&str] = &[
    "args_get",
    "args_sizes_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_close",
    "fd_fdstat_get",
    "fd_seek",
    "fd_write",
    "poll_oneoff",
    "proc_exit",
    "random_get",
    "sched_yield",
];

#[test]
fn imports_of_the_outside_are_refused_by_name() {
    let refused = |module: &str, name: &str, kind: &str| {
        let import = format!(r#"(import "{module}" "{name}" {kind})"#);
        let error = Module::check(&self::module(&import, "")).unwrap_err();
        assert!(matches!(error, ModuleError::Import { .. }), "{module}.{name}: {error}");
        assert!(error.to_string().starts_with(&format!("imports {module}.{name}, ")), "{error}");
    };
    let names: Vec<&str> = WASI.split_whitespace().collect();
    assert_eq!(names.len(), 46);
    assert!(ANSWERED.iter().all(|name| names.contains(name)));
    for name in names.into_iter().filter(|name| !ANSWERED.contains(name)) {
        refused("wasi_snapshot_preview1", name, "(func)");
    }
    for module in ["wasi_unstable", "wasi:clocks/wall-clock@0.2.0", "env", "js", "strat2", "", "Strat"] {
        refused(module, "now", "(func (result i64))");
    }
    for name in ["now", "random", "Log", "log2", ""] {
        refused("strat", name, "(func)");
    }
    refused("env", "memory", "(memory 1)");
    refused("env", "table", "(table 1 funcref)");
    refused("env", "global", "(global i32)");
}

#[test]
fn one_of_ours_with_another_type_is_refused() {
    for kind in ["(func (param i64 i64))", "(global i32)", "(memory 1)", "(table 1 funcref)"] {
        let import = format!(r#"(import "strat" "log" {kind})"#);
        let error = Module::check(&module(&import, "")).unwrap_err();
        assert!(matches!(error, ModuleError::ImportType { .. }), "{kind}: {error}");
    }
}

#[test]
fn features_that_guests_do_not_have_are_refused() {
    for (what, text) in [
        (
            "relaxed SIMD",
            "(func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))",
        ),
        ("atomics", "(func (drop (i32.atomic.load (i32.const 0))))"),
        ("a shared memory", "(memory 1 1 shared)"),
        ("a second memory", "(memory 1)"),
        ("a tail call", "(func $t (return_call $t))"),
        ("an exception", "(tag $e) (func (throw $e))"),
        ("a structure", "(type $s (struct (field i32)))"),
        ("a 64-bit memory", "(memory i64 1)"),
        (
            "wide arithmetic",
            "(func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1)))",
        ),
        ("odd pages", "(memory 1 (pagesize 1))"),
    ] {
        let error = Module::check(&module(text, "")).unwrap_err();
        assert!(matches!(error, ModuleError::Feature(_)), "{what}: {error}");
    }
}

#[test]
fn exports_of_another_kind_are_refused() {
    let all = [
        ("memory", r#"(memory (export "memory") 4)"#, r#"(func (export "memory"))"#),
        (
            "strat_abi",
            r#"(func (export "strat_abi") (result i32) (i32.const 1))"#,
            r#"(global (export "strat_abi") i32 (i32.const 1))"#,
        ),
        (
            "strat_abi",
            r#"(export "strat_abi") (result i32) (i32.const 1)"#,
            r#"(export "strat_abi") (result i64) (i64.const 1)"#,
        ),
        (
            "strat_alloc",
            r#"(param i32) (result i32) (i32.const 131072)"#,
            r#"(param i32 i32) (result i32) (i32.const 131072)"#,
        ),
    ];
    let run = r#"(func (export "strat_run") (param i32 i32) (result i64) (i64.const 0))"#;
    for (name, right, wrong) in all {
        let text = format!("(module {CONTRACT} {run})");
        assert!(text.contains(right), "{right}");
        let error = Module::check(&wat_to_wasm(&text.replace(right, wrong)).unwrap()).unwrap_err();
        assert!(
            matches!(&error, ModuleError::ExportType { name: found, .. } if *found == name),
            "{name}: {error}"
        );
    }
    let initialize = r#"(func (export "_initialize") (param i32))"#;
    let error = Module::check(&module(initialize, "")).unwrap_err();
    assert!(matches!(error, ModuleError::ExportType { name: "_initialize", .. }), "{error}");
}

#[test]
fn modules_that_are_slow_to_compile_are_refused() {
    let spin = |branches: usize| format!("(func (param i32) {})", "(br_if 0 (local.get 0))".repeat(branches));
    let check = |text: &str| Module::check(&module(text, ""));
    check(&spin(10_000)).unwrap();
    let error = check(&spin(50_000)).unwrap_err();
    assert_eq!(error, ModuleError::Branches { function: 0, branches: 50_000 });
    assert!(error.to_string().contains("50000 times in function 0"), "{error}");
    // The same spread over many functions, none of which is large.
    assert!(matches!(check(&spin(10_000).repeat(25)), Err(ModuleError::Branches { branches: 10_000, .. })));
    check(&spin(100).repeat(1_000)).unwrap();
}

#[test]
fn a_module_may_be_as_large_as_it_says_and_not_a_byte_larger() {
    let mut bytes = module("", "");
    let most = stratigraph_sandbox::MAX_MODULE_BYTES as usize;
    // A section that means nothing: 0, its length in four bytes, an empty name.
    let rest = most - bytes.len() - 5;
    bytes.push(0);
    bytes.extend((0..4).map(|n| (rest >> (7 * n)) as u8 & 0x7f | if n < 3 { 0x80 } else { 0 }));
    bytes.resize(most, 0);
    for engine in &*ENGINES {
        load(engine, &bytes).unwrap().run(&numbers(1)).unwrap();
    }
    bytes.push(0);
    assert_eq!(Module::check(&bytes), Err(ModuleError::TooLarge { bytes: most as u64 + 1 }));
}
