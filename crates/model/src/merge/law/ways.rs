//! Every way arrives: targets go up, down and over from one set of entries that folds to another, and are always what they should be.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    case::{Case, Way},
    laws::{Broken, Held, Tally, digest, law},
    rows::{Alike, Imagined},
};
use crate::{
    history::{FoldedHistory, History},
    id::{Digest, EntryId},
    merge::rules::Rules,
    random::Random,
    route::{Leg, RouteError},
    state::State,
};

const ARRIVES: &str = "every way arrives";
const BETWEEN: &str = "a leg ends where its entries fold to";
const ROWS: &str = "every way ends in the same rows";

/// How many stops a random way has at the most.
const STOPS: usize = 6;

/// A target on its way: what it has, and what became of its rows.
struct Traveller<'h> {
    history: &'h History,
    applied: BTreeSet<EntryId>,
    state: State,
    rows: Imagined,
    /// What the last part of the way was made of.
    last: Vec<Leg>,
    /// What was decided at its stops.
    met: Vec<Arc<Rules>>,
}

/// Walks the case's own way if it tells one, else one at random.
pub(super) fn every_way_arrives(
    case: &Case,
    history: &History,
    folded: &FoldedHistory,
    tally: &mut Tally,
) -> Held {
    let way = match case.way.is_empty() {
        true => at_random(history, &mut Random::new(case.seed ^ 0x3a75)),
        false => case.way.clone(),
    };
    walk(history, folded, &way, tally)
}

/// The ways that matter most, one by one: to each merge from nothing and from each parent, and back.
pub(super) fn every_merge_is_reached(case: &Case) -> Held {
    let history = case.history();
    let folded = history.fold().expect("it folds");
    for entry in case.entries.iter().filter(|e| e.parents.len() > 1) {
        let merge = vec![entry.id];
        let starts = entry.parents.iter().map(|parent| vec![*parent]).chain([Vec::new()]);
        for start in starts {
            walk(&history, &folded, &[start.clone(), merge.clone(), start], &mut Tally::default())?;
        }
    }
    Ok(())
}

/// Stops at sets of entries that are closed under parents and fold, from nothing on; most of them near the one before, some far off.
fn at_random(history: &History, random: &mut Random) -> Way {
    let all: Vec<EntryId> = history.graph().ids().collect();
    let mut at = match random.pick(&all) {
        Some(id) if random.once_in(2) => history.ancestors(&[*id]),
        _ => BTreeSet::new(),
    };
    let mut way = vec![history.graph().heads_among(&at)];
    for _ in 0..STOPS * 3 {
        let next = next(history, &at, &all, random);
        let heads = history.graph().heads_among(&next);
        if next != at && history.standing_at(&heads).is_ok() {
            at = next;
            way.push(heads);
        }
        if way.len() > STOPS {
            break;
        }
    }
    way
}

/// A set of entries that is closed under parents: a few more, a few less, or somewhere else.
fn next(
    history: &History,
    at: &BTreeSet<EntryId>,
    all: &[EntryId],
    random: &mut Random,
) -> BTreeSet<EntryId> {
    let graph = history.graph();
    let mut next = at.clone();
    match random.below(6) {
        0 => return random.pick(all).map(|id| history.ancestors(&[*id])).unwrap_or_default(),
        1 => next.extend(random.pick(all).map(|id| history.ancestors(&[*id])).unwrap_or_default()),
        2 => {
            for _ in 0..1 + random.below(3) {
                let heads = graph.heads_among(&next);
                random.pick(&heads).map(|id| next.remove(id));
            }
        }
        _ => {
            for _ in 0..1 + random.below(3) {
                let fits =
                    |id: &&EntryId| !next.contains(id) && graph.parents(**id).all(|p| next.contains(&p));
                let ready: Vec<EntryId> = all.iter().filter(fits).copied().collect();
                next.extend(random.pick(&ready));
            }
        }
    }
    next
}

/// Goes from stop to stop. A way that isn't one, as it comes up when a case is made smaller, keeps the law.
fn walk(history: &History, folded: &FoldedHistory, way: &[Vec<EntryId>], tally: &mut Tally) -> Held {
    let is_there = |heads: &Vec<EntryId>| heads.iter().all(|id| history.graph().contains(*id));
    if !way.iter().all(|heads| is_there(heads) && history.standing_at(heads).is_ok()) {
        return Ok(());
    }
    let [start, stops @ ..] = way else { return Ok(()) };
    let mut traveller = Traveller::at_root(history);
    // The first stop is reached from nothing, like all others.
    for (n, to) in [start].into_iter().chain(stops).enumerate() {
        let broken = |mut broken: Broken| {
            let from = if n == 0 { Vec::new() } else { way[n - 1].clone() };
            broken.why = format!("from {from:?} to {to:?}: {}", broken.why);
            broken.way = if n == 0 { vec![Vec::new(), to.clone()] } else { way[..=n].to_vec() };
            broken
        };
        match traveller.go(to, folded, tally).map_err(broken)? {
            Arrived::There => tally.ways += 1,
            Arrived::CantUndo => {
                // It stays where it is; another target goes on from there.
                tally.refused += 1;
                traveller = Traveller::at_root(history);
                if let Arrived::CantUndo = traveller.go(to, folded, tally).map_err(broken)? {
                    return Err(broken(Broken::new(ARRIVES, "not even from nothing".into())));
                }
            }
        }
    }
    Ok(())
}

