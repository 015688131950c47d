//! `strat lint`: looks drafts over without recording them.

use std::path::PathBuf;

use dialect::hazard::CODES;
use ledger::{nearest, printable};
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    desk::Desk,
    drafts::Drafts,
    editing::Editing,
    failure::Plain,
    output::{Out, count},
};

/// A name for entries that are never stored.
const NOBODY: &str = "lint <lint@localhost>";

pub fn run(desk: &Desk<'_>, named: &[PathBuf]) -> Answer {
    let drafts = desk.wanted(named)?;
    let edited: Vec<String> =
        Drafts::look(desk, &desk.graph()?)?.edited.into_iter().map(|draft| draft.stem).collect();
    let mut editing = Editing::begin(desk, NOBODY.to_owned())?;
    let (mut errors, mut warnings, mut looked) = (Vec::new(), Vec::new(), 0);
    for draft in &drafts {
        if editing.recorded(draft).is_some() {
            if edited.contains(&draft.stem) {
                let message = "edited after it was recorded";
                desk.out.say(format!("{}: {message}", draft.shown));
                warnings.push(json!({ "draft": draft.stem, "code": "edited", "message": message }));
            }
            continue;
        }
        looked += 1;
        let sealed = match editing.seal(draft) {
            Ok(sealed) => sealed,
            Err(failure) if failure.code() == Class::Input as u8 || failure.code() == Class::Drift as u8 => {
                desk.out.say(format!("error: {failure}\n"));
                errors.push(
                    json!({ "draft": draft.stem, "message": failure.to_string(), "hint": failure.hint() }),
                );
                // What follows stands on this draft, so that its errors would be echoes.
                break;
            }
            Err(failure) => return Err(failure),
        };
        for (step, hazard) in &sealed.hazards {
            let message = printable(&hazard.message);
            desk.out.say(format!("{}: step {}: {} {message}", draft.shown, step + 1, hazard.code));
            warnings.push(json!({ "draft": draft.stem, "step": step + 1, "code": hazard.code, "message": hazard.message }));
        }
        editing.advance(&sealed.entry)?;
    }
    let said = count(looked, "draft", "drafts");
    let ok = if errors.is_empty() { "no errors" } else { "stopped at the first error" };
    desk.out.say(format!("{said}: {ok}, {}", count(warnings.len(), "warning", "warnings")));
    let failed = !errors.is_empty();
    desk.out.document("lint", json!({ "drafts": looked, "errors": errors, "warnings": warnings }));
    Ok(if failed { Class::Drift as u8 } else { DONE })
}

/// Explains a hazard's code.
pub fn explain(out: &Out, code: &str) -> Answer {
    let wanted = code.to_ascii_uppercase();
    let Some((code, title, text)) = CODES.iter().find(|(known, ..)| *known == wanted) else {
        let near = nearest(&wanted, CODES.iter().map(|(known, ..)| *known));
        let all: Vec<&str> = CODES.iter().map(|(known, ..)| *known).collect();
        let hint = near.map_or(format!("known: {}", all.join(", ")), |near| format!("did you mean {near}?"));
        return Err(Plain::new(Class::Input, format!("no hazard has the code {}", printable(code)))
            .hint(hint)
            .into());
    };
    out.say(format!("{code}: {title}\n\n{text}"));
    out.document("lint", json!({ "code": code, "title": title, "text": text }));
    Ok(DONE)
}
