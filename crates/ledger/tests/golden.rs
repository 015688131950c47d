//! Golden vectors: a ledger whose bytes and ids pin format 1 for ever. Vectors are only ever added.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that can't go on should stop where it stands"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{Digest, Entry, EntryId, history::History};
use stratigraph_ledger::{Code, Ledger, Uuid, Verdict, parse_draft, print_entry, read_entry, verify};

/// The ids of format 1. A line here may never change.
const IDS: [&str; 5] = [
    "0ccca95d3b7355ba15d69d8daad2ce56f3648a1bd9edf20e0b4b78ce5672279b",
    "11221bce75731eba39166fd13c69e8af67053f451f90cddb97e42d378c10a1f4",
    "40a7143ad8a381e00084c39bec8086541fff74cef9b53b860f9ce3c52ce61cb4",
    "75ddb6b500a5f03f765ed20e9a4aa24c0c9c74c8b6cc7a050575dff5812a9fa1",
    "e997d2af7f47b86125b6404536a3f6ba01a18ee12953340b1eccb8e5cdb6178a",
];

const UUID: &str = "6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ledger")
}

#[test]
fn the_golden_ledger_verifies_with_the_same_ids() {
    let report = verify(&folder()).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.verdict(), report.blobs), (Verdict::Sound, 2));
    let ids: Vec<String> = Ledger::open(&folder())
        .unwrap()
        .uncached()
        .entries()
        .unwrap()
        .keys()
        .map(|id| id.to_string())
        .collect();
    assert_eq!(ids, IDS);
}

#[test]
fn every_golden_entry_is_read_and_printed_to_the_same_bytes() {
    let ledger = Ledger::open(&folder()).unwrap();
    for id in IDS {
        let bytes = fs::read(ledger.entry_path(&Digest::parse(id).unwrap())).unwrap();
        assert_eq!(print_entry(&read_entry(&bytes).unwrap()).unwrap().into_bytes(), bytes, "{id}");
    }
}

/// Entries with fields that came within format 1, each in a file of its name.
const LATER: [&str; 1] = ["a1bfe5dd36c385bc071121a9f944ff404ba0fea46f1a6bbff925d7fd9f8f5087"];

#[test]
fn fields_that_came_later_have_these_bytes() {
    for id in LATER {
        let path = format!("tests/golden/steps/{id}.ron");
        let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        assert_eq!(Digest::of(&bytes).to_string(), id);
        assert_eq!(print_entry(&read_entry(&bytes).unwrap()).unwrap().into_bytes(), bytes, "{id}");
    }
}

#[test]
fn any_flipped_byte_of_a_golden_entry_is_named() {
    let keep = tempfile::tempdir().unwrap();
    let copy = keep.path().join("ledger");
    copy_folder(&folder(), &copy);
    let id = Digest::parse(IDS.first().unwrap()).unwrap();
    let path = Ledger::open(&copy).unwrap().entry_path(&id);
    let good = fs::read(&path).unwrap();
    for at in (0..good.len()).step_by(37) {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        fs::write(&path, bad).unwrap();
        let report = verify(&copy).unwrap();
        assert!(
            report.findings[0].file.ends_with(&format!("{id}.ron"))
                && report.findings[0].code == Code::Corrupt
        );
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to)
        } else {
            drop(fs::copy(entry.path(), to))
        }
    }
}

const TABLES: &str = r#"Draft(message: "questions and their kinds", accept: ["H203"], steps: [
    CreateEnum(name: "kind", values: ["text", "choice", "a \"quoted\" one"]),
    CreateTable(
        name: "questions",
        columns: [
            (name: "id", type: BigInt, nullable: false, identity: ByDefault),
            (name: "title", type: Varchar(200), nullable: false),
            (name: "kind", type: Enum("kind"), nullable: false, default: Literal("text")),
            (name: "weight", type: Decimal(10, 2), default: Literal("1.5")),
            (name: "ratio", type: Double, default: Literal(0.25)),
            (name: "active", type: Bool, nullable: false, default: Literal(true)),
            (name: "tags", type: Array(Text)),
            (name: "extra", type: Json, comment: "whatever: größer\nas it is"),
            (name: "made", type: TimestampTz, nullable: false, default: Now),
            (name: "native", type: Native(spellings: {"postgres": "tsvector", "sqlite": "TEXT"})),
        ],
        constraints: [
            (name: "questions_pkey", is: PrimaryKey(["id"])),
            (name: "questions_weight", is: Check("weight >= 0")),
        ],
        indexes: [(name: "questions_title", on: [Column("title"), Desc("id")], unique: true, only: "active")],
        comment: "what is asked",
    ),
])"#;

