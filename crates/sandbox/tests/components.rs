//! The component carrier: the same contract through two functions, held to the same limits.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

use std::{collections::BTreeMap, sync::Arc};

use model::Value;
use stratigraph_sandbox::{
    Assets, Batch, Carrier, Column, ColumnType, Engine, Guest, GuestError, Limits, Module, ModuleError,
    Outcome, Params, probe, wat_to_wasm,
};

/// What a component is made of beside the contract.
#[derive(Clone, Copy, Default)]
struct Parts<'a> {
    /// What the component imports.
    imports: &'a str,
    /// Core functions made of it.
    lowered: &'a str,
    /// What its inner module has.
    inner: &'a str,
    /// What the inner module is given.
    given: &'a str,
    /// What `run` does first; it then gives its batch back.
    run: &'a str,
}

impl Parts<'_> {
    fn text(&self) -> String {
        include_str!("guests/component.wat")
            .replace("IMPORTS", self.imports)
            .replace("LOWERED", self.lowered)
            .replace("INNER", self.inner)
            .replace("GIVEN", self.given)
            .replace("RUN", self.run)
            .replace("VERSION", "\\01\\00\\00\\00")
    }

    fn bytes(&self) -> Vec<u8> {
        let text = self.text();
        wat_to_wasm(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn guest(&self) -> Result<Guest, GuestError> {
        load(&self.bytes(), Params::new(), Assets::default())
    }

    fn run(&self) -> Result<Outcome, GuestError> {
        self.guest().and_then(|guest| guest.run(&numbers(3)))
    }
}

const LIMITS: Limits =
    Limits { fuel_start: 2_000_000, fuel_per_row: 100_000, fuel_per_byte: 100, memory_mib: 4 };

fn load(bytes: &[u8], params: Params, assets: Assets) -> Result<Guest, GuestError> {
    Guest::load(&Engine::new().unwrap(), bytes, params, assets, LIMITS)
}

fn numbers(count: i64) -> Batch {
    let values: Vec<Value> = (0..count).map(Value::Int).collect();
    Batch::new(vec![Column::from_values("id", ColumnType::BigInt, &values).unwrap().key()]).unwrap()
}

/// A component that imports one function of an interface, which its inner module calls `$it`.
fn importing<'a>(imports: &'a str, lowered: &'a str, inner: &'a str, run: &'a str) -> Parts<'a> {
    Parts { imports, lowered, inner, given: r#"(with "it" (instance (export "it" (func $it))))"#, run }
}

const LOWERED: &str = r#"(core func $it (canon lower (func $from "it") (memory $libc "memory") (realloc (func $libc "realloc"))))"#;

/// The same for a function of that name and type.
fn calling(interface: &str, name: &str, ty: &str, core: &str, run: &str) -> Vec<u8> {
    let imports = format!(r#"(import "{interface}" (instance $from (export "{name}" (func {ty}))))"#);
    let lowered = LOWERED.replace(r#""it")"#, &format!(r#""{name}")"#));
    let inner = format!(r#"(import "it" "it" (func $it {core}))"#);
    importing(&imports, &lowered, &inner, run).bytes()
}

fn ran(bytes: &[u8]) -> Result<Outcome, GuestError> {
    load(bytes, Params::new(), Assets::default()).and_then(|guest| guest.run(&numbers(3)))
}

#[test]
fn a_batch_goes_through_a_component() {
    let guest = Parts::default().guest().unwrap();
    assert_eq!(guest.info().carrier, Carrier::Component);
    let batch = numbers(1000);
    let report = probe::probe(&guest, &batch, true).unwrap();
    assert!(report.passed(), "{report:?}");
    assert_eq!(report.outcome.batch, batch);
    // Two pages, and what a thousand numbers need.
    assert_eq!(report.outcome.memory, 2 << 16);
    assert!(report.outcome.fuel > 0);
    assert_eq!(guest.run(&numbers(0)).unwrap().batch.rows, 0);
}

#[test]
fn nothing_is_left_from_one_batch_to_the_next() {
    let once = "(if (global.get $ran) (then unreachable)) (global.set $ran (i32.const 1))";
    let guest = Parts { run: once, ..Parts::default() }.guest().unwrap();
    for _ in 0..3 {
        guest.run(&numbers(2)).unwrap();
    }
}

#[test]
fn the_functions_of_strat_are_those_of_core_modules() {
    let host = "strat:guest/host@1.0.0";
    let text = "(param i32 i32)";
    let log =
        calling(host, "log", r#"(param "text" string)"#, text, "(call $it (i32.const 68) (i32.const 11))");
    assert_eq!(ran(&log).unwrap().log, " for people\n");
    let reject = r#"(param "row" u32) (param "message" string)"#;
    let refuse = |row: u32| {
        let run = format!("(call $it (i32.const {row}) (i32.const 69) (i32.const 3))");
        ran(&calling(host, "reject", reject, "(param i32 i32 i32)", &run))
    };
    assert_eq!(refuse(2).unwrap().rejects, [(2, "for".to_owned())]);
    let error = refuse(3).unwrap_err();
    assert_eq!(error.to_string(), "called strat.reject wrongly: row 3 of a batch of 3 rows");
    let mut params = Params::new();
    params.insert("for".into(), "a value".into());
    // Answered at 512: whether there is one, where, how long. It has to be there, and 7 bytes long.
    let check = "(call $it (i32.const 69) (i32.const 3) (i32.const 512)) \
                 (if (i32.ne (i32.load (i32.const 512)) (i32.const 1)) (then unreachable)) \
                 (if (i32.ne (i32.load (i32.const 520)) (i32.const 7)) (then unreachable))";
    let ty = r#"(param "name" string) (result (option string))"#;
    let param = calling(host, "param", ty, "(param i32 i32 i32)", check);
    load(&param, params, Assets::default()).unwrap().run(&numbers(1)).unwrap();
    assert!(ran(&param).unwrap_err().to_string().contains("unreachable"), "there is none");
    let check = check.replace(
        "(i32.const 3) (i32.const 512))",
        "(i32.const 3) (i64.const 2) (i32.const 7) (i32.const 512))",
    );
    let ty = r#"(param "name" string) (param "from" u64) (param "most" u32) (result (option (list u8)))"#;
    let asset = calling(host, "asset", ty, "(param i32 i32 i64 i32 i32)", &check);
    let blobs = BTreeMap::from([("for".to_owned(), Arc::from(&b"0123456789"[..]))]);
    let assets = Assets { blobs, ..Assets::default() };
    load(&asset, Params::new(), assets).unwrap().run(&numbers(1)).unwrap();
    let check = "(call $it (i32.const 69) (i32.const 3) (i32.const 512)) \
                 (return (call $ok (i32.load (i32.const 516)) (i32.load (i32.const 520))))";
    let ty = r#"(param "name" string) (result (option (list u8)))"#;
    let lookup = calling(host, "lookup", ty, "(param i32 i32 i32)", check);
    let lookups = BTreeMap::from([("for".to_owned(), Arc::new(numbers(7)))]);
    let assets = Assets { lookups, ..Assets::default() };
    let outcome = load(&lookup, Params::new(), assets).unwrap().run(&numbers(1)).unwrap();
    assert_eq!(outcome.batch, numbers(7));
}

#[test]
fn what_it_says_when_it_fails_is_passed_on() {
    let outcome =
        Parts { run: "(return (call $err (i32.const 69) (i32.const 10)))", ..Parts::default() }.run();
    assert_eq!(outcome.unwrap_err().to_string(), "failed: for people");
}

#[test]
fn limits_hold() {
    let stopped = |inner: &str, run: &str| Parts { inner, run, ..Parts::default() }.run().unwrap_err();
    let forever = "(loop $again (br $again))";
    assert!(matches!(stopped("", forever), GuestError::Fuel { rows: 3, .. }));
    let start = format!("(func $go {forever}) (start $go)");
    assert!(matches!(stopped(&start, ""), GuestError::Fuel { rows: 0, .. }));
    let deep = "(func $deep (call $deep) (drop (memory.size)))";
    assert!(matches!(stopped(deep, "(call $deep)"), GuestError::Stack { .. }));
    let bomb = "(loop $again (drop (memory.grow (i32.const 16))) (br $again))";
    assert!(matches!(stopped("", bomb), GuestError::Memory { limit: 4_194_304, .. }));
    let table = "(table $t 1 funcref) (func $go (drop (table.grow $t (ref.null func) (i32.const 1048576))))";
    assert!(matches!(stopped(table, "(call $go)"), GuestError::Memory { .. }));
}

/// All memories count together, and so do instances of one module.
#[test]
fn memory_is_counted_over_all_of_a_component() {
    let with = |count: usize, pages: u32| {
        let instances = "(core instance (instantiate $more)) ".repeat(count);
        let lowered = format!("(core module $more (memory {pages})) {instances}");
        Parts { lowered: &lowered, ..Parts::default() }.run()
    };
    assert_eq!(with(2, 31).unwrap().memory, 64 << 16);
    let error = with(2, 32).unwrap_err();
    assert_eq!(error.to_string(), "wanted 4325376 bytes of memory, its limit is 4194304 (memory_mib)");
    let error = with(20, 0).unwrap_err();
    assert!(error.to_string().contains("memory count too high"), "{error}");
    let instances = "(core instance (instantiate $more)) ".repeat(600);
    let lowered = format!("(core module $more) {instances}");
    let error = Parts { lowered: &lowered, ..Parts::default() }.run().unwrap_err();
    assert!(error.to_string().contains("instance count too high"), "{error}");
}

#[test]
fn lies_about_places_and_lengths_are_found() {
    let stopped = |run: &str| Parts { run, ..Parts::default() }.run().unwrap_err().to_string();
    for (at, len, wanted) in [
        (0_i64, 1_i64, "wrong output: the buffer's"),
        (64, 15, "wrong output: the buffer's"),
        (0, 200_000, "out of bounds"),
        (200_000, 1, "out of bounds"),
        (131_072, 1, "out of bounds"),
        (-1, 1, "out of bounds"),
        (0, -1, "out of bounds"),
        (-1, -1, "out of bounds"),
    ] {
        let said = stopped(&format!("(return (call $ok (i32.const {at}) (i32.const {len})))"));
        assert!(said.contains(wanted), "{len} at {at}: {said}");
        let said = stopped(&format!("(return (call $err (i32.const {at}) (i32.const {len})))"));
        assert!(
            said.contains(if wanted == "out of bounds" { wanted } else { "failed: " }),
            "{len} at {at}: {said}"
        );
    }
    // The place of the answer itself, neither of its two cases, and text that isn't UTF-8.
    for (run, wanted) in [
        ("(return (i32.const 200000))", "out of bounds"),
        ("(return (i32.const 257))", "not aligned"),
        (
            "(drop (call $ok (i32.const 0) (i32.const 0))) (i32.store (i32.const 256) (i32.const 7)) (return (i32.const 256))",
            "discriminant",
        ),
        (
            "(i32.store (i32.const 0) (i32.const -1)) (return (call $err (i32.const 0) (i32.const 4)))",
            "utf-8",
        ),
    ] {
        let said = stopped(run);
        assert!(said.starts_with("trapped: ") && said.contains(wanted), "{run}: {said}");
    }
    // Memory for the batch at a place where there is none.
    let text = Parts::default().text().replace("(local.get $at)))", "(i32.const -8)))");
    let said = ran(&wat_to_wasm(&text).unwrap()).unwrap_err().to_string();
    assert_eq!(said, "trapped: realloc return: beyond end of memory");
}

#[test]
fn wasi_is_answered_with_constants() {
    // The first word of SplitMix64 from 0, in each instance.
    let random = |word: &str| {
        let run = format!("(if (i64.ne (call $it) (i64.const {word})) (then unreachable))");
        calling("wasi:random/random@0.2.9", "get-random-u64", "(result u64)", "(result i64)", &run)
    };
    let guest = load(&random("0xE220A8397B1DCDAF"), Params::new(), Assets::default()).unwrap();
    assert!(guest.run(&numbers(1)).is_ok() && guest.run(&numbers(1)).is_ok());
    assert!(ran(&random("1")).is_err());
    let ticks = "(if (i64.ne (call $it) (i64.const 1000000000)) (then unreachable))";
    ran(&calling("wasi:clocks/monotonic-clock@0.2.0", "now", "(result u64)", "(result i64)", ticks)).unwrap();
    let none = "(call $it (i32.const 512)) (if (i32.load (i32.const 516)) (then unreachable))";
    let ty = "(result (list (tuple string string)))";
    ran(&calling("wasi:cli/environment@0.2.3", "get-environment", ty, "(param i32)", none)).unwrap();
    let ended = ran(&calling(
        "wasi:cli/exit@0.2.0",
        "exit",
        r#"(param "status" (result))"#,
        "(param i32)",
        "(call $it (i32.const 1))",
    ));
    assert_eq!(ended.unwrap_err().to_string(), "trapped: it ended itself with exit code 1");
    let bytes = r#"(param "len" u64) (result (list u8))"#;
    let many = calling(
        "wasi:random/random@0.2.0",
        "get-random-bytes",
        bytes,
        "(param i64 i32)",
        "(call $it (i64.const 2000000) (i32.const 512))",
    );
    assert!(ran(&many).unwrap_err().to_string().contains("2000000 random bytes at once"));
    // With another type than it has, and one that is only there to be imported.
    let wrong = calling(
        "wasi:random/random@0.2.0",
        "get-random-u64",
        "(result string)",
        "(param i32)",
        "(call $it (i32.const 512))",
    );
    assert!(matches!(ran(&wrong).unwrap_err(), GuestError::Trap { .. }));
    let never = calling(
        "wasi:filesystem/types@0.2.0",
        "filesystem-error-code",
        "(result u32)",
        "(result i32)",
        "(drop (call $it))",
    );
    assert!(ran(&never).unwrap_err().to_string().contains("to be imported, not to be called"));
}

/// A thing of WASI's can be asked for and written to, which is the log.
#[test]
fn what_is_written_to_the_outputs_is_logged() {
    let imports = r#"
      (import "wasi:io/streams@0.2.9" (instance $streams
        (export "output-stream" (type $out (sub resource)))
        (export "stream-error" (type $error (eq (variant (case "closed")))))
        (export "[method]output-stream.write" (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $error)))))))
      (alias export $streams "output-stream" (type $out))
      (import "wasi:cli/stdout@0.2.9" (instance $stdout
        (alias outer 1 $out (type $of))
        (export "output-stream" (type $o (eq $of)))
        (export "get-stdout" (func (result (own $o))))))"#;
    let imports = imports.replace(
        "(export \"stream-error\" (type $error (eq (variant (case \"closed\")))))",
        "(type $v (variant (case \"closed\"))) (export \"stream-error\" (type $error (eq $v)))",
    );
    let parts = Parts {
        imports: &imports,
        lowered: r#"(core func $get (canon lower (func $stdout "get-stdout")))
          (core func $write (canon lower (func $streams "[method]output-stream.write") (memory $libc "memory")))"#,
        inner: r#"(import "it" "get" (func $get (result i32))) (import "it" "write" (func $write (param i32 i32 i32 i32)))"#,
        given: r#"(with "it" (instance (export "get" (func $get)) (export "write" (func $write))))"#,
        run: "(call $write (call $get) (i32.const 69) (i32.const 3) (i32.const 512)) (if (i32.load8_u (i32.const 512)) (then unreachable))",
    };
    assert_eq!(parts.run().unwrap().log, "for");
}

#[test]
fn imports_of_the_outside_are_refused_by_name() {
    let refused = |interface: &str, name: &str, ty: &str| {
        let imports = format!(r#"(import "{interface}" (instance (export "{name}" (func {ty}))))"#);
        let error = Module::check(&Parts { imports: &imports, ..Parts::default() }.bytes()).unwrap_err();
        assert!(matches!(error, ModuleError::Import { .. }), "{interface} {name}: {error}");
        let module = interface.split('@').next().unwrap();
        assert!(error.to_string().starts_with(&format!("imports {module}")), "{error}");
        assert!(error.to_string().contains(&format!(".{name}, which")), "{error}");
    };
    for (interface, name) in [
        ("wasi:http/outgoing-handler@0.2.0", "handle"),
        ("wasi:cli/environment@0.2.0", "set-environment"),
        ("wasi:cli/environment@0.3.0", "get-environment"),
        ("wasi:cli/run@0.2.0", "run"),
        ("wasi:clocks/timezone@0.2.0", "display"),
        ("wasi:random/random@0.2.0", "get-seed"),
        ("wasi:keyvalue/store@0.2.0", "open"),
        ("wasi:sockets/tcp-create-socket@0.2.0", "open"),
        ("strat:guest/host@1.0.0", "now"),
        ("strat:guest/host@2.0.0", "log"),
        ("strat:guest/other@1.0.0", "log"),
        ("strat:guest/runner@1.0.0", "script"),
        ("my:own/thing", "do"),
    ] {
        refused(interface, name, "");
    }
    let imports = r#"(import "clock" (func (result u64)))"#;
    let error = Module::check(&Parts { imports, ..Parts::default() }.bytes()).unwrap_err().to_string();
    assert!(error.starts_with("imports the world.clock, which doesn't exist for a guest"), "{error}");
    let imports = r#"(import "strat:guest/host@1.0.0" (instance (export "log" (func (param "text" u64)))))"#;
    let error = Module::check(&Parts { imports, ..Parts::default() }.bytes()).unwrap_err().to_string();
    assert_eq!(error, "imports strat.log as (u64) -> (), which is (string) -> ()");
}

#[test]
fn what_does_not_carry_the_contract_is_refused() {
    let text = Parts::default().text();
    let check = |text: &str| Module::check(&wat_to_wasm(text).unwrap()).unwrap_err().to_string();
    let error = check(
        &text.replace(r#"(func (export "run") (param "batch""#, r#"(func (export "go") (param "batch""#),
    );
    assert_eq!(error, "doesn't export run: (list<u8>) -> result<list<u8>, string>");
    let error = check(&text.replace("(result (list u8))\n", "(result string)\n"));
    assert_eq!(error, "exports describe as () -> string, expected () -> list<u8>");
    let error = check(&text.replace("IMPORTS", "").replacen("(component", "(component (component)", 1));
    assert!(error.contains("a component within a component"), "{error}");
    // An inner module is held to the features of core modules.
    let error = check(&text.replacen(
        "(core module $libc",
        "(core module (memory 1 1 shared)) (core module $libc",
        1,
    ));
    assert!(error.starts_with("needs a feature that guests don't have: "), "{error}");
    let many = "(br_if 0 (i32.const 0))".repeat(50_000);
    let inner = format!("(core module (func {many})) (core module $libc");
    let error = check(&text.replacen("(core module $libc", &inner, 1));
    assert!(error.starts_with("branches too often"), "{error}");
    let mut cut = Parts::default().bytes();
    cut.truncate(cut.len() - 3);
    assert!(matches!(Module::check(&cut), Err(ModuleError::Invalid(_))));
    let other = wat_to_wasm(&text.replace("\\01\\00\\00\\00", "\\02\\00\\00\\00")).unwrap();
    assert_eq!(ran(&other), Err(ModuleError::Abi { found: 2 }.into()));
    let short = wat_to_wasm(&text.replace("\\0f\\00\\00\\00", "\\03\\00\\00\\00")).unwrap();
    assert!(ran(&short).unwrap_err().to_string().contains("describe gave less than 4 bytes"));
}

#[test]
fn the_second_engine_says_that_it_runs_none() {
    let bytes = Parts::default().bytes();
    let loaded = Guest::load(&Engine::second(), &bytes, Params::new(), Assets::default(), LIMITS);
    assert_eq!(loaded.err().unwrap().to_string(), "is a component, and wasmi runs core modules only");
    assert!(!Engine::second().runs(Carrier::Component) && Engine::second().runs(Carrier::Core));
}
