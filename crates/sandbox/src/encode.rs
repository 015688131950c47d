//! Writing a batch into its buffer.

use crate::batch::Batch;
use crate::buffer::{
    HEADER, KEY, MAGIC, NULLABLE, RECORD, Record, VERSION, align, data_len, flatten, offsets,
};
use crate::column::{Column, ColumnData};

/// How many bytes the buffer of a batch has.
pub fn encoded_len(batch: &Batch) -> usize {
    let all = flatten(&batch.columns);
    let names: usize = all.iter().map(|column| column.name.len()).sum();
    all.iter().fold(align(HEADER + all.len() * RECORD + names), |end, column| end + body_len(column))
}

/// The buffer of a batch.
///
/// # Panics
/// When the batch is larger than 4 GiB, which no guest could hold.
pub fn encode(batch: &Batch) -> Vec<u8> {
    let mut out = vec![0; encoded_len(batch)];
    encode_into(batch, &mut out);
    out
}

/// Writes the buffer of a batch into `out`, every byte of it.
///
/// # Panics
/// When `out` isn't exactly [`encoded_len`] bytes long, or longer than 4 GiB.
pub fn encode_into(batch: &Batch, out: &mut [u8]) {
    let all = flatten(&batch.columns);
    assert!(u32::try_from(out.len()).is_ok(), "a batch has 32-bit offsets");
    out[..4].copy_from_slice(&MAGIC);
    put(out, 4, &VERSION.to_le_bytes());
    put(out, 8, &batch.rows.to_le_bytes());
    put(out, 12, &(all.len() as u32).to_le_bytes());

    let mut name_off = HEADER + all.len() * RECORD;
    let names: usize = all.iter().map(|column| column.name.len()).sum();
    let mut at = align(name_off + names);
    out[name_off + names..at].fill(0);
    let mut next_child = batch.columns.len() as u32;
    for (index, column) in all.iter().enumerate() {
        let mut record = Record {
            ty: column.ty.number(),
            flags: if column.nullable { NULLABLE } else { 0 } | if column.key { KEY } else { 0 },
            scale: column.scale,
            name_off: name_off as u32,
            name_len: column.name.len() as u32,
            ..Record::default()
        };
        name_off = put(out, name_off, column.name.as_bytes());
        if !column.validity.is_empty() {
            record.validity_off = at as u32;
            at = put(out, at, &column.validity);
            at = pad(out, at);
        }
        if let Some(offsets) = offsets(column) {
            record.offsets_off = at as u32;
            at = put_all(out, at, offsets, u32::to_le_bytes);
            at = pad(out, at);
        }
        if column.child().is_some() {
            record.child = next_child;
            next_child += 1;
        } else {
            record.data_off = at as u32;
            record.data_len = data_len(column) as u32;
            at = put_data(out, at, column);
            at = pad(out, at);
        }
        record.write(&mut out[HEADER + index * RECORD..][..RECORD]);
    }
    assert_eq!(at, out.len(), "the length was computed from the same columns");
}

fn body_len(column: &Column) -> usize {
    let validity = if column.validity.is_empty() { 0 } else { column.len().div_ceil(8) };
    let offsets = offsets(column).map_or(0, |offsets| offsets.len() * 4);
    align(validity) + align(offsets) + align(data_len(column))
}

fn put(out: &mut [u8], at: usize, bytes: &[u8]) -> usize {
    out[at..at + bytes.len()].copy_from_slice(bytes);
    at + bytes.len()
}

/// Fills up to the next multiple of 8 with zeros: the memory below may hold anything.
fn pad(out: &mut [u8], at: usize) -> usize {
    let end = align(at);
    out[at..end].fill(0);
    end
}

fn put_all<T: Copy, const N: usize>(
    out: &mut [u8],
    at: usize,
    values: &[T],
    bytes: impl Fn(T) -> [u8; N],
) -> usize {
    let end = at + values.len() * N;
    for (slot, value) in out[at..end].chunks_exact_mut(N).zip(values) {
        slot.copy_from_slice(&bytes(*value));
    }
    end
}

fn put_data(out: &mut [u8], at: usize, column: &Column) -> usize {
    match &column.data {
        ColumnData::Bool(v) => put_all(out, at, v, |v| [u8::from(v)]),
        ColumnData::I16(v) => put_all(out, at, v, i16::to_le_bytes),
        ColumnData::I32(v) => put_all(out, at, v, i32::to_le_bytes),
        ColumnData::I64(v) => put_all(out, at, v, i64::to_le_bytes),
        ColumnData::F32(v) => put_all(out, at, v, f32::to_le_bytes),
        ColumnData::F64(v) => put_all(out, at, v, f64::to_le_bytes),
        ColumnData::Uuid(v) => put_all(out, at, v, |v| v),
        ColumnData::Text { text, .. } => put(out, at, text.as_bytes()),
        ColumnData::Bytes { bytes, .. } => put(out, at, bytes),
        ColumnData::List { .. } => at,
    }
}
