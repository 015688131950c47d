//! The Rust side of a data step: rows in, columns out. One file, no dependencies, Rust 1.63 or later.
//!
//! Put it beside the script, write `mod strat;`, and give it a function:
//! `strat::rows!(row, writes: [("slug", strat::TEXT)]);` for one answer a row, or
//! `strat::batch!(run, writes: [...]);` for a function that makes any number of rows.
//!
//! The layout it reads and writes is described byte by byte in data-scripts/README.md.
#![allow(dead_code)]

extern crate alloc;

use alloc::{string::String, vec, vec::Vec};
use core::alloc::{GlobalAlloc, Layout};

pub const BOOL: u16 = 1;
pub const SMALL_INT: u16 = 2;
pub const INTEGER: u16 = 3;
pub const BIG_INT: u16 = 4;
pub const REAL: u16 = 5;
pub const DOUBLE: u16 = 6;
pub const DECIMAL: u16 = 7;
pub const TEXT: u16 = 8;
pub const VARCHAR: u16 = 9;
pub const CHAR: u16 = 10;
pub const ENUM: u16 = 11;
pub const JSON: u16 = 12;
pub const BYTES: u16 = 13;
pub const UUID: u16 = 14;
pub const DATE: u16 = 15;
pub const TIME: u16 = 16;
pub const TIMESTAMP: u16 = 17;
pub const TIMESTAMP_TZ: u16 = 18;
pub const ARRAY: u16 = 19;
pub const VECTOR: u16 = 20;

/// What a row's function returns: `Err` rejects the row with a message.
pub type Result = core::result::Result<(), String>;
/// A written column: its name and type.
pub type Write = (&'static str, u16);

/// Calls `$row(&Row, &mut Out) -> Result` for every row; its answer becomes the same row of the output.
#[macro_export]
macro_rules! __strat_rows {
    ($row:path, writes: $writes:expr) => {
        #[no_mangle]
        pub extern "C" fn strat_run(ptr: usize, len: usize) -> u64 {
            strat::run_rows(strat::input(ptr, len), &$writes, $row)
        }
    };
}
pub use __strat_rows as rows;

/// Calls `$run(&Batch, &mut Out) -> Result` once; it ends each row it makes with `out.next()`.
#[macro_export]
macro_rules! __strat_batch {
    ($run:path, writes: $writes:expr) => {
        #[no_mangle]
        pub extern "C" fn strat_run(ptr: usize, len: usize) -> u64 {
            strat::run_batch(strat::input(ptr, len), &$writes, $run)
        }
    };
}
pub use __strat_batch as batch;

#[cfg(target_arch = "wasm32")]
mod host {
    #[link(wasm_import_module = "strat")]
    extern "C" {
        pub fn log(ptr: *const u8, len: usize);
        pub fn reject(row: u32, ptr: *const u8, len: usize);
        pub fn param(name: *const u8, name_len: usize, dst: *mut u8, cap: usize) -> i32;
        pub fn asset(name: *const u8, name_len: usize, off: i64, dst: *mut u8, cap: usize) -> i32;
        pub fn lookup(name: *const u8, name_len: usize) -> u64;
    }
}

/// Writes a line into the step's log.
pub fn log(text: &str) {
    unsafe { host::log(text.as_ptr(), text.len()) }
}

/// Refuses row `row` of the input.
pub fn reject(row: u32, message: &str) {
    unsafe { host::reject(row, message.as_ptr(), message.len()) }
}

/// A parameter of the step, as text.
pub fn param(name: &str) -> Option<String> {
    let mut buffer = vec![0u8; 256];
    loop {
        let found = unsafe { host::param(name.as_ptr(), name.len(), buffer.as_mut_ptr(), buffer.len()) };
        let len = if found < 0 { return None } else { found as usize };
        if len <= buffer.len() {
            buffer.truncate(len);
            return String::from_utf8(buffer).ok();
        }
        buffer.resize(len, 0);
    }
}

/// A parameter of the step, as an integer.
pub fn param_int(name: &str) -> Option<i64> {
    param(name)?.parse().ok()
}

/// The bytes of an asset.
pub fn asset(name: &str) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut part = vec![0u8; 65536];
    loop {
        let off = all.len() as i64;
        let got = unsafe { host::asset(name.as_ptr(), name.len(), off, part.as_mut_ptr(), part.len()) };
        match got {
            n if n < 0 => return None,
            0 => return Some(all),
            n => all.extend_from_slice(&part[..n as usize]),
        }
    }
}

