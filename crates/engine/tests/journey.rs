//! The whole path without a command line: drafts sealed, applied, looked at, undone, applied again.

use std::{collections::BTreeSet, path::Path, sync::atomic::AtomicBool, time::Duration};

use stratigraph_engine::{
    Choices, Known, RunOptions, Target, TargetUrl,
    author::{Sealing, Standing, seal},
    carry_out,
    driver::Mode,
    guests::Guests,
    prepare_down, prepare_up,
};
use ledger::{Ledger, Uuid};
use model::{Digest, EntryId};

const CREATE: &str = r#"Draft(
    message: "start",
    steps: [
        CreateEnum(name: "status", values: ["NEW", "IN_PROGRESS", "DONE"]),
        CreateTable(name: "interviews", columns: [
            (name: "id", type: BigInt, nullable: false),
            (name: "status", type: Enum("status"), nullable: false, default: Literal("NEW")),
            (name: "title", type: Varchar(200), nullable: false),
            (name: "notes", type: Json),
            (name: "created_at", type: TimestampTz, nullable: false, default: Now),
        ], constraints: [(is: PrimaryKey(["id"])), (is: Check("length(title) > 0"))]),
        CreateTable(name: "answers", columns: [
            (name: "id", type: Uuid, nullable: false),
            (name: "interview_id", type: BigInt, nullable: false),
            (name: "score", type: Decimal(6, 2)),
        ], constraints: [
            (is: PrimaryKey(["id"])),
            (is: ForeignKey(columns: ["interview_id"], references: "interviews", to: ["id"], on_delete: Cascade)),
        ], indexes: [(on: [Column("interview_id")])]),
    ],
)"#;

const WIDEN: &str = r#"Draft(
    message: "follow-ups",
    steps: [
        AddColumn(table: "interviews", column: (name: "parent_id", type: Uuid)),
        AddColumn(table: "interviews", column: (name: "followups", type: Integer, nullable: false, default: Literal(0))),
        RenameColumn(table: "interviews", column: "title", to: "headline"),
        AddEnumValue(name: "status", value: "PAUSED", at: After("IN_PROGRESS")),
        SetNotNull(table: "answers", column: "score"),
        CreateIndex(table: "interviews", index: (on: [Column("status"), Desc("created_at")])),
    ],
)"#;

struct World {
    folder: tempfile::TempDir,
    ledger: Ledger,
    url: TargetUrl,
}

impl World {
    fn new(url: Option<String>) -> World {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::init(&folder.path().join("ledger"), &Uuid::random().unwrap()).unwrap();
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("t.db").display()));
        World { folder, ledger, url: TargetUrl::parse(&url).unwrap() }
    }

    fn record(&self, text: &str, stem: &str) -> EntryId {
        let known = Known::load(&self.ledger).unwrap();
        let heads = known.history.heads();
        let standing = Standing {
            ledger: self.ledger.uuid().as_str().to_owned(),
            parents: heads.clone(),
            branch: "main".to_owned(),
            databases: known.history.state_at(&heads).unwrap().to_databases(),
            author: "Ada Example <ada@example.com>".to_owned(),
            authored_at: "2026-11-20T10:18:48Z".to_owned(),
        };
        let sealing = Sealing { scripts: Path::new("data-scripts"), place: stem, stem };
        let sealed = seal(text, &standing, &sealing).unwrap_or_else(|e| panic!("{e}"));
        for bytes in sealed.blobs.values() {
            self.ledger.put_blob(bytes).unwrap();
        }
        self.ledger.append(&sealed.entry).unwrap()
    }

    async fn target(&self) -> Target {
        Target::open(&self.url, Mode::Write, "tests").await.unwrap()
    }

    async fn go(&self, wanted: &[EntryId], down: bool, step_by_step: bool) -> usize {
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
        let options =
            RunOptions { accepted: &[], patience: Duration::ZERO, batch_rows: 100, interrupt: &interrupt };
        let blobs = |_: &Digest| Err("there are none".to_owned());
        let guests = Guests::new(&blobs);
        carry_out(&mut target, &prepared, &known, options, &guests, &mut |_| {}).await.unwrap_or_else(|e| {
            use model::Fault;
            panic!("{e}\n{}", e.hint().unwrap_or_default())
        });
        self.compare(&known).await;
        prepared.plan.entries.len()
    }

    /// What the database has is what was folded.
    async fn compare(&self, known: &Known) {
        let mut target = self.target().await;
        let state = known.history.state_at(&target.journal.position.heads.clone()).unwrap();
        let expected = target.dialect.project(state.schema("main"), &target.facts);
        let live = target.introspect().await.unwrap();
        let differences = expected.differences(&live);
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

async fn journey(url: Option<String>) {
    let world = World::new(url);
    let first = world.record(CREATE, "0001-start");
    assert_eq!(world.go(&[first], false, true).await, 1);
    let mut target = world.target().await;
    target.conn.run("INSERT INTO interviews (id, title) VALUES (1, 'x'), (2, 'y')").await.unwrap();
    let uuid = "INSERT INTO answers (id, interview_id, score) VALUES ('6f0c2b3e-0d1f-4c55-9a53-0a6c5b1c2d3e', 1, 2.5)";
    target.conn.run(uuid).await.unwrap();
    drop(target);
    let second = world.record(WIDEN, "0002-widen");
    assert_eq!(world.go(&[second], false, false).await, 1);
    assert_eq!(world.go(&[second], false, false).await, 0);
    assert_eq!(world.go(&[first], true, false).await, 1);
    assert_eq!(world.go(&[second], false, false).await, 1);
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT (SELECT count(*) FROM interviews), (SELECT count(*) FROM answers)", &[]).await.unwrap();
    assert_eq!(rows, [[model::Value::Int(2), model::Value::Int(1)]]);
    drop(target);
    assert_eq!(world.go(&[], true, false).await, 2);
    assert_eq!(world.go(&[second], false, false).await, 1, "a fresh database takes both at once");
    drop(world.folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    journey(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    for name in ["STRAT_TEST_POSTGRES", "STRAT_TEST_MYSQL"] {
        let Ok(server) = std::env::var(name) else { continue };
        let database = format!("strat_journey_{}", std::process::id());
        let mut admin = stratigraph_engine::driver::Connection::open(&TargetUrl::parse(&server).unwrap(), Mode::Write).await.unwrap();
        admin.run(&format!("CREATE DATABASE {database}")).await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        journey(Some(format!("{base}/{database}"))).await;
        admin.run(&format!("DROP DATABASE {database}")).await.unwrap();
    }
}
