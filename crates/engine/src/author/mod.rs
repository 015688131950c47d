//! From what people write to what the ledger keeps: reading drafts, sealing them, checking scripts. Synchronous; no database.

mod edited;
mod scripts;
mod seal;

pub use edited::is_edited;
pub use scripts::{ScriptError, module_path, read_module, script_folder};
pub use seal::{AuthorError, Sealed, Sealing, Standing, seal};
