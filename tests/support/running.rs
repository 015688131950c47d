//! A command that goes on beside the test: what it says is waited for, so that no test depends on how long anything takes.

use std::io::{BufRead, BufReader, Read};
use std::ops::Deref;
use std::process::{Child, ExitStatus, Output as Ended};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::Output;

/// How long anything may take that has to come at all.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something is so.
#[track_caller]
pub fn wait_for(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Stream {
    Out,
    Err,
}

/// A started command, of which both streams are read while it runs. It is killed where the test leaves it.
pub struct Running {
    child: Child,
    lines: Receiver<(Stream, String)>,
    said: [String; 2],
}

impl Running {
    pub fn of(mut child: Child) -> Running {
        let (give, lines) = channel();
        listen(child.stdout.take().expect("piped"), Stream::Out, give.clone());
        listen(child.stderr.take().expect("piped"), Stream::Err, give);
        Running { child, lines, said: Default::default() }
    }

    /// Waits for a line with these words, on either stream.
    #[track_caller]
    pub fn until_said(&mut self, words: &str) {
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok((stream, line)) = self.lines.recv_timeout(left) else {
                panic!("`{words}` never came; it said {:#?}", self.said)
            };
            let found = line.contains(words);
            self.said[stream as usize] += &line;
            if found {
                return;
            }
        }
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Output {
        for (stream, line) in self.lines.iter() {
            self.said[stream as usize] += &line;
        }
        let status = self.child.wait().expect("it can be waited for");
        let [stdout, stderr] = std::mem::take(&mut self.said);
        Ended { status, stdout: stdout.into_bytes(), stderr: stderr.into_bytes() }.into()
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _: Result<ExitStatus, _> = self.child.wait();
    }
}

/// Hands on what comes, line by line, until the stream ends.
fn listen(from: impl Read + Send + 'static, stream: Stream, to: Sender<(Stream, String)>) {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let mut line = Vec::new();
            let read = from.read_until(b'\n', &mut line).unwrap_or(0);
            if read == 0 || to.send((stream, String::from_utf8_lossy(&line).into_owned())).is_err() {
                return;
            }
        }
    });
}
