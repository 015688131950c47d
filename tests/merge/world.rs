//! The history of a case, sealed as `record` does it.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Digest, Entry, EntryId, History, Origin, Resolution, State, Step,
    entry::{FORMAT, MAIN_DATABASE},
    entry_id,
    history::Joining,
    lowered::Lowered,
    route::RouteError,
};

use super::{
    answers,
    case::{self, Also, Case, Says},
    facts,
};

/// Entries with the names the case gives them.
pub struct World {
    entries: Vec<(EntryId, Arc<Entry>)>,
    names: BTreeMap<String, EntryId>,
    base: Vec<String>,
}

impl World {
    pub fn new(case: &Case) -> World {
        let mut world = World { entries: Vec::new(), names: BTreeMap::new(), base: Vec::new() };
        let steps = [case::base(), case.base.clone()].concat();
        let base = world.entry("base", &[], MAIN_DATABASE, &steps);
        world.base = facts::of(&world.history().state_at(&[base]).unwrap());
        for (name, side) in [("ours", &case.ours), ("theirs", &case.theirs)] {
            let mut last = base;
            for (n, steps) in side.iter().enumerate() {
                last = world.entry(&format!("{name} {}", n + 1), &[last], MAIN_DATABASE, steps);
            }
            world.names.insert(name.to_owned(), last);
        }
        for also in &case.also {
            match also {
                Also::Entry { name, after, database, steps } => {
                    let database = if database.is_empty() { MAIN_DATABASE } else { database };
                    world.entry(name, &[world.named(after)], database, steps);
                }
                Also::Merge { name, of, decides, steps } => {
                    let heads: Vec<EntryId> = of.iter().map(|one| world.named(one)).collect();
                    world.merge(name, &heads, decides, steps);
                }
            }
        }
        world
    }

    fn history(&self) -> History {
        History::new(self.entries.iter().rev().cloned()).unwrap()
    }

    fn named(&self, name: &str) -> EntryId {
        *self.names.get(name).unwrap_or_else(|| panic!("no entry is called {name}"))
    }

    /// What the case joins.
    pub fn heads(&self, case: &Case) -> Vec<EntryId> {
        match case.join.as_slice() {
            [] => vec![self.named("ours"), self.named("theirs")],
            names => names.iter().map(|name| self.named(name)).collect(),
        }
    }

    /// Seals the steps against the state at the parents, and writes the entry.
    fn entry(&mut self, name: &str, parents: &[EntryId], database: &str, steps: &[Step]) -> EntryId {
        let state = self.history().state_at(parents).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.write(name, parents, database, Vec::new(), state, steps)
    }

    /// Joins heads, answering what is open.
    fn merge(&mut self, name: &str, heads: &[EntryId], decides: &str, steps: &[Step]) -> EntryId {
        let history = self.history();
        let joining = history.joining(heads).unwrap_or_else(|e| panic!("{name}: {e}"));
        let decided = answers::decide(self, &joining, decides).unwrap_or_else(|e| panic!("{name}: {e}"));
        let state = joining.state(&decided).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.write(name, heads, MAIN_DATABASE, decided, state, steps)
    }

    fn write(
        &mut self,
        name: &str,
        parents: &[EntryId],
        database: &str,
        resolutions: Vec<Resolution>,
        mut state: State,
        steps: &[Step],
    ) -> EntryId {
        let mut sealed = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            let schema = state.schema(database);
            let one = step.seal(schema).unwrap_or_else(|e| panic!("{name}, step {}: {e}", n + 1));
            let one = with_keys(one, schema);
            state.advance(database, Origin::New, n as u32, &one).unwrap();
            sealed.push(one);
        }
        let mut parents = parents.to_vec();
        parents.sort();
        let entry = Entry {
            format: FORMAT,
            ledger: "ff4e6ba2-5b2b-4d4c-9d53-0d2a3c8a8e11".to_owned(),
            parents,
            branch: "main".to_owned(),
            database: database.to_owned(),
            message: name.to_owned(),
            author: "Ada Example <ada@example.com>".to_owned(),
            authored_at: "2026-01-01T00:00:00Z".to_owned(),
            draft: String::new(),
            accept: Vec::new(),
            resolutions,
            steps: sealed,
            databases: Vec::new(),
            schema: state.digest().unwrap(),
        };
        let known: BTreeMap<EntryId, &Entry> =
            self.entries.iter().map(|(id, entry)| (*id, &**entry)).collect();
        entry.check_resolutions(&|id| known.get(&id).copied()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let id = entry_id(entry.to_bytes().unwrap().as_bytes());
        self.entries.push((id, Arc::new(entry)));
        self.names.insert(name.to_owned(), id);
        id
    }

    /// The place of an entry in the case.
    pub fn place(&self, id: EntryId) -> usize {
        self.entries.iter().position(|(one, _)| *one == id).unwrap_or(usize::MAX)
    }

    /// A text with names in place of ids.
    pub fn read(&self, text: &str) -> String {
        let ids = self.entries.iter();
        ids.fold(text.to_owned(), |text, (id, entry)| text.replace(&id.short(), &entry.message))
    }

    /// What is open between heads.
    pub fn says(&self, heads: &[EntryId]) -> Vec<Says> {
        let history = self.history();
        let joining = match history.joining(heads) {
            Ok(joining) => joining,
            Err(e) => panic!("{}", self.read(&e.to_string())),
        };
        answers::open(self, &joining, &[]).into_iter().map(|open| open.says).collect()
    }

