//! Scripts in JavaScript: the interpreter is the pinned one, and what a script does wrong is told with its place.

use std::fs;

use crate::support::{Project, root};

const MANIFEST: &str = r#"Script(
    table: "docs",
    reads: {"body": Text, "n": BigInt},
    writes: {"n": BigInt, "slug": Text},
)"#;

fn with(script: &str, case: &str) -> Project {
    let project = Project::init();
    project.write("data-scripts/js/script.ron", MANIFEST);
    project.write("data-scripts/js/script.js", script).write("data-scripts/js/cases/one.ron", case);
    project
}

#[test]
fn the_runner_is_the_pinned_one() {
    let folder = root().join("data-scripts/sdk/javascript/runner");
    let runner = fs::read(folder.join("runner.wasm")).unwrap();
    let pinned = fs::read_to_string(folder.join("runner.sha256")).unwrap();
    assert_eq!(ledger::measure(&runner).sha256, pinned.trim());
    // What `strat` has is the same, compressed.
    assert!(*engine::author::QUICKJS.unpacked().unwrap() == *runner);
}

#[test]
fn a_script_that_does_not_load_is_told_at_build() {
    for (script, wanted) in [
        ("const writes = { slug: 'text' };\nfunction row(row) {\n  return { slug: }\n}\n", "SyntaxError"),
        ("const writes = { slug: 'text' };\nfunction row(row) {\n  return { slug: }\n}\n", "script.js:3"),
        ("function row(row) {}\n", "the script has no `writes`"),
        ("const writes = { slug: 'string' };\nfunction row(row) {}\n", "no type that can be written: string"),
        ("const writes = { slug: 'text' };\n", "one function called `row` or `batch`"),
        (
            "const writes = { slug: 'text' };\nnothing();\nfunction row(row) {}\n",
            "ReferenceError: nothing is not defined at <eval> (script.js:2:1)",
        ),
        ("", "the script is empty"),
    ] {
        let output = with(script, "(rows: [], expect: [])").strat(["script", "build", "js"]).expect_code(1);
        assert!(output.stderr.contains(wanted), "{wanted}\n{}", output.stderr);
    }
}

#[test]
fn what_a_row_does_wrong_ends_the_run_with_words() {
    for (answer, wanted) in [
        ("{ n: 7 }", "column n is big_int, which wants a BigInt, such as 7n"),
        ("{ n: 2n ** 63n }", "64 bits at most"),
        ("{ slug: 7 }", "column slug is text, which wants a string"),
        ("{ slug: 'x', other: 1 }", "not in the script's writes: column other"),
        ("{ slug: row.body.nothing.more }", "TypeError"),
        ("7", "the script gave something that is no object"),
        ("deep()", "call stack"),
        ("{ slug: '\\ud800' }", "UTF-8"),
    ] {
        let script = format!(
            "const writes = {{ n: 'big_int', slug: 'text' }};\nfunction deep() {{ return [deep()]; }}\n\
             function row(row) {{ return {answer}; }}\n"
        );
        let project = with(&script, r#"(rows: [{"body": "x", "n": 1}], expect: [{}])"#);
        project.strat(["script", "build", "js"]).ok();
        let output = project.strat(["script", "test", "js"]).expect_code(1);
        let said = output.stdout + &output.stderr;
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
}

/// 64 bits stay exact, and neither time nor chance differs between batches.
#[test]
fn rows_made_of_constants_are_the_same_everywhere() {
    let script = "const writes = { n: 'big_int', slug: 'text' };\n\
                  const seen = [];\n\
                  function row({ body, n }) {\n  seen.push(body);\n  \
                  return { n: typeof n === 'bigint' ? n : null, slug: `${new Date().toISOString()} ${body}` };\n}\n";
    let case = r#"(
        rows: [{"body": "a", "n": 9223372036854775807}, {"body": "b", "n": -9223372036854775808}, {"n": 9007199254740993}],
        expect: [
            {"n": 9223372036854775807, "slug": "2000-01-01T00:00:00.000Z a"},
            {"n": -9223372036854775808, "slug": "2000-01-01T00:00:00.000Z b"},
            {"n": 9007199254740993, "slug": "2000-01-01T00:00:00.000Z null"},
        ],
    )"#;
    let project = with(script, case);
    project.strat(["script", "build", "js"]).ok();
    let said = project.strat(["script", "test", "js"]).ok();
    assert!(said.contains("ok      one") && said.contains("ok      extremes"), "{said}");
}
