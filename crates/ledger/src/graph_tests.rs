use super::*;
use model::{Digest, graph::GraphError as Why};

/// Entries by number, each with its label and parents; number `n` has an id of 32 times that byte.
pub(crate) fn rows(of: &[(u8, &str, &[u8])]) -> Vec<Summary> {
    let row = |(n, branch, parents): &(u8, &str, &[u8])| Summary {
        id: Digest([*n; 32]),
        parents: parents.iter().map(|n| Digest([*n; 32])).collect(),
        branch: (*branch).to_owned(),
        database: "main".to_owned(),
        message: format!("entry {n}"),
        author: "A <a@b.c>".to_owned(),
        authored_at: "2026-11-20T10:18:48Z".to_owned(),
        draft: format!("{n:04}-draft"),
        schema: Digest::ZERO,
        steps: 1,
    };
    of.iter().map(row).collect()
}

pub(crate) fn id(n: u8) -> EntryId {
    Digest([n; 32])
}

fn ids(of: &[u8]) -> Vec<EntryId> {
    of.iter().map(|n| id(*n)).collect()
}

/// 9 ← 8 ← 5(main) and 8 ← 7(side) ← 6(side); 4 merges 5 and 6 into main.
fn diamond() -> Graph {
    Graph::new(rows(&[
        (4, "main", &[5, 6]),
        (5, "main", &[8]),
        (6, "side", &[7]),
        (7, "side", &[8]),
        (8, "main", &[9]),
        (9, "main", &[]),
    ]))
    .unwrap()
}

#[test]
fn parents_stand_before_children() {
    let graph = diamond();
    let order: Vec<EntryId> = graph.entries().iter().map(|row| row.id).collect();
    assert_eq!(order, ids(&[9, 8, 5, 7, 6, 4]));
    assert_eq!(graph.first(), ids(&[9]));
    assert_eq!(graph.children(&id(8)), ids(&[5, 7]));
}

#[test]
fn heads_are_derived() {
    let graph = diamond();
    assert_eq!(graph.heads(), ids(&[4]));
    assert_eq!(graph.heads_of("main"), ids(&[4]));
    assert_eq!(graph.heads_of("side"), ids(&[6]));
    assert_eq!(graph.heads_of("none"), ids(&[]));
    assert_eq!(graph.branches().len(), 2);
    let diverged = Graph::new(rows(&[(1, "main", &[]), (3, "main", &[1]), (2, "main", &[1])])).unwrap();
    assert_eq!(diverged.heads_of("main"), ids(&[2, 3]));
}

#[test]
fn a_label_is_followed_through_others() {
    let graph = Graph::new(rows(&[(1, "main", &[]), (2, "side", &[1]), (3, "main", &[2])])).unwrap();
    assert_eq!(graph.heads_of("main"), ids(&[3]));
    assert_eq!(graph.heads_of("side"), ids(&[2]));
}

#[test]
fn between_and_newest_follow_ancestry() {
    let graph = diamond();
    let between: Vec<EntryId> = graph.between(&ids(&[5]), &ids(&[4])).iter().map(|row| row.id).collect();
    assert_eq!(between, ids(&[7, 6, 4]));
    assert_eq!(graph.newest(&ids(&[9, 5, 7, 8])), ids(&[5, 7]));
    assert_eq!(graph.ancestors(&ids(&[7])).len(), 3);
}

#[test]
fn missing_parents_and_cycles_are_named() {
    let missing = Graph::new(rows(&[(1, "main", &[2])])).unwrap_err();
    assert_eq!(missing, GraphError(Why::MissingParent { entry: id(1), parent: id(2) }));
    let cycle = Graph::new(rows(&[(1, "main", &[2]), (2, "main", &[1]), (3, "main", &[])])).unwrap_err();
    assert!(matches!(cycle, GraphError(Why::Cycle(_))));
}

#[test]
fn a_deep_chain_needs_no_stack() {
    let mut all = Vec::new();
    for n in 0..100_000u64 {
        let id = |n: u64| Digest::of(&n.to_le_bytes());
        let mut row = rows(&[(1, "main", &[])]).remove(0);
        row.id = id(n);
        row.parents = if n == 0 { vec![] } else { vec![id(n - 1)] };
        all.push(row);
    }
    let graph = Graph::new(all).unwrap();
    assert_eq!(graph.heads().len(), 1);
    assert_eq!(graph.ancestors(&graph.heads()).len(), 100_000);
}

#[test]
fn a_label_that_was_taken_on_stands_ahead_of_its_entries() {
    let made = || {
        let all = [(1, "main", &[][..]), (2, "side", &[1]), (3, "side", &[2]), (4, "main", &[1])];
        Graph::new(rows(&all)).unwrap()
    };
    let to = |n: u8| [("main".to_owned(), id(n))].into_iter().collect();
    let behind = Graph::new(rows(&[(1, "main", &[]), (2, "side", &[1]), (3, "side", &[2])])).unwrap();
    let taken = behind.ahead(to(3));
    assert_eq!((taken.heads_of("main"), taken.recorded("main")), (ids(&[3]), ids(&[1])));
    assert_eq!(taken.branches()["main"], ids(&[3]));
    for passed in [1, 2, 3, 9] {
        assert_eq!(made().ahead(to(passed)).heads_of("main"), ids(&[4]), "what isn't ahead says nothing");
    }
}

#[test]
fn where_git_decides_all_is_one_branch() {
    let graph = Graph::new(rows(&[(1, "main", &[2]), (2, "main", &[]), (3, "side", &[1])])).unwrap();
    assert_eq!(graph.heads_of("main"), ids(&[1]));
    let graph = graph.all_of("trunk");
    assert_eq!(graph.heads_of("trunk"), ids(&[3]));
    assert_eq!(graph.heads_of("main"), ids(&[1]), "labels still name what they named");
    assert_eq!(graph.branches(), [("trunk", ids(&[3]))].into_iter().collect());
    assert!(Graph::default().all_of("trunk").branches().is_empty());
}
