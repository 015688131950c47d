/* Runs a script of JavaScript over batches: QuickJS as one core module, with the contract of data-scripts/README.md.
 *
 * The script's text is data of the module: `strat script build` puts it into `strat_script`, its length first. An instance
 * loads it before the batch. A script has `writes` and either `row` or `batch`; the SDK's README says how. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "quickjs.h"

enum {
  BOOL = 1, SMALL_INT, INTEGER, BIG_INT, REAL, DOUBLE, DECIMAL, TEXT, VARCHAR, CHAR, ENUM, JSON, BYTES, UUID, DATE,
  TIME, TIMESTAMP, TIMESTAMP_TZ, ARRAY, VECTOR
};
static const char *const type_names[] = {
  0, "bool", "small_int", "integer", "big_int", "real", "double", "decimal", "text", "varchar", "char", "enum", "json",
  "bytes", "uuid", "date", "time", "timestamp", "timestamp_tz", "array", "vector"
};

typedef struct {
  uint16_t type, flags;
  int32_t scale;
  uint32_t name, name_len, validity, offsets, data, data_len, child, zero;
} Column;
typedef struct {
  uint32_t magic, version, rows, columns;
  Column column[];
} Batch;
typedef struct {
  const char *name;
  JSAtom atom;
  int type, nulls;
  uint32_t len, cap;
  uint8_t *data, *validity;
  uint32_t *offsets;
} Written;

/* What the script may be: its length in bytes, then its text. */
uint8_t strat_script[1 << 20];

#define IMPORT(name) __attribute__((import_module("strat"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
IMPORT("log") void host_log(const char *ptr, uint32_t len);
IMPORT("reject") void host_reject(uint32_t row, const char *ptr, uint32_t len);
IMPORT("param") int32_t host_param(const char *name, uint32_t len, void *dst, uint32_t cap);
IMPORT("asset") int32_t host_asset(const char *name, uint32_t len, int64_t off, void *dst, uint32_t cap);
IMPORT("lookup") uint64_t host_lookup(const char *name, uint32_t len);

static JSContext *cx;
static JSValue row_fn, batch_fn, reject_class;
static Written *written;
static uint32_t written_count;

/* Ends the run; the message is the last line of the log, which the error shows. */
static _Noreturn void fail(const char *message, const char *what) {
  char line[512];
  snprintf(line, sizeof line, "%s%s", message, what);
  host_log(line, (uint32_t)strlen(line));
  __builtin_trap();
}

/* Ends the run with what the script threw; where it stands goes first, as the last line is what people see. */
static _Noreturn void fail_thrown(void) {
  JSValue thrown = JS_GetException(cx);
  JSValue stack = JS_GetPropertyStr(cx, thrown, "stack");
  const char *where = JS_IsString(stack) ? JS_ToCString(cx, stack) : 0;
  const char *what = JS_ToCString(cx, thrown);
  if (where && *where) {
    size_t len = strlen(where);
    while (len && where[len - 1] == '\n') len--;
    host_log(where, (uint32_t)len);
  }
  fail(what ? what : "threw something that has no text", "");
}

static JSValue checked(JSValue value) {
  if (JS_IsException(value)) fail_thrown();
  return value;
}

static void *take(size_t len) {
  void *at = aligned_alloc(16, (len + 31) & ~(size_t)15);
  if (!at) fail("out of memory", "");
  return at;
}

/* ---- reading ---- */

static JSValue bytes_value(const void *from, size_t len, JSTypedArrayEnum kind) {
  JSValue buffer = checked(JS_NewArrayBufferCopy(cx, from, len));
  JSValue array = checked(JS_NewTypedArray(cx, 1, &buffer, kind));
  JS_FreeValue(cx, buffer);
  return array;
}

