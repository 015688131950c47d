//! Puts a script's text into the module that runs it.
//!
//! A runner is an interpreter compiled to a guest. It exports an address, and what a script is stands there: its length in
//! bytes, then its text. A module that carries a script is the runner with one more data segment, so that one digest
//! covers both, and nothing else about a step is new.

use wasmparser::{ConstExpr, ExternalKind, Operator, Parser, Payload};

use crate::error::CarryError;

/// The exported address of where a script goes.
const PLACE: &str = "strat_script";
/// The longest script that a runner has room for, with its length before and a zero behind it.
pub const MAX_SCRIPT_BYTES: usize = (1 << 20) - 8;

const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

/// The runner as a module that carries `script`.
pub fn carry(runner: &[u8], script: &str) -> Result<Vec<u8>, CarryError> {
    if script.is_empty() {
        return Err(CarryError::Empty);
    }
    if script.len() > MAX_SCRIPT_BYTES {
        return Err(CarryError::TooLong { bytes: script.len() });
    }
    if script.contains('\0') {
        return Err(CarryError::Nul);
    }
    let address = address(runner)?;
    let mut segment = vec![0, 0x41];
    signed(&mut segment, address);
    segment.push(0x0b);
    unsigned(&mut segment, script.len() as u64 + 4);
    segment.extend_from_slice(&(script.len() as u32).to_le_bytes());
    segment.extend_from_slice(script.as_bytes());
    let mut out = runner.get(..8).ok_or(CarryError::Runner)?.to_vec();
    let mut put = false;
    for payload in Parser::new(0).parse_all(runner) {
        let Some((id, range)) = payload.map_err(|_| CarryError::Runner)?.as_section() else { continue };
        let content = runner.get(range).ok_or(CarryError::Runner)?;
        match id {
            DATA => {
                section(&mut out, DATA, &one_more(content, &segment)?);
                put = true;
            }
            DATA_COUNT => section(&mut out, DATA_COUNT, &one_more(content, &[])?),
            other => section(&mut out, other, content),
        }
    }
    if put { Ok(out) } else { Err(CarryError::Runner) }
}

/// Where the exported global says that a script goes.
fn address(runner: &[u8]) -> Result<i32, CarryError> {
    let (mut globals, mut place) = (Vec::new(), None);
    for payload in Parser::new(0).parse_all(runner) {
        match payload.map_err(|_| CarryError::Runner)? {
            Payload::GlobalSection(section) => {
                for global in section {
                    globals.push(constant(&global.map_err(|_| CarryError::Runner)?.init_expr));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.map_err(|_| CarryError::Runner)?;
                    if export.name == PLACE && export.kind == ExternalKind::Global {
                        place = Some(export.index as usize);
                    }
                }
            }
            _ => {}
        }
    }
    place.and_then(|index| globals.get(index).copied().flatten()).ok_or(CarryError::Runner)
}

fn constant(expression: &ConstExpr<'_>) -> Option<i32> {
    match expression.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => Some(value),
        _ => None,
    }
}

/// A vector's content with one element more behind the others.
fn one_more(content: &[u8], element: &[u8]) -> Result<Vec<u8>, CarryError> {
    let (mut count, mut len) = (0u64, 0);
    loop {
        let byte = *content.get(len).filter(|_| len < 5).ok_or(CarryError::Runner)?;
        count |= u64::from(byte & 0x7f) << (7 * len);
        len += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let mut out = Vec::with_capacity(content.len() + element.len() + 1);
    unsigned(&mut out, count + 1);
    out.extend_from_slice(&content[len..]);
    out.extend_from_slice(element);
    Ok(out)
}

pub(crate) fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    unsigned(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// LEB128.
pub(crate) fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Signed LEB128.
fn signed(out: &mut Vec<u8>, mut value: i32) {
    while !(-64..64).contains(&value) {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use super::{CarryError, carry};

    const RUNNER: &str = r#"(module (memory (export "memory") 1)
        (global (export "strat_script") i32 (i32.const 1000)) (data (i32.const 0) "x") DATA)"#;

    fn runner(data: &str) -> Vec<u8> {
        crate::wat_to_wasm(&RUNNER.replace("DATA", data)).unwrap()
    }

    #[test]
    fn a_script_becomes_one_more_segment() {
        let carried = carry(&runner(""), "row();").unwrap();
        let wanted = runner(r#"(data (i32.const 1000) "\06\00\00\00row();")"#);
        assert_eq!(carried, wanted);
        let carried = carry(&runner("(func (data.drop 0))"), "x").unwrap();
        let wanted = runner(r#"(func (data.drop 0)) (data (i32.const 1000) "\01\00\00\00x")"#);
        assert_eq!(carried, wanted);
    }

    #[test]
    fn what_cannot_be_carried_is_refused() {
        assert_eq!(carry(&runner(""), ""), Err(CarryError::Empty));
        assert_eq!(carry(&runner(""), "a\0b"), Err(CarryError::Nul));
        let bytes = super::MAX_SCRIPT_BYTES + 1;
        assert_eq!(carry(&runner(""), &"x".repeat(bytes)), Err(CarryError::TooLong { bytes }));
        assert_eq!(carry(b"\0asm\x01\0\0\0", "x"), Err(CarryError::Runner));
        assert_eq!(carry(b"", "x"), Err(CarryError::Runner));
    }
}
