//! One transform in every language: the same output digest on the same rows, on every database, from the modules of the
//! repository; and the modules built again from their sources, where the compilers are.

use std::fs;
use std::process::Command;

use crate::support::{
    Project, root, server,
    targets::{self, Kind, Target},
};

/// A language and what its modules of the repository were built with: a command and what it says.
struct Language {
    name: &'static str,
    /// What stands beside the script, from the SDK's folder, and its name there.
    sdk: &'static [(&'static str, &'static str)],
    /// Another version of the compiler gives other bytes; nothing where no version promises the same ones.
    compiler: Option<(&'static [&'static str], &'static str)>,
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "assemblyscript",
        sdk: &[("strat.ts", "strat.ts")],
        compiler: Some((&["asc", "--version"], "0.28.20")),
    },
    Language {
        name: "c",
        sdk: &[("strat.h", "strat.h")],
        compiler: Some((&["clang", "--version"], "version 14.0.6")),
    },
    Language {
        name: "go",
        sdk: &[("strat.go", "strat.go"), ("go.mod.template", "go.mod")],
        compiler: Some((&["go", "version"], "go1.27.3 ")),
    },
    Language { name: "javascript", sdk: &[], compiler: Some((&["true"], "")) },
    Language { name: "python", sdk: &[], compiler: Some((&["true"], "")) },
    Language { name: "rust", sdk: &[("strat.rs", "strat.rs")], compiler: None },
    Language { name: "wat", sdk: &[], compiler: Some((&["true"], "")) },
    Language {
        name: "zig",
        sdk: &[("strat.zig", "strat.zig")],
        compiler: Some((&["zig", "version"], "0.17.0")),
    },
];

const TABLE: &str = r#"CreateTable(
    name: "papers",
    columns: [
        (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "n", type: BigInt),
        (name: "x", type: Double), (name: "slug", type: Text), (name: "tripled", type: BigInt),
        (name: "share", type: Double),
    ],
    constraints: [(is: PrimaryKey(["id"]))],
)"#;

const ROWS: usize = 10_000;

/// Makes a language's script, with the module of the repository.
fn add(project: &Project, language: &Language) -> String {
    let script = format!("same-{}", language.name);
    let same = root().join("tests/guests/same");
    let sdk = root().join("data-scripts/sdk").join(language.name);
    let folder = format!("data-scripts/{script}");
    project
        .copy_in(&same.join(language.name), &folder)
        .copy_in(&same.join("cases"), &format!("{folder}/cases"));
    project.write(format!("{folder}/script.ron"), fs::read(same.join("script.ron")).unwrap());
    for (from, to) in language.sdk {
        project.write(format!("{folder}/{to}"), fs::read(sdk.join(from)).unwrap());
    }
    script
}

fn module(script: &str) -> String {
    format!("data-scripts/{script}/{script}.wasm")
}

fn record(project: &Project, stem: &str, step: &str) {
    project
        .write(format!("migrations/{stem}.ron"), format!("Draft(message: {stem:?}, steps: [{step}])\n"))
        .strat(["record"])
        .ok();
}

/// NULL, empty, huge, multi-byte, and the ends of what numbers can be.
fn title(row: usize) -> String {
    let text = match row % 11 {
        0 => return "NULL".to_owned(),
        1 => String::new(),
        2 => format!("Größe №{row} — 漢字 🦀 ÄÖÜ"),
        3 => "-- -- --".to_owned(),
        4 => format!("  The {row}th Paper: On (Almost) NOTHING!  "),
        5 => "\t\n\u{7f}".to_owned(),
        6 if row % 1100 == 6 => "Ünïcödé and PLAIN, ".repeat(20_000),
        6 => "x".repeat(row % 300),
        7 => "e\u{301}\u{200d}\u{fffd}\u{10ffff}".to_owned(),
        8 => "ABCXYZ[]`{}@/:09".to_owned(),
        9 => "\u{feff}BOM \u{a0}and no-break space".to_owned(),
        _ => format!("row {row}"),
    };
    format!("'{text}'")
}

fn numbers(row: usize) -> (String, String) {
    let n = match row % 9 {
        0 => "NULL".to_owned(),
        1 => i64::MAX.to_string(),
        2 => (i64::MIN + 1).to_string(),
        3 => (1_i64 << 53).to_string(),
        4 => ((1_i64 << 53) + 1).to_string(),
        5 => (-(row as i64) * 3_074_457_345_618_258).to_string(),
        6 => "0".to_owned(),
        _ => row.to_string(),
    };
    let x = match row % 8 {
        0 => "NULL".to_owned(),
        1 => "1.7976931348623157e308".to_owned(),
        2 => "-1.7976931348623157e308".to_owned(),
        3 => "2.2250738585072014e-308".to_owned(),
        4 => "0.1".to_owned(),
        5 => "0".to_owned(),
        _ => format!("{row}.3333333333333333"),
    };
    (n, x)
}

fn fill(target: &Target) {
    for first in (0..ROWS).step_by(500) {
        let rows: Vec<String> = (first..first + 500)
            .map(|row| {
                let (n, x) = numbers(row);
                format!("({row}, {}, {n}, {x})", title(row))
            })
            .collect();
        target.sql(&format!("INSERT INTO papers (id, title, n, x) VALUES {}", rows.join(", ")));
    }
}

