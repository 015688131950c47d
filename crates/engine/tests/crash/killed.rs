//! A process of its own for a run, which kills itself: this test binary, told by its environment what to do.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use model::Digest;
use stratigraph_engine::Known;

use super::{
    scenario::Way,
    world::{
        World,
        faults::{Fault, Mode},
        travel::Go,
    },
};

/// What the process is to do: the call behind which it ends, the way, and where.
const ORDER: &str = "STRAT_TEST_KILLED";
const FOLDER: &str = "STRAT_TEST_KILLED_FOLDER";
const TARGET: &str = "STRAT_TEST_KILLED_TARGET";

fn word(go: Go) -> &'static str {
    match go {
        Go::Up => "up",
        Go::Down => "down",
        Go::Switch => "switch",
    }
}

/// Goes a way in another process, which is killed right behind that call.
pub fn at(call: usize, site: &World, way: Way) {
    let mut process = process("killed::the_process");
    process.env(ORDER, format!("{call} {} {} {}", word(way.go), way.to, way.at_once));
    process.env(FOLDER, site.folder.path()).env(TARGET, &site.address);
    assert_killed(&mut process, &format!("call {call}"));
}

/// Runs a process that has to end by being killed.
pub fn assert_killed(process: &mut Command, what: &str) {
    let output = process.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(9), "{what}: {said}");
}

/// This binary, to run one of its tests that is left out otherwise.
pub fn process(test: &str) -> Command {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    process.stdin(Stdio::null()).stdout(Stdio::null());
    process
}

/// Ends this process as a kill does it: nothing is put in order, nothing is said.
pub fn die() -> ! {
    let _ = Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
    unreachable!("nobody comes back from that");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is started by the matrix"]
async fn the_process() {
    let order = std::env::var(ORDER).expect("the matrix says what to do");
    let [call, go, to, at_once] = order.split(' ').collect::<Vec<_>>().try_into().expect("four words");
    let go = [Go::Up, Go::Down, Go::Switch].into_iter().find(|one| word(*one) == go).expect("a way");
    let way = Way { go, to: Digest::parse(to).expect("an entry"), at_once: at_once == "true" };
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder"));
    let site = World::of_another(folder, std::env::var(TARGET).expect("a URL"));
    let known = Known::load(&site.ledger).unwrap();
    known.history.fold().unwrap();
    let fault = Arc::new(Fault::at(call.parse().expect("a number"), Mode::ProcessKilled));
    fault.kill_by(Box::new(|| die()));
    let result = way.go(&site, &known, Some(&fault)).await;
    panic!("call {call} was never made: {:?}", result.map(drop).map_err(|stop| stop.said()));
}