/// A small table that the step hands over whole.
pub fn lookup(name: &str) -> Option<Batch<'static>> {
    let packed = unsafe { host::lookup(name.as_ptr(), name.len()) };
    if packed == 0 { None } else { Some(input((packed >> 32) as usize, packed as u32 as usize)) }
}

/// Rows, column by column; the host has checked every byte.
pub struct Batch<'a> {
    bytes: &'a [u8],
    columns: Vec<Column<'a>>,
}

#[derive(Clone, Copy)]
struct Column<'a> {
    ty: u16,
    name: &'a str,
    validity: usize,
    offsets: usize,
    data: usize,
    child: usize,
}

pub fn input(ptr: usize, len: usize) -> Batch<'static> {
    let bytes: &'static [u8] = unsafe { core::slice::from_raw_parts(ptr as *const u8, len) };
    let word = |at: usize| word(bytes, at) as usize;
    let columns = (0..word(12)).map(|i| {
        let at = 16 + i * 40;
        let name = core::str::from_utf8(&bytes[word(at + 8)..word(at + 8) + word(at + 12)]);
        Column {
            ty: word(at) as u16,
            name: name.expect("names are UTF-8"),
            validity: word(at + 16),
            offsets: word(at + 20),
            data: word(at + 24),
            child: word(at + 32),
        }
    });
    Batch { columns: columns.collect(), bytes }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

impl<'a> Batch<'a> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        word(self.bytes, 8) as usize
    }

    /// One row.
    pub fn row(&self, index: usize) -> Row<'a, '_> {
        assert!(index < self.len(), "row {} of a batch of {}", index, self.len());
        Row { batch: self, index }
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a, '_>> {
        (0..self.len()).map(move |index| Row { batch: self, index })
    }

    fn column(&self, name: &str) -> &Column<'a> {
        match self.columns.iter().find(|column| column.name == name) {
            Some(column) => column,
            None => panic!("the step doesn't read a column called {}", name),
        }
    }
}

/// One row. Reading a column that the step doesn't read, or as another type, ends the run with a message.
#[derive(Clone, Copy)]
pub struct Row<'a, 'b> {
    batch: &'b Batch<'a>,
    index: usize,
}

