//! Samples: some sections of the rows run again, and held against the sections that the receipt keeps.

use serde_json::Value;

use super::{again, done, slugs, told};

/// Enough rows for a dozen sections or so.
const ROWS: usize = 12_000;

fn sections(document: &Value) -> Vec<u64> {
    document["sections"]["run"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect()
}

#[test]
fn a_sample_holds_some_sections_against_the_receipt() {
    let project = slugs();
    let target = done(&project, ROWS);
    let listed: Value =
        serde_json::from_str(&project.strat(["--format", "json", "replay", "--target", &target.url]).ok())
            .unwrap();
    let kept = listed["receipts"][0]["receipt"]["output_sections"].as_array().unwrap().len() as u64;
    assert!(kept > 5, "{kept} sections");
    let document = told(&project, &target, 0, &["--sample", "2", "--seed", "a"]);
    assert_eq!(document["sections"]["of"], kept);
    assert_eq!(sections(&document).len(), 2);
    let (rows, keys) = (document["rows"].as_u64().unwrap(), document["sections"]["keys"].as_u64().unwrap());
    assert!(rows > 0 && keys > 0 && rows + keys == ROWS as u64, "{rows} and {keys}");
    assert_eq!(document["input"], Value::Null);
    // The same seed draws the same, in the other engine too; without one, a seed is made up and told.
    let other = told(&project, &target, 0, &["--sample", "2", "--seed", "a", "--engine", "wasmi"]);
    assert_eq!(sections(&other), sections(&document));
    let said = again(&project, &target, &["--sample", "3"]).ok();
    assert!(said.contains("drawn by ") && said.contains("only the keys were looked at"), "{said}");
    assert!(said.contains("the others may hold anything"), "{said}");

    // A row that isn't the same any more.
    target.sql("UPDATE docs SET title = 'another' WHERE id = 6000");
    let whole = told(&project, &target, 7, &[]);
    let message = whole["findings"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("another input: 12000 rows as in the receipt, but not the same, first in section"),
        "{message}"
    );
    let (_, place) = message.split_once("first in section ").unwrap();
    let numbers: Vec<u64> =
        place.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
    let [section, of, behind, upto] = numbers[..] else { panic!("{place}") };
    assert!(of == kept && behind < 6000 && 6000 <= upto, "{message}");
    // A sample sees it or doesn't, by whether its section was drawn.
    let (mut seen, mut missed) = (0, 0);
    for seed in 0..20 {
        let seed = seed.to_string();
        let args =
            ["--format", "json", "replay", "head", "--target", &target.url, "--sample", "3", "--seed", &seed];
        let out = project.strat(args);
        let document: Value = serde_json::from_str(&out.stdout).unwrap();
        match sections(&document).contains(&section) {
            true => seen += i32::from(out.code == 7 && document["findings"][0]["kind"] == "input"),
            false => missed += i32::from(out.code == 0),
        }
    }
    assert_eq!(seen + missed, 20);
    assert!(seen > 0 && missed > 0, "{seen} seen, {missed} missed");
    told(&project, &target, 7, &["--sample", "1000", "--seed", "all"]);

    // A row less is seen whatever is drawn.
    target.sql("DELETE FROM docs WHERE id = 6000");
    let said = again(&project, &target, &["--sample", "1"]).expect_code(7).stderr;
    assert!(said.contains("here are 11999, 1 less"), "{said}");
}

#[test]
fn few_rows_are_one_section_and_run_whole() {
    let project = slugs();
    let target = done(&project, 10);
    let document = told(&project, &target, 0, &["--sample", "1"]);
    assert_eq!(document["sections"], Value::Null);
    assert_eq!(document["rows"], 10);
}

#[test]
fn a_receipt_without_sections_says_what_a_sample_can_show() {
    let project = slugs();
    let target = done(&project, 10);
    let text = project.strat(["export", "receipts", "--target", &target.url]).ok();
    let given: Value = serde_json::from_str(&text).unwrap();
    let record = given["predicate"]["record"].as_str().unwrap();
    let mut record: engine::journal::Record = ledger::source::options().from_str(record).unwrap();
    // As a release wrote it that knew nothing of them.
    record.receipt.as_mut().unwrap().profile = 0;
    let ledger = given["predicate"]["ledger"].as_str().unwrap();
    let old = engine::replay::statement(&engine::replay::Issued::of(record).unwrap(), ledger).unwrap();
    project.write("old.jsonl", old.to_string());
    again(&project, &target, &["--receipt-of", "old.jsonl"]).ok();
    let said =
        again(&project, &target, &["--receipt-of", "old.jsonl", "--sample", "1"]).expect_code(1).stderr;
    assert!(said.contains("keeps no digests of sections") && said.contains("leave out `--sample`"), "{said}");
}
