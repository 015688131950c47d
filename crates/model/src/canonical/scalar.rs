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

    fn serialize_bool(self, _: bool) -> Found {
        Ok(None)
    }

    fn serialize_i8(self, _: i8) -> Found {
        Ok(None)
    }

    fn serialize_i16(self, _: i16) -> Found {
        Ok(None)
    }

    fn serialize_i32(self, _: i32) -> Found {
        Ok(None)
    }

    fn serialize_i64(self, _: i64) -> Found {
        Ok(None)
    }

    fn serialize_i128(self, _: i128) -> Found {
        Ok(None)
    }

    fn serialize_u8(self, _: u8) -> Found {
        Ok(None)
    }

    fn serialize_u16(self, _: u16) -> Found {
        Ok(None)
    }

    fn serialize_u32(self, _: u32) -> Found {
        Ok(None)
    }

    fn serialize_u64(self, _: u64) -> Found {
        Ok(None)
    }

    fn serialize_u128(self, _: u128) -> Found {
        Ok(None)
    }

    fn serialize_f32(self, _: f32) -> Found {
        Ok(None)
    }

    fn serialize_f64(self, _: f64) -> Found {
        Ok(None)
    }

    fn serialize_char(self, _: char) -> Found {
        Ok(None)
    }

    fn serialize_bytes(self, _: &[u8]) -> Found {
        Ok(None)
    }

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
