//! Receipts as statements that others read; forged ones, and those of something else.

use engine::{
    journal::{Receipt, Record},
    replay::{Issued, statement},
};
use model::Digest;
use serde_json::Value;

use super::{again, done, filled, slugs};
use crate::support::{Project, Target, targets};

fn exported(project: &Project, target: &Target) -> String {
    project.strat(["export", "receipts", "--target", &target.url]).ok()
}

/// The exported receipt rewritten, with everything about it made to fit again.
fn rewritten(text: &str, change: impl FnOnce(&mut Receipt)) -> String {
    let given: Value = serde_json::from_str(text).unwrap();
    let record = given["predicate"]["record"].as_str().unwrap();
    let mut record: Record = ledger::source::options().from_str(record).unwrap();
    change(record.receipt.as_mut().unwrap());
    let ledger = given["predicate"]["ledger"].as_str().unwrap();
    statement(&Issued::of(record).unwrap(), ledger).unwrap().to_string()
}

#[test]
fn a_statement_has_the_shape_that_in_toto_wants() {
    let project = slugs();
    let target = done(&project, 20);
    let text = exported(&project, &target);
    assert_eq!(text.lines().count(), 1);
    let value: Value = serde_json::from_str(&text).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&value), ["_type", "predicate", "predicateType", "subject"]);
    assert_eq!(value["_type"], "https://in-toto.io/Statement/v1");
    assert!(value["predicateType"].as_str().unwrap().ends_with("/receipt/v1"));
    let hex = |value: &Value| {
        let text = value.as_str().unwrap();
        assert!(
            text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
            "{text}"
        );
        text.to_owned()
    };
    let subjects = value["subject"].as_array().unwrap();
    for subject in subjects {
        assert_eq!(names(subject), ["digest", "name"]);
        subject["digest"].as_object().unwrap().values().for_each(|digest| drop(hex(digest)));
    }
    let predicate = &value["predicate"];
    let entry = project.strat(["show", "head", "--id"]).ok();
    assert_eq!(predicate["entry"], entry.trim());
    assert_eq!(predicate["step"], 2);
    assert_eq!(subjects[0]["name"], format!("{}#2/output", entry.trim()));
    assert_eq!(subjects[0]["digest"]["stratigraphRows1"], predicate["output"]["digest"]);
    // The record is there byte by byte: anybody's sha256sum can tell.
    let record = predicate["record"].as_str().unwrap();
    assert_eq!(hex(&subjects[1]["digest"]["sha256"]), ledger::measure(record.as_bytes()).sha256);
    let in_journal = target.value("SELECT hash FROM strat_journal WHERE kind = 'receipt'");
    assert_eq!(hex(&subjects[1]["digest"]["blake3"]), in_journal);
    let module = ledger::measure(&project.read("data-scripts/slug/slug.wasm"));
    assert_eq!(hex(&predicate["module"]["sha256"]), module.sha256);
    assert_eq!(predicate["rows"], serde_json::json!({ "read": 20, "changed": 20, "unchanged": 0 }));
    assert_eq!(predicate["profile"], 1);
    for digest in
        [&predicate["input"]["digest"], &predicate["params"]["blake3"], &predicate["journal"]["prev"]]
    {
        hex(digest);
    }
    for text in ["ledger", "script", "engine", "order", "at", "by", "tool", "server"] {
        assert!(predicate[text].as_str().is_some_and(|text| !text.is_empty()), "{text}");
    }
    assert!(predicate["fuel"].as_u64().unwrap() > 0);
}

#[test]
fn a_file_of_statements_is_a_receipt_for_a_replay() {
    let project = slugs();
    let (target, copy) = (done(&project, 20), targets::sqlite());
    filled(&project, &copy, 20);
    let said =
        project.strat(["export", "receipts", "--target", &target.url, "-o", "receipts.jsonl"]).expect_code(0);
    assert!(said.stderr.contains("receipts.jsonl: 1 receipt"), "{said:?}");
    assert_eq!(project.text("receipts.jsonl"), exported(&project, &target));
    assert!(again(&project, &copy, &["--receipt-of", "receipts.jsonl"]).ok().contains("as the receipt says"));
    // The same for one entry alone; an entry without receipts is told.
    assert_eq!(
        project.strat(["export", "receipts", "head", "--target", &target.url]).ok(),
        exported(&project, &target)
    );
    project.strat(["export", "receipts", "head-1", "--target", &target.url]).expect_code(1);
}

