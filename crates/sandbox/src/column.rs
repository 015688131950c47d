//! One column of a batch: its description, its values side by side, and which of them are NULL.

use crate::column_type::ColumnType;

/// The values of a column, side by side; a NULL row holds an arbitrary value.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    /// Bool.
    Bool(Vec<bool>),
    /// SmallInt.
    I16(Vec<i16>),
    /// Integer and Date.
    I32(Vec<i32>),
    /// BigInt, Time, Timestamp and TimestampTz.
    I64(Vec<i64>),
    /// Real.
    F32(Vec<f32>),
    /// Double.
    F64(Vec<f64>),
    /// Uuid.
    Uuid(Vec<[u8; 16]>),
    /// Decimal, Text, Varchar, Char, Enum and Json: row `i` is `text[offsets[i]..offsets[i + 1]]`.
    Text {
        /// One more than there are rows, from 0, never falling.
        offsets: Vec<u32>,
        /// All rows, one after the other.
        text: String,
    },
    /// Bytes: row `i` is `bytes[offsets[i]..offsets[i + 1]]`.
    Bytes {
        /// One more than there are rows, from 0, never falling.
        offsets: Vec<u32>,
        /// All rows, one after the other.
        bytes: Vec<u8>,
    },
    /// Array and Vector: row `i` is rows `offsets[i]..offsets[i + 1]` of the child.
    List {
        /// One more than there are rows, from 0, never falling.
        offsets: Vec<u32>,
        /// All elements, one after the other; its name is empty.
        child: Box<Column>,
    },
}

/// One column of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name; empty for the child of an Array or Vector.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Decimal: digits after the point. Varchar and Char: characters. Vector: dimension. Else 0.
    pub scale: i32,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// Whether it belongs to the key.
    pub key: bool,
    pub(crate) data: ColumnData,
    /// Bit `i` (least significant first) is 1 when row `i` has a value; empty when no row is NULL.
    pub(crate) validity: Vec<u8>,
}

impl Column {
    /// An empty column of a type that isn't nested; an Array or Vector gets a child of Real.
    pub fn new(name: &str, ty: ColumnType) -> Column {
        Column::nested(name, ty, ColumnType::Real)
    }

    /// An empty Array column whose elements are of type `element`.
    ///
    /// # Panics
    /// When `element` is itself nested: arrays have one dimension.
    pub fn array(name: &str, element: ColumnType) -> Column {
        assert!(!element.is_nested(), "arrays have one dimension");
        Column::nested(name, ColumnType::Array, element)
    }

    fn nested(name: &str, ty: ColumnType, element: ColumnType) -> Column {
        let data = empty_data(ty, element);
        Column {
            name: name.to_owned(),
            ty,
            scale: 0,
            nullable: false,
            key: false,
            data,
            validity: Vec::new(),
        }
    }

    /// The same column, allowed to hold NULL.
    pub fn nullable(mut self) -> Column {
        self.nullable = true;
        self
    }

    /// The same column, as part of the key.
    pub fn key(mut self) -> Column {
        self.key = true;
        self
    }

    /// The same column with a scale, limit or dimension.
    pub fn scale(mut self, scale: i32) -> Column {
        self.scale = scale;
        self
    }

