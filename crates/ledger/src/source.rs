//! Reading what people write: RON with places, and errors that show the line, a caret and what was probably meant.

use std::{fmt, ops::Range};

use model::{Draft, Segment};
use ron::{Options, error::SpannedError, extensions::Extensions};
use serde::de::DeserializeOwned;

use crate::{
    nearest::nearest,
    places::Places,
    printable::{is_control, printable},
};

/// The longest stretch of a line that an error shows, in characters.
const SHOWN: usize = 160;

/// What is wrong with an authored file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The file, as the person knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The line's text, without controls; only a window of a very long line.
    pub text: Box<str>,
    /// The characters of `text` to underline.
    pub caret: Range<usize>,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// What was probably meant, or what to do: a lower-case fragment.
    pub hint: Option<String>,
}

impl std::error::Error for SourceError {}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{}:{}:{}: {}", printable(&self.file), self.line, self.column, self.message)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        let marks = "^".repeat(self.caret.len().max(1));
        write!(f, "{margin} | {}{marks}", " ".repeat(self.caret.start))?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

/// An authored text: without its byte order mark and with LF line ends, so that neither ever matters.
#[derive(Clone, Debug)]
pub struct Source {
    file: String,
    text: String,
}

impl Source {
    /// Takes a file's text.
    pub fn new(file: impl Into<String>, text: &str) -> Source {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        Source { file: file.into(), text }
    }

    /// The text that byte ranges refer to.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads a value of any kind, refusing unknown fields and invisible characters.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        let hidden = |(_, c): &(usize, char)| is_control(*c) && *c != '\n' && *c != '\t';
        if let Some((at, c)) = self.text.char_indices().find(hidden) {
            let hint = "write it as an escape in a string, or take it out".to_owned();
            let message = format!("invisible character U+{:04X}", u32::from(c));
            return Err(self.error(at..at + c.len_utf8(), message, Some(hint)));
        }
        options().from_str(&self.text).map_err(|error| self.refused(&error))
    }

    /// Makes an error about the value at `path`.
    pub fn error_at(
        &self,
        path: &[Segment],
        message: impl Into<String>,
        hint: Option<String>,
    ) -> SourceError {
        self.error(Places::new(&self.text).find(path), message, hint)
    }

    /// Makes an error about a range of bytes.
    pub fn error(
        &self,
        range: Range<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> SourceError {
        let start = floor(&self.text, range.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |i| start + i);
        let end = floor(&self.text, range.end.max(start)).min(line_end);
        let column = self.text[line_start..start].chars().count();
        let width = self.text[start..end].chars().count().max(1);
        let skipped = if column + width.min(80) + 8 > SHOWN { column.saturating_sub(SHOWN / 2) } else { 0 };
        let shown = |c: char| {
            if c == '\t' {
                ' '
            } else if is_control(c) {
                '\u{fffd}'
            } else {
                c
            }
        };
        let text: String =
            self.text[line_start..line_end].chars().skip(skipped).take(SHOWN).map(shown).collect();
        let from = column - skipped;
        SourceError {
            file: self.file.clone(),
            line: self.text[..start].matches('\n').count() + 1,
            column: column + 1,
            caret: from..(from + width).min(SHOWN.max(from + 1)),
            text: text.trim_end().into(),
            message: printable(&message.into()).into_owned(),
            hint: hint.map(|hint| printable(&hint).into_owned()),
        }
    }

    /// Turns what the reader of RON says into our words.
    fn refused(&self, error: &SpannedError) -> SourceError {
        let end = self.offset(error.span.end.line, error.span.end.col);
        let start = self.offset(error.span.start.line, error.span.start.col).min(end);
        let (message, hint, word) = said(&error.code);
        let range = match word {
            Some(word) => self.last_word(&word, end).unwrap_or(start..end),
            None => self.token(start, end),
        };
        self.error(range, message, hint)
    }

    /// The bytes of the last occurrence of `word` as a whole word that begins before `end`.
    fn last_word(&self, word: &str, end: usize) -> Option<Range<usize>> {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let stop = floor(&self.text, (end + word.len()).min(self.text.len()));
        self.text[..stop].rmatch_indices(word).map(|(at, _)| at..at + word.len()).find(|range| {
            range.start < end.max(1)
                && !self.text[..range.start].ends_with(name)
                && !self.text[range.end..].starts_with(name)
        })
    }

    /// The token that the reader stumbled over: the one it had just read, else the one in front of it.
    fn token(&self, start: usize, end: usize) -> Range<usize> {
        let read = self.text[start..end].trim();
        if !read.is_empty() && !read.contains('\n') {
            let at = start + self.text[start..end].find(read).unwrap_or(0);
            return at..at + read.len();
        }
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let blank = self.text[end..].len() - self.text[end..].trim_start().len();
        let at = end + blank;
        let length = self.text[at..].find(|c| !name(c)).unwrap_or(self.text.len() - at);
        at..at + length.max(self.text[at..].chars().next().map_or(0, char::len_utf8))
    }

    /// The byte at a line and column, both from 1.
    fn offset(&self, line: usize, column: usize) -> usize {
        let mut at = 0;
        for _ in 1..line {
            at += self.text[at..].find('\n').map_or(self.text.len() - at, |i| i + 1);
        }
        at + self.text[at..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns how RON is read everywhere: `AddColumn(table: …)` for a variant that wraps a struct, and no `Some(…)`.
pub fn options() -> Options {
    Options::default().with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
}

/// Returns message, hint and the word to underline, if the error is about one.
fn said(code: &ron::Error) -> (String, Option<String>, Option<String>) {
    use ron::Error as E;
    let of = |outer: &Option<String>| outer.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
    let meant = |word: &str, from: &[&'static str]| {
        let close = nearest(word, from.iter().copied()).map(|name| format!("did you mean `{name}`?"));
        close.or_else(|| (!from.is_empty() && from.len() <= 12).then(|| format!("it can be {}", list(from))))
    };
    match code {
        E::NoSuchStructField { expected, found, outer } => {
            (format!("unknown field `{found}`{}", of(outer)), meant(found, expected), Some(found.clone()))
        }
        E::NoSuchEnumVariant { expected, found, outer } => {
            (format!("unknown word `{found}`{}", of(outer)), meant(found, expected), Some(found.clone()))
        }
        E::DuplicateStructField { field, outer } => {
            (format!("field `{field}` stands twice{}", of(outer)), None, Some((*field).to_owned()))
        }
        E::MissingStructField { field, outer } => {
            (format!("missing field `{field}`{}", of(outer)), None, None)
        }
        E::ExpectedDifferentStructName { expected, found } => {
            (format!("expected {expected}, found `{found}`"), meant(found, &[expected]), Some(found.clone()))
        }
        E::ExpectedStructName(name) => (format!("expected {name}( … )"), None, None),
        E::Eof => {
            ("the file ends in the middle".to_owned(), Some("a bracket or quote is open".to_owned()), None)
        }
        E::ExceededRecursionLimit => ("nested too deeply".to_owned(), None, None),
        E::TrailingCharacters => ("something follows the end".to_owned(), None, None),
        other => (fragment(&other.to_string()), None, None),
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Makes a sentence a lower-case fragment.
fn fragment(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Reads a draft.
pub fn parse_draft(file: &str, text: &str) -> Result<Draft, SourceError> {
    Source::new(file, text).parse()
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