    /// What answers lead to, in facts that are more or less than at the base, and the steps on rows that count; or why they don't.
    pub fn outcome(&self, heads: &[EntryId], with: &str) -> Vec<String> {
        let history = self.history();
        let joining = history.joining(heads).unwrap();
        let decided = match answers::decide(self, &joining, with) {
            Ok(decided) => decided,
            Err(e) => return vec![self.read(&e)],
        };
        let mut state = match joining.state(&decided) {
            Ok(state) => state,
            Err(e) => return vec![self.read(&format!("refused: {e}"))],
        };
        let after = state.digest().unwrap();
        self.converges(&joining, &decided, after);
        let mut changes = facts::changes(&self.base, &facts::of(&state));
        changes.extend(self.on_rows(heads, decided));
        if changes.is_empty() { vec!["= base".to_owned()] } else { changes }
    }

    /// Whichever side is named first, the same comes of it.
    fn converges(&self, joining: &Joining<'_>, decided: &[Resolution], after: Digest) {
        let history = self.history();
        let heads: Vec<EntryId> = joining.heads().iter().rev().copied().collect();
        let mut other = history.joining(&heads).unwrap().state(decided).unwrap();
        assert_eq!(other.digest().unwrap(), after, "the order of the sides counts");
    }

    /// The same with the merge written.
    fn merged(&self, heads: &[EntryId], decided: Vec<Resolution>) -> Option<World> {
        let history = self.history();
        let joining = history.joining(heads).unwrap();
        if joining.heads().len() == 1 {
            return None;
        }
        let state = joining.state(&decided).unwrap();
        let (entries, names) = (self.entries.clone(), self.names.clone());
        let mut world = World { entries, names, base: Vec::new() };
        world.write("the merge", heads, MAIN_DATABASE, decided, state, &[]);
        Some(world)
    }

    /// The steps on rows that count once the merge is written, in the order that counts. The whole folds to what its entries say.
    fn on_rows(&self, heads: &[EntryId], decided: Vec<Resolution>) -> Vec<String> {
        let Some(world) = self.merged(heads, decided) else { return Vec::new() };
        let history = world.history();
        let folded = history.fold().unwrap_or_else(|e| panic!("the merge doesn't fold: {e}"));
        for (id, entry) in history.entries() {
            assert_eq!(folded.after[&id], entry.schema, "{} folds to another schema", entry.message);
        }
        let (_, legs) = history.route(&[world.named("base")], &[world.named("the merge")]).unwrap();
        let moves = legs.iter().flat_map(|leg| &leg.moves);
        moves.filter_map(|one| on_rows(&one.placed.change)).collect()
    }

    /// The ways to a merge and back that don't arrive, each with the reason.
    pub fn ways(&self, heads: &[EntryId], with: &str) -> Vec<(String, String)> {
        let history = self.history();
        let joining = history.joining(heads).unwrap();
        let Ok(decided) = answers::decide(self, &joining, with) else { return Vec::new() };
        if joining.state(&decided).is_err() {
            return Vec::new();
        }
        let Some(world) = self.merged(heads, decided) else { return Vec::new() };
        let history = world.history();
        let folded = history.fold().unwrap();
        let merge = world.named("the merge");
        let mut wrong = Vec::new();
        let mut go = |from: &[EntryId], to: &[EntryId]| {
            let name = |ids: &[EntryId]| {
                ids.first().map_or("nothing", |id| &world.entries[world.place(*id)].1.message)
            };
            let with = if with.is_empty() { String::new() } else { format!(" with {with}") };
            let way = format!("{with}: {} to {}", name(from), name(to));
            match history.route(from, to) {
                Ok((_, legs)) => {
                    let ends = legs.last().map(|leg| leg.after);
                    let wanted = to.first().map(|id| folded.after[id]);
                    if wanted.is_some() && ends != wanted {
                        wrong.push((way, "it ends elsewhere".to_owned()));
                    }
                }
                Err(RouteError::CantUndo { .. }) => {}
                Err(e) => wrong.push((way, world.read(&e.to_string()))),
            }
        };
        for head in heads {
            go(&[*head], &[merge]);
            go(&[merge], &[*head]);
        }
        go(&[], &[merge]);
        go(&[merge], &[]);
        wrong
    }
}

/// A step on rows by its script.
fn on_rows(change: &Lowered) -> Option<String> {
    match change {
        Lowered::Backfill(step) => Some(format!("> backfill by {}", step.step.script)),
        Lowered::Populate(step) => Some(format!("> populate by {}", step.step.script)),
        Lowered::Derive(step) if step.is_aggregate() => {
            Some(format!("> aggregate by {}", step.step.script()))
        }
        Lowered::Derive(step) => Some(format!("> transfer by {}", step.step.script())),
        Lowered::Sql { on, .. } => Some(format!("> {}", on.values().next()?.up.join("; "))),
        _ => None,
    }
}

/// The keys that `record` would find by running the guest: a parameter named like a unique constraint lists those of its rows.
fn with_keys(step: Step, schema: &model::Schema) -> Step {
    let Step::Populate(mut step) = step else { return step };
    let table = schema.table_named(&step.table).unwrap();
    for constraint in table.constraints.iter().filter(|c| c.has_index()) {
        if let Some(model::Literal::Text(keys)) = step.params.get(&constraint.name) {
            let keys = keys.split(' ').map(|key| Digest::of(key.as_bytes()));
            let mut keys: Vec<Digest> = keys.collect();
            keys.sort();
            step.keys.insert(constraint.name.clone(), keys);
        }
    }
    Step::Populate(step)
}
