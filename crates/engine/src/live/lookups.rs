//! Small tables that a script under work is handed whole.

use std::{collections::BTreeMap, sync::Arc};

use model::{Schema, data_step::Lookup};
use sandbox::Batch;

use super::LiveError;
use crate::{data::lookups::Looked, target::Target};

/// The small tables as they stand in a target.
#[derive(Clone, Debug, Default)]
pub struct LiveLookups {
    /// Those that are there, by the names the script asks for.
    pub found: BTreeMap<String, Arc<Batch>>,
    /// Why others aren't, by name: the target may not have come to the entry that makes them.
    pub missing: BTreeMap<String, String>,
}

impl LiveLookups {
    pub(super) async fn read(
        target: &mut Target,
        schema: &Schema,
        wanted: &BTreeMap<String, Lookup>,
    ) -> Result<LiveLookups, LiveError> {
        let (mut lowered, mut live) = (Vec::new(), LiveLookups::default());
        for (name, lookup) in wanted {
            match lookup.lower(name, schema) {
                Ok(lookup) => lowered.push(lookup),
                Err(error) => drop(live.missing.insert(name.clone(), error.to_string())),
            }
        }
        let looked = Looked::read(&mut target.conn, target.dialect, schema, &lowered).await;
        live.found = looked.map_err(|cause| LiveError::Lookup(Box::new(cause)))?.batches;
        Ok(live)
    }
}
