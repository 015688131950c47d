//! The canonical text of entries: RON laid out in exactly one way, so that a value has one text and one hash.
//!
//! 1. A value with named fields is `Name(`, one field a line as `field: value,`, indented by four blanks, and `)`. Only the
//!    outermost value and enum variants print their name; all others are `(` … `)`. Fields at their default are left out.
//!    References to steps and objects stand on one line: `(entry: "…", step: 0)`.
//! 2. An enum variant holding a value with named fields prints that value's fields as its own.
//! 3. Variants with positions and tuples stand on one line: `Decimal(10, 2)`; a variant without content is its bare name.
//! 4. A list of nothing but scalars stands on one line: `["a", "b"]`; any other list has one element a line, each followed
//!    by a comma. Scalars are strings, numbers, `true`, `false`, `None` and bare names.
//! 5. A map is laid out like a list, with `"key": value` as elements, keys strictly ascending by their bytes: `{"a": 1}`.
//! 6. An optional value is printed as the value itself; an absent one, where it can't be left out, as `None`.
//! 7. Whole numbers are decimal; floats are the shortest digits that read back equal, without exponent and with at least one
//!    digit on either side of the point.
//! 8. Strings stand in `"`; `\"`, `\\`, `\n`, `\r`, `\t` are escaped so, other control characters as `\u{hex}` in lower case
//!    without leading zeros; everything else is UTF-8 as it is.
//! 9. Something empty is `Name()`, `()`, `[]` or `{}`. Lines end in LF; the text ends in one LF; no line ends in a blank.

use std::fmt::Write as _;

use serde::{
    Serialize,
    ser::{self, Impossible},
};

mod group;
mod scalar;
#[cfg(test)]
mod tests;

/// The deepest nesting that is printed; what is printed can be read back by a reader with a recursion limit of 128.
pub const MAX_DEPTH: usize = 40;

/// The values with named fields that stand on one line: references, of which merges have long lists.
const ON_ONE_LINE: [&str; 2] = ["StepRef", "ObjectRef"];

/// Why a value has no canonical text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A float that is no number.
    #[error("{0} is not a finite number")]
    NotFinite(String),
    /// Nesting beyond [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A shape that this text has no form for.
    #[error("{0} has no canonical form")]
    Shape(&'static str),
    /// A map whose keys don't come in ascending order.
    #[error("the keys of a map are not in ascending order")]
    Unsorted,
    /// What the value's own serialisation says.
    #[error("{0}")]
    Other(String),
}

impl ser::Error for CanonicalError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        CanonicalError::Other(message.to_string())
    }
}

/// Prints `value` as canonical text; see the module's documentation for the rules.
pub fn to_canonical<T: Serialize + ?Sized>(value: &T) -> Result<String, CanonicalError> {
    let mut printer = Printer { out: String::with_capacity(1024), indent: 0, depth: 0, bare: false };
    value.serialize(&mut printer)?;
    printer.out.push('\n');
    Ok(printer.out)
}

/// The printer at one place of the text.
struct Printer {
    out: String,
    indent: usize,
    depth: usize,
    /// Directly inside a variant's parentheses: a value with named fields or a tuple prints none of its own.
    bare: bool,
}

