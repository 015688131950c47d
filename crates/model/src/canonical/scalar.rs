//! Tells scalars, which may share a line, from everything else, without printing them.

use serde::{Serialize, ser};

use super::{CanonicalError, Impossible};

/// Whether a value prints as a string, a number or a bare name.
pub(super) fn is_scalar<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Probe { keep: false }).is_ok()
}

/// The text of a map's key, which has to be a string.
pub(super) fn text_of<T: Serialize + ?Sized>(value: &T) -> Result<String, CanonicalError> {
    value.serialize(Probe { keep: true })?.ok_or(KEY)
}

const OTHER: CanonicalError = CanonicalError::Shape("this");
const KEY: CanonicalError = CanonicalError::Shape("a key that is not a string");

/// Takes a scalar apart and refuses everything else; yields its text when it is a string that is to be kept.
struct Probe {
    keep: bool,
}

type Found = Result<Option<String>, CanonicalError>;
type No = Impossible<Option<String>, CanonicalError>;

macro_rules! scalars {
    ($($name:ident: $ty:ty),*) => {$(
        fn $name(self, _: $ty) -> Found {
            Ok(None)
        }
    )*};
}

impl ser::Serializer for Probe {
    type Ok = Option<String>;
    type Error = CanonicalError;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    scalars!(serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_bytes: &[u8]);

    fn serialize_str(self, value: &str) -> Found {
        Ok(self.keep.then(|| value.to_owned()))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Found {
        Ok(self.keep.then(|| value.to_string()))
    }

    fn serialize_none(self) -> Found {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Found {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Found {
        Ok(None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Found {
        Ok(None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Found {
        Ok(None)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Found {
        Err(OTHER)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Found {
        Err(OTHER)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_tuple(self, _: usize) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No, CanonicalError> {
        Err(OTHER)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, CanonicalError> {
        Err(OTHER)
    }
}
