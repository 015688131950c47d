//! How fast data steps go: limits of the command line and of the control row, reasons, sizes of batches, and stopping before them.

use std::time::{Duration, Instant};

use crate::kill::{
    all_rows, by_rows, counting, done, ended, exactly_once, filled, signal, slowly, under_way,
};
use crate::support::{Kind, Output, Project, Target, targets, wait_for};

fn up(project: &Project, target: &Target, words: &[&str]) -> Output {
    project.strat(["up", "--target", target.url.as_str()].iter().chain(words))
}

/// The events of a run, as JSON.
fn events(output: &str) -> Vec<serde_json::Value> {
    output.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

#[test]
fn results_do_not_depend_on_how_batches_are_cut() {
    for target in targets::all() {
        for words in [
            &[][..],
            &["--full-speed"],
            &["--batch-rows", "7"],
            &["--batch-time", "1ms"],
            &["--batch-rows", "100000"],
        ] {
            let target = targets::fresh(target.kind).expect("as this one was had");
            let project = counting();
            filled(&project, &target);
            up(&project, &target, words).ok();
            exactly_once(&project, &target);
        }
    }
}

#[test]
fn rows_of_a_second_are_kept_also_when_they_are_told_while_it_runs() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let rows = all_rows(&target);
        let began = Instant::now();
        let slow = (rows / 3).to_string();
        up(&project, &target, &["--max-rows-per-second", &slow]).ok();
        assert!(began.elapsed() > Duration::from_millis(1_500), "{}: {:?}", target.name, began.elapsed());
        exactly_once(&project, &target);

        let target = targets::fresh(target.kind).expect("as this one was had");
        filled(&project, &target);
        let mut run = slowly(&project, &target, &["--batch-time", "1s"]);
        under_way(&mut run, &target, 10);
        project
            .strat([
                "backfill",
                "throttle",
                "--max-rows-per-second",
                "10",
                "--reason",
                "peak",
                "--target",
                &target.url,
            ])
            .ok();
        let (began, before) = (Instant::now(), done(&target));
        std::thread::sleep(Duration::from_secs(2));
        let after = done(&target);
        let most = 10 * began.elapsed().as_secs() as usize + 20;
        assert!(after - before < most, "{}: {before} to {after}", target.name);
        let shown = project.strat(["backfill", "show", "--target", &target.url]).ok();
        assert!(shown.contains("running") && shown.contains("at most 10 rows/s"), "{}: {shown}", target.name);
        project.strat(["backfill", "throttle", "--off", "--target", &target.url]).ok();
        ended(run).expect_code(0);
        assert_eq!(
            target.value("SELECT count(*) FROM strat_journal WHERE kind = 'throttled'"),
            "2",
            "{}",
            target.name
        );
        exactly_once(&project, &target);
    }
}

#[test]
fn a_reason_to_rest_is_told_and_heeded_until_it_is_gone() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        target.sql("CREATE TABLE busy (why VARCHAR(40)); INSERT INTO busy VALUES ('the sale is on')");
        let query = "SELECT why FROM busy";
        let mut run = project.beside(&[
            "--format",
            "json",
            "up",
            "--batch-rows",
            "100",
            "--throttle-query",
            query,
            "--target",
            &target.url,
        ]);
        run.until_said("\"state\":\"throttled\"");
        assert_eq!(done(&target), 0, "{}", target.name);
        target.sql("DELETE FROM busy");
        let said = run.ended().expect_code(0).stdout;
        let rows: Vec<_> = events(&said).into_iter().filter(|event| event["event"] == "rows").collect();
        let held: Vec<_> = rows.iter().filter(|event| event["state"] == "throttled").collect();
        assert!(!held.is_empty(), "{}: {said}", target.name);
        assert_eq!(held[0]["reason"], "the sale is on");
        assert!(held.iter().all(|event| event["eta"].is_null()));
        assert!(rows.iter().any(|event| event["state"] == "running"), "{}: {said}", target.name);
    }
}