/* 64 bits are always a BigInt: a number would lose some of them. */
static JSValue value_at(const uint8_t *base, const Column *c, uint32_t row) {
  const uint8_t *data = base + c->data;
  if (c->validity && !(base[c->validity + (row >> 3)] >> (row & 7) & 1)) return JS_NULL;
  const uint32_t *offsets = (const uint32_t *)(base + c->offsets);
  switch (c->type) {
    case BOOL: return JS_NewBool(cx, data[row]);
    case SMALL_INT: return JS_NewInt32(cx, ((const int16_t *)data)[row]);
    case INTEGER: case DATE: return JS_NewInt32(cx, ((const int32_t *)data)[row]);
    case BIG_INT: case TIME: case TIMESTAMP: case TIMESTAMP_TZ:
      return checked(JS_NewBigInt64(cx, ((const int64_t *)data)[row]));
    case REAL: return JS_NewFloat64(cx, ((const float *)data)[row]);
    case DOUBLE: return JS_NewFloat64(cx, ((const double *)data)[row]);
    case BYTES: return bytes_value(data + offsets[row], offsets[row + 1] - offsets[row], JS_TYPED_ARRAY_UINT8);
    case UUID: return bytes_value(data + row * 16, 16, JS_TYPED_ARRAY_UINT8);
    case VECTOR: {
      const Column *child = &((const Batch *)base)->column[c->child];
      const float *floats = (const float *)(base + child->data) + offsets[row];
      return bytes_value(floats, (offsets[row + 1] - offsets[row]) * 4, JS_TYPED_ARRAY_FLOAT32);
    }
    case ARRAY: {
      const Column *child = &((const Batch *)base)->column[c->child];
      JSValue array = checked(JS_NewArray(cx));
      for (uint32_t i = offsets[row]; i < offsets[row + 1]; i++)
        JS_DefinePropertyValueUint32(cx, array, i - offsets[row], value_at(base, child, i), JS_PROP_C_W_E);
      return array;
    }
    default:
      return checked(JS_NewStringLen(cx, (const char *)data + offsets[row], offsets[row + 1] - offsets[row]));
  }
}

/* The names of the columns, so that each is looked up once a batch; children have none. */
static JSAtom *names_of(const Batch *in) {
  JSAtom *names = take(in->columns * sizeof *names);
  for (uint32_t i = 0; i < in->columns; i++)
    names[i] = JS_NewAtomLen(cx, (const char *)in + in->column[i].name, in->column[i].name_len);
  return names;
}

static JSValue row_value(const Batch *in, const JSAtom *names, uint32_t row) {
  JSValue object = checked(JS_NewObject(cx));
  for (uint32_t i = 0; i < in->columns; i++)
    if (in->column[i].name_len)
      JS_DefinePropertyValue(cx, object, names[i], value_at((const uint8_t *)in, &in->column[i], row), JS_PROP_C_W_E);
  return object;
}

static JSValue rows_value(const Batch *in) {
  const JSAtom *names = names_of(in);
  JSValue rows = checked(JS_NewArray(cx));
  for (uint32_t i = 0; i < in->rows; i++)
    JS_DefinePropertyValueUint32(cx, rows, i, row_value(in, names, i), JS_PROP_C_W_E);
  return rows;
}

/* ---- what a script may call: strat.log, strat.param, strat.asset, strat.lookup, strat.reject ---- */

static JSValue js_log(JSContext *c, JSValueConst self, int argc, JSValueConst *argv) {
  size_t len;
  const char *text = JS_ToCStringLen(c, &len, argv[0]);
  if (!text) return JS_EXCEPTION;
  host_log(text, (uint32_t)len);
  JS_FreeCString(c, text);
  return JS_UNDEFINED;
}

static JSValue js_param(JSContext *c, JSValueConst self, int argc, JSValueConst *argv) {
  size_t len;
  const char *name = JS_ToCStringLen(c, &len, argv[0]);
  if (!name) return JS_EXCEPTION;
  int32_t size = host_param(name, (uint32_t)len, 0, 0);
  JSValue value = JS_NULL;
  if (size >= 0) {
    char *text = take((size_t)size);
    host_param(name, (uint32_t)len, text, (uint32_t)size);
    value = JS_NewStringLen(c, text, (size_t)size);
    free(text);
  }
  JS_FreeCString(c, name);
  return value;
}

