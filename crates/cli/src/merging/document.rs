//! What is open between heads, as JSON.

use engine::author::{Matter, typed};
use model::{
    StepRef,
    merge::{Conflict, Lasting, Lasts, Words},
};
use serde_json::{Value, json};

use super::{
    report::{Asked, answer, meaning, misfit},
    whence::Whence,
};

/// A point as programs read it.
pub fn described(asked: &Asked, words: &Words<'_>, whence: &Whence<'_>, command: &str) -> Value {
    let (ours, theirs) = asked.point.matter.steps();
    let steps = |all: &[StepRef]| all.iter().map(|at| step(*at, whence)).collect::<Vec<_>>();
    let choice = |choice: &model::merge::Choice| {
        let typed = typed(choice);
        json!({
            "word": choice.word,
            "typed": typed,
            "command": format!("{command} --resolve {}", answer(asked.point.number, choice)),
            "meaning": meaning(choice, &asked.point.matter),
            "resolutions": choice.resolutions,
            "dependents": steps(&choice.dependents),
            "lasting": lasting(&choice.lasting, whence),
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
        "misfit": misfit(&asked.point.matter),
        "ours": steps(&ours),
        "theirs": steps(&theirs),
        "choices": asked.choices.iter().map(choice).collect::<Vec<_>>(),
        "behind": asked.point.behind,
    })
}

/// What is left of steps that are wanted undone.
pub fn lasting(all: &[Lasting], whence: &Whence<'_>) -> Vec<Value> {
    let described = |one: &Lasting| {
        let mut described = step(one.at, whence);
        described["why"] = json!(match one.why {
            Lasts::Written => "written",
            Lasts::Lost => "lost",
            Lasts::Stuck => "stuck",
        });
        described
    };
    all.iter().map(described).collect()
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
