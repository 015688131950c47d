;; Gives back a place outside of its memory.
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "strat_run") (param i32 i32) (result i64)
    (i64.or (i64.shl (i64.const 131064) (i64.const 32)) (i64.const 64)))
)
