//! Every command of `strat`, run as people run it.

mod deciding;
mod drafts;
mod history;
mod init;
mod json;
mod merging;
mod runs;
mod scripts;
mod settings;
mod shared;
mod sizes;
mod tampering;
mod targets;
mod testing;

use crate::support::Project;

/// A draft with these steps.
pub fn draft(message: &str, steps: &str) -> String {
    format!("Draft(message: {message:?}, steps: [{steps}])\n")
}

pub const USERS: &str = r#"CreateTable(
    name: "users",
    columns: [(name: "id", type: BigInt, nullable: false), (name: "email", type: Text)],
    constraints: [(is: PrimaryKey(["id"]))],
)"#;

/// A step that adds a column to the users.
pub fn add(column: &str) -> String {
    format!("AddColumn(table: \"users\", column: (name: {column:?}, type: Text))")
}

/// A workspace whose ledger has the users.
#[track_caller]
pub fn with_users() -> Project {
    let project = Project::init();
    project.write("migrations/0001-users.ron", draft("users", USERS));
    project.strat(["record"]).ok();
    project
}

/// Writes a draft with one step and records it.
#[track_caller]
pub fn record(project: &Project, stem: &str, step: &str) {
    project.write(format!("migrations/{stem}.ron"), draft(stem, step));
    project.strat(["record"]).ok();
}
