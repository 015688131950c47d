//! What to say to each database: statements, plans, hazards, journal and batch SQL, catalogue reading; all text and values.
//!
//! It never connects, opens files or waits: what it needs to know of a server comes in as [`Facts`].
//!
//! A lowered step enters with the schemas around it and leaves as [`Statement`]s; catalogue answers enter and leave as a
//! [`Projected`] schema, which is compared with the projection of the folded one.
//!
//! Start reading at [`dialect`], then [`plan`], then one database's folder.

pub mod statement;
pub mod projected;
pub mod compare;
pub mod lexer;
pub mod constant;
pub mod normal;
pub mod dialect;
pub mod views;
pub mod ddl;
pub mod hazard;
pub mod walked;
mod pair;
pub mod plan;
pub mod vault;
pub mod aside;
pub mod journal;
pub mod batch;
pub mod ranges;
pub mod sample;
pub mod mysql;
pub mod postgres;
pub mod sqlite;
pub mod registry;
mod versions;

pub use ddl::{Ddl, Spelling};
pub use dialect::{
    Around, BatchShape, Binding, Bound, CatalogError, CatalogQuery, Dialect, Envelope, Facts, OwnTypes,
    Quiet, SessionLock, Wire,
};
pub use normal::normalise;
pub use projected::{Difference, Projected};
pub use registry::{dialect_named, dialects};
pub use statement::{Blocks, Do, Lock, Place, RenderError, Rendered, Span, Statement, Way, Ways};
pub use versions::Versions;