/* All of an asset: bytes, or its text where `magic` says so. */
static JSValue js_asset(JSContext *c, JSValueConst self, int argc, JSValueConst *argv, int magic) {
  size_t len;
  const char *name = JS_ToCStringLen(c, &len, argv[0]);
  if (!name) return JS_EXCEPTION;
  size_t have = 0, cap = 65536;
  char *all = malloc(cap);
  int32_t got = 0;
  while (all && (got = host_asset(name, (uint32_t)len, (int64_t)have, all + have, (uint32_t)(cap - have))) > 0) {
    have += (size_t)got;
    if (have == cap) all = realloc(all, cap *= 2);
  }
  if (!all) fail("out of memory", "");
  JS_FreeCString(c, name);
  JSValue value = JS_NULL;
  if (got == 0) value = magic ? JS_NewStringLen(c, all, have) : bytes_value(all, have, JS_TYPED_ARRAY_UINT8);
  free(all);
  return value;
}

static JSValue js_lookup(JSContext *c, JSValueConst self, int argc, JSValueConst *argv) {
  size_t len;
  const char *name = JS_ToCStringLen(c, &len, argv[0]);
  if (!name) return JS_EXCEPTION;
  uint64_t found = host_lookup(name, (uint32_t)len);
  JS_FreeCString(c, name);
  return found ? rows_value((const Batch *)(uintptr_t)(found >> 32)) : JS_NULL;
}

/* For `batch`, where an exception would end the run: refuses one row of it. */
static JSValue js_reject(JSContext *c, JSValueConst self, int argc, JSValueConst *argv) {
  uint32_t row;
  if (!JS_IsNumber(argv[0])) return JS_ThrowTypeError(c, "strat.reject wants the number of a row, from 0, and a message");
  if (JS_ToUint32(c, &row, argv[0])) return JS_EXCEPTION;
  size_t len;
  const char *why = JS_ToCStringLen(c, &len, argv[1]);
  if (!why) return JS_EXCEPTION;
  host_reject(row, why, (uint32_t)len);
  JS_FreeCString(c, why);
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
  JS_CFUNC_DEF("log", 1, js_log),
  JS_CFUNC_DEF("param", 1, js_param),
  JS_CFUNC_MAGIC_DEF("asset", 1, js_asset, 0),
  JS_CFUNC_MAGIC_DEF("assetText", 1, js_asset, 1),
  JS_CFUNC_DEF("lookup", 1, js_lookup),
  JS_CFUNC_DEF("reject", 2, js_reject),
};

/* ---- writing ---- */

static uint32_t width(int type) {
  switch (type) {
    case BOOL: return 1;
    case SMALL_INT: return 2;
    case INTEGER: case REAL: case DATE: return 4;
    case BIG_INT: case DOUBLE: case TIME: case TIMESTAMP: case TIMESTAMP_TZ: return 8;
    case UUID: return 16;
    default: return 0;
  }
}

static void *grown(void *old, uint32_t len, uint32_t cap) {
  void *bigger = take(cap);
  if (len) memcpy(bigger, old, len);
  memset((uint8_t *)bigger + len, 0, cap - len);
  free(old);
  return bigger;
}

static void put(Written *w, const void *from, uint32_t len) {
  if (w->len + len > w->cap || !w->data) {
    w->cap = (w->len + len) * 2 + 64;
    w->data = grown(w->data, w->len, w->cap);
  }
  if (from) memcpy(w->data + w->len, from, len);
  else memset(w->data + w->len, 0, len);
  w->len += len;
}

static _Noreturn void mistyped(const Written *w, const char *wanted) {
  char line[256];
  snprintf(line, sizeof line, "column %s is %s, which wants ", w->name, type_names[w->type]);
  fail(line, wanted);
}

