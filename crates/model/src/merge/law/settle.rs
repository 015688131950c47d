//! Deciding at random whatever is open between heads, from the choices that are offered.

use crate::{
    history::{Findings, FoldError, History, Joining},
    id::EntryId,
    literal::Literal,
    merge::{Choice, Conflict, Slot, rules::Aspect},
    random::Random,
    resolution::{ObjectRef, Resolution, Setting},
    state::State,
    types::Type,
};

/// What came of deciding.
pub(super) enum Settled {
    /// All is decided.
    Done(Vec<Resolution>, Box<State>),
    /// It ends in nothing for reasons of one's own: a value that doesn't fit.
    Open(String),
    /// Something is open that no choice is offered for; and whether a value of one's own was among what was decided.
    Stuck(Vec<Resolution>, bool, String),
    /// Choices were offered, taken, and don't fold.
    Broken(Vec<Resolution>, FoldError),
}

/// Decides at random, or for one side wherever that is offered.
fn settle(history: &History, joining: &Joining<'_>, side: Option<&str>, random: &mut Random) -> Settled {
    let mut decided: Vec<Resolution> = Vec::new();
    let mut own = false;
    let pick = |choices: &[Choice], random: &mut Random| {
        let preferred = choices.iter().find(|choice| side == Some(choice.word));
        preferred.or(random.pick(choices)).cloned()
    };
    for _ in 0..30 {
        let Findings { conflicts, disagreements, dangling } = joining.findings(&decided);
        if let Some(disagreement) = disagreements.first() {
            let rulings = joining.rulings(&decided, disagreement);
            let Some(ruling) = pick(&rulings, random) else {
                return Settled::Stuck(decided, own, format!("no choice for {disagreement:?}"));
            };
            let (taken, is_own) = filled(history, ruling, random);
            own |= is_own;
            decided.extend(taken);
            continue;
        }
        let Some(conflict) = random.pick(&conflicts) else {
            if !dangling.is_empty() {
                return Settled::Stuck(decided, own, format!("dangling {dangling:?}"));
            }
            return match joining.state(&decided) {
                Ok(state) => Settled::Done(decided, Box::new(state)),
                Err(e) if own => Settled::Open(e.to_string()),
                Err(e) => Settled::Broken(decided, e),
            };
        };
        let choices = joining.choices(&decided, conflict);
        let Some(choice) = pick(&choices, random) else {
            return Settled::Stuck(decided, own, format!("no choice for {conflict:?}"));
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

/// What a choice puts into the merge, with a value of one's own where it takes one; says whether that can be wrong.
fn filled(history: &History, choice: Choice, random: &mut Random) -> (Vec<Resolution>, bool) {
    match choice.slot {
        None => (choice.resolutions, false),
        Some(Slot::Name(..)) => (choice.named(&format!("own{}", random.below(1000))), false),
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
    Ok(settle(history, &joining, None, &mut Random::new(seed ^ 0x5e77)))
}

/// Who decided for a value of his own may have decided himself into a corner. But nothing is without a choice when nothing was decided yet,
/// and whoever decides all for one side comes to an end.
pub(super) fn is_a_corner(history: &History, heads: &[EntryId]) -> bool {
    let Ok(joining) = history.joining(heads) else { return false };
    let findings = joining.findings(&[]);
    let fits = |choices: Vec<Choice>| choices.iter().any(|choice| !choice.resolutions.is_empty());
    let ends = |side| {
        let settled = settle(history, &joining, Some(side), &mut Random::new(0));
        matches!(settled, Settled::Done(..))
    };
    findings.conflicts.iter().all(|conflict| fits(joining.choices(&[], conflict)))
        && findings.disagreements.iter().all(|one| fits(joining.rulings(&[], one)))
        && ["ours", "theirs"].into_iter().any(ends)
}

/// Conflicts by their steps alone, each pair with the lesser first.
pub(super) fn pairs(conflicts: &[Conflict]) -> std::collections::BTreeSet<(crate::StepRef, crate::StepRef)> {
    conflicts.iter().flat_map(Conflict::pairs).map(|(a, b)| (a.min(b), a.max(b))).collect()
}
