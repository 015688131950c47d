//! What the engine's tests share: a ledger in a temporary folder, a target, and the whole path between them.

#![allow(dead_code, reason = "each test binary uses its part of it")]

pub mod caught;
pub mod draft;
pub mod faults;
pub mod histories;
pub mod picture;
pub mod places;
pub mod sample;
#[path = "../../../../tests/support/record.rs"]
mod record;
#[path = "../../../../tests/support/server.rs"]
pub mod server;
pub mod travel;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use ledger::{Ledger, Uuid};
use model::{Digest, EntryId};
use sandbox::{Batch, encode};
use stratigraph_engine::{
    Choices, Known, RunOptions, Target, TargetUrl, carry_out,
    data::{Allowed, Pacing},
    driver::{Connection, Mode},
    guests::Guests,
    prepare_down, prepare_up,
};

/// A ledger of its own and a target.
pub struct World {
    pub folder: Arc<Folder>,
    pub ledger: Ledger,
    pub url: TargetUrl,
    /// The URL as it was given, with its password.
    pub address: String,
}

/// Where a world's files are.
pub enum Folder {
    /// It goes with the world.
    Own(tempfile::TempDir),
    /// It is another process's.
    Theirs(PathBuf),
}

impl Folder {
    pub fn path(&self) -> &Path {
        match self {
            Folder::Own(folder) => folder.path(),
            Folder::Theirs(folder) => folder,
        }
    }
}

impl World {
    pub fn new(url: Option<String>) -> World {
        World::with(&Uuid::random().unwrap(), url)
    }

    /// One whose entries have the same ids each time, so that what hangs on their order comes again.
    pub fn repeatable() -> World {
        World::with(&Uuid::parse("6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b").unwrap(), None)
    }

