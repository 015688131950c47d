//! What a case got against what it expects, with a caret under the first letter that differs.

use ledger::printable;

use super::cases::{Case, Cell, Reject, Row, shown};

/// Letters shown of a value around the place where it differs.
const WINDOW: usize = 60;
/// Letters shown before that place.
const BEFORE: usize = 20;

/// Something wrong with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    what: String,
    /// What was expected, and what came.
    sides: Option<(String, String)>,
}

impl Wrong {
    /// Something that a sentence says.
    pub fn new(what: impl Into<String>) -> Wrong {
        Wrong { what: what.into(), sides: None }
    }

    fn sides(what: impl Into<String>, expected: &str, got: &str) -> Wrong {
        let sides = Some((printable(expected).into_owned(), printable(got).into_owned()));
        Wrong { what: what.into(), sides }
    }

    /// All of it in a line.
    pub fn line(&self) -> String {
        match &self.sides {
            Some((expected, got)) => format!("{}: expected {expected}, got {got}", self.what),
            None => self.what.clone(),
        }
    }

    /// The lines that people are shown.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![printable(&self.what).into_owned()];
        if let Some((expected, got)) = &self.sides {
            let same = expected.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
            let start = if same > WINDOW - BEFORE { same - BEFORE } else { 0 };
            let (expected, got) = (window(expected, start), window(got, start));
            let before: String = got.chars().take(same - start + usize::from(start > 0)).collect();
            lines.push(format!("  expected {expected}"));
            lines.push(format!("  got      {got}"));
            lines.push(format!("           {}^", " ".repeat(width(&before))));
        }
        lines
    }
}

/// The letters from `start` on, as many as are shown.
fn window(text: &str, start: usize) -> String {
    let shown: String = text.chars().skip(start).take(WINDOW).collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, text.chars().count() > start + WINDOW);
    format!("{left}{shown}{}", if right { "…" } else { "" })
}

/// How many columns of a terminal a text takes: none for marks that join the letter before, two for letters of East Asia.
fn width(text: &str) -> usize {
    let of = |c: char| match c {
        '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    };
    text.chars().map(of).sum()
}

/// Holds what came against what a case expects.
pub fn compare(case: &Case, rows: &[Row], rejects: &[Reject]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if case.expect.len() != rows.len() {
        wrong.push(Wrong::sides("rows", &case.expect.len().to_string(), &rows.len().to_string()));
    }
    for (number, (expected, got)) in case.expect.iter().zip(rows).enumerate() {
        if case.rejects.iter().any(|reject| reject.row as usize == number) {
            continue;
        }
        for (name, got) in got {
            let expected = expected.get(name).cloned().unwrap_or(None);
            if !same(&expected, got) {
                wrong.push(Wrong::sides(format!("row {number}, {name}"), &shown(&expected), &shown(got)));
            }
        }
        let unknown = expected.keys().filter(|name| !got.contains_key(*name));
        wrong.extend(unknown.map(|name| Wrong::new(format!("row {number} has no column {name}"))));
    }
    if case.rejects != rejects {
        let list = |all: &[Reject]| {
            let all: Vec<_> = all.iter().map(|r| format!("{} {:?}", r.row, r.message)).collect();
            format!("[{}]", all.join(", "))
        };
        wrong.push(Wrong::sides("rejected rows", &list(&case.rejects), &list(rejects)));
    }
    wrong
}

/// Whether two written values are one: `1` and `1.0` are.
fn same(a: &Option<Cell>, b: &Option<Cell>) -> bool {
    use Cell::{Many, One};
    use model::Literal::{Float, Int};
    match (a, b) {
        (Some(One(Int(n))), Some(One(Float(x)))) | (Some(One(Float(x))), Some(One(Int(n)))) => {
            *n as f64 == *x
        }
        (Some(Many(a)), Some(Many(b))) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_first_difference() {
        let lines = Wrong::sides("row 0, slug", "\"aerger\"", "\"rger\"").lines();
        assert_eq!(lines, ["row 0, slug", "  expected \"aerger\"", "  got      \"rger\"", "            ^"]);
        let wide = Wrong::sides("x", "\"日本x\"", "\"日本y\"").lines();
        assert_eq!(wide[3].len(), "  got      \"____".len() + 1);
    }

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let (a, b) = (format!("{}a{}", "x".repeat(500), "y".repeat(90)), format!("{}b", "x".repeat(500)));
        let lines = Wrong::sides("x", &a, &b).lines();
        assert_eq!(lines[2], format!("  got      …{}b", "x".repeat(BEFORE)));
        assert!(lines[1].ends_with("yyy…") && lines[3].ends_with(&format!("{}^", " ".repeat(BEFORE + 1))));
        // One is the other's beginning.
        let lines = Wrong::sides("x", "NULL", "NULLs").lines();
        assert_eq!(lines[3], "               ^");
    }
}
