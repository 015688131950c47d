//! Scripts in Python: the interpreter is the pinned one, and what a script does wrong is told with its place.

use std::fs;

use engine::author::PYTHON;
use model::Digest;

use crate::support::{Project, root, targets};

const MANIFEST: &str = r#"Script(
    table: "docs",
    reads: {"body": Text, "n": BigInt},
    writes: {"n": BigInt, "slug": Text},
    // For the way back out of a recursion without end.
    limits: (fuel_start: 50_000_000),
)"#;

const CASE: &str = r#"(rows: [{"body": "x", "n": 1}], expect: [{}])"#;

fn with(script: &str, case: &str) -> Project {
    let project = Project::init();
    project.write("data-scripts/py/script.ron", MANIFEST);
    project.write("data-scripts/py/script.py", script).write("data-scripts/py/cases/one.ron", case);
    project
}

/// What `strat script test` says of a script that fails.
fn failing(script: &str) -> String {
    let project = with(script, CASE);
    project.strat(["script", "build", "py"]).ok();
    let output = project.strat(["script", "test", "py"]).expect_code(1);
    output.stdout + &output.stderr
}

#[test]
fn the_runner_is_the_pinned_one() {
    let folder = root().join("data-scripts/sdk/python/runner");
    let pinned = fs::read_to_string(folder.join("runner.sha256")).unwrap();
    assert_eq!(PYTHON.sha256, pinned.trim());
    let bytes = engine::author::runner_bytes(&PYTHON.digest()).unwrap();
    assert_eq!(ledger::measure(&bytes), PYTHON.blob());
}

#[test]
fn a_script_that_does_not_load_is_told_at_build() {
    for (script, wanted) in [
        (
            "writes = {'slug': 'text'}\ndef row(body):\n  return {'slug': }\n",
            "SyntaxError: expression expected after dictionary key and ':' (script.py:3:17)",
        ),
        ("def row(body): pass\n", "the script has no `writes`"),
        ("writes = {'slug': 'string'}\ndef row(body): pass\n", "no type that can be written: string"),
        ("writes = {'slug': 'text'}\n", "one function called `row` or `batch`"),
        (
            "writes = {'slug': 'text'}\ndef ready():\n  nothing()\nready()\ndef row(body): pass\n",
            "NameError: name 'nothing' is not defined (script.py:3 in ready)",
        ),
        ("import socket\n", "no module socket: a script has no network (script.py:1)"),
        ("import requests\n", "no module requests: a script has no network (script.py:1)"),
        ("import numpy\n", "no module numpy: a script has what the runner was built with (script.py:1)"),
        ("while True: pass\n", "used all"),
        ("x = bytearray(100_000_000)\n", "wanted"),
        ("raise SystemExit(3)\n", "SystemExit: 3 (script.py:1)"),
        ("", "the script is empty"),
    ] {
        let output = with(script, CASE).strat(["script", "build", "py"]).expect_code(1);
        assert!(output.stderr.contains(wanted), "{wanted}\n{}", output.stderr);
    }
}

#[test]
fn what_a_row_does_wrong_ends_the_run_with_words() {
    for (answer, wanted) in [
        ("{'n': 'x'}", "column n is big_int, which wants an int, not str"),
        ("{'n': 2 ** 63}", "column n: "),
        ("{'n': True}", "column n is big_int, which wants an int, not bool"),
        ("{'slug': 7}", "column slug is text, which wants a str, not int"),
        ("{'slug': 'x', 'other': 1}", "not in the script's writes: column other"),
        (
            "{'slug': body.nothing}",
            "AttributeError: 'str' object has no attribute 'nothing' (script.py:5 in row)",
        ),
        ("7", "the script gave int for a row, expected a dict or None"),
        ("deep()", "RecursionError: maximum recursion depth exceeded (script.py:3 in deep)"),
        ("{'slug': '\\ud800'}", "surrogates not allowed"),
        ("open('/etc/passwd')", "PermissionError: a script has no files: declare it as an asset of the step"),
        ("__import__('os').listdir('/')", "Error: "),
    ] {
        let script = format!(
            "writes = {{'n': 'big_int', 'slug': 'text'}}\ndef deep():\n  return [deep()]\ndef row(body, n):\n  return {answer}\n"
        );
        let said = failing(&script);
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
    let said = failing("writes = {'n': 'big_int'}\ndef row(title): return {}\n");
    assert!(
        said.contains("`row` names a column title, which isn't among those that are read: body, n"),
        "{said}"
    );
}

/// 64 bits stay exact, and neither time nor chance nor the order of a set differs between batches.
#[test]
fn rows_made_of_constants_are_the_same_everywhere() {
    let script = r#"
import datetime, os, random, time
writes = {"n": "big_int", "slug": "text"}
now, chance = datetime.datetime.now(datetime.timezone.utc), (random.random(), os.urandom(8), set("abcdefgh"))
time.sleep(3600)
def row(*, body, n):
    return {"n": n, "slug": f"{now:%Y-%m-%dT%H:%M:%SZ} {time.time():.0f} {os.environ} {body}" if chance else None}
"#;
    let case = r#"(
        rows: [{"body": "a", "n": 9223372036854775807}, {"body": "b", "n": -9223372036854775808}, {"n": 9007199254740993}],
        expect: [
            {"n": 9223372036854775807, "slug": "2000-01-01T00:00:00Z 946684800 environ({}) a"},
            {"n": -9223372036854775808, "slug": "2000-01-01T00:00:00Z 946684800 environ({}) b"},
            {"n": 9007199254740993, "slug": "2000-01-01T00:00:00Z 946684800 environ({}) None"},
        ],
    )"#;
    let project = with(script, case);
    project.strat(["script", "build", "py"]).ok();
    let said = project.strat(["script", "test", "py"]).ok();
    assert!(said.contains("ok      one") && said.contains("ok      extremes"), "{said}");
    assert!(said.contains("wasmi runs core modules only") && !said.contains(", in wasmi"), "{said}");
    // What depends on a batch's place is found.
    let chance =
        "import random\nwrites = {'slug': 'text'}\ndef row(body): return {'slug': str(random.random())}\n";
    let said = failing(chance);
    assert!(
        said.contains("when each row is a batch of its own") || said.contains("when batches have"),
        "{said}"
    );
}

