//! Killed at every boundary of a batch, and inside each: where it stands is made sure by locks that somebody else holds.

use std::time::Duration;

use super::super::support::{Kind, Target, targets, wait_for};
use super::{all_rows, counting, done, ended, exactly_once, filled, signal, slowly, under_way};

/// Rows of a batch here.
const BATCH: usize = 100;

/// How many sessions of this database wait for somebody else's lock.
fn waiting(target: &Target) -> usize {
    let query = match target.kind {
        Kind::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        }
        _ => {
            "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p
             ON p.id = t.trx_mysql_thread_id WHERE p.db = DATABASE() AND t.trx_state = 'LOCK WAIT'"
        }
    };
    target.value(query).parse().expect("a number")
}

/// Waits until the run stands before a lock.
#[track_caller]
fn stands(target: &Target) {
    wait_for("it stands before the lock", || {
        // InnoDB tells the same as before to whoever asks sooner than after a tenth of a second.
        std::thread::sleep(Duration::from_millis(180));
        waiting(target) > 0
    });
}

#[test]
fn killed_at_every_boundary_of_a_batch_and_inside_each_it_resumes_exactly_once() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let batches = all_rows(&target) / BATCH;
        let rows = BATCH.to_string();
        let start = || project.start(&["up", "--batch-rows", &rows, "--target", &target.url]);
        for batch in 0..batches {
            // At the boundary: the batches before are committed, and the next one can't read its last row.
            let last = (batch + 1) * BATCH;
            let row = target.hold(&format!("SELECT n FROM counters WHERE id = {last} FOR UPDATE"));
            let run = start();
            stands(&target);
            signal(&run, "KILL");
            ended(run);
            assert_eq!(done(&target), batch * BATCH, "{}: batch {batch}", target.name);
            // Inside: its rows are read and written, and its watermark can't be.
            if batch > 0 {
                let watermark = target.hold("SELECT entry FROM strat_progress FOR UPDATE");
                drop(row);
                let run = start();
                stands(&target);
                signal(&run, "KILL");
                ended(run);
                drop(watermark);
                assert_eq!(done(&target), batch * BATCH, "{}: inside batch {batch}", target.name);
            }
        }
        project.strat(["up", "--target", &target.url]).ok();
        exactly_once(&project, &target);
    }
}

#[test]
fn a_run_whose_session_the_server_ended_while_it_stood_still_writes_nothing_when_it_wakes() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 20);
        signal(&first, "STOP");
        // What a server does whose client doesn't answer for too long: the lock on the target goes with the session.
        match target.kind {
            Kind::Postgres => drop(target.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )),
            _ => {
                let ids = target.sql("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
                let kills: Vec<String> = ids.iter().map(|row| format!("KILL {}", row[0])).collect();
                target.sql(&kills.join("; "));
            }
        }
        project.strat(["up", "--target", &target.url]).ok();
        let journal = target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq");
        signal(&first, "CONT");
        let said = ended(first).expect_code(6).stderr;
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(
            target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"),
            journal,
            "{}",
            target.name
        );
        exactly_once(&project, &target);
    }
}