/// Of each receipt: the script, and the lines on what came in and out.
fn receipts(target: &Target) -> Vec<(String, Vec<String>)> {
    let text = match target.kind {
        Kind::Sqlite => "CAST(record AS TEXT)",
        Kind::Postgres => "convert_from(record, 'UTF8')",
        Kind::Mysql => "CONVERT(record USING utf8mb4)",
    };
    let rows = target.sql(&format!("SELECT {text} FROM strat_journal WHERE kind = 'receipt' ORDER BY seq"));
    let line = |text: &str, field: &str| {
        let found = text.lines().map(str::trim).find(|line| line.starts_with(field));
        found.unwrap_or_else(|| panic!("no {field} in {text}")).to_owned()
    };
    let told = |row: &Vec<String>| {
        let fields = ["read:", "input:", "output:"];
        (line(&row[0], "script:"), fields.map(|field| line(&row[0], field)).to_vec())
    };
    rows.iter().map(told).collect()
}

#[test]
fn every_language_gives_the_same_digest() {
    let project = Project::init();
    record(&project, "0001-papers", TABLE);
    for (number, language) in LANGUAGES.iter().enumerate() {
        let script = add(&project, language);
        // An interpreter takes more for each byte of a long text than a row alone is given by default.
        let step = format!(
            r#"Backfill(script: {script:?}, table: "papers", read: ["n", "title", "x"],
                write: ["share", "slug", "tripled"], undo: None("made anew by the next step"),
                limits: (fuel_per_byte: 10_000))"#
        );
        record(&project, &format!("{:04}-{}", number + 2, language.name), &step);
    }
    let mut all: Option<Vec<String>> = None;
    for target in targets::all() {
        project.strat(["up", "0001-papers", "--target", &target.url]).ok();
        fill(&target);
        project.strat(["up", "--target", &target.url]).ok();
        let receipts = receipts(&target);
        assert_eq!(receipts.len(), LANGUAGES.len());
        for (script, told) in receipts {
            assert!(told[0].starts_with(&format!("read: {ROWS}")), "{told:?}");
            let wanted = all.get_or_insert_with(|| told.clone());
            assert_eq!(*wanted, told, "{script} on {}", target.name);
        }
        assert_eq!(target.value("SELECT slug FROM papers WHERE id = 4"), "the-4th-paper-on-almost-nothing");
        assert_eq!(target.value("SELECT tripled FROM papers WHERE id = 1"), "9223372036854775805");
    }
}

/// Cases, determinism, and independence of how rows are cut into batches.
#[test]
fn every_language_passes_the_same_cases() {
    let project = Project::init();
    for language in LANGUAGES {
        let script = add(&project, language);
        let said = project.strat(["script", "test", &script]).ok();
        assert!(said.contains("ok      ordinary") && said.contains("ok      extremes"), "{said}");
    }
}

fn answers(command: &[&str]) -> String {
    let output = Command::new(command[0]).args(&command[1..]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

#[test]
fn every_language_builds_again() {
    for language in LANGUAGES {
        let project = Project::init();
        let script = add(&project, language);
        let there = project.read(module(&script));
        fs::remove_file(project.path(module(&script))).unwrap();
        let built = project.strat(["script", "build", &script]);
        if built.code == 1
            && (built.stderr.contains(" is needed, and ") || built.stderr.contains("is installed"))
        {
            assert!(built.stderr.contains("hint: "), "{}", built.stderr);
            assert!(!server::required(), "{} is required: run tests/run\n{}", language.name, built.stderr);
            targets::skip(&format!("guests in {}", language.name), "their compiler is not installed");
            continue;
        }
        built.ok();
        project.strat(["script", "test", &script]).ok();
        if let Some((command, version)) = language.compiler
            && answers(command).contains(version)
        {
            assert!(project.read(module(&script)) == there, "{script} was built to other bytes");
        }
    }
}

#[test]
fn a_compiler_that_is_missing_or_too_old_is_told_with_what_gets_it() {
    for (language, tool, old, needed, get) in [
        (
            "zig",
            "zig",
            "echo 0.11.0",
            "Zig 0.17 or later is needed, and `zig` says \"0.11.0\"",
            "pip install",
        ),
        (
            "go",
            "go",
            "echo go version go1.19.8 linux/amd64",
            "Go 1.24 or later is needed, and `go` says",
            "pip install",
        ),
        (
            "assemblyscript",
            "asc",
            "echo Version 0.20.0",
            "AssemblyScript 0.27 or later is needed, and `asc` says",
            "npm install",
        ),
    ] {
        let mut project = Project::init();
        let language = LANGUAGES.iter().find(|one| one.name == language).unwrap();
        let script = add(&project, language);
        let tools = project.path("tools");
        project.env("PATH", tools.to_str().unwrap());
        let output = project.strat(["script", "build", &script]).expect_code(1);
        assert!(output.stderr.contains("is needed, and none is installed"), "{}", output.stderr);
        assert!(output.stderr.contains(&format!("hint: {get}")), "{}", output.stderr);
        project.write(format!("tools/{tool}"), format!("#!/bin/sh\n{old}\n"));
        let path = project.path(format!("tools/{tool}"));
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let output = project.strat(["script", "build", &script]).expect_code(1);
        assert!(output.stderr.contains(needed), "{}", output.stderr);
        assert!(output.stderr.contains(&format!("hint: {get}")), "{}", output.stderr);
    }
}
