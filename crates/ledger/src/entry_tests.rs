use model::{Resolution, StepRef};

use super::*;
use crate::fixture;

fn text() -> String {
    print_entry(&fixture::table(&[Digest::of(b"a"), Digest::of(b"b")], "questions")).unwrap()
}

fn read(text: &str) -> Result<Entry, EntryError> {
    read_entry(text.as_bytes())
}

#[test]
fn what_is_printed_is_read() {
    assert_eq!(print_entry(&read(&text()).unwrap()).unwrap(), text());
}

#[test]
fn every_single_byte_flip_is_refused_or_another_entry() {
    let text = text();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            if let Ok(entry) = read_entry(&bytes) {
                assert_eq!(print_entry(&entry).unwrap().into_bytes(), bytes);
            }
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let text = text();
    for length in 0..text.len() {
        assert!(read_entry(&text.as_bytes()[..length]).is_err(), "{length}");
    }
}

#[test]
fn line_ends_and_marks_are_told_apart() {
    assert_eq!(read(""), Err(EntryError::Empty));
    assert_eq!(read(&text().replace('\n', "\r\n")), Err(EntryError::LineEnds { line: 1 }));
    assert_eq!(read(&format!("\u{feff}{}", text())), Err(EntryError::Control { line: 1, code: 0xfeff }));
    assert_eq!(read_entry(b"Entry(\xc0\x80"), Err(EntryError::NotUtf8 { at: 6 }));
    assert!(matches!(
        read(&text().replace("do it", "do\u{0}it")),
        Err(EntryError::Control { line: 6, code: 0 })
    ));
}

#[test]
fn other_spellings_are_refused_by_line() {
    let line = |from: &str, to: &str| match read(&text().replacen(from, to, 1)) {
        Err(EntryError::NotCanonical { line, .. }) => line,
        other => panic!("{from} → {to}: {other:?}"),
    };
    assert_eq!(line("    branch", "     branch"), 5);
    assert_eq!(line("format: 1", "format:  1"), 2);
    assert_eq!(line("branch: \"main\",", "branch: \"main\", "), 5);
    assert_eq!(line("branch: \"main\",", "branch: \"main\",\n    database: \"main\","), 6);
    assert_eq!(line("\"main\"", "\"\\u{6d}ain\""), 5);
    assert_eq!(line("Entry(", "Entry (\n"), 1);
    assert_eq!(line("    branch", "// said\n    branch"), 5);
    assert_eq!(line("\"main\"", "r\"main\""), 5);
    let swapped = text()
        .replace("    message: \"do it\",\n", "")
        .replace("    branch", "    message: \"do it\",\n    branch");
    assert!(matches!(read(&swapped), Err(EntryError::NotCanonical { .. })));
    assert!(matches!(read(&format!("{}\n", text())), Err(EntryError::NotCanonical { .. })));
    assert!(matches!(read(text().trim_end()), Err(EntryError::NotCanonical { .. })));
}