impl Printer {
    fn enter(&mut self) -> Result<(), CanonicalError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(CanonicalError::TooDeep) } else { Ok(()) }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the answer of every serializer's method that prints a number"
    )]
    fn number(&mut self, value: impl std::fmt::Display) -> Result<(), CanonicalError> {
        // Writing to a String can't fail.
        let _ = write!(self.out, "{value}");
        Ok(())
    }

    fn float(&mut self, value: impl std::fmt::Display, finite: bool) -> Result<(), CanonicalError> {
        if !finite {
            return Err(CanonicalError::NotFinite(value.to_string()));
        }
        let start = self.out.len();
        self.number(value)?;
        if !self.out[start..].contains('.') {
            self.out.push_str(".0");
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            if c != '"' && c != '\\' && !c.is_control() {
                continue;
            }
            self.out.push_str(&text[plain..at]);
            plain = at + c.len_utf8();
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                other => {
                    let _ = write!(self.out, "\\u{{{:x}}}", u32::from(other));
                }
            }
        }
        self.out.push_str(&text[plain..]);
        self.out.push('"');
    }

    fn named(&mut self, name: &'static str, variant: bool) -> Result<group::Fields<'_>, CanonicalError> {
        self.enter()?;
        let bare = std::mem::take(&mut self.bare);
        if variant || self.out.is_empty() {
            self.out.push_str(name);
        }
        if variant || !bare {
            self.out.push('(');
        }
        let lines = variant || !ON_ONE_LINE.contains(&name);
        self.indent += usize::from(lines);
        Ok(group::Fields { close: variant || !bare, any: false, lines, printer: self })
    }

    fn positions(&mut self, name: &'static str, own: bool) -> Result<group::Positions<'_>, CanonicalError> {
        self.enter()?;
        let bare = std::mem::take(&mut self.bare);
        self.out.push_str(name);
        if own || !bare {
            self.out.push('(');
        }
        Ok(group::Positions { close: own || !bare, any: false, printer: self })
    }
}

impl<'p> ser::Serializer for &'p mut Printer {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = group::Elements<'p>;
    type SerializeTuple = group::Positions<'p>;
    type SerializeTupleStruct = group::Positions<'p>;
    type SerializeTupleVariant = group::Positions<'p>;
    type SerializeMap = group::Elements<'p>;
    type SerializeStruct = group::Fields<'p>;
    type SerializeStructVariant = group::Fields<'p>;

    fn serialize_i8(self, value: i8) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_bool(self, value: bool) -> Result<(), CanonicalError> {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), CanonicalError> {
        self.float(value, value.is_finite())
    }

    fn serialize_f64(self, value: f64) -> Result<(), CanonicalError> {
        self.float(value, value.is_finite())
    }

    fn serialize_char(self, _: char) -> Result<(), CanonicalError> {
        Err(CanonicalError::Shape("a character"))
    }

    fn serialize_str(self, value: &str) -> Result<(), CanonicalError> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), CanonicalError> {
        Err(CanonicalError::Shape("raw bytes"))
    }

    fn serialize_none(self) -> Result<(), CanonicalError> {
        self.out.push_str("None");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonicalError> {
        let start = self.out.len();
        value.serialize(&mut *self)?;
        // `Some(None)` would read back as `None`.
        if &self.out[start..] == "None" {
            Err(CanonicalError::Shape("an optional absent value"))
        } else {
            Ok(())
        }
    }

    fn serialize_unit(self) -> Result<(), CanonicalError> {
        Err(CanonicalError::Shape("a unit"))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), CanonicalError> {
        Err(CanonicalError::Shape("a unit"))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), CanonicalError> {
        self.out.push_str(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<(), CanonicalError> {
        Err(CanonicalError::Shape("a newtype that is not transparent"))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.enter()?;
        self.out.push_str(variant);
        self.out.push('(');
        self.bare = true;
        value.serialize(&mut *self)?;
        self.bare = false;
        self.out.push(')');
        self.depth -= 1;
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<group::Elements<'p>, CanonicalError> {
        self.enter()?;
        self.bare = false;
        Ok(group::Elements::open(self, '[', ']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<group::Positions<'p>, CanonicalError> {
        self.positions("", false)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<group::Positions<'p>, CanonicalError> {
        self.positions("", false)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<group::Positions<'p>, CanonicalError> {
        self.positions(variant, true)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<group::Elements<'p>, CanonicalError> {
        self.enter()?;
        self.bare = false;
        Ok(group::Elements::open(self, '{', '}'))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<group::Fields<'p>, CanonicalError> {
        self.named(name, false)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<group::Fields<'p>, CanonicalError> {
        self.named(variant, true)
    }
}
