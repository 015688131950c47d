//! Tells how a run goes: bars on a terminal, a line every ten seconds off it, an event a line as JSON.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use dialect::plan::Direction;
use engine::{Event, journal::Restored};
use indicatif::{ProgressBar, ProgressStyle};
use ledger::printable;
use serde_json::{Value, json};

use crate::output::{Out, human, thousands};

/// Off a terminal, a line so often.
const EVERY: Duration = Duration::from_secs(10);

/// A bar isn't worth it for less.
const PATIENCE: Duration = Duration::from_secs(1);

/// A time left isn't guessed from less.
const GUESS: Duration = Duration::from_secs(5);

/// Listens to a run.
pub struct Progress<'a> {
    out: &'a Out,
    command: &'static str,
    terminal: bool,
    bar: Option<ProgressBar>,
    /// When the data step at hand began, with the rows that were done then.
    began: Option<(Instant, u64)>,
    told: Instant,
    /// Rows visited by this run.
    pub rows: u64,
}

impl<'a> Progress<'a> {
    /// Begins to listen.
    pub fn new(out: &'a Out, command: &'static str) -> Progress<'a> {
        let terminal = io::stderr().is_terminal() && !out.is_json();
        Progress { out, command, terminal, bar: None, began: None, told: Instant::now(), rows: 0 }
    }

    /// Hears one event.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Rows { .. } => self.rows(event),
            _ => {
                self.close();
                self.began = None;
                self.event(event);
                if let Some(line) = line(event) {
                    self.out.say(line);
                }
            }
        }
    }

    fn rows(&mut self, event: &Event) {
        let Event::Rows { entry, step, title, done, total, resumed, .. } = event else { return };
        let (since, before) = *self.began.get_or_insert_with(|| {
            self.told = Instant::now();
            (Instant::now(), *done)
        });
        self.rows = *done;
        let seconds = since.elapsed().as_secs_f64().max(0.001);
        let rate = (done.saturating_sub(before)) as f64 / seconds;
        let left = total.map(|total| total.saturating_sub(*done) as f64 / rate.max(0.001));
        let left =
            left.filter(|left| since.elapsed() > GUESS && left.is_finite()).map(Duration::from_secs_f64);
        if self.terminal {
            if since.elapsed() > PATIENCE {
                self.draw(title, *done, *total, rate, left);
            }
            return;
        }
        if self.told.elapsed() >= EVERY || (*resumed && *done == before && since.elapsed() < EVERY / 100) {
            self.told = Instant::now();
            self.event(event);
            let of = total.map_or("-".to_owned(), |total| format!("~{total}"));
            let eta = left.map_or("-".to_owned(), |left| format!("{}s", left.as_secs()));
            let state = if *resumed { "resumed" } else { "running" };
            self.out.say(format!(
                "data entry={} step={} rows={done}/{of} rate={rate:.0}/s state={state} eta={eta}",
                entry.short(),
                step + 1
            ));
        }
    }

    fn draw(&mut self, title: &str, done: u64, total: Option<u64>, rate: f64, left: Option<Duration>) {
        let bar = self.bar.get_or_insert_with(|| {
            let bar = match total {
                Some(total) => ProgressBar::new(total),
                None => ProgressBar::no_length(),
            };
            let shape =
                if total.is_some() { "{prefix} {bar:24} {percent:>3} %  {msg}" } else { "{prefix}  {msg}" };
            bar.set_style(
                ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar.set_prefix(printable(title).into_owned());
            bar
        });
        let of = total.map_or(String::new(), |total| format!("/~{}", thousands(total)));
        let eta = left.map_or(String::new(), |left| format!("  eta {}", human(left)));
        // A count of rows taken beforehand is a guess: the bar isn't full before the end.
        bar.set_position(total.map_or(done, |total| done.min(total - total / 100)));
        bar.set_message(format!("{}{of}  {}/s{eta}", thousands(done), thousands(rate as u64)));
    }

    fn close(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn event(&self, event: &Event) {
        if self.out.is_json() {
            self.out.document(self.command, fields(event));
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.close();
    }
}

/// What people are told of an event.
fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Waiting { holder } => format!("waiting for {}", printable(holder)),
        Event::Recovered { entry, finding } => format!("recovered {}: {}", entry.short(), printable(finding)),
        Event::EntryStarted { entry, message, direction, number, of } => {
            let sign = if *direction == Direction::Up { "" } else { "undo " };
            format!("[{number}/{of}] {sign}{}  {}", entry.short(), printable(message))
        }
        Event::StepDone { title, .. } => format!("  {}", printable(title)),
        Event::DataDone { title, receipt, .. } => {
            let rows = match receipt.read {
                0 => format!("{} rows", thousands(receipt.changed)),
                read => format!("{} rows, {} changed", thousands(read), thousands(receipt.changed)),
            };
            format!("  {}: {rows}, module {}", printable(title), receipt.module.short())
        }
        Event::Restored { title, restored, .. } => format!("  {}: {}", printable(title), put_back(restored)),
        Event::GuestLog { script, text } => format!("  {}: {}", printable(script), printable(text)),
        Event::EntryDone { millis, .. } if *millis >= 1000 => {
            format!("  in {}", human(Duration::from_millis(*millis)))
        }
        Event::EntryDone { .. } | Event::Rows { .. } => return None,
    })
}

/// What came of putting rows back.
fn put_back(restored: &Restored) -> String {
    let rows = if restored.restored == 1 { "row" } else { "rows" };
    let mut said = format!("{} {rows} put back", thousands(restored.restored));
    if restored.changed > 0 {
        let them = if restored.changed == 1 { "it" } else { "them" };
        said.push_str(&format!(", {} left as somebody changed {them} since", thousands(restored.changed)));
    }
    if restored.gone > 0 {
        said.push_str(&format!(", {} not there any more", thousands(restored.gone)));
    }
    said
}

/// An event as JSON.
fn fields(event: &Event) -> Value {
    let way = |direction: &Direction| if *direction == Direction::Up { "up" } else { "down" };
    match event {
        Event::Waiting { holder } => json!({ "event": "waiting", "holder": holder }),
        Event::Recovered { entry, finding } => {
            json!({ "event": "recovered", "entry": entry.to_string(), "finding": finding })
        }
        Event::EntryStarted { entry, message, direction, number, of } => json!({
            "event": "entry-started", "entry": entry.to_string(), "message": message,
            "way": way(direction), "number": number, "of": of,
        }),
        Event::StepDone { entry, step, title } => {
            json!({ "event": "step-done", "entry": entry.to_string(), "step": step + 1, "title": title })
        }
        Event::Rows { entry, step, title, done, total, changed, resumed } => json!({
            "event": "rows", "entry": entry.to_string(), "step": step + 1, "title": title,
            "done": done, "total": total, "changed": changed, "resumed": resumed,
        }),
        Event::DataDone { entry, step, title, receipt } => json!({
            "event": "data-done", "entry": entry.to_string(), "step": step + 1, "title": title, "receipt": receipt,
        }),
        Event::Restored { entry, step, title, restored } => json!({
            "event": "restored", "entry": entry.to_string(), "step": step + 1, "title": title,
            "kept": restored.kept, "restored": restored.restored, "changed": restored.changed, "gone": restored.gone,
        }),
        Event::GuestLog { script, text } => json!({ "event": "guest-log", "script": script, "text": text }),
        Event::EntryDone { entry, message, direction, millis } => json!({
            "event": "entry-done", "entry": entry.to_string(), "message": message,
            "way": way(direction), "millis": millis,
        }),
    }
}
