//! `plan`, `up`, `down` and `status` on every database there is.

use super::{USERS, add, draft, record, with_users};
use crate::support::{Project, targets, wait_for};

#[test]
fn up_down_up() {
    for target in targets::all() {
        let project = with_users();
        record(&project, "0002-a", &add("a"));
        let on = ["--target", &target.url];
        let plan = project.strat(["plan"].iter().chain(&on)).ok();
        assert!(plan.contains("apply 2 entries"), "{plan}");
        project.strat(["status", "--check"].iter().chain(&on)).expect_code(5);
        project.strat(["up"].iter().chain(&on)).ok();
        assert!(project.strat(["upgrade"].iter().chain(&on)).ok().contains("nothing to do"));
        assert_eq!(target.value("SELECT count(*) FROM users"), "0");
        project.strat(["status", "--check"].iter().chain(&on)).ok();
        project.strat(["verify"].iter().chain(&on)).ok();
        project.strat(["downgrade", "-1"].iter().chain(&on)).ok();
        project.strat(["down", "base", "--accept", "H101"].iter().chain(&on)).ok();
        project.strat(["up", "--step-by-step"].iter().chain(&on)).ok();
        project.strat(["verify"].iter().chain(&on)).ok();
    }
}

#[test]
fn what_down_drops_comes_back_until_it_is_purged() {
    for target in targets::all() {
        let project = with_users();
        record(&project, "0002-a", &add("a"));
        let on = ["--target", &target.url];
        project.strat(["up"].iter().chain(&on)).ok();
        target.sql("INSERT INTO users (id, a) VALUES (1, 'kept')");
        let plan = project.strat(["plan", "--down", "-1"].iter().chain(&on)).ok();
        assert!(plan.contains("keeps in the vault: column a of users"), "{plan}");
        project.strat(["down", "-1"].iter().chain(&on)).ok();
        let list = project.strat(["vault", "list"].iter().chain(&on)).ok();
        assert!(list.contains("column a of users") && list.contains("1 row"), "{list}");
        let status = project.strat(["status"].iter().chain(&on)).ok();
        assert!(status.contains("vault: 1 rows of 1 step that destroys"), "{status}");
        project.strat(["verify"].iter().chain(&on)).ok();
        let up = project.strat(["up"].iter().chain(&on)).ok();
        assert!(up.contains("1 row put back"), "{up}");
        assert_eq!(target.value("SELECT a FROM users"), "kept");
        project.strat(["down", "root"].iter().chain(&on)).ok();
        let purge = ["vault", "purge", "--older-than"];
        let said = project.strat(purge.iter().chain(&["1"]).chain(&on)).ok();
        assert!(said.contains("nothing has been kept for 1 days"), "{said}");
        let said = project.strat(purge.iter().chain(&["0"]).chain(&on)).ok();
        assert!(said.contains("table users") && said.contains("nothing was removed"), "{said}");
        project.strat(purge.iter().chain(&["0", "--yes"]).chain(&on)).ok();
        assert!(project.strat(["vault", "list"].iter().chain(&on)).ok().contains("nothing is kept"));
        assert_eq!(target.value("SELECT count(*) FROM strat_journal WHERE kind = 'purged'"), "2");
        project.strat(["verify"].iter().chain(&on)).ok();
        project.strat(["up"].iter().chain(&on)).ok();
        assert_eq!(target.value("SELECT count(*) FROM users"), "0");
    }
}

#[test]
fn looking_writes_nothing() {
    let project = with_users();
    project.strat(["plan"]).ok();
    project.strat(["up", "--dry-run"]).ok();
    project.strat(["status"]).ok();
    assert!(!project.path("strat.db").exists());
    project.strat(["up"]).ok();
    record(&project, "0002-a", &add("a"));
    let before = project.read("strat.db");
    assert!(project.strat(["up", "--dry-run"]).ok().contains("nothing was written"));
    project.strat(["plan", "--down", "root"]).ok();
    project.strat(["status"]).ok();
    assert_eq!(project.read("strat.db"), before);
}

#[test]
fn plans_are_sql() {
    let project = with_users();
    let sql = project.strat(["plan", "--sql"]).ok();
    assert!(sql.starts_with("-- apply ") && sql.contains("CREATE TABLE \"users\""), "{sql}");
    project.strat(["up"]).ok();
    assert!(project.strat(["plan", "--down", "--sql"]).ok().contains("DROP TABLE"));
}

