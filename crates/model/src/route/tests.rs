use std::sync::Arc;

use super::*;
use crate::{
    entry::Entry,
    history::Joining,
    id::{Digest, Origin},
    random::Random,
    resolution::Resolution,
    step::Step,
};

#[derive(Default)]
struct Ledger(Vec<(EntryId, Arc<Entry>)>);

impl Ledger {
    fn write(&mut self, parents: &[EntryId], resolutions: Vec<Resolution>, steps: Vec<Step>) -> EntryId {
        let mut parents = parents.to_vec();
        parents.sort();
        let entry = Entry {
            format: 1,
            ledger: String::new(),
            parents,
            branch: "main".into(),
            database: "main".into(),
            message: self.0.len().to_string(),
            author: String::new(),
            authored_at: String::new(),
            draft: String::new(),
            accept: vec![],
            resolutions,
            steps,
            databases: Vec::new(),
            schema: Digest::ZERO,
        };
        let id = crate::address::entry_id(entry.to_bytes().unwrap().as_bytes());
        self.0.push((id, Arc::new(entry)));
        id
    }

    fn history(&self) -> History {
        History::new(self.0.iter().cloned()).unwrap()
    }
}

/// Takes a random choice after the other until nothing is open; nothing when that leads nowhere.
fn decide(joining: &Joining<'_>, random: &mut Random) -> Option<Vec<Resolution>> {
    let mut decided: Vec<Resolution> = Vec::new();
    for _ in 0..12 {
        let findings = joining.findings(&decided);
        let Some(conflict) = findings.conflicts.first() else {
            return (findings.disagreements.is_empty() && findings.dangling.is_empty()).then_some(decided);
        };
        let choices = joining.choices(&decided, conflict);
        let choice = random.pick(&choices)?;
        if choice.resolutions.is_empty() {
            continue;
        }
        decided.extend(choice.resolutions.clone());
    }
    None
}

fn grow(ledger: &mut Ledger, from: EntryId, count: usize, random: &mut Random) -> EntryId {
    let mut head = from;
    for _ in 0..count {
        let state = ledger.history().state_at(&[head]).unwrap();
        let step = random.step(state.schema("main"));
        let Ok(sealed) = step.seal(state.schema("main")) else { continue };
        if state.clone().advance("main", Origin::New, 0, &sealed).is_ok() {
            head = ledger.write(&[head], vec![], vec![sealed]);
        }
    }
    head
}

#[test]
fn every_head_comes_to_the_merge_and_back() {
    let (mut merged, mut decided, mut refused, mut routes) = (0, 0, 0, 0);
    for seed in 0..150 {
        let random = &mut Random::new(seed);
        let mut ledger = Ledger::default();
        let root = ledger.write(&[], vec![], vec![]);
        let base = grow(&mut ledger, root, 10, random);
        let (a, b) = (grow(&mut ledger, base, 4, random), grow(&mut ledger, base, 4, random));
        if a == base || b == base || a == b {
            continue;
        }
        let history = ledger.history();
        let joining = history.joining(&[a, b]).unwrap();
        let Some(resolutions) = decide(&joining, random) else { continue };
        let Ok(mut state) = joining.state(&resolutions) else {
            refused += 1;
            continue;
        };
        let digest = state.digest().unwrap();
        decided += usize::from(!resolutions.is_empty());
        let merge = ledger.write(&[a, b], resolutions, vec![]);
        let after = grow(&mut ledger, merge, 2, random);
        let history = ledger.history();
        let folded = history.fold().unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert_eq!(folded.after[&merge], digest, "seed {seed}");
        merged += 1;
        for (from, to) in [
            (vec![], merge),
            (vec![base], merge),
            (vec![a], merge),
            (vec![b], merge),
            (vec![], after),
            (vec![merge], a),
            (vec![merge], b),
            (vec![merge], base),
            (vec![after], base),
            (vec![a], b),
        ] {
            match history.route(&from, &[to]) {
                Ok((_, legs)) => {
                    routes += 1;
                    let end = legs.last().map(|leg| leg.after);
                    assert!(end.is_none_or(|end| end == folded.after[&to]), "seed {seed}");
                }
                Err(RouteError::CantUndo { .. }) => {}
                Err(error) => {
                    let told = |(id, e): (EntryId, &Arc<Entry>)| {
                        format!("{} <- {:?}: {:?} {:?}", id.short(), e.parents, e.resolutions, e.steps)
                    };
                    let all: Vec<String> = history.entries().map(told).collect();
                    panic!("seed {seed}, from {from:?} to {to:?}: {error:?}\n{}", all.join("\n"))
                }
            }
        }
    }
    assert!(
        merged > 100 && decided > 30,
        "{merged} merged, {decided} with decisions, {refused} refused, {routes} routes"
    );
}
