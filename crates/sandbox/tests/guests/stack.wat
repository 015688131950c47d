;; Calls itself for ever.
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func $deep (param i64) (result i64) (i64.add (i64.const 1) (call $deep (local.get 0))))
  (func (export "strat_run") (param i32 i32) (result i64) (call $deep (i64.const 0)))
)
