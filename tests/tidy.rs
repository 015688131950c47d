//! The numbers and rules that the code holds to, as tests. A failure lists each place and says what to do.
//!
//! Where a number is wrong for one case, change the list here in the same commit and say why beside it.

mod source;

use std::collections::BTreeMap;
use std::fs;

use super::support::root;
use source::{Source, has_word, top_level, tracked};

const FILE_LINES: usize = 400;
const COMMAND_LINES: usize = 120;
const FUNCTION_LINES: usize = 60;
const MEDIAN_FILE_LINES: usize = 170;
const MEDIAN_FUNCTION_LINES: usize = 8;
const MACROS: usize = 1;

/// Reading back a compiled module, which wasmtime can't check for us, and SQLite's handle between the library that opened it and
/// the one that reads rows without copying each twice.
const MAY_BE_UNSAFE: &[&str] = &["crates/sandbox/src/cache.rs", "crates/engine/src/driver/sqlite/direct.rs"];

const NAMELESS: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "managers", "imp", "misc"];

const DIALECTS: &[&str] = &["sqlite", "postgres", "mysql", "mariadb"];

/// What each crate may depend on. `model` ← `ledger` | `dialect` | `sandbox` ← `engine` ← `cli`.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("model", &["blake3", "serde", "thiserror"]),
    ("ledger", &["blake3", "model", "ron", "serde", "sha2", "thiserror"]),
    ("dialect", &["blake3", "model", "serde", "thiserror"]),
    (
        "sandbox",
        &["blake3", "gimli", "model", "thiserror", "wasmi", "wasmi_core", "wasmparser", "wasmtime", "wat"],
    ),
    (
        "engine",
        &[
            "blake3",
            "dialect",
            "futures-core",
            "ledger",
            "lzma-rust2",
            "model",
            "ron",
            "rusqlite",
            "sandbox",
            "serde",
            "serde_json",
            "sqlx",
            "tempfile",
            "thiserror",
            "tokio",
        ],
    ),
    (
        "cli",
        &[
            "clap",
            "clap_complete",
            "dialect",
            "engine",
            "indicatif",
            "ledger",
            "mimalloc",
            "model",
            "ron",
            "rustix",
            "sandbox",
            "serde",
            "serde_json",
            "tempfile",
            "thiserror",
            "tokio",
        ],
    ),
];

/// Tests may stand on these as well, but no test of a crate may turn a dependency around.
const FOR_TESTS: &[&str] = &["boon", "mimalloc", "proptest", "ron", "serde_json", "tempfile", "tokio"];

#[track_caller]
fn none(what: &str, todo: &str, places: Vec<String>) {
    assert!(places.is_empty(), "{what}:\n  {}\n→ {todo}", places.join("\n  "));
}

