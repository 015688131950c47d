//! Runs one guest over one batch, deterministically, within limits.
//!
//! It has no files, no clock, no environment and no database, and knows no schema: whoever calls it maps a table's
//! columns to [`ColumnType`]s. A guest has even less: its batch, its parameters and its assets.
//!
//! Rows enter as a [`Batch`], are laid out in one buffer inside of a fresh instance of a [`Guest`], and what comes
//! back is read with every byte checked, into an [`Outcome`]. [`check_output`] then holds it against what a step
//! declares, and [`conform`] brings it into the declared order and types.
//!
//! Start reading at [`Batch`], then [`Module::check`], then [`Guest::run`].

mod batch;
mod branches;
mod buffer;
mod cache;
mod carrier;
mod carry;
mod column;
mod column_type;
mod compiler;
mod component;
mod decode;
mod encode;
mod engine;
mod error;
mod guest;
mod host;
mod interpreter;
mod json;
mod limits;
mod lines;
mod machine;
mod module;
mod output;
mod pool;
mod preview2;
pub mod probe;
pub mod regroup;
mod script;
mod values;
mod wasi;

pub use batch::Batch;
pub use cache::Shelf;
pub use carry::{MAX_SCRIPT_BYTES, carry};
pub use column::{Column, ColumnData};
pub use column_type::ColumnType;
pub use decode::decode;
pub use encode::{encode, encode_into, encoded_len};
pub use engine::{Engine, PROFILE, wat_to_wasm};
pub use error::{BufferError, CarryError, GuestError, ModuleError, OutputError, ValueError};
pub use guest::{Assets, Guest, Outcome, Params};
pub use limits::Limits;
pub use module::{ABI, Carrier, MAX_MODULE_BYTES, Module, ModuleInfo};
pub use output::{DeclaredColumn, Expected, NOT_NULL, Rows, UNDECLARED, check_output, conform};
pub use script::{RUNNERS, Script};
