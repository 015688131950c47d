//! What doesn't fit a receipt, told apart by words.

use std::collections::BTreeMap;

use model::{
    Digest, Literal, Lowered,
    data_step::{Asset, Module},
    rows::root_of_sections,
};

use crate::{
    guests::{asset_digests, params_digest},
    journal::Receipt,
};

/// A part of the rows in which two digests differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The section, from 1.
    pub section: usize,
    /// How many sections there are.
    pub of: usize,
    /// The last key before it and its own last key, where they are known.
    pub keys: Option<(Option<String>, String)>,
}

impl Stretch {
    /// The first section whose roots differ; nothing where there is only one.
    pub fn of(
        (here, there): (&[Digest], &[Digest]),
        keys: Option<&dyn Fn(usize) -> KeysOf>,
    ) -> Option<Stretch> {
        let at = here.iter().zip(there).position(|(here, there)| here != there)?;
        let of = there.len();
        (of > 1).then(|| Stretch { section: at + 1, of, keys: keys.and_then(|keys| keys(at)) })
    }
}

/// The last key before a section, and its own.
pub type KeysOf = Option<(Option<String>, String)>;

/// Something that doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The receipt doesn't hold together, or says of the entry what isn't so.
    #[error("the receipt is forged or damaged: {0}")]
    Forged(String),
    /// The receipt tells of another module than the entry's.
    #[error("another module: the receipt is of {}, the entry has {}", .receipt.short(), .entry.short())]
    Module {
        /// The receipt's.
        receipt: Digest,
        /// The entry's.
        entry: Digest,
    },
    /// Other rows went in.
    #[error("another input: {}{}", rows(*.receipt, *.here), place(.at))]
    Input {
        /// Rows as the receipt says.
        receipt: u64,
        /// Rows here.
        here: u64,
        /// Where they differ first.
        at: Option<Stretch>,
    },
    /// A small table that the guest was handed whole holds something else.
    #[error("another input: the rows of lookup {0} aren't those that the receipt tells of")]
    Lookup(String),
    /// From the same rows something else came out.
    #[error("another output from the same input{}{}", place(.at), otherwise(.standing))]
    Output {
        /// Where it differs first.
        at: Option<Stretch>,
        /// The first row that stands in the target with other values than come out here.
        standing: Option<String>,
    },
    /// From the same rows the same came out, and the receipt counts otherwise what changed by it.
    #[error("another count: the receipt says that {receipt} rows were changed, and here it would be {here}")]
    Changed {
        /// As the receipt says.
        receipt: u64,
        /// Here.
        here: u64,
    },
    /// The engines don't agree.
    #[error("another engine, another output: {engine} makes something else of row {row}")]
    Engines {
        /// The row's key.
        row: String,
        /// The engine that makes something else of it than the first.
        engine: &'static str,
    },
    /// The guest fails on rows that it once passed.
    #[error("another output: it fails here, and didn't where the receipt was made: {0}")]
    Fails(String),
}

impl Finding {
    /// What it is about, in a word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Finding::Forged(_) => "forged",
            Finding::Module { .. } => "module",
            Finding::Input { .. } | Finding::Lookup(_) => "input",
            Finding::Output { .. } | Finding::Fails(_) => "output",
            Finding::Changed { .. } => "count",
            Finding::Engines { .. } => "engine",
        }
    }
}

fn rows(receipt: u64, here: u64) -> String {
    match here.cmp(&receipt) {
        std::cmp::Ordering::Equal => format!("{here} rows as in the receipt, but not the same"),
        std::cmp::Ordering::Less => {
            format!("the receipt has {receipt} rows, here are {here}, {} less", receipt - here)
        }
        std::cmp::Ordering::Greater => {
            format!("the receipt has {receipt} rows, here are {here}, {} more", here - receipt)
        }
    }
}

fn place(at: &Option<Stretch>) -> String {
    let Some(Stretch { section, of, keys }) = at else { return String::new() };
    let keys = match keys {
        None => String::new(),
        Some((None, to)) => format!(" (up to {to})"),
        Some((Some(behind), to)) => format!(" (behind {behind}, up to {to})"),
    };
    format!(", first in section {section} of {of}{keys}")
}

fn otherwise(row: &Option<String>) -> String {
    row.as_ref()
        .map_or_else(String::new, |row| format!("; row {row} is the first that stands there otherwise"))
}

/// What can be said against a receipt without running anything: by itself, and by what its entry says.
pub fn doubts(receipt: &Receipt, step: &Lowered) -> Vec<Finding> {
    let (module, script, params, assets) = if let Lowered::Backfill(b) = step {
        (&b.step.module, &b.step.script, &b.step.params, &b.step.assets)
    } else if let Lowered::Populate(p) = step {
        (&p.step.module, &p.step.script, &p.step.params, &p.step.assets)
    } else if let Lowered::Derive(d) = step {
        return doubts_of(
            receipt,
            (d.step.module(), d.step.script(), d.step.params(), d.step.assets()),
            false,
        );
    } else {
        return Vec::new();
    };
    doubts_of(receipt, (module.as_ref(), script, params, assets), true)
}

/// What an entry says of a step's guest.
type Said<'a> = (Option<&'a Module>, &'a str, &'a BTreeMap<String, Literal>, &'a BTreeMap<String, Asset>);

/// The same; `adds_up` where each row is changed, unchanged or set aside.
fn doubts_of(receipt: &Receipt, (module, script, params, assets): Said<'_>, adds_up: bool) -> Vec<Finding> {
    let forged = |why: &str| Finding::Forged(why.to_owned());
    let mut found = Vec::new();
    if let Some(module) = module {
        found.extend(of_module(receipt, module));
    }
    if receipt.script != script {
        found.push(forged("its script isn't the entry's"));
    }
    if receipt.params != params_digest(params) {
        found.push(forged("its parameters aren't the entry's"));
    }
    // Older receipts say nothing of assets.
    if receipt.profile > 0 && receipt.assets != asset_digests(assets) {
        found.push(forged("its assets aren't the entry's"));
    }
    let aside = receipt.set_aside.as_ref().map_or(0, |aside| aside.rows);
    if adds_up && receipt.read > 0 && receipt.read != receipt.changed + receipt.unchanged + aside {
        found.push(forged("the rows it counts don't add up"));
    }
    for (what, sections, whole) in [
        ("input", &receipt.input_sections, receipt.input),
        ("output", &receipt.output_sections, receipt.output),
    ] {
        if !sections.is_empty() && root_of_sections(sections) != whole {
            found.push(forged(&format!("the sections of its {what} don't come to the digest of its {what}")));
        }
    }
    found
}

fn of_module(receipt: &Receipt, module: &Module) -> Option<Finding> {
    if receipt.module != module.blake3 {
        return Some(Finding::Module { receipt: receipt.module, entry: module.blake3 });
    }
    let same = receipt.sha256 == module.sha256 && receipt.abi == module.abi;
    (!same)
        .then(|| Finding::Forged("the SHA-256 or the contract of its module aren't the entry's".to_owned()))
}
