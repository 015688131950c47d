//! Golden vectors of what merges decide: each kind of resolution and of setting, in the bytes that format 1 gives it for ever.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that can't go on should stop where it stands")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use model::{
    Default, Digest, Entry, EntryId, Expression, Literal, Native, ObjectRef, Prefer, Resolution, Setting,
    Step, StepRef, Type, operation::DropTable,
};
use stratigraph_ledger::{Ledger, Verdict, print_entry, read_entry, verify};

/// The ids of format 1. A line here may never change.
const IDS: [&str; 4] = [
    "0c02162acc3f0c03bac80f5ff6417ec28457c936e43d714fe960031a700c2928",
    "3b7201ce4758e3ee1db26e04c2986753b7a0f2d2c7eb54d34c0db219ae7e922a",
    "f01f10054e67ebacf7442fd45dead140cc3c83f068a9fe32bbaf40ef7e54ed77",
    "a2d8e433055234a9183300415673cfec120276db5fa3679c346a613683e1e926",
];

/// The ids of a ledger in which two people add one column and a merge keeps the second's. A line here may never change.
const DECIDED: [&str; 4] = [
    "2dddbc27b25690395d7607325c271ad2b6c0ccd2c6b4482a2f8feca983ba79d9",
    "84189ce8c3308318ae4d96ab4bdf74866d226dd8c0d092758498a4d53976ccf2",
    "becdbedd37defcf3e7a170712e400f76847424ffaa59875d610f8a18850b43da",
    "c805ee0d1764e1edb8c452d7c42cc4cca01df7fe7f8656443d42e9d5d76d97e3",
];

const OURS: EntryId = Digest([0x11; 32]);
const THEIRS: EntryId = Digest([0xab; 32]);

fn step(entry: EntryId, step: u32) -> StepRef {
    StepRef { entry, step }
}

fn object(entry: EntryId, step: u32, part: u32) -> ObjectRef {
    ObjectRef { entry, step, part }
}

fn set(to: Setting) -> Resolution {
    Resolution::Set { object: object(OURS, 0, 3), to }
}

fn merge(message: &str, resolutions: Vec<Resolution>) -> Entry {
    Entry {
        format: 1,
        ledger: "6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b".to_owned(),
        parents: vec![OURS, THEIRS],
        branch: "main".to_owned(),
        database: "main".to_owned(),
        message: message.to_owned(),
        author: "Ada Example <ada@example.com>".to_owned(),
        authored_at: "2026-11-20T10:18:48Z".to_owned(),
        draft: String::new(),
        accept: vec![],
        resolutions,
        steps: vec![],
        databases: Vec::new(),
        schema: Digest([0xcd; 32]),
    }
}

/// The vectors: one of each resolution, the settings of a column, a draft's own fields on both sides of the resolutions, and steps of
/// several databases.
fn vectors() -> [Entry; 4] {
    let each = vec![
        Resolution::keep(step(THEIRS, 0), [step(OURS, 2), step(OURS, 0)]),
        Resolution::Same { a: object(OURS, 1, 0), b: object(THEIRS, 10, 4_294_967_295), prefer: Prefer::A },
        Resolution::Same { a: object(THEIRS, 0, 1), b: object(OURS, 0, 1), prefer: Prefer::B },
        Resolution::Rename { object: object(THEIRS, 3, 2), to: "größe \"neu\"".to_owned() },
        Resolution::Order { first: step(THEIRS, 1), then: step(OURS, 1) },
    ];
    let native = BTreeMap::from([("postgres".to_owned(), "tsvector".to_owned())]);
    let settings = vec![
        set(Setting::Type(Type::Decimal(10, 2))),
        set(Setting::Type(Type::Array(Box::new(Type::Enum("kind".to_owned()))))),
        set(Setting::Type(Type::Native(Native { spellings: native }))),
        set(Setting::Nullable(false)),
        set(Setting::Default(None)),
        set(Setting::Default(Some(Default::Now))),
        set(Setting::Default(Some(Default::Literal(Literal::Bool(true))))),
        set(Setting::Default(Some(Default::Expression(Expression("1 + 1".to_owned()))))),
        set(Setting::Initial(Literal::Float(0.25))),
        set(Setting::Initial(Literal::Text("None".to_owned()))),
        set(Setting::Comment(None)),
        set(Setting::Comment(Some("two\nlines".to_owned()))),
    ];
    let plain = vec![Resolution::keep(step(OURS, 0), [step(THEIRS, 0)])];
    let written = Entry {
        draft: "0007-merge".to_owned(),
        accept: vec!["H101".to_owned()],
        ..merge("between the draft's fields and the schema", plain)
    };
    let drop = |table: &str| Step::DropTable(DropTable { table: table.to_owned() });
    let spread = Entry {
        steps: vec![drop("old"), drop("older")],
        databases: vec!["main".to_owned(), "docs".to_owned()],
        ..merge("steps of two databases", vec![Resolution::keep(step(OURS, 0), [step(THEIRS, 0)])])
    };
    [merge("one of each", each), merge("the settings", settings), written, spread]
}

fn path(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/merges/{id}.ron"))
}

#[test]
fn what_merges_decide_has_these_bytes() {
    for (id, entry) in IDS.iter().zip(vectors()) {
        let bytes = fs::read(path(id)).unwrap();
        assert_eq!(Digest::of(&bytes).to_string(), *id);
        assert_eq!(read_entry(&bytes).unwrap(), entry);
        assert_eq!(print_entry(&entry).unwrap().into_bytes(), bytes, "{id}");
    }
}

#[test]
fn any_other_bytes_are_refused_or_another_entry() {
    for (id, entry) in IDS.iter().zip(vectors()) {
        let good = fs::read(path(id)).unwrap();
        let start = print_entry(&entry).unwrap().find("    resolutions: [").unwrap();
        for at in start..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x04;
            if let Ok(other) = read_entry(&bad) {
                assert!(other != entry && print_entry(&other).unwrap().into_bytes() == bad, "{at} of {id}");
            }
        }
    }
}

#[test]
fn what_a_merge_decided_leads_to_the_same_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/decided");
    let report = verify(&folder).unwrap();
    assert_eq!((report.findings.as_slice(), report.verdict()), ([].as_slice(), Verdict::Sound));
    let entries = Ledger::open(&folder).unwrap().uncached().entries().unwrap();
    assert_eq!(entries.keys().map(ToString::to_string).collect::<Vec<_>>(), DECIDED);
    let schema = |id: &str| entries[&Digest::parse(id).unwrap()].schema;
    assert_eq!(schema(DECIDED[0]), schema(DECIDED[2]));
    assert_ne!(schema(DECIDED[0]), schema(DECIDED[1]));
}

/// Writes the vectors' bytes: only for vectors that nobody has used yet.
#[test]
#[ignore = "it writes what must not change"]
fn mint() {
    for entry in vectors() {
        let text = print_entry(&entry).unwrap();
        let path = path(&Digest::of(text.as_bytes()).to_string());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
