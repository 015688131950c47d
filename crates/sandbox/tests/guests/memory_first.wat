;; Wants more memory from the start than it may have.
(module
  (memory (export "memory") 2048)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "strat_run") (param i32 i32) (result i64) (i64.const 0))
)
