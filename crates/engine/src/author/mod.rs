//! From what people write to what the ledger keeps: reading drafts, sealing them, checking scripts. Synchronous; no database.

mod edited;
mod merge;
mod scripts;
mod seal;

pub use edited::is_edited;
pub use merge::{Merging, merge};
pub use scripts::{ScriptError, missing, module_path, read_asset, read_module, script_folder};
pub use seal::{AuthorError, Sealed, Sealing, Standing, seal};
