//! Tells how a run goes: bars on a terminal, a line every ten seconds off it, an event a line as JSON.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use dialect::plan::Direction;
use engine::{
    Event,
    event::{Motion, Shared},
    journal::Restored,
};
use indicatif::{ProgressBar, ProgressStyle};
use ledger::printable;
use model::EntryId;
use serde_json::{Value, json};

use crate::output::{Out, human, thousands};

/// Off a terminal, a line so often.
const EVERY: Duration = Duration::from_secs(10);

/// A bar isn't worth it for less.
const PATIENCE: Duration = Duration::from_secs(1);

/// A time left isn't guessed from less.
const GUESS: Duration = Duration::from_secs(20);

/// How far back the rate looks.
const WINDOW: Duration = Duration::from_secs(30);

/// A data step as it moves.
struct Moving {
    began: Instant,
    told: Instant,
    motion: Motion,
    /// Rows done at moments of the last half minute, as far as it moved.
    seen: VecDeque<(Instant, u64)>,
}

impl Moving {
    fn new() -> Moving {
        let now = Instant::now();
        Moving { began: now, told: now, motion: Motion::Running, seen: VecDeque::new() }
    }

    /// Takes in how far it is; whether its motion has turned.
    fn see(&mut self, now: Instant, done: u64, motion: &Motion) -> bool {
        if *motion != Motion::Running {
            self.seen.clear();
        }
        while self.seen.front().is_some_and(|(then, _)| now.duration_since(*then) > WINDOW) {
            self.seen.pop_front();
        }
        self.seen.push_back((now, done));
        let turned = self.motion.word() != motion.word();
        self.motion = motion.clone();
        turned
    }

    /// Rows a second, over the last half minute.
    fn rate(&self) -> f64 {
        match (self.seen.front(), self.seen.back()) {
            (Some((first, before)), Some((last, done))) if last > first => {
                done.saturating_sub(*before) as f64 / last.duration_since(*first).as_secs_f64()
            }
            _ => 0.0,
        }
    }

    /// The time left; nothing while it doesn't move, or too little is known.
    fn left(&self, now: Instant, done: u64, total: Option<u64>) -> Option<Duration> {
        let moves = self.motion == Motion::Running && now.duration_since(self.began) > GUESS;
        let rate = Some(self.rate()).filter(|rate| moves && *rate > 0.0)?;
        let seconds = total?.saturating_sub(done) as f64 / rate;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// Listens to a run.
pub struct Progress<'a> {
    out: &'a Out,
    command: &'static str,
    terminal: bool,
    bar: Option<ProgressBar>,
    /// The data step at hand.
    step: Option<Moving>,
    /// The step of which it was said last what came of its rows, which says that it is done too.
    said: Option<(EntryId, u32)>,
    /// Rows visited by this run.
    pub rows: u64,
}

impl<'a> Progress<'a> {
    /// Begins to listen.
    pub fn new(out: &'a Out, command: &'static str) -> Progress<'a> {
        let terminal = io::stderr().is_terminal() && !out.is_json();
        Progress { out, command, terminal, bar: None, step: None, said: None, rows: 0 }
    }

