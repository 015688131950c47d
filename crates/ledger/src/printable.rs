//! Foreign text: what an author, a server or a file said, made fit to be shown.

use std::borrow::Cow;

/// Tells whether a character could change what a reader or a terminal sees: C0, DEL, C1 and bidirectional controls.
///
/// Line feed and tab are among them; texts of several lines allow these two separately.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the text with every control escaped as `\u{…}`, so that it stays on one line and can't move a cursor.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_control(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Returns a path as text fit to be shown; bytes that aren't UTF-8 become replacement characters.
pub fn printable_path(path: &std::path::Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_left_alone() {
        assert!(matches!(printable("naïve ✓"), Cow::Borrowed("naïve ✓")));
    }

    #[test]
    fn escapes_and_bidi_are_shown() {
        assert_eq!(
            printable("a\u{1b}[31m\u{202e}b\u{85}\n\u{7f}"),
            "a\\u{1b}[31m\\u{202e}b\\u{85}\\n\\u{7f}"
        );
    }
}
