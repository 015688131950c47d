//! One run at a time: a lock of the session where the database has one, and a lease with a fencing number everywhere.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use dialect::Dialect;
use model::Value;

use crate::{
    driver::{Connection, DriverError},
    event::Event,
    journal::Journal,
};

/// How long a lease holds without being prolonged.
pub const LEASE_MS: i64 = 60_000;

/// Why the target can't be had.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// Another run is at work.
    #[error("the target is held by {holder}")]
    Held {
        /// Who, as far as known.
        holder: String,
    },
    /// Another run took over while this one stood still.
    #[error("another run has taken this target over")]
    Lost,
    /// The run that was joined isn't at work any more.
    #[error("the run that was joined is gone")]
    Over,
}

/// A held lease.
#[derive(Debug)]
pub struct Lease {
    /// The fencing number: a run with an older one can't write any more.
    pub fence: i64,
    holder: String,
    until: i64,
    key: i64,
    session: bool,
    /// Of a lease that another session holds: how it is watched.
    joined: Option<Watch>,
}

/// How somebody else's lease is watched.
#[derive(Debug)]
struct Watch {
    /// The query that tells whether its holder's session is there.
    held: String,
    looked: Instant,
}

/// Between two looks whether the session of a joined run is there.
const LOOK: Duration = Duration::from_secs(1);

/// This process, as leases and records name it.
pub fn process_name() -> String {
    format!("{} pid {}", host_name(), std::process::id())
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|h| h.trim().to_owned())
        .unwrap_or_else(|_| "host".to_owned())
}

/// Whether the holder of an unexpired lease is a process of this machine that is gone.
pub(crate) fn is_gone(holder: &str) -> bool {
    let Some((host, pid)) = holder.split_once(" pid ") else { return false };
    let proc = std::path::Path::new("/proc");
    host == host_name() && proc.join("self").exists() && !proc.join(pid).exists()
}

