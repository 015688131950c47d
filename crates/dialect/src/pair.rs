//! The schemas around the step that a plan has come to.

use std::collections::{BTreeMap, BTreeSet};

use model::{EvolveError, Lowered, ObjectId, Schema};

use crate::dialect::{Around, Quiet};

/// A schema right before a step and right after it. Both move along: copying a large one for every step would make long plans slow.
pub(crate) struct Pair {
    pub before: Schema,
    pub after: Schema,
    /// The tables that the plan finds.
    pub there: BTreeMap<ObjectId, String>,
    /// The tables that the entry at hand has made so far.
    made: BTreeSet<ObjectId>,
    /// Whether the entry at hand has to fit into one transaction.
    at_once: bool,
}

impl Pair {
    /// At the beginning of a plan.
    pub fn new(schema: Schema) -> Pair {
        let there = schema.tables().map(|table| (table.id, table.name.clone())).collect();
        Pair { after: schema.clone(), before: schema, there, made: BTreeSet::new(), at_once: false }
    }

    /// Begins another entry: the tables that an earlier one made may be in use by now.
    pub fn begin(&mut self, at_once: bool) {
        self.made.clear();
        self.at_once = at_once;
    }

    /// Takes a step: the schema after it is made.
    pub fn reach(&mut self, lowered: &Lowered) -> Result<(), EvolveError> {
        lowered.evolve(&mut self.after)
    }

    /// What the step is rendered with.
    pub fn around(&self) -> Around<'_> {
        let quiet = if self.at_once { Quiet::All } else { Quiet::Made(&self.made) };
        Around { before: &self.before, after: &self.after, quiet }
    }

    /// Leaves the step behind.
    pub fn pass(&mut self, lowered: &Lowered) -> Result<(), EvolveError> {
        if let Lowered::CreateTable(table) = lowered {
            self.made.insert(table.id);
        }
        lowered.evolve(&mut self.before)
    }
}