enum Arrived {
    There,
    CantUndo,
}

impl Traveller<'_> {
    fn at_root(history: &History) -> Traveller<'_> {
        let rows = Imagined::default();
        Traveller {
            history,
            applied: BTreeSet::new(),
            state: State::new(),
            rows,
            last: Vec::new(),
            met: Vec::new(),
        }
    }

    fn go(&mut self, to: &[EntryId], folded: &FoldedHistory, tally: &mut Tally) -> Result<Arrived, Broken> {
        let graph = self.history.graph();
        let (mut start, legs) = match self.history.route(&graph.heads_among(&self.applied), to) {
            Ok(found) => found,
            Err(RouteError::CantUndo { .. }) => return Ok(Arrived::CantUndo),
            Err(e) => return Err(Broken::new(ARRIVES, e.to_string())),
        };
        law(ARRIVES, digest(&mut start) == digest(&mut self.state.clone()), || "it starts elsewhere".into())?;
        let standing =
            |heads: &[EntryId]| self.history.standing_at(heads).map(|s| s.rules).unwrap_or_default();
        self.met.push(standing(to));
        let alike = Alike(self.met.clone());
        self.rows.renamed(&self.state, &start);
        self.state = start;
        for leg in &legs {
            tally.legs += 1;
            self.take(leg, folded, &alike)
                .map_err(|b| Broken { why: format!("{}\n{}", b.why, told(&legs)), ..b })?;
        }
        law(ARRIVES, self.applied == self.history.ancestors(to), || "with other entries".into())?;
        self.last = legs;
        if self.last.is_empty() {
            return Ok(Arrived::There);
        }
        let mut fresh = Imagined::default();
        match self.history.route(&[], to) {
            Ok((mut state, legs)) => {
                let way = std::mem::take(&mut self.last);
                legs.iter().try_for_each(|leg| moves(leg, &mut state, &mut fresh, &alike))?;
                let (rows, wanted) = (self.rows.told(&self.state), fresh.told(&state));
                law(ROWS, rows == wanted, || format!("{rows:#?}\nfrom nothing {wanted:#?}\n{}", told(&way)))?;
            }
            Err(e) => return Err(Broken::new(ARRIVES, format!("from nothing: {e}"))),
        }
        Ok(Arrived::There)
    }

    fn take(&mut self, leg: &Leg, folded: &FoldedHistory, alike: &Alike) -> Held {
        moves(leg, &mut self.state, &mut self.rows, alike)?;
        self.applied.extend(&leg.brings);
        self.applied.retain(|id| !leg.takes.contains(id));
        let heads = self.history.graph().heads_among(&self.applied);
        let after = digest(&mut self.state);
        law(BETWEEN, after == leg.after, || "its moves lead elsewhere".into())?;
        let wanted = match heads.as_slice() {
            [] => Digest::ZERO,
            [one] => folded.after[one],
            _ => match self.history.state_at(&heads) {
                Ok(mut state) => digest(&mut state),
                Err(e) => return Err(Broken::new(BETWEEN, format!("{heads:?}: {e}"))),
            },
        };
        let wanted = if heads.is_empty() { digest(&mut State::new()) } else { wanted };
        law(BETWEEN, after == wanted, || format!("at {heads:?}"))
    }
}

/// Carries a leg out.
fn moves(leg: &Leg, state: &mut State, rows: &mut Imagined, alike: &Alike) -> Held {
    rows.note(&leg.treated);
    for one in &leg.moves {
        rows.go(one, state, alike);
        let evolved = state.evolve(&one.placed.database, &one.placed.change);
        let told = |e| Broken::new(ARRIVES, format!("{:?} doesn't fit: {e}\n{:#?}", one.placed, leg.moves));
        evolved.map_err(told)?;
    }
    Ok(())
}

/// What was moved on the way, a line each.
fn told(legs: &[Leg]) -> String {
    let lines = |leg: &Leg| {
        let moves = leg
            .moves
            .iter()
            .map(|one| format!("  {:?} {} {:?}\n", one.why, one.placed.at, one.placed.change));
        format!("brings {:?}, takes {:?}\n{}", leg.brings, leg.takes, moves.collect::<String>())
    };
    legs.iter().map(lines).collect()
}
