//! How a command fails: an error's message, the chain behind it, its hint, and the exit code.

use std::{error::Error, fmt};

use model::{Class, Fault};

/// Any error of the product.
#[derive(Debug)]
pub struct Failure(Box<dyn Fault>);

impl<E: Fault + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(Box::new(error))
    }
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        self.0.class() as u8
    }

    /// The error itself, where it is of that kind.
    pub fn as_a<E: Error + 'static>(&self) -> Option<&E> {
        let error: &(dyn Error + 'static) = &*self.0;
        error.downcast_ref()
    }

    /// The next thing to do.
    pub fn hint(&self) -> Option<String> {
        self.0.hint()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = self.0.to_string();
        f.write_str(&last)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !last.contains(&text) {
                write!(f, ": {text}")?;
                last = text;
            }
            source = cause.source();
        }
        Ok(())
    }
}

/// A failure that only the command line can have.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Plain {
    class: Class,
    message: String,
    hint: Option<String>,
}

impl Plain {
    /// A failure of that class.
    pub fn new(class: Class, message: impl Into<String>) -> Plain {
        Plain { class, message: message.into(), hint: None }
    }

    /// With the next thing to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Plain {
        self.hint = Some(hint.into());
        self
    }
}

impl Fault for Plain {
    fn class(&self) -> Class {
        self.class
    }
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
