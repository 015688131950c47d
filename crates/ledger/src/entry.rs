//! Reading and printing entries: one spelling each, and nothing but that spelling is accepted.

use model::{
    Digest, Entry, EntryId, ResolutionError,
    canonical::to_canonical,
    entry::{FORMAT, MAX_ENTRY, MAX_PARENTS},
};
use thiserror::Error;

use crate::{
    moment::is_moment,
    printable::{is_control, printable},
    source::options,
    uuid::Uuid,
};

/// Why bytes are not an entry of format 1.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EntryError {
    /// Nothing is in it.
    #[error("is empty")]
    Empty,
    /// It is larger than an entry may be.
    #[error("is {bytes} bytes long; an entry has at most {MAX_ENTRY}")]
    TooLarge {
        /// Its length.
        bytes: u64,
    },
    /// A byte isn't UTF-8.
    #[error("is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The offset of the first bad byte.
        at: usize,
    },
    /// Its line ends are CRLF.
    #[error("has CRLF line ends at line {line}")]
    LineEnds {
        /// The first line with one.
        line: usize,
    },
    /// A control, byte order mark or bidirectional control is in it, plainly or as an escape.
    #[error("has the character U+{code:04X} in line {line}, which no text of an entry may have")]
    Control {
        /// The line, from 1.
        line: usize,
        /// The character's number.
        code: u32,
    },
    /// A later release wrote it: a format, field or word that this one doesn't know.
    #[error("{what} is not known to this release: it needs a newer strat")]
    Newer {
        /// What isn't known.
        what: String,
    },
    /// It can't be read.
    #[error("can't be read as an entry at {line}:{column}: {problem}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the reader says.
        problem: String,
    },
    /// It can be read, but isn't spelled as this release spells it.
    #[error("is not in canonical form at line {line}: expected `{expected}`, found `{found}`")]
    NotCanonical {
        /// The first line that differs, from 1.
        line: usize,
        /// The canonical line.
        expected: String,
        /// The line as it stands.
        found: String,
    },
    /// Its parents aren't a sorted set.
    #[error("its parents are not a sorted set: {second} follows {first}")]
    ParentOrder {
        /// A parent.
        first: EntryId,
        /// The one behind it, which isn't greater.
        second: EntryId,
    },
    /// It has too many parents.
    #[error("it has {count} parents, at most {MAX_PARENTS} are allowed")]
    TooManyParents {
        /// How many.
        count: usize,
    },
    /// A field's value isn't of its form.
    #[error("field `{field}` is `{found}`, which is not {wanted}")]
    Field {
        /// The field.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// Its resolutions, or its database, aren't those of a merge.
    #[error(transparent)]
    Merge(#[from] ResolutionError),
    /// It can't be printed.
    #[error("can't be printed: {0}")]
    Unprintable(String),
}

/// Prints an entry in its one canonical form.
pub fn print_entry(entry: &Entry) -> Result<String, EntryError> {
    to_canonical(entry).map_err(|error| EntryError::Unprintable(error.to_string()))
}

/// Reads an entry, accepting nothing but the canonical form of a sound one.
///
/// Whether its ledger, parents, blobs and schema digest are right is for [`verify`](crate::verify()).
pub fn read_entry(bytes: &[u8]) -> Result<Entry, EntryError> {
    let text = text_of(bytes)?;
    if let Some(format) = format_of(text)
        && format != FORMAT.to_string()
    {
        return Err(EntryError::Newer { what: format!("format {}", printable(format)) });
    }
    let mut entry: Entry = options().from_str(text).map_err(refused)?;
    // The reader leaves room for four of each, and thousands of entries are kept at a time.
    entry.steps.shrink_to_fit();
    entry.parents.shrink_to_fit();
    let printed = print_entry(&entry)?;
    if printed != text {
        return Err(difference(&printed, text));
    }
    check(&entry)?;
    escapes(text)?;
    Ok(entry)
}

/// Checks size and characters.
fn text_of(bytes: &[u8]) -> Result<&str, EntryError> {
    if bytes.is_empty() {
        return Err(EntryError::Empty);
    }
    if bytes.len() > MAX_ENTRY {
        return Err(EntryError::TooLarge { bytes: bytes.len() as u64 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| EntryError::NotUtf8 { at: error.valid_up_to() })?;
    if let Some(at) = text.find("\r\n") {
        return Err(EntryError::LineEnds { line: line_of(text, at) });
    }
    // ASCII, which nearly all of it is, is told by its bytes alone.
    let ascii = |b: u8| (b' '..0x7f).contains(&b) || b == b'\n';
    if bytes.iter().all(|b| ascii(*b)) {
        return Ok(text);
    }
    match text.char_indices().find(|(_, c)| *c != '\n' && (is_control(*c) || *c == '\u{feff}')) {
        Some((at, c)) => Err(EntryError::Control { line: line_of(text, at), code: u32::from(c) }),
        None => Ok(text),
    }
}

/// Finds controls written as escapes in a canonical text, where a backslash stands in strings only.
fn escapes(text: &str) -> Result<(), EntryError> {
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        let start = at + found;
        let rest = &text[start + 1..];
        at = start + 1 + rest.chars().next().map_or(0, char::len_utf8);
        let code = match rest.as_bytes().first() {
            Some(b'r') => 0x0d,
            Some(b'0') => 0,
            Some(b'u') => {
                let digits = rest.strip_prefix("u{").and_then(|rest| rest.split('}').next()).unwrap_or("");
                u32::from_str_radix(digits, 16).unwrap_or(0)
            }
            Some(b'x') => u32::from_str_radix(rest.get(1..3).unwrap_or(""), 16).unwrap_or(0),
            _ => continue,
        };
        let allowed = char::from_u32(code).is_some_and(|c| matches!(c, '\n' | '\t') || !is_control(c));
        if !allowed || code == 0xfeff {
            return Err(EntryError::Control { line: line_of(text, start), code });
        }
    }
    Ok(())
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The format that an entry says it has, looked at before anything else, since a later one may look different.
fn format_of(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("Entry(\n    format: ")?;
    let end = rest.find(",\n")?;
    rest[..end].bytes().all(|b| b.is_ascii_digit()).then(|| &rest[..end])
}

fn refused(error: ron::error::SpannedError) -> EntryError {
    use ron::Error as E;
    let (line, column) = (error.span.end.line, error.span.end.col);
    let of = |outer: &Option<String>| outer.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
    match &error.code {
        E::NoSuchStructField { found, outer, .. } => {
            EntryError::Newer { what: format!("field `{}`{} in line {line}", printable(found), of(outer)) }
        }
        E::NoSuchEnumVariant { found, outer, .. } => {
            EntryError::Newer { what: format!("word `{}`{} in line {line}", printable(found), of(outer)) }
        }
        other => EntryError::Syntax { line, column, problem: printable(&other.to_string()).into_owned() },
    }
}

/// Names the first line in which a text differs from its canonical form.
fn difference(printed: &str, text: &str) -> EntryError {
    let end = "(end of file)";
    let (mut canonical, mut found) = (printed.split('\n'), text.split('\n'));
    let mut line = 0;
    loop {
        line += 1;
        let (expected, found) = (canonical.next(), found.next());
        if expected != found || expected.is_none() {
            let shown = |line: Option<&str>| line.map_or(end.to_owned(), shorten);
            return EntryError::NotCanonical { line, expected: shown(expected), found: shown(found) };
        }
    }
}

fn shorten(line: &str) -> String {
    let mut out: String = line.chars().take(120).collect();
    if out.len() < line.len() {
        out.push('…');
    }
    printable(&out).into_owned()
}

/// Checks what the types alone don't say.
fn check(entry: &Entry) -> Result<(), EntryError> {
    if entry.parents.len() > MAX_PARENTS {
        return Err(EntryError::TooManyParents { count: entry.parents.len() });
    }
    if let Some(pair) = entry.parents.windows(2).find(|pair| pair[0] >= pair[1]) {
        return Err(EntryError::ParentOrder { first: pair[0], second: pair[1] });
    }
    let field = |field, found: &str, wanted, good: bool| match good {
        true => Ok(()),
        false => Err(EntryError::Field { field, found: shorten(found), wanted }),
    };
    let line = |text: &str| !text.is_empty() && !text.chars().any(is_control);
    field("ledger", &entry.ledger, "a UUID in lower case", Uuid::parse(&entry.ledger).is_some())?;
    field("branch", &entry.branch, "a branch label", is_label(&entry.branch))?;
    field("database", &entry.database, "a database's name of one line", line(&entry.database))?;
    if let Some(name) = entry.databases.iter().find(|name| !line(name)) {
        field("databases", name, "a list of databases' names of one line", false)?;
    }
    field("message", &entry.message, "a text of one line", line(&entry.message))?;
    field("author", &entry.author, "a text of one line", line(&entry.author))?;
    field("authored_at", &entry.authored_at, "YYYY-MM-DDTHH:MM:SSZ", is_moment(&entry.authored_at))?;
    field("draft", &entry.draft, "a file stem", entry.draft.is_empty() || is_stem(&entry.draft))?;
    if let Some(code) = entry.accept.iter().find(|code| !is_code(code)) {
        field("accept", code, "a hazard's code such as H101", false)?;
    }
    Ok(entry.check_merge()?)
}

/// Tells whether a text is a draft's file stem: `[a-z0-9][a-z0-9._-]{0,79}`.
pub fn is_stem(text: &str) -> bool {
    let first = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let next = |b: &u8| first(b) || matches!(b, b'.' | b'_' | b'-');
    matches!(text.len(), 1..=80)
        && text.as_bytes().first().is_some_and(first)
        && text.as_bytes().iter().all(next)
}

/// Tells whether a text can be a branch's label: 1 to 200 bytes of letters, digits and `/ . _ -`, as git's branches mostly are,
/// beginning with a letter or digit, and no word of the revision language.
pub fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '#' | '+');
    let reserved = matches!(text, "head" | "heads" | "root" | "base");
    matches!(text.len(), 1..=200)
        && text.starts_with(char::is_alphanumeric)
        && text.chars().all(inner)
        && !reserved
}

fn is_code(text: &str) -> bool {
    text.len() == 4 && text.starts_with('H') && text.as_bytes()[1..].iter().all(u8::is_ascii_digit)
}

/// Returns the id that bytes have.
pub fn id_of(bytes: &[u8]) -> EntryId {
    Digest::of(bytes)
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
