//! Asking a person, conflict by conflict, where one sits at a terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use engine::author::{Agenda, Point};
use ledger::printable;
use model::{Fault as _, merge::Words};

use super::{
    report::{Asked, tell},
    whence::Whence,
};
use crate::output::Out;

/// Shows what is open, one at a time, and takes an answer to each; the end of input leaves the rest open.
pub fn ask(agenda: &mut Agenda<'_>, out: &Out, words: &Words<'_>, whence: &Whence<'_>, command: &str) {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return;
    }
    while let Some(point) = next(agenda) {
        let asked = Asked::of(agenda, &point, words);
        let mut lines = Vec::new();
        tell(&asked, words, whence, command, &mut lines);
        lines.iter().for_each(|line| out.say(line));
        let Some(said) = prompt(out, &format!("\n{}= (Ctrl-D leaves it open) ", point.number)) else {
            out.say("");
            return;
        };
        let said = said.trim();
        let begins = said.split('=').next().unwrap_or_default();
        let whole = begins == "all" || !begins.is_empty() && begins.chars().all(|c| c.is_ascii_digit());
        let answer = if whole { said.to_owned() } else { format!("{}={said}", point.number) };
        if let Err(error) = agenda.answer(&answer) {
            let hint = error.hint().unwrap_or_default();
            out.say(format!("{}; {}", printable(&error.to_string()), printable(&hint)));
        }
        out.say("");
    }
}

fn next(agenda: &Agenda<'_>) -> Option<Point> {
    agenda.open().next().cloned()
}

/// A line that a person types; nothing at the end of input.
fn prompt(out: &Out, text: &str) -> Option<String> {
    out.write(text);
    let mut line = String::new();
    // Where it can't be read, nobody answers.
    let read = io::stdin().lock().read_line(&mut line).unwrap_or(0);
    drop(io::stdout().flush());
    (read > 0).then_some(line)
}
