//! Several statements of a transaction in one message, so that not each of them waits for an answer.

use std::{future::poll_fn, pin::Pin};

use futures_core::Stream;

use super::{Class, Connection, DriverError, Session, mysql, on_session, postgres, sqlite};

/// So many bytes of statements go in one message, or one statement that is longer.
const MESSAGE: usize = 64 * 1024;

/// Stands between two statements; a comment at the end of the first doesn't swallow it.
const BETWEEN: &str = "\n;\n";

/// One of several statements failed: those before it were run, those behind it weren't.
#[derive(Debug)]
pub struct Stopped {
    /// Which, from 0.
    pub at: usize,
    /// What the database said.
    pub cause: DriverError,
}

impl Connection {
    /// Runs statements of the running transaction, as many in one message as fit. Each text has to be one statement, whatever
    /// stands behind it: [`dialect::lexer::is_one_piece`] tells.
    pub async fn run_all(&mut self, statements: &[&str]) -> Result<(), Stopped> {
        let mut at = 0;
        while let Some(rest) = statements.get(at..).filter(|rest| !rest.is_empty()) {
            let message = &rest[..fitting(rest)];
            let mut answered = 0;
            if let Err(cause) = self.run_message(message, &mut answered).await {
                return Err(Stopped { at: at + answered.min(message.len() - 1), cause });
            }
            at += message.len();
        }
        Ok(())
    }

    async fn run_message(&mut self, message: &[&str], answered: &mut usize) -> Result<(), DriverError> {
        match self.opening() {
            Some(begin) => {
                let with_begin: Vec<&str> = [begin].into_iter().chain(message.iter().copied()).collect();
                let result = on_session!(self, &with_begin, run_together(&with_begin, answered));
                *answered = answered.saturating_sub(1);
                result?;
            }
            None => on_session!(self, message, run_together(message, answered))?,
        }
        self.forget_after(message).await
    }
}

/// How many of the statements go in the next message: at least one.
fn fitting(statements: &[&str]) -> usize {
    let mut bytes = 0;
    let fits = |sql: &&&str| {
        bytes += sql.len() + BETWEEN.len();
        bytes <= MESSAGE
    };
    statements.iter().take_while(fits).count().max(1)
}

/// The text of one message.
pub(super) fn message(statements: &[&str]) -> String {
    statements.join(BETWEEN)
}

/// The statement of a message in which its `character` stands, counted from 1.
pub(super) fn statement_at(statements: &[&str], character: usize) -> usize {
    let mut end = 0;
    let before = |sql: &&&str| {
        end += sql.chars().count() + BETWEEN.len();
        end < character
    };
    statements.iter().take_while(before).count()
}

/// Waits for the answers to a message and counts them up to the one that is an error.
pub(super) async fn answers<T, S>(mut stream: S, answered: &mut usize) -> Result<(), sqlx::Error>
where
    S: Stream<Item = Result<T, sqlx::Error>> + Unpin,
{
    while let Some(answer) = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
        answer?;
        *answered += 1;
    }
    Ok(())
}

/// Refuses a message of which the database made more or fewer statements than were sent.
pub(super) fn all_answered(statements: &[&str], answered: usize) -> Result<(), DriverError> {
    if answered == statements.len() {
        return Ok(());
    }
    let why = format!("{} statements were sent, the database took them for {answered}", statements.len());
    Err(DriverError::new(Class::Other, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_a_length_and_places() {
        let long = "x".repeat(MESSAGE);
        assert_eq!(fitting(&["a", "b", "c"]), 3);
        assert_eq!(fitting(&["a", &long, "c"]), 1);
        assert_eq!(fitting(&[&long, "c"]), 1);
        let statements = ["SELECT 'ä'", "b", "c"];
        let text = message(&statements);
        let place =
            |of: &str| text.chars().position(|c| of.contains(c)).map(|at| statement_at(&statements, at + 1));
        assert_eq!([place("S"), place("ä"), place("b"), place("c")], [Some(0), Some(0), Some(1), Some(2)]);
    }
}
