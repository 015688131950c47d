;; A component with the contract, to be filled in: what it imports, what its inner module is given, functions, and the body of run.
(component
  IMPORTS
  (core module $libc
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (global.get $next))
      (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7)) (i32.const -8)))
      (block $enough
        (br_if $enough (i32.le_u (global.get $next) (i32.shl (memory.size) (i32.const 16))))
        (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1)))))
      (local.get $at)))
  (core instance $libc (instantiate $libc))
  LOWERED
  (core module $main
    (import "libc" "memory" (memory 0))
    INNER
    (global $ran (mut i32) (i32.const 0))
    (data (i32.const 64) "VERSION for people")
    ;; describe: where its bytes are, and how many.
    (data (i32.const 128) "\40\00\00\00\0f\00\00\00")
    ;; run: 0 and where the batch is, or 1 and where the message is.
    (func $ok (param i32 i32) (result i32)
      (i32.store (i32.const 256) (i32.const 0))
      (i32.store (i32.const 260) (local.get 0))
      (i32.store (i32.const 264) (local.get 1))
      (i32.const 256))
    (func $err (param i32 i32) (result i32)
      (drop (call $ok (local.get 0) (local.get 1)))
      (i32.store (i32.const 256) (i32.const 1))
      (i32.const 256))
    (func (export "describe") (result i32) (i32.const 128))
    (func (export "run") (param $ptr i32) (param $len i32) (result i32)
      RUN
      (call $ok (local.get $ptr) (local.get $len))))
  (core instance $main (instantiate $main (with "libc" (instance $libc)) GIVEN))
  (func (export "describe") (result (list u8))
    (canon lift (core func $main "describe") (memory $libc "memory")))
  (func (export "run") (param "batch" (list u8)) (result (result (list u8) (error string)))
    (canon lift (core func $main "run") (memory $libc "memory") (realloc (func $libc "realloc")))))