#[test]
fn a_query_of_the_users_own_comes_from_their_settings_and_from_no_clone() {
    let (mut project, target) = (counting(), targets::sqlite());
    filled(&project, &target);
    let settings = |more: &str| format!("(targets: {{\"here\": (url: \"{}\")}}{more})", target.url);
    project.write("strat.ron", settings(", throttle_query: {\"here\": \"SELECT 1\"}"));
    project.strat(["up", "--target", "here"]).expect_code(1);
    project.write("strat.ron", settings(""));
    project.write("home/strat/strat.ron", "(throttle_query: {\"here\": \"SELECT 'quiet hours'\"})");
    let home = project.path("home").display().to_string();
    project.env("XDG_CONFIG_HOME", &home);
    let mut run = project.beside(&["--format", "json", "up", "--target", "here"]);
    run.until_said("quiet hours");
    signal(&run, "INT");
    run.ended().expect_code(5);
    up(&project, &target, &[]).ok();
    exactly_once(&project, &target);
}

#[test]
fn a_pause_reaches_a_run_that_is_held_back_and_an_interrupt_too() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let held = ["up", "--throttle-query", "SELECT 'never'", "--target", &target.url];
        let mut run = project.beside(&held);
        run.until_said("state=throttled");
        project.strat(["backfill", "pause", "--reason", "enough", "--target", &target.url]).ok();
        let said = run.ended().expect_code(5).stderr;
        assert!(said.contains("paused by Ada Example") && said.contains("enough"), "{}: {said}", target.name);
        project.strat(["backfill", "resume", "--target", &target.url]).ok();
        let mut run = project.beside(&held);
        run.until_said("state=throttled");
        signal(&run, "INT");
        run.ended().expect_code(5);
        assert_eq!(done(&target), 0, "{}", target.name);
        up(&project, &target, &[]).ok();
        exactly_once(&project, &target);
    }
}

#[test]
fn what_a_database_cannot_tell_is_refused_instead_of_passed_over() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let lag = up(&project, &target, &["--max-lag", "2s"]);
        let done_so_far = done(&target);
        match target.kind {
            Kind::Postgres => drop(lag.ok()),
            Kind::Sqlite | Kind::Mysql => {
                let said = lag.expect_code(1).stderr;
                assert!(said.contains("doesn't tell how far its replicas are behind"), "{said}");
                assert_eq!(done_so_far, 0);
                assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "0");
                let words = ["backfill", "throttle", "--max-lag", "2s", "--target", target.url.as_str()];
                project.strat(words).expect_code(1);
            }
        }
        let target = targets::fresh(target.kind).expect("as this one was had");
        filled(&project, &target);
        let load = up(&project, &target, &["--max-load", "10000"]);
        match target.kind {
            Kind::Sqlite => drop(load.expect_code(1)),
            Kind::Postgres | Kind::Mysql => drop(load.ok()),
        }
    }
}

#[test]
fn statements_at_work_hold_a_step_back() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let (sleep, end) = match target.kind {
            Kind::Postgres => (
                "SELECT pg_sleep(100)",
                "SELECT format('SELECT pg_terminate_backend(%s)', pid) FROM pg_stat_activity
                 WHERE query LIKE 'SELECT pg\\_sleep(100)%' AND datname = current_database() AND state = 'active'",
            ),
            _ => (
                "SELECT SLEEP(100)",
                "SELECT concat('KILL ', id) FROM information_schema.processlist
                 WHERE info LIKE 'SELECT SLEEP(100)%' AND db = DATABASE()",
            ),
        };
        std::thread::scope(|scope| {
            scope.spawn(|| target.try_sql(sleep));
            wait_for("a statement is at work", || !target.sql(end).is_empty());
            let mut run =
                project.beside(&["--format", "json", "up", "--max-load", "0", "--target", &target.url]);
            run.until_said("statements are at work > 0");
            signal(&run, "INT");
            let said = run.ended().expect_code(5).stdout;
            assert!(said.contains("\"state\":\"throttled\""), "{}: {said}", target.name);
            target.sql(end).iter().for_each(|row| drop(target.sql(&row[0])));
        });
        assert_eq!(done(&target), 0, "{}", target.name);
        up(&project, &target, &[]).ok();
        exactly_once(&project, &target);
    }
}

