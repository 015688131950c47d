//! The guests of the example, built again from their sources: the same bytes where the compiler promises them, the same
//! behaviour everywhere.

mod columns;
mod javascript;
mod languages;
mod python;

use std::fs;
use std::process::Command;

use crate::support::{Project, root, server, targets};

/// What is needed to build a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    /// Other versions of the compiler give other bytes.
    Rust,
    /// As Rust, and the repository's bytes are those of clang 14.
    C,
    /// Assembled by `strat` itself.
    Wat,
}

const SCRIPTS: &[(&str, Language)] = &[
    ("count-followups", Language::C),
    ("hash-embedding", Language::Rust),
    ("reset-followups", Language::Wat),
    ("seed-categories", Language::Rust),
    ("seed-documents", Language::Rust),
    ("seed-interviews", Language::Rust),
    ("seed-questions", Language::Rust),
];

fn answers(command: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(command).args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn has_compiler(language: Language) -> bool {
    match language {
        Language::Wat => true,
        Language::C => {
            let clang =
                answers("clang-14", &["--print-targets"]).or_else(|| answers("clang", &["--print-targets"]));
            clang.is_some_and(|targets| targets.contains("wasm32"))
        }
        Language::Rust => ["rustc", "/usr/bin/rustc"].iter().any(|rustc| {
            let libraries =
                answers(rustc, &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
            libraries.is_some_and(|folder| {
                fs::read_dir(folder.trim()).is_ok_and(|mut files| files.next().is_some())
            })
        }),
    }
}

/// Whether the scripts of a language can be built; says loudly when they can't, and fails where all targets are required.
#[track_caller]
fn can_build(language: Language) -> bool {
    let can = has_compiler(language);
    if !can {
        assert!(!server::required(), "a compiler for {language:?} guests is required: run tests/run");
        targets::skip(
            &format!("guests in {language:?}"),
            "their compiler is not installed (tests/run fetches it)",
        );
    }
    can
}

/// A workspace with the repository's scripts, of which those of one language have no module.
fn without_modules(language: Language) -> Project {
    let project = Project::init();
    project.copy_in(&root().join("data-scripts"), "data-scripts");
    for (script, _) in of(language) {
        fs::remove_file(project.path(module(script))).unwrap();
    }
    project
}

fn of(language: Language) -> impl Iterator<Item = &'static (&'static str, Language)> {
    SCRIPTS.iter().filter(move |(_, own)| *own == language)
}

fn module(script: &str) -> String {
    format!("data-scripts/{script}/{script}.wasm")
}

/// Builds a language's scripts anew and runs all their cases.
fn rebuilt(language: Language) -> Option<Project> {
    if !can_build(language) {
        return None;
    }
    let project = without_modules(language);
    for (script, _) in of(language) {
        project.strat(["script", "build", script]).ok();
        project.strat(["script", "test", script]).ok();
    }
    Some(project)
}

#[test]
fn every_script_is_listed_here() {
    let mut found: Vec<String> = fs::read_dir(root().join("data-scripts"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("script.ron").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort();
    let listed: Vec<&str> = SCRIPTS.iter().map(|(script, _)| *script).collect();
    assert_eq!(found, listed);
}

#[test]
fn the_modules_in_the_repository_pass_their_cases() {
    let project = Project::example();
    for (script, _) in SCRIPTS {
        let said = project.strat(["script", "test", script]).ok();
        assert!(said.contains("ok"), "{script}: {said}");
    }
}

#[test]
fn text_assembles_to_the_same_bytes() {
    let project = rebuilt(Language::Wat).unwrap();
    for (script, _) in of(Language::Wat) {
        assert_eq!(project.read(module(script)), fs::read(root().join(module(script))).unwrap(), "{script}");
    }
}

#[test]
fn c_builds_to_the_same_behaviour_and_with_clang_14_to_the_same_bytes() {
    let Some(project) = rebuilt(Language::C) else { return };
    let newest = (15..=21)
        .rev()
        .map(|version| format!("clang-{version}"))
        .find_map(|clang| answers(&clang, &["--version"]));
    let unversioned = answers("clang", &["--version"]);
    let used = unversioned.or(newest).or_else(|| answers("clang-14", &["--version"])).unwrap_or_default();
    if used.contains("version 14.0.6") {
        for (script, _) in of(Language::C) {
            assert_eq!(
                project.read(module(script)),
                fs::read(root().join(module(script))).unwrap(),
                "{script}"
            );
        }
    }
}

#[test]
fn rust_builds_to_the_same_behaviour() {
    rebuilt(Language::Rust);
}

/// A rebuilt guest and the recorded one make the same rows of the same database.
#[test]
fn rebuilt_guests_fill_a_database_alike() {
    if ![Language::Rust, Language::C].into_iter().all(can_build) {
        return;
    }
    let recorded = Project::example();
    let rebuilt = Project::init();
    rebuilt.copy_in(&root().join("data-scripts"), "data-scripts");
    rebuilt.copy_in(&root().join("migrations"), "migrations");
    rebuilt.strat(["script", "build"]).ok();
    rebuilt.strat(["record"]).ok();
    let mut rows = Vec::new();
    for (project, sides) in [(&recorded, &[][..]), (&rebuilt, &["knowledge-base"][..])] {
        if !sides.is_empty() {
            project.strat(["merge", "knowledge-base"]).ok();
        }
        let target = targets::sqlite();
        project.strat(["up", "--target", &target.url]).ok();
        rows.push([
            target.sql("SELECT * FROM interviews ORDER BY id"),
            target.sql("SELECT * FROM question_categories ORDER BY id"),
            target.sql("SELECT * FROM questions ORDER BY id"),
            target.sql("SELECT id, title, content, hex(embedding) FROM knowledge_base_documents ORDER BY id"),
        ]);
    }
    assert!(rows[0].iter().all(|table| !table.is_empty()));
    assert_eq!(rows[0], rows[1]);
}
