//! Drafts in the order they are sealed, each against the state that the ones before it lead to.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use dialect::{Dialect, Facts};
use engine::{
    author::{Sealed, Sealing, Standing, repairs_nothing, seal},
    known::Known,
};
use ledger::{Graph, Revision, Standpoint, moment, parse_draft, print_entry, printable, resolve};
use model::{
    Class, Digest, Draft, Entry, EntryId, Minter, Origin, Schema, entry::MAIN_DATABASE, state::State,
};

use crate::{
    config::Settings,
    desk::{Desk, DraftFile},
    failure::{Failure, Plain},
    script::{agrees, stamp},
};

/// Where a branch stands.
struct Tip {
    parents: Vec<EntryId>,
    state: State,
}

/// Seals drafts one after the other.
pub struct Editing<'a> {
    desk: &'a Desk<'a>,
    known: Known,
    graph: Graph,
    /// The newest entry of each draft.
    of: BTreeMap<String, EntryId>,
    tips: BTreeMap<String, Tip>,
    author: String,
    dialects: Vec<&'static dyn Dialect>,
    facts: Facts,
}

impl<'a> Editing<'a> {
    /// Reads the ledger.
    pub fn begin(desk: &'a Desk<'a>, author: String) -> Result<Editing<'a>, Failure> {
        let (known, graph) = (Known::load(&desk.ledger)?, desk.graph()?);
        let of = graph.entries().iter().map(|row| (row.draft.clone(), row.id)).collect();
        let (dialects, facts) = (Settings::read(&desk.place)?.dialects(), Facts::default());
        Ok(Editing { desk, known, graph, of, tips: BTreeMap::new(), author, dialects, facts })
    }

    /// Looks for hazards on these databases, of which that is known.
    pub fn look_for(&mut self, dialects: Vec<&'static dyn Dialect>, facts: Facts) {
        (self.dialects, self.facts) = (dialects, facts);
    }

    /// Makes a branch go on after these entries, whatever its heads are.
    pub fn stand_at(&mut self, branch: &str, parents: Vec<EntryId>) -> Result<(), Failure> {
        let state = self.known.history.state_at(&parents)?;
        self.tips.insert(branch.to_owned(), Tip { parents, state });
        Ok(())
    }

    /// The entry that was recorded from a draft.
    pub fn recorded(&self, draft: &DraftFile) -> Option<EntryId> {
        self.of.get(&draft.stem).copied()
    }

    /// Whether a recorded draft has come to mean something else since.
    pub fn is_edited(&self, draft: &DraftFile, id: EntryId) -> Result<bool, Failure> {
        let Some(entry) = self.known.history.entry(id) else { return Ok(false) };
        let Ok(written) = parse_draft(&draft.shown, &draft.read()?) else { return Ok(true) };
        let state = self.known.history.joining(&entry.parents)?.state(&entry.resolutions)?;
        Ok(engine::author::is_edited(&written, entry, state.schema(&entry.database)))
    }

    /// Seals a draft. Nothing is written.
    pub fn seal(&mut self, draft: &DraftFile) -> Result<Sealed, Failure> {
        let text = draft.read()?;
        let written = parse_draft(&draft.shown, &text)?;
        let branch = self.branch_of(&written)?;
        self.stand(&branch)?;
        let tip = &self.tips[&branch];
        let standing = Standing {
            ledger: self.desk.ledger.uuid().as_str().to_owned(),
            parents: tip.parents.clone(),
            branch,
            databases: tip.state.to_databases(),
            author: self.author.clone(),
            authored_at: now(),
        };
        let scripts = self.desk.place.scripts();
        let (place, stem) = (&*draft.shown, &*draft.stem);
        let (dialects, facts) = (&*self.dialects, &self.facts);
        let sealing = Sealing { scripts: &scripts, place, stem, dialects, facts };
        let sealed = seal(&text, &standing, &sealing)?;
        stamp::check(self.desk, &sealed.entry)?;
        let schema = tip.state.schema(&sealed.entry.database).clone();
        agrees::check(self.desk, &draft.shown, &sealed.entry, schema)?;
        if let Some((number, at)) = repairs_nothing(&self.known, &sealed.entry.parents, &sealed.entry.steps) {
            let why =
                format!("{}: step {} repairs {at}, which is no backfill before it", draft.shown, number + 1);
            return Err(Plain::new(Class::Input, why)
                .hint("`strat new --repairs` writes such a draft; `strat backfill list` shows the data steps there are")
                .into());
        }
        Ok(sealed)
    }

    /// The main database's schema as far as the drafts can be followed, data steps left out.
    pub fn ahead(&mut self) -> Result<Schema, Failure> {
        let branch = self.desk.branch()?;
        self.stand(&branch)?;
        let mut schema = self.tips[&branch].state.schema(MAIN_DATABASE).clone();
        for draft in self.desk.drafts()?.iter().filter(|draft| self.recorded(draft).is_none()) {
            let Ok(written) = parse_draft(&draft.shown, &draft.read()?) else { break };
            let origin = Origin::Entry(Digest::of(draft.stem.as_bytes()));
            for (number, step) in written.steps.iter().enumerate() {
                let mut minter = Minter::new(origin, u32::try_from(number).unwrap_or(u32::MAX));
                let lowered = step.seal(&schema).and_then(|sealed| sealed.lower(&schema, &mut minter));
                let mut after = schema.clone();
                if lowered.is_ok_and(|all| all.iter().all(|one| one.evolve(&mut after).is_ok())) {
                    schema = after;
                }
            }
        }
        Ok(schema)
    }

    /// Goes on from a sealed draft; gives the id that it has once it is stored.
    pub fn advance(&mut self, entry: &Entry) -> Result<EntryId, Failure> {
        let id = Digest::of(print_entry(entry)?.as_bytes());
        if let Some(tip) = self.tips.get_mut(&entry.branch) {
            for (number, step) in entry.steps.iter().enumerate() {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let advanced =
                    tip.state.advance(entry.database_of(number as usize), Origin::Entry(id), number, step);
                advanced.map_err(|cause| {
                    Plain::new(Class::Bug, format!("what was sealed can't be folded: {cause}"))
                })?;
            }
            tip.parents = vec![id];
        }
        Ok(id)
    }

    fn branch_of(&self, draft: &Draft) -> Result<String, Failure> {
        let Some(branch) = &draft.branch else { return self.desk.label() };
        if ledger::is_label(branch) {
            return Ok(branch.clone());
        }
        Err(Plain::new(Class::Input, format!("`{}` can't be a branch's name", printable(branch))).into())
    }

    fn stand(&mut self, branch: &str) -> Result<(), Failure> {
        if !self.tips.contains_key(branch) {
            let parents = parents(self.desk, &self.graph, branch)?;
            self.stand_at(branch, parents)?;
        }
        Ok(())
    }
}

/// The entries that the next one on a branch follows: its head, or where it was started.
pub fn parents(desk: &Desk<'_>, graph: &Graph, branch: &str) -> Result<Vec<EntryId>, Failure> {
    let head = |label: &str| resolve("head", &Standpoint { graph, branch: label, applied: None });
    let start = desk.starts().get(branch).copied();
    let at = match (graph.heads_of(branch).is_empty(), start) {
        (true, Some(start)) => start.map_or(Revision::Root, Revision::Entry),
        // A branch that nobody started begins where the current one stands.
        (true, None) => head(&desk.branch()?)?,
        (false, _) => head(branch)?,
    };
    Ok(match at {
        Revision::Root => Vec::new(),
        Revision::Entry(id) => vec![id],
    })
}

/// The moment that an entry claims.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    moment(seconds).unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}
