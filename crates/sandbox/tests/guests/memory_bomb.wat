;; Takes memory, a page at a time, and never minds being refused.
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "strat_run") (param i32 i32) (result i64)
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (br $again))
    (i64.const 0))
)
