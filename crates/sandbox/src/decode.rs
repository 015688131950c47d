//! Reading a batch out of a buffer that may hold anything.

use crate::batch::Batch;
use crate::buffer::{HEADER, KEY, MAGIC, MAX_RECORDS, NULLABLE, RECORD, Record, VERSION, align, u32_at};
use crate::column::{Column, ColumnData};
use crate::column_type::ColumnType;
use crate::error::BufferError;
use crate::values::is_decimal;

/// The batch in a buffer, with every byte of it checked; NaN in floats becomes the canonical one.
pub fn decode(bytes: &[u8]) -> Result<Batch, BufferError> {
    let (rows, records) = header(bytes)?;
    let names = names(bytes, &records)?;
    let mut regions = Vec::with_capacity(records.len() * 3);
    let mut used = vec![false; records.len()];
    let mut columns: Vec<Column> = Vec::new();
    for (index, record) in records.iter().enumerate().filter(|&(index, _)| !names[index].is_empty()) {
        let name = names[index];
        let mut part = Part { bytes, record, index, column: name, rows, regions: &mut regions };
        let mut column = part.leaf()?;
        if columns.iter().any(|other| other.name == name) {
            return part.fail("appears twice");
        }
        if let ColumnData::List { offsets, child } = &mut column.data {
            let at = record.child as usize;
            // A child has no name and every named record is top-level, so no record can contain itself.
            if records.get(at).is_none() || !names[at].is_empty() || used[at] {
                return part.fail(format!("its child {at} isn't a nameless record of its own"));
            }
            used[at] = true;
            let count = offsets[offsets.len() - 1];
            let label = format!("{name}[]");
            let record = &records[at];
            let mut inner =
                Part { bytes, record, index: at, column: &label, rows: count, regions: &mut regions };
            **child = inner.leaf()?;
            child.name.clear();
            inner.check_child(column.ty, child, offsets, column.scale)?;
        } else if record.child != 0 {
            return part.fail("only Array and Vector have a child");
        }
        columns.push(column);
    }
    if let Some(stray) = (0..records.len()).find(|&i| names[i].is_empty() && !used[i]) {
        return Err(header_error(format!("record {stray} has no name and is nobody's child")));
    }
    overlaps(regions, &names)?;
    Ok(Batch { rows, columns })
}

fn header_error(reason: String) -> BufferError {
    BufferError::Header(reason)
}

fn header(bytes: &[u8]) -> Result<(u32, Vec<Record>), BufferError> {
    if bytes.len() < HEADER {
        return Err(header_error(format!("{} bytes are fewer than a header", bytes.len())));
    }
    if bytes[..4] != MAGIC {
        return Err(header_error(format!("magic is {:02x?}, expected STRB", &bytes[..4])));
    }
    let version = u32_at(bytes, 4);
    if version != VERSION {
        return Err(header_error(format!("layout version is {version}, expected {VERSION}")));
    }
    let count = u32_at(bytes, 12);
    let end = HEADER + count as usize * RECORD;
    if count > MAX_RECORDS || end > bytes.len() {
        return Err(header_error(format!("column table of {count} records reaches past its end")));
    }
    Ok((u32_at(bytes, 8), bytes[HEADER..end].chunks_exact(RECORD).map(Record::read).collect()))
}

fn names<'a>(bytes: &'a [u8], records: &[Record]) -> Result<Vec<&'a str>, BufferError> {
    let table = HEADER + records.len() * RECORD;
    let mut names = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        let fail = |reason: &str| BufferError::Column { column: format!("#{index}"), reason: reason.into() };
        let start = record.name_off as usize;
        let end = start + record.name_len as usize;
        if record.name_len == 0 {
            names.push("");
            continue;
        }
        if start < table || end > bytes.len() || record.name_len > 1024 {
            return Err(fail("its name lies outside of the buffer"));
        }
        names.push(std::str::from_utf8(&bytes[start..end]).map_err(|_| fail("its name isn't UTF-8"))?);
    }
    Ok(names)
}

/// A region of the buffer and the record that claims it.
type Region = (usize, usize, usize);

fn overlaps(mut regions: Vec<Region>, names: &[&str]) -> Result<(), BufferError> {
    regions.sort_unstable();
    let label = |index: usize| match names[index] {
        "" => format!("#{index}"),
        name => name.to_owned(),
    };
    match regions.windows(2).find(|pair| pair[0].1 > pair[1].0) {
        Some(pair) => {
            let reason = format!("its bytes overlap with column {}", label(pair[0].2));
            Err(BufferError::Column { column: label(pair[1].2), reason })
        }
        None => Ok(()),
    }
}

