/* The C side of a data step: rows in, columns out. One header, no libc, any clang that targets wasm32.
 *
 * A script says what it writes, and has a function over a row:
 *
 *     #include "strat.h"
 *     STRAT_WRITES({"slug", STRAT_TEXT})
 *     void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) { ... }
 *
 * With `#define STRAT_BATCH` before the include it has `void strat_batch_run(const strat_batch *in, strat_out *out)`
 * instead, which makes any number of rows and ends each with `strat_next(out)`.
 *
 * The layout is described byte by byte in data-scripts/README.md. */
#ifndef STRAT_H
#define STRAT_H

typedef __UINT8_TYPE__ strat_u8;
typedef __UINT16_TYPE__ strat_u16;
typedef __UINT32_TYPE__ strat_u32;
typedef __UINT64_TYPE__ strat_u64;
typedef __INT16_TYPE__ strat_i16;
typedef __INT32_TYPE__ strat_i32;
typedef __INT64_TYPE__ strat_i64;

enum {
  STRAT_BOOL = 1, STRAT_SMALL_INT, STRAT_INTEGER, STRAT_BIG_INT, STRAT_REAL, STRAT_DOUBLE, STRAT_DECIMAL,
  STRAT_TEXT, STRAT_VARCHAR, STRAT_CHAR, STRAT_ENUM, STRAT_JSON, STRAT_BYTES, STRAT_UUID, STRAT_DATE,
  STRAT_TIME, STRAT_TIMESTAMP, STRAT_TIMESTAMP_TZ, STRAT_ARRAY, STRAT_VECTOR
};

/* Bytes somewhere, not ended by a zero. */
typedef struct { const char *ptr; strat_u32 len; } strat_str;
typedef struct { const char *name; strat_u16 type; } strat_write;

/* The buffer as it stands in memory. */
typedef struct {
  strat_u16 type, flags;
  strat_i32 scale;
  strat_u32 name, name_len, validity, offsets, data, data_len, child, zero;
} strat_column;
typedef struct {
  strat_u32 magic, version, rows, columns;
  strat_column column[];
} strat_batch;

typedef struct {
  const char *name;
  strat_u16 type;
  strat_u8 set, nulls;
  strat_u32 width;            /* bytes of a value; 0 where they differ */
  strat_u32 len, cap;         /* bytes of data, and how many there is room for */
  strat_u8 *data, *validity;
  strat_u32 *offsets;
} strat_written;
typedef struct {
  strat_u32 rows, cap, columns;
  strat_written *column;
} strat_out;

#define STRAT_WRITES(...)                                     \
  const strat_write strat_writes[] = {__VA_ARGS__};           \
  const strat_u32 strat_writes_count = sizeof strat_writes / sizeof *strat_writes;
extern const strat_write strat_writes[];
extern const strat_u32 strat_writes_count;

#define STRAT_IMPORT(name) __attribute__((import_module("strat"), import_name(name)))
#define STRAT_EXPORT(name) __attribute__((export_name(name)))
STRAT_IMPORT("log") void strat_host_log(const char *ptr, strat_u32 len);
STRAT_IMPORT("reject") void strat_host_reject(strat_u32 row, const char *ptr, strat_u32 len);
STRAT_IMPORT("param") strat_i32 strat_host_param(const char *name, strat_u32 len, void *dst, strat_u32 cap);
STRAT_IMPORT("asset")
strat_i32 strat_host_asset(const char *name, strat_u32 len, strat_i64 off, void *dst, strat_u32 cap);
STRAT_IMPORT("lookup") strat_u64 strat_host_lookup(const char *name, strat_u32 len);

/* clang may turn loops into calls of these; weak, so that a libc's win. */
#define STRAT_MEM __attribute__((weak, no_builtin))
STRAT_MEM void *memcpy(void *d, const void *s, __SIZE_TYPE__ n) {
  char *to = d; const char *from = s;
  while (n--) *to++ = *from++;
  return d;
}
STRAT_MEM void *memset(void *d, int c, __SIZE_TYPE__ n) {
  char *to = d;
  while (n--) *to++ = (char)c;
  return d;
}
STRAT_MEM void *memmove(void *d, const void *s, __SIZE_TYPE__ n) {
  char *to = d; const char *from = s;
  if (to < from) while (n--) *to++ = *from++;
  else while (n--) to[n] = from[n];
  return d;
}
STRAT_MEM int memcmp(const void *a, const void *b, __SIZE_TYPE__ n) {
  const strat_u8 *x = a, *y = b;
  for (; n--; x++, y++) if (*x != *y) return *x - *y;
  return 0;
}