#[test]
fn what_a_script_can_call_is_that_of_other_languages() {
    let script = r#"
import strat
writes = {"n": "big_int", "slug": "text"}
limit, words = int(strat.param("limit") or 0), (strat.asset_text("words") or "").split()
def row(body, n):
    print("seen", body)
    if n > limit:
        raise strat.Reject(f"{n} is more than {limit}")
    return {"slug": words[n], "n": len(strat.asset("words"))}
"#;
    let project = with(
        script,
        r#"(
        rows: [{"body": "x", "n": 1}, {"body": "y", "n": 3}],
        expect: [{"n": 9, "slug": "zwei"}, {}],
        rejects: [(row: 1, message: "3 is more than 2")],
    )"#,
    );
    let manifest = MANIFEST.replace(
        "    writes:",
        "    params: {\"limit\": 2},\n    assets: {\"words\": \"words.txt\"},\n    writes:",
    );
    project.write("data-scripts/py/script.ron", manifest).write("data-scripts/py/words.txt", "eins zwei");
    project.strat(["script", "build", "py"]).ok();
    let said = project.strat(["script", "test", "py", "--case", "one"]).ok();
    assert!(said.contains("ok      one") && said.contains("log: seen x"), "{said}");
    let output = project.strat(["script", "test", "py", "--case", "one", "--engine", "wasmi"]).expect_code(1);
    assert!(output.stderr.contains("is a component, and wasmi runs core modules only"), "{}", output.stderr);
}

/// Where all rows are handed over at once, an exception would be no row's.
#[test]
fn a_batch_refuses_rows_by_their_number() {
    let script = r#"
import strat
writes = {"n": "big_int"}
def batch(rows):
    for number, row in enumerate(rows):
        if row["n"] > 2:
            strat.reject(number, f"{row['n']} is more than 2")
    return [{"n": row["n"] + 1} for row in rows]
"#;
    let case = r#"(
        rows: [{"body": "x", "n": 1}, {"body": "y", "n": 3}, {"body": "z", "n": 2}],
        expect: [{"n": 2}, {}, {"n": 3}],
        rejects: [(row: 1, message: "3 is more than 2")],
    )"#;
    let project = with(script, case);
    project.write("data-scripts/py/script.ron", MANIFEST.replace(r#", "slug": Text}"#, "}"));
    project.strat(["script", "build", "py"]).ok();
    assert!(project.strat(["script", "test", "py", "--case", "one"]).ok().contains("ok      one"));
    let wrong = script.replace("strat.reject(number,", "strat.reject(str(number),");
    project.write("data-scripts/py/script.py", wrong);
    project.strat(["script", "build", "py"]).ok();
    let output = project.strat(["script", "test", "py", "--case", "one"]).expect_code(1);
    let said = output.stdout + &output.stderr;
    assert!(said.contains("strat.reject wants the number of a row"), "{said}");
}

/// The runner is a blob of the ledger once, however many scripts there are, and runs from there.
#[test]
fn the_ledger_keeps_the_runner_once() {
    let project = Project::init();
    let table = r#"CreateTable(name: "docs", columns: [(name: "id", type: BigInt, nullable: false), (name: "body", type: Text),
        (name: "n", type: BigInt), (name: "slug", type: Text)], constraints: [(is: PrimaryKey(["id"]))])"#;
    let record = |stem: &str, steps: &str| {
        project
            .write(format!("migrations/{stem}.ron"), format!("Draft(message: {stem:?}, steps: [{steps}])\n"));
        project.strat(["record"]).ok();
    };
    record("0001-docs", table);
    for (stem, script, change) in [("0002-up", "up", "upper"), ("0003-low", "low", "lower")] {
        let text =
            format!("writes = {{'slug': 'text'}}\ndef row(body): return {{'slug': body.{change}()}}\n");
        project.write(format!("data-scripts/{script}/script.py"), text);
        project.strat(["script", "build", script]).ok();
        record(
            stem,
            &format!(
                "Backfill(script: {script:?}, table: \"docs\", read: [\"body\"], write: [\"slug\"], undo: None(\"again\"))"
            ),
        );
    }
    let blob = format!("ledger/blobs/{}/{}", &PYTHON.blake3[..2], PYTHON.blake3);
    assert_eq!(Digest::of(&project.read(&blob)), PYTHON.digest());
    assert_eq!(project.files("ledger/blobs").len(), 3, "two scripts and one runner");
    // Without the scripts' folders, as on another machine.
    fs::remove_dir_all(project.path("data-scripts")).unwrap();
    project.strat(["verify"]).ok();
    let target = targets::sqlite();
    project.strat(["up", "0001-docs", "--target", &target.url]).ok();
    target.sql("INSERT INTO docs (id, body) VALUES (1, 'Hello'), (2, 'WORLD')");
    project.strat(["up", "--target", &target.url]).ok();
    assert_eq!(target.value("SELECT group_concat(slug, ' ') FROM docs"), "hello world");
    // A ledger that lost it says so.
    fs::remove_file(project.path(&blob)).unwrap();
    let output = project.strat(["verify"]).expect_code(7);
    assert!((output.stdout + &output.stderr).contains(&PYTHON.blake3[..8]));
}
