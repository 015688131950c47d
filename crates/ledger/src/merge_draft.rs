//! Drafts of merges: what a person writes, or `strat merge` for them, to decide between heads.

use std::collections::BTreeMap;

use model::{ObjectRef, Prefer, Resolution, Segment, Setting, Step, StepRef, canonical::to_canonical};
use serde::{Deserialize, Serialize};

use crate::{
    entry::EntryError,
    places::Places,
    source::{Source, SourceError},
};

/// The word that a merge's draft begins with.
const WORD: &str = "Merge";

/// What a person writes to join heads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename = "Merge", deny_unknown_fields)]
pub struct MergeDraft {
    /// What it is for, in a line.
    pub message: String,
    /// The heads that are joined, "ours" first, by their ids or what they begin with.
    pub parents: Vec<String>,
    /// Hazard codes its author accepts.
    #[serde(default)]
    pub accept: Vec<String>,
    /// What is decided between the heads, and what is still open.
    #[serde(default)]
    pub resolutions: Vec<Written>,
    /// Steps of its own, which see what the resolutions made.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Steps of its own in other databases than `main`, by database.
    #[serde(default)]
    pub elsewhere: BTreeMap<String, Vec<Step>>,
}

/// A resolution as it is written, or what stands in for one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum Written {
    /// A conflict that is still to be decided, by its number.
    Open(String),
    /// One step counts, the others have no effect.
    Keep {
        /// The step that counts.
        step: StepRef,
        /// The steps without effect.
        over: Vec<StepRef>,
    },
    /// Two objects are one.
    Same {
        /// One of them.
        a: ObjectRef,
        /// The other.
        b: ObjectRef,
        /// Whose definition counts.
        prefer: Prefer,
    },
    /// An object bears another name.
    Rename {
        /// The object.
        object: ObjectRef,
        /// Its name from here on.
        to: String,
    },
    /// A facet gets a value.
    Set {
        /// The object.
        object: ObjectRef,
        /// Facet and value.
        to: Setting,
    },
    /// Two steps count in this order.
    Order {
        /// The step that comes first.
        first: StepRef,
        /// The step that comes after it.
        then: StepRef,
    },
}

impl Written {
    /// The resolution, unless it is open.
    pub fn resolution(self) -> Option<Resolution> {
        Some(match self {
            Written::Open(_) => return None,
            Written::Keep { step, over } => Resolution::keep(step, over),
            Written::Same { a, b, prefer } => Resolution::Same { a, b, prefer },
            Written::Rename { object, to } => Resolution::Rename { object, to },
            Written::Set { object, to } => Resolution::Set { object, to },
            Written::Order { first, then } => Resolution::Order { first, then },
        })
    }
}

/// Tells whether a text is the draft of a merge, whatever else is wrong with it.
pub fn is_merge_draft(text: &str) -> bool {
    text.get(Places::new(text).find(&[])).is_some_and(|word| word == WORD)
}

/// Reads the draft of a merge.
pub fn parse_merge_draft(source: &Source) -> Result<MergeDraft, SourceError> {
    source.parse()
}

/// A text with the whole value of one of its fields replaced; nothing where the field isn't written.
pub fn with_field(text: &str, field: &'static str, value: &str) -> Option<String> {
    let whole = Places::new(text).whole(&[Segment::Field(field)])?;
    Some(format!("{}{value}{}", &text[..whole.start], &text[whole.end..]))
}

/// Prints a value as a draft writes it, on one line.
pub fn on_one_line<T: Serialize>(value: &T) -> Result<String, EntryError> {
    let text = to_canonical(value).map_err(|error| EntryError::Unprintable(error.to_string()))?;
    let mut line = String::new();
    for part in text.lines().map(str::trim) {
        let closes = part.starts_with([')', ']', '}']);
        if closes && line.ends_with(',') {
            line.pop();
        }
        if !line.is_empty() && !closes && !line.ends_with(['(', '[', '{']) {
            line.push(' ');
        }
        line.push_str(part);
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Digest, Type};

    #[test]
    fn what_is_printed_is_read_again() {
        let at = |text: &[u8], step| StepRef { entry: Digest::of(text), step };
        let object = ObjectRef { entry: Digest::of(b"a"), step: 1, part: 0 };
        let all = [
            Resolution::keep(at(b"a", 0), [at(b"b", 1), at(b"c", 2)]),
            Resolution::Same { a: object, b: ObjectRef { part: 1, ..object }, prefer: Prefer::B },
            Resolution::Rename { object, to: "a, (b) [".to_owned() },
            Resolution::Set { object, to: Setting::Type(Type::Decimal(8, 2)) },
            Resolution::Set { object, to: Setting::Comment(None) },
            Resolution::Order { first: at(b"a", 0), then: at(b"b", 0) },
        ];
        for one in all {
            let line = on_one_line(&one).unwrap();
            assert!(!line.contains('\n'), "{line}");
            let read: Written = Source::new("x", &line).parse().unwrap();
            assert_eq!(read.resolution(), Some(one), "{line}");
        }
    }

    #[test]
    fn fields_are_replaced_in_place() {
        let text = "// a merge\nMerge(\n    message: \"m\", // said\n    resolutions: [ Open(\"1\") ],\n    steps: [],\n)\n";
        assert!(is_merge_draft(text));
        assert!(!is_merge_draft("Draft(message: \"Merge\", steps: [])"));
        let new = with_field(text, "resolutions", "[]").unwrap();
        assert_eq!(new, text.replace("[ Open(\"1\") ]", "[]"));
        assert_eq!(with_field(text, "accept", "[]"), None);
        let draft: Result<MergeDraft, _> = parse_merge_draft(&Source::new("x", &new));
        assert!(draft.unwrap_err().message.contains("parents"));
    }
}
