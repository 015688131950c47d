;; Rejects a row that its batch does not have.
(module
  (import "strat" "reject" (func $reject (param i32 i32 i32)))
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "strat_run") (param i32 i32) (result i64)
    (call $reject (i32.const 1000) (i32.const 0) (i32.const 0))
    (i64.const 0))
)