#[test]
fn what_does_not_fit_a_receipt_is_told_apart_by_words() {
    let project = slugs();
    let (target, copy) = (done(&project, 20), targets::sqlite());
    filled(&project, &copy, 20);
    let text = exported(&project, &target);
    let told = |text: &str, code: i32, words: &str| {
        project.write("r.jsonl", text);
        let said = again(&project, &copy, &["--receipt-of", "r.jsonl"]).expect_code(code).stderr;
        assert!(said.contains(words), "{words}: {said}");
    };
    told(&rewritten(&text, |_| ()), 0, "");
    let other = Digest::of(b"another");
    told(&rewritten(&text, |r| r.module = other), 7, "another module: the receipt is of");
    told(&rewritten(&text, |r| r.sha256 = other.to_string()), 7, "forged or damaged: the SHA-256");
    told(
        &rewritten(&text, |r| r.input = other),
        7,
        "another input: 20 rows as in the receipt, but not the same",
    );
    told(&rewritten(&text, |r| r.output = other), 7, "another output from the same input");
    told(&rewritten(&text, |r| r.params = other), 7, "forged or damaged: its parameters aren't the entry's");
    told(&rewritten(&text, |r| r.changed += 1), 7, "forged or damaged: the rows it counts don't add up");
    let counted = |r: &mut Receipt| (r.changed, r.unchanged) = (19, 1);
    told(
        &rewritten(&text, counted),
        7,
        "another count: the receipt says that 19 rows were changed, and here it would be 20",
    );
    told(
        &rewritten(&text, |r| r.input_sections = vec![other, other]),
        7,
        "the sections of its input don't come to",
    );
    told(
        &rewritten(&text, |r| {
            r.assets.insert("a".into(), other);
        }),
        7,
        "its assets aren't the entry's",
    );
    // A statement of which a word was changed.
    told(
        &text.replace("\"fuel\":", "\"fuel\":1"),
        7,
        "line 1 is forged or damaged: its predicate.fuel isn't what its record gives",
    );
    told(&text.replace("\"step\":2", "\"step\":3"), 7, "its predicate.step isn't what its record gives");
    told(
        &text.replace("\"order\":", "\"extra\":1,\"order\":"),
        7,
        "its predicate.extra isn't what its record gives",
    );
    told(&text.replace("read: 20", "read: 21"), 7, "isn't what its record gives");
    // And files that are none.
    told("receipts\n", 1, "line 1 isn't JSON");
    told(&text.replace("in-toto.io/Statement/v1", "in-toto.io/Statement/v0.1"), 1, "its _type isn't");
    let ledger: Value = serde_json::from_str(&text).unwrap();
    let ledger = ledger["predicate"]["ledger"].as_str().unwrap().to_owned();
    told(&text.replace(&ledger, "00000000-0000-4000-8000-000000000000"), 1, "tells of another ledger");
}

#[test]
fn the_first_row_that_stands_there_otherwise_is_named() {
    let project = slugs();
    let target = done(&project, 20);
    let text = exported(&project, &target);
    project.write("r.jsonl", rewritten(&text, |r| r.output = Digest::of(b"another")));
    target.sql("UPDATE docs SET slug = 'by hand' WHERE id IN (13, 17)");
    let said = again(&project, &target, &["--receipt-of", "r.jsonl"]).expect_code(7).stderr;
    assert!(said.contains("row id = 13 is the first that stands there otherwise"), "{said}");
}

#[test]
fn a_journal_that_was_changed_gives_no_receipts() {
    let project = slugs();
    let target = done(&project, 20);
    target.sql("UPDATE strat_journal SET record = CAST(replace(CAST(record AS TEXT), 'read: 20', 'read: 21') AS BLOB) WHERE kind = 'receipt'");
    let said = again(&project, &target, &[]).expect_code(7).stderr;
    assert!(said.contains("of the journal has been changed"), "{said}");
    project.strat(["export", "receipts", "--target", &target.url]).expect_code(7);
}