static void put_number(Written *w, JSValueConst value) {
  if (w->type == BIG_INT || (w->type >= TIME && w->type <= TIMESTAMP_TZ)) {
    int64_t whole;
    if (!JS_IsBigInt(value)) mistyped(w, "a BigInt, such as 7n");
    JSValue back;
    if (JS_ToBigInt64(cx, &whole, value)) fail_thrown();
    back = checked(JS_NewBigInt64(cx, whole));
    if (!JS_IsStrictEqual(cx, back, value)) mistyped(w, "64 bits at most: BigInt.asIntN(64, …)");
    JS_FreeValue(cx, back);
    put(w, &whole, 8);
    return;
  }
  double number;
  if (!JS_IsNumber(value)) mistyped(w, "a number");
  if (JS_ToFloat64(cx, &number, value)) fail_thrown();
  if (w->type == DOUBLE) {
    put(w, &number, 8);
  } else if (w->type == REAL) {
    float narrow = (float)number;
    put(w, &narrow, 4);
  } else {
    int32_t most = w->type == SMALL_INT ? INT16_MAX : INT32_MAX;
    if (!(number >= -(double)most - 1 && number <= (double)most) || number != (double)(int32_t)number)
      mistyped(w, "a whole number in its range");
    int32_t whole = (int32_t)number;
    put(w, &whole, width(w->type));
  }
}

static void put_bytes(Written *w, JSValueConst value) {
  int kind = JS_GetTypedArrayType(value);
  if (kind != (w->type == VECTOR ? JS_TYPED_ARRAY_FLOAT32 : JS_TYPED_ARRAY_UINT8))
    mistyped(w, w->type == VECTOR ? "a Float32Array" : "a Uint8Array");
  size_t offset, len, unit, all;
  JSValue buffer = checked(JS_GetTypedArrayBuffer(cx, value, &offset, &len, &unit));
  const uint8_t *from = JS_GetArrayBuffer(cx, &all, buffer);
  if (w->type == UUID && len != 16) mistyped(w, "16 bytes");
  put(w, from + offset, (uint32_t)len);
  JS_FreeValue(cx, buffer);
}

static void put_value(Written *w, JSValueConst value) {
  switch (w->type) {
    case BOOL: {
      uint8_t yes = (uint8_t)JS_ToBool(cx, value);
      if (!JS_IsBool(value)) mistyped(w, "true or false");
      put(w, &yes, 1);
      return;
    }
    case BYTES: case UUID: case VECTOR: put_bytes(w, value); return;
    case DECIMAL: case TEXT: case VARCHAR: case CHAR: case ENUM: case JSON: {
      size_t len;
      if (!JS_IsString(value)) mistyped(w, "a string");
      const char *text = JS_ToCStringLen(cx, &len, value);
      if (!text) fail_thrown();
      put(w, text, (uint32_t)len);
      JS_FreeCString(cx, text);
      return;
    }
    default: put_number(w, value);
  }
}

/* One row of the answer; what it doesn't have is NULL. */
static void put_row(JSValueConst answer, uint32_t row, uint32_t *cap) {
  if (row >= *cap) {
    uint32_t more = *cap * 2 + 64;
    for (uint32_t i = 0; i < written_count; i++) {
      written[i].validity = grown(written[i].validity, *cap / 8, more / 8 + 8);
      written[i].offsets = grown(written[i].offsets, *cap ? (*cap + 1) * 4 : 0, (more + 1) * 4);
    }
    *cap = more;
  }
  uint32_t known = 0;
  for (uint32_t i = 0; i < written_count; i++) {
    Written *w = &written[i];
    JSValue value = JS_IsObject(answer) ? checked(JS_GetProperty(cx, answer, w->atom)) : JS_UNDEFINED;
    known += !JS_IsUndefined(value);
    if (JS_IsNull(value) || JS_IsUndefined(value)) {
      w->nulls = 1;
      put(w, 0, width(w->type));
    } else {
      put_value(w, value);
      w->validity[row >> 3] |= (uint8_t)(1 << (row & 7));
    }
    w->offsets[row + 1] = w->type == VECTOR ? w->len / 4 : w->len;
    JS_FreeValue(cx, value);
  }
  if (!JS_IsObject(answer)) {
    if (!JS_IsUndefined(answer) && !JS_IsNull(answer)) fail("the script gave something that is no object", "");
    return;
  }
  JSPropertyEnum *all;
  uint32_t count;
  if (JS_GetOwnPropertyNames(cx, &all, &count, answer, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY)) fail_thrown();
  if (count > known)
    for (uint32_t i = 0; i < count; i++) {
      uint32_t at = 0;
      while (at < written_count && written[at].atom != all[i].atom) at++;
      if (at == written_count) fail("not in the script's writes: column ", JS_AtomToCString(cx, all[i].atom));
    }
  JS_FreePropertyEnum(cx, all, count);
}

