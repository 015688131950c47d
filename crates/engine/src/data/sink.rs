//! What becomes of rows that a guest has worked on.

use dialect::{Binding, Versions};
use model::Value;

use super::{
    versions::Read,
    write::{Part, Parts},
};

/// Where rows go, one after the other.
pub enum Sink {
    /// They become parameters.
    Parts(Sent),
    /// Those that differ.
    Rows(Vec<Vec<Value>>),
}

/// Parameters of statements.
pub struct Sent {
    /// Of rows that differ: their keys and what is written.
    parts: Parts,
    /// The keys of those that stay as they are, where they have versions.
    same: Parts,
    versions: Read,
}

impl Sink {
    /// Takes in a row that differs: its key, and what is written.
    pub fn push(&mut self, row: impl Iterator<Item = Value>) {
        match self {
            Sink::Parts(sent) => sent.parts.push(row.chain(sent.versions.next())),
            Sink::Rows(rows) => rows.push(row.collect()),
        }
    }

    /// Takes in the key of a row that stays as it is.
    pub fn push_same(&mut self, key: &[Value]) {
        if let Sink::Parts(sent) = self
            && sent.versions.kind() != Versions::Unheeded
        {
            sent.same.push(key.iter().cloned().chain(sent.versions.next()));
        }
    }
}

impl Sent {
    /// No rows yet; a key and a row that is written have so many values, and a statement is about so many rows at the most.
    pub fn new(binding: Binding, (key, row): (usize, usize), most: usize, versions: Read) -> Sent {
        let behind = usize::from(versions.kind() == Versions::Each);
        let parts = |width| Parts::new(binding, width + behind, most);
        Sent { parts: parts(row), same: parts(key), versions }
    }

    /// How rows are known that were changed since, the parameters of what is written, and of what is asked for.
    pub fn end(self) -> (Versions, Vec<Part>, Vec<Part>) {
        let (mut parts, mut same) = (self.parts.end(), self.same.end());
        self.versions.put_among(&mut parts);
        self.versions.put_among(&mut same);
        (self.versions.kind(), parts, same)
    }
}