impl<'a> Row<'a, '_> {
    /// The row's number in its batch.
    pub fn index(&self) -> u32 {
        self.index as u32
    }

    /// Whether the column is NULL here.
    pub fn is_null(&self, name: &str) -> bool {
        self.null(self.batch.column(name))
    }

    /// Text of any text type, Decimal, Enum and Json included.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let bytes = self.piece(name, &[TEXT, VARCHAR, CHAR, ENUM, JSON, DECIMAL])?;
        // The host has checked that it is UTF-8.
        Some(unsafe { core::str::from_utf8_unchecked(bytes) })
    }

    /// The bytes of a Bytes column.
    pub fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        self.piece(name, &[BYTES])
    }

    /// An integer of any width, a date in days, or a time in microseconds.
    pub fn int(&self, name: &str) -> Option<i64> {
        let column = self.batch.column(name);
        if self.null(column) {
            return None;
        }
        Some(match column.ty {
            SMALL_INT => i16::from_le_bytes(self.fixed(column)).into(),
            INTEGER | DATE => i32::from_le_bytes(self.fixed(column)).into(),
            BIG_INT | TIME | TIMESTAMP | TIMESTAMP_TZ => i64::from_le_bytes(self.fixed(column)),
            _ => panic!("column {} isn't an integer, date or time", name),
        })
    }

    /// A Real or Double.
    pub fn float(&self, name: &str) -> Option<f64> {
        let column = self.batch.column(name);
        if self.null(column) {
            return None;
        }
        Some(match column.ty {
            REAL => f32::from_le_bytes(self.fixed(column)).into(),
            DOUBLE => f64::from_le_bytes(self.fixed(column)),
            _ => panic!("column {} isn't a float", name),
        })
    }

    /// A Bool.
    pub fn bool(&self, name: &str) -> Option<bool> {
        let column = self.typed(name, BOOL)?;
        Some(self.fixed::<1>(column)[0] == 1)
    }

    /// A Uuid's 16 bytes.
    pub fn uuid(&self, name: &str) -> Option<[u8; 16]> {
        let column = self.typed(name, UUID)?;
        Some(self.fixed(column))
    }

    /// A Vector's floats.
    pub fn vector(&self, name: &str) -> Option<Vec<f32>> {
        let column = self.typed(name, VECTOR)?;
        let child = self.batch.columns[column.child];
        let (from, to) = self.range(column);
        let floats = &self.batch.bytes[child.data + from * 4..child.data + to * 4];
        Some(floats.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }

    fn null(&self, column: &Column<'_>) -> bool {
        column.validity != 0
            && self.batch.bytes[column.validity + (self.index >> 3)] >> (self.index & 7) & 1 == 0
    }

    fn typed(&self, name: &str, ty: u16) -> Option<&Column<'a>> {
        let column = self.batch.column(name);
        assert!(column.ty == ty, "column {} is of type {}, not {}", name, column.ty, ty);
        if self.null(column) { None } else { Some(column) }
    }

    fn fixed<const N: usize>(&self, column: &Column<'_>) -> [u8; N] {
        let mut out = [0; N];
        out.copy_from_slice(&self.batch.bytes[column.data + self.index * N..][..N]);
        out
    }

    fn range(&self, column: &Column<'_>) -> (usize, usize) {
        let at = column.offsets + self.index * 4;
        (word(self.batch.bytes, at) as usize, word(self.batch.bytes, at + 4) as usize)
    }

    fn piece(&self, name: &str, types: &[u16]) -> Option<&'a [u8]> {
        let column = self.batch.column(name);
        assert!(types.contains(&column.ty), "column {} is of type {}", name, column.ty);
        if self.null(column) {
            return None;
        }
        let (from, to) = self.range(column);
        Some(&self.batch.bytes[column.data + from..column.data + to])
    }
}

/// The written columns. What a row doesn't set is NULL.
pub struct Out {
    rows: usize,
    columns: Vec<Written>,
}

struct Written {
    name: &'static str,
    ty: u16,
    validity: Vec<u8>,
    nulls: bool,
    offsets: Vec<u32>,
    data: Vec<u8>,
    set: bool,
}

/// Bytes a row, 0 for types with offsets.
fn width(ty: u16) -> usize {
    match ty {
        BOOL => 1,
        SMALL_INT => 2,
        INTEGER | REAL | DATE => 4,
        BIG_INT | DOUBLE | TIME | TIMESTAMP | TIMESTAMP_TZ => 8,
        UUID => 16,
        _ => 0,
    }
}

impl Out {
    fn new(writes: &[Write], rows: usize) -> Out {
        assert!(writes.iter().all(|write| write.1 != ARRAY), "this file can't write arrays");
        let column = |&(name, ty): &Write| Written {
            name,
            ty,
            validity: Vec::with_capacity(rows / 8 + 1),
            nulls: false,
            offsets: if width(ty) == 0 { vec![0] } else { Vec::new() },
            data: Vec::with_capacity(rows * width(ty).max(1)),
            set: false,
        };
        Out { rows: 0, columns: writes.iter().map(column).collect() }
    }

    /// Writes text into a column of any text type.
    pub fn text(&mut self, name: &str, value: &str) {
        self.put(name, &[TEXT, VARCHAR, CHAR, ENUM, JSON, DECIMAL], value.as_bytes());
    }

    /// Writes bytes.
    pub fn bytes(&mut self, name: &str, value: &[u8]) {
        self.put(name, &[BYTES], value);
    }

