// The AssemblyScript side of a data step: rows in, columns out. One file, no dependencies.
//
// Put it beside the script, which says what it writes and has a function over a row:
//
//     import { Row, Out, TEXT, write, rows } from "./strat";
//     export { strat_abi, strat_alloc } from "./strat";
//     function row(row: Row, out: Out): void { ... }
//     export function strat_run(ptr: usize, len: usize): u64 { return rows(ptr, [write("slug", TEXT)], row); }
//
// `batch(ptr, writes, run)` takes a function that makes any number of rows instead, and ends each with `out.next()`.
// The layout is described byte by byte in data-scripts/README.md.

export const BOOL: u16 = 1;
export const SMALL_INT: u16 = 2;
export const INTEGER: u16 = 3;
export const BIG_INT: u16 = 4;
export const REAL: u16 = 5;
export const DOUBLE: u16 = 6;
export const DECIMAL: u16 = 7;
export const TEXT: u16 = 8;
export const VARCHAR: u16 = 9;
export const CHAR: u16 = 10;
export const ENUM: u16 = 11;
export const JSON: u16 = 12;
export const BYTES: u16 = 13;
export const UUID: u16 = 14;
export const DATE: u16 = 15;
export const TIME: u16 = 16;
export const TIMESTAMP: u16 = 17;
export const TIMESTAMP_TZ: u16 = 18;
export const ARRAY: u16 = 19;
export const VECTOR: u16 = 20;

// @ts-ignore: decorator
@external("strat", "log")
declare function hostLog(ptr: usize, len: usize): void;
// @ts-ignore: decorator
@external("strat", "reject")
declare function hostReject(row: u32, ptr: usize, len: usize): void;
// @ts-ignore: decorator
@external("strat", "param")
declare function hostParam(name: usize, nameLen: usize, dst: usize, cap: usize): i32;
// @ts-ignore: decorator
@external("strat", "asset")
declare function hostAsset(name: usize, nameLen: usize, off: i64, dst: usize, cap: usize): i32;
// @ts-ignore: decorator
@external("strat", "lookup")
declare function hostLookup(name: usize, nameLen: usize): u64;

/** Writes a line into the step's log. */
export function log(text: string): void {
  const bytes = String.UTF8.encode(text);
  hostLog(changetype<usize>(bytes), bytes.byteLength);
}

/** Ends the run; the message is the last line of the log, which the error shows. */
export function fail(message: string): void {
  log(message);
  unreachable();
}

/** What the compiler calls when the script throws or a check fails. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? "aborted" : message;
  const where = file === null ? "" : file;
  fail(what + ", " + where + ":" + line.toString() + ":" + column.toString());
}

/** A parameter of the step, as text. */
export function param(name: string): string | null {
  const key = String.UTF8.encode(name);
  const at = changetype<usize>(key);
  const len = hostParam(at, key.byteLength, 0, 0);
  if (len < 0) return null;
  const text = new ArrayBuffer(len);
  hostParam(at, key.byteLength, changetype<usize>(text), len);
  return String.UTF8.decode(text);
}

/** A parameter of the step, as an integer; the other number where there is none. */
export function paramInt(name: string, otherwise: i64): i64 {
  const text = param(name);
  return text === null ? otherwise : I64.parseInt(text);
}

/** The bytes of an asset. */
export function asset(name: string): Uint8Array | null {
  const key = String.UTF8.encode(name);
  let all = new Uint8Array(65536);
  let have = 0;
  for (;;) {
    if (have == all.length) {
      const more = new Uint8Array(all.length * 2);
      memory.copy(more.dataStart, all.dataStart, have);
      all = more;
    }
    const got = hostAsset(changetype<usize>(key), key.byteLength, have, all.dataStart + have, all.length - have);
    if (got < 0) return null;
    if (got == 0) return all.subarray(0, have);
    have += got;
  }
}

/** A small table that the step hands over whole. */
export function lookup(name: string): Batch | null {
  const key = String.UTF8.encode(name);
  const found = hostLookup(changetype<usize>(key), key.byteLength);
  return found == 0 ? null : new Batch(<usize>(found >> 32));
}

// @ts-ignore: decorator
@inline function isText(type: u16): bool {
  return type >= DECIMAL && type <= JSON;
}

/** Bytes a row, 0 for types with offsets. */
function width(type: u16): u32 {
  switch (type) {
    case BOOL: return 1;
    case SMALL_INT: return 2;
    case INTEGER: case REAL: case DATE: return 4;
    case BIG_INT: case DOUBLE: case TIME: case TIMESTAMP: case TIMESTAMP_TZ: return 8;
    case UUID: return 16;
    default: return 0;
  }
}

