//! Where in its source a guest stopped, as far as its module says: by the line tables of its DWARF.

use gimli::{AttributeValue, DebugLine, DebugLineOffset, EndianSlice, LineProgramHeader, LittleEndian};
use wasmparser::{Parser, Payload};

/// Tables that are longer aren't looked at.
const LONGEST: usize = 8 << 20;

/// WebAssembly's addresses in DWARF.
const ADDRESS_BYTES: u8 = 4;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The line tables of a module.
pub(crate) struct Lines {
    table: Vec<u8>,
    /// Texts that newer tables refer to: of paths, and of anything.
    paths: Vec<u8>,
    texts: Vec<u8>,
    /// Where the code begins within the module: addresses count from there.
    code: usize,
}

impl Lines {
    /// Those of a module, where it has any.
    pub fn of(module: &[u8]) -> Option<Lines> {
        let mut lines = Lines { table: Vec::new(), paths: Vec::new(), texts: Vec::new(), code: 0 };
        for payload in Parser::new(0).parse_all(module) {
            match payload.ok()? {
                Payload::CodeSectionStart { range, .. } => lines.code = range.start,
                Payload::CustomSection(section) => match section.name() {
                    ".debug_line" => lines.table = section.data().to_vec(),
                    ".debug_line_str" => lines.paths = section.data().to_vec(),
                    ".debug_str" => lines.texts = section.data().to_vec(),
                    _ => {}
                },
                _ => {}
            }
        }
        let fits = |bytes: &Vec<u8>| bytes.len() <= LONGEST;
        (!lines.table.is_empty() && fits(&lines.table) && fits(&lines.paths) && fits(&lines.texts))
            .then_some(lines)
    }

    /// The file, line and column of the instruction at an offset of the module; nothing where the tables don't tell.
    pub fn place(&self, offset: usize) -> Option<String> {
        let address = u64::try_from(offset.checked_sub(self.code)?).ok()?;
        let table = DebugLine::new(&self.table, LittleEndian);
        let mut at = 0;
        while at < self.table.len() {
            let program = table.program(DebugLineOffset(at), ADDRESS_BYTES, None, None).ok()?;
            let header = program.header();
            // A length of 32 bits has 4 bytes, one of 64 bits has 12.
            at += header.unit_length() + if header.format() == gimli::Format::Dwarf32 { 4 } else { 12 };
            let mut rows = program.rows();
            let mut before: Option<(u64, u64, u64, u64)> = None;
            let mut dead = false;
            while let Ok(Some((header, row))) = rows.next_row() {
                if let Some((from, file, line, column)) = before.filter(|_| !dead)
                    && from <= address
                    && address < row.address()
                {
                    return self.named(header, file).map(|file| match column {
                        0 => format!("{file}:{line}"),
                        column => format!("{file}:{line}:{column}"),
                    });
                }
                let column = match row.column() {
                    gimli::ColumnType::LeftEdge => 0,
                    gimli::ColumnType::Column(column) => column.get(),
                };
                let line = row.line().map_or(0, std::num::NonZero::get);
                // What the linker left out stands at 0, where no function can begin.
                dead = before.is_none() && row.address() == 0 || dead && !row.end_sequence();
                before = (!row.end_sequence() && line > 0).then_some((
                    row.address(),
                    row.file_index(),
                    line,
                    column,
                ));
                dead &= before.is_some();
            }
        }
        None
    }

    /// The last two parts of a file's path.
    fn named(&self, header: &LineProgramHeader<Slice<'_>>, file: u64) -> Option<String> {
        let file = header.file(file)?;
        let name = self.text(file.path_name())?;
        let folder = file.directory(header).and_then(|folder| self.text(folder)).unwrap_or_default();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
        let shown = parts.get(parts.len().saturating_sub(2)..)?.join("/");
        (!is_library(&path) && !shown.is_empty()).then_some(shown)
    }

    fn text(&self, value: AttributeValue<Slice<'_>>) -> Option<String> {
        let at = |bytes: &[u8], from: usize| {
            let rest = bytes.get(from..)?;
            let end = rest.iter().position(|byte| *byte == 0)?;
            Some(String::from_utf8_lossy(&rest[..end]).into_owned())
        };
        match value {
            AttributeValue::String(text) => Some(text.to_string_lossy().into_owned()),
            AttributeValue::DebugLineStrRef(from) => at(&self.paths, from.0),
            AttributeValue::DebugStrRef(from) => at(&self.texts, from.0),
            _ => None,
        }
    }
}

/// Whether a path is the standard library's: what stopped there was asked for by the author's code.
fn is_library(path: &str) -> bool {
    path.contains("/rustc/") || path.starts_with("library/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Assets, Batch, Column, ColumnType, Engine, Guest, GuestError, Limits, Params};

    const WASM: &[u8] = include_bytes!("lines/trap.wasm");

    fn trap(bytes: &[u8]) -> GuestError {
        let engine = Engine::new().unwrap();
        let guest = Guest::load(&engine, bytes, Params::new(), Assets::default(), Limits::default()).unwrap();
        let mut batch = Batch { rows: 0, columns: vec![Column::new("id", ColumnType::BigInt)] };
        batch.push_row(&[model::Value::Int(1)]).unwrap();
        guest.run(&batch).unwrap_err()
    }

    #[test]
    fn a_trap_is_told_with_its_line() {
        let source = include_str!("lines/trap.c");
        let line = 1 + source.lines().position(|line| line.contains("__builtin_trap")).unwrap();
        let said = trap(WASM).to_string();
        assert!(said.contains(&format!("in rows_of (lines/trap.c:{line}:")), "{said}");
    }

    #[test]
    fn tables_that_lie_end_nothing() {
        let lines = Lines::of(WASM).unwrap();
        assert_eq!(lines.place(0), None);
        assert_eq!(lines.place(usize::MAX), None);
        for at in 0..lines.table.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut table = lines.table.clone();
                table[at] = byte;
                let broken =
                    Lines { table, paths: lines.paths.clone(), texts: lines.texts.clone(), code: lines.code };
                for offset in (lines.code..WASM.len()).step_by(13) {
                    let _ = broken.place(offset);
                }
            }
        }
        let cut = Lines { table: lines.table[..lines.table.len() / 2].to_vec(), ..lines };
        assert!(cut.place(cut.code + 40).is_none_or(|place| place.contains("trap.c")));
    }
}