/// The sources of the crates, without tests and without files that hold nothing else.
fn crates() -> Vec<Source> {
    let rust = |path: &String| path.starts_with("crates/") && path.ends_with(".rs");
    let sources = tracked(&root()).into_iter().filter(rust).map(|path| Source::read(&root(), &path));
    let sources: Vec<_> = sources.collect();
    let tests: Vec<_> = sources.iter().flat_map(Source::test_modules).collect();
    let is_test = |path: &str| {
        path.contains("/tests/")
            || tests.iter().any(|test| {
                path.strip_prefix(test).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            })
    };
    sources.into_iter().filter(|source| !is_test(&source.path)).collect()
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

#[test]
fn files_are_short() {
    let all = crates();
    let limit =
        |path: &str| if path.starts_with("crates/cli/src/command") { COMMAND_LINES } else { FILE_LINES };
    let long = all.iter().filter(|source| source.lines.len() > limit(&source.path));
    let place =
        |source: &Source| format!("{}:{}: at most {}", source.path, source.lines.len(), limit(&source.path));
    none("files too long (tests aside)", "move one noun into a file of its own", long.map(place).collect());
    let middle = median(all.iter().map(|source| source.lines.len()).collect());
    assert!(
        middle <= MEDIAN_FILE_LINES,
        "the median file has {middle} lines, at most {MEDIAN_FILE_LINES}: split the longest"
    );
}

#[test]
fn functions_are_short() {
    let all = crates();
    let mut long = Vec::new();
    let mut lengths = Vec::new();
    for source in &all {
        for function in source.functions() {
            lengths.push(function.lines);
            if function.lines > FUNCTION_LINES {
                long.push(format!(
                    "{}:{}: fn {} has {} lines",
                    source.path, function.line, function.name, function.lines
                ));
            }
        }
    }
    none(&format!("functions over {FUNCTION_LINES} lines"), "give a part of it a name", long);
    let middle = median(lengths);
    assert!(
        middle <= MEDIAN_FUNCTION_LINES,
        "the median function has {middle} lines, at most {MEDIAN_FUNCTION_LINES}"
    );
}

#[test]
fn nothing_is_unwrapped() {
    let found = crates().iter().flat_map(|source| source.find(|line| line.contains(".unwrap()"))).collect();
    none("unwrap() outside tests", "return an error, or expect(\"because …\")", found);
}

#[test]
fn unsafe_stands_where_it_may() {
    let found = crates().into_iter().filter(|source| !MAY_BE_UNSAFE.contains(&source.path.as_str()));
    let uses = |line: &str| has_word(line, "unsafe");
    let found = found.flat_map(|source| source.find(uses)).collect();
    none("unsafe", "do without, or argue for a place in MAY_BE_UNSAFE", found);
}

#[test]
fn macros_are_few() {
    let found: Vec<_> =
        crates().iter().flat_map(|source| source.find(|line| line.contains("macro_rules!"))).collect();
    assert!(
        found.len() <= MACROS,
        "more than {MACROS} macro_rules!:\n  {}\n→ write a function",
        found.join("\n  ")
    );
}

#[test]
fn modules_have_names() {
    let part_is_nameless = |part: &str| NAMELESS.contains(&part.trim_end_matches(".rs"));
    let nameless = |path: &String| path.ends_with(".rs") && path.split('/').any(part_is_nameless);
    let found = tracked(&root()).into_iter().filter(nameless).collect();
    none("modules that say nothing", "name the noun it holds", found);
}

/// Names of the dependencies of a manifest, by the kind of their table.
fn dependencies(manifest: &str) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut table = "";
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_matches(['[', ']']);
            let kinds = ["dev-dependencies", "build-dependencies", "dependencies"];
            let (kind, rest) = kinds
                .into_iter()
                .find_map(|kind| header.split_once(kind).map(|(_, rest)| (kind, rest)))
                .unwrap_or(("", ""));
            table = if rest.is_empty() { kind } else { "" };
            if let Some(name) = rest.strip_prefix('.') {
                found.entry(kind).or_default().push(name.to_owned());
            }
        } else if !table.is_empty() && !line.starts_with('#') {
            let name: String = line
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || "_-".contains(*letter))
                .collect();
            found.entry(table).or_default().extend((!name.is_empty()).then_some(name));
        }
    }
    found
}

#[test]
fn crates_depend_in_one_direction() {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("crates")).expect("crates/ is a folder") {
        let path = entry.expect("an entry").path();
        let name =
            path.file_name().and_then(|name| name.to_str()).expect("a crate's name is text").to_owned();
        let Ok(manifest) = fs::read_to_string(path.join("Cargo.toml")) else { continue };
        let Some((_, allowed)) = DEPENDENCIES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("crates/{name}: not in the table"));
            continue;
        };
        for (kind, names) in dependencies(&manifest) {
            let fine = |name: &str| {
                allowed.contains(&name) || kind == "dev-dependencies" && FOR_TESTS.contains(&name)
            };
            let bad = names.iter().filter(|name| !fine(name));
            wrong.extend(bad.map(|bad| format!("crates/{name}/Cargo.toml: {kind}: {bad}")));
        }
    }
    none(
        "dependencies that are not in the table",
        "move the code to the crate that may, or argue for the table",
        wrong,
    );
}

#[test]
fn dialects_stay_in_their_folders() {
    let mut found = Vec::new();
    for source in crates() {
        let pure = source.path.starts_with("crates/model/") || source.path.starts_with("crates/dialect/src/");
        let own = DIALECTS.iter().any(|name| source.path.starts_with(&format!("crates/dialect/src/{name}")));
        let registry =
            ["crates/dialect/src/lib.rs", "crates/dialect/src/registry.rs"].contains(&source.path.as_str());
        if !pure || own {
            continue;
        }
        for name in DIALECTS {
            let says = |line: &&String| line.to_lowercase().contains(name);
            let lines = source.words.iter().enumerate().filter(|(_, line)| says(line));
            let lines: Vec<_> =
                lines.map(|(number, _)| format!("{}:{}: {name}", source.path, number + 1)).collect();
            // `mod x;` and the line of the registry.
            if !(registry && lines.len() <= 2) {
                found.extend(lines);
            }
        }
    }
    none("a dialect's name outside its folder", "make it a method or a value of the dialect", found);
}