    /// Hears one event.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Rows { .. } => self.rows(event),
            _ => {
                self.close();
                self.step = None;
                self.event(event);
                let repeats = matches!(event, Event::StepDone { entry, step, .. } if self.said == Some((*entry, *step)));
                if let Some(line) = line(event).filter(|_| !repeats) {
                    self.out.say(line);
                }
                self.said = match event {
                    Event::Restored { entry, step, .. } => Some((*entry, *step)),
                    _ => None,
                };
            }
        }
    }

    fn rows(&mut self, event: &Event) {
        let Event::Rows { done, total, resumed, beat, .. } = event else { return };
        let now = Instant::now();
        let first = self.step.is_none();
        let step = self.step.get_or_insert_with(Moving::new);
        let turned = step.see(now, *done, &beat.motion);
        let (rate, left) = (step.rate() as u64, step.left(now, *done, *total));
        let long = now.duration_since(step.began) > PATIENCE;
        let due = now.duration_since(step.told) >= EVERY || turned || first && *resumed;
        if due {
            step.told = now;
        }
        self.rows = *done;
        if self.terminal {
            if long || turned {
                self.draw(event, rate, left);
            }
            return;
        }
        if due {
            self.document(event, rate, left);
            self.out.say(plain(event, (rate, left), first));
        }
    }

    fn draw(&mut self, event: &Event, rate: u64, left: Option<Duration>) {
        let Event::Rows { title, done, total, beat, .. } = event else { return };
        let bar = self.bar.get_or_insert_with(|| {
            let bar = match total {
                Some(total) => ProgressBar::new(*total),
                None => ProgressBar::no_length(),
            };
            let shape =
                if total.is_some() { "{prefix} {bar:20} {percent:>3} %  {msg}" } else { "{prefix}  {msg}" };
            let style = ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("━╸─"));
            bar.set_prefix(printable(title).into_owned());
            bar
        });
        let of = total.map_or(String::new(), |total| format!("/~{}", thousands(total)));
        let how = match beat.motion.reason() {
            Some(why) => format!("{}: {}", beat.motion.word(), printable(why)),
            None => {
                let eta = left.map_or(String::new(), |left| format!("  eta {}", human(left)));
                let batch = match beat.rows {
                    0 => String::new(),
                    rows => format!("  batch {} in {} ms", thousands(rows), thousands(beat.millis)),
                };
                let shared = beat.shared.map_or(String::new(), |s| format!("  {}", ranges(s)));
                format!("{}/s{batch}{shared}{eta}", thousands(rate))
            }
        };
        // A count of rows taken beforehand is a guess: the bar isn't full before the end.
        bar.set_position(total.map_or(*done, |total| (*done).min(total - total / 100)));
        bar.set_message(format!("{}{of}  {how}", thousands(*done)));
    }

    fn document(&self, event: &Event, rate: u64, left: Option<Duration>) {
        let mut fields = fields(event);
        fields["rate"] = json!(rate);
        fields["eta"] = json!(left.map(|left| left.as_secs()));
        self.out.document(self.command, fields);
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

/// How a step is shared out, in words.
fn ranges(shared: Shared) -> String {
    format!("{} of {} ranges done, {} at work", shared.done, shared.ranges, shared.held)
}

/// A line for whoever reads a log.
fn plain(event: &Event, (rate, left): (u64, Option<Duration>), first: bool) -> String {
    let Event::Rows { entry, step, done, total, resumed, beat, .. } = event else { return String::new() };
    let of = total.map_or("-".to_owned(), |total| format!("~{total}"));
    let eta = left.map_or("-".to_owned(), |left| format!("{}s", left.as_secs()));
    let state = if first && *resumed { "resumed" } else { beat.motion.word() };
    let why = beat.motion.reason().map_or(String::new(), |why| format!(" reason=\"{}\"", printable(why)));
    let shared = beat.shared.map_or(String::new(), |shared| {
        format!(" ranges={}/{} at_work={}", shared.done, shared.ranges, shared.held)
    });
    format!(
        "data entry={} step={} rows={done}/{of} rate={rate}/s batch={} last_ms={}{shared} state={state}{why} eta={eta}",
        entry.short(),
        step + 1,
        beat.rows,
        beat.millis
    )
}

/// What people are told of an event.
fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Waiting { holder } => format!("waiting for {}", printable(holder)),
        Event::Recovered { entry, finding } => format!("recovered {}: {}", entry.short(), printable(finding)),
        Event::Locked { holders, tries, of, .. } => {
            let held = if holders.is_empty() { "another session".to_owned() } else { holders.join("; ") };
            format!("  a lock is held by {}: try {tries} of {of} was rolled back", printable(&held))
        }
        Event::FellBack { wanted, taken, why, .. } => {
            format!("  the server refused {wanted} ({}) and took {taken}", printable(why))
        }
        Event::EntryStarted { entry, message, direction, number, of } => {
            let sign = if *direction == Direction::Up { "" } else { "undo " };
            format!("[{number}/{of}] {sign}{}  {}", entry.short(), printable(message))
        }
        Event::StepDone { title, .. } => format!("  {}", printable(title)),
        Event::DataDone { title, receipt, .. } => {
            let rows = match receipt.read {
                _ if !receipt.made.is_empty() => made(receipt),
                0 => format!("{} rows", thousands(receipt.changed)),
                read => format!("{} rows, {} changed", thousands(read), thousands(receipt.changed)),
            };
            let aside =
                receipt.set_aside.as_ref().map(|aside| format!(", {} set aside", thousands(aside.rows)));
            let aside = aside.unwrap_or_default();
            format!("  {}: {rows}{aside}, module {}", printable(title), receipt.module.short())
        }
        Event::SetAside { key, class, message, .. } => {
            format!("  set aside row {}: {class}: {}", printable(key), printable(message))
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
    if restored.fresh > 0 {
        said.push_str(&format!(", {} came in since", thousands(restored.fresh)));
    }
    said
}

/// The rows that a step put into other tables, or took out of them again.
fn made(receipt: &engine::journal::Receipt) -> String {
    let tables = receipt.made.iter().map(|(name, n)| format!("{} {}", printable(name), thousands(*n)));
    let tables = tables.collect::<Vec<_>>().join(", ");
    match (receipt.read, receipt.late) {
        (0, _) => format!("{tables} rows"),
        (read, 0) => format!("{} rows, made {tables}", thousands(read)),
        (read, late) => format!(
            "{} rows, made {tables}; groups that were done have changed by {} rows since, which aren't in them",
            thousands(read),
            thousands(late)
        ),
    }
}

/// An event as JSON.
fn fields(event: &Event) -> Value {
    let way = |direction: &Direction| if *direction == Direction::Up { "up" } else { "down" };
    match event {
        Event::Waiting { holder } => json!({ "event": "waiting", "holder": holder }),
        Event::Recovered { entry, finding } => {
            json!({ "event": "recovered", "entry": entry.to_string(), "finding": finding })
        }
        Event::Locked { entry, step, holders, tries, of } => json!({
            "event": "locked", "entry": entry.to_string(), "step": step + 1, "holders": holders, "tries": tries, "of": of,
        }),
        Event::FellBack { entry, step, wanted, taken, why } => json!({
            "event": "fell-back", "entry": entry.to_string(), "step": step + 1, "wanted": wanted, "taken": taken, "why": why,
        }),
        Event::EntryStarted { entry, message, direction, number, of } => json!({
            "event": "entry-started", "entry": entry.to_string(), "message": message,
            "way": way(direction), "number": number, "of": of,
        }),
        Event::StepDone { entry, step, title } => {
            json!({ "event": "step-done", "entry": entry.to_string(), "step": step + 1, "title": title })
        }
        Event::Rows { entry, step, title, done, total, changed, resumed, beat } => json!({
            "event": "rows", "entry": entry.to_string(), "step": step + 1, "title": title,
            "done": done, "total": total, "changed": changed, "resumed": resumed,
            "state": beat.motion.word(), "reason": beat.motion.reason(),
            "batch_rows": beat.rows, "batch_millis": beat.millis,
            "ranges": beat.shared.map(|s| json!({ "done": s.done, "of": s.ranges, "at_work": s.held })),
        }),
        Event::DataDone { entry, step, title, receipt } => json!({
            "event": "data-done", "entry": entry.to_string(), "step": step + 1, "title": title, "receipt": receipt,
        }),
        Event::SetAside { entry, step, key, class, message } => json!({
            "event": "set-aside", "entry": entry.to_string(), "step": step + 1, "key": key,
            "class": class, "message": message,
        }),
        Event::Restored { entry, step, title, restored } => json!({
            "event": "restored", "entry": entry.to_string(), "step": step + 1, "title": title,
            "kept": restored.kept, "restored": restored.restored, "changed": restored.changed, "gone": restored.gone,
            "fresh": restored.fresh,
        }),
        Event::GuestLog { script, text } => json!({ "event": "guest-log", "script": script, "text": text }),
        Event::EntryDone { entry, message, direction, millis } => json!({
            "event": "entry-done", "entry": entry.to_string(), "message": message,
            "way": way(direction), "millis": millis,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_looks_back_half_a_minute_and_the_time_left_is_no_early_guess() {
        let mut step = Moving::new();
        let at = |seconds: u64| step_start(&step) + Duration::from_secs(seconds);
        let moments: Vec<Instant> = (0..=60).map(at).collect();
        // A fast start, then ten rows a second.
        for (second, now) in moments.iter().enumerate() {
            let done = if second < 10 { second * 1000 } else { 10_000 + (second - 10) * 10 } as u64;
            step.see(*now, done, &Motion::Running);
            let left = step.left(*now, done, Some(20_000));
            assert_eq!(left.is_some(), second > 20, "{second} s: {left:?}");
        }
        assert_eq!(step.rate(), 10.0);
        assert_eq!(step.left(moments[60], 10_500, Some(11_000)).map(|left| left.as_secs()), Some(50));
    }

    fn step_start(step: &Moving) -> Instant {
        step.began
    }

    #[test]
    fn what_does_not_move_has_no_time_left() {
        let mut step = Moving::new();
        let later = step.began + Duration::from_secs(30);
        step.see(later - Duration::from_secs(5), 100, &Motion::Running);
        assert!(!step.see(later, 200, &Motion::Running));
        assert!(step.left(later, 200, Some(300)).is_some());
        assert!(step.see(later, 200, &Motion::Throttled("so".to_owned())));
        assert!(!step.see(later, 200, &Motion::Throttled("otherwise".to_owned())));
        assert_eq!(step.left(later, 200, Some(300)), None);
        assert!(step.see(later, 200, &Motion::Running));
    }
}
