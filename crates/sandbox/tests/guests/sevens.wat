;; Writes 7 into "n".
(module
  (memory (export "memory") 2)
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param i32) (result i32) (i32.const 65536))
  (data (i32.const 1080) "n")
  (func (export "strat_run") (param $in i32) (param $len i32) (result i64)
    (local $rows i32) (local $i i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (i32.store (i32.const 1024) (i32.const 0x42525453))
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (local.get $rows))
    (i32.store (i32.const 1036) (i32.const 1))
    (i32.store (i32.const 1040) (i32.const 0x4))
    (i32.store (i32.const 1048) (i32.const 56))
    (i32.store (i32.const 1052) (i32.const 1))
    (i32.store (i32.const 1056) (i32.const 0))
    (i32.store (i32.const 1064) (i32.const 1024))
    (i32.store (i32.const 1068) (i32.shl (local.get $rows) (i32.const 3)))
    (memory.fill (i32.const 1536) (i32.const 0xfd) (i32.const 64))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (i64.store (i32.add (i32.const 2048) (i32.shl (local.get $i) (i32.const 3))) (i64.const 7))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    
    (i64.or
      (i64.shl (i64.const 1024) (i64.const 32))
      (i64.extend_i32_u (i32.add (i32.const 1024) (i32.shl (local.get $rows) (i32.const 3))))))
)
