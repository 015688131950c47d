//! A backfill that several connections, and several processes, work on at once: who is killed or stands still, and when, nobody can tell
//! afterwards, neither from the rows nor from the receipt.

use std::process::Child;
use std::time::Duration;

use super::aside;
use crate::kill::{
    all_rows, by_rows, counting, done, ended, exactly_once, filled, receipts, signal, slowly, under_way,
};
use crate::support::{Kind, Output, Project, Target, targets, wait_for};

/// The targets that several sessions can write to.
fn servers() -> Vec<Target> {
    targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite).collect()
}

/// Lets all who take part do so few rows a second together that others have time to join.
fn slow(project: &Project, target: &Target) {
    on(project, target, &["backfill", "throttle", "--max-rows-per-second", "90"]).ok();
}

fn fast(project: &Project, target: &Target) {
    on(project, target, &["backfill", "throttle", "--off"]).ok();
}

fn join(project: &Project, target: &Target) -> Child {
    project.start(&["up", "--join", "--batch-rows", "1", "--target", &target.url])
}

/// The ranges that a process is at, with how many of their rows are done.
fn held_by(target: &Target, child: &Child) -> Vec<Vec<String>> {
    target.sql(&format!(
        "SELECT n, visited, fence FROM strat_range WHERE n > 0 AND done = 0 AND holder LIKE '%pid {}' ORDER BY n",
        child.id()
    ))
}

#[track_caller]
fn is_at_it(target: &Target, child: &mut Child) {
    wait_for("it takes part", || held_by(target, child).iter().any(|row| row[1].parse::<u32>().unwrap() > 2));
    assert!(child.try_wait().unwrap().is_none(), "{}: it ended too soon", target.name);
}

#[track_caller]
fn nothing_is_left(project: &Project, target: &Target) {
    exactly_once(project, target);
    assert_eq!(target.value("SELECT count(*) FROM strat_range"), "0", "{}", target.name);
}

#[test]
fn several_connections_leave_what_one_leaves() {
    for target in targets::all() {
        for workers in ["2", "4"] {
            let project = counting();
            let target = targets::fresh(target.kind).expect("as this one was had");
            filled(&project, &target);
            let up = ["up", "--workers", workers, "--batch-rows", "7", "--target", &target.url];
            project.strat(up).ok();
            nothing_is_left(&project, &target);
        }
    }
}

#[test]
fn a_second_process_takes_part_and_is_seen() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 5);
        let mut second = join(&project, &target);
        is_at_it(&target, &mut second);
        wait_for("both are at it", || !held_by(&target, &first).is_empty());
        let shown = project.strat(["backfill", "show", "--target", &target.url]).ok();
        for child in [&first, &second] {
            assert!(shown.contains(&format!("pid {}", child.id())), "{}: {shown}", target.name);
        }
        assert!(shown.contains("range 1") && shown.contains("held"), "{}: {shown}", target.name);
        let shown = project.strat(["--format", "json", "backfill", "show", "--target", &target.url]).ok();
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let ranges = shown["step"]["ranges"].as_array().expect("ranges");
        assert!(ranges.len() > 3 && ranges.iter().any(|range| range["state"] == "held"), "{shown}");
        fast(&project, &target);
        ended(first).expect_code(0);
        let said = ended(second).expect_code(0).stdout;
        assert!(said.contains("took part in 1 backfill; it is up to date"), "{}: {said}", target.name);
        nothing_is_left(&project, &target);
    }
}

#[test]
fn a_joined_process_that_is_killed_leaves_its_range_to_others() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &["--workers", "2"]);
        under_way(&mut first, &target, 5);
        for _ in 0..2 {
            let mut second = join(&project, &target);
            is_at_it(&target, &mut second);
            signal(&second, "KILL");
            assert_eq!(ended(second).code, 128 + 9);
        }
        fast(&project, &target);
        ended(first).expect_code(0);
        nothing_is_left(&project, &target);
    }
}

/// Stands a process still where it locks no row.
fn stand_still(child: &Child, target: &Target) {
    let free = "SELECT count(*) FROM (SELECT id FROM counters FOR UPDATE SKIP LOCKED) free";
    for _ in 0..200 {
        signal(child, "STOP");
        // What others lock at that moment they let go of.
        let is_free = (0..10).any(|_| target.value(free) == all_rows(target).to_string());
        if is_free {
            return;
        }
        signal(child, "CONT");
        std::thread::sleep(Duration::from_millis(3));
    }
    panic!("it was always in a transaction");
}

