//! One database a project: the same schema in each, 8 tables, 10 foreign keys, 5 enums.

use super::{down, foreign_keys, is_at_head, recorded, strict, tables, up, verified};
use crate::support::{Kind, Target, targets};

const TABLES: [&str; 8] = [
    "approvals",
    "artifacts",
    "change_requests",
    "control_state",
    "projects",
    "runs",
    "task_versions",
    "tasks",
];

const WORK: &str = "INSERT INTO projects (name) VALUES ('One');
    INSERT INTO tasks (project_id, title, phase) VALUES (1, 'plan', 'PLANNER');
    INSERT INTO change_requests (task_id, description) VALUES (1, 'more');
    INSERT INTO approvals (task_id, change_request_id, approved) VALUES (1, 1, TRUE), (1, NULL, FALSE);
    INSERT INTO runs (task_id) VALUES (1);
    INSERT INTO artifacts (project_id, task_id, run_id, type, path) VALUES (1, 1, 1, 'ADR', 'adr/0001.md'),
        (1, NULL, NULL, 'SPEC', 'spec.md');
    INSERT INTO task_versions (task_id, version, content) VALUES (1, 1, '{}');
    INSERT INTO control_state (project_id) VALUES (1);";

#[test]
fn the_whole_schema_comes_goes_and_comes_back() {
    for target in targets::all() {
        let project = recorded("projects");
        for time in 0..2 {
            up(&project, &target, "head");
            assert_eq!(tables(&target), TABLES, "{}", target.name);
            assert_eq!(foreign_keys(&target), "10", "{}", target.name);
            // The second time everything is back from the vault.
            if time == 0 {
                strict(&target, WORK).unwrap();
            }
            assert_eq!(target.value("SELECT count(*) FROM artifacts"), "2", "{}", target.name);
            assert_eq!(target.value("SELECT status FROM tasks"), "PENDING", "{}", target.name);
            verified(&project, &target);
            down(&project, &target, "root");
            assert_eq!(tables(&target), [""; 0], "{}", target.name);
            assert_eq!(native_enums(&target), 0, "{}", target.name);
        }
    }
}

#[test]
fn enums_are_native_where_they_can_be_and_hold_everywhere() {
    for target in targets::all() {
        let project = recorded("projects");
        up(&project, &target, "head");
        let native = if target.kind == Kind::Postgres { 5 } else { 0 };
        assert_eq!(native_enums(&target), native, "{}", target.name);
        if target.kind == Kind::Sqlite {
            let checks = "SELECT count(*) FROM sqlite_schema WHERE name IN ('tasks', 'change_requests', 'runs', 'artifacts')
                AND sql LIKE '%CHECK%'";
            assert_eq!(target.value(checks), "4");
        }
        strict(&target, WORK).unwrap();
        for wrong in [
            "UPDATE tasks SET phase = 'TESTER'",
            "UPDATE tasks SET status = 'pending'",
            "UPDATE change_requests SET status = ''",
            "UPDATE artifacts SET type = 'ADRX'",
            "UPDATE runs SET status = 'DONE'",
        ] {
            assert!(strict(&target, wrong).is_err(), "{}: {wrong}", target.name);
        }
    }
}

#[test]
fn references_hold_and_a_project_has_one_control_state() {
    for target in targets::all() {
        let project = recorded("projects");
        up(&project, &target, "head");
        strict(&target, WORK).unwrap();
        for wrong in [
            "INSERT INTO control_state (project_id) VALUES (1)",
            "INSERT INTO task_versions (task_id, version, content) VALUES (1, 1, '{}')",
            "INSERT INTO tasks (project_id, title, phase) VALUES (7, 'x', 'CODER')",
            "DELETE FROM change_requests",
        ] {
            assert!(strict(&target, wrong).is_err(), "{}: {wrong}", target.name);
        }
    }
}

/// Eleven files, as this team has them; each is a target of its own.
#[test]
fn every_project_has_its_own_file() {
    let project = recorded("projects");
    std::fs::create_dir(project.path("data")).unwrap();
    for number in 1..=11 {
        project.strat(["up", "--target", &format!("sqlite:data/project_{number}.db")]).ok();
    }
    let files = project.files("data");
    let databases = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "db"));
    assert_eq!(databases.count(), 11);
    for number in 1..=11 {
        let url = format!("sqlite:data/project_{number}.db");
        project.strat(["status", "--check", "--target", &url]).ok();
        project.strat(["verify", "--target", &url]).ok();
    }
    project.strat(["down", "root", "--target", "sqlite:data/project_7.db", "--accept", "H101"]).ok();
    project.strat(["status", "--check", "--target", "sqlite:data/project_7.db"]).expect_code(5);
    project.strat(["status", "--check", "--target", "sqlite:data/project_8.db"]).ok();
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    for target in targets::all() {
        let project = recorded("projects");
        up(&project, &target, "head");
        strict(&target, WORK).unwrap();
        up(&project, &target, "head");
        assert!(is_at_head(&project, &target), "{}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM artifacts"), "2", "{}", target.name);
    }
}

fn native_enums(target: &Target) -> usize {
    match target.kind {
        Kind::Postgres => target.sql("SELECT typname FROM pg_type WHERE typtype = 'e'").len(),
        Kind::Sqlite | Kind::Mysql => 0,
    }
}