/// One record on its way to a column.
struct Part<'a, 'r> {
    bytes: &'a [u8],
    record: &'r Record,
    index: usize,
    column: &'r str,
    rows: u32,
    regions: &'r mut Vec<Region>,
}

impl<'a> Part<'a, '_> {
    fn check_child(
        &self,
        parent: ColumnType,
        child: &Column,
        offsets: &[u32],
        dimension: i32,
    ) -> Result<(), BufferError> {
        if child.ty.is_nested() {
            return self.fail("arrays have one dimension");
        }
        if parent != ColumnType::Vector {
            return Ok(());
        }
        if child.ty != ColumnType::Real || child.has_nulls() {
            return self.fail("a Vector's elements are Real without NULLs");
        }
        let odd = offsets.windows(2).position(|pair| {
            let len = pair[1] - pair[0];
            dimension > 0 && len != 0 && len != dimension as u32
        });
        match odd {
            Some(row) => self.row(row, format!("its length differs from the dimension {dimension}")),
            None => Ok(()),
        }
    }

    /// The column without its child.
    fn leaf(&mut self) -> Result<Column, BufferError> {
        let record = self.record;
        let Some(ty) = ColumnType::from_number(record.ty) else {
            return self.fail(format!("{} isn't the number of a type", record.ty));
        };
        if record.flags & !(NULLABLE | KEY) != 0 || record.zero != 0 {
            return self.fail("reserved flags or bytes aren't zero");
        }
        let validity = self.validity()?;
        let data = match ty.width() {
            Some(width) => {
                if record.offsets_off != 0 {
                    return self.fail(format!("{ty} has no offsets"));
                }
                let wanted = u64::from(self.rows) * width as u64;
                if u64::from(record.data_len) != wanted {
                    return self.fail(format!("data of {} bytes, expected {wanted}", record.data_len));
                }
                let data = self.region(record.data_off, u64::from(record.data_len), "data")?;
                self.fixed(ty, data, &validity)?
            }
            None => self.variable(ty, &validity)?,
        };
        Ok(Column {
            name: self.column.to_owned(),
            ty,
            scale: record.scale,
            nullable: record.flags & NULLABLE != 0 || !validity.is_empty(),
            key: record.flags & KEY != 0,
            data,
            validity,
        })
    }

    /// The bitmap, with the bits behind the last row cleared.
    fn validity(&mut self) -> Result<Vec<u8>, BufferError> {
        let off = self.record.validity_off;
        if off == 0 {
            return Ok(Vec::new());
        }
        let mut bits = self.region(off, u64::from(self.rows).div_ceil(8), "validity")?.to_vec();
        if let Some(last) = bits.last_mut()
            && self.rows & 7 != 0
        {
            *last &= (1 << (self.rows & 7)) - 1;
        }
        Ok(bits)
    }

    fn fixed(&self, ty: ColumnType, data: &[u8], validity: &[u8]) -> Result<ColumnData, BufferError> {
        Ok(match ty {
            ColumnType::Bool => {
                let odd = data.iter().enumerate().find(|&(row, &byte)| byte > 1 && valid(validity, row));
                if let Some((row, byte)) = odd {
                    return self.row(row, format!("a Bool of {byte}, expected 0 or 1"));
                }
                ColumnData::Bool(data.iter().map(|&byte| byte == 1).collect())
            }
            ColumnType::SmallInt => ColumnData::I16(all(data, i16::from_le_bytes)),
            ColumnType::Integer | ColumnType::Date => ColumnData::I32(all(data, i32::from_le_bytes)),
            ColumnType::Real => ColumnData::F32(all(data, |b| {
                let v = f32::from_le_bytes(b);
                if v.is_nan() { f32::from_bits(0x7fc0_0000) } else { v }
            })),
            ColumnType::Double => ColumnData::F64(all(data, |b| {
                let v = f64::from_le_bytes(b);
                if v.is_nan() { f64::from_bits(0x7ff8_0000_0000_0000) } else { v }
            })),
            ColumnType::Uuid => ColumnData::Uuid(all(data, |b| b)),
            ColumnType::Time => {
                let times = all(data, i64::from_le_bytes);
                let odd = times
                    .iter()
                    .enumerate()
                    .find(|&(row, time)| !(0..86_400_000_000).contains(time) && valid(validity, row));
                if let Some((row, time)) = odd {
                    return self.row(row, format!("a Time of {time} µs isn't within a day"));
                }
                ColumnData::I64(times)
            }
            _ => ColumnData::I64(all(data, i64::from_le_bytes)),
        })
    }

    fn variable(&mut self, ty: ColumnType, validity: &[u8]) -> Result<ColumnData, BufferError> {
        let record = self.record;
        let size = (u64::from(self.rows) + 1) * 4;
        let offsets: Vec<u32> = all(self.region(record.offsets_off, size, "offsets")?, u32::from_le_bytes);
        if offsets[0] != 0 {
            return self.fail(format!("offsets start at {}, expected 0", offsets[0]));
        }
        if let Some(row) = offsets.windows(2).position(|pair| pair[1] < pair[0]) {
            return self.row(row, format!("offsets fall from {} to {}", offsets[row], offsets[row + 1]));
        }
        if ty.is_nested() {
            if record.data_off != 0 || record.data_len != 0 {
                return self.fail(format!("{ty} has a child, not data"));
            }
            return Ok(ColumnData::List { offsets, child: Box::new(Column::new("", ColumnType::Real)) });
        }
        let end = offsets[offsets.len() - 1];
        if end != record.data_len {
            return self.fail(format!("offsets end at {end}, the data at {}", record.data_len));
        }
        let data = self.region(record.data_off, u64::from(record.data_len), "data")?;
        if !ty.is_textual() {
            return Ok(ColumnData::Bytes { offsets, bytes: data.to_vec() });
        }
        let text = self.text(data, &offsets)?;
        if ty == ColumnType::Decimal {
            let cell = |row: usize| &text[offsets[row] as usize..offsets[row + 1] as usize];
            let odd = (0..offsets.len() - 1).find(|&row| valid(validity, row) && !is_decimal(cell(row)));
            if let Some(row) = odd {
                return self.row(row, "isn't a decimal: digits with an optional sign and point");
            }
        }
        Ok(ColumnData::Text { text: text.to_owned(), offsets })
    }

    /// The data as text, cut by the offsets only between characters.
    fn text(&self, data: &'a [u8], offsets: &[u32]) -> Result<&'a str, BufferError> {
        let owner = |at: usize| offsets.partition_point(|&off| off as usize <= at).saturating_sub(1);
        let text = match std::str::from_utf8(data) {
            Ok(text) => text,
            Err(error) => return self.row(owner(error.valid_up_to()), "isn't UTF-8"),
        };
        match offsets.iter().position(|&off| !text.is_char_boundary(off as usize)) {
            Some(at) => self.row(at - 1, "isn't UTF-8: it ends within a character"),
            None => Ok(text),
        }
    }

    /// A region of the buffer, remembered so that no other may overlap it.
    fn region(&mut self, off: u32, len: u64, what: &str) -> Result<&'a [u8], BufferError> {
        if len == 0 {
            return Ok(&[]);
        }
        let start = off as usize;
        if align(start) != start {
            return self.fail(format!("{what} at {off} isn't aligned to 8"));
        }
        let end = u64::from(off) + len;
        let table = HEADER + u32_at(self.bytes, 12) as usize * RECORD;
        if start < table || end > self.bytes.len() as u64 {
            return self.fail(format!("{what} at {off} of {len} bytes lies outside of the buffer"));
        }
        let end = end as usize;
        self.regions.push((start, end, self.index));
        Ok(&self.bytes[start..end])
    }

    fn fail<T>(&self, reason: impl Into<String>) -> Result<T, BufferError> {
        Err(BufferError::Column { column: self.column.to_owned(), reason: reason.into() })
    }

    fn row<T>(&self, row: usize, reason: impl Into<String>) -> Result<T, BufferError> {
        Err(BufferError::Row { column: self.column.to_owned(), row: row as u32, reason: reason.into() })
    }
}

fn valid(validity: &[u8], row: usize) -> bool {
    validity.is_empty() || validity[row >> 3] >> (row & 7) & 1 == 1
}

fn all<T, const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> T) -> Vec<T> {
    let mut bytes = [0; N];
    data.chunks_exact(N)
        .map(|chunk| {
            bytes.copy_from_slice(chunk);
            value(bytes)
        })
        .collect()
}
