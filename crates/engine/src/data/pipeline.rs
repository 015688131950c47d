//! Rows on their way through the guest: slices that were read and aren't written yet, in key order.
//!
//! As many guests work at once as there are processors; what they make is taken in key order, so that nobody can tell.

use std::{collections::VecDeque, sync::Arc, thread::available_parallelism};

use model::Value;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::{JoinHandle, spawn_blocking},
};

use super::{
    DataError,
    thread::joined,
    work::{Work, Worked},
};

/// Rows that were read and given to the guest.
pub struct Slice {
    /// How many.
    pub rows: usize,
    /// The key of the last.
    pub last: Vec<Value>,
    working: JoinHandle<Result<Worked, DataError>>,
}

impl Slice {
    /// Waits for what the guest made of it.
    pub async fn worked(self) -> Result<Worked, DataError> {
        joined(self.working).await
    }
}

/// The slices between reading and writing.
pub struct Pipeline {
    work: Arc<Work>,
    /// Whether rows have their versions behind their columns.
    versions: bool,
    processors: usize,
    /// As many as there are processors.
    free: Arc<Semaphore>,
    slices: VecDeque<Slice>,
    rows: usize,
    /// What the database counted as changes by others when the first of them was read.
    seen: Option<Value>,
}

impl Pipeline {
    /// Nothing is under way.
    pub fn new(work: Arc<Work>, versions: bool) -> Pipeline {
        let processors = available_parallelism().map_or(1, std::num::NonZero::get);
        let free = Arc::new(Semaphore::new(processors));
        Pipeline { work, versions, processors, free, slices: VecDeque::new(), rows: 0, seen: None }
    }

    /// Drops what was read in an earlier transaction, unless the database tells that nobody else has written since.
    pub fn begin(&mut self, seen: Option<Value>) {
        if seen.is_none() || self.seen != seen {
            self.slices.clear();
            self.rows = 0;
        }
        self.seen = seen;
    }

    /// Whether rows stay true when the transaction in which they were read ends.
    pub fn lasts(&self) -> bool {
        self.seen.is_some()
    }

    /// Slices to have under way where rows have to be read and written in one transaction: one for each processor, and one being written.
    pub fn depth(&self) -> usize {
        (self.processors + 1).max(3)
    }

    /// Rows under way.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The key behind which the next rows are to be read.
    pub fn last(&self) -> Option<&Vec<Value>> {
        self.slices.back().map(|slice| &slice.last)
    }

    /// Gives rows to the guest; `last` is the key of the last.
    pub fn push(&mut self, rows: Vec<Vec<Value>>, last: Vec<Value>) {
        let count = rows.len();
        let (work, free, versions) = (Arc::clone(&self.work), Arc::clone(&self.free), self.versions);
        let runtime = Handle::current();
        // A thread begins at once, also while the connection's own is in SQLite and lets no task begin.
        let working = spawn_blocking(move || {
            // Nobody closes it; a closed one would let all work at once.
            let _one = runtime.block_on(free.acquire());
            work.run(rows, versions)
        });
        self.rows += count;
        self.slices.push_back(Slice { rows: count, last, working });
    }

    /// Takes the first out.
    pub fn pop(&mut self) -> Option<Slice> {
        let slice = self.slices.pop_front()?;
        self.rows -= slice.rows;
        Some(slice)
    }
}
