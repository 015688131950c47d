//! Places: finds where a value stands in RON text, so that an error about its meaning points at the right token.

use std::ops::Range;

use model::Segment;

/// The deepest nesting that is followed; the reader refuses deeper texts anyway.
const DEEPEST: usize = 160;

/// The values of a RON text with the bytes they stand at.
pub struct Places {
    root: Node,
}

/// A value and where it stands.
struct Node {
    /// The bytes of the whole value.
    range: Range<usize>,
    /// The bytes people are shown for it: a scalar whole, of a compound its name or opening bracket.
    head: Range<usize>,
    inner: Inner,
}

enum Inner {
    Scalar,
    /// A list, a tuple, or the unnamed content of a variant.
    Items(Vec<Node>),
    /// A struct's fields, or a map's keys.
    Fields(Vec<(String, Node)>),
}

impl Places {
    /// Reads the places of a text. Never fails: what can't be understood ends the walk, and what was found so far stands.
    pub fn new(text: &str) -> Places {
        let mut walk = Walk { text, at: 0 };
        walk.blank();
        while walk.rest().starts_with("#!") {
            walk.at += walk.rest().find(']').map_or(walk.rest().len(), |i| i + 1);
            walk.blank();
        }
        Places { root: walk.value(0) }
    }

    /// Returns the bytes to underline for the value at `path`; where the path leads beyond what is written, those of the
    /// innermost value that is.
    pub fn find(&self, path: &[Segment]) -> Range<usize> {
        let mut node = &self.root;
        for segment in path {
            match step(node, segment) {
                Some(next) => node = next,
                None => break,
            }
        }
        node.head.clone()
    }

    /// Returns the bytes of the whole value at `path`, if it is written.
    pub fn whole(&self, path: &[Segment]) -> Option<Range<usize>> {
        path.iter().try_fold(&self.root, step).map(|node| node.range.clone())
    }
}

/// Goes one segment down, through variants that wrap one value in parentheses.
fn step<'a>(node: &'a Node, segment: &Segment) -> Option<&'a Node> {
    let found = match (&node.inner, segment) {
        (Inner::Fields(fields), Segment::Field(name)) => by_name(fields, name),
        (Inner::Fields(fields), Segment::Key(name)) => by_name(fields, name),
        (Inner::Items(items), Segment::Index(index)) => items.get(*index),
        (Inner::Fields(fields), Segment::Index(index)) => fields.get(*index).map(|(_, node)| node),
        _ => None,
    };
    match (&node.inner, found) {
        (Inner::Items(items), None) if items.len() == 1 => step(&items[0], segment),
        (_, found) => found,
    }
}

fn by_name<'a>(fields: &'a [(String, Node)], name: &str) -> Option<&'a Node> {
    fields.iter().find(|(key, _)| key == name).map(|(_, node)| node)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over blanks and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.at += block_comment(trimmed);
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        let start = self.at;
        match self.peek() {
            Some('"') => self.string(),
            Some('[') => return self.list(start, start..start + 1, ']', depth),
            Some('{') => return self.map(start, depth),
            Some('(') => return self.parenthesis(start, start..start + 1, depth),
            Some('r' | 'b') if self.raw_string() => {}
            Some('\'') => self.at += character(self.rest()),
            Some(_) => {
                self.word();
                let name = start..self.at;
                let after = self.at;
                self.blank();
                if name.len() > 1 && self.peek() == Some('(') || name.len() == 1 && self.peek() == Some('(') {
                    return self.parenthesis(start, name, depth);
                }
                self.at = after;
            }
            None => {}
        }
        Node { range: start..self.at, head: start..self.at, inner: Inner::Scalar }
    }

    /// Passes over a number, a name, or one character that is neither.
    fn word(&mut self) {
        let stops = |c: char| c.is_whitespace() || "()[]{},:\"'/".contains(c);
        let length = self.rest().find(stops).unwrap_or(self.rest().len());
        self.at += length.max(self.peek().map_or(0, char::len_utf8) * usize::from(length == 0));
    }

    fn string(&mut self) {
        let mut escaped = false;
        for (i, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    self.at += i + 1;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.text.len();
    }

    /// Passes over `r"…"`, `r#"…"#` and `b"…"` when one stands here.
    fn raw_string(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("b\"") {
            self.at += 1;
            self.string();
            return true;
        }
        let Some(after) = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')) else { return false };
        let hashes = after.bytes().take_while(|b| *b == b'#').count();
        if !after[hashes..].starts_with('"') {
            return false;
        }
        let end = format!("\"{}", "#".repeat(hashes));
        let body = rest.len() - after.len() + hashes + 1;
        self.at += rest[body..].find(&end).map_or(rest.len(), |i| body + i + end.len());
        true
    }

    fn list(&mut self, start: usize, head: Range<usize>, close: char, depth: usize) -> Node {
        self.at += 1;
        let mut items = Vec::new();
        while self.more(close, depth) {
            items.push(self.value(depth + 1));
            self.comma();
        }
        self.close(close);
        Node { range: start..self.at, head, inner: Inner::Items(items) }
    }

    fn map(&mut self, start: usize, depth: usize) -> Node {
        self.at += 1;
        let mut fields = Vec::new();
        while self.more('}', depth) {
            let key = self.value(depth + 1);
            self.blank();
            if self.peek() == Some(':') {
                self.at += 1;
                self.blank();
            }
            let value = self.value(depth + 1);
            fields.push((unquoted(&self.text[key.range]), value));
            self.comma();
        }
        self.close('}');
        Node { range: start..self.at, head: start..start + 1, inner: Inner::Fields(fields) }
    }

    /// A struct or a tuple: what follows the first name tells.
    fn parenthesis(&mut self, start: usize, head: Range<usize>, depth: usize) -> Node {
        let open = self.at;
        self.at += 1;
        self.blank();
        self.word();
        self.blank();
        let named = self.at > open + 1 && self.peek() == Some(':');
        self.at = open;
        if !named {
            return self.list(start, head, ')', depth);
        }
        self.at += 1;
        let mut fields = Vec::new();
        while self.more(')', depth) {
            let from = self.at;
            self.word();
            let name = self.text[from..self.at].trim_start_matches("r#").to_owned();
            self.blank();
            if self.peek() == Some(':') {
                self.at += 1;
                self.blank();
            }
            fields.push((name, self.value(depth + 1)));
            self.comma();
        }
        self.close(')');
        Node { range: start..self.at, head, inner: Inner::Fields(fields) }
    }

    /// Tells whether another value stands before the closing bracket.
    fn more(&mut self, close: char, depth: usize) -> bool {
        self.blank();
        if depth >= DEEPEST {
            self.at = self.text.len();
        }
        !matches!(self.peek(), None | Some(')' | ']' | '}')) && self.peek() != Some(close)
    }

    fn comma(&mut self) {
        self.blank();
        if self.peek() == Some(',') {
            self.at += 1;
        }
    }

    fn close(&mut self, close: char) {
        if self.peek() == Some(close) {
            self.at += close.len_utf8();
        }
    }
}