class Column {
  type: u16;
  name: string;
  validity: usize;
  offsets: usize;
  data: usize;
  constructor(base: usize, record: usize) {
    this.type = load<u16>(record);
    this.name = String.UTF8.decodeUnsafe(base + load<u32>(record, 8), load<u32>(record, 12));
    const validity = load<u32>(record, 16);
    this.validity = validity ? base + validity : 0;
    this.offsets = base + load<u32>(record, 20);
    // An array's or a vector's values are its child's.
    const child = load<u32>(record, 32);
    const own = this.type >= ARRAY ? base + 16 + child * 40 : record;
    this.data = base + load<u32>(own, 24);
  }
}

/** Rows, column by column; the host has checked every byte. */
export class Batch {
  /** How many rows there are. */
  length: u32;
  private columns: Column[];
  constructor(base: usize) {
    this.length = load<u32>(base, 8);
    const count = load<u32>(base, 12);
    this.columns = new Array<Column>();
    for (let i: u32 = 0; i < count; i++) this.columns.push(new Column(base, base + 16 + i * 40));
  }
  /** One row. */
  row(index: u32): Row {
    if (index >= this.length) fail("a row beyond the end of the batch");
    return new Row(this, index);
  }
  /** The column of that name. */
  column(name: string): Column {
    for (let i = 0; i < this.columns.length; i++) {
      const one = unchecked(this.columns[i]);
      if (changetype<usize>(one.name) == changetype<usize>(name) || one.name == name) return one;
    }
    fail("the step doesn't read a column called " + name);
    return unchecked(this.columns[0]);
  }
}

/** One row. Reading a column that the step doesn't read, or as another type, ends the run with a message. */
export class Row {
  constructor(private batch: Batch, public index: u32) {}

  /** Whether the column is NULL here. */
  isNull(name: string): bool {
    return this.none(this.batch.column(name));
  }
  /** Text of any text type, Decimal, Enum and Json included; null for NULL. */
  text(name: string): string | null {
    const c = this.batch.column(name);
    if (!isText(c.type)) fail("not text: column " + name);
    if (this.none(c)) return null;
    const from = load<u32>(c.offsets + this.index * 4);
    return String.UTF8.decodeUnsafe(c.data + from, load<u32>(c.offsets + this.index * 4, 4) - from);
  }
  /** The bytes of a text or Bytes column, as they are; null for NULL. */
  bytes(name: string): Uint8Array | null {
    const c = this.batch.column(name);
    if (!isText(c.type) && c.type != BYTES) fail("neither text nor bytes: column " + name);
    if (this.none(c)) return null;
    const from = load<u32>(c.offsets + this.index * 4);
    return piece(c.data + from, load<u32>(c.offsets + this.index * 4, 4) - from);
  }
  /** An integer of any width, a date in days, or a time in microseconds; 0 for NULL. */
  int(name: string): i64 {
    const c = this.batch.column(name);
    if (this.none(c)) return 0;
    switch (c.type) {
      case SMALL_INT: return load<i16>(c.data + this.index * 2);
      case INTEGER: case DATE: return load<i32>(c.data + this.index * 4);
      case BIG_INT: case TIME: case TIMESTAMP: case TIMESTAMP_TZ: return load<i64>(c.data + this.index * 8);
      default: fail("not an integer, date or time: column " + name);
    }
    return 0;
  }
  /** A Real or Double; 0 for NULL. */
  float(name: string): f64 {
    const c = this.batch.column(name);
    if (this.none(c)) return 0;
    if (c.type == REAL) return load<f32>(c.data + this.index * 4);
    if (c.type != DOUBLE) fail("not a float: column " + name);
    return load<f64>(c.data + this.index * 8);
  }
  /** A Bool; false for NULL. */
  bool(name: string): bool {
    const c = this.typed(name, BOOL);
    return !this.none(c) && load<u8>(c.data + this.index) == 1;
  }
  /** A Uuid's 16 bytes; null for NULL. */
  uuid(name: string): Uint8Array | null {
    const c = this.typed(name, UUID);
    return this.none(c) ? null : piece(c.data + this.index * 16, 16);
  }
  /** A Vector's floats; null for NULL. */
  vector(name: string): Float32Array | null {
    const c = this.typed(name, VECTOR);
    if (this.none(c)) return null;
    const from = load<u32>(c.offsets + this.index * 4);
    const len = load<u32>(c.offsets + this.index * 4, 4) - from;
    const floats = new Float32Array(len);
    memory.copy(floats.dataStart, c.data + from * 4, len * 4);
    return floats;
  }
  /** Refuses the row; its output is ignored. */
  reject(why: string): void {
    const bytes = String.UTF8.encode(why);
    hostReject(this.index, changetype<usize>(bytes), bytes.byteLength);
  }
  private none(c: Column): bool {
    return c.validity != 0 && ((load<u8>(c.validity + (this.index >> 3)) >> <u8>(this.index & 7)) & 1) == 0;
  }
  private typed(name: string, type: u16): Column {
    const c = this.batch.column(name);
    if (c.type != type) fail("of another type: column " + name);
    return c;
  }
}