    /// Writes an integer, a date in days, or a time in microseconds.
    pub fn int(&mut self, name: &str, value: i64) {
        let bytes = value.to_le_bytes();
        match self.column(name).ty {
            SMALL_INT if value as i16 as i64 == value => self.put(name, &[SMALL_INT], &bytes[..2]),
            INTEGER | DATE if value as i32 as i64 == value => self.put(name, &[INTEGER, DATE], &bytes[..4]),
            SMALL_INT | INTEGER | DATE => panic!("{} doesn't fit column {}", value, name),
            _ => self.put(name, &[BIG_INT, TIME, TIMESTAMP, TIMESTAMP_TZ], &bytes),
        }
    }

    /// Writes a Real or Double.
    pub fn float(&mut self, name: &str, value: f64) {
        match self.column(name).ty {
            REAL => self.put(name, &[REAL], &(value as f32).to_le_bytes()),
            _ => self.put(name, &[DOUBLE], &value.to_le_bytes()),
        }
    }

    /// Writes a Bool.
    pub fn bool(&mut self, name: &str, value: bool) {
        self.put(name, &[BOOL], &[value as u8]);
    }

    /// Writes a Uuid.
    pub fn uuid(&mut self, name: &str, value: [u8; 16]) {
        self.put(name, &[UUID], &value);
    }

    /// Writes a Vector.
    pub fn vector(&mut self, name: &str, value: &[f32]) {
        let mut bytes = Vec::with_capacity(value.len() * 4);
        value.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
        self.put(name, &[VECTOR], &bytes);
    }

    /// Ends the row; only for functions over a batch.
    pub fn next(&mut self) {
        let row = self.rows;
        for column in &mut self.columns {
            if row & 7 == 0 {
                column.validity.push(0);
            }
            if column.set {
                column.validity[row >> 3] |= 1 << (row & 7);
            } else {
                column.nulls = true;
                column.data.resize(column.data.len() + width(column.ty), 0);
            }
            if width(column.ty) == 0 {
                let unit = if column.ty == VECTOR { 4 } else { 1 };
                column.offsets.push((column.data.len() / unit) as u32);
            }
            column.set = false;
        }
        self.rows += 1;
    }

    fn column(&mut self, name: &str) -> &mut Written {
        match self.columns.iter_mut().find(|column| column.name == name) {
            Some(column) => column,
            None => panic!("column {} isn't in the script's list of writes", name),
        }
    }

    fn put(&mut self, name: &str, types: &[u16], bytes: &[u8]) {
        let column = self.column(name);
        assert!(types.contains(&column.ty), "column {} is of type {}", name, column.ty);
        assert!(!column.set, "column {} is written twice in one row", name);
        column.data.extend_from_slice(bytes);
        column.set = true;
    }

    /// Lays everything out in one buffer.
    fn finish(self) -> u64 {
        let vectors = self.columns.iter().filter(|column| column.ty == VECTOR).count();
        let records = self.columns.len() + vectors;
        let names: usize = self.columns.iter().map(|column| column.name.len()).sum();
        let part = |c: &Written| (c.validity.len() + 7 & !7) + (c.offsets.len() * 4 + 7 & !7) + (c.data.len() + 7 & !7);
        let start = 16 + records * 40 + names + 7 & !7;
        let total = start + self.columns.iter().map(part).sum::<usize>();
        // Words of 64 bits, so that the buffer is aligned; it outlives the call, as the instance ends with it.
        let words: &'static mut [u64] = vec![0u64; (total + 7) / 8].leak();
        let out = unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr() as *mut u8, total) };
        let head = [u32::from_le_bytes(*b"STRB"), 1, self.rows as u32, records as u32];
        put_words(out, 0, &head);
        let (mut name, mut at, mut child) = (16 + records * 40, start, self.columns.len());
        for (index, column) in self.columns.iter().enumerate() {
            out[name..name + column.name.len()].copy_from_slice(column.name.as_bytes());
            let mut place = |bytes: &[u8]| {
                out[at..at + bytes.len()].copy_from_slice(bytes);
                let placed = at;
                at = at + bytes.len() + 7 & !7;
                placed as u32
            };
            let validity = if column.nulls { place(&column.validity) } else { 0 };
            let offsets: Vec<u8> = column.offsets.iter().flat_map(|o| o.to_le_bytes()).collect();
            let offsets = if offsets.is_empty() { 0 } else { place(&offsets) };
            let data = (place(&column.data), column.data.len() as u32);
            let ty = |ty: u16, flags: u32| ty as u32 | flags << 16;
            let (own, under) = if column.ty == VECTOR { ((0, 0), child as u32) } else { (data, 0) };
            let flags = column.nulls as u32;
            let len = column.name.len() as u32;
            let record = [ty(column.ty, flags), 0, name as u32, len, validity, offsets, own.0, own.1, under, 0];
            put_words(out, 16 + index * 40, &record);
            if column.ty == VECTOR {
                let record = [ty(REAL, 0), 0, 0, 0, 0, 0, data.0, data.1, 0, 0];
                put_words(out, 16 + child * 40, &record);
                child += 1;
            }
            name += column.name.len();
        }
        (out.as_ptr() as usize as u64) << 32 | total as u64
    }
}

