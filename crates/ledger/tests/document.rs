//! Reads the format document's examples back: `ledger/README.md` says nothing that isn't so.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that can't go on should stop where it stands")]

use std::{fs, path::Path};

use model::{Digest, Entry, Origin, Resolution, State, Step, StepRef, Type, change_digest, history::History};
use stratigraph_ledger::{layout, measure, parse_draft, print_entry, read_entry};

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ledger/README.md")).unwrap()
}

/// The first fenced block that begins with a word.
fn block(begin: &str) -> String {
    blocks(begin).remove(0)
}

/// All fenced blocks that begin with a word.
fn blocks(begin: &str) -> Vec<String> {
    let text = document();
    let fenced = text.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    fenced.filter(|block| block.starts_with(&format!("{begin}("))).collect()
}

/// What the document states in a table's row.
fn stated(table: &str, row: &str) -> String {
    let text = document();
    let text = &text[text.find(&format!("| {table} | value |")).unwrap()..];
    let start = text.find(&format!("| {row} | `")).unwrap() + row.len() + 6;
    text[start..].split('`').next().unwrap().trim().to_owned()
}

fn part(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// A leaf's key, by the document's words alone.
fn key(parts: &[&str]) -> Digest {
    let mut bytes = vec![2];
    parts.iter().for_each(|text| part(&mut bytes, text));
    Digest::of(&bytes)
}

/// The trie's hash, by the document's words alone.
fn root(leaves: &[(Digest, Digest)], depth: usize) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [(key, value)] => Digest::of(&[&[0], key.0.as_slice(), &value.0].concat()),
        several => {
            let nibble = |key: &Digest| {
                if depth.is_multiple_of(2) { key.0[depth / 2] >> 4 } else { key.0[depth / 2] & 15 }
            };
            let (mut bitmap, mut children) = (0u16, Vec::new());
            for i in 0..16 {
                let below: Vec<_> = several.iter().filter(|(key, _)| nibble(key) == i).copied().collect();
                if !below.is_empty() {
                    bitmap |= 1 << i;
                    children.extend(root(&below, depth + 1).0);
                }
            }
            Digest::of(&[&[1], bitmap.to_le_bytes().as_slice(), &children].concat())
        }
    }
}

#[test]
fn the_entry_is_as_stated() {
    let text = block("Entry");
    let entry = read_entry(text.as_bytes()).unwrap();
    assert_eq!(print_entry(&entry).unwrap(), text);
    let id = Digest::of(text.as_bytes());
    assert_eq!(stated("of the entry", "length in bytes"), text.len().to_string());
    assert_eq!(stated("of the entry", "id"), id.to_string());
    assert_eq!(stated("of the entry", "change digest"), change_digest(&entry.steps).unwrap().to_string());
    let folded = History::new([(id, entry.clone().into())]).unwrap().fold().unwrap();
    assert_eq!(folded.after[&id], entry.schema);
}

/// One of the entries that the document's merge joins, by the document's words alone.
fn side(which: &str, ty: Type) -> Entry {
    let base = read_entry(block("Entry").as_bytes()).unwrap();
    let parents = vec![Digest::of(block("Entry").as_bytes())];
    let said = |row: &str| stated("of the sides", &format!("{which}'s {row}"));
    let (message, draft) = (said("message"), said("draft"));
    assert_eq!(said("type"), format!("{ty:?}"));
    let draft_of = format!("Draft(message: \"x\", steps: [{}])", block("AddColumn"));
    let Some(Step::AddColumn(mut step)) = parse_draft("x", &draft_of).unwrap().steps.pop() else {
        panic!("a column")
    };
    assert_eq!(step.column.ty, Type::Integer);
    step.column.ty = ty;
    let mut state = State::new();
    state.advance("main", Origin::New, 0, &base.steps[0]).unwrap();
    state.advance("main", Origin::New, 1, &Step::AddColumn(step.clone())).unwrap();
    let steps = vec![Step::AddColumn(step)];
    Entry { parents, message, draft, steps, schema: state.digest().unwrap(), ..base }
}

#[test]
fn the_merge_is_as_stated() {
    let said = |row: &str| stated("of the merge", row);
    let (ours, theirs) = (side("first", Type::Integer), side("second", Type::Text));
    let id = |entry: &Entry| Digest::of(print_entry(entry).unwrap().as_bytes());
    let text = blocks("Entry").remove(1);
    let merge = read_entry(text.as_bytes()).unwrap();
    let step = |entry: &Entry| StepRef { entry: id(entry), step: 0 };
    let mut parents = vec![id(&ours), id(&theirs)];
    parents.sort_unstable();
    let wanted = Entry {
        parents,
        message: merge.message.clone(),
        draft: String::new(),
        steps: vec![],
        resolutions: vec![Resolution::keep(step(&theirs), [step(&ours)])],
        ..theirs.clone()
    };
    assert_eq!(print_entry(&wanted).unwrap(), text);
    assert_eq!(stated("of the sides", "first's id"), id(&ours).to_string());
    assert_eq!(stated("of the sides", "second's id"), id(&theirs).to_string());
    assert_eq!(said("length in bytes"), text.len().to_string());
    assert_eq!(said("id"), id(&merge).to_string());
    let base = read_entry(block("Entry").as_bytes()).unwrap();
    let all = [base, ours, theirs, merge.clone()].map(|entry| (id(&entry), entry.into()));
    assert_eq!(History::new(all).unwrap().fold().unwrap().after[&id(&merge)], merge.schema);
}

#[test]
fn the_schema_digest_follows_from_the_words() {
    let said = |row: &str| stated("of the schema", row);
    let (table, constraint) = (block("Table"), block("Constraint"));
    let leaves = [
        (key(&["table", "notes"]), Digest::of(table.as_bytes())),
        (key(&["constraint", "notes", "notes_pkey"]), Digest::of(constraint.as_bytes())),
    ];
    assert_eq!(said("table's key"), leaves[0].0.to_string());
    assert_eq!(said("table's value"), leaves[0].1.to_string());
    assert_eq!(said("constraint's key"), leaves[1].0.to_string());
    assert_eq!(said("constraint's value"), leaves[1].1.to_string());
    let root = root(&leaves, 0);
    assert_eq!(said("root"), root.to_string());
    let mut bytes = Vec::new();
    part(&mut bytes, "main");
    bytes.extend(root.0);
    let digest = Digest::derive("stratigraph 1 schema", &bytes);
    assert_eq!(said("digest"), digest.to_string());
    assert_eq!(read_entry(block("Entry").as_bytes()).unwrap().schema, digest);
}

#[test]
fn the_blob_and_the_folder_are_as_stated() {
    let blob = measure(b"\0asm\x01\0\0\0");
    assert_eq!(stated("of the blob", "blake3"), blob.blake3.to_string());
    assert_eq!(stated("of the blob", "sha256"), blob.sha256);
    assert!(document().contains(&format!("`{}`", layout::GIT_ATTRIBUTES.trim_end())));
    for code in [10, 11, 12, 13, 14, 15, 16, 60] {
        assert!(document().contains(&format!("\n| {code} | ")));
    }
}
