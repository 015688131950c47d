//! A case as its file holds it.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use model::Step;
use serde::Deserialize;

use crate::support::root;

/// One merge: what comes before, two sides, and what is to be found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    #[allow(dead_code, reason = "it is for who reads the file")]
    about: String,
    /// What both sides start from, beside the tables of `base.ron`.
    #[serde(default)]
    pub base: Vec<Step>,
    /// The entries of one side, each with its steps.
    #[serde(default)]
    pub ours: Vec<Vec<Step>>,
    /// The entries of the other.
    #[serde(default)]
    pub theirs: Vec<Vec<Step>>,
    /// Further entries and merges.
    #[serde(default)]
    pub also: Vec<Also>,
    /// The names of what is joined, when that isn't `ours` and `theirs`.
    #[serde(default)]
    pub join: Vec<String>,
    /// Answers to be tried beside those that are offered.
    #[serde(default, rename = "try")]
    tried: Vec<String>,
    #[serde(default)]
    says: Vec<Says>,
    #[serde(default)]
    gives: Vec<Gives>,
}

/// An entry of its own.
#[derive(Deserialize)]
pub enum Also {
    /// One that follows another.
    Entry {
        name: String,
        after: String,
        #[serde(default)]
        database: String,
        steps: Vec<Step>,
    },
    /// One that joins several.
    Merge {
        name: String,
        of: Vec<String>,
        #[serde(default)]
        decides: String,
        #[serde(default)]
        steps: Vec<Step>,
    },
}

/// Something that is open, with the choices there are.
#[derive(Clone, Deserialize, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Says {
    pub that: String,
    pub choices: Vec<String>,
}

/// Answers, and what they lead to.
#[derive(Clone, Deserialize, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Gives {
    pub with: String,
    pub then: Vec<String>,
}

/// The part of a file that `BLESS=1` writes.
#[derive(PartialEq, Debug)]
pub struct Written {
    pub says: Vec<Says>,
    pub gives: Vec<Gives>,
}

fn folder() -> PathBuf {
    root().join("tests/merge")
}

/// What all cases start from.
pub fn base() -> Vec<Step> {
    let path = folder().join("base.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    ledger::source::options().from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

impl Case {
    /// All cases by name, each with its file's path and text.
    pub fn all() -> Vec<(PathBuf, String, Case)> {
        let files = std::fs::read_dir(folder().join("cases")).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension() == Some("ron".as_ref())).collect();
        files.sort();
        files.into_iter().map(|path| Case::read(&path)).collect()
    }

    fn read(path: &Path) -> (PathBuf, String, Case) {
        let text = std::fs::read_to_string(path).unwrap();
        let case = ledger::source::options().from_str(&text);
        let case = case.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (path.to_owned(), text, case)
    }

    /// What its file says is to be found.
    pub fn written(&self) -> Written {
        Written { says: self.says.clone(), gives: self.gives.clone() }
    }

    /// The answers to be tried: none where nothing is open, each choice where one thing is, all of one side where more are.
    pub fn ways(&self, says: &[Says]) -> Vec<String> {
        let word = |choice: &String| choice.split(' ').next().unwrap_or_default().to_owned();
        let mut ways: Vec<String> = match says {
            [] => vec![String::new()],
            [one] => one.choices.iter().map(word).filter(|word| word != "set").collect::<Vec<_>>(),
            many => {
                let all = |side: &str| vec![side; many.len()].join(", ");
                vec![all("ours"), all("theirs")]
            }
        };
        ways.extend(self.tried.iter().cloned());
        ways
    }
}

/// The mark between what people write and what is found.
const FOUND: &str = "\n    // What is found:\n";

/// The file with what was found.
pub fn blessed(text: &str, found: &Written) -> String {
    let kept = match text.find(FOUND) {
        Some(at) => &text[..at],
        None => text.trim_end().strip_suffix(')').unwrap().trim_end(),
    };
    format!("{kept}{FOUND}{})\n", spelled(found))
}

/// What was found, as a file says it.
pub fn spelled(found: &Written) -> String {
    let mut out = String::from("    says: [");
    let texts = |out: &mut String, texts: &[String]| {
        let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        let line = quoted.join(", ");
        if line.len() <= 90 {
            out.push_str(&line);
        } else {
            quoted.iter().for_each(|text| write!(out, "\n            {text},").unwrap());
            out.push_str("\n        ");
        }
    };
    for Says { that, choices } in &found.says {
        write!(out, "\n        (that: {}, choices: [", quoted(that)).unwrap();
        texts(&mut out, choices);
        out.push_str("]),");
    }
    out.push_str(if found.says.is_empty() { "],\n    gives: [" } else { "\n    ],\n    gives: [" });
    for Gives { with, then } in &found.gives {
        write!(out, "\n        (with: {}, then: [", quoted(with)).unwrap();
        texts(&mut out, then);
        out.push_str("]),");
    }
    out.push_str("\n    ],\n");
    out
}

fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("r#\"{text}\"#") } else { format!("\"{text}\"") }
}
