//! Where answers go: text or JSON on standard output, everything else on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{args::Format, failure::Failure};

/// The version of every JSON document; `JSON.md` describes them.
const JSON_VERSION: u32 = 1;

/// Standard output. A reader that went away is no error: the command goes on in silence.
pub struct Out {
    format: Format,
    closed: AtomicBool,
}

impl Out {
    /// Writes in that format.
    pub fn new(format: Format) -> Out {
        Out { format, closed: AtomicBool::new(false) }
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes a line for people; nothing where JSON is wanted.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.is_json() {
            self.write(&format!("{}\n", line.as_ref()));
        }
    }

    /// Writes rows for people in columns, without boxes; the last column isn't padded.
    pub fn table(&self, rows: &[Vec<String>]) {
        if !self.is_json() && !rows.is_empty() {
            self.write(&columns(rows));
        }
    }

    /// Writes one JSON document; nothing where text is wanted.
    pub fn document(&self, command: &str, fields: Value) {
        if self.is_json() {
            let mut document = json!({ "strat": JSON_VERSION, "command": command });
            if let (Some(document), Value::Object(fields)) = (document.as_object_mut(), fields) {
                document.extend(fields);
            }
            self.write(&format!("{document}\n"));
        }
    }

    /// Writes text as it is, whatever the format: SQL, completions, an id.
    pub fn write(&self, text: &str) {
        if self.closed.load(Ordering::Relaxed) {
            return;
        }
        let mut stdout = io::stdout().lock();
        if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            self.closed.store(true, Ordering::Relaxed);
            if error.kind() != io::ErrorKind::BrokenPipe {
                warn(&format!("warning: standard output can't be written: {error}"));
            }
        }
    }
}

/// Writes a line to standard error; where that is gone, nobody is there to tell.
pub fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Tells a failure: what is wrong, why, and what to do next.
pub fn report(failure: &Failure) {
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (on, off) = if colour { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    warn(&format!("{on}error:{off} {failure}"));
    if let Some(hint) = failure.hint() {
        warn(&format!("\nhint: {hint}"));
    }
}

fn columns(rows: &[Vec<String>]) -> String {
    let width = |text: &String| text.chars().count();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|i| rows.iter().filter_map(|row| row.get(i)).map(width).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide - width(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A number of things, with its noun in the right number.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number as u64), if number == 1 { one } else { many })
}

/// A number with commas.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An estimated number of rows, to the two digits that it can be trusted with.
/// A size as people read it.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

pub fn roughly(rows: u64) -> String {
    let scale = 10_u64.pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(1));
    let rounded = (rows / scale).saturating_mul(scale);
    let rounded = if rows - rounded >= scale.div_ceil(2) && scale > 1 {
        rounded.saturating_add(scale)
    } else {
        rounded
    };
    format!("about {} {}", thousands(rounded), if rounded == 1 { "row" } else { "rows" })
}

/// How long something took, as people say it.
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        assert_eq!(columns(&[row("a", "b"), row("äää", "")]), "a    b\näää\n");
    }

    #[test]
    fn numbers_and_times_are_said() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
        assert_eq!(roughly(0), "about 0 rows");
        assert_eq!(roughly(1), "about 1 row");
        assert_eq!(roughly(99), "about 99 rows");
        assert_eq!(roughly(996), "about 1,000 rows");
        assert_eq!(roughly(1_234_567), "about 1,200,000 rows");
        assert!(roughly(u64::MAX).starts_with("about 18,"));
        assert_eq!(human(Duration::from_millis(230)), "230 ms");
        assert_eq!(human(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(human(Duration::from_secs(185)), "3m05s");
    }
}
