//! What a schema is, what an operation does to it, what an entry is, how histories fold, commute and merge.
//!
//! It is pure: no files, no clock, no async, no SQL text of any database, no hash maps whose order could leak.
//!
//! A value enters as a [`Draft`] that a person wrote, is lowered from names to identities against a [`Schema`],
//! and leaves as an [`Entry`] whose steps evolve schemas, state their effects and invert themselves.
//!
//! Start reading at [`schema`], then [`operation`], then [`lowered`].

pub mod fault;
pub mod calendar;
pub mod id;
pub mod value;
pub mod literal;
pub mod types;
pub mod expression;
pub mod column;
pub mod constraint;
pub mod index;
pub mod problem;
pub mod names;
pub mod schema;
mod template;
mod schema_edit;
pub mod fit;
mod lexer;
mod seal;
mod seal_query;
pub mod predicate;
pub mod data_step;
pub mod effects;
mod accesses;
pub mod operation;
pub mod step;
pub mod lowered;
mod evolve;
mod remap;
mod footprint;
mod inverse;
mod describe;
pub mod losses;
pub mod resolution;
pub mod entry;
pub mod canonical;
pub mod digest;
pub mod rows;
pub mod address;
pub mod graph;
pub mod sharing;
pub mod state;
pub mod merge;
pub mod history;
pub mod route;
pub mod difference;
#[cfg(any(test, feature = "random"))]
pub mod random;

pub use address::{change_digest, entry_id};
pub use canonical::{CanonicalError, to_canonical};
pub use column::{Column, ColumnDef, Default, Generated, Identity, Storage};
pub use constraint::{Action, Constraint, ConstraintDef, ConstraintKind, Deferrable, Reference};
pub use difference::difference;
pub use digest::{DigestError, SchemaDigest, digest_databases, digest_schema};
pub use effects::{Access, Facet, Mode, Resource, Scope};
pub use entry::{Draft, Entry};
pub use expression::{Expression, Part, Template};
pub use fault::{Class, Fault};
pub use graph::{Graph, GraphError};
pub use history::{Findings, FoldError, FoldedHistory, History, LoweredStep};
pub use id::{Digest, EntryId, Minter, ObjectId, Origin};
pub use index::{Index, IndexDef, Key, Order};
pub use literal::Literal;
pub use losses::Loss;
pub use lowered::{Commented, Lowered};
pub use merge::Conflict;
pub use predicate::Predicate;
pub use problem::{EvolveError, Gone, Irreversible, LowerError, Problem, Segment};
pub use resolution::{ObjectRef, Prefer, Resolution, ResolutionError, Setting, StepRef};
pub use rows::{EncodeError, RowDigest, RowDigestError, encode_row, encode_value};
pub use schema::{Enum, EnumValue, Extension, Schema, Table, View};
pub use state::{Databases, State, StepError};
pub use step::{Sql, SqlText, Step};
pub use types::{Native, Type};
pub use value::Value;
