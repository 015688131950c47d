//! Classes: what is one with what, and on what grounds.
//!
//! Two things are one because a merge said so, or because they were found to be alike. What is found may lean on other things being one: the
//! columns of two tables can be one only as long as the tables are.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::ObjectId;

/// Objects that have to be one for something else to be.
pub(crate) type Grounds = BTreeSet<(ObjectId, ObjectId)>;

/// Things put together with those that they are one with; the least of a class stands for all of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Classes<T> {
    /// For each thing that is one with a lesser one: which.
    of: BTreeMap<T, T>,
    /// Pairs that were found to be alike, each with the grounds that it was found on; any of them will do.
    found: BTreeMap<(T, T), BTreeSet<Grounds>>,
}

impl<T> Default for Classes<T> {
    fn default() -> Classes<T> {
        Classes { of: BTreeMap::new(), found: BTreeMap::new() }
    }
}

impl<T: Copy + Ord> Classes<T> {
    pub fn is_empty(&self) -> bool {
        self.of.is_empty() && self.found.is_empty()
    }

    /// What stands for it.
    pub fn find(&self, mut one: T) -> T {
        while let Some(next) = self.of.get(&one) {
            one = *next;
        }
        one
    }

    /// All that are of its class, itself among them.
    pub fn all(&self, one: T) -> Vec<T> {
        let stands = self.find(one);
        let others = self.of.keys().copied().filter(|other| self.find(*other) == stands);
        others.chain([stands]).collect()
    }

    /// Those that are of a class with a lesser one.
    pub fn lesser(&self) -> impl Iterator<Item = T> + '_ {
        self.of.keys().copied()
    }

    /// All that are of a class with others; some more than once.
    pub fn members(&self) -> impl Iterator<Item = T> + '_ {
        self.of.iter().flat_map(|(a, b)| [*a, *b])
    }

    /// Puts two into one class.
    fn unite(&mut self, a: T, b: T) {
        let (a, b) = (self.find(a), self.find(b));
        if a != b {
            self.of.insert(a.max(b), a.min(b));
        }
    }

    /// Takes in that two are alike.
    pub fn find_alike(&mut self, a: T, b: T, grounds: Grounds) {
        if a != b {
            self.found.entry((a.min(b), a.max(b))).or_default().insert(grounds);
            self.unite(a, b);
        }
    }

    /// Takes in what was found elsewhere.
    pub fn join(&mut self, other: &Classes<T>) {
        for (pair, grounds) in &other.found {
            self.found.entry(*pair).or_default().extend(grounds.iter().cloned());
        }
    }

    /// Puts together what was found on grounds that hold, and says whether anything is new.
    fn gather(&mut self, holds: &dyn Fn(&Classes<T>, &Grounds) -> bool) -> bool {
        let new = |(a, b): &(T, T)| self.find(*a) != self.find(*b);
        let fits = |(pair, grounds): &(&(T, T), &BTreeSet<Grounds>)| {
            new(pair) && grounds.iter().any(|one| holds(self, one))
        };
        let pairs: Vec<(T, T)> = self.found.iter().filter(fits).map(|(pair, _)| *pair).collect();
        pairs.iter().for_each(|(a, b)| self.unite(*a, *b));
        !pairs.is_empty()
    }
}

impl Classes<ObjectId> {
    fn hold(&self, grounds: &Grounds) -> bool {
        grounds.iter().all(|(a, b)| self.find(*a) == self.find(*b))
    }

    /// Puts together anew what merges say is one, and what was found as far as it has grounds.
    pub fn regroup(&mut self, said: &[(ObjectId, ObjectId)]) {
        self.of.clear();
        said.iter().for_each(|(a, b)| self.unite(*a, *b));
        while self.gather(&Classes::hold) {}
    }
}

impl<T: Copy + Ord> Classes<T> {
    /// Puts together anew what was found, as far as it has grounds.
    pub fn regroup_by(&mut self, objects: &Classes<ObjectId>) {
        self.of.clear();
        self.gather(&|_, grounds| objects.hold(grounds));
    }
}