static inline strat_u32 strat_strlen(const char *s) {
  if (__builtin_constant_p(__builtin_strlen(s))) return (strat_u32)__builtin_strlen(s);
  strat_u32 n = 0;
  while (s[n]) n++;
  return n;
}
/* memcpy for what is mostly short: eight bytes at a time, of which the last may overlap those before. clang makes a call of the engine of
 * every memcpy whose length it doesn't know. */
static inline __attribute__((no_builtin)) void strat_move(void *d, const void *s, strat_u32 n) {
  char *to = d; const char *from = s;
  strat_u64 eight;
  if (n < 8) {
    while (n--) *to++ = *from++;
    return;
  }
  for (strat_u32 i = 0; i + 8 < n; i += 8) {
    __builtin_memcpy(&eight, from + i, 8);
    __builtin_memcpy(to + i, &eight, 8);
  }
  __builtin_memcpy(&eight, from + n - 8, 8);
  __builtin_memcpy(to + n - 8, &eight, 8);
}
/* Writes a line into the step's log. */
static inline void strat_log(const char *text) { strat_host_log(text, strat_strlen(text)); }
/* Ends the run; the message is the last line of the log, which the error shows. */
static inline __attribute__((noreturn)) void strat_fail(const char *message, const char *what) {
  char line[256];
  strat_u32 n = 0;
  while (*message && n < 200) line[n++] = *message++;
  while (*what && n < 255) line[n++] = *what++;
  strat_host_log(line, n);
  __builtin_trap();
}
/* Refuses a row of the input. */
static inline void strat_reject(strat_u32 row, const char *why) { strat_host_reject(row, why, strat_strlen(why)); }

/* Memory until the end of the batch, aligned to 8 and zero; nothing is given back, as the instance ends with it. */
extern strat_u8 __heap_base;
static strat_u32 strat_top;
static inline void *strat_take(strat_u32 len) {
  if (!strat_top) strat_top = (strat_u32)&__heap_base;
  strat_u64 at = ((strat_u64)strat_top + 7) & ~7ull, end = at + len;
  strat_u64 have = (strat_u64)__builtin_wasm_memory_size(0) << 16;
  if (end > have) {
    /* Somewhat more than is needed, as each growing costs a call of the system. */
    strat_u64 pages = ((end - have + have / 8) >> 16) + 4;
    if (end >> 32 || __builtin_wasm_memory_grow(0, pages) == (__SIZE_TYPE__)-1) __builtin_trap();
  }
  strat_top = (strat_u32)end;
  return (void *)(strat_u32)at;
}

