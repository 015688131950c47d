;; Traps two functions deep, both with names.
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func $divide (param i32) (result i64) (i64.div_u (i64.const 1) (i64.extend_i32_u (local.get 0))))
  (func $compute (param i32) (result i64) (call $divide (local.get 0)))
  (func (export "strat_run") (param i32 i32) (result i64) (call $compute (i32.const 0)))
)
