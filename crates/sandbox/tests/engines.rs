//! Two engines that have nothing in common: whatever a guest computes, both come to the same bits.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads files; the crate does not")]

use std::sync::LazyLock;

use model::Value;
use stratigraph_sandbox::{
    Assets, Batch, Column, ColumnType, Engine, Guest, GuestError, Limits, Outcome, Params, probe, wat_to_wasm,
};

static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| [Engine::new().unwrap(), Engine::second()]);

/// What both engines make of a module and a batch.
fn both(bytes: &[u8], batch: &Batch) -> [Result<Outcome, GuestError>; 2] {
    ENGINES.each_ref().map(|engine| {
        let guest = Guest::load(engine, bytes, Params::new(), Assets::default(), Limits::default())?;
        guest.run(batch)
    })
}

/// Patterns of bits that floats trip over, as 64 bits and twice as 32.
fn patterns() -> Vec<u64> {
    let doubles = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e300,
        -1e-310,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        2147483648.5,
        -9.3e18,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.49999999999999994,
        2.5,
        3.5,
    ];
    let mut all: Vec<u64> = doubles.iter().map(|x: &f64| x.to_bits()).collect();
    // NaN: quiet and signalling, of both signs, with payloads.
    all.extend([0x7ff8_0000_0000_0000, 0xfff8_0000_0000_0001, 0x7ff0_0000_0000_0001, 0xfff7_ffff_ffff_ffff]);
    let single = |x: f32| u64::from(x.to_bits());
    for x in [0.1, -0.0, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY, 16777217.0, 0.5, 1.5, -3.0e9] {
        all.push(single(x) << 32 | single(-x / 3.0));
    }
    all.extend([0x7fc0_0001_ff80_0001, 0x7f80_0001_ffff_ffff, u64::MAX, 1, 0x8000_0000_0000_0000]);
    all
}