const CHANGES: &str = r#"Draft(message: "count the follow-ups", steps: [
    AddColumn(table: "questions", column: (name: "count", type: Integer, nullable: false, default: Literal(0), initial: 0)),
    CreateTable(name: "answers", columns: [(name: "id", type: Uuid, nullable: false, default: Uuid), (name: "question", type: BigInt)],
        constraints: [(name: "answers_pkey", is: PrimaryKey(["id"]))]),
    AddForeignKey(table: "answers", name: "answers_question", columns: ["question"], references: "questions", to: ["id"], on_delete: Cascade),
    AddEnumValue(name: "kind", value: "number", at: After("text")),
    Comment(on: Column("questions", "count"), text: "of follow-ups"),
])"#;

const MERGE: &str = r#"Draft(message: "join the counters", steps: [])"#;

const SQL: &str = r#"Draft(message: "by hand, for the other database", database: "docs", steps: [
    CreateTable(name: "docs", columns: [(name: "id", type: Integer, nullable: false)], constraints: [(name: "docs_pkey", is: PrimaryKey(["id"]))]),
    Sql(on: {"postgres": (up: ["ANALYZE docs"], down: []), "sqlite": (up: ["ANALYZE"])}, touches: []),
])"#;

fn data(module: &str, asset: &str) -> String {
    format!(
        r#"Draft(message: "reset the counters", branch: "side", steps: [
            Backfill(script: "reset", module: ({module}, abi: 1), table: "questions", rows: Where(And([Eq("active", true), NotNull("weight")])),
                read: ["title"], write: ["extra"], params: {{"floor": 3}}, assets: {{"words": (file: "words.txt", blob: ({asset}))}},
                undo: None("it can be computed again"), limits: (fuel_per_row: 5000)),
        ])"#
    )
}

/// Seals a draft as `record` would, and appends it.
fn record(ledger: &Ledger, parents: &[EntryId], stem: &str, text: &str) -> EntryId {
    let draft = parse_draft(stem, text).map_err(|error| panic!("{error}")).unwrap();
    let entries = ledger.entries().unwrap().into_iter().map(|(id, entry)| (id, Arc::new(entry)));
    let mut state = History::new(entries).unwrap().state_at(parents).unwrap();
    let mut steps = Vec::new();
    for (index, step) in draft.steps.iter().enumerate() {
        let sealed = step
            .seal(state.schema(&draft.database))
            .map_err(|error| panic!("{stem}: {error} {:?}", error.at))
            .unwrap();
        state.advance(&draft.database, model::Origin::New, index as u32, &sealed).unwrap();
        steps.push(sealed);
    }
    let mut parents = parents.to_vec();
    parents.sort_unstable();
    let entry = Entry {
        format: 1,
        ledger: UUID.to_owned(),
        parents,
        branch: draft.branch.unwrap_or("main".to_owned()),
        database: draft.database,
        message: draft.message,
        author: "Ada Example <ada@example.com>".to_owned(),
        authored_at: "2026-11-20T10:18:48Z".to_owned(),
        draft: stem.to_owned(),
        accept: draft.accept,
        resolutions: Vec::new(),
        steps,
        databases: Vec::new(),
        schema: state.digest().unwrap(),
    };
    ledger.append(&entry).unwrap()
}

/// Writes the vectors anew: only for a format that nobody has used yet.
#[test]
#[ignore = "it replaces what must not change"]
fn mint() {
    fs::remove_dir_all(folder()).ok();
    let ledger = Ledger::init(&folder(), &Uuid::parse(UUID).unwrap()).unwrap().uncached();
    let blob = |bytes: &[u8]| {
        let blob = ledger.put_blob(bytes).unwrap();
        format!("blake3: \"{}\", sha256: \"{}\", bytes: {}", blob.blake3, blob.sha256, blob.bytes)
    };
    let data = data(&blob(b"\0asm\x01\0\0\0"), &blob("größe\n".as_bytes()));
    let first = record(&ledger, &[], "0001-questions", TABLES);
    let ours = record(&ledger, &[first], "0002-count", CHANGES);
    let theirs = record(&ledger, &[first], "0002-reset", &data);
    let merged = record(&ledger, &[ours, theirs], "", MERGE);
    record(&ledger, &[merged], "0003-docs", SQL);
    for id in ledger.entries().unwrap().keys() {
        println!("    \"{id}\",");
    }
}
