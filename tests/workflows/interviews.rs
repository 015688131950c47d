//! Follow-up tracking: two columns for a table with live rows, and counters that start anew.

use super::{down, is_at_head, recorded, strict, up, verified};
use crate::support::{Kind, Target, targets};

const ROWS: &str = "INSERT INTO interviews (id, candidate_id, status, adaptive_follow_ups) VALUES
    ('11111111-1111-4111-8111-111111111111', 'cccccccc-cccc-4ccc-8ccc-cccccccccccc', 'IN_PROGRESS', '[\"a\"]'),
    ('22222222-2222-4222-8222-222222222222', 'cccccccc-cccc-4ccc-8ccc-cccccccccccc', 'COMPLETED', '[\"a\", \"b\"]'),
    ('33333333-3333-4333-8333-333333333333', 'dddddddd-dddd-4ddd-8ddd-dddddddddddd', 'IN_PROGRESS', NULL)";

/// Every interview's status and counter, in the order of ids.
fn counters(target: &Target) -> Vec<String> {
    let rows = target.sql("SELECT status, current_followup_count FROM interviews ORDER BY id");
    rows.into_iter().map(|row| row.join(" ")).collect()
}

/// What was there before the columns came.
fn kept(target: &Target) -> Vec<Vec<String>> {
    target.sql("SELECT id, candidate_id, status, adaptive_follow_ups, created_at FROM interviews ORDER BY id")
}

#[test]
fn live_rows_keep_what_they_have() {
    for target in targets::all() {
        let project = recorded("interviews");
        up(&project, &target, "0001-interviews");
        strict(&target, ROWS).unwrap();
        let before = kept(&target);

        up(&project, &target, "0002-followup-tracking");
        assert_eq!(counters(&target), ["IN_PROGRESS 0", "COMPLETED 0", "IN_PROGRESS 0"], "{}", target.name);
        assert_eq!(
            target.value("SELECT count(*) FROM interviews WHERE current_parent_question_id IS NULL"),
            "3",
            "{}",
            target.name
        );
        assert_eq!(kept(&target), before, "{}", target.name);

        target.sql("UPDATE interviews SET current_followup_count = 2");
        up(&project, &target, "head");
        assert_eq!(counters(&target), ["IN_PROGRESS 0", "COMPLETED 2", "IN_PROGRESS 0"], "{}", target.name);
        verified(&project, &target);

        down(&project, &target, "0001-interviews");
        assert_eq!(kept(&target), before, "{}", target.name);
        assert!(target.try_sql("SELECT current_followup_count FROM interviews").is_err(), "{}", target.name);
        up(&project, &target, "head");
        assert_eq!(kept(&target), before, "{}", target.name);
        assert_eq!(counters(&target), ["IN_PROGRESS 0", "COMPLETED 2", "IN_PROGRESS 0"], "{}", target.name);
        assert!(is_at_head(&project, &target), "{}", target.name);
        verified(&project, &target);
    }
}

#[test]
fn running_it_again_changes_nothing() {
    for target in targets::all() {
        let project = recorded("interviews");
        up(&project, &target, "head");
        strict(&target, ROWS).unwrap();
        target.sql("UPDATE interviews SET current_followup_count = 5");
        up(&project, &target, "head");
        assert_eq!(counters(&target), ["IN_PROGRESS 5", "COMPLETED 5", "IN_PROGRESS 5"], "{}", target.name);
    }
}

#[test]
fn counters_come_back_where_nobody_went_on_counting() {
    for target in targets::all() {
        let project = recorded("interviews");
        up(&project, &target, "0002-followup-tracking");
        strict(&target, ROWS).unwrap();
        target.sql("UPDATE interviews SET current_followup_count = 4");
        let plan = project.strat(["plan", "--target", &target.url]).ok();
        assert!(plan.contains("keeps what it overwrites in the vault: current_followup_count"), "{plan}");
        up(&project, &target, "head");
        assert_eq!(counters(&target), ["IN_PROGRESS 0", "COMPLETED 4", "IN_PROGRESS 0"], "{}", target.name);
        target.sql("UPDATE interviews SET current_followup_count = 1 WHERE id = '33333333-3333-4333-8333-333333333333'");
        let kept = project.strat(["vault", "list", "--target", &target.url]).ok();
        assert!(kept.contains("#1") && kept.contains("reset-followups") && kept.contains("2 rows"), "{kept}");
        let status = project.strat(["status", "--target", &target.url]).ok();
        assert!(status.contains("vault: 2 rows of 1 data step,"), "{status}");
        let fates = project.strat(["vault", "show", "head#1", "--rows", "--target", &target.url]).ok();
        assert!(
            fates.contains("33333333-3333-4333-8333-333333333333  was changed since, and stays"),
            "{fates}"
        );
        assert!(fates.contains("11111111-1111-4111-8111-111111111111  comes back"), "{fates}");
        project.strat(["vault", "show", "head#2", "--target", &target.url]).expect_code(1);
        let said = project.strat(["down", "-1", "--target", &target.url]).ok();
        assert!(
            said.contains("1 row put back, 1 left as somebody changed it since"),
            "{}: {said}",
            target.name
        );
        assert_eq!(counters(&target), ["IN_PROGRESS 4", "COMPLETED 4", "IN_PROGRESS 1"], "{}", target.name);
        let kept = project.strat(["vault", "list", "--target", &target.url]).ok();
        assert!(kept.contains("nothing is kept"), "{kept}");
        verified(&project, &target);
    }
}

#[test]
fn what_goes_is_named_first_and_comes_back() {
    for target in targets::all() {
        let project = recorded("interviews");
        up(&project, &target, "head");
        strict(&target, ROWS).unwrap();
        target.sql("UPDATE interviews SET current_followup_count = 3 WHERE status <> 'IN_PROGRESS'");
        let before = counters(&target);
        let said = project.strat(["plan", "--down", "0001-interviews", "--target", &target.url]).ok();
        let kept = "keeps in the vault: column current_followup_count of interviews";
        assert!(said.contains(kept) && !said.contains("H101"), "{}: {said}", target.name);
        project.strat(["down", "0001-interviews", "--target", &target.url]).ok();
        up(&project, &target, "head");
        assert_eq!(counters(&target), before, "{}", target.name);
    }
}

#[test]
fn the_statements_can_be_had_without_a_run() {
    for target in targets::all() {
        let project = recorded("interviews");
        up(&project, &target, "0001-interviews");
        let sql = project.strat(["plan", "0002-followup-tracking", "--sql", "--target", &target.url]).ok();
        assert!(sql.contains("current_parent_question_id"), "{}: {sql}", target.name);
        assert!(sql.contains("current_followup_count"), "{}: {sql}", target.name);
        assert!(target.try_sql("SELECT current_followup_count FROM interviews").is_err(), "{}", target.name);
        if target.kind != Kind::Sqlite {
            assert!(sql.contains("ADD COLUMN"), "{}: {sql}", target.name);
        }
    }
}
