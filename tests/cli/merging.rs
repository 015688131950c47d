//! `strat merge` where sides don't commute: what is told, how it is answered, and what is kept meanwhile.

use serde_json::Value;

use super::{add, draft, record, with_users};
use crate::support::Project;

const DRAFT: &str = "migrations/0004-merge-side-into-main.ron";

fn rename(to: &str) -> String {
    format!("RenameColumn(table: \"users\", column: \"email\", to: {to:?})")
}

fn score(ty: &str) -> String {
    format!("AddColumn(table: \"users\", column: (name: \"score\", type: {ty}))")
}

/// A workspace with two branches; the steps of `side`, then those of `main`.
fn forked(theirs: &[&str], ours: &[&str]) -> Project {
    let mut project = with_users();
    project.strat(["branch", "side"]).ok();
    let draft = |message, steps: &[&str]| {
        draft(message, &steps.join(",\n")).replace("steps", "accept: [\"H101\"], steps")
    };
    project.write("migrations/0002-theirs.ron", draft("theirs", theirs));
    project.env("STRAT_AUTHOR", "Ben Example <ben@example.com>").strat(["record"]).ok();
    project.strat(["switch", "main"]).ok();
    project.write("migrations/0003-ours.ron", draft("ours", ours));
    project.env("STRAT_AUTHOR", "Ada Example <ada@example.com>").strat(["record"]).ok();
    project
}

/// Two branches that rename one column and add another of one name.
fn clashing() -> Project {
    forked(&[&rename("mail"), &score("Integer")], &[&rename("address"), &score("Decimal(8, 2)")])
}

/// Text with ids of entries taken out.
fn plain(text: &str) -> String {
    let hex = |word: &str| word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
    let mut plain = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        plain += &if hex(word) { piece.replace(word, "<id>") } else { piece.to_owned() };
    }
    plain
}

/// The draft of the merge.
fn written(project: &Project) -> String {
    String::from_utf8(project.read(DRAFT)).unwrap()
}

/// The draft with a conflict answered by the line that is offered for a word.
fn filled(text: &str, number: usize, word: &str) -> String {
    let open = format!("Open(\"{number}\"),");
    let (before, after) = text.split_once(&open).unwrap();
    let line = after.lines().find_map(|line| line.trim().strip_prefix(&format!("//   {word}: "))).unwrap();
    format!("{before}{line}{after}")
}

fn open(project: &Project, args: &[&str]) -> String {
    project.strat([&["merge"], args].concat()).expect_code(3).stdout
}

/// What the database has after everything is applied.
fn arrives(project: &Project) -> String {
    project.strat(["up", "--target", "sqlite:fresh.db"]).ok();
    project.strat(["verify", "--target", "sqlite:fresh.db"]).ok();
    project.strat(["show"]).ok()
}