function piece(from: usize, len: u32): Uint8Array {
  const bytes = new Uint8Array(len);
  memory.copy(bytes.dataStart, from, len);
  return bytes;
}

/** A written column. */
export class Write {
  constructor(public name: string, public type: u16) {}
}

/** A written column: its name and type. */
export function write(name: string, type: u16): Write {
  return new Write(name, type);
}

/** Bytes that grow. */
class Growing {
  at: usize = 0;
  len: u32 = 0;
  private cap: u32 = 0;
  /** Room for more bytes, all zero. */
  room(len: u32): usize {
    if (this.len + len > this.cap) {
      this.cap = (this.len + len) * 2 + 64;
      const bigger = heap.alloc(this.cap);
      memory.fill(bigger, 0, this.cap);
      memory.copy(bigger, this.at, this.len);
      this.at = bigger;
    }
    this.len += len;
    return this.at + this.len - len;
  }
}

class Written {
  set: bool = false;
  nulls: bool = false;
  validity: Growing = new Growing();
  offsets: Growing = new Growing();
  data: Growing = new Growing();
  constructor(public name: string, public type: u16) {}
  room(len: u32): usize {
    if (this.set) fail("written twice in one row: column " + this.name);
    this.set = true;
    return this.data.room(len);
  }
}

/** The written columns. What a row doesn't set is NULL. */
export class Out {
  private count: u32 = 0;
  private columns: Written[] = new Array<Written>();
  constructor(writes: Write[]) {
    for (let i = 0; i < writes.length; i++) {
      const one = writes[i];
      if (one.type == ARRAY) fail("this file can't write arrays: " + one.name);
      const column = new Written(one.name, one.type);
      if (!width(one.type)) column.offsets.room(4);
      this.columns.push(column);
    }
  }
  /** Writes text into a column of any text type. */
  text(name: string, value: string): void {
    const c = this.target(name);
    if (!isText(c.type)) fail("not text: column " + name);
    const len = <u32>String.UTF8.byteLength(value);
    const at = c.room(len);
    String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at);
  }
  /** Writes bytes, which have to be UTF-8 in a text column. */
  bytes(name: string, value: Uint8Array): void {
    const c = this.target(name);
    if (!isText(c.type) && c.type != BYTES) fail("neither text nor bytes: column " + name);
    memory.copy(c.room(value.length), value.dataStart, value.length);
  }
  /** Writes an integer, a date in days, or a time in microseconds. */
  int(name: string, value: i64): void {
    const c = this.target(name);
    switch (c.type) {
      case SMALL_INT:
        if (<i64><i16>value != value) fail("doesn't fit: an integer for column " + name);
        store<i16>(c.room(2), <i16>value);
        break;
      case INTEGER: case DATE:
        if (<i64><i32>value != value) fail("doesn't fit: an integer for column " + name);
        store<i32>(c.room(4), <i32>value);
        break;
      case BIG_INT: case TIME: case TIMESTAMP: case TIMESTAMP_TZ: store<i64>(c.room(8), value); break;
      default: fail("not an integer, date or time: column " + name);
    }
  }
  /** Writes a Real or Double. */
  float(name: string, value: f64): void {
    const c = this.target(name);
    if (c.type == REAL) store<f32>(c.room(4), <f32>value);
    else if (c.type == DOUBLE) store<f64>(c.room(8), value);
    else fail("not a float: column " + name);
  }
  /** Writes a Bool. */
  bool(name: string, value: bool): void {
    store<u8>(this.typed(name, BOOL).room(1), value ? 1 : 0);
  }
  /** Writes a Uuid's 16 bytes. */
  uuid(name: string, value: Uint8Array): void {
    if (value.length != 16) fail("not 16 bytes: a Uuid for column " + name);
    memory.copy(this.typed(name, UUID).room(16), value.dataStart, 16);
  }
  /** Writes a Vector. */
  vector(name: string, value: Float32Array): void {
    memory.copy(this.typed(name, VECTOR).room(value.length * 4), value.dataStart, value.length * 4);
  }
  /** Ends the row; only for functions over a batch. */
  next(): void {
    const row = this.count++;
    for (let i = 0; i < this.columns.length; i++) {
      const c = unchecked(this.columns[i]);
      if ((row & 7) == 0) c.validity.room(1);
      if (c.set) {
        const at = c.validity.at + (row >> 3);
        store<u8>(at, load<u8>(at) | <u8>1 << <u8>(row & 7));
      } else {
        c.nulls = true;
        c.data.room(width(c.type));
      }
      if (!width(c.type)) store<u32>(c.offsets.room(4), c.type == VECTOR ? c.data.len / 4 : c.data.len);
      c.set = false;
    }
  }
  /** Lays everything out in one buffer. */
  finish(): u64 {
    const named = <u32>this.columns.length;
    let records = named, names: u32 = 0, room: u32 = 0;
    for (let i = 0; i < this.columns.length; i++) {
      const c = this.columns[i];
      if (c.type == VECTOR) records++;
      names += <u32>String.UTF8.byteLength(c.name);
      room += up(c.validity.len) + up(c.offsets.len) + up(c.data.len);
    }
    const table: u32 = 16 + records * 40;
    let at = up(table + names), name = table, child = named;
    const base = heap.alloc(at + room);
    memory.fill(base, 0, at + room);
    store<u32>(base, 0x42525453);
    store<u32>(base, 1, 4);
    store<u32>(base, this.count, 8);
    store<u32>(base, records, 12);
    for (let i = 0; i < this.columns.length; i++) {
      const c = this.columns[i], record = base + 16 + i * 40;
      const len = <u32>String.UTF8.encodeUnsafe(changetype<usize>(c.name), c.name.length, base + name);
      store<u16>(record, c.type);
      store<u16>(record, c.nulls ? 1 : 0, 2);
      store<u32>(record, name, 8);
      store<u32>(record, len, 12);
      name += len;
      if (c.nulls) at = put(base, at, record + 16, c.validity);
      if (!width(c.type)) at = put(base, at, record + 20, c.offsets);
      let own = record;
      if (c.type == VECTOR) {
        store<u32>(record, child, 32);
        own = base + 16 + child++ * 40;
        store<u16>(own, REAL);
      }
      store<u32>(own, c.data.len, 28);
      at = put(base, at, own + 24, c.data);
    }
    return (<u64>base) << 32 | at;
  }
  private target(name: string): Written {
    for (let i = 0; i < this.columns.length; i++) {
      const one = unchecked(this.columns[i]);
      if (changetype<usize>(one.name) == changetype<usize>(name) || one.name == name) return one;
    }
    fail("not in the script's list of writes: column " + name);
    return unchecked(this.columns[0]);
  }
  private typed(name: string, type: u16): Written {
    const c = this.target(name);
    if (c.type != type) fail("of another type: column " + name);
    return c;
  }
}

function up(len: u32): u32 {
  return (len + 7) & ~7;
}

/** Places bytes, says where in the record, and gives the next free place. */
function put(base: usize, at: u32, record: usize, bytes: Growing): u32 {
  memory.copy(base + at, bytes.at, bytes.len);
  store<u32>(record, at);
  return up(at + bytes.len);
}

/** Calls `row` for every row; its answer becomes the same row of the output. */
export function rows(ptr: usize, writes: Write[], row: (row: Row, out: Out) => void): u64 {
  const input = new Batch(ptr), out = new Out(writes);
  const current = new Row(input, 0);
  for (let i: u32 = 0; i < input.length; i++) {
    current.index = i;
    row(current, out);
    out.next();
  }
  return out.finish();
}

/** Calls `run` once; it ends each row it makes with `out.next()`. */
export function batch(ptr: usize, writes: Write[], run: (input: Batch, out: Out) => void): u64 {
  const out = new Out(writes);
  run(new Batch(ptr), out);
  return out.finish();
}

export function strat_abi(): i32 {
  return 1;
}

export function strat_alloc(len: usize): usize {
  return heap.alloc(len + 8);
}
