//! The databases that tests run against: SQLite always, servers where `tests/run` started them.
//!
//! What a test asks of a database goes through the database's own command line client and never through our code, so that
//! both can't be wrong in the same way.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::server::{self, note};

/// Which database a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Sqlite, Kind::Postgres, Kind::Mysql];

    /// As folders, files and dialects are called.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        }
    }

    /// The variable with a server's URL, which may create and drop databases.
    fn variable(self) -> Option<&'static str> {
        match self {
            Kind::Sqlite => None,
            Kind::Postgres => Some("STRAT_TEST_POSTGRES"),
            Kind::Mysql => Some("STRAT_TEST_MYSQL"),
        }
    }
}

/// One fresh, empty database; gone when the value goes.
pub struct Target {
    pub kind: Kind,
    pub name: &'static str,
    pub url: String,
    place: Place,
}

enum Place {
    File(tempfile::TempDir),
    Server { admin: String, database: String },
}

/// A fresh database on every target that this run has.
#[track_caller]
pub fn all() -> Vec<Target> {
    Kind::ALL.into_iter().filter_map(fresh).collect()
}

/// A fresh database of one kind; `None` where it is skipped, which is said loudly.
#[track_caller]
pub fn fresh(kind: Kind) -> Option<Target> {
    let Some(variable) = kind.variable() else { return Some(Target::file()) };
    let admin = server::url(variable, &format!("target {}", kind.name()))?;
    Some(Target::on_server(kind, admin))
}

/// A fresh SQLite file.
pub fn sqlite() -> Target {
    Target::file()
}

/// Says that a scenario can't run here (an extension that can't be had), and puts it on the list that `tests/run` ends with.
pub fn skip(what: &str, why: &str) {
    note(&format!("skipped: {what}: {why}"));
}

impl Target {
    fn file() -> Target {
        let folder = tempfile::Builder::new().prefix("strat-target-").tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Target { kind: Kind::Sqlite, name: Kind::Sqlite.name(), url, place: Place::File(folder) }
    }

    #[track_caller]
    fn on_server(kind: Kind, admin: String) -> Target {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = format!("strat_test_{}_{number}", std::process::id());
        run(kind, &admin, &format!("CREATE DATABASE {database}"));
        let url = with_database(&admin, &database);
        Target { kind, name: kind.name(), url, place: Place::Server { admin, database } }
    }

    /// Runs statements with the database's own client and gives the rows of all of them; NULL reads `NULL`.
    #[track_caller]
    pub fn sql(&self, statements: &str) -> Vec<Vec<String>> {
        run(self.kind, &self.url, statements)
    }

    /// Like [`sql`](Target::sql); the client's message where it fails.
    pub fn try_sql(&self, statements: &str) -> Result<Vec<Vec<String>>, String> {
        try_run(self.kind, &self.url, statements)
    }

    /// Opens a transaction in a session of its own, runs a statement in it, and holds what it locks until the value goes.
    #[track_caller]
    pub fn hold(&self, statement: &str) -> Held {
        let mut command = client(self.kind, &self.url);
        if self.kind == Kind::Mysql {
            command.arg("--unbuffered");
        }
        let mut client =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the client starts");
        let input = client.stdin.as_mut().expect("piped");
        write!(input, "BEGIN;\n{statement};\nSELECT 'it holds';\n").expect("it reads");
        input.flush().expect("it reads");
        let (mut said, mut byte) = (Vec::new(), [0]);
        let out = client.stdout.as_mut().expect("piped");
        while !said.ends_with(b"it holds") {
            assert_eq!(out.read(&mut byte).expect("it answers"), 1, "{}: {statement} fails", self.name);
            said.push(byte[0]);
        }
        Held(client)
    }

    /// The first value of the first row.
    #[track_caller]
    pub fn value(&self, query: &str) -> String {
        let rows = self.sql(query);
        rows.first().and_then(|row| row.first()).unwrap_or_else(|| panic!("no row from {query}")).clone()
    }

    /// The file of a SQLite target.
    #[track_caller]
    pub fn path(&self) -> std::path::PathBuf {
        match &self.place {
            Place::File(folder) => folder.path().join("test.db"),
            Place::Server { .. } => panic!("a server's database is not a file"),
        }
    }

    /// Whether the server could create this extension.
    pub fn offers_extension(&self, name: &str) -> bool {
        let query = format!("SELECT name FROM pg_available_extensions WHERE name = '{name}'");
        self.kind == Kind::Postgres && !self.sql(&query).is_empty()
    }
}

/// A session that holds locks.
pub struct Held(std::process::Child);

