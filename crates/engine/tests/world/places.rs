//! Where fresh databases come from.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use stratigraph_engine::{
    TargetUrl,
    driver::{Connection, Mode},
};

use super::World;

/// Files, or databases of one server.
pub struct Places {
    pub server: Option<String>,
    name: String,
    made: AtomicU32,
    gone: AtomicU32,
}

impl Places {
    /// Files when there is no server; the URL is that of a database on it.
    pub fn new(server: Option<String>) -> Places {
        Places::named(server, "")
    }

    /// The same, apart from those of another name.
    pub fn named(server: Option<String>, name: &str) -> Places {
        let database = server.as_ref().and_then(|url| Some(url.rsplit_once('/')?.1.to_owned()));
        let name = format!("{}{name}", database.unwrap_or_else(|| "t".to_owned()));
        Places { server, name, made: AtomicU32::new(0), gone: AtomicU32::new(0) }
    }

    /// Whether making and changing databases takes its time here. `STRAT_TEST_MERGING` makes no difference between them.
    pub fn are_slow(&self) -> bool {
        self.server.is_some() && std::env::var_os("STRAT_TEST_MERGING").is_none()
    }

    /// An empty database for a ledger's entries.
    pub async fn fresh(&self, world: &World) -> World {
        self.fresh_by(world, |name| format!("CREATE DATABASE {name}")).await
    }

    /// The same, made by a statement of one's own where there is a server.
    pub async fn fresh_by(&self, world: &World, sql: impl Fn(&str) -> String) -> World {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.name);
        let Some(server) = &self.server else { return world.beside(&format!("{name}.db"), None) };
        self.admin(&sql(&name)).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        world.beside("", Some(format!("{base}/{name}")))
    }

    /// Takes all of them away.
    pub async fn clear(&self) {
        let Some(server) = &self.server else { return };
        let force = if server.starts_with("postgres") { " WITH (FORCE)" } else { "" };
        let made = self.made.load(Ordering::Relaxed);
        for number in self.gone.swap(made, Ordering::Relaxed)..made {
            self.admin(&format!("DROP DATABASE {}_{number}{force}", self.name)).await;
        }
    }

    /// A statement that is about the server's databases.
    pub async fn admin(&self, sql: &str) {
        let url = TargetUrl::parse(self.server.as_deref().unwrap()).unwrap();
        let mut admin = Connection::open(&url, Mode::Write).await.unwrap();
        // PostgreSQL copies nothing that a session which was cut off has not yet left.
        let mut tries = 0..600;
        while let Err(error) = admin.run(sql).await {
            assert!(error.to_string().contains("55006") && tries.next().is_some(), "{sql}: {error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        admin.close().await;
    }
}