static uint32_t up(uint32_t len) { return (len + 7) & ~7u; }

static uint32_t place(uint8_t *base, uint32_t *at, const void *from, uint32_t len) {
  uint32_t placed = *at;
  if (len) memcpy(base + placed, from, len);
  *at = up(placed + len);
  return placed;
}

static uint64_t finish(uint32_t rows) {
  static const uint32_t none = 0;
  uint32_t records = written_count, names = 0, room = 0;
  for (uint32_t i = 0; i < written_count; i++) {
    records += written[i].type == VECTOR;
    names += (uint32_t)strlen(written[i].name);
    room += up(rows / 8 + 1) + up((rows + 1) * 4) + up(written[i].len);
  }
  uint32_t name = 16 + records * (uint32_t)sizeof(Column), at = up(name + names), child = written_count;
  uint8_t *base = take(at + room);
  memset(base, 0, at + room);
  Batch *head = (Batch *)base;
  *head = (Batch){0x42525453, 1, rows, records};
  for (uint32_t i = 0; i < written_count; i++) {
    const Written *w = &written[i];
    Column *c = &head->column[i];
    c->type = (uint16_t)w->type;
    c->flags = (uint16_t)w->nulls;
    c->name = name;
    c->name_len = (uint32_t)strlen(w->name);
    memcpy(base + name, w->name, c->name_len);
    name += c->name_len;
    if (w->nulls) c->validity = place(base, &at, w->validity, (rows + 7) / 8);
    if (!width(w->type)) c->offsets = place(base, &at, rows ? w->offsets : &none, (rows + 1) * 4);
    if (w->type == VECTOR) {
      c->child = child;
      c = &head->column[child++];
      c->type = REAL;
    }
    c->data_len = w->len;
    c->data = place(base, &at, w->data, w->len);
  }
  return (uint64_t)(uintptr_t)base << 32 | at;
}

/* ---- the contract ---- */

static JSValue global(const char *name) {
  char text[64];
  int len = snprintf(text, sizeof text, "typeof %s === 'undefined' ? undefined : %s", name, name);
  return checked(JS_Eval(cx, text, (size_t)len, "runner", JS_EVAL_TYPE_GLOBAL));
}

static void read_writes(void) {
  JSValue writes = global("writes");
  if (!JS_IsObject(writes)) fail("the script has no `writes`, such as: const writes = { slug: \"text\" }", "");
  JSPropertyEnum *all;
  if (JS_GetOwnPropertyNames(cx, &all, &written_count, writes, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY)) fail_thrown();
  written = calloc(written_count + 1, sizeof *written);
  for (uint32_t i = 0; i < written_count; i++) {
    Written *w = &written[i];
    w->atom = JS_DupAtom(cx, all[i].atom);
    w->name = JS_AtomToCString(cx, w->atom);
    JSValue type = checked(JS_GetProperty(cx, writes, w->atom));
    const char *word = JS_ToCString(cx, type);
    for (int t = BOOL; word && t <= VECTOR; t++)
      if (t != ARRAY && !strcmp(word, type_names[t])) w->type = t;
    if (!w->type) fail("no type that can be written: ", word ? word : "?");
    JS_FreeValue(cx, type);
  }
}