impl Drop for Held {
    fn drop(&mut self) {
        // At the end of its input the client leaves, and the server rolls back.
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Place::Server { admin, database } = &self.place {
            let force = if self.kind == Kind::Postgres { " WITH (FORCE)" } else { "" };
            if let Err(message) =
                try_run(self.kind, admin, &format!("DROP DATABASE IF EXISTS {database}{force}"))
            {
                note(&format!("database {database} was not dropped: {message}"));
            }
        }
    }
}

/// The same server's URL with another database: `scheme://user:password@host:port/database?options`.
fn with_database(url: &str, database: &str) -> String {
    let (head, options) = url.split_once('?').map_or((url, None), |(head, options)| (head, Some(options)));
    let authority = head.find("://").map_or(0, |at| at + 3);
    let end = head[authority..].find('/').map_or(head.len(), |at| authority + at);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{}/{database}{options}", &head[..end])
}

#[track_caller]
fn run(kind: Kind, url: &str, statements: &str) -> Vec<Vec<String>> {
    try_run(kind, url, statements)
        .unwrap_or_else(|message| panic!("{}: {message}\n{statements}", kind.name()))
}

fn try_run(kind: Kind, url: &str, statements: &str) -> Result<Vec<Vec<String>>, String> {
    let mut command = client(kind, url);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().map_err(|error| format!("{:?}: {error}: run tests/run", command.get_program()))?;
    let mut input = child.stdin.take().expect("piped");
    let bytes = statements.as_bytes().to_vec();
    // A client that fails at the first statement closes its input: that is its error to tell, not ours.
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().expect("writing does not panic");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(match kind {
        Kind::Sqlite => rows(&text, '\x1e'),
        Kind::Postgres => rows(&text, '\0'),
        Kind::Mysql => text.lines().map(|line| line.split('\t').map(unescape).collect()).collect(),
    })
}

fn client(kind: Kind, url: &str) -> Command {
    match kind {
        Kind::Sqlite => sqlite_client(url),
        Kind::Postgres => postgres_client(url),
        Kind::Mysql => mysql_client(url),
    }
}

fn rows(text: &str, end: char) -> Vec<Vec<String>> {
    text.split_terminator(end).map(|row| row.split('\x1f').map(str::to_owned).collect()).collect()
}

fn sqlite_client(url: &str) -> Command {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let mut command = Command::new("sqlite3");
    command.args(["-init", "/dev/null", "-batch", "-bail", "-list", "-noheader", "-nullvalue", "NULL"]);
    command.args(["-separator", "\x1f", "-newline", "\x1e", "-cmd", ".timeout 10000", path]);
    command
}

fn postgres_client(url: &str) -> Command {
    let mut command = Command::new("psql");
    command.args([
        "-X",
        "-q",
        "-A",
        "-t",
        "-0",
        "-F",
        "\x1f",
        "-P",
        "null=NULL",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        "-",
    ]);
    command.arg(url).env("PGOPTIONS", "-c client_min_messages=warning");
    command
}

fn mysql_client(url: &str) -> Command {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('?').map_or(rest, |(head, _)| head);
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, server) = authority.rsplit_once('@').unwrap_or(("root", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = server.rsplit_once(':').unwrap_or((server, "3306"));
    let mut command = Command::new("mariadb");
    command.args(["--no-defaults", "--protocol=tcp", "--batch", "--skip-column-names", "--binary-mode"]);
    command.args(["--default-character-set=utf8mb4", "--host", host, "--port", port, "--user", user]);
    command.env("MYSQL_PWD", password).arg("--database").arg(database);
    command
}

/// Undoes what the client does to a value so that it fits between two tabs.
fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field.chars();
    while let Some(next) = rest.next() {
        match (next, next == '\\') {
            (_, true) => match rest.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (plain, false) => out.push(plain),
        }
    }
    out
}

#[test]
fn a_database_takes_the_place_of_another_in_a_url() {
    assert_eq!(with_database("postgres://u:p@h:1/postgres?a=b", "x"), "postgres://u:p@h:1/x?a=b");
    assert_eq!(with_database("mysql://u:p@h:1", "x"), "mysql://u:p@h:1/x");
}

#[test]
fn every_target_tells_values_as_they_are() {
    for target in all() {
        let newline = if target.kind == Kind::Mysql { "'a\\nb\\t\\\\'" } else { "'a\nb\t\\'" };
        let rows = target.sql(&format!("SELECT 1, NULL, {newline}; SELECT '';"));
        assert_eq!(rows, [vec!["1", "NULL", "a\nb\t\\"], vec![""]], "{}", target.name);
        assert!(target.try_sql("SELECT nothing FROM nowhere").is_err(), "{}", target.name);
    }
}
