//! Receipts as in-toto statements, version 1: what other tools that judge evidence read, sign and store.
//!
//! A statement is made of a record of a journal and nothing else, and it carries the record's text, so that whoever reads it back makes it
//! anew and sees whether a word was changed. `crates/cli/JSON.md` describes it field by field.

use ledger::{measure, source::options};
use model::{Class, Digest, Fault};
use serde_json::{Value, json};

use super::Issued;
use crate::journal::Record;

/// The type of the statement.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The type of what it says.
pub const PREDICATE: &str = "https://github.com/stratigraph/stratigraph/receipt/v1";

/// Why a statement can't be read.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// It isn't JSON.
    #[error("line {line} isn't JSON: {why}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// It is JSON and no statement of a receipt.
    #[error("line {line} isn't the in-toto statement of a receipt: its {field} isn't {wanted}")]
    Other {
        /// The line.
        line: usize,
        /// The field that tells.
        field: &'static str,
        /// What it would be.
        wanted: &'static str,
    },
    /// It is of another ledger.
    #[error("line {line} tells of another ledger, {there}")]
    Ledger {
        /// The line.
        line: usize,
        /// That ledger.
        there: String,
    },
    /// What it says isn't what its record says.
    #[error("line {line} is forged or damaged: {why}")]
    Forged {
        /// The line.
        line: usize,
        /// Why.
        why: String,
    },
}

impl Fault for StatementError {
    fn class(&self) -> Class {
        match self {
            StatementError::Forged { .. } => Class::Integrity,
            StatementError::Json { .. } | StatementError::Other { .. } | StatementError::Ledger { .. } => {
                Class::Input
            }
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            StatementError::Json { .. } | StatementError::Other { .. } => {
                Some("`strat export receipts` writes such a file, a statement a line".to_owned())
            }
            StatementError::Ledger { .. } | StatementError::Forged { .. } => None,
        }
    }
}

/// The statement of a receipt, given the UUID of its ledger.
///
/// # Errors
/// When the record can't be printed, which those that were read back always can.
pub fn statement(issued: &Issued, ledger: &str) -> Result<Value, String> {
    let (record, receipt, about) = (issued.record(), issued.receipt(), issued.about());
    let (bytes, hash) = record.seal()?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    let name = format!("{}#{}", about.entry, about.step + 1);
    let hex = |list: &[Digest]| list.iter().map(Digest::to_string).collect::<Vec<_>>();
    let assets: serde_json::Map<String, Value> = receipt
        .assets
        .iter()
        .map(|(name, blob)| (name.clone(), json!({ "blake3": blob.to_string() })))
        .collect();
    Ok(json!({
        "_type": STATEMENT,
        "subject": [
            { "name": format!("{name}/output"), "digest": { "stratigraphRows1": receipt.output.to_string() } },
            {
                "name": format!("{name}/record"),
                "digest": { "blake3": hash.to_string(), "sha256": measure(text.as_bytes()).sha256 },
            },
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "ledger": ledger,
            "entry": about.entry.to_string(),
            "step": about.step + 1,
            "script": receipt.script,
            "module": { "blake3": receipt.module.to_string(), "sha256": receipt.sha256 },
            "abi": receipt.abi,
            "params": { "blake3": receipt.params.to_string() },
            "assets": assets,
            "engine": receipt.engine,
            "profile": receipt.profile,
            "rows": { "read": receipt.read, "changed": receipt.changed, "unchanged": receipt.unchanged },
            "input": { "digest": receipt.input.to_string(), "sections": hex(&receipt.input_sections) },
            "output": { "digest": receipt.output.to_string(), "sections": hex(&receipt.output_sections) },
            "made": receipt.made,
            "lookups": receipt.lookups,
            "late": receipt.late,
            "setAside": receipt.set_aside,
            "order": receipt.order,
            "fuel": receipt.fuel,
            "journal": { "seq": record.seq, "prev": record.prev.to_string() },
            "at": record.at,
            "serverAt": record.server_at,
            "by": record.who.principal,
            "tool": record.tool,
            "server": record.server,
            "record": text,
        },
    }))
}

/// Reads statements, one a line, of a ledger with this UUID. Each is made anew from the record that it carries, and has to be the same.
///
/// # Errors
/// When a line isn't such a statement, or doesn't hold together.
pub fn read_statements(text: &str, ledger: &str) -> Result<Vec<Issued>, StatementError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| read_statement(line, at + 1, ledger)).collect()
}

fn read_statement(text: &str, line: usize, ledger: &str) -> Result<Issued, StatementError> {
    let given: Value =
        serde_json::from_str(text).map_err(|error| StatementError::Json { line, why: error.to_string() })?;
    for (field, wanted) in [("_type", STATEMENT), ("predicateType", PREDICATE)] {
        if given[field] != wanted {
            return Err(StatementError::Other { line, field, wanted });
        }
    }
    let forged = |why: &str| StatementError::Forged { line, why: why.to_owned() };
    let there = given["predicate"]["ledger"].as_str().ok_or_else(|| forged("it doesn't name its ledger"))?;
    if there != ledger {
        return Err(StatementError::Ledger { line, there: there.to_owned() });
    }
    let text = given["predicate"]["record"].as_str().ok_or_else(|| forged("it carries no record"))?;
    let record: Record =
        options().from_str(text).map_err(|error| forged(&format!("its record can't be read: {error}")))?;
    let issued =
        Issued::of(record).ok_or_else(|| forged("its record holds no receipt of a step that was done"))?;
    let made = statement(&issued, ledger).map_err(|why| forged(&why))?;
    match first_difference(&made, &given, "") {
        None => Ok(issued),
        Some(at) => Err(forged(&format!("its {at} isn't what its record gives"))),
    }
}

/// The first field in which two documents differ.
fn first_difference(made: &Value, given: &Value, at: &str) -> Option<String> {
    if let (Value::Object(made), Value::Object(given)) = (made, given) {
        let names: std::collections::BTreeSet<&String> = made.keys().chain(given.keys()).collect();
        return names.into_iter().find_map(|name| {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match (made.get(name), given.get(name)) {
                (Some(made), Some(given)) => first_difference(made, given, &at),
                _ => Some(at),
            }
        });
    }
    (made != given).then(|| at.to_owned())
}
