//! What a choice can't make undone: what steps have left on databases that took them, where the choice gives them up or puts others
//! before them.

use std::collections::BTreeSet;

use crate::{
    data_step::{BatchColumn, Rows, Undo},
    effects::{Access, Mode, Resource, clash},
    history::{Joining, Places},
    id::ObjectId,
    lowered::Lowered,
    merge::{
        Choice,
        meet::{in_resource, works_on_rows},
        rules::{Rules, maker},
    },
    resolution::{Resolution, StepRef},
};

/// Why undoing a step leaves something of it. The last is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lasts {
    /// It says it needs no way back: what it wrote stays.
    Written,
    /// What it overwrote or dropped isn't kept anywhere.
    Lost,
    /// It has no way back: databases that took it can't come to the merge.
    Stuck,
}

/// A step that databases would have to undo, and what is left of it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// The step.
    pub at: StepRef,
    /// What is left.
    pub why: Lasts,
}

impl Joining<'_> {
    /// Choices with what they can't make undone; those come last, and those that keep databases from the merge at the very end.
    pub fn weighed(&self, decided: &[Resolution], mut choices: Vec<Choice>) -> Vec<Choice> {
        let mut places = Places::default();
        let known = self.left(decided, &mut places);
        for choice in choices.iter_mut().filter(|choice| !choice.resolutions.is_empty()) {
            choice.lasting = self.left(&[decided, &choice.resolutions].concat(), &mut places);
            // What was decided before leaves that whatever is chosen.
            choice.lasting.retain(|one| !known.contains(one));
        }
        let weight = |choice: &Choice| match choice.lasting.iter().map(|one| one.why).max() {
            None => 0,
            Some(Lasts::Written | Lasts::Lost) => 1,
            Some(Lasts::Stuck) => 2,
        };
        choices.sort_by_key(weight);
        choices
    }

    /// What these decisions can't make undone.
    pub fn lasting(&self, resolutions: &[Resolution]) -> Vec<Lasting> {
        self.left(resolutions, &mut Places::default())
    }

    fn left(&self, resolutions: &[Resolution], places: &mut Places) -> Vec<Lasting> {
        if resolutions.is_empty() {
            return Vec::new();
        }
        let examined = self.examined(resolutions);
        let (rules, void) = (&examined.rules, &examined.region.force.void);
        let mut undone = BTreeSet::new();
        for (head, standing) in self.sides() {
            let then = standing.rules.force(self.graph());
            let has = |at: &StepRef| at.entry == head || self.graph().follows(head, at.entry);
            let given_up = void.difference(&then.void).filter(|at| at.as_resolution().is_none() && has(at));
            let mut back: BTreeSet<StepRef> = given_up.copied().collect();
            let late = examined.region.force.orders.difference(&then.orders);
            back.extend(late.filter(|(first, then)| has(then) && !has(first)).map(|(_, then)| *then));
            // What built on it, in the order it was done.
            let mut moved: Vec<Access> = Vec::new();
            let members = examined.region.members.iter().filter(|member| has(&member.step(0)));
            let steps = members.flat_map(|member| {
                let mut steps: Vec<u32> = member.lowered.iter().map(|one| one.step).collect();
                steps.dedup();
                steps.into_iter().map(|step| member.step(step)).collect::<Vec<_>>()
            });
            for at in steps.filter(|at| at.as_resolution().is_none() && !then.void.contains(at)) {
                let accesses = self.on_data(at, rules);
                if back.contains(&at) || clash(&moved, &accesses).is_some() {
                    back.insert(at);
                    let all = self.changes(at).any(|change| works_on_rows(&change));
                    let counts = |a: &Access| all || !matches!(a.mode, Mode::Read | Mode::Need);
                    moved.extend(accesses.into_iter().filter(counts));
                }
            }
            undone.extend(back);
        }
        let lasts = |at: &StepRef| {
            let why = self.lasts(*at, &undone, rules, places)?;
            // What is written again doesn't stay as it was, unless it is written by what stands there.
            let counts = why != Lasts::Written || void.contains(at) || self.sees_itself(*at);
            counts.then_some(Lasting { at: *at, why })
        };
        undone.iter().filter_map(lasts).collect()
    }

    /// What a step accesses, but for names and properties: they are set anew by whoever comes later.
    fn on_data(&self, at: StepRef, rules: &Rules) -> Vec<Access> {
        let found = self.effects_of(at).map(|a| Access { resource: in_resource(a, rules), mode: a.mode });
        found.filter(|a| !matches!(a.resource, Resource::Name(..) | Resource::Facet(..))).collect()
    }

    /// Whether a backfill looks at what it writes, so that it comes to something else where its own values stand already.
    fn sees_itself(&self, at: StepRef) -> bool {
        self.changes(at).any(|change| {
            let Lowered::Backfill(step) = &change else { return false };
            let chosen = |id: ObjectId| match &step.rows {
                Rows::All => false,
                Rows::Where(predicate) => predicate.columns().contains(&&id),
            };
            step.write
                .iter()
                .any(|column| chosen(column.id) || step.read.iter().any(|read| read.id == column.id))
        })
    }

    /// What is left of a step once it and the others are undone.
    fn lasts(
        &self,
        at: StepRef,
        undone: &BTreeSet<StepRef>,
        rules: &Rules,
        places: &mut Places,
    ) -> Option<Lasts> {
        let state = self.before(at, places);
        let mut schema = state.schema(&self.database_of(at)).clone();
        let mut worst = None;
        for change in self.changes(at) {
            let lasts = match &change {
                Lowered::Sql { on, .. } if on.values().any(|text| text.down.is_none()) => Some(Lasts::Stuck),
                Lowered::Backfill(step) => {
                    let goes =
                        |id| rules.all(id).into_iter().filter_map(maker).any(|at| undone.contains(&at));
                    let stays = |column: &BatchColumn| !goes(column.id);
                    match step.step.undo {
                        Undo::None(_) => step.write.iter().any(stays).then_some(Lasts::Written),
                        // The database kept what was overwritten, but for columns that were to go with it: before it, rows had in them what
                        // the column came with.
                        Undo::Vault => step.new_in(at.entry).any(stays).then_some(Lasts::Written),
                    }
                }
                other => (!other.losses(&schema).is_empty()).then_some(Lasts::Lost),
            };
            worst = worst.max(lasts);
            // It was folded before, so it fits.
            if change.evolve(&mut schema).is_err() {
                break;
            }
        }
        worst
    }
}
