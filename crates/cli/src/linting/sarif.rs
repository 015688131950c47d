//! Findings as a SARIF 2.1.0 log (OASIS Standard, 27 March 2020), which code scanning of many products reads.

use dialect::hazard::PAGES;
use model::Digest;
use serde_json::{Value, json};

use super::{Finding, Level};

/// The log of one run.
pub fn log(findings: &[Finding]) -> Value {
    let rules: Vec<Value> = PAGES
        .iter()
        .map(|page| rule(page.code, page.title(), page.body()))
        .chain([rule(
            "draft",
            "a draft that can't be recorded, or was changed since",
            "`strat record` refuses it.",
        )])
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "strat",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: &str, title: &str, text: &str) -> Value {
    let level = if code.starts_with("H5") { "note" } else { "warning" };
    json!({
        "id": code,
        "shortDescription": { "text": title },
        "fullDescription": { "text": text.split("\n\n").next().unwrap_or_default() },
        "help": { "text": text },
        "defaultConfiguration": { "level": if code == "draft" { "error" } else { level } },
    })
}

fn result(finding: &Finding) -> Value {
    let place = PAGES.iter().position(|page| page.code == finding.code).unwrap_or(PAGES.len());
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let on = if finding.on.is_empty() { String::new() } else { format!(" [{}]", finding.on.join(", ")) };
    let hint = finding.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
    let message = format!("{}{on}{hint}", finding.message);
    // The step's number, and not its line: what stands before it may grow.
    let same = format!("{}\0{:?}\0{}\0{message}", finding.draft, finding.step, finding.code);
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": place,
        "level": level,
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&finding.file) },
            "region": { "startLine": finding.at.0, "startColumn": finding.at.1 },
        } }],
        "partialFingerprints": { "stratFinding/v1": Digest::of(same.as_bytes()).to_string() },
    });
    if finding.accepted {
        let why = "the draft accepts it by name";
        result["suppressions"] = json!([{ "kind": "inSource", "justification": why }]);
    }
    result
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escaped = path.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    escaped.collect()
}
