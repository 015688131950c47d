//! Whatever people, disks and servers do wrong: the exit code of it, words that say what to do, and nothing lost.

mod drafts;
mod ledger;
mod looking;
mod modules;
mod names;
mod servers;
mod sqlite_files;
mod storage;
mod two_runs;
mod urls;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::support::{Output, Project, Target};

/// The table that most of these tests go wrong on.
pub const USERS: &str = r#"Draft(
    message: "users",
    steps: [
        CreateTable(
            name: "users",
            columns: [
                (name: "id", type: BigInt, nullable: false),
                (name: "n", type: BigInt, nullable: false, default: Literal(0)),
            ],
            constraints: [(is: PrimaryKey(["id"]))],
        ),
    ],
)
"#;

/// A draft that is right.
pub const NOTES: &str = r#"Draft(
    message: "notes",
    steps: [
        AddColumn(table: "users", column: (name: "note", type: Text)),
    ],
)
"#;

/// A workspace whose ledger has the one table.
#[track_caller]
pub fn users() -> Project {
    let project = Project::init();
    project.write("migrations/0001-users.ron", USERS);
    project.strat(["record"]).ok();
    project
}

/// Stops the test unless it failed so: the code, and all of these words.
#[track_caller]
pub fn fails(output: Output, code: i32, words: &[&str]) -> Output {
    let output = output.expect_code(code);
    for word in words {
        assert!(output.stderr.contains(word), "{word:?} is not in\n{}", output.stderr);
    }
    assert!(output.stderr.starts_with("error: ") || output.stderr.contains("\nerror: "), "{}", output.stderr);
    output
}

/// Every file below a folder with its bytes.
pub fn bytes(project: &Project, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    project.files(folder).into_iter().map(|path| (path.clone(), project.read(path))).collect()
}

/// Runs what goes wrong and stops the test when the ledger isn't byte for byte as before, and sound.
#[track_caller]
pub fn ledger_kept<T>(project: &Project, wrong: impl FnOnce() -> T) -> T {
    let before = bytes(project, "ledger");
    let result = wrong();
    assert!(before == bytes(project, "ledger"), "the ledger was changed");
    project.strat(["verify"]).ok();
    result
}

/// `strat up` on a target.
pub fn up(project: &Project, target: &Target) -> Output {
    project.strat(["up", "--target", &target.url])
}

/// Stops the test unless a right draft can be recorded and applied after all.
#[track_caller]
pub fn goes_on(project: &Project, target: &Target) {
    project.write("migrations/9999-notes.ron", NOTES);
    project.strat(["record"]).ok();
    up(project, target).ok();
    assert_eq!(target.value("SELECT count(*) FROM users WHERE note IS NOT NULL"), "0");
    project.strat(["verify", "--target", &target.url]).ok();
    assert!(up(project, target).ok().contains("nothing to do"));
}
