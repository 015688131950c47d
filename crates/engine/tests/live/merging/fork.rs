//! Two branches over a base and the merge that joins them, as a ledger has them.

use model::{Conflict, Entry, EntryId, Resolution, merge::Choice};
use stratigraph_engine::Known;

use crate::world::World;

/// A ledger with two branches and their merge.
pub struct Fork {
    pub world: World,
    pub known: Known,
    pub base: EntryId,
    /// The entries of either branch, oldest first.
    pub a: Vec<EntryId>,
    pub b: Vec<EntryId>,
    pub merge: EntryId,
    /// What stands behind the merge.
    pub after: EntryId,
    pub resolutions: Vec<Resolution>,
}

impl Fork {
    pub fn head_a(&self) -> EntryId {
        *self.a.last().unwrap()
    }

    pub fn head_b(&self) -> EntryId {
        *self.b.last().unwrap()
    }

    /// Whether both branches can be applied to one database before their merge.
    pub fn both_fold(&self) -> bool {
        self.known.history.state_at(&[self.head_a(), self.head_b()]).is_ok()
    }

    /// The history as text, for who has to find out what went wrong.
    pub fn told(&self) -> String {
        let mut text = String::new();
        for (id, entry) in self.known.history.entries() {
            let parents: Vec<_> = entry.parents.iter().map(EntryId::short).collect();
            text += &format!(
                "{} <- {parents:?} {}: {:?} {:?}\n",
                id.short(),
                entry.message,
                entry.resolutions,
                entry.steps
            );
        }
        text
    }
}

/// Puts the merge of two heads into the ledger; nothing when what was decided leads nowhere.
pub fn merge(world: &World, heads: [EntryId; 2], resolutions: &[Resolution]) -> Option<EntryId> {
    let known = Known::load(&world.ledger).unwrap();
    let mut state = known.history.joining(&heads).unwrap().state(resolutions).ok()?;
    let mut parents = heads.to_vec();
    parents.sort();
    let entry = Entry {
        format: 1,
        ledger: world.ledger.uuid().as_str().to_owned(),
        parents,
        branch: "main".into(),
        database: "main".into(),
        message: "merge".into(),
        author: "Ada Example <ada@example.com>".into(),
        authored_at: "2026-11-20T10:18:48Z".into(),
        draft: String::new(),
        accept: vec![],
        resolutions: resolutions.to_vec(),
        steps: vec![],
        databases: Vec::new(),
        schema: state.digest().unwrap(),
    };
    Some(world.ledger.append(&entry).unwrap())
}

/// Decides everything that is open between two heads, each conflict by the choice that `pick` takes; nothing when it takes none.
pub fn decide(
    known: &Known,
    heads: [EntryId; 2],
    mut pick: impl FnMut(&Conflict, &[Choice]) -> Option<usize>,
) -> Option<Vec<Resolution>> {
    let joining = known.history.joining(&heads).unwrap();
    let mut decided: Vec<Resolution> = Vec::new();
    for _ in 0..12 {
        let findings = joining.findings(&decided);
        let Some(conflict) = findings.conflicts.first() else {
            return (findings.disagreements.is_empty() && findings.dangling.is_empty()).then_some(decided);
        };
        let choices = joining.choices(&decided, conflict);
        decided.extend(choices.get(pick(conflict, &choices)?)?.resolutions.clone());
    }
    None
}
