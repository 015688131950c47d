//! A target: the address it is reached at, and the one session with it.

use crate::driver::{ConnectError, Connection, DriverError, Mode, Server};
use crate::url::TargetUrl;

/// One database that plans are carried out on.
pub struct Target {
    url: TargetUrl,
    mode: Mode,
    server: Server,
    connection: Connection,
}

/// A target that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The session could not be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server didn't say who it is.
    #[error("the server does not answer: {0}")]
    Server(#[from] DriverError),
}

impl Target {
    /// Connects and asks the server who it is.
    pub async fn open(url: TargetUrl, mode: Mode) -> Result<Self, TargetError> {
        let mut connection = Connection::open(&url, mode).await?;
        let server = connection.server().await?;
        Ok(Self { url, mode, server, connection })
    }

    /// Where it is; printing it shows no password.
    pub fn url(&self) -> &TargetUrl {
        &self.url
    }

    /// Who answers there.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The dialect to speak: `sqlite`, `postgres`, `mysql` or `mariadb`.
    pub fn dialect(&self) -> &'static str {
        self.server.dialect
    }

    /// The session.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Drops the session, with whatever transaction was open in it, and opens another.
    pub async fn reconnect(&mut self) -> Result<(), TargetError> {
        if self.url.path().is_none() && self.url.database().is_none() {
            // A database in memory is its session: another would be another, empty, database.
            return Ok(self.connection.rollback().await?);
        }
        self.connection = Connection::open(&self.url, self.mode).await?;
        Ok(())
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.connection.close().await;
    }
}
