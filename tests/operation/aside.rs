//! Rows that are set aside for one run, tried again, and repaired by another entry: the whole way on the command line.

use crate::support::{Output, Project, Target, targets};

const DOCS: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Varchar(20)),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
    SetNotNull(table: "docs", column: "slug"),
])"#;

pub const SLUGS_ALONE: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

/// The template in WebAssembly's text form, which makes titles small; this one refuses those that begin with a mark.
fn script(mark: char) -> String {
    let template = include_str!("../../data-scripts/sdk/wat/template.wat");
    let from =
        "(local.set $from (i32.load (i32.add (local.get $offs) (i32.shl (local.get $i) (i32.const 2)))))\n";
    let first = "(i32.load8_u (i32.add (local.get $data) (local.get $from)))";
    let mark = u32::from(mark);
    let refuse = format!(
        "{from}(if (i32.eq {first} (i32.const {mark})) (then (call $reject (local.get $i) (i32.const 2900) (i32.const 9))))\n"
    );
    let memory = "(module\n  (memory (export \"memory\") 1)";
    let import = "(module\n  (import \"strat\" \"reject\" (func $reject (param i32 i32 i32)))\n  (memory (export \"memory\") 1)\n  (data (i32.const 2900) \"no thanks\")";
    let text = template.replace("@READ@", "title").replace("@WRITE@", "slug");
    assert!(text.contains(from) && text.contains(memory));
    text.replacen(from, &refuse, 1).replacen(memory, import, 1)
}

pub fn project(slugs: &str) -> Project {
    let project = Project::init();
    project.write("migrations/0001-docs.ron", DOCS).write("migrations/0002-slugs.ron", slugs);
    for (name, mark) in [("slug", '!'), ("slug-again", '?')] {
        project.write(format!("data-scripts/{name}/script.wat"), script(mark));
        project.strat(["script", "build", name]).ok();
    }
    project.strat(["record"]).ok();
    project
}

fn on(project: &Project, target: &Target, words: &[&str]) -> Output {
    project.strat(words.iter().chain(&["--target", target.url.as_str()]))
}

fn filled(project: &Project, target: &Target) {
    on(project, target, &["up", "head-1"]).ok();
    target.sql("INSERT INTO docs (id, title) VALUES (1, 'Alpha'), (2, '!bad'), (3, 'Omega'), (4, 'A title of more than twenty letters')");
}

#[test]
fn a_row_is_set_aside_mended_and_done_again() {
    for target in targets::all() {
        let project = project(SLUGS);
        filled(&project, &target);
        let said = on(&project, &target, &["up"]).expect_code(3).stderr;
        assert!(said.contains("--set-aside 'id = 2' --reason"), "{said}");
        on(&project, &target, &["up", "--set-aside", "id=2"]).expect_code(2);
        let words = ["up", "--set-aside", "id=2", "--set-aside", "1", "--reason", "ticket 812"];
        // The second step needs what the first left out.
        let said = on(&project, &target, &words).expect_code(3);
        assert!(said.stdout.contains("4 rows, 2 changed, 2 set aside"), "{}", said.stdout);
        assert!(said.stderr.contains("2 rows are set aside there: id = 2"), "{}", said.stderr);
        assert!(on(&project, &target, &["status"]).ok().contains("set aside: 2 rows"), "{}", target.name);
        assert!(on(&project, &target, &["backfill", "list"]).ok().contains("2 rows set aside"));
        let said = on(&project, &target, &["backfill", "retry"]).expect_code(3).stdout;
        assert!(said.contains("0 done, 2 still refused"), "{said}");
        target.sql("UPDATE docs SET title = 'Good' WHERE id = 2");
        target.sql("UPDATE docs SET title = 'Short' WHERE id = 4");
        let said = on(&project, &target, &["backfill", "retry", "head", "--reason", "mended"]).ok();
        assert!(said.contains("2 done, 0 still refused"), "{said}");
        let slugs = target.sql("SELECT slug FROM docs ORDER BY id");
        assert_eq!(slugs.concat(), ["alpha", "good", "omega", "short"], "{}", target.name);
        let listed = on(&project, &target, &["backfill", "rejects", "--all"]).ok();
        assert_eq!(listed.matches("(done since)").count(), 2, "{listed}");
        on(&project, &target, &["up"]).ok();
        on(&project, &target, &["verify"]).ok();
        assert!(on(&project, &target, &["backfill", "retry"]).ok().contains("no rows are set aside"));
    }
}

#[test]
fn a_repair_is_drafted_for_the_rows_that_were_set_aside() {
    for target in targets::all() {
        let project = project(SLUGS_ALONE);
        filled(&project, &target);
        on(&project, &target, &["up", "--set-aside", "2", "--reason", "so"]).ok();
        target.sql("UPDATE docs SET title = 'Short' WHERE id = 4");
        let words = ["new", "-m", "again", "--repairs", "head", "--script", "slug-again"];
        let path = on(&project, &target, &words).ok();
        let draft = project.text(path.lines().last().unwrap().trim());
        for part in ["In(\"id\", [", "repairs: (", "script: \"slug-again\""] {
            assert!(draft.contains(part), "{part}: {draft}");
        }
        let at = draft.find("repairs: (").unwrap();
        let (before, entry) = draft[at..].split_once("entry: \"").unwrap();
        let strange = format!("{}{before}entry: \"{}{}", &draft[..at], "0".repeat(64), &entry[64..]);
        project.write("migrations/0009-strange.ron", strange);
        let said = project.strat(["record", "0009-strange"]).expect_code(1).stderr;
        assert!(said.contains("which is no backfill before it"), "{said}");
        std::fs::remove_file(project.path("migrations/0009-strange.ron")).unwrap();
        project.strat(["record"]).ok();
        on(&project, &target, &["up"]).ok();
        let slugs = target.sql("SELECT slug FROM docs ORDER BY id");
        assert_eq!(slugs.concat(), ["alpha", "!bad", "omega", "short"], "{}", target.name);
        assert!(on(&project, &target, &["backfill", "rejects"]).ok().contains("no rows are set aside"));
        let listed = on(&project, &target, &["backfill", "rejects", "--all"]).ok();
        assert_eq!(listed.matches("(repaired by ").count(), 2, "{listed}");
        on(&project, &target, &["down", "-1"]).ok();
        assert!(on(&project, &target, &["status"]).ok().contains("set aside: 2 rows"), "{}", target.name);
    }
}

#[test]
fn what_can_not_be_set_aside_is_said() {
    let (project, target) = (project(SLUGS), targets::sqlite());
    filled(&project, &target);
    for words in [["--set-aside", "seven"], ["--set-aside", "-1"]] {
        let words: Vec<&str> = ["up"].iter().chain(&words).chain(&["--reason", "x"]).copied().collect();
        let code = on(&project, &target, &words).code;
        assert!([1, 2].contains(&code), "{words:?}: {code}");
    }
    on(&project, &target, &["up", "--set-aside", "3", "--reason", " "]).expect_code(1);
    on(&project, &target, &["new", "-m", "x", "--repairs", "head-1"]).expect_code(1);
    // Nothing is open: the draft does all rows again.
    let path = on(&project, &target, &["new", "-m", "x", "--repairs", "head"]).ok();
    let draft = project.text(path.lines().last().unwrap().trim());
    assert!(draft.contains("script: \"slug\"") && !draft.contains("repairs: ("), "{draft}");
}
