//! What makes a module a guest, and how a module that isn't one is refused.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

use stratigraph_sandbox::{MAX_MODULE_BYTES, Module, ModuleError, wat_to_wasm};

const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const ABI: &str = r#"(func (export "strat_abi") (result i32) (i32.const 1))"#;
const ALLOC: &str = r#"(func (export "strat_alloc") (param i32) (result i32) (i32.const 8))"#;
const RUN: &str = r#"(func (export "strat_run") (param i32 i32) (result i64) (i64.const 0))"#;

fn check(parts: &[&str]) -> Result<(), String> {
    let bytes = wat_to_wasm(&format!("(module {})", parts.join("\n"))).unwrap();
    Module::check(&bytes).map(|_| ()).map_err(|error| error.to_string())
}

fn with(part: &str) -> String {
    check(&[part, MEMORY, ABI, ALLOC, RUN]).unwrap_err()
}

#[test]
fn a_minimal_guest_passes() {
    let bytes = wat_to_wasm(&format!("(module {MEMORY} {ABI} {ALLOC} {RUN})")).unwrap();
    let info = Module::check(&bytes).unwrap();
    assert_eq!((info.bytes, info.abi), (bytes.len() as u64, 1));
    assert_eq!(info.blake3, model::Digest::of(&bytes));
}

#[test]
fn what_is_no_module_is_told_apart() {
    let refused = |bytes: &[u8]| Module::check(bytes).unwrap_err().to_string();
    assert_eq!(refused(b""), "not a WebAssembly module: the file is empty");
    assert_eq!(refused(b" (module)"), "not a WebAssembly module: this is its text form: build it first");
    assert_eq!(refused(b"\x7fELF...."), "not a WebAssembly module: the first four bytes aren't \\0asm");
    let component = wat_to_wasm("(component)").unwrap();
    let expected = "() -> list<u8>";
    assert_eq!(Module::check(&component), Err(ModuleError::Export { name: "describe", expected }));
    let large = vec![0; MAX_MODULE_BYTES as usize + 1];
    assert_eq!(Module::check(&large), Err(ModuleError::TooLarge { bytes: MAX_MODULE_BYTES + 1 }));
    let mut cut = wat_to_wasm(&format!("(module {MEMORY} {ABI} {ALLOC} {RUN})")).unwrap();
    cut.truncate(cut.len() - 3);
    assert!(refused(&cut).starts_with("invalid: "), "{}", refused(&cut));
}

#[test]
fn each_export_is_needed_with_its_type() {
    assert!(check(&[ABI, ALLOC, RUN]).unwrap_err().starts_with("doesn't export memory"));
    assert_eq!(check(&[MEMORY, ALLOC, RUN]).unwrap_err(), "doesn't export strat_abi: () -> i32");
    assert_eq!(check(&[MEMORY, ABI, RUN]).unwrap_err(), "doesn't export strat_alloc: (i32) -> i32");
    assert_eq!(check(&[MEMORY, ABI, ALLOC]).unwrap_err(), "doesn't export strat_run: (i32 i32) -> i64");
    let narrow = r#"(func (export "strat_run") (param i32 i32) (result i32) (i32.const 0))"#;
    assert_eq!(
        check(&[MEMORY, ABI, ALLOC, narrow]).unwrap_err(),
        "exports strat_run as (i32 i32) -> i32, expected (i32 i32) -> i64"
    );
}

#[test]
fn only_our_imports_with_our_types_pass() {
    let ours = r#"(import "strat" "param" (func (param i32 i32 i32 i32) (result i32)))"#;
    check(&[ours, MEMORY, ABI, ALLOC, RUN]).unwrap();
    assert_eq!(
        with(r#"(import "strat" "log" (func (param i64)))"#),
        "imports strat.log as (i64) -> (), which is (i32 i32) -> ()"
    );
    assert_eq!(
        with(r#"(import "strat" "now" (func (result i64)))"#),
        "imports strat.now, which doesn't exist for a guest: strat has log, reject, param, asset and lookup"
    );
    assert!(with(r#"(import "env" "sqrt" (func (param f64) (result f64)))"#).contains("library is missing"));
}

/// All of WASI preview 1, and the functions of it that guests have.
#[test]
fn of_wasi_thirteen_functions_pass() {
    let there = [
        ("args_get", "(param i32 i32) (result i32)"),
        ("args_sizes_get", "(param i32 i32) (result i32)"),
        ("clock_time_get", "(param i32 i64 i32) (result i32)"),
        ("environ_get", "(param i32 i32) (result i32)"),
        ("environ_sizes_get", "(param i32 i32) (result i32)"),
        ("fd_close", "(param i32) (result i32)"),
        ("fd_fdstat_get", "(param i32 i32) (result i32)"),
        ("fd_seek", "(param i32 i64 i32 i32) (result i32)"),
        ("fd_write", "(param i32 i32 i32 i32) (result i32)"),
        ("poll_oneoff", "(param i32 i32 i32 i32) (result i32)"),
        ("proc_exit", "(param i32)"),
        ("random_get", "(param i32 i32) (result i32)"),
        ("sched_yield", "(result i32)"),
    ];
    let absent = "clock_res_get fd_advise fd_allocate fd_datasync fd_fdstat_set_flags fd_fdstat_set_rights \
                  fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_dir_name \
                  fd_prestat_get fd_pwrite fd_read fd_readdir fd_renumber fd_sync fd_tell path_create_directory \
                  path_filestat_get path_filestat_set_times path_link path_open path_readlink \
                  path_remove_directory path_rename path_symlink path_unlink_file proc_raise sock_accept \
                  sock_recv sock_send sock_shutdown";
    let import = |name: &str, ty: &str| format!(r#"(import "wasi_snapshot_preview1" "{name}" (func {ty}))"#);
    for (name, ty) in there {
        check(&[&import(name, ty), MEMORY, ABI, ALLOC, RUN]).unwrap();
        let said = with(&import(name, "(param f64)"));
        assert!(said.starts_with(&format!("imports wasi_snapshot_preview1.{name} as (f64) -> ()")), "{said}");
    }
    for name in absent.split_whitespace() {
        let said = with(&import(name, "(param i32) (result i32)"));
        let wanted = format!("imports wasi_snapshot_preview1.{name}, which doesn't exist for a guest: ");
        assert!(said.starts_with(&wanted), "{said}");
    }
    let said = with(&import("fd_prestat_get", "(param i32 i32) (result i32)"));
    assert!(said.contains("fmt and log"), "{said}");
    assert!(with(r#"(import "wasi_unstable" "random_get" (func))"#).contains("a draft of WASI"));
}

#[test]
fn features_whose_results_differ_are_refused() {
    let relaxed = "(func (param v128 v128 v128) (result v128) \
                   (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))";
    assert!(with(relaxed).contains("relaxed SIMD"), "{}", with(relaxed));
    let shared = r#"(memory (export "memory") 1 1 shared)"#;
    assert!(check(&[shared, ABI, ALLOC, RUN]).unwrap_err().contains("threads"));
    let wide = r#"(memory (export "memory") i64 1)"#;
    assert!(check(&[wide, ABI, ALLOC, RUN]).unwrap_err().starts_with("needs a feature"));
}

#[test]
fn simd_and_bulk_memory_are_there() {
    let simd = "(func (param v128 v128) (result v128) (i16x8.mul (local.get 0) (local.get 1)))";
    let fill = "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 8)))";
    check(&[simd, fill, MEMORY, ABI, ALLOC, RUN]).unwrap();
}
