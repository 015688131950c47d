//! What is open between heads, as JSON.

use engine::author::{Matter, typed};
use model::{
    StepRef,
    merge::{Conflict, Words},
};
use serde_json::{Value, json};

use super::{
    report::{Asked, meaning, quoted},
    whence::Whence,
};

/// A point as programs read it.
pub fn described(asked: &Asked, words: &Words<'_>, whence: &Whence<'_>, command: &str) -> Value {
    let (ours, theirs) = asked.point.matter.steps();
    let counts = (ours.len(), theirs.len());
    let steps = |all: &[StepRef]| all.iter().map(|at| step(*at, whence)).collect::<Vec<_>>();
    let choice = |choice: &model::merge::Choice| {
        let typed = typed(choice);
        json!({
            "word": choice.word,
            "typed": typed,
            "command": format!("{command} --resolve {}", quoted(&format!("{}={typed}", asked.point.number))),
            "meaning": meaning(choice, counts),
            "resolutions": choice.resolutions,
            "dependents": steps(&choice.dependents),
            "behind": choice.behind.iter().map(|one| behind(one, words, whence)).collect::<Vec<_>>(),
        })
    };
    let (kind, database) = match &asked.point.matter {
        Matter::Conflict(conflict) => ("conflict", Some(conflict.database.as_str())),
        Matter::Disagreement(_) => ("disagreement", None),
    };
    json!({
        "number": asked.point.number,
        "kind": kind,
        "database": database,
        "reason": asked.reason,
        "ours": steps(&ours),
        "theirs": steps(&theirs),
        "choices": asked.choices.iter().map(choice).collect::<Vec<_>>(),
        "behind": asked.point.behind,
    })
}

fn step(at: StepRef, whence: &Whence<'_>) -> Value {
    let told = whence.tell(at);
    json!({
        "entry": told.entry.to_string(),
        "step": if told.decision { None } else { Some(told.number) },
        "decision": if told.decision { Some(told.number) } else { None },
        "title": told.title,
        "author": told.author,
        "message": told.message,
        "place": told.place,
    })
}

fn behind(conflict: &Conflict, words: &Words<'_>, whence: &Whence<'_>) -> Value {
    let steps = |all: &[StepRef]| all.iter().map(|at| step(*at, whence)).collect::<Vec<_>>();
    json!({
        "reason": words.reason(conflict),
        "ours": steps(&conflict.ours),
        "theirs": steps(&conflict.theirs),
    })
}