impl Lease {
    /// Takes the target, waiting at most so long for another run, and no longer once it is to stop.
    pub async fn take(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        journal: &Journal,
        key: i64,
        (patience, stop): (Duration, &AtomicBool),
        tell: &mut (dyn FnMut(Event) + Send),
    ) -> Result<Lease, LeaseError> {
        let started = Instant::now();
        let mut told = false;
        loop {
            let holder = match Self::attempt(conn, dialect, journal, key).await? {
                Ok(lease) => return Ok(lease),
                Err(holder) => holder,
            };
            if started.elapsed() >= patience || stop.load(Ordering::Relaxed) {
                return Err(LeaseError::Held { holder });
            }
            if !std::mem::replace(&mut told, true) {
                tell(Event::Waiting { holder });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn attempt(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        journal: &Journal,
        key: i64,
    ) -> Result<Result<Lease, String>, LeaseError> {
        let lock = dialect.session_lock(key);
        if let Some(lock) = &lock
            && !is_true(&conn.query(&lock.take, &[]).await?)
        {
            let rows = conn.query(&lock.holder, &[]).await?;
            let holder = match rows.first().and_then(|row| row.first()) {
                Some(Value::Text(holder)) => holder.clone(),
                _ => "another run".to_owned(),
            };
            return Ok(Err(holder));
        }
        // Under the lock: two sessions that create one table at the same moment get in each other's way on some servers.
        journal.create_tables(conn).await?;
        let sql = journal.sql();
        conn.run(&sql.make_lease).await?;
        let rows = conn.query(&sql.lease, &[]).await?;
        let Some([Value::Text(holder), Value::Int(until), Value::Int(fence)]) = rows.first().map(|r| &r[..])
        else {
            return Err(LeaseError::Lost);
        };
        // With a session lock in hand the former holder's session is gone, whatever its lease says.
        if lock.is_none() && *until > journal.now_ms() && !is_gone(holder) {
            return Ok(Err(holder.clone()));
        }
        let mut lease = Lease {
            fence: fence + 1,
            holder: process_name(),
            until: 0,
            key,
            session: lock.is_some(),
            joined: None,
        };
        match lease.write(conn, journal, *fence).await {
            Ok(()) => Ok(Ok(lease)),
            Err(LeaseError::Lost) => Ok(Err("another run that started at the same moment".to_owned())),
            Err(other) => Err(other),
        }
    }

    async fn write(
        &mut self,
        conn: &mut Connection,
        journal: &Journal,
        expected: i64,
    ) -> Result<(), LeaseError> {
        let until = journal.now_ms() + LEASE_MS;
        let params = [
            Value::Text(self.holder.clone()),
            Value::Int(until),
            Value::Int(self.fence),
            Value::Int(expected),
        ];
        if conn.execute(&journal.sql().take_lease, &params).await? != 1 {
            return Err(LeaseError::Lost);
        }
        self.until = until;
        Ok(())
    }

    /// The lease of the run that is at work, to be watched and not to be written: with it rows can be worked on beside that run. None
    /// where nobody is at work, or nobody else can write.
    pub async fn join(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        journal: &Journal,
        key: i64,
    ) -> Result<Option<Lease>, LeaseError> {
        let Some(lock) = dialect.session_lock(key) else { return Ok(None) };
        if !is_true(&conn.query(&lock.held, &[]).await?) {
            return Ok(None);
        }
        let rows = conn.query(&journal.sql().lease, &[]).await?;
        Ok(match rows.first().map(|row| &row[..]) {
            Some([Value::Text(holder), Value::Int(_), Value::Int(fence)]) if !holder.is_empty() => {
                Some(Lease::watched(*fence, key, lock.held))
            }
            _ => None,
        })
    }

    /// The same lease for another session of this process.
    pub fn share(&self, dialect: &dyn Dialect) -> Lease {
        Lease::watched(
            self.fence,
            self.key,
            dialect.session_lock(self.key).map_or_else(String::new, |lock| lock.held),
        )
    }

    fn watched(fence: i64, key: i64, held: String) -> Lease {
        let joined = Some(Watch { held, looked: Instant::now() });
        Lease { fence, holder: process_name(), until: 0, key, session: false, joined }
    }

    /// Whether this session holds it, and may append to the journal.
    pub fn is_held(&self) -> bool {
        self.joined.is_none()
    }

    /// Fails where the run whose lease is watched isn't at work any more. The number is looked at each time: whoever took the target
    /// since has another one.
    async fn look(&mut self, conn: &mut Connection, journal: &Journal) -> Result<(), LeaseError> {
        let rows = conn.query(&journal.sql().lease, &[]).await?;
        let same = match rows.first().map(|row| &row[..]) {
            Some([Value::Text(holder), _, Value::Int(fence)]) => *fence == self.fence && !holder.is_empty(),
            _ => false,
        };
        let Some(watch) = self.joined.as_mut().filter(|_| same) else { return Err(LeaseError::Over) };
        if watch.looked.elapsed() >= LOOK {
            watch.looked = Instant::now();
            if !is_true(&conn.query(&watch.held, &[]).await?) {
                return Err(LeaseError::Over);
            }
        }
        Ok(())
    }

    /// Prolongs the lease when a third of it is gone; fails when another run has taken over. One that is watched is looked at.
    pub async fn renew(&mut self, conn: &mut Connection, journal: &Journal) -> Result<(), LeaseError> {
        if self.joined.is_some() {
            return self.look(conn, journal).await;
        }
        if self.until - journal.now_ms() < LEASE_MS * 2 / 3 {
            self.write(conn, journal, self.fence).await?;
        }
        Ok(())
    }

    /// Fails where another run has taken over. Asked in a transaction that has the write lock, so that nobody can until it ends; where a
    /// lock of the session is held, nobody could.
    pub async fn confirm(&self, conn: &mut Connection, journal: &Journal) -> Result<(), LeaseError> {
        if self.session || !self.is_held() {
            return Ok(());
        }
        let rows = conn.query(&journal.sql().lease, &[]).await?;
        match rows.first().and_then(|row| row.get(2)) {
            Some(Value::Int(fence)) if *fence == self.fence => Ok(()),
            _ => Err(LeaseError::Lost),
        }
    }

    /// Gives the target back. When it can't, the lease runs out by itself.
    pub async fn release(self, conn: &mut Connection, dialect: &dyn Dialect, journal: &Journal) {
        if !self.is_held() {
            return;
        }
        let params =
            [Value::Text(String::new()), Value::Int(0), Value::Int(self.fence), Value::Int(self.fence)];
        let _ = conn.execute(&journal.sql().take_lease, &params).await;
        if self.session
            && let Some(lock) = dialect.session_lock(self.key)
        {
            let _ = conn.query(&lock.release, &[]).await;
        }
    }
}

/// Whether a query's one value is true.
pub fn is_true(rows: &[Vec<Value>]) -> bool {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::Int(n)) => *n != 0,
        _ => false,
    }
}
