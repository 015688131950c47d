//! Runs one guest over one batch, deterministically, within limits.
//!
//! A guest is a WebAssembly module that takes a batch of rows in one buffer and gives one back. It sees nothing
//! else: no clock, no randomness, no files, no network. Every batch runs in a fresh instance, so that what comes
//! out can't depend on what ran before.
//!
//! Start reading at [`Batch`], then [`Module::check`], then [`Guest`].

mod batch;
mod buffer;
mod column;
mod column_type;
mod decode;
mod encode;
mod engine;
mod error;
mod guest;
mod host;
mod json;
mod limits;
mod module;
mod output;
pub mod probe;
mod values;

pub use batch::Batch;
pub use column::{Column, ColumnData};
pub use column_type::ColumnType;
pub use decode::decode;
pub use encode::{encode, encode_into, encoded_len};
pub use engine::{Engine, wat_to_wasm};
pub use error::{BufferError, GuestError, ModuleError, OutputError, ValueError};
pub use guest::{Assets, Guest, Outcome, Params};
pub use limits::Limits;
pub use module::{ABI, MAX_MODULE_BYTES, Module, ModuleInfo};
pub use output::{DeclaredColumn, Expected, Rows, check_output, conform};
