//! A scenario: a folder with the drafts before and of a change, sealed and lowered as `record` and `up` do it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ledger::print_entry;
use model::{Entry, EntryId, Lowered, Schema};
use stratigraph_engine::{
    Known,
    author::{Sealing, Standing, seal},
};

/// One folder of `tests/scenarios/<operation>/<case>/`.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// `<operation>/<case>`.
    pub name: String,
    pub folder: PathBuf,
}

/// All scenarios, in the order of their names; `STRAT_SCENARIO` picks those whose name contains it.
pub fn all() -> Vec<Scenario> {
    let root = root().join("scenarios");
    let mut found = Vec::new();
    for operation in folders(&root) {
        for case in folders(&root.join(&operation)) {
            let name = format!("{operation}/{case}");
            found.push(Scenario { folder: root.join(&name), name });
        }
    }
    let wanted = std::env::var("STRAT_SCENARIO").unwrap_or_default();
    found.retain(|scenario| scenario.name.contains(&wanted));
    assert!(!found.is_empty(), "no scenario below {} has {wanted:?} in its name", root.display());
    found
}

/// `tests/`.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests"))
}

fn folders(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

impl Scenario {
    /// A file of the folder, when it is there.
    pub fn read(&self, file: &str) -> Option<String> {
        let path = self.folder.join(file);
        path.exists().then(|| fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    }

    /// A file in a dialect's own version, or the one for all.
    pub fn read_for(&self, stem: &str, dialect: &str) -> Option<String> {
        self.read(&format!("{stem}.{dialect}.sql")).or_else(|| self.read(&format!("{stem}.sql")))
    }

    /// The lines of a file that speak of one target, as `sqlite: …`.
    pub fn lines_for(&self, file: &str, target: &str) -> Vec<String> {
        let text = self.read(file).unwrap_or_default();
        let of = |line: &str| {
            line.split_once(": ").filter(|(who, _)| *who == target).map(|(_, what)| what.to_owned())
        };
        text.lines().filter_map(of).collect()
    }

    /// The drafts, sealed one behind the other.
    pub fn chain(&self) -> Result<Chain, String> {
        let mut chain = Chain::default();
        if let Some(text) = self.read("before.ron") {
            chain.record(&text, "before.ron", "0001-before")?;
        }
        let text = self.read("change.ron").ok_or("change.ron is missing")?;
        chain.record(&text, "change.ron", "0002-change")?;
        Ok(chain)
    }
}

/// One entry of a chain.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: EntryId,
    pub entry: Arc<Entry>,
    /// Its lowered steps, each with the schema before it.
    pub steps: Vec<(Lowered, Schema)>,
    /// The schema after it.
    pub after: Schema,
}

/// Sealed entries, each following the one before.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    pub links: Vec<Link>,
}

const LEDGER: &str = "0b6c8f0e-4c1d-4d4f-9b0a-3f6d1f5b7a10";

impl Chain {
    /// Seals a draft behind the others.
    pub fn record(&mut self, text: &str, place: &str, stem: &str) -> Result<(), String> {
        let schema = self.links.last().map(|link| link.after.clone()).unwrap_or_default();
        let standing = Standing {
            ledger: LEDGER.to_owned(),
            parents: self.links.last().map(|link| link.id).into_iter().collect(),
            branch: "main".to_owned(),
            databases: BTreeMap::from([("main".to_owned(), schema.clone())]),
            author: "Ada Example <ada@example.com>".to_owned(),
            authored_at: "2026-11-20T10:18:48Z".to_owned(),
        };
        let scripts = root().join("scenarios");
        let sealing =
            Sealing { scripts: &scripts, place, stem, dialects: &[], facts: &dialect::Facts::default() };
        let sealed = seal(text, &standing, &sealing).map_err(|e| e.to_string())?;
        let entry = Arc::new(sealed.entry);
        let printed = print_entry(&entry).map_err(|e| e.to_string())?;
        let id = ledger::entry::id_of(printed.as_bytes());
        let history = self.known_with(&entry, id)?.history;
        let lowered = history.lowered(id).map_or(&[][..], |l| l);
        let mut after = schema;
        let mut steps = Vec::new();
        for one in lowered {
            steps.push((one.change.clone(), after.clone()));
            one.change.evolve(&mut after).map_err(|e| e.to_string())?;
        }
        self.links.push(Link { id, entry, steps, after });
        Ok(())
    }

    fn known_with(&self, entry: &Arc<Entry>, id: EntryId) -> Result<Known, String> {
        let mut entries: Vec<_> = self.links.iter().map(|link| (link.id, link.entry.clone())).collect();
        entries.push((id, entry.clone()));
        let mut bytes = BTreeMap::new();
        for (id, entry) in &entries {
            bytes.insert(*id, print_entry(entry).map_err(|e| e.to_string())?.into_bytes().into());
        }
        let history = model::history::History::new(entries).map_err(|e| e.to_string())?;
        history.fold().map_err(|e| e.to_string())?;
        Ok(Known { history, bytes })
    }

    /// The ledger that has the first so many entries.
    pub fn known(&self, entries: usize) -> Known {
        let last = &self.links[entries - 1];
        let before = Chain { links: self.links[..entries - 1].to_vec() };
        before.known_with(&last.entry, last.id).expect("it was folded when it was recorded")
    }

    /// The change: the last entry.
    pub fn change(&self) -> &Link {
        self.links.last().expect("a chain ends with its change")
    }

    /// The schema before the change.
    pub fn before(&self) -> Schema {
        self.links.iter().rev().nth(1).map(|link| link.after.clone()).unwrap_or_default()
    }

    /// The ids of the first so many entries.
    pub fn ids(&self, entries: usize) -> BTreeSet<EntryId> {
        self.links[..entries].iter().map(|link| link.id).collect()
    }

    /// The server extensions that its entries ask for.
    pub fn extensions(&self) -> BTreeSet<String> {
        let schemas =
            self.links.iter().flat_map(|link| link.steps.iter().map(|(_, s)| s).chain([&link.after]));
        schemas.flat_map(|schema| schema.extensions().map(|e| e.name.clone()).collect::<Vec<_>>()).collect()
    }
}
