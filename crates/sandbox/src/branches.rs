//! How long a module would take to compile, bounded without compiling it.
//!
//! The time that a compiler needs for a function grows with the square of its branches: 16,000 of them, in 64 KiB, take seconds.
//! What people and compilers write has some thousands in its largest function.

use wasmparser::{BinaryReaderError, Operator, Parser, Payload};

use crate::error::ModuleError;

/// The most that the squares of all functions' branches may come to: some twenty seconds.
const MAX_SQUARES: u64 = 1 << 31;

/// Refuses a module that was made to keep the compiler busy.
pub(crate) fn check(bytes: &[u8]) -> Result<(), ModuleError> {
    let invalid = |error: BinaryReaderError| ModuleError::Invalid(error.message().to_owned());
    let (mut squares, mut largest, mut function) = (0_u64, (0, 0), 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CodeSectionEntry(body) = payload.map_err(invalid)? else { continue };
        let mut branches = 0_u64;
        for operator in body.get_operators_reader().map_err(invalid)? {
            branches += u64::from(is_branch(&operator.map_err(invalid)?));
        }
        largest = largest.max((branches, function));
        function += 1;
        squares = squares.saturating_add(branches.saturating_mul(branches));
    }
    match squares > MAX_SQUARES {
        true => Err(ModuleError::Branches { function: largest.1, branches: largest.0 }),
        false => Ok(()),
    }
}

/// Whether the code behind an operator may be gone to from more than one place.
fn is_branch(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
    )
}
