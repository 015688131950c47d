;; reset-followups: every row it is given gets current_followup_count 0. Which rows those are is the step's to say.
;;
;; It reads nothing of the batch but the number of rows; data-scripts/README.md describes the layout byte by byte.
(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "current_followup_count")
  ;; Everything from here on is handed out by $take. An instance lives for one batch, so nothing is given back.
  (global $top (mut i32) (i32.const 2048))

  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param $len i32) (result i32) (call $take (local.get $len)))

  ;; The answer: header (16 bytes), one column record (40), its name (22, filled up to 24), and 4 zero bytes a row.
  (func (export "strat_run") (param $in i32) (param $in_len i32) (result i64)
    (local $rows i32) (local $out i32) (local $len i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (local.set $len (i32.add (i32.const 80) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $out (call $take (local.get $len)))
    (i32.store (local.get $out) (i32.const 0x42525453))           ;; "STRB"
    (i32.store offset=4 (local.get $out) (i32.const 1))           ;; layout version
    (i32.store offset=8 (local.get $out) (local.get $rows))
    (i32.store offset=12 (local.get $out) (i32.const 1))          ;; one column
    (i32.store offset=16 (local.get $out) (i32.const 3))          ;; type 3 (Integer), never NULL
    (i32.store offset=24 (local.get $out) (i32.const 56))         ;; its name
    (i32.store offset=28 (local.get $out) (i32.const 22))
    (i32.store offset=40 (local.get $out) (i32.const 80))         ;; its data, which is zero as fresh memory is
    (i32.store offset=44 (local.get $out) (i32.shl (local.get $rows) (i32.const 2)))
    (memory.copy (i32.add (local.get $out) (i32.const 56)) (i32.const 1024) (i32.const 22))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $out)) (i64.const 32))
      (i64.extend_i32_u (local.get $len))))

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
    (local.get $at)))
