//! What a schema is, what an operation does to it, what an entry is, how histories fold, commute and merge.
//!
//! It is pure: no files, no clock, no async, no SQL text of any database, no hash maps whose order could leak.
//!
//! A value enters as a [`Draft`] that a person wrote, is lowered from names to identities against a [`Schema`],
//! and leaves as an [`Entry`] whose steps evolve schemas, state their effects and invert themselves.
//!
//! Start reading at [`schema`], then [`operation`], then [`fold`].

pub mod id;
pub mod value;

pub use id::{Digest, EntryId, Minter, ObjectId, Origin};
pub use value::Value;
