//! `strat script test` and `strat script replay`: what a script's author is told before anything is recorded.

use super::record;
use crate::support::{Project, targets};

const DOCS: &str = r#"CreateTable(
    name: "docs",
    columns: [(name: "id", type: BigInt, nullable: false), (name: "body", type: Text), (name: "slug", type: Text)],
    constraints: [(is: PrimaryKey(["id"]))],
)"#;

const SOURCE: &str = "data-scripts/slugs/script.wat";

/// A workspace with a table and a script that lowers its text.
fn with_slugs() -> Project {
    let project = Project::init();
    record(&project, "0001-docs", DOCS);
    project
        .strat(["script", "new", "slugs", "--lang", "wat", "--reads=docs.body", "--writes=docs.slug"])
        .ok();
    project
}

/// The same with something put at the beginning of what is done for a row.
fn with_row(code: &str) -> Project {
    let project = with_slugs();
    put(&project, code);
    project.strat(["script", "build", "slugs"]).ok();
    project
}

fn put(project: &Project, code: &str) {
    let at = "(local $i i32) (local $c i32)\n";
    let text = project.text(SOURCE);
    let (before, after) = text.split_once(at).expect("because the template has a row's locals");
    project.write(SOURCE, format!("{before}{at}{code}{after}"));
}

fn case(project: &Project, name: &str, text: &str) {
    project.write(format!("data-scripts/slugs/cases/{name}.ron"), text);
}