#[test]
fn dialects_do_not_repeat_each_other() {
    const RUN: usize = 6;
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for source in crates() {
        let Some(rest) = source.path.strip_prefix("crates/dialect/src/") else { continue };
        let Some(folder) = DIALECTS.iter().find(|name| rest.starts_with(&format!("{name}/"))) else {
            continue;
        };
        if rest.ends_with("/types.rs") {
            continue;
        }
        let counts = |line: &str| {
            !line.is_empty() && !line.starts_with("use ") && line.chars().any(char::is_alphanumeric)
        };
        let lines: Vec<_> = source.words.iter().enumerate().filter(|(_, line)| counts(line.trim())).collect();
        for run in lines.windows(RUN) {
            let text: Vec<_> = run.iter().map(|(_, line)| line.trim()).collect();
            let place = format!("{}:{}", source.path, run[0].0 + 1);
            let first = seen.entry(text.join("\n")).or_insert_with(|| ((*folder).to_owned(), place.clone()));
            if first.0 != **folder {
                found.push(format!("{place} repeats {}", first.1));
            }
        }
    }
    none("dialects repeat each other", "lift it above the dialects and let them differ by a value", found);
}

#[test]
fn crates_have_a_face() {
    let faces = crates().into_iter().filter(|source| source.path.ends_with("/src/lib.rs"));
    let paragraphs = |source: &Source| {
        let face: Vec<_> = source
            .lines
            .iter()
            .take_while(|line| line.starts_with("//!"))
            .map(|line| line[3..].trim())
            .collect();
        face.split(|line| line.is_empty()).filter(|paragraph| !paragraph.is_empty()).count()
    };
    let faceless = faces.filter(|source| paragraphs(source) < 4).map(|source| source.path).collect();
    none(
        "lib.rs without its four paragraphs",
        "what it is, what it is not, how a value goes in and out, where to start",
        faceless,
    );
}

#[test]
fn the_top_level_explains_itself() {
    let folders = ["crates", "data-scripts", "ledger", "migrations", "tests"];
    let files = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "strat.ron",
    ];
    let doors = folders.iter().map(|folder| format!("{folder}/README.md"));
    let needed = doors.chain(files[..files.len() - 1].iter().map(|file| (*file).to_owned()));
    let missing = needed.filter(|path| !root().join(path).is_file()).collect();
    none("missing", "write it", missing);
    let name = |path: &std::path::PathBuf| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let known = |name: &String| folders.contains(&name.as_str()) || files.contains(&name.as_str());
    let strangers = top_level(&root()).iter().map(name).filter(|name| !known(name)).collect();
    none(
        "strangers at the top level",
        "put it where it belongs; what tools want goes into hidden files",
        strangers,
    );
}

#[test]
fn every_test_is_listed() {
    let lists = |file: &str, module: &str| {
        let list = fs::read_to_string(root().join(file)).unwrap_or_default();
        list.lines().any(|line| line.trim().trim_start_matches("pub ") == format!("mod {module};"))
    };
    let unlisted = |path: &String| {
        let Some((folder, file)) = path.rsplit_once('/') else { return false };
        let (folder, module) = match file {
            "main.rs" => return false,
            "mod.rs" => folder.rsplit_once('/').expect("tests/ itself has main.rs"),
            file => (folder, file.trim_end_matches(".rs")),
        };
        let above = [format!("{folder}/main.rs"), format!("{folder}/mod.rs"), format!("{folder}.rs")];
        // A program of its own, or a guest's source, is no test.
        let own_crate = path.starts_with("tests/bench/") || root().join(folder).join("Cargo.toml").exists();
        let tests = || fs::read_to_string(root().join(path)).is_ok_and(|text| text.contains("#[test]"));
        !own_crate && !above.iter().any(|file| lists(file, module)) && (folder == "tests" || tests())
    };
    let rust = |path: &String| path.starts_with("tests/") && path.ends_with(".rs");
    let found = tracked(&root()).into_iter().filter(rust).filter(unlisted).collect();
    none("tests that nothing runs", "list the module in tests/main.rs, or in the module above it", found);
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    // In two halves, so that this file does not find itself.
    let marks = [
        "replace-|with",
        "index-|url",
        "artifact|ory",
        "GO|PROXY",
        "regist|ries.",
        "mirror.|internal",
        "/tmp/|team",
    ];
    let marks: Vec<String> = marks.iter().map(|mark| mark.replace('|', "")).collect();
    let mut found = Vec::new();
    for path in tracked(&root()) {
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        let foreign = |line: &str| {
            let source = path == "Cargo.lock" && line.starts_with("source = ");
            source && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\""
                || marks.iter().any(|mark| line.contains(mark.as_str()))
        };
        let lines = text.lines().enumerate().filter(|(_, line)| foreign(line));
        found.extend(lines.map(|(number, _)| format!("{path}:{}", number + 1)));
    }
    none("places that only one machine has", "leave it to the reader's own configuration", found);
}
