;; The same transform as in every other language here: a slug, a product that wraps around, a share.
(module
  (import "strat" "reject" (func $reject (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "n")
  (data (i32.const 1032) "title")
  (data (i32.const 1040) "x")
  (data (i32.const 1048) "a title that says !")
  ;; The names of what is written, where the answer has them: share, slug, tripled.
  (data (i32.const 1072) "shareslugtripled")
  (global $top (mut i32) (i32.const 2048))

  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param $len i32) (result i32) (call $take (local.get $len)))

  (func (export "strat_run") (param $in i32) (param $in_len i32) (result i64)
    (local $rows i32) (local $out i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    ;; Header, three records of 40 bytes, 16 bytes of names.
    (local.set $out (call $take (i32.const 152)))
    (i32.store (local.get $out) (i32.const 0x42525453))
    (i32.store offset=4 (local.get $out) (i32.const 1))
    (i32.store offset=8 (local.get $out) (local.get $rows))
    (i32.store offset=12 (local.get $out) (i32.const 3))
    (memory.copy (i32.add (local.get $out) (i32.const 136)) (i32.const 1072) (i32.const 16))
    (call $record (local.get $out) (i32.const 16) (i32.const 6) (i32.const 136) (i32.const 5))
    (call $record (local.get $out) (i32.const 56) (i32.const 8) (i32.const 141) (i32.const 4))
    (call $record (local.get $out) (i32.const 96) (i32.const 4) (i32.const 145) (i32.const 7))
    (call $share (local.get $in) (local.get $out) (local.get $rows))
    (call $slugs (local.get $in) (local.get $out) (local.get $rows))
    (call $tripled (local.get $in) (local.get $out) (local.get $rows))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $out)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (global.get $top) (local.get $out)))))

  (func $record (param $out i32) (param $at i32) (param $type i32) (param $name i32) (param $len i32)
    (local $rec i32)
    (local.set $rec (i32.add (local.get $out) (local.get $at)))
    (i32.store (local.get $rec) (i32.or (local.get $type) (i32.const 0x10000)))
    (i32.store offset=8 (local.get $rec) (local.get $name))
    (i32.store offset=12 (local.get $rec) (local.get $len)))

  ;; A column of 8 bytes a row beside the one it is made of: gives its data, and takes its validity over.
  (func $beside (param $in i32) (param $from i32) (param $out i32) (param $rec i32) (param $rows i32) (result i32)
    (local $data i32)
    (call $validity (local.get $in) (local.get $from) (local.get $out) (local.get $rec) (local.get $rows))
    (local.set $data (call $take (i32.shl (local.get $rows) (i32.const 3))))
    (i32.store offset=24 (local.get $rec) (i32.sub (local.get $data) (local.get $out)))
    (i32.store offset=28 (local.get $rec) (i32.shl (local.get $rows) (i32.const 3)))
    (local.get $data))

  (func $validity (param $in i32) (param $from i32) (param $out i32) (param $rec i32) (param $rows i32)
    (local $bits i32) (local $len i32)
    (if (i32.eqz (i32.load offset=16 (local.get $from))) (then (return)))
    (local.set $len (i32.shr_u (i32.add (local.get $rows) (i32.const 7)) (i32.const 3)))
    (local.set $bits (call $take (local.get $len)))
    (memory.copy (local.get $bits)
      (i32.add (local.get $in) (i32.load offset=16 (local.get $from))) (local.get $len))
    (i32.store offset=16 (local.get $rec) (i32.sub (local.get $bits) (local.get $out))))

  (func $share (param $in i32) (param $out i32) (param $rows i32)
    (local $from i32) (local $src i32) (local $dst i32) (local $i i32)
    (local.set $from (call $column (local.get $in) (i32.const 1040) (i32.const 1)))
    (local.set $src (i32.add (local.get $in) (i32.load offset=24 (local.get $from))))
    (local.set $dst (call $beside (local.get $in) (local.get $from) (local.get $out)
      (i32.add (local.get $out) (i32.const 16)) (local.get $rows)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (f64.store (i32.add (local.get $dst) (i32.shl (local.get $i) (i32.const 3)))
          (f64.mul (f64.load (i32.add (local.get $src) (i32.shl (local.get $i) (i32.const 3)))) (f64.const 0.7)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))

  (func $tripled (param $in i32) (param $out i32) (param $rows i32)
    (local $from i32) (local $src i32) (local $dst i32) (local $i i32)
    (local.set $from (call $column (local.get $in) (i32.const 1024) (i32.const 1)))
    (local.set $src (i32.add (local.get $in) (i32.load offset=24 (local.get $from))))
    (local.set $dst (call $beside (local.get $in) (local.get $from) (local.get $out)
      (i32.add (local.get $out) (i32.const 96)) (local.get $rows)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (i64.store (i32.add (local.get $dst) (i32.shl (local.get $i) (i32.const 3)))
          (i64.mul (i64.load (i32.add (local.get $src) (i32.shl (local.get $i) (i32.const 3)))) (i64.const 3)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))

  (func $slugs (param $in i32) (param $out i32) (param $rows i32)
    (local $from i32) (local $rec i32) (local $offs i32) (local $to_offs i32) (local $src i32) (local $dst i32)
    (local $i i32) (local $at i32) (local $start i32) (local $len i32)
    (local.set $from (call $column (local.get $in) (i32.const 1032) (i32.const 5)))
    (local.set $rec (i32.add (local.get $out) (i32.const 56)))
    (call $validity (local.get $in) (local.get $from) (local.get $out) (local.get $rec) (local.get $rows))
    (local.set $offs (i32.add (local.get $in) (i32.load offset=20 (local.get $from))))
    (local.set $src (i32.add (local.get $in) (i32.load offset=24 (local.get $from))))
    (local.set $to_offs (call $take (i32.shl (i32.add (local.get $rows) (i32.const 1)) (i32.const 2))))
    (local.set $dst (call $take (i32.load offset=28 (local.get $from))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (local.set $start (i32.load (local.get $offs)))
        (local.set $len (i32.sub (i32.load offset=4 (local.get $offs)) (local.get $start)))
        (local.set $start (i32.add (local.get $src) (local.get $start)))
        (if (i32.and (i32.eq (local.get $len) (i32.const 1))
              (i32.eq (i32.load8_u (local.get $start)) (i32.const 33)))
          (then (call $reject (local.get $i) (i32.const 1048) (i32.const 19)))
          (else (local.set $at (i32.add (local.get $at)
            (call $slug (local.get $start) (local.get $len) (i32.add (local.get $dst) (local.get $at)))))))
        (local.set $offs (i32.add (local.get $offs) (i32.const 4)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (i32.store (i32.add (local.get $to_offs) (i32.shl (local.get $i) (i32.const 2))) (local.get $at))
        (br $next)))
    (i32.store offset=20 (local.get $rec) (i32.sub (local.get $to_offs) (local.get $out)))
    (i32.store offset=24 (local.get $rec) (i32.sub (local.get $dst) (local.get $out)))
    (i32.store offset=28 (local.get $rec) (local.get $at)))

  ;; ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
  (func $slug (param $src i32) (param $len i32) (param $dst i32) (result i32)
    (local $end i32) (local $at i32) (local $c i32) (local $dash i32)
    (local.set $end (i32.add (local.get $src) (local.get $len)))
    (local.set $at (local.get $dst))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $src) (local.get $end)))
        (local.set $c (i32.load8_u (local.get $src)))
        (local.set $src (i32.add (local.get $src) (i32.const 1)))
        (if (i32.lt_u (i32.sub (local.get $c) (i32.const 65)) (i32.const 26))
          (then (local.set $c (i32.add (local.get $c) (i32.const 32)))))
        (if (i32.or (i32.ge_u (local.get $c) (i32.const 128))
              (i32.or (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))
                (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10))))
          (then
            (if (i32.and (local.get $dash) (i32.ne (local.get $at) (local.get $dst)))
              (then
                (i32.store8 (local.get $at) (i32.const 45))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))))
            (local.set $dash (i32.const 0))
            (i32.store8 (local.get $at) (local.get $c))
            (local.set $at (i32.add (local.get $at) (i32.const 1))))
          (else (local.set $dash (i32.const 1))))
        (br $next)))
    (i32.sub (local.get $at) (local.get $dst)))

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

  ;; The record of the column with that name; traps when the step doesn't read it.
  (func $column (param $in i32) (param $name i32) (param $len i32) (result i32)
    (local $rec i32) (local $left i32) (local $i i32) (local $at i32)
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
    unreachable))
