//! Servers that end sessions, or end themselves.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use model::Value;
use stratigraph_engine::{
    TargetUrl,
    driver::{Connection, Mode},
};

use super::world::{World, faults::Kill};

/// Ends the sessions of the target's database, and comes back when they are gone.
pub fn kill_sessions(site: &World) -> Kill {
    let url = site.url.clone();
    Box::new(move || apart(end_sessions(url.clone())))
}

/// Waits for something in a thread of its own, since the one that asks is in the middle of something.
fn apart(what: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(what);
    });
    thread.join().expect("it ended them");
}

async fn end_sessions(url: TargetUrl) {
    let mut beside = Connection::open(&url, Mode::Write).await.unwrap();
    let others = match is_postgres(&url) {
        true => {
            "SELECT pid::bigint FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        }
        false => {
            "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
        }
    };
    let began = Instant::now();
    loop {
        let sessions = beside.query(others, &[]).await.unwrap();
        if sessions.is_empty() {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "they don't end: {sessions:?}");
        for session in sessions.iter().flatten() {
            let Value::Int(session) = session else { panic!("{session:?}") };
            // It may have ended meanwhile.
            let _ = match is_postgres(&url) {
                true => {
                    beside.query(&format!("SELECT pg_terminate_backend({session}::int)"), &[]).await.map(drop)
                }
                false => beside.run(&format!("KILL CONNECTION {session}")).await.map(drop),
            };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    beside.close().await;
}

/// Kills the server, which comes up again by itself.
pub fn kill_server(site: &World) -> Kill {
    let url = site.url.clone();
    Box::new(move || apart(end_server(url.clone())))
}

/// Names the file with the number of MariaDB's process, where something starts it again.
const PROCESS: &str = "STRAT_TEST_MYSQL_PID";

/// Whether there is something by which the server is killed and started again.
pub fn can_be_killed(url: &str) -> bool {
    is_postgres(&TargetUrl::parse(url).unwrap()) || std::env::var_os(PROCESS).is_some()
}

fn is_postgres(url: &TargetUrl) -> bool {
    url.dialect_name() == "postgres"
}

async fn end_server(url: TargetUrl) {
    if !is_postgres(&url) {
        let number = std::fs::read_to_string(std::env::var(PROCESS).unwrap()).unwrap();
        let killed = Command::new("kill").args(["-KILL", number.trim()]).status();
        assert!(killed.unwrap().success(), "process {number} is not there");
        return;
    }
    // PostgreSQL ends all sessions and recovers from its log when one of its processes is killed.
    let mut witness = Connection::open(&url, Mode::Write).await.unwrap();
    let mut beside = Connection::open(&url, Mode::Write).await.unwrap();
    let own = beside.query("SELECT pg_backend_pid()::bigint", &[]).await.unwrap();
    let Some(Value::Int(own)) = own.first().and_then(|row| row.first()) else { panic!("{own:?}") };
    let killed = beside.run(&format!("COPY (SELECT 1) TO PROGRAM 'kill -KILL {own}'")).await;
    assert!(killed.is_err(), "it survived");
    // Until the server has seen it, it takes sessions in that it ends at once.
    let began = Instant::now();
    while witness.query("SELECT 1", &[]).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(60), "the others go on");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits until the server answers again.
pub async fn is_back(site: &World) {
    let began = Instant::now();
    while Connection::open(&site.url, Mode::Write).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(60), "it doesn't come up again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
