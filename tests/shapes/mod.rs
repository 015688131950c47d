//! Transfers and aggregates: rows of a table that become rows of others, on every database, disturbed and undone.

mod again;
mod aggregate;
mod aside;
mod changed;
mod lookup;
mod script;
mod transfer;

use crate::kill::{ended, signal};
use crate::support::{Kind, Project, Target, root, wait_for};
use std::process::Child;

const TABLES: &str = include_str!("0001-tables.ron");
const SPLIT: &str = include_str!("split.js");
const SUM: &str = include_str!("sum.js");

const TRANSFER: &str = r#"Draft(message: "split the tags", steps: [
    Transfer(script: "split", table: "posts", rows: Where(NotNull("tags")), read: ["tags", "author"], params: {"separator": ","},
        into: [(table: "post_tags", write: ["post", "position", "tag"]), (table: "mentions", write: ["author", "times"])]),
])"#;

const AGGREGATE: &str = r#"Draft(message: "sums by day", steps: [
    Aggregate(script: "sum", table: "events", rows: Where(NotNull("day")), group: ["org", "day"], read: ["amount"],
        into: (table: "daily", write: ["org", "day", "events", "amount", "name"]),
        lookups: {"orgs": (table: "orgs", read: ["name"])}),
])"#;

/// Makes a script's module of its text, as `strat script build` does.
#[track_caller]
fn script(project: &Project, name: &str, text: &str) {
    let runner = std::fs::read(root().join("data-scripts/sdk/javascript/runner/runner.wasm")).unwrap();
    project.write(format!("data-scripts/{name}/{name}.wasm"), sandbox::carry(&runner, text).unwrap());
}

/// A workspace with the tables and one more entry over their rows.
#[track_caller]
fn workspace(draft: &str) -> Project {
    workspace_of(draft, SPLIT, SUM)
}

/// The same with other scripts.
#[track_caller]
fn workspace_of(draft: &str, split: &str, sum: &str) -> Project {
    let project = Project::init();
    script(&project, "split", split);
    script(&project, "sum", sum);
    project.write("migrations/0001-tables.ron", TABLES).write("migrations/0002-more.ron", draft);
    project.strat(["record"]).ok();
    project
}

/// Puts rows into the tables that are read.
#[track_caller]
fn filled(project: &Project, target: &Target, rows: usize) {
    project.strat(["up", "head-1", "--target", &target.url]).ok();
    let posts: Vec<String> = (1..=rows)
        .map(|id| {
            let tags = (0..id % 4).map(|n| format!("t{}", (id + n) % 11)).collect::<Vec<_>>().join(",");
            let tags = if id % 5 == 0 { "NULL".to_owned() } else { format!("'{tags}'") };
            format!("({id}, 'a{}', {tags})", id % 3)
        })
        .collect();
    target.sql(&format!("INSERT INTO posts (id, author, tags) VALUES {}", posts.join(", ")));
    let events: Vec<String> = (1..=rows)
        .map(|id| {
            let (month, day) = (1 + id / 500 % 12, 1 + id % 28);
            let day = if id % 13 == 0 { "NULL".to_owned() } else { format!("'2025-{month:02}-{day:02}'") };
            format!("({id}, 'o{}', {day}, {})", id * id % 5, id % 17)
        })
        .collect();
    target.sql("INSERT INTO orgs (code, name) VALUES ('o0', 'Zéro'), ('o1', NULL), ('o4', 'Four')");
    target.sql(&format!("INSERT INTO events (id, org, day, amount) VALUES {}", events.join(", ")));
}

/// Applies the head with batches of so many rows.
#[track_caller]
fn up(project: &Project, target: &Target, batch: &str) -> String {
    project.strat(["up", "--batch-rows", batch, "--target", &target.url]).ok()
}

/// What the last receipt says of rows, whatever a run is free in.
#[track_caller]
fn receipt(target: &Target) -> Vec<String> {
    let text = match target.kind {
        Kind::Sqlite => "CAST(record AS TEXT)",
        Kind::Postgres => "convert_from(record, 'UTF8')",
        Kind::Mysql => "CONVERT(record USING utf8mb4)",
    };
    let query = format!("SELECT {text} FROM strat_journal WHERE kind = 'receipt' ORDER BY seq DESC LIMIT 1");
    let record = target.value(&query);
    let of_rows = record.lines().map(str::trim).take_while(|line| !line.starts_with("restored:"));
    let lines = of_rows.filter(|line| {
        ["read:", "changed:", "made:", "late:", "lookups:", "input:", "output:"]
            .iter()
            .any(|word| line.starts_with(word))
    });
    lines.map(str::to_owned).collect()
}

/// Nothing of ours is left that speaks of a step in the middle, and the journal and the schema are as they should be.
#[track_caller]
fn settled(project: &Project, target: &Target) {
    assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "0", "{}", target.name);
    project.strat(["verify", "--target", &target.url]).ok();
}

/// Starts `up` with a row or a group a batch, and so few of the rows a second that others have time to do something beside it.
fn slowly(project: &Project, target: &Target, rows: usize) -> Child {
    let a_second = (rows / 5).to_string();
    project.start(&["up", "--batch-rows", "1", "--max-rows-per-second", &a_second, "--target", &target.url])
}

/// Waits until so many rows of `table` are there.
#[track_caller]
fn until_there(target: &Target, child: &mut Child, table: &str, rows: usize) {
    wait_for("so many rows are there", || {
        assert!(child.try_wait().unwrap().is_none(), "{}: it ended too soon", target.name);
        target.value(&format!("SELECT count(*) FROM {table}")).parse::<usize>().unwrap() >= rows
    });
}

/// Kills runs with a row a batch, each when so many rows of `table` are there, and then lets one come to its end.
#[track_caller]
fn killed_and_resumed(project: &Project, target: &Target, all: usize, table: &str, moments: &[usize]) {
    for rows in moments {
        let mut child = slowly(project, target, all);
        until_there(target, &mut child, table, *rows);
        signal(&child, "KILL");
        ended(child);
    }
    assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "1", "{}", target.name);
    let said = up(project, target, "7");
    assert!(said.contains("state=resumed"), "{}: {said}", target.name);
}