/* ---- reading ---- */
static inline int strat_same(const char *a, const char *b, strat_u32 len) {
  for (strat_u32 i = 0; i < len; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}
static __attribute__((noinline)) const strat_column *strat_search(const strat_batch *in, const char *name, strat_u32 len) {
  for (strat_u32 i = 0; i < in->columns; i++) {
    const strat_column *c = &in->column[i];
    if (c->name_len == len && strat_same((const char *)in + c->name, name, len)) return c;
  }
  strat_fail("the step doesn't read a column called ", name);
}
/* Remembers what was found, as the same few columns are asked for in every row. */
static inline const strat_column *strat_find(const strat_batch *in, const char *name) {
  static struct { const strat_batch *in; const strat_column *column; } seen[8];
  strat_u32 len = strat_strlen(name), slot = len ? (strat_u8)(len + (strat_u8)name[0] + (strat_u8)name[len - 1]) & 7 : 0;
  const strat_column *c = seen[slot].column;
  if (seen[slot].in == in && c->name_len == len && strat_same((const char *)in + c->name, name, len)) return c;
  seen[slot].in = in;
  return seen[slot].column = strat_search(in, name, len);
}
static inline int strat_has(const strat_batch *in, const strat_column *c, strat_u32 row) {
  return !c->validity || ((const strat_u8 *)in + c->validity)[row >> 3] >> (row & 7) & 1;
}
static inline int strat_is_null(const strat_batch *in, const char *name, strat_u32 row) {
  return !strat_has(in, strat_find(in, name), row);
}
/* Ends the run: a column is of another type than the script takes it for. */
static __attribute__((noinline, noreturn)) void strat_wrong(const strat_batch *in, const strat_column *c, const char *what) {
  char name[256];
  strat_u32 n = c->name_len < 255 ? c->name_len : 255;
  memcpy(name, (const char *)in + c->name, n);
  name[n] = 0;
  strat_fail(what, name);
}
static inline int strat_is_text(strat_u16 type) { return type >= STRAT_DECIMAL && type <= STRAT_JSON; }
/* The readers return 0 when the row is NULL. Text is of any text type, Decimal, Enum and Json included; or Bytes. */
static inline int strat_text_of(const strat_batch *in, const strat_column *c, strat_u32 row, strat_str *value) {
  if (!strat_is_text(c->type) && c->type != STRAT_BYTES) strat_wrong(in, c, "neither text nor bytes: column ");
  const strat_u32 *offsets = (const strat_u32 *)((const char *)in + c->offsets);
  value->ptr = (const char *)in + c->data + offsets[row];
  value->len = offsets[row + 1] - offsets[row];
  return strat_has(in, c, row);
}
/* An integer of any width, a Bool, a date in days, or a time in microseconds. */
static inline int strat_int_of(const strat_batch *in, const strat_column *c, strat_u32 row, strat_i64 *value) {
  const char *data = (const char *)in + c->data;
  switch (c->type) {
    case STRAT_BOOL: *value = ((const strat_u8 *)data)[row]; break;
    case STRAT_SMALL_INT: *value = ((const strat_i16 *)data)[row]; break;
    case STRAT_INTEGER: case STRAT_DATE: *value = ((const strat_i32 *)data)[row]; break;
    case STRAT_BIG_INT: case STRAT_TIME: case STRAT_TIMESTAMP: case STRAT_TIMESTAMP_TZ:
      *value = ((const strat_i64 *)data)[row]; break;
    default: strat_wrong(in, c, "not an integer, date or time: column ");
  }
  return strat_has(in, c, row);
}
static inline int strat_float_of(const strat_batch *in, const strat_column *c, strat_u32 row, double *value) {
  const char *data = (const char *)in + c->data;
  if (c->type == STRAT_REAL) *value = ((const float *)data)[row];
  else if (c->type == STRAT_DOUBLE) *value = ((const double *)data)[row];
  else strat_wrong(in, c, "not a float: column ");
  return strat_has(in, c, row);
}
/* 16 bytes. */
static inline int strat_uuid_of(const strat_batch *in, const strat_column *c, strat_u32 row, const strat_u8 **value) {
  if (c->type != STRAT_UUID) strat_wrong(in, c, "not a Uuid: column ");
  *value = (const strat_u8 *)in + c->data + row * 16;
  return strat_has(in, c, row);
}
/* The same for a column by its name. */
static inline int strat_text(const strat_batch *in, const char *name, strat_u32 row, strat_str *value) {
  return strat_text_of(in, strat_find(in, name), row, value);
}
static inline int strat_int(const strat_batch *in, const char *name, strat_u32 row, strat_i64 *value) {
  return strat_int_of(in, strat_find(in, name), row, value);
}
static inline int strat_float(const strat_batch *in, const char *name, strat_u32 row, double *value) {
  return strat_float_of(in, strat_find(in, name), row, value);
}
static inline int strat_uuid(const strat_batch *in, const char *name, strat_u32 row, const strat_u8 **value) {
  return strat_uuid_of(in, strat_find(in, name), row, value);
}
/* A parameter of the step as text ended by a zero; 0 when there's none of that name. */
static inline const char *strat_param(const char *name) {
  strat_u32 len = strat_strlen(name);
  strat_i32 size = strat_host_param(name, len, 0, 0);
  if (size < 0) return 0;
  char *text = strat_take((strat_u32)size + 1);
  strat_host_param(name, len, text, (strat_u32)size);
  return text;
}
/* All bytes of an asset; 0 when there's none of that name. */
static inline int strat_asset(const char *name, strat_str *value) {
  const strat_u32 step = 65536;
  strat_u32 len = strat_strlen(name);
  strat_i32 got;
  value->ptr = strat_take(0);
  value->len = 0;
  do {
    /* Pieces of a multiple of 8 bytes follow each other without a gap. */
    got = strat_host_asset(name, len, value->len, strat_take(step), step);
    if (got < 0) return 0;
    value->len += (strat_u32)got;
  } while (got == (strat_i32)step);
  return 1;
}
/* A small table that the step hands over whole; 0 when there's none of that name. */
static inline const strat_batch *strat_lookup(const char *name) {
  return (const strat_batch *)(strat_u32)(strat_host_lookup(name, strat_strlen(name)) >> 32);
}

/* ---- writing; what a row doesn't write is NULL ---- */
static inline strat_u32 strat_width(strat_u16 type) {
  switch (type) {
    case STRAT_BOOL: return 1;
    case STRAT_SMALL_INT: return 2;
    case STRAT_INTEGER: case STRAT_REAL: case STRAT_DATE: return 4;
    case STRAT_BIG_INT: case STRAT_DOUBLE: case STRAT_TIME: case STRAT_TIMESTAMP: case STRAT_TIMESTAMP_TZ: return 8;
    case STRAT_UUID: return 16;
    default: return 0;
  }
}
static inline strat_written *strat_target(strat_out *out, const char *name) {
  /* A text that stands in two places of a program is mostly one text. */
  for (strat_u32 i = 0; i < out->columns; i++)
    if (out->column[i].name == name) return &out->column[i];
  strat_u32 len = strat_strlen(name);
  for (strat_u32 i = 0; i < out->columns; i++)
    if (strat_same(out->column[i].name, name, len + 1)) return &out->column[i];
  strat_fail("not in STRAT_WRITES: column ", name);
}
/* Room for `len` more bytes in the row's cell. */
static inline void *strat_room(strat_written *c, strat_u32 len) {
  if (c->set) strat_fail("written twice in one row: column ", c->name);
  if (c->len + len > c->cap) {
    c->cap = (c->len + len) * 2 + 64;
    void *bigger = strat_take(c->cap);
    memcpy(bigger, c->data, c->len);
    c->data = bigger;
  }
  c->set = 1;
  c->len += len;
  return c->data + c->len - len;
}
static inline void strat_put_text_to(strat_written *c, const char *ptr, strat_u32 len) {
  if (!strat_is_text(c->type) && c->type != STRAT_BYTES) strat_fail("neither text nor bytes: column ", c->name);
  void *to = strat_room(c, len);
  if (len > 512) memcpy(to, ptr, len);
  else strat_move(to, ptr, len);
}
/* Room for a text of at most so many bytes, made in its place; `strat_put_end_to` says how many of them it has. */
static inline char *strat_put_begin_to(strat_written *c, strat_u32 most) {
  if (!strat_is_text(c->type) && c->type != STRAT_BYTES) strat_fail("neither text nor bytes: column ", c->name);
  return strat_room(c, most);
}
static inline void strat_put_end_to(strat_written *c, strat_u32 most, strat_u32 len) {
  if (len > most) strat_fail("longer than the room that was asked for: column ", c->name);
  c->len -= most - len;
}
static inline void strat_put_int_to(strat_written *c, strat_i64 value) {
  strat_u32 width = c->width;
  if (!width || width > 8 || c->type == STRAT_REAL || c->type == STRAT_DOUBLE)
    strat_fail("not an integer, date or time: column ", c->name);
  strat_i64 back = width == 8 ? value : (strat_i64)((strat_u64)value << (64 - 8 * width)) >> (64 - 8 * width);
  if (back != value) strat_fail("doesn't fit: an integer for column ", c->name);
  void *to = strat_room(c, width);
  if (width == 8) memcpy(to, &value, 8);
  else strat_move(to, &value, width);
}
static inline void strat_put_float_to(strat_written *c, double value) {
  float narrow = (float)value;
  if (c->type == STRAT_REAL) memcpy(strat_room(c, 4), &narrow, 4);
  else if (c->type == STRAT_DOUBLE) memcpy(strat_room(c, 8), &value, 8);
  else strat_fail("not a float: column ", c->name);
}
static inline void strat_put_uuid_to(strat_written *c, const strat_u8 *value) {
  if (c->type != STRAT_UUID) strat_fail("not a Uuid: column ", c->name);
  memcpy(strat_room(c, 16), value, 16);
}
/* The same for a column by its name. */
static inline void strat_put_text(strat_out *out, const char *name, const char *ptr, strat_u32 len) {
  strat_put_text_to(strat_target(out, name), ptr, len);
}
static inline void strat_put_int(strat_out *out, const char *name, strat_i64 value) {
  strat_put_int_to(strat_target(out, name), value);
}
static inline void strat_put_float(strat_out *out, const char *name, double value) {
  strat_put_float_to(strat_target(out, name), value);
}
static inline void strat_put_uuid(strat_out *out, const char *name, const strat_u8 *value) {
  strat_put_uuid_to(strat_target(out, name), value);
}
/* Room for so many rows. */
static inline void strat_more(strat_out *out, strat_u32 cap) {
  for (strat_u32 i = 0; i < out->columns; i++) {
    strat_written *c = &out->column[i];
    strat_u8 *validity = strat_take(cap / 8 + 1);
    memcpy(validity, c->validity, (out->cap + 7) / 8);
    c->validity = validity;
    if (!c->width) {
      strat_u32 *offsets = strat_take((cap + 1) * 4);
      memcpy(offsets, c->offsets, out->cap ? (out->cap + 1) * 4 : 0);
      c->offsets = offsets;
    }
  }
  out->cap = cap;
}
/* Ends the row; only for functions over a batch. */
static inline void strat_next(strat_out *out) {
  strat_u32 row = out->rows++;
  if (row >= out->cap) strat_more(out, row * 2 + 64);
  for (strat_u32 i = 0; i < out->columns; i++) {
    strat_written *c = &out->column[i];
    strat_u32 width = c->width;
    if (c->set) c->validity[row >> 3] |= (strat_u8)(1 << (row & 7));
    else {
      c->nulls = 1;
      static const strat_u8 none[16];
      strat_move(strat_room(c, width), none, width);
    }
    if (!width) c->offsets[row + 1] = c->len;
    c->set = 0;
  }
}

/* ---- the contract ---- */
static inline strat_u32 strat_copy(strat_u8 *base, strat_u32 *at, const void *from, strat_u32 len) {
  strat_u32 placed = *at;
  memcpy(base + placed, from, len);
  *at = (placed + len + 7) & ~7u;
  return placed;
}
static inline strat_u64 strat_finish(const strat_out *out) {
  strat_u32 n = out->columns, names = 16 + n * sizeof(strat_column), start = names, total;
  for (strat_u32 i = 0; i < n; i++) start += strat_strlen(out->column[i].name);
  start = total = (start + 7) & ~7u;
  for (strat_u32 i = 0; i < n; i++)
    total += ((out->rows + 63) / 64 * 8) + (((out->rows + 1) * 4 + 7) & ~7u) + ((out->column[i].len + 7) & ~7u);
  strat_u8 *base = strat_take(total);
  strat_batch *head = (strat_batch *)base;
  head->magic = 0x42525453; head->version = 1; head->rows = out->rows; head->columns = n;
  strat_u32 at = start;
  static const strat_u32 none = 0;
  for (strat_u32 i = 0; i < n; i++) {
    const strat_written *w = &out->column[i];
    strat_column *c = &head->column[i];
    c->type = w->type; c->flags = w->nulls;
    c->name = names; c->name_len = strat_strlen(w->name);
    memcpy(base + names, w->name, c->name_len);
    names += c->name_len;
    if (w->nulls) c->validity = strat_copy(base, &at, w->validity, (out->rows + 7) / 8);
    if (!w->width) c->offsets = strat_copy(base, &at, out->rows ? w->offsets : &none, (out->rows + 1) * 4);
    c->data_len = w->len;
    c->data = strat_copy(base, &at, w->data, w->len);
  }
  return (strat_u64)(strat_u32)base << 32 | at;
}

#ifdef STRAT_BATCH
void strat_batch_run(const strat_batch *in, strat_out *out);
#else
void strat_row(const strat_batch *in, strat_u32 row, strat_out *out);
static inline void strat_batch_run(const strat_batch *in, strat_out *out) {
  for (strat_u32 row = 0; row < in->rows; row++) {
    strat_row(in, row, out);
    strat_next(out);
  }
}
#endif

STRAT_EXPORT("strat_abi") strat_i32 strat_abi(void) { return 1; }
STRAT_EXPORT("strat_alloc") void *strat_alloc(strat_u32 len) { return strat_take(len); }
STRAT_EXPORT("strat_run") strat_u64 strat_run(const strat_batch *in, strat_u32 len) {
  (void)len;
  strat_out out = {0, 0, strat_writes_count, strat_take(strat_writes_count * sizeof(strat_written))};
  for (strat_u32 i = 0; i < out.columns; i++) {
    out.column[i].name = strat_writes[i].name;
    out.column[i].type = strat_writes[i].type;
    out.column[i].width = strat_width(strat_writes[i].type);
    if (strat_writes[i].type >= STRAT_ARRAY) strat_fail("this header can't write arrays and vectors: ", strat_writes[i].name);
    /* Mostly as many rows come out as went in. */
    strat_u64 bytes = (strat_u64)in->rows * out.column[i].width;
    if (bytes >> 31) continue;
    out.column[i].cap = (strat_u32)bytes;
    out.column[i].data = strat_take((strat_u32)bytes);
  }
  if (in->rows) strat_more(&out, in->rows);
  strat_batch_run(in, &out);
  return strat_finish(&out);
}
#endif
