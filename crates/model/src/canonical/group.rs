//! How things that hold others are laid out: named fields, positions, lists and maps.

use serde::{Serialize, ser};

use super::{CanonicalError, Printer, scalar::is_scalar};

/// A value with named fields, being printed.
pub(super) struct Fields<'p> {
    pub(super) printer: &'p mut Printer,
    pub(super) close: bool,
    pub(super) any: bool,
    /// One field a line; else all on one.
    pub(super) lines: bool,
}

impl Fields<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), CanonicalError> {
        let first = !std::mem::replace(&mut self.any, true);
        if self.lines {
            self.printer.new_line();
        } else if !first {
            self.printer.out.push_str(", ");
        }
        self.printer.out.push_str(key);
        self.printer.out.push_str(": ");
        value.serialize(&mut *self.printer)?;
        if self.lines {
            self.printer.out.push(',');
        }
        Ok(())
    }

    fn finish(self) -> Result<(), CanonicalError> {
        self.printer.indent -= usize::from(self.lines);
        self.printer.depth -= 1;
        if self.any && self.lines {
            self.printer.new_line();
        }
        if self.close {
            self.printer.out.push(')');
        }
        Ok(())
    }
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

/// A tuple or a variant with positions, being printed.
pub(super) struct Positions<'p> {
    pub(super) printer: &'p mut Printer,
    pub(super) close: bool,
    pub(super) any: bool,
}

impl Positions<'_> {
    fn position<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        if std::mem::replace(&mut self.any, true) {
            self.printer.out.push_str(", ");
        }
        value.serialize(&mut *self.printer)
    }

    fn finish(self) -> Result<(), CanonicalError> {
        self.printer.depth -= 1;
        if self.close {
            self.printer.out.push(')');
        }
        Ok(())
    }
}

impl ser::SerializeTuple for Positions<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.position(value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for Positions<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.position(value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for Positions<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.position(value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

/// A list or map, being printed: on one line until something other than a scalar comes.
pub(super) struct Elements<'p> {
    printer: &'p mut Printer,
    close: char,
    /// Where each element printed so far starts; kept only while the list stands on one line.
    starts: Vec<usize>,
    lines: bool,
    last_key: Option<String>,
}

impl<'p> Elements<'p> {
    pub(super) fn open(printer: &'p mut Printer, open: char, close: char) -> Elements<'p> {
        printer.out.push(open);
        Elements { printer, close, starts: Vec::new(), lines: false, last_key: None }
    }

    fn element<T: Serialize + ?Sized>(&mut self, key: Option<&str>, value: &T) -> Result<(), CanonicalError> {
        if !self.lines && !is_scalar(value) {
            self.break_lines();
        }
        if self.lines {
            self.printer.new_line();
        } else {
            if !self.starts.is_empty() {
                self.printer.out.push_str(", ");
            }
            self.starts.push(self.printer.out.len());
        }
        if let Some(key) = key {
            self.printer.string(key);
            self.printer.out.push_str(": ");
        }
        value.serialize(&mut *self.printer)?;
        if self.lines {
            self.printer.out.push(',');
        }
        Ok(())
    }

    /// Lays out again, one a line, what was printed on one line.
    fn break_lines(&mut self) {
        self.lines = true;
        self.printer.indent += 1;
        let Some(&first) = self.starts.first() else { return };
        let printed = self.printer.out.split_off(first);
        for (i, &start) in self.starts.iter().enumerate() {
            let end = self.starts.get(i + 1).map_or(printed.len(), |next| next - first - ", ".len());
            self.printer.new_line();
            self.printer.out.push_str(&printed[start - first..end]);
            self.printer.out.push(',');
        }
    }

    fn finish(self) -> Result<(), CanonicalError> {
        self.printer.depth -= 1;
        if self.lines {
            self.printer.indent -= 1;
            self.printer.new_line();
        }
        self.printer.out.push(self.close);
        Ok(())
    }
}

impl ser::SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.element(None, value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeMap for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonicalError> {
        let key = super::scalar::text_of(key)?;
        if self.last_key.as_ref().is_some_and(|last| *last >= key) {
            return Err(CanonicalError::Unsorted);
        }
        self.last_key = Some(key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        let key = self.last_key.take().ok_or(CanonicalError::Shape("a value without a key"))?;
        self.element(Some(&key), value)?;
        self.last_key = Some(key);
        Ok(())
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}