    /// Makes room for `rows` more rows, with about `bytes` of text or bytes in all.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        match &mut self.data {
            ColumnData::Bool(v) => v.reserve(rows),
            ColumnData::I16(v) => v.reserve(rows),
            ColumnData::I32(v) => v.reserve(rows),
            ColumnData::I64(v) => v.reserve(rows),
            ColumnData::F32(v) => v.reserve(rows),
            ColumnData::F64(v) => v.reserve(rows),
            ColumnData::Uuid(v) => v.reserve(rows),
            ColumnData::Text { offsets, text } => {
                offsets.reserve(rows);
                text.reserve(bytes);
            }
            ColumnData::Bytes { offsets, bytes: all } => {
                offsets.reserve(rows);
                all.reserve(bytes);
            }
            ColumnData::List { offsets, .. } => offsets.reserve(rows),
        }
    }

    /// The same column without rows.
    pub fn emptied(&self) -> Column {
        let element = self.child().map_or(ColumnType::Real, |child| child.ty);
        let mut column = Column::nested(&self.name, self.ty, element);
        (column.scale, column.nullable, column.key) = (self.scale, self.nullable, self.key);
        if let (ColumnData::List { child, .. }, Some(old)) = (&mut column.data, self.child()) {
            **child = old.emptied();
        }
        column
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.data {
            ColumnData::Bool(v) => v.len(),
            ColumnData::I16(v) => v.len(),
            ColumnData::I32(v) => v.len(),
            ColumnData::I64(v) => v.len(),
            ColumnData::F32(v) => v.len(),
            ColumnData::F64(v) => v.len(),
            ColumnData::Uuid(v) => v.len(),
            ColumnData::Text { offsets, .. }
            | ColumnData::Bytes { offsets, .. }
            | ColumnData::List { offsets, .. } => offsets.len() - 1,
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values side by side, for readers that take whole columns; ask [`Column::is_null`] first.
    pub fn data(&self) -> &ColumnData {
        &self.data
    }

    /// Whether row `row` is NULL.
    pub fn is_null(&self, row: usize) -> bool {
        !self.validity.is_empty() && self.validity[row >> 3] >> (row & 7) & 1 == 0
    }

    /// Whether some row is NULL.
    pub fn has_nulls(&self) -> bool {
        self.first_null().is_some()
    }

    /// The first NULL row.
    pub fn first_null(&self) -> Option<usize> {
        if self.validity.is_empty() {
            return None;
        }
        (0..self.len()).find(|&row| self.is_null(row))
    }

    /// The integer in row `row` of an integer, date or time column, or nothing when it's NULL or of another type.
    pub fn int(&self, row: usize) -> Option<i64> {
        if self.is_null(row) {
            return None;
        }
        match &self.data {
            ColumnData::I16(v) => Some(i64::from(v[row])),
            ColumnData::I32(v) => Some(i64::from(v[row])),
            ColumnData::I64(v) => Some(v[row]),
            _ => None,
        }
    }

    /// The text in row `row`, or nothing when it's NULL or of another type.
    pub fn text(&self, row: usize) -> Option<&str> {
        match &self.data {
            ColumnData::Text { offsets, text } if !self.is_null(row) => {
                Some(&text[offsets[row] as usize..offsets[row + 1] as usize])
            }
            _ => None,
        }
    }

    /// The bytes in row `row` of a Bytes column, or nothing when it's NULL or of another type.
    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        match &self.data {
            ColumnData::Bytes { offsets, bytes } if !self.is_null(row) => {
                Some(&bytes[offsets[row] as usize..offsets[row + 1] as usize])
            }
            _ => None,
        }
    }

    /// The float in row `row` of a Real or Double column, or nothing when it's NULL or of another type.
    pub fn float(&self, row: usize) -> Option<f64> {
        if self.is_null(row) {
            return None;
        }
        match &self.data {
            ColumnData::F32(v) => Some(f64::from(v[row])),
            ColumnData::F64(v) => Some(v[row]),
            _ => None,
        }
    }

    /// The child of an Array or Vector.
    pub fn child(&self) -> Option<&Column> {
        match &self.data {
            ColumnData::List { child, .. } => Some(child),
            _ => None,
        }
    }
}

fn empty_data(ty: ColumnType, element: ColumnType) -> ColumnData {
    match ty {
        ColumnType::Bool => ColumnData::Bool(Vec::new()),
        ColumnType::SmallInt => ColumnData::I16(Vec::new()),
        ColumnType::Integer | ColumnType::Date => ColumnData::I32(Vec::new()),
        ColumnType::BigInt | ColumnType::Time | ColumnType::Timestamp | ColumnType::TimestampTz => {
            ColumnData::I64(Vec::new())
        }
        ColumnType::Real => ColumnData::F32(Vec::new()),
        ColumnType::Double => ColumnData::F64(Vec::new()),
        ColumnType::Uuid => ColumnData::Uuid(Vec::new()),
        ColumnType::Decimal
        | ColumnType::Text
        | ColumnType::Varchar
        | ColumnType::Char
        | ColumnType::Enum
        | ColumnType::Json => ColumnData::Text { offsets: vec![0], text: String::new() },
        ColumnType::Bytes => ColumnData::Bytes { offsets: vec![0], bytes: Vec::new() },
        ColumnType::Array | ColumnType::Vector => {
            ColumnData::List { offsets: vec![0], child: Box::new(Column::new("", element)) }
        }
    }
}
