//! Names of drafts: a number that goes on from the others', and a message in small letters.

use crate::{desk::Desk, failure::Failure};

/// A name that no draft and no entry has.
pub fn fresh(desk: &Desk<'_>, message: &str) -> Result<String, Failure> {
    let mut stems: Vec<String> = desk.draft_files()?.into_iter().map(|draft| draft.stem).collect();
    stems.extend(desk.graph()?.entries().iter().map(|row| row.draft.clone()));
    Ok(format!("{:04}-{}", next_number(&stems), slug(message)))
}

/// One more than the greatest number that a name begins with.
fn next_number(stems: &[String]) -> u64 {
    let number = |stem: &String| {
        let digits: String = stem.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok().filter(|_| digits.len() < 10)
    };
    stems.iter().filter_map(number).max().unwrap_or(0) + 1
}

/// A message as a part of a file's name.
fn slug(message: &str) -> String {
    let mut slug = String::new();
    for c in message.to_lowercase().chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 50 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "draft".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_messages() {
        assert_eq!(slug("Add  e-mail, völlig neu!"), "add-e-mail-v-llig-neu");
        assert_eq!(slug("日本"), "draft");
        assert!(ledger::is_stem(&format!("0001-{}", slug(&"x y".repeat(80)))));
    }

    #[test]
    fn numbers_go_on() {
        assert_eq!(next_number(&[]), 1);
        assert_eq!(next_number(&["0009-x".into(), "0012".into(), "99999999999".into(), "x".into()]), 13);
    }
}
