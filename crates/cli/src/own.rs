//! The user's own settings, which lie outside any clone: what is run on a database must not come with somebody else's repository.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

use ledger::Source;
use serde::Deserialize;

use crate::{config::Chosen, desk::file_error, failure::Failure};

/// `strat/strat.ron` in the user's folder of settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename = "Own", deny_unknown_fields)]
pub struct Own {
    /// By target: a query whose answer, where there is one, is a reason for data steps to rest.
    throttle_query: BTreeMap<String, String>,
}

impl Own {
    /// Reads them; nothing is said where there is no such file.
    pub fn read() -> Result<Own, Failure> {
        let folder =
            std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
        let Some(path) = folder.or_else(home).map(|folder| folder.join("strat").join("strat.ron")) else {
            return Ok(Own::default());
        };
        let shown = path.display().to_string();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Source::new(&shown, &text).parse()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Own::default()),
            Err(error) => Err(file_error("read", &shown, &error).into()),
        }
    }

    /// The query for a target, by its name in `strat.ron`.
    pub fn throttle_query(&self, chosen: &Chosen) -> Option<String> {
        self.throttle_query.get(chosen.name.as_ref()?).cloned()
    }
}