/// Puts what `code` computes of a value and another one in the place of each value. `$a` and `$b` are addresses of 16 bytes.
fn computing(code: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
  (memory (export "memory") 4)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 131072))
  (func (export "strat_run") (param $in i32) (param $len i32) (result i64)
    (local $data i32) (local $rows i32) (local $i i32) (local $a i32) (local $b i32) (local $to i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (local.set $data (i32.add (local.get $in) (i32.load offset=40 (local.get $in))))
    (loop $next
      (local.set $a (i32.add (local.get $data) (i32.mul (i32.const 8) (local.get $i))))
      (local.set $b (i32.add (local.get $data) (i32.mul (i32.const 8)
        (i32.rem_u (i32.add (i32.mul (local.get $i) (i32.const 7)) (i32.const 3)) (i32.sub (local.get $rows) (i32.const 1))))))
      (local.set $to (i32.add (i32.const 65536) (i32.mul (i32.const 8) (local.get $i))))
      {code}
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.sub (local.get $rows) (i32.const 1)))))
    (memory.copy (local.get $data) (i32.const 65536) (i32.mul (local.get $i) (i32.const 8)))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $in)) (i64.const 32)) (i64.extend_i32_u (local.get $len)))))"#
    );
    wat_to_wasm(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Every value of the patterns beside every other one, for a while.
fn batch() -> Batch {
    let patterns = patterns();
    let values: Vec<Value> = (0..patterns.len() * 8)
        .map(|n| Value::Int(patterns[(n + n / patterns.len() * 5) % patterns.len()].cast_signed()))
        .collect();
    Batch::new(vec![Column::from_values("x", ColumnType::BigInt, &values).unwrap()]).unwrap()
}

#[track_caller]
fn agree(what: &str, bytes: &[u8]) -> Outcome {
    let [first, second] = both(bytes, &batch());
    assert_eq!(probe::disagreement(&first, &second), None, "{what}");
    first.unwrap_or_else(|error| panic!("{what}: {error}"))
}

#[test]
fn floats_are_the_same_bits() {
    let (a, b) = ("(f64.load (local.get $a))", "(f64.load (local.get $b))");
    for op in ["add", "sub", "mul", "div", "min", "max", "copysign"] {
        agree(op, &computing(&format!("(f64.store (local.get $to) (f64.{op} {a} {b}))")));
    }
    for op in ["sqrt", "ceil", "floor", "trunc", "nearest", "abs", "neg"] {
        agree(op, &computing(&format!("(f64.store (local.get $to) (f64.{op} {a}))")));
    }
    for op in ["eq", "lt", "le"] {
        agree(op, &computing(&format!("(i64.store (local.get $to) (i64.extend_i32_u (f64.{op} {a} {b})))")));
    }
    let (a, b) = ("(f32.load (local.get $a))", "(f32.load (local.get $b))");
    for op in ["add", "sub", "mul", "div", "min", "max", "copysign"] {
        agree(op, &computing(&format!("(f32.store (local.get $to) (f32.{op} {a} {b}))")));
    }
    for op in ["sqrt", "ceil", "floor", "trunc", "nearest", "abs", "neg"] {
        agree(op, &computing(&format!("(f32.store (local.get $to) (f32.{op} {a}))")));
    }
}

#[test]
fn conversions_are_the_same_bits() {
    for code in [
        "(f32.store (local.get $to) (f32.demote_f64 (f64.load (local.get $a))))",
        "(f64.store (local.get $to) (f64.promote_f32 (f32.load (local.get $a))))",
        "(f64.store (local.get $to) (f64.convert_i64_s (i64.load (local.get $a))))",
        "(f64.store (local.get $to) (f64.convert_i64_u (i64.load (local.get $a))))",
        "(f32.store (local.get $to) (f32.convert_i64_s (i64.load (local.get $a))))",
        "(f32.store (local.get $to) (f32.convert_i64_u (i64.load (local.get $a))))",
        "(f32.store (local.get $to) (f32.convert_i32_u (i32.load (local.get $a))))",
        "(i64.store (local.get $to) (i64.trunc_sat_f64_s (f64.load (local.get $a))))",
        "(i64.store (local.get $to) (i64.trunc_sat_f64_u (f64.load (local.get $a))))",
        "(i32.store (local.get $to) (i32.trunc_sat_f32_s (f32.load (local.get $a))))",
        "(f64.store (local.get $to) (f64.reinterpret_i64 (i64.load (local.get $a))))",
        "(i64.store (local.get $to) (i64.rotl (i64.popcnt (i64.load (local.get $a))) (i64.load (local.get $b))))",
        "(i64.store (local.get $to) (i64.shr_s (i64.load (local.get $a)) (i64.load (local.get $b))))",
    ] {
        agree(code, &computing(code));
    }
}

#[test]
fn vectors_are_the_same_bits() {
    let store = |code: &str| {
        format!(
            "(v128.store (i32.const 120000) {code}) (i64.store (local.get $to) \
         (i64.xor (i64.load (i32.const 120000)) (i64.rotl (i64.load (i32.const 120008)) (i64.const 9))))"
        )
    };
    let (a, b) = ("(v128.load (local.get $a))", "(v128.load (local.get $b))");
    for op in [
        "f64x2.add",
        "f64x2.mul",
        "f64x2.div",
        "f64x2.min",
        "f64x2.max",
        "f64x2.pmin",
        "f64x2.pmax",
        "f32x4.add",
        "f32x4.sub",
        "f32x4.mul",
        "f32x4.div",
        "f32x4.min",
        "f32x4.max",
        "f32x4.pmin",
        "f32x4.eq",
        "i8x16.swizzle",
        "i8x16.add_sat_s",
        "i8x16.avgr_u",
        "i16x8.q15mulr_sat_s",
        "i16x8.extmul_high_i8x16_u",
        "i32x4.dot_i16x8_s",
        "i64x2.mul",
        "i8x16.narrow_i16x8_u",
    ] {
        agree(op, &computing(&store(&format!("({op} {a} {b})"))));
    }
    for op in [
        "f64x2.sqrt",
        "f64x2.nearest",
        "f32x4.sqrt",
        "f32x4.ceil",
        "f32x4.neg",
        "f32x4.demote_f64x2_zero",
        "f64x2.promote_low_f32x4",
        "i32x4.trunc_sat_f32x4_s",
        "i32x4.trunc_sat_f64x2_u_zero",
        "f32x4.convert_i32x4_u",
        "i8x16.popcnt",
        "i32x4.extadd_pairwise_i16x8_s",
    ] {
        agree(op, &computing(&store(&format!("({op} {a})"))));
    }
}

#[test]
fn a_nan_that_is_made_is_the_canonical_one() {
    let outcome =
        agree("0/0", &computing("(f64.store (local.get $to) (f64.div (f64.const 0) (f64.const 0)))"));
    assert_eq!(outcome.batch.columns[0].value(0), Value::Int(0x7ff8_0000_0000_0000));
    let payload = "(f64.store (local.get $to) (f64.add (f64.const nan:0x4000000000123) (f64.const 1)))";
    assert_eq!(
        agree("payload", &computing(payload)).batch.columns[0].value(0),
        Value::Int(0x7ff8_0000_0000_0000)
    );
    let single =
        "(i64.store (local.get $to) (i64.extend_i32_u (i32.reinterpret_f32 (f32.sqrt (f32.const -1)))))";
    assert_eq!(agree("single", &computing(single)).batch.columns[0].value(0), Value::Int(0x7fc0_0000));
}

#[test]
fn traps_are_said_in_the_same_words() {
    let table = "(call_indirect (type $none) (i32.const 5))";
    for (code, words) in [
        ("unreachable", "wasm `unreachable` instruction executed"),
        ("(drop (i32.div_s (i32.const 1) (i32.const 0)))", "integer divide by zero"),
        ("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", "integer overflow"),
        ("(drop (i32.trunc_f64_s (f64.const nan)))", "invalid conversion to integer"),
        ("(drop (i32.trunc_f64_s (f64.const 1e20)))", "integer overflow"),
        ("(drop (i32.load (i32.const -4)))", "out of bounds memory access"),
        ("(memory.fill (i32.const -1) (i32.const 0) (i32.const 2))", "out of bounds memory access"),
        (table, "undefined element: out of bounds table access"),
        ("(call_indirect (type $none) (i32.const 1))", "uninitialized element"),
        ("(call_indirect (type $none) (i32.const 0))", "indirect call type mismatch"),
    ] {
        let text = format!(
            r#"(module (type $none (func)) (table 2 funcref) (elem (i32.const 0) $other) (func $other (param i32))
            (memory (export "memory") 4) (func (export "strat_abi") (result i32) (i32.const 1))
            (func (export "strat_alloc") (param i32) (result i32) (i32.const 131072))
            (func (export "strat_run") (param i32 i32) (result i64) {code} (i64.const 0)))"#
        );
        let [first, second] = both(&wat_to_wasm(&text).unwrap(), &batch());
        assert_eq!(probe::disagreement(&first, &second), None, "{code}");
        let Err(GuestError::Trap { message, .. }) = second else { panic!("{code}: {second:?}") };
        assert_eq!(message, words, "{code}");
    }
}

