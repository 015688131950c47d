/* A guest that traps at a line that its module knows: built with
   clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -ffile-prefix-map=$PWD=. lines/trap.c -o lines/trap.wasm */
#define EXPORT(name) __attribute__((export_name(name)))

static unsigned char heap[65536];

EXPORT("strat_abi") int strat_abi(void) { return 1; }

EXPORT("strat_alloc") void *strat_alloc(unsigned len) {
  (void)len;
  return heap + (8 - (unsigned)heap % 8) % 8;
}

__attribute__((noinline)) static unsigned rows_of(const unsigned *batch) {
  if (batch[2] > 0)
    __builtin_trap();
  return batch[2];
}

EXPORT("strat_run") unsigned long long strat_run(const unsigned *batch, unsigned len) {
  return (unsigned long long)(unsigned)batch << 32 | (len + rows_of(batch));
}