#[test]
fn a_transaction_that_somebody_left_open_counts_as_lag() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = counting();
    filled(&project, &target);
    target.sql("CREATE TABLE other (x integer)");
    let open = target.hold("INSERT INTO other VALUES (1)");
    std::thread::sleep(Duration::from_secs(11));
    let mut run = project.beside(&["--format", "json", "up", "--max-lag", "2s", "--target", &target.url]);
    run.until_said("idle in a transaction, lags ");
    assert_eq!(done(&target), 0);
    drop(open);
    run.ended().expect_code(0);
    target.sql("DROP TABLE other");
    exactly_once(&project, &target);
}

#[test]
fn a_deploy_goes_on_before_the_data() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        project.write(
            "migrations/0003-after.ron",
            r#"Draft(message: "after", steps: [AddColumn(table: "counters", column: (name: "late", type: Integer))])"#,
        );
        project.strat(["record"]).ok();
        let said = up(&project, &target, &["--before-data=10"]).expect_code(5).stdout;
        assert!(
            said.contains("the next step is a long one") && said.contains("`strat up` goes on"),
            "{said}"
        );
        assert_eq!(done(&target), 0, "{}", target.name);
        project.strat(["status", "--check", "--target", &target.url]).expect_code(5);
        // With fewer rows than that it isn't a long one.
        up(&project, &target, &["--before-data=100000"]).ok();
        assert_eq!(done(&target), all_rows(&target), "{}", target.name);
        project.strat(["status", "--check", "--target", &target.url]).ok();
    }
}

#[test]
fn a_step_for_the_background_is_left_however_few_rows_it_has() {
    let target = targets::sqlite();
    let project = Project::init();
    project.write("data-scripts/add/add.wasm", crate::kill::increment());
    project.write(
        "migrations/0001-all.ron",
        r#"Draft(message: "all", steps: [
            CreateTable(name: "counters", columns: [
                (name: "id", type: BigInt, nullable: false), (name: "n", type: BigInt, nullable: false, default: Literal(0)),
            ], constraints: [(is: PrimaryKey(["id"]))]),
            Backfill(script: "add", table: "counters", read: ["n"], write: ["n"], undo: None("a test"), background: true),
        ])"#,
    );
    project.strat(["record"]).ok();
    assert!(project.strat(["show", "head"]).ok().contains("background: true"));
    up(&project, &target, &["--before-data"]).expect_code(5);
    assert_eq!(target.value("SELECT count(*) FROM counters"), "0");
    up(&project, &target, &[]).ok();
    project.strat(["verify", "--target", &target.url]).ok();
}

#[test]
fn a_second_interrupt_aborts_the_batch_at_once_and_nothing_is_lost() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut run = by_rows(&project, &target, &["--max-rows-per-second", "90"]);
        under_way(&mut run, &target, 20);
        signal(&run, "INT");
        signal(&run, "TERM");
        ended(run).expect_code(5);
        let left = done(&target);
        assert!((20..all_rows(&target)).contains(&left), "{}: {left}", target.name);
        up(&project, &target, &["--wait", "20s"]).ok();
        exactly_once(&project, &target);
    }
}

#[test]
fn a_run_that_waits_for_another_stops_waiting_when_asked() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut first = by_rows(&project, &target, &["--max-rows-per-second", "20"]);
        under_way(&mut first, &target, 10);
        let mut second = project.beside(&["up", "--wait", "5m", "--target", &target.url]);
        second.until_said("waiting for ");
        signal(&second, "TERM");
        second.ended().expect_code(5);
        assert!(first.try_wait().unwrap().is_none(), "{}: it waited for the other's end", target.name);
        signal(&first, "INT");
        ended(first).expect_code(5);
    }
}

#[test]
fn a_batch_that_loses_against_another_session_is_done_again() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let held = target.hold("UPDATE counters SET n = n WHERE id = 5");
        let mut run = project.beside(&["--format", "json", "up", "--target", &target.url]);
        run.until_said("\"state\":\"waiting\"");
        drop(held);
        run.ended().expect_code(0);
        exactly_once(&project, &target);
    }
}
