//! PostgreSQL: what reads rows stands in a transaction of its own, and indexes are built beside whoever works with the table.

use super::{is_there, record, shop, up, wait_for};
use crate::support::{Kind, targets};

const REFERENCE: &str = r#"AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["id"], name: "of_user")"#;

#[test]
fn the_plan_says_which_form_and_why() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = shop(&target);
    record(
        &project,
        "0002-online",
        &format!(
            r#"{REFERENCE}, SetNotNull(table: "users", column: "age"),
            CreateIndex(table: "users", index: (on: [Column("email")])),
            AddUnique(table: "users", columns: ["email"]),
            CreateTable(name: "new", columns: [(name: "id", type: BigInt, nullable: false), (name: "n", type: Integer)],
                constraints: [(is: PrimaryKey(["id"]))]),
            CreateIndex(table: "new", index: (on: [Column("n")])),
            SetNotNull(table: "new", column: "n")"#
        ),
    );
    let plan = project.strat(["plan", "--target", &target.url]).ok();
    for said in [
        "form: NOT VALID first, then validated in a transaction of its own",
        "VALIDATE CONSTRAINT \"of_user\";\n      lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read",
        "form: NOT NULL by way of a check",
        "form: built concurrently",
        "form: from an index that is built concurrently before",
        "form: in one go, since the plan makes the table",
        "CREATE INDEX \"ix_new_n\" ON \"new\" (\"n\")",
    ] {
        assert!(plan.contains(said), "{said}\n{plan}");
    }
    let sql = project.strat(["plan", "--sql", "--target", &target.url]).ok();
    assert!(
        sql.contains(
            "-- commit here: what follows is a transaction of its own\nALTER TABLE \"orders\" VALIDATE"
        ),
        "{sql}"
    );
    up(&project, &target).ok();
    assert_eq!(target.value("SELECT count(*) FROM pg_constraint WHERE conname LIKE '%not_null%'"), "0");
    assert_eq!(
        target.value("SELECT count(*) FROM pg_constraint WHERE conname = 'of_user' AND convalidated"),
        "1"
    );
    is_there(&project, &target);
    project.strat(["down", "-1", "--accept", "H101", "--target", &target.url]).ok();
    up(&project, &target).ok();
    is_there(&project, &target);
}

/// Rows that are in the way are named, nothing is left of the step, and mending them is all there is to do.
#[test]
fn a_row_in_the_way_takes_the_step_back() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = shop(&target);
    target.sql(
        "INSERT INTO orders (id, user_id) VALUES (12, 99); INSERT INTO users (id, email) VALUES (3, 'a')",
    );
    let constraints = "SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype IN ('c', 'f', 'u')";
    let column = r#"AddColumn(table: "orders", column: (name: "note", type: Text)), "#;
    for (stem, step, said, mend) in [
        ("0002-fk", REFERENCE, "of_user", "UPDATE orders SET user_id = 1 WHERE id = 12"),
        (
            "0003-nn",
            r#"SetNotNull(table: "users", column: "age")"#,
            "users_age_not_null_",
            "UPDATE users SET age = 1 WHERE id = 3",
        ),
        (
            "0004-u",
            r#"AddUnique(table: "users", columns: ["email"])"#,
            "email",
            "UPDATE users SET email = 'c' WHERE id = 3",
        ),
    ] {
        let before = target.value(constraints);
        let first = if stem == "0002-fk" { column } else { "" };
        record(&project, stem, &format!("{first}{step}"));
        let failed = up(&project, &target).expect_code(3);
        assert!(failed.stderr.contains(said), "{}", failed.stderr);
        assert_eq!(target.value(constraints), before, "{stem} left something");
        assert_eq!(target.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
        // Again: it fails again, and leaves nothing again.
        up(&project, &target).expect_code(3);
        assert_eq!(target.value(constraints), before, "{stem} left something");
        if stem == "0002-fk" {
            // What is complete of the entry can be left, too.
            project.strat(["down", "-1", "--accept", "H101", "--target", &target.url]).ok();
            assert_eq!(target.value("SELECT count(*) FROM pg_attribute WHERE attname = 'note'"), "0");
            up(&project, &target).expect_code(3);
        }
        target.sql(mend);
        up(&project, &target).ok();
        is_there(&project, &target);
    }
}

