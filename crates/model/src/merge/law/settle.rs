//! Deciding at random whatever is open between heads, from the choices that are offered.

use crate::{
    history::{Findings, FoldError, History, Joining},
    id::EntryId,
    literal::Literal,
    merge::{Choice, Conflict, Disagreement, Slot, rules::Aspect},
    random::Random,
    resolution::{ObjectRef, Resolution, Setting},
    state::State,
    types::Type,
};

/// What came of deciding.
pub(super) enum Settled {
    /// All is decided.
    Done(Vec<Resolution>, Box<State>),
    /// Something is open that no choice is offered for.
    Open(String),
    /// Choices were offered, taken, and don't fold.
    Broken(Vec<Resolution>, FoldError),
}

/// Decides at random.
pub(super) fn settle(history: &History, joining: &Joining<'_>, random: &mut Random) -> Settled {
    let mut decided: Vec<Resolution> = Vec::new();
    let mut own = false;
    for _ in 0..30 {
        let Findings { conflicts, disagreements, dangling } = joining.findings(&decided);
        if let Some(disagreement) = disagreements.first() {
            match again(history, disagreement, random) {
                Some(resolution) => decided.push(resolution),
                None => return Settled::Open(format!("{disagreement:?}")),
            }
            continue;
        }
        let Some(conflict) = random.pick(&conflicts) else {
            if !dangling.is_empty() {
                return Settled::Open(format!("dangling {dangling:?}"));
            }
            return match joining.state(&decided) {
                Ok(state) => Settled::Done(decided, Box::new(state)),
                Err(e) if own => Settled::Open(e.to_string()),
                Err(e) => Settled::Broken(decided, e),
            };
        };
        let choices = joining.choices(&decided, conflict);
        let Some(choice) = random.pick(&choices).cloned() else {
            return Settled::Open(format!("no choice for {conflict:?}"));
        };
        let (taken, is_own) = filled(history, choice, random);
        own |= is_own;
        if taken.is_empty() {
            return Settled::Open(format!("nothing to set for {conflict:?}"));
        }
        decided.extend(taken);
    }
    Settled::Open("no end".into())
}

/// One of the answers that merges gave differently, given again.
fn again(history: &History, of: &Disagreement, random: &mut Random) -> Option<Resolution> {
    let by = if random.once_in(2) { &of.ours } else { &of.theirs }.by;
    history.entry(by.entry)?.resolutions.get(by.as_resolution()?).cloned()
}

/// What a choice puts into the merge, with a value of one's own where it takes one; says whether that can be wrong.
fn filled(history: &History, choice: Choice, random: &mut Random) -> (Vec<Resolution>, bool) {
    match choice.slot {
        None => (choice.resolutions, false),
        Some(Slot::Name(object, _)) => {
            let to = format!("own{}", random.below(1000));
            (vec![Resolution::Rename { object, to }], false)
        }
        Some(Slot::Value(object, aspect)) => {
            let set = |to| (vec![Resolution::Set { object, to }], true);
            match aspect {
                Aspect::Type => set(Setting::Type([Type::Text, Type::BigInt][random.below(2)].clone())),
                Aspect::Nullable => set(Setting::Nullable(random.once_in(2))),
                Aspect::Default => set(Setting::Default(None)),
                Aspect::Initial => set(Setting::Initial(fitting(history, object))),
                Aspect::Comment => set(Setting::Comment(Some("own".into()))),
                Aspect::Name => (Vec::new(), true),
            }
        }
    }
}

fn fitting(history: &History, object: ObjectRef) -> Literal {
    match history.born(object.into()).map(|c| c.ty) {
        Some(Type::Integer | Type::BigInt) => Literal::Int(1),
        _ => Literal::Text("x".into()),
    }
}

/// What joins heads, or why they can't be.
pub(super) fn settle_heads(history: &History, heads: &[EntryId], seed: u64) -> Result<Settled, FoldError> {
    let joining = history.joining(heads)?;
    Ok(settle(history, &joining, &mut Random::new(seed ^ 0x5e77)))
}

/// Conflicts by their steps alone, each pair with the lesser first.
pub(super) fn pairs(conflicts: &[Conflict]) -> std::collections::BTreeSet<(crate::StepRef, crate::StepRef)> {
    conflicts.iter().flat_map(Conflict::pairs).map(|(a, b)| (a.min(b), a.max(b))).collect()
}