/// Measures a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (2, 1);
    while at < bytes.len() && open > 0 {
        match &bytes[at..bytes.len().min(at + 2)] {
            b"/*" => (open, at) = (open + 1, at + 2),
            b"*/" => (open, at) = (open - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

/// Measures `'x'` or `'\n'`.
fn character(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return i + 1,
            '\n' => return i,
            _ => {}
        }
    }
    text.len()
}

/// Returns a map's key as text: a string without its quotes and plain escapes, anything else as it stands.
fn unquoted(text: &str) -> String {
    ron::from_str::<String>(text).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"// a draft
Draft(
    message: "x: (y)", /* steps: [ */
    steps: [
        DropTable(table: "a"),
        AddColumn(
            table: "b",
            column: Column(name: "c", type: Decimal(10, 2), default: Literal("é")),
        ),
        Sql(on: { "sqlite": (up: [r#"a "b" c"#, "d"]), "post\"gres": (up: []) }),
        Backfill(script: "s", rows: Where(And([Eq("x", 1), IsNull("y")])), write: []),
    ],
)"##;

    fn at(path: &[Segment]) -> &'static str {
        &TEXT[Places::new(TEXT).find(path)]
    }

    fn step_field(step: usize, more: &[Segment]) -> &'static str {
        let mut path = vec![Segment::Field("steps"), Segment::Index(step)];
        path.extend_from_slice(more);
        at(&path)
    }

    #[test]
    fn fields_items_and_keys_are_found() {
        assert_eq!(at(&[Segment::Field("message")]), "\"x: (y)\"");
        assert_eq!(step_field(0, &[]), "DropTable");
        assert_eq!(step_field(1, &[Segment::Field("column"), Segment::Field("name")]), "\"c\"");
        assert_eq!(
            step_field(1, &[Segment::Field("column"), Segment::Field("type"), Segment::Index(1)]),
            "2"
        );
        let up = |key: &str| {
            [Segment::Field("on"), Segment::Key(key.to_owned()), Segment::Field("up"), Segment::Index(0)]
        };
        assert_eq!(step_field(2, &up("sqlite")), "r#\"a \"b\" c\"#");
        assert_eq!(step_field(2, &up("post\"gres")), "[");
    }

    #[test]
    fn wrapping_variants_are_passed_through() {
        let path = [
            Segment::Field("rows"),
            Segment::Index(0),
            Segment::Index(0),
            Segment::Index(1),
            Segment::Index(0),
        ];
        assert_eq!(step_field(3, &path), "\"y\"");
        let default = [Segment::Field("column"), Segment::Field("default")];
        assert_eq!(step_field(1, &default), "Literal");
    }

    #[test]
    fn what_is_not_written_falls_back_to_its_owner() {
        assert_eq!(step_field(1, &[Segment::Field("column"), Segment::Field("comment")]), "Column");
        assert_eq!(step_field(9, &[]), "[");
    }

    #[test]
    fn broken_texts_end_the_walk() {
        for length in 0..TEXT.len() {
            if let Some(cut) = TEXT.get(..length) {
                Places::new(cut);
            }
            if let Some(cut) = TEXT.get(length..) {
                Places::new(cut);
            }
        }
        Places::new(&"[".repeat(100_000));
        Places::new(&"a(".repeat(100_000));
    }
}
