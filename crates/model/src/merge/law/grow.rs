//! Random histories: forks, nested and crossed, merges of two and three heads, merges of merges.

use std::collections::BTreeMap;

use super::{
    case::{Case, Told, an_id},
    laws::Broken,
    settle::{Settled, is_a_corner, settle_heads},
};
use crate::{
    id::{EntryId, Origin},
    random::Random,
    resolution::Resolution,
    state::State,
    step::Step,
};

struct Growth {
    random: Random,
    case: Case,
    heads: Vec<EntryId>,
    states: BTreeMap<EntryId, State>,
    /// Steps as they were written, to be written again elsewhere.
    written: Vec<Step>,
}

/// Grows a history; stops where a law breaks on the way.
pub(super) fn grow(seed: u64) -> (Case, Option<Broken>) {
    let mut growth = Growth {
        random: Random::new(seed),
        case: Case { seed, ..Case::default() },
        heads: Vec::new(),
        states: BTreeMap::new(),
        written: Vec::new(),
    };
    growth.write(&[], Vec::new(), State::new(), 3);
    for _ in 0..5 + growth.random.below(8) {
        if let Err(broken) = growth.once() {
            return (growth.case, Some(broken));
        }
    }
    (growth.case, None)
}

impl Growth {
    fn once(&mut self) -> Result<(), Broken> {
        if self.heads.len() > 1 && self.random.once_in(3) {
            return self.merge();
        }
        let Some(head) = self.random.pick(&self.heads).copied() else { return Ok(()) };
        let fork = self.heads.len() < 4 && self.random.once_in(2);
        let count = 1 + self.random.below(2);
        let state = self.states[&head].clone();
        self.write(&[head], Vec::new(), state, count);
        if fork && !self.heads.contains(&head) {
            self.heads.push(head);
        }
        Ok(())
    }

    /// A step that fits.
    fn step(&mut self, state: &State) -> Option<Step> {
        let schema = state.schema("main");
        for _ in 0..6 {
            let again = !self.written.is_empty() && self.random.once_in(3);
            let step = match self.random.pick(&self.written) {
                Some(step) if again => step.clone(),
                _ => self.random.any_step(schema),
            };
            let Ok(sealed) = step.seal(schema) else { continue };
            if state.clone().advance("main", Origin::New, 0, &sealed).is_ok() {
                self.written.push(step);
                return Some(sealed);
            }
        }
        None
    }

    fn write(&mut self, parents: &[EntryId], resolutions: Vec<Resolution>, mut state: State, count: usize) {
        let id = an_id(&mut self.random);
        let mut steps = Vec::new();
        for n in 0..count {
            let Some(step) = self.step(&state) else { break };
            state.advance("main", Origin::Entry(id), n as u32, &step).expect("it was tried");
            steps.push(step);
        }
        self.case.entries.push(Told { id, parents: parents.to_vec(), resolutions, steps });
        self.heads.retain(|head| !parents.contains(head));
        self.heads.push(id);
        self.states.insert(id, state);
    }

    fn merge(&mut self) -> Result<(), Broken> {
        let mut parents = self.heads.clone();
        while parents.len() > 2 && (parents.len() > 3 || !self.random.once_in(4)) {
            let gone = self.random.below(parents.len());
            parents.remove(gone);
        }
        let history = self.case.history();
        let parents = history.graph().heads_among(&parents.into_iter().collect());
        if parents.len() < 2 {
            return Ok(());
        }
        let seed = self.random.next();
        let case = Case { seed, ..self.case.only(&parents) };
        match settle_heads(&history, &parents, seed) {
            Ok(Settled::Done(resolutions, state)) => {
                let count = usize::from(self.random.once_in(4));
                let crossed = self.random.once_in(5);
                self.write(&parents, resolutions, *state, count);
                if crossed {
                    // The same heads go on without the merge, perhaps to be merged otherwise.
                    self.heads.extend(parents);
                }
                Ok(())
            }
            Ok(Settled::Open(_)) => Ok(()),
            Ok(Settled::Stuck(_, true, _)) if is_a_corner(&history, &parents) => Ok(()),
            Ok(Settled::Stuck(decided, _, why)) => {
                self.case = case;
                Err(Broken::stuck(&decided, &why))
            }
            Ok(Settled::Broken(decided, e)) => {
                self.case = case;
                Err(Broken::offered(&decided, &e))
            }
            Err(e) => {
                self.case = case;
                Err(Broken::new("what was written folds", e.to_string()))
            }
        }
    }
}
