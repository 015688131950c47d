//! The schemas of five teams, each through its day: up, rows, down, up again, on every database that has the types.
//!
//! | module | team |
//! |---|---|
//! | `interviews` | columns for a table with live rows, and counters reset by a guest |
//! | `questions` | enums, JSON, foreign keys with their actions, seeds; the drafts are the example's own |
//! | `events` | eight tables with composite keys, indexes built beside the writers |
//! | `phases` | six phases of a product over two databases, vectors in one of them |
//! | `projects` | one schema in many databases: ten foreign keys, five enums |
//!
//! The drafts stand in folders beside the modules.

mod events;
mod interviews;
mod phases;
mod projects;
mod questions;

use crate::support::{Kind, Output, Project, Target, root};

/// A workspace with the drafts of one folder recorded, and the repository's scripts.
#[track_caller]
fn recorded(drafts: &str) -> Project {
    let project = Project::init();
    project.copy_in(&root().join("data-scripts"), "data-scripts");
    project.copy_in(&root().join("tests/workflows").join(drafts), "migrations");
    project.strat(["record"]).ok();
    project
}

/// `up` to a revision.
#[track_caller]
fn up(project: &Project, target: &Target, revision: &str) -> String {
    project.strat(["up", revision, "--target", &target.url]).ok()
}

/// `down` to a revision, with everything that is lost accepted.
#[track_caller]
fn down(project: &Project, target: &Target, revision: &str) -> String {
    project.strat(["down", revision, "--target", &target.url, "--accept", "H101"]).ok()
}

/// Whether the target is at the head and has nothing pending, by `status --check`.
#[track_caller]
fn is_at_head(project: &Project, target: &Target) -> bool {
    let Output { code, stderr, .. } = project.strat(["status", "--check", "--target", &target.url]);
    assert!(code == 0 || code == 5, "exit code {code}: {stderr}");
    code == 0
}

/// The target's journal and schema agree with the ledger.
#[track_caller]
fn verified(project: &Project, target: &Target) {
    project.strat(["verify", "--target", &target.url]).ok();
}

/// Statements in a session that keeps foreign keys, which SQLite's shell leaves off.
fn strict(target: &Target, statements: &str) -> Result<Vec<Vec<String>>, String> {
    let pragma = if target.kind == Kind::Sqlite { "PRAGMA foreign_keys = ON;" } else { "" };
    target.try_sql(&format!("{pragma}{statements}"))
}

/// The application's tables, by name; ours are not among them.
fn tables(target: &Target) -> Vec<String> {
    let query = match target.kind {
        Kind::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Kind::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        Kind::Mysql => {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        }
    };
    let mut names: Vec<String> = target.sql(query).into_iter().map(|mut row| row.remove(0)).collect();
    names.retain(|name| !name.starts_with("strat_"));
    names.sort();
    names
}

/// How many foreign keys the application's tables have.
fn foreign_keys(target: &Target) -> String {
    target.value(match target.kind {
        Kind::Sqlite => {
            "SELECT count(*) FROM sqlite_schema t, pragma_foreign_key_list(t.name) WHERE t.type = 'table' AND t.name NOT LIKE 'strat_%'"
        }
        Kind::Postgres => {
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text NOT LIKE 'strat_%'"
        }
        Kind::Mysql => {
            "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() AND table_name NOT LIKE 'strat_%'"
        }
    })
}

/// Whether there is an index of that name.
fn has_index(target: &Target, name: &str) -> bool {
    let query = match target.kind {
        Kind::Sqlite => {
            format!("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = '{name}'")
        }
        Kind::Postgres => format!("SELECT count(*) FROM pg_indexes WHERE indexname = '{name}'"),
        Kind::Mysql => format!(
            "SELECT count(DISTINCT index_name) FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = '{name}'"
        ),
    };
    target.value(&query) == "1"
}
