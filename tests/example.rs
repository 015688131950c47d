//! What a stranger sees who clones the repository and types one command.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Kind, Project, Target, root, targets};

/// Databases that can hold all of the example: a PostgreSQL without pgvector can't.
fn able() -> Vec<Target> {
    let mut all = targets::all();
    all.retain(|target| {
        let able = target.kind != Kind::Postgres || target.offers_extension("vector");
        if !able {
            targets::skip("the example on PostgreSQL", "this PostgreSQL has no pgvector");
        }
        able
    });
    all
}

/// Interviews and their follow-ups by status, the seeds, and the documents with an embedding.
fn facts(target: &Target) -> Vec<String> {
    let rows = target.sql(
        "SELECT status, count(*), sum(current_followup_count) FROM interviews GROUP BY status;
         SELECT 'categories', count(*), sum(weight) FROM question_categories;
         SELECT 'questions', count(*), sum(max_score) FROM questions;
         SELECT 'documents', count(*), count(embedding) FROM knowledge_base_documents",
    );
    let mut facts: Vec<String> = rows.into_iter().map(|row| row.join(" ")).collect();
    facts.sort();
    facts
}

const FACTS: [&str; 7] = [
    "CANCELLED 12 12",
    "COMPLETED 12 12",
    // The guest that resets counters has been here.
    "IN_PROGRESS 24 0",
    "PLANNED 12 0",
    "categories 5 80",
    "documents 12 12",
    "questions 6 115",
];

#[test]
fn one_command_and_nothing_but_strat() {
    let mut project = Project::example();
    project.env("PATH", "/nowhere");
    let said = project.strat(["up"]).ok();
    for script in [
        "seed-interviews",
        "seed-categories",
        "seed-questions",
        "seed-documents",
        "hash-embedding",
        "count-followups",
    ] {
        assert!(said.contains(script), "{script}: {said}");
    }
    assert!(project.path("strat.db").exists());
    project.strat(["status", "--check"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn every_database_holds_the_same_facts() {
    for target in able() {
        let project = Project::example();
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!(facts(&target), FACTS, "{}", target.name);
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn at_once_and_step_by_step_are_the_same() {
    for target in able() {
        let project = Project::example();
        project.strat(["up", "--step-by-step", "--target", &target.url]).ok();
        assert_eq!(facts(&target), FACTS, "{}", target.name);
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn down_to_the_root_and_up_again() {
    for target in able() {
        let project = Project::example();
        project.strat(["up", "--target", &target.url]).ok();
        project.strat(["down", "root", "--target", &target.url]).expect_code(4);
        project.strat(["down", "root", "--target", &target.url, "--accept", "H101"]).ok();
        assert!(target.try_sql("SELECT 1 FROM interviews").is_err(), "{}", target.name);
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!(facts(&target), FACTS, "{}", target.name);
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

/// Either branch may have been applied first: every database ends with the same schema and rows.
#[test]
fn the_order_of_the_branches_does_not_matter() {
    let (followups, embeddings) = ("0009-follow-up-tracking", "0006-embeddings");
    for order in [[followups, embeddings], [embeddings, followups]] {
        for target in able() {
            let project = Project::example();
            for draft in order {
                project.strat(["up", draft, "--target", &target.url]).ok();
            }
            project.strat(["up", "--target", &target.url]).ok();
            assert_eq!(facts(&target), FACTS, "{} {order:?}", target.name);
            project.strat(["verify", "--target", &target.url]).ok();
        }
    }
}

#[test]
fn the_history_has_two_people_and_a_merge_of_two_branches() {
    let project = Project::example();
    project.strat(["verify"]).ok();
    project.strat(["heads", "--check"]).ok();
    let graph = project.strat(["log", "--graph"]).ok();
    assert!(graph.contains("knowledge-base") && graph.contains("|/"), "{graph}");
    let mut authors = BTreeSet::new();
    let mut merges = 0;
    for path in entries(&project) {
        let text = project.text(&path);
        let author = text.lines().find_map(|line| line.trim().strip_prefix("author: ")).unwrap().to_owned();
        authors.insert(author);
        merges += usize::from(!text.contains("steps: ["));
    }
    assert_eq!(authors.len(), 2, "{authors:?}");
    assert_eq!(merges, 1);
}

fn entries(project: &Project) -> Vec<std::path::PathBuf> {
    let mut files = project.files("ledger/entries");
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ron"));
    files
}

/// Drafts, modules and ledger belong together: none was changed after it was recorded.
#[test]
fn what_is_recorded_is_what_stands_in_the_repository() {
    let project = Project::example();
    for draft in fs::read_dir(root().join("migrations")).unwrap() {
        let path = draft.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ron") {
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let said = project.strat(["record", &stem]).ok();
            assert!(said.contains("already recorded"), "{stem}: {said}");
        }
    }
    let blobs: Vec<Vec<u8>> = project.files("ledger/blobs").iter().map(|file| project.read(file)).collect();
    for file in project.files("data-scripts") {
        // What the SDKs bring along belongs to no entry of the example.
        if file.components().any(|part| part.as_os_str() == "sdk") {
            continue;
        }
        let name = file.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".wasm") || ["categories.csv", "documents.txt"].contains(&name) {
            assert!(blobs.contains(&project.read(&file)), "{} is not the recorded one", file.display());
        }
    }
}
