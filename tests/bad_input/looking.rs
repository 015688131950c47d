//! `plan`, `status` and `--dry-run` write nothing at all, and need no right to.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{NOTES, up, users};
use crate::support::{Kind, Project, Target, targets};

/// A user of a server who may read and nothing else; gone with the value.
pub struct Reader<'a> {
    target: &'a Target,
    name: String,
    pub url: String,
}

impl<'a> Reader<'a> {
    pub fn new(target: &'a Target) -> Reader<'a> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("strat_reader_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let database = database(target);
        match target.kind {
            Kind::Postgres => drop(target.sql(&format!(
                "CREATE ROLE {name} LOGIN PASSWORD 'look'; REVOKE CREATE ON SCHEMA public FROM PUBLIC; \
                 GRANT USAGE ON SCHEMA public TO {name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"
            ))),
            Kind::Mysql => drop(target.sql(&format!(
                "CREATE USER '{name}'@'%' IDENTIFIED BY 'look', '{name}'@'localhost' IDENTIFIED BY 'look'; \
                 GRANT SELECT, SHOW VIEW ON {database}.* TO '{name}'@'%', '{name}'@'localhost'"
            ))),
            Kind::Sqlite => {}
        }
        let (scheme, rest) = target.url.split_once("://").expect("a server");
        let place = rest.rsplit_once('@').expect("a login").1;
        Reader { target, url: format!("{scheme}://{name}:look@{place}"), name }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        let sql = match self.target.kind {
            Kind::Postgres => format!("DROP OWNED BY {name}; DROP ROLE {name}"),
            _ => format!("DROP USER '{name}'@'%', '{name}'@'localhost'"),
        };
        drop(self.target.try_sql(&sql));
    }
}

fn database(target: &Target) -> String {
    target.url.rsplit('/').next().expect("a name").to_owned()
}

/// All there is, as text: our own tables and everybody else's.
fn everything(target: &Target) -> Vec<Vec<Vec<String>>> {
    let tables = match target.kind {
        Kind::Sqlite => "SELECT name, sql FROM sqlite_schema ORDER BY name",
        Kind::Postgres => {
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
                           WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
        }
        Kind::Mysql => {
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = database() ORDER BY 1, 2"
        }
    };
    let rows = |query: &str| target.try_sql(query).unwrap_or_default();
    vec![
        target.sql(tables),
        rows("SELECT * FROM users ORDER BY id"),
        rows("SELECT seq, hash FROM strat_journal ORDER BY seq"),
        rows("SELECT holder, until_ms, fence FROM strat_lease"),
        rows("SELECT entry, step FROM strat_progress"),
        rows("SELECT id FROM strat_entry ORDER BY id"),
    ]
}

const LOOKS: [&[&str]; 7] = [
    &["plan"],
    &["plan", "--sql"],
    &["plan", "--step-by-step"],
    &["up", "--dry-run"],
    &["up", "--dry-run", "--step-by-step"],
    &["status"],
    &["--format", "json", "plan"],
];

#[track_caller]
fn look(project: &Project, url: &str) {
    for args in LOOKS {
        let mut args = args.to_vec();
        args.extend(["--target", url]);
        project.strat(args).ok();
    }
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    let (project, target) = (users(), targets::sqlite());
    look(&project, &target.url);
    let folder = target.path().parent().unwrap().to_path_buf();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "something was made");
    let said = project.strat(["down", "root", "--dry-run", "--target", &target.url]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!target.path().exists());
    // The default target is no exception.
    project.strat(["plan"]).ok();
    project.strat(["up", "--dry-run"]).ok();
    project.strat(["status"]).ok();
    assert!(!project.path("strat.db").exists());
}

#[test]
fn nothing_is_written_to_a_file() {
    let (project, target) = (users(), targets::sqlite());
    up(&project, &target).ok();
    target.sql("INSERT INTO users (id) VALUES (1)");
    project.write("migrations/0002-notes.ron", NOTES);
    project.strat(["record"]).ok();
    let (bytes, data) = (std::fs::read(target.path()).unwrap(), std::fs::metadata(target.path()).unwrap());
    look(&project, &target.url);
    project.strat(["down", "root", "--dry-run", "--target", &target.url]).ok();
    project.strat(["plan", "--down", "root", "--target", &target.url]).ok();
    assert!(bytes == std::fs::read(target.path()).unwrap(), "the file was changed");
    assert_eq!(data.modified().unwrap(), std::fs::metadata(target.path()).unwrap().modified().unwrap());
    let folder = target.path().parent().unwrap().to_path_buf();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "something was left beside the file");
}

#[test]
fn nothing_is_written_to_a_server() {
    for target in targets::all() {
        let project = users();
        if target.kind != Kind::Sqlite {
            let before = everything(&target);
            look(&project, &target.url);
            assert_eq!(everything(&target), before, "{}: on an empty database", target.name);
        }
        up(&project, &target).ok();
        target.sql("INSERT INTO users (id) VALUES (1)");
        project.write("migrations/0002-notes.ron", NOTES);
        project.strat(["record"]).ok();
        let before = everything(&target);
        look(&project, &target.url);
        project.strat(["down", "root", "--dry-run", "--target", &target.url]).ok();
        assert_eq!(everything(&target), before, "{}", target.name);
    }
}

#[test]
fn a_user_who_may_only_read_can_look() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = users();
        let reader = Reader::new(&target);
        look(&project, &reader.url);
        drop(reader);
        up(&project, &target).ok();
        project.write("migrations/0002-notes.ron", NOTES);
        project.strat(["record"]).ok();
        let reader = Reader::new(&target);
        let before = everything(&target);
        look(&project, &reader.url);
        assert!(project.strat(["plan", "--target", &reader.url]).ok().contains("note"), "{}", target.name);
        assert_eq!(project.strat(["status", "--check", "--target", &reader.url]).code, 5);
        project.strat(["verify", "--target", &reader.url]).ok();
        assert_eq!(everything(&target), before, "{}", target.name);
    }
}
