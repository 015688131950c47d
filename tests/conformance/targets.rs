//! Fresh databases for scenarios: a file, a schema or database on a server.

#[path = "../support/server.rs"]
mod server;

use std::sync::atomic::{AtomicU32, Ordering};

use model::Value;
use stratigraph_engine::{
    TargetUrl,
    driver::{Connection, Mode},
};

pub use server::note;

/// A kind of target, by the name that scenario files use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

impl Kind {
    /// The dialect's name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        }
    }

    /// The server's URL; nothing where the target is skipped, which is said loudly.
    pub fn server(self) -> Option<Server> {
        let variable = match self {
            Kind::Sqlite => return Some(Server { kind: self, url: String::new() }),
            Kind::Postgres => "STRAT_TEST_POSTGRES",
            Kind::Mysql => "STRAT_TEST_MYSQL",
        };
        let url = server::url(variable, &format!("scenarios on {}", self.name()))?;
        Some(Server { kind: self, url })
    }
}

/// A server, or the place where SQLite's files are made.
#[derive(Clone, Debug)]
pub struct Server {
    pub kind: Kind,
    url: String,
}

/// A fresh, empty database; [`Fresh::remove`] takes it away.
pub struct Fresh {
    pub url: TargetUrl,
    drop: Option<String>,
    _folder: Option<tempfile::TempDir>,
}

impl Server {
    async fn admin(&self) -> Connection {
        Connection::open(&TargetUrl::parse(&self.url).unwrap(), Mode::Write).await.unwrap()
    }

    /// Makes a database of its own; on PostgreSQL a schema will do when no server extension is asked for.
    pub async fn fresh(&self, whole: bool) -> Fresh {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("strat_scenario_{}_{number}", std::process::id());
        let base = self.url.rsplit_once('/').map_or("", |(base, _)| base);
        let (made, url) = match self.kind {
            Kind::Sqlite => {
                let folder = tempfile::Builder::new().prefix("strat-scenario-").tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("t.db").display());
                return Fresh { url: TargetUrl::parse(&url).unwrap(), drop: None, _folder: Some(folder) };
            }
            Kind::Postgres if !whole => (format!("SCHEMA {name}"), format!("{}?schema={name}", self.url)),
            Kind::Postgres | Kind::Mysql => (format!("DATABASE {name}"), format!("{base}/{name}")),
        };
        let mut admin = self.admin().await;
        admin.run(&format!("CREATE {made}")).await.unwrap();
        admin.close().await;
        let cascade = if made.starts_with("SCHEMA") { " CASCADE" } else { "" };
        Fresh {
            url: TargetUrl::parse(&url).unwrap(),
            drop: Some(format!("DROP {made}{cascade}")),
            _folder: None,
        }
    }

    /// Takes a database away again.
    pub async fn remove(&self, fresh: Fresh) {
        if let Some(sql) = &fresh.drop {
            let mut admin = self.admin().await;
            let _ = admin.run(sql).await;
            admin.close().await;
        }
    }

    /// Whether the server could install an extension.
    pub async fn offers(&self, extension: &str) -> bool {
        if self.kind != Kind::Postgres {
            return true;
        }
        let mut admin = self.admin().await;
        let name = extension.replace('\'', "''");
        let sql = format!("SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = '{name}'");
        let rows = admin.query(&sql, &[]).await.unwrap();
        admin.close().await;
        rows != [[Value::Int(0)]]
    }
}
