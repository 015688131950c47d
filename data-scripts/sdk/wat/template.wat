;; @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
;;
;; The part to change is $row at the top. All below it is the contract: it finds the column, walks the rows,
;; keeps NULL as NULL, and lays the answer out. data-scripts/README.md describes the layout byte by byte.
(module
  (memory (export "memory") 1)
  ;; Names end with a zero byte, so that they can be replaced without counting.
  (data (i32.const 1024) "@READ@\00")
  (data (i32.const 2048) "@WRITE@\00")
  ;; Everything from here on is handed out by $take. An instance lives for one batch, so nothing is given back.
  (global $top (mut i32) (i32.const 3072))

  ;; One row: reads $len bytes at $src, writes at most $len bytes at $dst, and returns how many.
  ;; As it stands, ASCII capitals become small.
  (func $row (param $src i32) (param $len i32) (param $dst i32) (result i32)
    (local $i i32) (local $c i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $len)))
        (local.set $c (i32.load8_u (i32.add (local.get $src) (local.get $i))))
        (if (i32.lt_u (i32.sub (local.get $c) (i32.const 65)) (i32.const 26))
          (then (local.set $c (i32.add (local.get $c) (i32.const 32)))))
        (i32.store8 (i32.add (local.get $dst) (local.get $i)) (local.get $c))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $len))

  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param $len i32) (result i32) (call $take (local.get $len)))

  (func (export "strat_run") (param $in i32) (param $in_len i32) (result i64)
    (local $rows i32) (local $col i32) (local $bits i32) (local $offs i32) (local $data i32)
    (local $out i32) (local $name_len i32) (local $out_bits i32) (local $out_offs i32) (local $out_data i32)
    (local $i i32) (local $at i32) (local $from i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (local.set $col (call $column (local.get $in) (i32.const 1024)))
    (local.set $bits (i32.load offset=16 (local.get $col)))
    (local.set $offs (i32.add (local.get $in) (i32.load offset=20 (local.get $col))))
    (local.set $data (i32.add (local.get $in) (i32.load offset=24 (local.get $col))))

    ;; The answer: header, one column record, the name, then the column's three regions.
    (local.set $name_len (call $strlen (i32.const 2048)))
    (local.set $out (call $take (i32.add (i32.const 56) (local.get $name_len))))
    (memory.copy (i32.add (local.get $out) (i32.const 56)) (i32.const 2048) (local.get $name_len))
    (if (local.get $bits)
      (then
        (local.set $out_bits (call $take (i32.shr_u (i32.add (local.get $rows) (i32.const 7)) (i32.const 3))))
        (memory.copy (local.get $out_bits) (i32.add (local.get $in) (local.get $bits))
          (i32.shr_u (i32.add (local.get $rows) (i32.const 7)) (i32.const 3)))))
    (local.set $out_offs (call $take (i32.shl (i32.add (local.get $rows) (i32.const 1)) (i32.const 2))))
    (local.set $out_data (call $take (i32.load offset=28 (local.get $col))))
    (i32.store (local.get $out_offs) (i32.const 0))

    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (if (call $valid (local.get $in) (local.get $bits) (local.get $i))
          (then
            (local.set $from (i32.load (i32.add (local.get $offs) (i32.shl (local.get $i) (i32.const 2)))))
            (local.set $at (i32.add (local.get $at) (call $row
              (i32.add (local.get $data) (local.get $from))
              (i32.sub
                (i32.load offset=4 (i32.add (local.get $offs) (i32.shl (local.get $i) (i32.const 2))))
                (local.get $from))
              (i32.add (local.get $out_data) (local.get $at)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (i32.store (i32.add (local.get $out_offs) (i32.shl (local.get $i) (i32.const 2))) (local.get $at))
        (br $next)))

    (i32.store (local.get $out) (i32.const 0x42525453))           ;; "STRB"
    (i32.store offset=4 (local.get $out) (i32.const 1))           ;; layout version
    (i32.store offset=8 (local.get $out) (local.get $rows))
    (i32.store offset=12 (local.get $out) (i32.const 1))          ;; one column
    (i32.store offset=16 (local.get $out) (i32.const 0x10008))    ;; type 8 (Text), flag 1 (nullable)
    (i32.store offset=24 (local.get $out) (i32.const 56))         ;; its name
    (i32.store offset=28 (local.get $out) (local.get $name_len))
    (if (local.get $bits)
      (then (i32.store offset=32 (local.get $out) (i32.sub (local.get $out_bits) (local.get $out)))))
    (i32.store offset=36 (local.get $out) (i32.sub (local.get $out_offs) (local.get $out)))
    (i32.store offset=40 (local.get $out) (i32.sub (local.get $out_data) (local.get $out)))
    (i32.store offset=44 (local.get $out) (local.get $at))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $out)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (global.get $top) (local.get $out)))))

  ;; Fresh memory of $len bytes, aligned to 8 and zero.
  (func $take (param $len i32) (result i32)
    (local $at i32) (local $pages i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $len)))
    (local.set $pages (i32.sub
      (i32.shr_u (i32.add (global.get $top) (i32.const 65535)) (i32.const 16))
      (memory.size)))
    (if (i32.gt_s (local.get $pages) (i32.const 0))
      (then (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable))))
    (local.get $at))

  ;; Length of the name at $at, without its zero byte.
  (func $strlen (param $at i32) (result i32)
    (local $n i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (i32.add (local.get $at) (local.get $n)))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $n))

  ;; The record of the column called $name; traps when the step doesn't read it.
  (func $column (param $in i32) (param $name i32) (result i32)
    (local $rec i32) (local $left i32) (local $len i32) (local $i i32) (local $at i32)
    (local.set $len (call $strlen (local.get $name)))
    (local.set $rec (i32.add (local.get $in) (i32.const 16)))
    (local.set $left (i32.load offset=12 (local.get $in)))
    (loop $records
      (if (i32.eqz (local.get $left)) (then unreachable))
      (if (i32.eq (i32.load offset=12 (local.get $rec)) (local.get $len))
        (then
          (local.set $at (i32.add (local.get $in) (i32.load offset=8 (local.get $rec))))
          (local.set $i (i32.const 0))
          (block $other
            (loop $bytes
              (if (i32.eq (local.get $i) (local.get $len)) (then (return (local.get $rec))))
              (br_if $other (i32.ne
                (i32.load8_u (i32.add (local.get $at) (local.get $i)))
                (i32.load8_u (i32.add (local.get $name) (local.get $i)))))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br $bytes)))))
      (local.set $rec (i32.add (local.get $rec) (i32.const 40)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $records))
    unreachable)

  ;; Whether row $i has a value; $bits is the offset of the bitmap, 0 when no row is NULL.
  (func $valid (param $in i32) (param $bits i32) (param $i i32) (result i32)
    (if (i32.eqz (local.get $bits)) (then (return (i32.const 1))))
    (i32.and
      (i32.shr_u
        (i32.load8_u (i32.add (i32.add (local.get $in) (local.get $bits)) (i32.shr_u (local.get $i) (i32.const 3))))
        (i32.and (local.get $i) (i32.const 7)))
      (i32.const 1))))
