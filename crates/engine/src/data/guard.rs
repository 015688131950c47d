//! How a batch is guarded against others who write to its rows: it locks them as it reads them, or holds each against the version that it
//! read when it writes. Locks cost the server a write of each row; versions cost the batch once more where somebody came in between.

/// So many batches lock their rows, at the most, behind one that somebody came in between of.
const LOCKED: u32 = 64;

/// What guards the batches of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    /// Whether rows have versions.
    versions: bool,
    /// Batches to come that lock their rows.
    locked: u32,
    /// How many did the last time.
    before: u32,
}

impl Guard {
    pub fn new(versions: bool) -> Guard {
        Guard { versions, locked: 0, before: 0 }
    }

    /// Whether rows are read with their versions.
    pub fn versions(self) -> bool {
        self.versions
    }

    /// Whether rows are locked as they are read.
    pub fn locks(self) -> bool {
        !self.versions || self.locked > 0
    }

    /// Somebody was quicker: the batch is done again with locks, and more behind it the more often that happens.
    pub fn overtaken(&mut self) {
        self.before = (self.before * 2).clamp(1, LOCKED);
        self.locked = self.before;
    }

    /// A batch was committed.
    pub fn committed(&mut self) {
        match self.locked {
            0 => self.before /= 2,
            _ => self.locked -= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_often_overtaken_locks() {
        let mut guard = Guard::new(true);
        let mut locked = 0;
        for _ in 0..1000 {
            match guard.locks() {
                true => locked += 1,
                false => guard.overtaken(),
            }
            if guard.locks() {
                guard.committed();
            }
        }
        assert!(locked > 950, "{locked}");
        for _ in 0..100 {
            guard.committed();
        }
        guard.overtaken();
        assert!(guard.locks());
        guard.committed();
        assert!(!guard.locks(), "once in a long while costs one batch");
        assert!(Guard::new(false).locks());
    }
}
