//! Names: which are allowed, which one was probably meant, and those made up for constraints and indexes at `record`.

use crate::problem::{NameProblem, Problem};

/// The longest name the strictest database keeps, in bytes.
pub const MAX_NAME: usize = 63;

/// Refuses names that some database would cut, and characters nobody sees. Anything else is quoted wherever it stands.
pub fn check_name(name: &str) -> Result<(), Problem> {
    let bad = |why| Err(Problem::BadName { name: name.to_owned(), why });
    if name.is_empty() {
        return bad(NameProblem::Empty);
    }
    if name.len() > MAX_NAME {
        return bad(NameProblem::Long(name.len()));
    }
    match name.chars().find(|c| is_invisible(*c)) {
        Some(c) => bad(NameProblem::Invisible(u32::from(c))),
        None => Ok(()),
    }
}

/// Whether a character steers terminals or the direction of text instead of being seen.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The candidate that differs least from `name`, if it differs little enough to have been meant.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .map(|c| (distance(&name.to_lowercase(), &c.to_lowercase()), c))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, c)| c.to_owned())
}

/// Edit distance in which swapping two neighbours counts as one edit.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Cuts a made-up name to what every database keeps; what was cut off lives on in eight digits of its hash.
pub fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let hash = blake3::hash(name.as_bytes()).to_hex();
    format!("{}_{}", cut(name, MAX_NAME - 9), &hash[..8])
}

fn cut(name: &str, most: usize) -> &str {
    let mut end = most.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// A made-up name that isn't taken: shortened, and numbered from 1 on when it is.
pub fn free(name: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let first = shorten(name);
    if !taken(&first) {
        return first;
    }
    let mut number = 1u32;
    loop {
        let suffix = number.to_string();
        let next = format!("{}{suffix}", cut(&first, MAX_NAME - suffix.len()));
        if !taken(&next) {
            return next;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_odd_but_not_long_or_invisible() {
        for good in ["a", "order", "with space", "qu\"ote", "🦀", "Größe", &"x".repeat(63)] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "a\0b", "a\nb", "a\u{202e}b", &"x".repeat(64), &"é".repeat(32)] {
            assert!(matches!(check_name(bad), Err(Problem::BadName { .. })), "{bad:?}");
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest("emial", ["email", "id"].into_iter()), Some("email".into()));
        assert_eq!(nearest("Email", ["email"].into_iter()), Some("email".into()));
        assert_eq!(nearest("email", ["created_at"].into_iter()), None);
        assert_eq!(nearest("usres", ["users", "uses"].into_iter()), Some("users".into()));
    }

    #[test]
    fn long_names_are_cut_where_a_character_ends() {
        let long = shorten(&"é".repeat(60));
        assert!(long.len() <= MAX_NAME && long.starts_with("éé"));
        assert_ne!(long, shorten(&"é".repeat(61)));
        assert_eq!(shorten("short"), "short");
    }

    #[test]
    fn taken_names_are_numbered() {
        assert_eq!(free("a_key", &|n| n == "a_key"), "a_key1");
        let full = "x".repeat(63);
        let next = free(&full, &|n| n == full);
        assert_eq!(next.len(), 63);
        assert!(next.ends_with('1'));
    }
}