/// A run that is killed between the two transactions of a constraint leaves it not valid; the next run goes on with reading the rows.
#[test]
fn killed_between_two_transactions_it_goes_on() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = shop(&target);
    // Reading the rows takes long enough to be found at it.
    target.sql("CREATE FUNCTION slow(n bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT pg_sleep(5) IS NOT NULL'");
    record(&project, "0002-check", r#"AddCheck(table: "users", check: "slow(id)", name: "slowly")"#);
    let mut run = project.start(&["up", "--target", &target.url]);
    wait_for(
        &target,
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%VALIDATE CONSTRAINT \"slowly\"%' AND state = 'active' AND pid <> pg_backend_pid()",
    );
    run.kill().unwrap();
    run.wait().unwrap();
    target.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%VALIDATE CONSTRAINT%' AND pid <> pg_backend_pid()");
    assert_eq!(
        target.value("SELECT count(*) FROM pg_constraint WHERE conname = 'slowly' AND NOT convalidated"),
        "1"
    );
    assert!(project.strat(["status", "--target", &target.url]).ok().contains("was cut off on its way up"));
    target.sql(
        "CREATE OR REPLACE FUNCTION slow(n bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
    );
    up(&project, &target).ok();
    assert_eq!(
        target.value("SELECT count(*) FROM pg_constraint WHERE conname = 'slowly' AND convalidated"),
        "1"
    );
    is_there(&project, &target);
}

/// An index whose building was cut off serves nobody and slows writers down: the next run finds it, and builds it anew.
#[test]
fn an_index_that_was_cut_off_is_built_anew() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = shop(&target);
    target.sql(
        "CREATE FUNCTION slow(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n FROM pg_sleep(5)'",
    );
    record(
        &project,
        "0002-index",
        r#"CreateIndex(table: "users", index: (name: "by_slow", on: [Expression("slow(id)", Asc)]))"#,
    );
    let mut run = project.start(&["up", "--target", &target.url]);
    wait_for(
        &target,
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'by_slow' AND NOT i.indisvalid",
    );
    run.kill().unwrap();
    run.wait().unwrap();
    target.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY \"by_slow\"%' AND pid <> pg_backend_pid()");
    wait_for(
        &target,
        "SELECT CASE count(*) WHEN 0 THEN 1 END FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY \"by_slow\"%' AND pid <> pg_backend_pid()",
    );
    assert_eq!(target.value("SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'by_slow'"), "f");
    target
        .sql("CREATE OR REPLACE FUNCTION slow(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n'");
    let said = up(&project, &target).expect_code(0);
    let said = said.stdout + &said.stderr;
    assert!(said.contains("the statement had not taken effect"), "{said}");
    assert_eq!(target.value("SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'by_slow'"), "t");
    is_there(&project, &target);
}

/// A lock that is held for a while is waited for, with a word about who holds it.
#[test]
fn a_lock_is_waited_for_again() {
    let Some(target) = targets::fresh(Kind::Postgres) else { return };
    let project = shop(&target);
    record(&project, "0002-note", r#"AddColumn(table: "users", column: (name: "note", type: Text))"#);
    let held = target.hold("LOCK TABLE users IN ACCESS SHARE MODE");
    let mut run = project.beside(&["up", "--target", &target.url]);
    run.until_said("a lock is held by session");
    drop(held);
    let said = run.ended().expect_code(0);
    let said = said.stdout + &said.stderr;
    assert!(said.contains("on users"), "{said}");
    is_there(&project, &target);
}
