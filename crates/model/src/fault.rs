//! What every error can say beside its message: the class that decides the exit code, and what to do next.

/// The class of an error; its number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// The input is wrong.
    Input = 1,
    /// A person must decide: a conflict, a refused row.
    Decide = 3,
    /// The target has drifted, or a hazard was refused.
    Drift = 4,
    /// Work is pending: `--check`, interrupted, paused.
    Pending = 5,
    /// A target or storage can't be reached, is locked or full.
    Unreachable = 6,
    /// A ledger, journal or receipt doesn't verify.
    Integrity = 7,
    /// A policy isn't met.
    Policy = 8,
    /// A defect of ours.
    Bug = 70,
}

/// An error that knows its class and the next thing to do.
pub trait Fault: std::error::Error + Send + Sync {
    /// Its class.
    fn class(&self) -> Class;

    /// The next thing to do, where there is one.
    fn hint(&self) -> Option<String> {
        None
    }
}