#[test]
fn a_difference_has_a_caret_under_it() {
    let project = with_slugs();
    case(&project, "odd", r#"(rows: [{"body": "Über Änderung"}], expect: [{"slug": "Über änderung"}])"#);
    let output = project.strat(["script", "test", "slugs", "--case", "odd"]).expect_code(1);
    let shown = "row 0, slug\n            expected \"Über änderung\"\n            got      \"Über Änderung\"\n                           ^\n";
    assert!(output.stdout.contains(shown), "{}", output.stdout);
    let json = project.strat(["script", "test", "slugs", "--format=json"]).expect_code(1).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let cases = document["scripts"][0]["cases"].as_array().unwrap();
    let odd = cases.iter().find(|case| case["name"] == "odd").unwrap();
    assert_eq!(odd["wrong"][0], "row 0, slug: expected \"Über änderung\", got \"Über Änderung\"");
    assert!(odd["fuel"].as_u64().unwrap() < odd["fuel_limit"].as_u64().unwrap(), "{odd}");
    assert_eq!(odd["memory_limit"], 64 << 20);
}

#[test]
fn one_case_is_run_and_blessed_by_its_name() {
    let project = with_slugs();
    let wrong = r#"(rows: [{"body": "A"}], expect: [{"slug": "b"}])"#;
    case(&project, "one", wrong);
    case(&project, "two", wrong);
    let said = project.strat(["script", "test", "slugs", "--case", "one", "--bless"]).ok();
    assert!(said.contains("blessed one") && !said.contains("extremes"), "{said}");
    project.strat(["script", "test", "slugs", "--case", "one"]).ok();
    assert_eq!(project.text("data-scripts/slugs/cases/two.ron"), wrong);
    let output = project.strat(["script", "test", "slugs", "--case", "onr"]).expect_code(1);
    assert!(output.stderr.contains("did you mean `one`?"), "{}", output.stderr);
    project.strat(["script", "test", "--case", "one"]).expect_code(2);
}

#[test]
fn what_is_used_of_the_limits_is_told() {
    let project = with_slugs();
    let said = project.strat(["script", "test", "slugs"]).ok();
    assert!(
        said.contains("  ok      ordinary         3 rows     fuel 0.0 %  memory 0.1 % (0.1 of 64 MiB)"),
        "{said}"
    );
    assert!(said.contains("same    twice, in batches of 1, 7 and 1000, backwards, in wasmi\n"), "{said}");
    assert!(said.contains("  worst   ") && said.contains(" % of its fuel: row 2 of extremes"), "{said}");
}

#[test]
fn a_result_that_depends_on_the_batch_is_found() {
    // The first row of an instance is another than the second.
    let count = "(global.set $seen (i32.add (global.get $seen) (i32.const 1)))
        (if (i32.gt_u (global.get $seen) (i32.const 20)) (then (return (i32.const 0))))";
    let project = with_slugs();
    put(&project, count);
    let text =
        project.text(SOURCE).replace("(global $top", "(global $seen (mut i32) (i32.const 0)) (global $top");
    project.write(SOURCE, text);
    project.strat(["script", "build", "slugs"]).ok();
    let output = project.strat(["script", "test", "slugs", "--case", "ordinary"]).expect_code(1);
    assert!(output.stdout.contains("when batches have 1000 rows"), "{}", output.stdout);
    // What isn't the same in any case is never taken for right.
    let before = project.text("data-scripts/slugs/cases/ordinary.ron");
    project.strat(["script", "test", "slugs", "--case", "ordinary", "--bless"]).expect_code(1);
    assert_eq!(project.text("data-scripts/slugs/cases/ordinary.ron"), before);
}

#[test]
fn each_engine_can_be_asked_alone() {
    let project = with_slugs();
    for (engine, agrees) in [("wasmtime", false), ("wasmi", false), ("both", true)] {
        let said = project.strat(["script", "test", "slugs", "--engine", engine]).ok();
        assert_eq!(said.contains(", in wasmi\n"), agrees, "{said}");
    }
    let output = project.strat(["script", "test", "slugs", "--engine", "v8"]).expect_code(2);
    assert!(output.stderr.contains("wasmtime"), "{}", output.stderr);
}

#[test]
fn every_script_of_the_example_is_the_same_in_both_engines() {
    let said = Project::example().strat(["script", "test"]).ok();
    assert_eq!(said.matches("in wasmi\n").count(), 7, "{said}");
}

#[test]
fn watching_builds_and_tests_what_changes() {
    let project = with_slugs();
    let mut watching = project.beside(&["script", "test", "slugs", "--watch"]);
    watching.until_said("2 cases passed");
    put(&project, "(if (i32.eq (local.get $len) (i32.const 11)) (then unreachable))");
    watching.until_said(SOURCE);
    watching.until_said("FAIL    ordinary");
    watching.until_said("of 2 cases failed");
    case(&project, "ordinary", r#"(rows: [{"body": "AB"}], expect: [{"slug": "ab"}])"#);
    watching.until_said("ordinary.ron");
    watching.until_said("ok      ordinary");
    watching.until_said("2 cases passed");
}

/// A target with some rows of text.
fn with_rows(project: &Project, target: &targets::Target) {
    project.strat(["up", "--target", &target.url]).ok();
    target.sql("INSERT INTO docs (id, body, slug) VALUES (1, 'Hello World', NULL), (2, NULL, NULL), (3, 'ABC', 'abc'), (4, 'Other', 'x')");
}

#[test]
fn real_rows_are_shown_before_and_after() {
    for target in targets::all() {
        let project = with_slugs();
        with_rows(&project, &target);
        let before = target.sql("SELECT * FROM docs ORDER BY id");
        let said = project.strat(["script", "test", "slugs", "--target", &target.url]).ok();
        assert!(said.contains("4 rows of docs: 2 would change, 2 stay, 0 rejected; "), "{said}");
        assert!(said.contains("  id = 1  slug  NULL → \"hello world\"\n"), "{said}");
        assert!(said.contains("  id = 4  slug  \"x\" → \"other\"\n"), "{said}");
        assert!(said.ends_with("nothing was written\n"), "{said}");
        let few = project.strat(["script", "test", "slugs", "--target", &target.url, "--sample", "1"]).ok();
        assert!(few.contains("1 row of docs"), "{few}");
        assert_eq!(target.sql("SELECT * FROM docs ORDER BY id"), before);
    }
}

#[test]
fn a_column_that_is_not_there_yet_counts_as_null() {
    let (project, target) = (with_slugs(), targets::sqlite());
    with_rows(&project, &target);
    let manifest = project.text("data-scripts/slugs/script.ron").replace("\"slug\"", "\"short\"");
    project.write("data-scripts/slugs/script.ron", manifest);
    project.write(SOURCE, project.text(SOURCE).replace("slug", "short"));
    project.strat(["script", "build", "slugs"]).ok();
    let said = project.strat(["script", "test", "slugs", "--target", &target.url]).ok();
    assert!(said.contains("3 would change, 1 stay"), "{said}");
    let manifest = project.text("data-scripts/slugs/script.ron").replace("\"body\"", "\"bode\"");
    project.write("data-scripts/slugs/script.ron", manifest);
    let output = project.strat(["script", "test", "slugs", "--target", &target.url]).expect_code(1);
    assert!(output.stderr.contains("did you mean `body`?"), "{}", output.stderr);
    let output = project.strat(["script", "test", "slugs", "--target", "sqlite:none.db"]).expect_code(1);
    assert!(output.stderr.contains("there is no table docs in the target"), "{}", output.stderr);
    assert!(!project.path("none.db").exists());
}

#[test]
fn a_row_that_fails_is_named_and_replayed() {
    let trap = "(if (i32.eq (local.get $len) (i32.const 3)) (then unreachable))";
    for target in targets::all() {
        let project = with_row(trap);
        with_rows(&project, &target);
        let output = project.strat(["script", "test", "slugs", "--target", &target.url]).expect_code(1);
        assert!(output.stderr.contains("script slugs on id = 3: trapped in row: "), "{}", output.stderr);
        assert!(output.stderr.contains("--row 'id=3'` runs this row alone"), "{}", output.stderr);
        let replay =
            |row: &str| project.strat(["script", "replay", "slugs", "--target", &target.url, "--row", row]);
        let said = replay("id=3").expect_code(1).stdout;
        assert!(
            said.contains("  in   body = \"ABC\"\n") && said.contains("  FAIL trapped in row: "),
            "{said}"
        );
        let said = replay("id=1").ok();
        assert!(
            said.contains("  out  slug: NULL → \"hello world\"\n  passes; nothing was written\n"),
            "{said}"
        );
        let output = replay("id=99").expect_code(1);
        assert!(output.stderr.contains("docs has no row id = 99"), "{}", output.stderr);
        assert_eq!(target.value("SELECT count(*) FROM docs WHERE slug = 'hello world'"), "0");
    }
}

#[test]
fn a_row_is_named_by_all_of_its_key() {
    let (project, target) = (with_slugs(), targets::sqlite());
    with_rows(&project, &target);
    let replay = |row: &[&str]| {
        let mut args = vec!["script", "replay", "slugs", "--target", &target.url];
        row.iter().for_each(|row| args.extend(["--row", row]));
        project.strat(args).expect_code(1).stderr
    };
    assert!(replay(&["body=x"]).contains("a row of docs is named by id\n\nhint: --row id=VALUE"));
    assert!(replay(&["id=1", "id=2"]).contains("a row of docs is named by id"));
    assert!(replay(&["id=seven"]).contains("\"seven\" is no value of the key's column id"));
    assert!(replay(&["seven"]).contains("`seven` isn't COLUMN=VALUE"));
    project.strat(["script", "replay", "slugs", "--target", &target.url]).expect_code(2);
}

#[test]
fn a_row_becomes_a_case() {
    let (project, target) = (with_slugs(), targets::sqlite());
    with_rows(&project, &target);
    let args = ["script", "replay", "slugs", "--target", &target.url, "--row", "id=1", "--save", "first"];
    let said = project.strat(args).ok();
    assert!(said.contains("cases/first.ron holds the row's real values"), "{said}");
    assert!(project.text("data-scripts/slugs/cases/first.ron").contains("Hello World"));
    assert!(project.strat(["script", "test", "slugs"]).ok().contains("ok      first"));
    let output = project.strat(args).expect_code(1);
    assert!(output.stderr.contains("is there already"), "{}", output.stderr);
}

#[test]
fn scripts_that_make_rows_have_none_to_sample() {
    let project = Project::example();
    let output =
        project.strat(["script", "test", "seed-interviews", "--target", "sqlite:x.db"]).expect_code(1);
    assert!(output.stderr.contains("reads no rows: it makes them"), "{}", output.stderr);
}