    fn with(uuid: &Uuid, url: Option<String>) -> World {
        let folder = folder();
        let ledger = Ledger::init(&folder.path().join("ledger"), uuid).unwrap();
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("t.db").display()));
        World::in_folder(Arc::new(Folder::Own(folder)), ledger, url)
    }

    fn in_folder(folder: Arc<Folder>, ledger: Ledger, address: String) -> World {
        World { folder, ledger, url: TargetUrl::parse(&address).unwrap(), address }
    }

    /// The one that another process made.
    pub fn of_another(folder: PathBuf, url: String) -> World {
        let ledger = Ledger::open(&folder.join("ledger")).unwrap();
        World::in_folder(Arc::new(Folder::Theirs(folder)), ledger, url)
    }

    /// The same ledger with another target: a new SQLite file of that name, or the database with this URL.
    pub fn beside(&self, name: &str, url: Option<String>) -> World {
        let url = url.unwrap_or_else(|| format!("sqlite:{}", self.folder.path().join(name).display()));
        let ledger = Ledger::open(self.ledger.folder()).unwrap();
        World::in_folder(self.folder.clone(), ledger, url)
    }

    pub fn record(&self, text: &str, stem: &str) -> EntryId {
        record::record(&self.ledger, &self.folder.path().join("data-scripts"), stem, text)
    }

    /// Records a draft on top of entries that need not be the ledger's heads.
    pub fn record_on(&self, parents: &[EntryId], text: &str, stem: &str) -> EntryId {
        record::record_on(&self.ledger, &self.folder.path().join("data-scripts"), stem, text, parents)
    }

    pub async fn target(&self) -> Target {
        Target::open(&self.url, Mode::Write, "tests").await.unwrap()
    }

    /// Ends the lease that a run left which was cut off: its process, which lives on here, would be waited for.
    pub async fn forget_lease(&self) {
        let mut target = self.target().await;
        let _ = target.conn.run("UPDATE strat_lease SET until_ms = 0").await;
        target.conn.close().await;
    }

    pub async fn go(&self, wanted: &[EntryId], down: bool, step_by_step: bool) -> usize {
        let known = Known::load(&self.ledger).unwrap();
        let mut target = self.target().await;
        let wanted: BTreeSet<EntryId> = known.ancestors(wanted);
        known.history.fold().unwrap();
        let choices = Choices { database: "main", step_by_step };
        let prepared = if down {
            prepare_down(&mut target, &known, &wanted, choices).await.unwrap_or_else(|e| panic!("{e}"))
        } else {
            prepare_up(&mut target, &known, &wanted, choices).await.unwrap_or_else(|e| panic!("{e}"))
        };
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: &[],
            patience: Duration::ZERO,
            pacing: Pacing::fixed(100),
            interrupt: &interrupt,
            allowed: Allowed::default(),
        };
        let blobs = |digest: &Digest| self.blob(digest);
        let guests = Guests::new(&blobs);
        carry_out(&mut target, &prepared, &known, options, &guests, &mut |_| {}).await.unwrap_or_else(|e| {
            use model::Fault;
            panic!("{e}\n{}", e.hint().unwrap_or_default())
        });
        self.compare(&known).await;
        prepared.plan.entries.len()
    }

    /// The ledger's heads.
    pub fn heads(&self) -> Vec<EntryId> {
        Known::load(&self.ledger).unwrap().history.heads()
    }

    /// Goes up entry by entry and gives the error's text when it doesn't work.
    pub async fn attempt(&self, wanted: &[EntryId]) -> Result<(), String> {
        self.attempt_way(wanted, false, true).await
    }

    /// Goes up with as much as can be at once.
    pub async fn attempt_at_once(&self, wanted: &[EntryId]) -> Result<(), String> {
        self.attempt_way(wanted, false, false).await
    }

    /// Goes back until only these and what they follow are applied.
    pub async fn attempt_down(&self, kept: &[EntryId]) -> Result<(), String> {
        self.attempt_way(kept, true, true).await
    }

    async fn attempt_way(&self, wanted: &[EntryId], down: bool, step_by_step: bool) -> Result<(), String> {
        let known = Known::load(&self.ledger).unwrap();
        let mut target = self.target().await;
        let wanted = known.ancestors(wanted);
        let choices = Choices { database: "main", step_by_step };
        let prepared = match down {
            true => prepare_down(&mut target, &known, &wanted, choices).await,
            false => prepare_up(&mut target, &known, &wanted, choices).await,
        };
        let prepared = prepared.map_err(|e| e.to_string())?;
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: &[],
            patience: Duration::ZERO,
            pacing: Pacing::fixed(100),
            interrupt: &interrupt,
            allowed: Allowed::default(),
        };
        let blobs = |digest: &Digest| self.blob(digest);
        let guests = Guests::new(&blobs);
        let result = carry_out(&mut target, &prepared, &known, options, &guests, &mut |_| {}).await;
        target.conn.close().await;
        result.map_err(|e| {
            use model::Fault;
            format!("{e}; {}", e.hint().unwrap_or_default())
        })?;
        self.compare(&known).await;
        Ok(())
    }

    /// A blob's bytes by its BLAKE3.
    pub fn blob(&self, digest: &Digest) -> Result<Vec<u8>, String> {
        record::blob(&self.ledger, digest)
    }

    /// Makes a script's module out of WebAssembly text.
    pub fn script(&self, name: &str, wat: &str) {
        self.module(name, &sandbox::wat_to_wasm(wat).unwrap());
    }

    /// Puts a script's module where it belongs.
    pub fn module(&self, name: &str, wasm: &[u8]) {
        let folder = self.folder.path().join("data-scripts").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.wasm")), wasm).unwrap();
    }

    /// What the database has is what was folded.
    pub async fn compare(&self, known: &Known) {
        let mut target = self.target().await;
        let state = known.history.state_at(&target.journal.position.heads.clone()).unwrap();
        let expected = target.dialect.project(state.schema("main"), &target.facts);
        let live = target.introspect().await.unwrap();
        let differences = expected.differences(&live);
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

/// A folder that goes with the test: in memory where there is such a place, since many databases are made in it, and what a power
/// cut leaves of them isn't looked at.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

/// A guest that answers every batch with these bytes.
pub fn canned(batch: &Batch) -> String {
    let bytes: String = encode(batch).iter().map(|b| format!("\\{b:02x}")).collect();
    let length = encode(batch).len();
    format!(
        r#"(module (memory (export "memory") 4) (data (i32.const 65536) "{bytes}")
        (func (export "strat_abi") (result i32) (i32.const 1))
        (func (export "strat_alloc") (param i32) (result i32) (i32.const 1024))
        (func (export "strat_run") (param i32 i32) (result i64)
            (i64.or (i64.shl (i64.const 65536) (i64.const 32)) (i64.const {length}))))"#
    )
}

/// A database of its own on each server that the environment names, by its URL; nothing when it names none.
pub async fn with_servers<F: Future<Output = ()>>(name: &str, test: impl Fn(String) -> F) {
    with_server("STRAT_TEST_POSTGRES", name, &test).await;
    with_server("STRAT_TEST_MYSQL", name, &test).await;
}

/// The same with all servers at once, for tests that mostly wait for them.
pub async fn with_servers_at_once<F: Future<Output = ()>>(name: &str, test: impl Fn(String) -> F) {
    tokio::join!(
        with_server("STRAT_TEST_POSTGRES", name, &test),
        with_server("STRAT_TEST_MYSQL", name, &test)
    );
}

pub async fn with_server<F: Future<Output = ()>>(variable: &str, name: &str, test: &impl Fn(String) -> F) {
    if let Some(server) = server::url(variable, &format!("engine, {name}")) {
        let database = format!("strat_{name}_{}", std::process::id());
        let admin = async |sql: &str| {
            let mut admin = Connection::open(&TargetUrl::parse(&server).unwrap(), Mode::Write).await.unwrap();
            admin.run(&format!("{sql} DATABASE {database}")).await.unwrap();
            admin.close().await;
        };
        admin("CREATE").await;
        let (base, _) = server.rsplit_once('/').unwrap();
        test(format!("{base}/{database}")).await;
        admin("DROP").await;
    }
}