#[test]
fn part_of_the_way() {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    record(&project, "0003-b", &add("b"));
    project.strat(["up", "0002-a"]).ok();
    assert!(project.strat(["status"]).ok().contains("1 entry pending"));
    project.strat(["up", "+1"]).ok();
    project.strat(["down", "0001-users", "--accept", "H101"]).ok();
    assert!(project.strat(["current"]).ok().contains("2 entries pending"));
    let output = project.strat(["down", "head", "--accept", "H101"]).expect_code(1);
    assert!(output.stderr.contains("isn't applied"), "{}", output.stderr);
}

#[test]
fn drift_in_the_way_is_refused_and_elsewhere_is_told() {
    let target = targets::sqlite();
    let project = with_users();
    project.strat(["up", "--target", &target.url]).ok();
    record(&project, "0002-a", &add("a"));
    target.sql("CREATE TABLE other (x INTEGER)");
    let output = project.strat(["up", "--target", &target.url]).expect_code(0);
    assert!(output.stderr.contains("drift outside the plan: table other"), "{}", output.stderr);
    record(&project, "0003-b", &add("b"));
    target.sql("ALTER TABLE users ADD COLUMN sneaky INTEGER");
    let output = project.strat(["up", "--target", &target.url]).expect_code(4);
    assert!(output.stderr.contains("sneaky"), "{}", output.stderr);
    project.strat(["verify", "--target", &target.url]).expect_code(4);
}

#[test]
fn a_changed_journal_is_noticed() {
    let target = targets::sqlite();
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    project.strat(["up", "--step-by-step", "--target", &target.url]).ok();
    target.sql("UPDATE strat_journal SET record = CAST(replace(CAST(record AS TEXT), 'Ada', 'Eve') AS BLOB) WHERE seq = 1");
    let output = project.strat(["verify", "--target", &target.url]).expect_code(7);
    assert!(output.stderr.contains("record 1"), "{}", output.stderr);
}

#[test]
fn a_stranger_in_the_target_is_no_reason_to_guess() {
    let (project, other) = (with_users(), Project::init());
    other.write("migrations/0001-z.ron", draft("z", USERS));
    other.strat(["record"]).ok();
    let target = targets::sqlite();
    other.strat(["up", "--target", &target.url]).ok();
    assert!(project.strat(["status", "--target", &target.url]).ok().contains("this ledger doesn't have"));
    let output = project.strat(["up", "--target", &target.url]).expect_code(1);
    assert!(output.stderr.contains("isn't in this ledger"), "{}", output.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = with_users();
    let mut child = project.start(&["log"]);
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    let mut child = project.start(&["up"]);
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    project.strat(["status", "--check"]).ok();
}

#[test]
fn a_run_stops_on_request_and_goes_on_later() {
    let project = with_users();
    let new = ["script", "new", "lower", "--lang=wat", "--reads=users.email", "--writes=users.email"];
    project.strat(new).ok();
    let step =
        r#"Backfill(script: "lower", table: "users", read: ["email"], write: ["email"], undo: None("same"))"#;
    record(&project, "0002-lower", step);
    let target = targets::sqlite();
    project.strat(["up", "0001-users", "--target", &target.url]).ok();
    target.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO users (id, email) SELECT i, 'ADA' || i FROM n",
    );
    let slowly = ["--batch-rows", "5", "--max-rows-per-second", "4000"];
    let run = project.start(&[&["up", "--target", &target.url], &slowly[..]].concat());
    let lower =
        || target.value("SELECT count(*) FROM users WHERE email GLOB 'ada*'").parse::<u32>().unwrap_or(0);
    wait_for("a row is done", || lower() > 0);
    let signal = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let output = crate::support::Output::from(run.wait_with_output().unwrap()).expect_code(5);
    assert!(output.stderr.contains("`strat up` goes on"), "{}", output.stderr);
    assert!((1..20000).contains(&lower()));
    let status = project.strat(["status", "--check", "--target", &target.url]).expect_code(5);
    assert!(status.stdout.contains("1 entry pending"), "{}", status.stdout);
    project.strat(["up", "--target", &target.url]).ok();
    assert_eq!(lower(), 20000);
    project.strat(["verify", "--target", &target.url]).ok();
}

#[test]
fn mistyped_codes_accept_nothing() {
    let project = with_users();
    let output = project.strat(["up", "--accept", "H1O1"]).expect_code(1);
    assert!(output.stderr.contains("known: H101"), "{}", output.stderr);
}
