;; Traps on a batch with the value 5 in its first column, which is BigInt.
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func $strat_row (param $v i64) (if (i64.eq (local.get $v) (i64.const 5)) (then unreachable)))
  (func (export "strat_run") (param $in i32) (param $len i32) (result i64)
    (local $rows i32) (local $i i32) (local $data i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (local.set $data (i32.add (local.get $in) (i32.load offset=40 (local.get $in))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (call $strat_row (i64.load (i32.add (local.get $data) (i32.shl (local.get $i) (i32.const 3)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $in)) (i64.const 32)) (i64.extend_i32_u (local.get $len))))
)
