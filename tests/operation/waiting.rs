//! `strat wait`: exit code 0 once it came to pass, 5 while it hasn't, 6 where nobody answers; with no more than to read the journal.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::kill::{counting, ended, filled};
use crate::support::{Kind, Project, Target, targets};

#[test]
fn it_waits_until_a_revision_is_applied() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let id = project.strat(["show", "head", "--id"]).ok().trim().to_owned();
        let on = ["--target", &target.url];
        project.strat(["wait", "--timeout", "5s"].iter().chain(&on)).ok();
        project.strat(["wait", "--applied", "head-1", "--timeout", "0s"].iter().chain(&on)).ok();
        let said = project.strat(["wait", "--applied", "head", "--timeout", "300ms"].iter().chain(&on));
        let said = said.expect_code(5).stderr;
        assert!(said.contains("hasn't applied") && said.contains("`strat status`"), "{said}");
        // An image that was built with the id needs no ledger to wait for it.
        let elsewhere = Project::empty();
        let waiting =
            elsewhere.start(&["wait", "--applied", &id, "--timeout", "60s", "--target", &target.url]);
        std::thread::sleep(Duration::from_millis(300));
        project.strat(["up"].iter().chain(&on)).ok();
        let said = ended(waiting).expect_code(0).stdout;
        assert!(said.contains(&id[..12]), "{}: {said}", target.name);
        project.strat(["down", "-1", "--accept", "H101"].iter().chain(&on)).ok();
        elsewhere.strat(["wait", "--applied", &id, "--timeout", "0s"].iter().chain(&on)).expect_code(5);
    }
}

#[test]
fn a_file_that_is_not_there_has_nothing_applied_and_is_not_made() {
    let (project, target) = (counting(), targets::sqlite());
    project.strat(["wait", "--applied", "head", "--timeout", "0s", "--target", &target.url]).expect_code(5);
    let said = project.strat(["verify", "--target", &target.url]).ok();
    assert!(said.contains("nothing was ever applied there"), "{said}");
    assert!(!target.path().exists());
    let waiting = project.start(&["wait", "--applied", "head", "--timeout", "60s", "--target", &target.url]);
    std::thread::sleep(Duration::from_millis(200));
    project.strat(["up", "--target", &target.url]).ok();
    ended(waiting).expect_code(0);
}

/// The port in a server's URL, and the URL with another one.
fn with_port(target: &Target, port: u16) -> (u16, String) {
    let (head, rest) = target.url.rsplit_once('@').expect("a login");
    let (server, path) = rest.split_once('/').expect("a database");
    let (host, old) = server.rsplit_once(':').expect("a port");
    (old.parse().expect("a number"), format!("{head}@{host}:{port}/{path}"))
}

/// Hands everything on to a server, from now on.
fn hand_on(listener: TcpListener, to: u16) {
    let pipe = |mut from: TcpStream, mut into: TcpStream| {
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n) = from.read(&mut bytes) {
                if n == 0 || into.write_all(&bytes[..n]).is_err() {
                    break;
                }
            }
            let _ = into.shutdown(Shutdown::Both);
        })
    };
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
            pipe(client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
            pipe(server, client);
        }
    });
}

#[test]
fn a_server_that_is_not_up_yet_is_waited_for() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (real, url) = with_port(&target, port);
        let began = Instant::now();
        let said = project.strat(["wait", "--timeout", "1s", "--target", &url]).expect_code(6);
        assert!(began.elapsed() >= Duration::from_secs(1), "{}: {said:?}", target.name);
        let mut waiting = project.start(&["wait", "--timeout", "60s", "--target", &url]);
        std::thread::sleep(Duration::from_millis(500));
        assert!(waiting.try_wait().unwrap().is_none(), "{}: it didn't wait", target.name);
        hand_on(TcpListener::bind(("127.0.0.1", port)).unwrap(), real);
        ended(waiting).expect_code(0);
    }
}

#[test]
fn reading_the_journal_is_enough() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let role = format!("strat_reader_{}_{}", std::process::id(), target.name);
        let (make, remove) = match target.kind {
            Kind::Postgres => (
                format!(
                    "CREATE ROLE {role} LOGIN PASSWORD 'only-reads'; GRANT SELECT ON strat_journal TO {role}"
                ),
                format!("REVOKE ALL ON strat_journal FROM {role}; DROP ROLE {role}"),
            ),
            Kind::Mysql | Kind::Sqlite => (
                format!(
                    "CREATE USER {role}@'%' IDENTIFIED BY 'only-reads'; GRANT SELECT ON strat_journal TO {role}@'%'"
                ),
                format!("DROP USER {role}@'%'"),
            ),
        };
        target.sql(&make);
        let (_, rest) = target.url.rsplit_once('@').expect("a login");
        let (scheme, _) = target.url.split_once("://").expect("a scheme");
        let url = format!("{scheme}://{role}:only-reads@{rest}");
        let reached = project.strat(["wait", "--applied", "head-1", "--timeout", "0s", "--target", &url]);
        let open = project.strat(["wait", "--applied", "head", "--timeout", "0s", "--target", &url]);
        target.sql(&remove);
        reached.expect_code(0);
        open.expect_code(5);
    }
}

#[test]
fn what_will_never_pass_is_not_waited_for() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        let (head, rest) = target.url.rsplit_once('@').expect("a login");
        let (user, _) = head.rsplit_once(':').expect("a password");
        let began = Instant::now();
        let url = format!("{user}:wrong@{rest}");
        project.strat(["wait", "--timeout", "60s", "--target", &url]).expect_code(6);
        assert!(began.elapsed() < Duration::from_secs(30), "{}", target.name);
    }
    let project = counting();
    project.strat(["wait", "--applied", "nothing", "--timeout", "60s"]).expect_code(1);
    project.strat(["wait", "--timeout", "soon"]).expect_code(1);
}