#[test]
fn a_later_release_is_told_from_damage() {
    let newer = |from: &str, to: &str| match read(&text().replacen(from, to, 1)) {
        Err(EntryError::Newer { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(newer("format: 1", "format: 2"), "format 2");
    assert_eq!(newer("    branch", "    mood: \"good\",\n    branch"), "field `mood` of Entry in line 5");
    assert!(newer("CreateTable(", "CreateTablet(").starts_with("word `CreateTablet`"));
    assert!(newer("type: Integer", "type: Quaternion").starts_with("word `Quaternion`"));
}

#[test]
fn parents_are_a_sorted_set_of_at_most_64() {
    let mut entry = fixture::table(&[], "t");
    let mut many: Vec<Digest> = (0u8..65).map(|n| Digest([n; 32])).collect();
    entry.parents = many.clone();
    assert_eq!(read(&print_entry(&entry).unwrap()), Err(EntryError::TooManyParents { count: 65 }));
    many.pop();
    entry.parents = many.clone();
    read(&print_entry(&entry).unwrap()).unwrap();
    entry.parents.swap(3, 4);
    assert!(matches!(read(&print_entry(&entry).unwrap()), Err(EntryError::ParentOrder { .. })));
    entry.parents = vec![many[0], many[0]];
    assert!(matches!(read(&print_entry(&entry).unwrap()), Err(EntryError::ParentOrder { .. })));
}

fn merge(resolutions: Vec<Resolution>) -> Entry {
    let mut entry = fixture::table(&[Digest::of(b"a"), Digest::of(b"b")], "t");
    entry.resolutions = resolutions;
    entry
}

fn keep() -> Resolution {
    let step = |of: &[u8]| StepRef { entry: Digest::of(of), step: 0 };
    Resolution::keep(step(b"a"), [step(b"b")])
}

#[test]
fn resolutions_have_one_place_and_one_spelling() {
    let printed = print_entry(&merge(vec![keep()])).unwrap();
    assert_eq!(read(&printed), Ok(merge(vec![keep()])));
    let whole = &printed[printed.find("    resolutions: [").unwrap()..printed.find("    steps: [").unwrap()];
    let behind = printed.replacen(whole, "", 1).replacen("    schema: ", &format!("{whole}    schema: "), 1);
    let spread = printed.replacen("(entry: ", "(\n                entry: ", 1);
    let empty = print_entry(&merge(vec![])).unwrap().replacen(
        "    steps: [",
        "    resolutions: [],\n    steps: [",
        1,
    );
    for other in [behind, spread, empty, printed.replacen(", step: 0)", ", step: 0,)", 1)] {
        assert_ne!(other, printed);
        assert!(matches!(read(&other), Err(EntryError::NotCanonical { .. })), "{other}");
    }
    let newer = |from, to| read(&printed.replacen(from, to, 1));
    assert!(
        matches!(newer("Keep(", "Toss("), Err(EntryError::Newer { what }) if what.starts_with("word `Toss`"))
    );
    assert!(
        matches!(newer("(entry: ", "(mood: 1, entry: "), Err(EntryError::Newer { what }) if what.starts_with("field `mood` of StepRef"))
    );
}

#[test]
fn only_a_merge_decides_and_it_names_no_database() {
    let refused = |entry: &Entry| match read(&print_entry(entry).unwrap()) {
        Err(EntryError::Merge(error)) => error,
        other => panic!("{other:?}"),
    };
    let mut entry = merge(vec![keep()]);
    entry.parents.pop();
    assert_eq!(refused(&entry), ResolutionError::NoMerge);
    let mut entry = merge(vec![]);
    entry.database = "docs".to_owned();
    assert_eq!(refused(&entry), ResolutionError::Database("docs".to_owned()));
    let entry = merge(vec![keep(), Resolution::keep(StepRef { entry: Digest::of(b"a"), step: 0 }, [])]);
    assert!(refused(&entry).to_string().starts_with("resolution 2: `Keep` names no step"));
}

#[test]
fn fields_have_their_form() {
    type Change = fn(&mut Entry);
    let cases: [(&str, Change); 11] = [
        ("authored_at", |e| e.authored_at = "2026-02-30T00:00:00Z".into()),
        ("authored_at", |e| e.authored_at = "2026-11-20T10:18:48+00:00".into()),
        ("draft", |e| e.draft = "../up".into()),
        ("draft", |e| e.draft = "Up".into()),
        ("ledger", |e| e.ledger = "6F0C2A31-5f6e-4c5e-9a51-0c1d2e3f4a5b".into()),
        ("branch", |e| e.branch = "head".into()),
        ("branch", |e| e.branch = "a b".into()),
        ("message", |e| e.message = "two\nlines".into()),
        ("message", |e| e.message = String::new()),
        ("author", |e| e.author = "A\tB".into()),
        ("accept", |e| e.accept = vec!["h1".into()]),
    ];
    for (wanted, change) in cases {
        let mut entry = fixture::table(&[], "t");
        change(&mut entry);
        match read(&print_entry(&entry).unwrap()) {
            Err(EntryError::Field { field, .. }) => assert_eq!(field, wanted),
            other => panic!("{wanted}: {other:?}"),
        }
    }
}

#[test]
fn controls_are_refused_in_any_spelling() {
    for bad in ["\u{1b}[31m", "\u{202e}", "\u{85}", "\r", "\u{7f}", "\u{2066}", "\0"] {
        let entry =
            fixture::entry(&[], &format!("Comment(on: Table(\"t\"), text: {bad:?})").replace("\\'", "'"));
        let printed = print_entry(&entry).unwrap();
        assert!(matches!(read(&printed), Err(EntryError::Control { .. })), "{bad:?}: {:?}", read(&printed));
    }
    let entry = fixture::entry(&[], "Comment(on: Table(\"t\"), text: \"two\\nlines\\tand \\\\u{1b}\")");
    read(&print_entry(&entry).unwrap()).unwrap();
}

#[test]
fn size_is_limited_and_depth_too() {
    let long =
        |n: usize| fixture::entry(&[], &format!("Comment(on: Table(\"t\"), text: \"{}\")", "x".repeat(n)));
    let frame = print_entry(&long(0)).unwrap().len();
    read(&print_entry(&long(MAX_ENTRY - frame)).unwrap()).unwrap();
    let over = print_entry(&long(MAX_ENTRY - frame + 1)).unwrap();
    assert_eq!(read(&over), Err(EntryError::TooLarge { bytes: MAX_ENTRY as u64 + 1 }));
    let deep =
        text().replace("type: Integer", &format!("type: {}Text{}", "Array(".repeat(5000), ")".repeat(5000)));
    assert!(read(&deep).is_err());
}

#[test]
fn stems_and_labels() {
    assert!(is_stem("0007-email") && is_stem("a") && is_stem(&"a".repeat(80)));
    assert!(!is_stem("") && !is_stem("-a") && !is_stem("A") && !is_stem(&"a".repeat(81)) && !is_stem("a/b"));
    assert!(
        is_label("main")
            && is_label("feature/größe-2")
            && !is_label("")
            && !is_label("-x")
            && !is_label("root")
    );
}
