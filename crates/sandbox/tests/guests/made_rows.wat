;; Makes three rows of "n" from nothing.
(module
  (memory (export "memory") 2)
  (data (i32.const 1024) "STRB\01\00\00\00\03\00\00\00\01\00\00\00")
  (data (i32.const 1040) "\02\00\00\00\00\00\00\00\38\00\00\00\01\00\00\00")
  (data (i32.const 1064) "\40\00\00\00\06\00\00\00")
  (data (i32.const 1080) "n")
  (data (i32.const 1088) "\05\00\06\00\07\00")
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "strat_run") (param i32 i32) (result i64)
    (i64.or (i64.shl (i64.const 1024) (i64.const 32)) (i64.const 72)))
)
