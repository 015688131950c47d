//! The layout of the batch buffer, which `data-scripts/README.md` describes byte by byte.

use crate::column::{Column, ColumnData};

/// The first four bytes.
pub(crate) const MAGIC: [u8; 4] = *b"STRB";
/// The layout's version.
pub(crate) const VERSION: u32 = 1;
/// Bytes before the column table.
pub(crate) const HEADER: usize = 16;
/// Bytes of a column record.
pub(crate) const RECORD: usize = 40;
/// More records than any table has columns, children included.
pub(crate) const MAX_RECORDS: u32 = 8192;
/// The column may hold NULL.
pub(crate) const NULLABLE: u16 = 1;
/// The column belongs to the key.
pub(crate) const KEY: u16 = 2;

/// The next multiple of 8.
pub(crate) fn align(at: usize) -> usize {
    (at + 7) & !7
}

/// Where one record's parts stand; the numbers are bytes from the start of the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Record {
    pub ty: u16,
    pub flags: u16,
    pub scale: i32,
    pub name_off: u32,
    pub name_len: u32,
    pub validity_off: u32,
    pub offsets_off: u32,
    pub data_off: u32,
    pub data_len: u32,
    pub child: u32,
    pub zero: u32,
}

impl Record {
    pub(crate) fn write(&self, out: &mut [u8]) {
        out[0..2].copy_from_slice(&self.ty.to_le_bytes());
        out[2..4].copy_from_slice(&self.flags.to_le_bytes());
        out[4..8].copy_from_slice(&self.scale.to_le_bytes());
        let rest = [
            self.name_off,
            self.name_len,
            self.validity_off,
            self.offsets_off,
            self.data_off,
            self.data_len,
            self.child,
            self.zero,
        ];
        for (slot, number) in out[8..RECORD].chunks_exact_mut(4).zip(rest) {
            slot.copy_from_slice(&number.to_le_bytes());
        }
    }

    pub(crate) fn read(bytes: &[u8]) -> Record {
        let word = |at: usize| u32_at(bytes, at);
        Record {
            ty: word(0) as u16,
            flags: (word(0) >> 16) as u16,
            scale: word(4) as i32,
            name_off: word(8),
            name_len: word(12),
            validity_off: word(16),
            offsets_off: word(20),
            data_off: word(24),
            data_len: word(28),
            child: word(32),
            zero: word(36),
        }
    }
}

/// The little-endian number at `at`, which the caller has checked to be inside.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The top-level columns, then the children in the same order: the order of the column table.
pub(crate) fn flatten(columns: &[Column]) -> Vec<&Column> {
    let mut all: Vec<&Column> = columns.iter().collect();
    all.extend(columns.iter().filter_map(Column::child));
    all
}

/// The bytes of the data region.
pub(crate) fn data_len(column: &Column) -> usize {
    match &column.data {
        ColumnData::Bool(v) => v.len(),
        ColumnData::I16(v) => v.len() * 2,
        ColumnData::I32(v) => v.len() * 4,
        ColumnData::I64(v) => v.len() * 8,
        ColumnData::F32(v) => v.len() * 4,
        ColumnData::F64(v) => v.len() * 8,
        ColumnData::Uuid(v) => v.len() * 16,
        ColumnData::Text { text, .. } => text.len(),
        ColumnData::Bytes { bytes, .. } => bytes.len(),
        ColumnData::List { .. } => 0,
    }
}

/// The offsets of a column that has them.
pub(crate) fn offsets(column: &Column) -> Option<&[u32]> {
    match &column.data {
        ColumnData::Text { offsets, .. }
        | ColumnData::Bytes { offsets, .. }
        | ColumnData::List { offsets, .. } => Some(offsets),
        _ => None,
    }
}