#[test]
fn all_conflicts_are_told_at_once() {
    let said = plain(&open(&clashing(), &["side"]));
    let expected = "\
side and branch main can't be joined yet: 2 conflicts to decide

1. both rename column `users.email`: `address` / `mail`
   ours    rename column users.email to address
           step 1 of <id> \"ours\" by Ada Example <ada@example.com>  migrations/0003-ours.ron:1
   theirs  rename column users.email to mail
           step 1 of <id> \"theirs\" by Ben Example <ben@example.com>  migrations/0002-theirs.ron:1

   strat merge side --resolve 1=rename=NAME  a name of your own in place of both, such as `address`
   strat merge side --resolve 1=ours         ours counts, theirs has no effect
   strat merge side --resolve 1=theirs       theirs counts, ours has no effect

2. both add column `score` to `users`, differently: Decimal(8, 2) / Integer
   ours    add column users.score Decimal(8, 2)
           step 2 of <id> \"ours\" by Ada Example <ada@example.com>  migrations/0003-ours.ron:2
   theirs  add column users.score Integer
           step 2 of <id> \"theirs\" by Ben Example <ben@example.com>  migrations/0002-theirs.ron:2

   strat merge side --resolve 2=same=ours      the two are one, as ours says
   strat merge side --resolve 2=same=theirs    the two are one, as theirs says
   strat merge side --resolve 2=rename-ours    both stay, ours is called `score_2` (or =NAME)
   strat merge side --resolve 2=rename-theirs  both stay, theirs is called `score_2` (or =NAME)
   strat merge side --resolve 2=ours           ours counts, theirs has no effect
   strat merge side --resolve 2=theirs         theirs counts, ours has no effect

Several answers go into one command; `--resolve all=ours` answers what is open at once.
Answers are kept in migrations/0004-merge-side-into-main.ron, where they can be written by hand too: look for Open(\"1\").
";
    assert_eq!(said, expected);
}

#[test]
fn answers_are_kept_one_by_one() {
    let project = clashing();
    let said = open(&project, &["side", "--resolve", "2=rename-theirs=points"]);
    assert!(said.contains("1 conflict to decide") && !said.contains("\n2. "), "{said}");
    assert!(written(&project).contains("to: \"points\""), "{}", written(&project));
    // Asked again, nothing is lost, and the other side needn't be named: the draft knows it.
    assert!(open(&project, &[]).contains("1 conflict to decide"));
    let said = project.strat(["merge", "--resolve", "1=rename=post"]).ok();
    assert!(said.contains("merge side into main"), "{said}");
    assert!(!project.path(DRAFT).exists());
    assert!(arrives(&project).contains("points"));
    project.strat(["heads", "--check"]).ok();
    assert!(project.strat(["merge", "side"]).ok().contains("nothing to merge"));
}

#[test]
fn an_answer_can_be_given_anew() {
    let project = clashing();
    open(&project, &["side", "--resolve", "1=ours"]);
    let said = open(&project, &["side", "--resolve", "1=rename=post"]);
    assert!(said.contains("1 conflict to decide"), "{said}");
    let draft = written(&project);
    assert!(draft.contains("        Rename(") && !draft.contains("        Keep("), "{draft}");
}

#[test]
fn all_are_answered_at_once() {
    for (all, found) in [("all=ours", "address"), ("all=theirs", "mail")] {
        let project = clashing();
        let said = project.strat(["merge", "side", "--resolve", all, "-m", "together"]).ok();
        assert!(said.contains("together") && said.contains("decided"), "{said}");
        assert_eq!(said.matches("  keeps step").count(), 2, "{said}");
        arrives(&project);
        let plan = project.strat(["plan", "--target", "sqlite:other.db"]).ok();
        assert!(plan.contains(found), "{plan}");
    }
}

#[test]
fn wrong_answers_are_refused_with_what_there_is() {
    let project = clashing();
    for (answer, message, hint) in [
        ("ours", "`ours` is no answer", "such as 1=ours"),
        ("all=mine", "`all=mine` is no answer", "all=theirs"),
        ("7=ours", "there is no conflict 7", "open: 1, 2"),
        ("1=our", "`our` is no choice for conflict 1", "did you mean `ours`?"),
        ("1=same=ours", "`same=ours` is no choice for conflict 1", "1=rename=NAME, 1=ours, 1=theirs"),
        ("1=rename", "`rename` for conflict 1 needs a value", "'1=rename=address'"),
    ] {
        let output = project.strat(["merge", "side", "--resolve", answer]).expect_code(1);
        assert!(
            output.stderr.contains(message) && output.stderr.contains(hint),
            "{answer}: {}",
            output.stderr
        );
    }
    assert!(!project.path(DRAFT).exists());
}

#[test]
fn values_are_written_as_drafts_write_them() {
    let wide = |ty: &str| format!("ChangeType(table: \"users\", column: \"email\", to: {ty})");
    let project = forked(&[&wide("Varchar(100)")], &[&wide("Varchar(200)")]);
    assert!(open(&project, &["side"]).contains("--resolve '1=set=VALUE'"));
    let output = project.strat(["merge", "side", "--resolve", "1=set=Varchr(300)"]).expect_code(1);
    assert!(output.stderr.contains("`Varchr(300)` is not a type"), "{}", output.stderr);
    assert!(output.stderr.contains("did you mean `Varchar`?"), "{}", output.stderr);
    project.strat(["merge", "side", "--resolve", "1=set=Varchar(300)"]).ok();
    assert!(arrives(&project).contains("Varchar(300)"));
}

#[test]
fn a_draft_is_filled_in_by_hand() {
    let project = clashing();
    open(&project, &["side"]);
    let text = written(&project);
    let output = project.strat(["record", DRAFT]).expect_code(3);
    assert!(output.stderr.contains(&format!("{DRAFT}:")), "{}", output.stderr);
    assert!(
        output.stderr.contains("conflict 1 is open") && output.stderr.contains("Open(\"1\")"),
        "{}",
        output.stderr
    );
    // Other drafts don't mind that it is there.
    record(&project, "0009-more", &add("more"));
    assert!(project.path(DRAFT).exists());
    project.strat(["unrecord"]).ok();
    let text = filled(&filled(&text, 1, "theirs"), 2, "same=ours");
    project.write(DRAFT, text.replace("steps: []", &format!("steps: [{}]", add("extra"))));
    let preview = project.strat(["merge", "side", "--preview"]).ok();
    assert!(
        preview.contains("would merge so") && preview.contains("add column users.extra Text"),
        "{preview}"
    );
    project.strat(["record", DRAFT]).ok();
    let shown = arrives(&project);
    assert!(shown.contains("add column users.extra Text") && shown.contains("prefer: A"), "{shown}");
    assert!(!project.path(DRAFT).exists());
}

#[test]
fn a_draft_with_mistakes_is_refused_with_the_place() {
    let project = clashing();
    open(&project, &["side"]);
    let text = written(&project);
    let id = "0".repeat(64);
    for (broken, message) in [
        (text.replace("Open(\"1\")", "Opne(\"1\")"), "did you mean `Open`?"),
        (
            text.replace(
                "Open(\"1\"),",
                &format!("Rename(object: (entry: \"{id}\", step: 0, part: 0), to: \"x\"),"),
            ),
            "none of the heads follows an entry 000000000000",
        ),
        (text.replace("parents: [\"", "parents: [\"0000"), "no entry is called that"),
    ] {
        project.write(DRAFT, &broken);
        let output = project.strat(["merge", "side"]).expect_code(1);
        assert!(output.stderr.contains(message) && output.stderr.contains(DRAFT), "{}", output.stderr);
    }
}

#[test]
fn a_stale_draft_keeps_what_still_applies() {
    let project = clashing();
    open(&project, &["side", "--resolve", "1=theirs"]);
    record(&project, "0005-more", &add("more"));
    let said = open(&project, &["side"]);
    assert!(said.contains("was written for other heads: every answer in it still applies"), "{said}");
    assert!(said.contains("1 conflict to decide"), "{said}");
    assert!(!open(&project, &["side"]).contains("other heads"));
    project.strat(["merge", "side", "--resolve", "2=ours"]).ok();
    arrives(&project);
}

#[test]
fn programs_are_told_the_same() {
    let project = clashing();
    let told = open(&project, &["side", "--format", "json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["merged"], &told["commute"]), (&Value::Bool(false), &Value::Bool(false)));
    let conflicts = told["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 2);
    assert_eq!(conflicts[0]["ours"][0]["place"], "migrations/0003-ours.ron:1");
    assert_eq!(conflicts[0]["theirs"][0]["author"], "Ben Example <ben@example.com>");
    let words: Vec<&str> =
        conflicts[1]["choices"].as_array().unwrap().iter().map(|c| c["word"].as_str().unwrap()).collect();
    assert_eq!(words, ["same=ours", "same=theirs", "rename-ours", "rename-theirs", "ours", "theirs"]);
    let command = conflicts[0]["choices"][1]["command"].as_str().unwrap();
    assert_eq!(command, "strat merge side --resolve 1=ours");
    let done = project.strat(["merge", "side", "--resolve", "all=ours", "--format", "json"]).ok();
    let done: Value = serde_json::from_str(&done).unwrap();
    assert_eq!(done["merged"], Value::Bool(true));
    assert_eq!(done["resolutions"].as_array().unwrap().len(), 2);
    assert_eq!(done["sides"][1]["entries"][0]["steps"][1]["title"], "add column users.score Integer");
}

#[test]
fn a_preview_writes_nothing() {
    let project = clashing();
    let before = project.files(".");
    open(&project, &["side", "--preview", "--resolve", "1=ours"]);
    project.strat(["merge", "side", "--preview", "--resolve", "all=ours"]).ok();
    assert_eq!(project.files("."), before);
}

#[test]
fn dependents_go_with_what_they_need() {
    let uses = "SetDefault(table: \"users\", column: \"score\", to: Literal(0))";
    let project = forked(&[&score("Integer"), uses], &[&score("Text")]);
    let said = open(&project, &["side"]);
    assert!(said.contains("would also void “"), "{said}");
    project.strat(["merge", "side", "--resolve", "all=ours"]).ok();
    arrives(&project);
}

#[test]
fn equal_steps_are_told_as_both() {
    let project = forked(&[&add("a"), &add("b")], &[&add("a")]);
    let said = project.strat(["merge", "side"]).ok();
    assert_eq!(said.matches("add column users.a Text  (both)").count(), 2, "{said}");
    assert_eq!(said.matches("(both)").count(), 2, "{said}");
    arrives(&project);
}

#[test]
fn three_heads_are_joined_and_merges_with_merges() {
    let project = clashing();
    project.strat(["branch", "third", "side"]).ok();
    project.strat(["switch", "third"]).ok();
    record(&project, "0005-third", &add("third"));
    project.strat(["switch", "main"]).ok();
    project.strat(["branch", "fourth"]).ok();
    project.strat(["switch", "fourth"]).ok();
    record(&project, "0006-fourth", &score("Text").replace("score", "points"));
    project.strat(["switch", "main"]).ok();
    record(&project, "0007-main", &add("points").replace("Text", "Integer"));
    // Of three heads each may stand against each.
    let said = open(&project, &["third", "fourth"]);
    assert!(said.contains("3 conflicts to decide"), "{said}");
    project.strat(["merge", "third", "fourth", "--resolve", "all=ours"]).ok();
    arrives(&project);
    // Another merge of some of the same, decided otherwise, meets the first.
    project.strat(["switch", "fourth"]).ok();
    project.strat(["merge", "side", "--resolve", "all=theirs"]).ok();
    let said = open(&project, &["main"]);
    assert!(said.contains("merge "), "{said}");
    project.strat(["merge", "main", "--resolve", "all=theirs"]).ok();
    project.strat(["verify"]).ok();
}

#[test]
fn a_branch_without_entries_is_joined_from_where_it_was_started() {
    let project = clashing();
    project.strat(["branch", "fresh"]).ok();
    assert!(open(&project, &["side", "--preview"]).contains("2 conflicts to decide"));
    project.strat(["merge", "side", "--resolve", "all=ours"]).ok();
    let shown = project.strat(["show"]).ok();
    assert!(shown.contains("branch    fresh") && shown.contains("over:"), "{shown}");
    // Named from elsewhere it stands for the entry it was started at.
    let project = clashing();
    project.strat(["branch", "fresh"]).ok();
    project.strat(["switch", "side"]).ok();
    assert!(open(&project, &["fresh", "--preview"]).contains("2 conflicts to decide"));
}

#[test]
fn what_is_ahead_takes_the_branch_along() {
    let project = forked(&[&add("a")], &[&add("b")]);
    project.strat(["branch", "ahead"]).ok();
    record(&project, "0005-more", &add("c"));
    project.strat(["switch", "main"]).ok();
    let entries = project.files("ledger/entries").len();
    let said = project.strat(["merge", "ahead"]).ok();
    assert!(said.starts_with("branch main goes on from ") && said.contains("nothing to record"), "{said}");
    assert!(said.contains("`strat merge ahead --message TEXT` records one now"), "{said}");
    assert_eq!(project.files("ledger/entries").len(), entries);
    assert!(project.strat(["log"]).ok().contains("0005-more"));
    let said = project.strat(["merge", "ahead"]).ok();
    assert_eq!(said, "branch main already contains ahead: nothing to merge\n");
    // The next entry follows it; where that is taken back, the branch is where it was.
    record(&project, "0006-behind", &add("d"));
    assert!(project.strat(["log"]).ok().contains("0005-more"));
    project.strat(["unrecord"]).ok();
    assert!(project.strat(["log"]).ok().contains("0005-more"));
    project.strat(["up"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn what_is_ahead_is_recorded_where_somebody_says_what_for() {
    let project = forked(&[&add("a")], &[&add("b")]);
    project.strat(["branch", "ahead"]).ok();
    record(&project, "0005-more", &add("c"));
    project.strat(["switch", "main"]).ok();
    let said = project.strat(["merge", "ahead", "--message", "ship it"]).ok();
    assert!(said.contains("nothing was to be joined: the branch goes on from "), "{said}");
    assert!(arrives(&project).contains("ship it"));
}

#[test]
fn heads_say_whether_they_would_merge() {
    let project = forked(&[&rename("mail"), &add("a")], &[&rename("address")]);
    project.strat(["heads", "--check"]).ok();
    project.write("strat.ron", "(branch: Git)");
    project.git(&["init", "-q", "-b", "main"]);
    let told = project.strat(["heads", "--check"]).expect_code(3).stdout;
    assert!(told.contains("branch main has diverged: 1 conflict between its heads"), "{told}");
    let told = project.strat(["heads", "--check", "--format", "json"]).expect_code(3).stdout;
    assert!(told.contains("\"conflicts\":1"), "{told}");
    // Of one branch's heads the choices are told without naming a side.
    assert!(open(&project, &[]).contains("   strat merge --resolve 1=ours "));
}

#[test]
fn the_graph_tells_what_was_decided_and_applied() {
    let project = clashing();
    project.strat(["merge", "side", "--resolve", "1=ours", "--resolve", "2=rename-theirs"]).ok();
    let graph = project.strat(["log", "--graph"]).ok();
    assert!(graph.contains("[decided: 1 kept, 1 renamed]"), "{graph}");
    let told = project.strat(["log", "--target", "sqlite:nothing.db"]).ok();
    assert_eq!(told.matches("pending").count(), 4, "{told}");
    project.strat(["up", "--target", "sqlite:one.db"]).ok();
    assert_eq!(project.strat(["log", "--target", "sqlite:one.db"]).ok().matches("applied").count(), 4);
}