#[test]
fn engines_that_differ_are_told() {
    let same = computing("(i64.store (local.get $to) (i64.const 1))");
    let [first, second] = both(&same, &batch());
    let (mut first, second) = (first.unwrap(), second);
    assert_eq!(probe::disagreement(&Ok(first.clone()), &second), None);
    first.log.push('x');
    assert_eq!(probe::disagreement(&Ok(first.clone()), &second).unwrap(), "the log differs");
    first.rejects.push((0, "no".into()));
    assert_eq!(
        probe::disagreement(&Ok(first.clone()), &second).unwrap(),
        "the list of rejected rows differs"
    );
    first.batch.columns[0] = Column::from_values("x", ColumnType::BigInt, &[Value::Int(2)]).unwrap();
    assert_eq!(probe::disagreement(&Ok(first.clone()), &second).unwrap(), "the output differs");
    let failed = || Err(GuestError::Host("broken".into()));
    assert_eq!(probe::disagreement(&Ok(first), &failed()).unwrap(), "it failed: the sandbox failed: broken");
    assert_eq!(
        probe::disagreement(&failed(), &second).unwrap(),
        "it didn't fail: the sandbox failed: broken"
    );
    // Only fuel and the depth of a stack are each engine's own.
    assert_eq!(probe::disagreement(&Err(GuestError::Fuel { fuel: 1, rows: 1 }), &second), None);
}

#[test]
fn the_guests_of_the_tests_agree() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guests");
    let mut tried = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wat") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // The second engine runs core modules only.
        if text.contains("(component") {
            continue;
        }
        let bytes = wat_to_wasm(&text).unwrap();
        for rows in [0, 1, 40] {
            let all: Vec<u32> = (0..rows).collect();
            let [first, second] = both(&bytes, &batch().select(&all));
            assert_eq!(probe::disagreement(&first, &second), None, "{}, {rows} rows", path.display());
        }
        tried += 1;
    }
    assert!(tried > 15, "{tried}");
}

/// The second engine's limit of fuel is only there so that it ends: it must not be reached by what the first one finishes.
#[test]
fn the_second_engine_has_fuel_enough() {
    let batch = batch();
    let mut dearest = 0.0_f64;
    for code in [
        "(f64.store (local.get $to) (f64.sqrt (f64.load (local.get $a))))",
        "(memory.fill (i32.const 100000) (i32.const 0) (i32.const 4096))",
        "(block (block (block (br 2))))",
        "(local.set $b (select (local.get $a) (local.get $b) (i32.eqz (local.get $i))))",
    ] {
        let [first, second] = both(&computing(code), &batch);
        // Said in eighths of what it counted.
        dearest = dearest.max(second.unwrap().fuel as f64 / first.unwrap().fuel as f64);
    }
    assert!(dearest < 0.5, "{dearest}");
}