#[test]
fn a_joined_process_that_stood_still_past_its_time_writes_nothing_of_its_range_when_it_wakes() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 5);
        let mut second = join(&project, &target);
        is_at_it(&target, &mut second);
        stand_still(&second, &target);
        let left = held_by(&target, &second);
        assert_eq!(left.len(), 1, "{}: {left:?}", target.name);
        let number = &left[0][0];
        // The two minutes that it has left go by.
        target.sql(&format!("UPDATE strat_range SET until_ms = 1 WHERE n = {number}"));
        fast(&project, &target);
        let fence = format!(
            "SELECT count(*) FROM strat_range WHERE n = {number} AND fence > 1 AND visited > {}",
            left[0][1]
        );
        wait_for("another takes its range", || target.value(&fence) == "1");
        signal(&second, "CONT");
        ended(first).expect_code(0);
        ended(second).expect_code(0);
        nothing_is_left(&project, &target);
    }
}

#[test]
fn a_range_is_kept_through_a_long_rest() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 5);
        let busy = ["--throttle-query", "SELECT 'others are at work'"];
        let second = project.start(&[&["up", "--join", "--target", &target.url], &busy[..]].concat());
        wait_for("it takes a range", || !held_by(&target, &second).is_empty());
        // Most of its two minutes go by while it rests.
        let at = &held_by(&target, &second)[0];
        let until = format!("SELECT until_ms FROM strat_range WHERE n = {}", at[0]);
        let until = || target.value(&until).parse::<i64>().unwrap();
        let less = until() - 100_000;
        target.sql(&format!("UPDATE strat_range SET until_ms = {less} WHERE n = {}", at[0]));
        wait_for("it keeps its range", || until() > less + 50_000);
        assert_eq!(held_by(&target, &second).first(), Some(at), "{}: it came on by a batch", target.name);
        signal(&second, "TERM");
        ended(second).expect_code(5);
        fast(&project, &target);
        ended(first).expect_code(0);
        nothing_is_left(&project, &target);
    }
}

#[test]
fn when_the_run_that_was_joined_is_killed_the_other_leaves_with_5_and_the_next_up_goes_on() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &["--workers", "2"]);
        under_way(&mut first, &target, 5);
        let mut second = join(&project, &target);
        is_at_it(&target, &mut second);
        signal(&first, "KILL");
        ended(first);
        let said = ended(second).expect_code(5).stderr;
        assert!(said.contains("the run that was joined is gone") && said.contains("`strat up`"), "{said}");
        let left = done(&target);
        assert!(left < all_rows(&target), "{}: it was done before", target.name);
        let ranges: usize = target.value("SELECT count(*) FROM strat_range").parse().unwrap();
        assert!(ranges > 3, "{}: {ranges}", target.name);
        fast(&project, &target);
        // One connection finishes what several began.
        let said = project.strat(["up", "--target", &target.url]).ok();
        assert!(said.contains("state=resumed") && said.contains("ranges="), "{}: {said}", target.name);
        nothing_is_left(&project, &target);
    }
}

#[test]
fn runs_with_several_connections_that_are_killed_again_and_again_do_each_row_once() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        for moment in 0..6 {
            let child = by_rows(&project, &target, &["--workers", "3"]);
            std::thread::sleep(Duration::from_millis(100 + moment * 61));
            signal(&child, "KILL");
            ended(child);
        }
        project.strat(["up", "--target", &target.url]).ok();
        nothing_is_left(&project, &target);
    }
}

#[test]
fn a_pause_reaches_all_who_take_part() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        slow(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 5);
        let mut second = join(&project, &target);
        is_at_it(&target, &mut second);
        project.strat(["backfill", "pause", "--reason", "deploy freeze", "--target", &target.url]).ok();
        for child in [first, second] {
            let said = ended(child).expect_code(5).stderr;
            assert!(said.contains("deploy freeze"), "{}: {said}", target.name);
        }
        let held = "SELECT count(*) FROM strat_range WHERE n > 0 AND done = 0 AND holder <> ''";
        assert_eq!(target.value(held), "0", "{}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM strat_journal WHERE kind = 'paused'"), "1");
        project.strat(["backfill", "resume", "--target", &target.url]).ok();
        fast(&project, &target);
        project.strat(["up", "--workers", "2", "--target", &target.url]).ok();
        nothing_is_left(&project, &target);
    }
}

