use super::*;
use crate::graph::tests::{id, rows};

/// 1 ← 2 ← 3(main) and 2 ← 4(side); 5 merges 3 and 4 into main, 6 follows.
fn graph() -> Graph {
    Graph::new(rows(&[
        (1, "main", &[]),
        (2, "main", &[1]),
        (3, "main", &[2]),
        (4, "side-2", &[2]),
        (5, "main", &[3, 4]),
        (6, "main", &[5]),
    ]))
    .unwrap()
}

fn find(text: &str) -> Result<Revision, RevisionError> {
    resolve(text, &Standpoint { graph: &graph(), branch: "main", applied: None })
}

fn entry(n: u8) -> Result<Revision, RevisionError> {
    Ok(Revision::Entry(id(n)))
}

#[test]
fn words_labels_drafts_and_parts_of_ids() {
    assert_eq!(find("head"), entry(6));
    assert_eq!(find("root"), Ok(Revision::Root));
    assert_eq!(find("base"), Ok(Revision::Root));
    assert_eq!(find("side-2"), entry(4));
    assert_eq!(find("0003-draft"), entry(3));
    assert_eq!(find("migrations/0003-draft.ron"), entry(3));
    assert_eq!(find("0303"), entry(3));
    assert_eq!(find("0505050505"), entry(5));
    assert_eq!(find(&id(5).to_string()), entry(5));
}

#[test]
fn steps_back_and_forth() {
    assert_eq!(find("head-1"), entry(5));
    assert_eq!(find("-1"), entry(5));
    assert_eq!(find("side-2-1"), entry(2));
    assert_eq!(find("0003-draft-2"), entry(1));
    assert_eq!(find("0202-2"), Ok(Revision::Root));
    assert_eq!(find("root+2"), entry(2));
    assert_eq!(find("0202-3"), Err(RevisionError::BeforeRoot { available: 2, wanted: 3 }));
    assert_eq!(find("head+1"), Err(RevisionError::BeyondHead { available: 0, wanted: 1 }));
}

#[test]
fn merges_and_forks_name_the_ways() {
    let RevisionError::Merge { at, parents } = find("-2").unwrap_err() else { panic!("not a merge") };
    assert_eq!((at, parents.iter().map(|c| c.id).collect()), (id(5), vec![id(3), id(4)]));
    let error = find("0202+1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "020202020202 is followed by 030303030303 (entry 3), 040404040404 (entry 4): name the one you mean"
    );
}

#[test]
fn relative_to_where_the_target_stands() {
    let graph = graph();
    let find = |text, applied: &[EntryId]| {
        resolve(text, &Standpoint { graph: &graph, branch: "main", applied: Some(applied) })
    };
    assert_eq!(find("+1", &[]), entry(1));
    assert_eq!(find("-1", &[id(3)]), entry(2));
    assert!(matches!(find("-1", &[id(3), id(4)]), Err(RevisionError::Ambiguous { .. })));
}

#[test]
fn unclear_names_list_what_they_could_mean() {
    let two = Graph::new(rows(&[(1, "main", &[]), (2, "main", &[1]), (3, "main", &[1])])).unwrap();
    let from = Standpoint { graph: &two, branch: "main", applied: None };
    assert_eq!(
        resolve("head", &from).unwrap_err().to_string(),
        "branch `main` has 2 heads: 020202020202 (entry 2), 030303030303 (entry 3)"
    );
    assert_eq!(resolve_all("heads", &from).unwrap().len(), 2);
    let mut alike = rows(&[(1, "main", &[]), (2, "main", &[1])]);
    alike[1].id.0[..3].copy_from_slice(&[1, 1, 1]);
    let alike = Graph::new(alike).unwrap();
    let from = Standpoint { graph: &alike, branch: "main", applied: None };
    assert!(
        matches!(resolve("0101", &from), Err(RevisionError::Ambiguous { candidates, .. }) if candidates.len() == 2)
    );
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    assert_eq!(find("haed").unwrap_err().to_string(), "no revision is called `haed`: did you mean `head`?");
    assert_eq!(find("abcd").unwrap_err().to_string(), "no revision is called `abcd`");
    assert_eq!(find("01").unwrap_err(), RevisionError::TooShort { name: "01".to_owned() });
    assert!(matches!(find("nothing-1"), Err(RevisionError::Unknown { .. })));
    assert!(matches!(find("-"), Err(RevisionError::Unknown { .. })) || find("-").is_err());
    assert!(find("").is_err());
    assert!(find("head-99999999999999999999999").is_err());
    assert!(find("é\u{1b}").unwrap_err().to_string().contains("\\u{1b}"));
}

#[test]
fn an_empty_ledger_stands_at_the_root() {
    let from = Standpoint { graph: &Graph::default(), branch: "main", applied: None };
    assert_eq!(resolve("head", &from), Ok(Revision::Root));
}