static void load(void) {
  if (cx) return;
  uint32_t len;
  memcpy(&len, strat_script, 4);
  if (len == 0 || len > sizeof strat_script - 5) fail("the runner carries no script: build it with `strat script build`", "");
  JSRuntime *rt = JS_NewRuntime();
  /* Below the end of the shadow stack. Recursion without end mostly overflows the stack of the engine first, which ends the run. */
  JS_SetMaxStackSize(rt, 192 << 10);
  cx = JS_NewContext(rt);
  static const char prelude[] = "class Reject extends Error {}";
  checked(JS_Eval(cx, prelude, sizeof prelude - 1, "runner", JS_EVAL_TYPE_GLOBAL));
  JSValue globals = JS_GetGlobalObject(cx), strat = JS_NewObject(cx);
  JS_SetPropertyFunctionList(cx, strat, functions, sizeof functions / sizeof *functions);
  JS_SetPropertyStr(cx, globals, "strat", strat);
  reject_class = global("Reject");
  /* The zero that ends it stands behind it already. */
  checked(JS_Eval(cx, (const char *)strat_script + 4, len, "script.js", JS_EVAL_TYPE_GLOBAL));
  read_writes();
  row_fn = global("row");
  batch_fn = global("batch");
  if (JS_IsFunction(cx, row_fn) == JS_IsFunction(cx, batch_fn))
    fail("the script has to have one function called `row` or `batch`", "");
}

/* What came of a call: a rejection is the row's, anything else thrown ends the run. */
static JSValue answer_of(JSValue answer, uint32_t row) {
  if (!JS_IsException(answer)) return answer;
  JSValue thrown = JS_GetException(cx);
  if (JS_IsInstanceOf(cx, thrown, reject_class) != 1) {
    JS_Throw(cx, thrown);
    fail_thrown();
  }
  size_t len;
  JSValue message = JS_GetPropertyStr(cx, thrown, "message");
  const char *text = JS_ToCStringLen(cx, &len, message);
  if (!text) fail_thrown();
  host_reject(row, text, (uint32_t)len);
  JS_FreeCString(cx, text);
  JS_FreeValue(cx, message);
  JS_FreeValue(cx, thrown);
  return JS_UNDEFINED;
}

EXPORT("strat_abi") int32_t strat_abi(void) {
  load();
  return 1;
}
EXPORT("strat_alloc") void *strat_alloc(uint32_t len) { return take(len); }
EXPORT("strat_run") uint64_t strat_run(const Batch *in, uint32_t len) {
  (void)len;
  load();
  uint32_t cap = 0, rows = in->rows;
  if (JS_IsFunction(cx, row_fn)) {
    const JSAtom *names = names_of(in);
    for (uint32_t row = 0; row < rows; row++) {
      JSValue argument = row_value(in, names, row);
      JSValue answer = answer_of(JS_Call(cx, row_fn, JS_UNDEFINED, 1, &argument), row);
      put_row(answer, row, &cap);
      JS_FreeValue(cx, answer);
      JS_FreeValue(cx, argument);
    }
    return finish(rows);
  }
  JSValue argument = rows_value(in);
  JSValue answers = checked(JS_Call(cx, batch_fn, JS_UNDEFINED, 1, &argument));
  if (!JS_IsArray(answers)) fail("`batch` has to give an array of objects", "");
  JSValue length = checked(JS_GetPropertyStr(cx, answers, "length"));
  if (JS_ToUint32(cx, &rows, length)) fail_thrown();
  for (uint32_t row = 0; row < rows; row++) {
    JSValue answer = checked(JS_GetPropertyUint32(cx, answers, row));
    put_row(answer, row, &cap);
    JS_FreeValue(cx, answer);
  }
  return finish(rows);
}