#[test]
fn who_can_not_join_is_told_why() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let joined = project.strat(["up", "--join", "--wait", "0s", "--target", &target.url]);
        if target.kind == Kind::Sqlite {
            let said = joined.expect_code(1).stderr;
            assert!(said.contains("one writer at a time"), "{said}");
            continue;
        }
        assert!(joined.expect_code(5).stderr.contains("no run is at work"), "{}", target.name);
        project.strat(["up", "--target", &target.url]).ok();
        let said = project.strat(["up", "--join", "--target", &target.url]).ok();
        assert!(said.contains("nothing to take part in"), "{}: {said}", target.name);
    }
}

#[test]
fn a_target_of_an_older_release_gets_the_table_of_ranges_when_it_is_next_written() {
    for target in servers() {
        let project = counting();
        filled(&project, &target);
        let mut child = slowly(&project, &target, &[]);
        under_way(&mut child, &target, 20);
        signal(&child, "KILL");
        ended(child);
        target.sql("DROP TABLE strat_range");
        assert!(project.strat(["backfill", "list", "--target", &target.url]).ok().contains("interrupted"));
        project.strat(["status", "--target", &target.url]).ok();
        project.strat(["up", "--workers", "2", "--target", &target.url]).ok();
        nothing_is_left(&project, &target);
    }
}

fn on(project: &Project, target: &Target, words: &[&str]) -> Output {
    project.strat(words.iter().chain(&["--target", target.url.as_str()]))
}

/// What a target says of the rows that were set aside.
fn set_aside(target: &Target) -> (Vec<Vec<String>>, String) {
    let rows =
        target.sql("SELECT number, key_text, class, message, input FROM strat_rejected ORDER BY number");
    let told = receipts(target).join("\n");
    (rows, told.lines().filter(|line| !line.starts_with("fuel")).collect::<Vec<_>>().join("\n"))
}

#[test]
fn rows_set_aside_and_the_vault_are_as_one_connection_leaves_them() {
    let slugs = aside::SLUGS_ALONE
        .replace("write: [\"slug\"]", "write: [\"slug\"], on_reject: SetAside(at_most: 30)");
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some(alone) = targets::fresh(kind) else { continue };
        let project = aside::project(&slugs);
        let together = targets::fresh(kind).expect("as this one was had");
        let title = |n: usize| match n {
            n if n % 97 == 5 => format!("!bad {n}"),
            n if n % 211 == 7 => format!("a title of more than twenty letters {n}"),
            n => format!("Title {n}"),
        };
        let rows: Vec<String> = (1..=1500).map(|n| format!("({n}, '{}', 'old')", title(n))).collect();
        for target in [&alone, &together] {
            on(&project, target, &["up", "head-1"]).ok();
            target.sql(&format!("INSERT INTO docs (id, title, slug) VALUES {}", rows.join(", ")));
        }
        on(&project, &alone, &["up"]).ok();
        on(&project, &together, &["up", "--workers", "4", "--batch-rows", "9"]).ok();
        assert_eq!(set_aside(&together), set_aside(&alone), "{}", alone.name);
        assert!(set_aside(&alone).0.len() > 15);
        let listed = on(&project, &together, &["backfill", "rejects"]).ok();
        assert_eq!(
            listed,
            on(&project, &alone, &["backfill", "rejects"]).ok().replace(&alone.url, &together.url)
        );
        on(&project, &together, &["verify"]).ok();
        let kept = "SELECT count(*) FROM docs WHERE slug <> 'old'";
        assert!(together.value(kept) != "0");
        on(&project, &together, &["down", "-1"]).ok();
        assert_eq!(together.value(kept), "0", "{}: the vault gave not all back", together.name);
        // One row more than the entry allows for stops them, and what was allowed by hand goes on.
        together.sql("UPDATE docs SET title = '!bad too' WHERE id < 40");
        on(&project, &together, &["up", "--workers", "3", "--batch-rows", "5"]).expect_code(3);
        let words = ["up", "--workers", "3", "--set-aside", "40", "--reason", "ticket 812"];
        on(&project, &together, &words).ok();
        let bad = together.value("SELECT count(*) FROM docs WHERE title LIKE '!%' OR title LIKE 'a title%'");
        assert_eq!(together.value("SELECT count(*) FROM strat_rejected"), bad, "{}", together.name);
        on(&project, &together, &["verify"]).ok();
    }
}
