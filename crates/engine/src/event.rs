//! What the engine tells while it works: values, never printed here. Progress bars, JSON lines and logs are listeners.

use model::EntryId;

use dialect::plan::Direction;

/// How a data step moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Whether it moves, and why not.
    pub motion: Motion,
    /// Rows of the last batch.
    pub rows: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// How it is shared out, where it is.
    pub shared: Option<Shared>,
}

/// How far the ranges of a data step are that is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Ranges done.
    pub done: usize,
    /// Ranges in all.
    pub ranges: usize,
    /// Ranges that somebody is at.
    pub held: usize,
}

/// Whether a data step moves, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Motion {
    /// It moves.
    Running,
    /// It waits for a lock that another session holds.
    Waiting(String),
    /// Something holds it back.
    Throttled(String),
    /// Somebody paused it.
    Paused(String),
}

impl Motion {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Motion::Running => "running",
            Motion::Waiting(_) => "waiting",
            Motion::Throttled(_) => "throttled",
            Motion::Paused(_) => "paused",
        }
    }

    /// Why it doesn't move.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Motion::Running => None,
            Motion::Waiting(why) | Motion::Throttled(why) | Motion::Paused(why) => Some(why),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Another run holds the target; this one waits.
    Waiting {
        /// Who holds it, as far as known.
        holder: String,
    },
    /// An earlier run was cut off; what it left was looked at.
    Recovered {
        /// The entry it was in.
        entry: EntryId,
        /// What was found.
        finding: String,
    },
    /// Another session held a lock for too long; what waited for it was rolled back and is tried again.
    Locked {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// The sessions that hold locks, as far as the account may see them.
        holders: Vec<String>,
        /// Tries so far.
        tries: u32,
        /// How many there will be at the most.
        of: u32,
    },
    /// The server wouldn't carry a statement out as gently as the plan says.
    FellBack {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// The way that the plan names.
        wanted: &'static str,
        /// The way that was taken.
        taken: &'static str,
        /// What the server said.
        why: String,
    },
    /// An entry begins.
    EntryStarted {
        /// The entry.
        entry: EntryId,
        /// Its message.
        message: String,
        /// Which way.
        direction: Direction,
        /// Its number among those of this run, from 1.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// A step's statements have run.
    StepDone {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// What it did.
        title: String,
    },
    /// A data step has come so far.
    Rows {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// What it does.
        title: String,
        /// Rows visited.
        done: u64,
        /// Rows to visit, where known.
        total: Option<u64>,
        /// Rows changed.
        changed: u64,
        /// Whether it goes on from where an earlier run was cut off.
        resumed: bool,
        /// How it moves.
        beat: Beat,
    },
    /// A data step is complete.
    DataDone {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// What it did.
        title: String,
        /// Its receipt.
        receipt: Box<crate::journal::Receipt>,
    },
    /// A row was left as it was and put on record.
    SetAside {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// Its key.
        key: String,
        /// Why, by the name of the class.
        class: &'static str,
        /// In words.
        message: String,
    },
    /// What a backfill overwrote is back, as far as nobody changed it since.
    Restored {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// What it did.
        title: String,
        /// What came of it.
        restored: crate::journal::Restored,
    },
    /// A guest's log line.
    GuestLog {
        /// The script.
        script: String,
        /// The text.
        text: String,
    },
    /// An entry is applied, or undone, and journaled.
    EntryDone {
        /// The entry.
        entry: EntryId,
        /// Its message.
        message: String,
        /// Which way.
        direction: Direction,
        /// How long it took.
        millis: u64,
    },
}
