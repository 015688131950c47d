//! Golden vectors of the steps that make rows of other rows, and of lookups: the bytes that format 1 gives them for ever.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that can't go on should stop where it stands"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use model::{Digest, Entry};
use stratigraph_ledger::{blobs_of, parse_draft, print_entry, read_entry};

/// The ids of format 1. A line here may never change.
const IDS: [&str; 3] = [
    "aec57690ed0ddfa645c49ed500c00203c7a2cc1cbbcb1711ef54211f61b548cf",
    "3f95fe0d9e1e8090e06b6eba5362eb62601dd9425095553b983472a606a8a5a7",
    "7df4ef76f36c00078562be72705a3b49014e35ca44929d51622dac7d480d5f27",
];

const MODULE: &str = r#"module: (blake3: "0d66d411a21e80d93afa1487b002a1867432c04ba1d08dc790d259639f6a69c4", sha256: "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476", bytes: 8, abi: 1)"#;

/// What stands in each vector, as a draft would have it after it was sealed.
fn steps() -> [(&'static str, String); 3] {
    let transfer = format!(
        r#"Transfer(script: "split", {MODULE}, table: "posts", rows: Where(NotNull("tags")), read: ["tags"],
            into: [(table: "tags", write: ["tag"]), (table: "größe", write: ["a \"b\""], defaults: {{"n": None, "m": 7}})],
            params: {{"separator": ","}}, assets: {{"words": (file: "words.txt", blob: (blake3: "{}", sha256: "ab", bytes: 1))}},
            lookups: {{"all": (table: "codes"), "some": (table: "codes", rows: Where(Gt("n", 1)), read: ["name"])}},
            limits: (memory_mib: 8))"#,
        "2".repeat(64)
    );
    let aggregate = format!(
        r#"Aggregate(script: "sums", {MODULE}, table: "events", group: ["org", "day"], read: ["amount"],
            into: (table: "daily", write: ["org", "day", "amount"]))"#
    );
    let backfill = format!(
        r#"Backfill(script: "names", {MODULE}, table: "posts", write: ["name"],
            lookups: {{"people": (table: "users", read: ["name"])}}, undo: None("the column goes with it"))"#
    );
    [("a transfer", transfer), ("an aggregate", aggregate), ("a lookup", backfill)]
}

fn vectors() -> Vec<Entry> {
    let entry = |(message, step): (&str, String)| {
        let draft = parse_draft("golden", &format!("Draft(message: \"{message}\", steps: [{step}])"));
        Entry {
            format: 1,
            ledger: "6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b".to_owned(),
            parents: vec![Digest([0x11; 32])],
            branch: "main".to_owned(),
            database: "main".to_owned(),
            message: message.to_owned(),
            author: "Ada Example <ada@example.com>".to_owned(),
            authored_at: "2026-11-20T10:18:48Z".to_owned(),
            draft: "0007-shapes".to_owned(),
            accept: vec![],
            resolutions: vec![],
            databases: vec![],
            steps: draft.map_err(|error| panic!("{error}")).unwrap().steps,
            schema: Digest([0xcd; 32]),
        }
    };
    steps().into_iter().map(entry).collect()
}

fn path(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/shapes/{id}.ron"))
}

#[test]
fn shapes_and_lookups_have_these_bytes() {
    for (id, entry) in IDS.iter().zip(vectors()) {
        let bytes = fs::read(path(id)).unwrap();
        assert_eq!(Digest::of(&bytes).to_string(), *id);
        assert_eq!(read_entry(&bytes).unwrap(), entry);
        assert_eq!(print_entry(&entry).unwrap().into_bytes(), bytes, "{id}");
    }
}

#[test]
fn their_blobs_are_found() {
    let counts: Vec<usize> = vectors().iter().map(|entry| blobs_of(entry).len()).collect();
    assert_eq!(counts, [2, 1, 1]);
}

/// Writes the vectors' bytes: only for vectors that nobody has used yet.
#[test]
#[ignore = "it writes what must not change"]
fn mint() {
    for entry in vectors() {
        let text = print_entry(&entry).unwrap();
        let id = Digest::of(text.as_bytes()).to_string();
        fs::create_dir_all(path(&id).parent().unwrap()).unwrap();
        fs::write(path(&id), text).unwrap();
        println!("    \"{id}\",");
    }
}
