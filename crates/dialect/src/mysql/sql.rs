//! Hand-written SQL, each statement by itself.

use model::SqlText;

use crate::{
    lexer::{Reading, tokens},
    statement::{Place, RenderError, Statement},
};

use super::{NAME, lock, refused, render::Step};

/// The statements that don't commit by themselves, by their first words.
const INSIDE: [&str; 9] = ["select", "insert", "update", "delete", "replace", "with", "set", "do", "values"];

impl Step<'_> {
    /// Without statements for this database there is nothing to do, unless something is declared.
    pub(super) fn sql(
        &mut self,
        text: Option<&SqlText>,
        declares_nothing: bool,
        down: bool,
    ) -> Result<(), RenderError> {
        let statements = match (text, down) {
            (Some(text), false) => text.up.as_slice(),
            (Some(SqlText { down: Some(down), .. }), true) => down.as_slice(),
            (Some(_), true) => return Err(refused("undo this Sql step", "it has no `down`; write one")),
            (None, _) if declares_nothing => &[],
            (None, _) => {
                return Err(refused(
                    "run this Sql step",
                    format!("it has no statements for {NAME}; add them"),
                ));
            }
        };
        for sql in statements {
            let sql = sql.trim().trim_end_matches(';').trim_end();
            if !sql.is_empty() {
                let place = if is_inside(sql) { Place::Inside } else { Place::Alone };
                self.out.statements.push(Statement { place, ..Statement::inside(sql, lock::OWN_WORDS) });
            }
        }
        Ok(())
    }
}

/// Whether the statement shares a transaction: all others commit what went before them.
fn is_inside(sql: &str) -> bool {
    let reading = Reading { backslashes: true, bracket_names: false };
    tokens(sql, reading).first().is_some_and(|first| INSIDE.iter().any(|word| first.is_word(word)))
}
