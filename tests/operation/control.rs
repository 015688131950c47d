//! `strat backfill`: pauses and limits stand in the target, reach a run within a batch, lose nothing, and are in the journal.

use std::time::Duration;

use crate::kill::{counting, ended, exactly_once, filled, slowly, under_way};
use crate::support::{Project, Target, targets};

fn kinds(target: &Target) -> Vec<String> {
    target.sql("SELECT kind FROM strat_journal ORDER BY seq").into_iter().map(|row| row[0].clone()).collect()
}

fn count_of(target: &Target, kind: &str) -> usize {
    kinds(target).iter().filter(|one| *one == kind).count()
}

fn backfill(project: &Project, target: &Target, words: &[&str]) -> crate::support::Output {
    project.strat(["backfill"].iter().chain(words).chain(&["--target", target.url.as_str()]))
}

#[test]
fn a_pause_from_elsewhere_stops_a_run_after_its_batch_and_loses_nothing() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut run = slowly(&project, &target, &[]);
        under_way(&mut run, &target, 20);
        let said = backfill(&project, &target, &["pause", "--reason", "deploy freeze"]).ok();
        assert!(said.contains("stand still: deploy freeze"), "{}: {said}", target.name);
        let said = ended(run).expect_code(5).stderr;
        for part in [
            "paused by Ada Example",
            "since ",
            ": deploy freeze",
            "rows are done and kept",
            "strat backfill resume",
        ] {
            assert!(said.contains(part), "{}: {part}: {said}", target.name);
        }
        assert_eq!(count_of(&target, "paused"), 1, "{}", target.name);
        let listed = backfill(&project, &target, &["list"]).ok();
        assert!(listed.contains("paused") && listed.contains("deploy freeze"), "{}: {listed}", target.name);
        // No flag passes it by, and nobody's later run either.
        let rows = target.sql("SELECT id, n FROM counters ORDER BY id");
        project.strat(["up", "--target", &target.url]).expect_code(5);
        assert_eq!(target.sql("SELECT id, n FROM counters ORDER BY id"), rows, "{}", target.name);
        project.strat(["status", "--check", "--target", &target.url]).expect_code(5);
        backfill(&project, &target, &["resume", "--reason", "deployed"]).ok();
        backfill(&project, &target, &["resume"]).expect_code(1);
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!((count_of(&target, "paused"), count_of(&target, "resumed")), (1, 1), "{}", target.name);
        exactly_once(&project, &target);
    }
}

#[test]
fn one_step_is_paused_by_its_name_before_it_begins() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        backfill(&project, &target, &["pause", "head-1", "--reason", "no"]).expect_code(1);
        backfill(&project, &target, &["pause", "head#2", "--reason", "no"]).expect_code(1);
        backfill(&project, &target, &["pause", "head#1", "--reason", "not before Monday"]).ok();
        assert_eq!(count_of(&target, "paused"), 1, "{}", target.name);
        let said = project.strat(["up", "--target", &target.url]).expect_code(5).stderr;
        assert!(said.contains("not before Monday") && said.contains("0 rows"), "{}: {said}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "0", "{}", target.name);
        let shown = backfill(&project, &target, &["show", "head"]).ok();
        assert!(shown.contains("not before Monday"), "{}: {shown}", target.name);
        backfill(&project, &target, &["resume", "head"]).ok();
        project.strat(["up", "--target", &target.url]).ok();
        let shown = backfill(&project, &target, &["show", "head"]).ok();
        assert!(shown.contains("done"), "{}: {shown}", target.name);
        exactly_once(&project, &target);
    }
}

#[test]
fn a_run_killed_in_a_pause_leaves_what_an_undisturbed_one_leaves() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        for moment in 0..3 {
            let mut run = slowly(&project, &target, &[]);
            under_way(&mut run, &target, 20 + moment * 30);
            let pausing = project.start(&["backfill", "pause", "--reason", "now", "--target", &target.url]);
            std::thread::sleep(Duration::from_millis(10 + 15 * moment as u64));
            crate::kill::signal(&run, "KILL");
            ended(run);
            ended(pausing).expect_code(0);
            backfill(&project, &target, &["resume"]).ok();
        }
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!((count_of(&target, "paused"), count_of(&target, "resumed")), (3, 3), "{}", target.name);
        exactly_once(&project, &target);
    }
}

#[test]
fn a_target_of_an_older_release_gets_the_control_row_when_it_is_next_written() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        target.sql("DROP TABLE strat_control");
        assert!(backfill(&project, &target, &["list"]).ok().contains("pending"));
        project.strat(["status", "--target", &target.url]).ok();
        backfill(&project, &target, &["pause", "--reason", "x"]).ok();
        project.strat(["up", "--target", &target.url]).expect_code(5);
        target.sql("DROP TABLE strat_control");
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!(target.value("SELECT count(*) FROM strat_control"), "0", "{}", target.name);
    }
}

#[test]
fn looking_at_data_steps_writes_nothing() {
    let (project, target) = (counting(), targets::sqlite());
    filled(&project, &target);
    let before = std::fs::read(target.path()).unwrap();
    backfill(&project, &target, &["list"]).ok();
    backfill(&project, &target, &["show"]).ok();
    assert_eq!(std::fs::read(target.path()).unwrap(), before);
    let listed = project.strat(["--format", "json", "backfill", "list", "--target", &target.url]).ok();
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["steps"][0]["state"], "pending");
}
