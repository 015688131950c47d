//! A target: an open database with its dialect, what is known of its server, and its journal.

use std::{collections::BTreeMap, time::Duration};

use dialect::{Dialect, Facts, Projected, plan::Plan};
use model::{Digest, Value};

use crate::{
    clock,
    data::{DataError, vault::read_held},
    driver::{Class, ConnectError, Connection, DriverError, Mode},
    journal::{Context, Journal, JournalError, Who},
    lease,
    url::TargetUrl,
};

/// How often the catalogue is read again while somebody changes it, and how long in between.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// A target that can't be opened or looked at.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It can't be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// Its journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Its vault can't be read.
    #[error("{0}")]
    Vault(String),
    /// Its catalogue can't be understood.
    #[error(transparent)]
    Catalog(#[from] dialect::CatalogError),
    /// No dialect is known for the server.
    #[error("there is no dialect named {0}")]
    NoDialect(String),
}

impl TargetError {
    /// Why its vault couldn't be read: what is wrong with the connection isn't wrong with the vault.
    pub(crate) fn vault(cause: DataError) -> TargetError {
        match cause {
            DataError::Driver(cause) => TargetError::Driver(cause),
            other => TargetError::Vault(other.to_string()),
        }
    }
}

/// An open database.
pub struct Target {
    /// Where it is.
    pub url: TargetUrl,
    /// The session; one for all that is written.
    pub conn: Connection,
    /// What it understands.
    pub dialect: &'static dyn Dialect,
    /// What is known of its server.
    pub facts: Facts,
    /// Its journal.
    pub journal: Journal,
}

impl Target {
    /// Opens it and reads where it stands. Writes nothing.
    pub async fn open(url: &TargetUrl, mode: Mode, principal: &str) -> Result<Target, TargetError> {
        let mut conn = Connection::open(url, mode).await?;
        let server = conn.server().await?;
        let dialect = dialect::registry::dialect_named(url.dialect_name())
            .ok_or_else(|| TargetError::NoDialect(url.dialect_name().to_owned()))?;
        let facts = Facts { version: server.version, flavour: server.dialect.to_owned(), vault: None };
        let rows = conn.query(dialect.session_query(), &[]).await?;
        let (server_ms, database_user) = match rows.first().map(|row| &row[..]) {
            Some([Value::Int(ms), Value::Text(user)]) => (*ms, user.clone()),
            _ => (clock::now_ms(), String::new()),
        };
        let context = Context {
            who: Who {
                principal: principal.to_owned(),
                os_user: std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_default(),
                process: lease::process_name(),
                database_user,
            },
            server: format!("{} {}", server.dialect, server.text),
            server_ahead_ms: server_ms - clock::now_ms(),
            place: place_of(&mut conn, url, dialect).await,
            clock_off_ms: 0,
        };
        let journal = Journal::open(&mut conn, dialect, context).await?;
        Ok(Target { url: url.clone(), conn, dialect, facts, journal })
    }

    /// Reads what the vault holds of steps of DDL: plans hang on it.
    pub async fn look_into_vault(&mut self) -> Result<(), TargetError> {
        let partial = self.journal.position.partial.as_ref();
        let held = read_held(&mut self.conn, self.dialect, partial).await;
        self.facts.vault = Some(held.map_err(TargetError::vault)?);
        Ok(())
    }

    /// Reads the live schema, our own tables left out; as it is at one moment, whoever changes it meanwhile, where the database can. Where
    /// it can't, since somebody drops what is being read, it is read again.
    pub async fn introspect(&mut self) -> Result<Projected, TargetError> {
        if self.conn.in_transaction() {
            return self.read_catalog().await;
        }
        for _ in 0..TRIES {
            match self.introspect_once().await {
                Err(
                    TargetError::Driver(DriverError { class: Class::Deadlock, .. }) | TargetError::Catalog(_),
                ) => tokio::time::sleep(PAUSE).await,
                done => return done,
            }
        }
        self.introspect_once().await
    }

    async fn introspect_once(&mut self) -> Result<Projected, TargetError> {
        self.conn.begin_snapshot().await?;
        let read = self.read_catalog().await;
        let ended = self.conn.rollback().await;
        let read = read?;
        ended?;
        Ok(read)
    }

    async fn read_catalog(&mut self) -> Result<Projected, TargetError> {
        let mut answers = Vec::new();
        for query in self.dialect.catalog_queries(&self.facts) {
            answers.push(self.conn.query(&query.sql, &[]).await?);
        }
        Ok(self.dialect.read_catalog(&answers, &self.facts)?)
    }

    /// About how many rows the tables have that a plan goes through. What the database can't tell at once is left out: it is
    /// told to people and nothing hangs on it.
    pub async fn sizes(&mut self, plan: &Plan) -> BTreeMap<String, u64> {
        self.sizes_of(&plan.walks().into_iter().collect::<Vec<_>>()).await
    }

    /// The same for these tables.
    pub async fn sizes_of(&mut self, tables: &[&str]) -> BTreeMap<String, u64> {
        let mut sizes = BTreeMap::new();
        if tables.is_empty() {
            return sizes;
        }
        for query in self.dialect.size_queries(tables) {
            for row in self.conn.query(&query, &[]).await.unwrap_or_default() {
                if let Ok([Value::Text(table), Value::Int(rows)]) = <[Value; 2]>::try_from(row)
                    && let Ok(rows) = u64::try_from(rows)
                {
                    sizes.insert(table, rows);
                }
            }
        }
        sizes
    }

    /// The number that keeps two runs on one database apart in server-wide locks.
    pub fn lock_key(&self) -> i64 {
        let place =
            format!("{}/{}", self.url.database().unwrap_or_default(), self.url.schema().unwrap_or_default());
        let digest = Digest::derive("stratigraph 1 lock", place.as_bytes());
        i64::from_le_bytes(digest.0[..8].try_into().expect("because a digest has 32 bytes"))
    }
}

/// What tells the database apart from its copies. A restored dump gets numbers of its own on PostgreSQL; on MySQL and MariaDB the server
/// and the database's name tell; a SQLite file is told by its inode and the moment it was made, which it keeps when it is renamed.
/// Empty where it can't be told.
async fn place_of(conn: &mut Connection, url: &TargetUrl, dialect: &dyn Dialect) -> String {
    if let Some(path) = url.path() {
        return std::fs::metadata(path).ok().and_then(|file| file_place(&file)).unwrap_or_default();
    }
    let Some(query) = dialect.place_query() else { return String::new() };
    let rows = conn.query(query, &[]).await.unwrap_or_default();
    let last = rows.into_iter().next().and_then(|row| row.into_iter().next_back());
    match (last, url.schema(), url.database()) {
        (Some(Value::Text(place)), Some(_), _) => place,
        (Some(Value::Text(server)), None, Some(database)) => format!("server {server}, database {database}"),
        _ => String::new(),
    }
}

#[cfg(unix)]
fn file_place(file: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let made = file.created().ok().and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok());
    let made =
        made.map_or(String::new(), |made| format!(", made at {}.{:09}", made.as_secs(), made.subsec_nanos()));
    Some(format!("file {}{made}", file.ino()))
}

#[cfg(not(unix))]
fn file_place(_: &std::fs::Metadata) -> Option<String> {
    None
}