fn put_words(out: &mut [u8], at: usize, words: &[u32]) {
    for (i, word) in words.iter().enumerate() {
        out[at + i * 4..at + i * 4 + 4].copy_from_slice(&word.to_le_bytes());
    }
}

pub fn run_rows(input: Batch<'_>, writes: &[Write], row: impl Fn(&Row<'_, '_>, &mut Out) -> Result) -> u64 {
    report_panics();
    let mut out = Out::new(writes, input.len());
    for current in input.rows() {
        if let Err(message) = row(&current, &mut out) {
            reject(current.index(), &message);
        }
        out.next();
    }
    out.finish()
}

pub fn run_batch(input: Batch<'_>, writes: &[Write], run: impl Fn(&Batch<'_>, &mut Out) -> Result) -> u64 {
    report_panics();
    let mut out = Out::new(writes, input.len());
    if let Err(message) = run(&input, &mut out) {
        panic!("{}", message);
    }
    out.finish()
}

/// A panic ends the run; its message is the last line of the log, which the error shows.
fn report_panics() {
    std::panic::set_hook(std::boxed::Box::new(|info| log(&std::string::ToString::to_string(info))));
}

#[no_mangle]
pub extern "C" fn strat_abi() -> i32 {
    1
}

#[no_mangle]
pub extern "C" fn strat_alloc(len: usize) -> usize {
    // The host fills it, so it needn't be zero; the instance ends before anyone would give it back.
    let mut words = core::mem::ManuallyDrop::new(Vec::<u64>::with_capacity(len / 8 + 1));
    words.as_mut_ptr() as usize
}

/// Hands out memory upwards. An instance lives for one batch, so only the last piece is ever taken back.
struct Bump;

static mut NEXT: usize = 0;
static mut END: usize = 0;

#[cfg(target_arch = "wasm32")]
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let at = (NEXT + layout.align() - 1) & !(layout.align() - 1);
        if at + layout.size() <= END && NEXT != 0 {
            NEXT = at + layout.size();
            return at as *mut u8;
        }
        // At least 256 KiB at once, as growing is a call out of the guest.
        let pages = (layout.size() + layout.align() + 65535 >> 16).max(4);
        let old = core::arch::wasm32::memory_grow(0, pages);
        if old == usize::MAX {
            return core::ptr::null_mut();
        }
        if old << 16 != END {
            NEXT = old << 16;
        }
        END = (old + pages) << 16;
        let at = (NEXT + layout.align() - 1) & !(layout.align() - 1);
        NEXT = at + layout.size();
        at as *mut u8
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        if ptr as usize + layout.size() == NEXT {
            NEXT = ptr as usize;
        }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if ptr as usize + layout.size() == NEXT && ptr as usize + size <= END {
            NEXT = ptr as usize + size;
            return ptr;
        }
        if size <= layout.size() {
            return ptr;
        }
        let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !new.is_null() {
            core::ptr::copy_nonoverlapping(ptr, new, layout.size());
        }
        new
    }
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static BUMP: Bump = Bump;
