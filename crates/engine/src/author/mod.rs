//! From what people write to what the ledger keeps: reading drafts, sealing them, checking scripts, joining heads. Synchronous; no
//! database.

mod agenda;
mod answers;
mod edited;
mod merge;
mod passable;
mod repairs;
mod runners;
mod scripts;
mod watched;
mod seal;

pub use agenda::{Agenda, Answered, Matter, Point};
pub use answers::{AnswerError, filled_in, typed, wanted};
pub use edited::is_edited;
pub use merge::{MergeError, Merging, Own, merge};
pub use passable::{Breach, PassableError, breaches};
pub use repairs::{Repair, RepairsError, repair, repairs_nothing};
pub use runners::{PYTHON, QUICKJS, Runner, runner, runner_bytes};
pub use scripts::{ScriptError, missing, module_path, read_asset, read_module, script_folder};
pub use seal::{AuthorError, Sealed, Sealing, Standing, seal};
