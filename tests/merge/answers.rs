//! What is open between sides, and answers to it as people type them.

use model::{
    Findings, ObjectRef, Resolution, Setting, StepRef,
    history::Joining,
    merge::{Aspect, Choice, Lasts, Slot, Words},
};

use super::{case::Says, world::World};

/// Something to be decided.
pub struct Open {
    pub says: Says,
    choices: Vec<Choice>,
}

/// What is open beside what was decided, by the order of the entries in the case.
pub fn open(world: &World, joining: &Joining<'_>, decided: &[Resolution]) -> Vec<Open> {
    let Findings { mut conflicts, mut disagreements, dangling } = joining.findings(decided);
    let words = joining.words(("ours", "theirs"));
    let place = |at: &StepRef| (world.place(at.entry), at.step);
    conflicts.sort_by_key(|c| (c.ours.iter().map(place).min(), c.theirs.iter().map(place).min()));
    for disagreement in &mut disagreements {
        joining.put_ours_first(disagreement);
    }
    disagreements.sort_by_key(|d| (place(&d.ours.by), place(&d.theirs.by)));
    let conflicting: Vec<StepRef> =
        conflicts.iter().flat_map(|c| c.ours.iter().chain(&c.theirs)).copied().collect();
    let offered = |choices: &[Choice]| -> Vec<String> {
        choices.iter().map(|choice| world.read(&spelled(choice, &words))).collect()
    };
    let mut open = Vec::new();
    for conflict in conflicts {
        let choices = joining.weighed(decided, joining.choices(decided, &conflict));
        let says = Says { that: world.read(&words.reason(&conflict)), choices: offered(&choices) };
        open.push(Open { says, choices });
    }
    for disagreement in disagreements {
        let choices = joining.weighed(decided, joining.rulings(decided, &disagreement));
        let says = Says { that: world.read(&words.disagreement(&disagreement)), choices: offered(&choices) };
        open.push(Open { says, choices });
    }
    for (void, user) in dangling {
        // What is in a conflict is answered there.
        if conflicting.contains(&user) {
            continue;
        }
        let says = Says { that: world.read(&words.dangling(void, user)), choices: Vec::new() };
        open.push(Open { says, choices: Vec::new() });
    }
    open
}

/// The resolutions that answers come to, each to the first thing that is open when its turn comes.
pub fn decide(world: &World, joining: &Joining<'_>, answers: &str) -> Result<Vec<Resolution>, String> {
    let mut decided = Vec::new();
    let answers = answers.split("; ").flat_map(|part| match part.contains('=') {
        true => vec![part],
        false => part.split(", ").collect(),
    });
    for answer in answers.filter(|answer| !answer.is_empty()) {
        let open = open(world, joining, &decided);
        // What was answered for one may answer for others too.
        let Some(first) = open.first() else { break };
        decided.extend(first.answered(answer)?);
    }
    match open(world, joining, &decided).first() {
        Some(still) => Err(format!("still open: {}", still.says.that)),
        None => Ok(decided),
    }
}

impl Open {
    fn answered(&self, answer: &str) -> Result<Vec<Resolution>, String> {
        let offered = || format!("`{answer}` isn't offered for: {}", self.says.that);
        let choices = &self.choices;
        let (word, value) = match choices.iter().find(|choice| choice.word == answer) {
            Some(choice) => (choice.word, None),
            None => {
                let (word, value) = answer.split_once('=').ok_or_else(offered)?;
                (word, Some(value))
            }
        };
        let choice = choices.iter().find(|choice| choice.word == word).ok_or_else(offered)?;
        match (value, &choice.slot) {
            (None, _) => Ok(choice.resolutions.clone()),
            (Some(name), Some(Slot::Name(..))) => Ok(choice.named(name)),
            (Some(value), Some(slot)) => filled(slot, value).map(|one| vec![one]),
            (Some(_), None) => Err(offered()),
        }
    }
}

/// A choice with all that hangs on it.
fn spelled(choice: &Choice, words: &Words<'_>) -> String {
    let mut spelled = choice.word.to_owned();
    for step in &choice.dependents {
        spelled += &format!(" without “{}”", words.step_title(*step));
    }
    for one in &choice.lasting {
        let title = words.step_title(one.at);
        spelled += &match one.why {
            Lasts::Written => format!(" though what “{title}” wrote stays"),
            Lasts::Lost => format!(" though undoing “{title}” brings nothing back"),
            Lasts::Stuck => format!(" though “{title}” can't be undone"),
        };
    }
    for conflict in &choice.behind {
        spelled += &format!(" then: {}", words.reason(conflict));
    }
    spelled
}

/// A resolution by a value of one's own.
fn filled(slot: &Slot, value: &str) -> Result<Resolution, String> {
    fn parse<T: serde::de::DeserializeOwned>(value: &str) -> Result<T, String> {
        ledger::source::options().from_str(value).map_err(|e| format!("{value}: {e}"))
    }
    let set = |object: &ObjectRef, to| Resolution::Set { object: *object, to };
    Ok(match slot {
        Slot::Name(object, _) => Resolution::Rename { object: *object, to: value.to_owned() },
        Slot::Value(object, aspect) => set(
            object,
            match aspect {
                Aspect::Type => Setting::Type(parse(value)?),
                Aspect::Nullable => Setting::Nullable(parse(value)?),
                Aspect::Default => Setting::Default(Some(parse(value)?)),
                Aspect::Initial => Setting::Initial(parse(value)?),
                Aspect::Comment => Setting::Comment(Some(parse(value)?)),
                Aspect::Name => return Err("a name isn't set but given".to_owned()),
            },
        ),
    })
}
