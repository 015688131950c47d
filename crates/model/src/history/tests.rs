mod enums;

use super::*;
use crate::{
    digest::digest_schema, id::Origin, merge::sequence::run, operation::*, random::Random,
    resolution::StepRef, step::Step, types::Type,
};

fn column(name: &str, ty: Type) -> crate::column::ColumnDef {
    crate::column::ColumnDef {
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        initial: None,
        identity: None,
        generated: None,
        comment: None,
    }
}

fn create(name: &str) -> Step {
    let columns = vec![column("id", Type::BigInt), column("x", Type::Text)];
    Step::CreateTable(CreateTable {
        name: name.into(),
        columns,
        constraints: vec![],
        indexes: vec![],
        comment: None,
    })
}

fn add(table: &str, name: &str) -> Step {
    Step::AddColumn(AddColumn { table: table.into(), column: column(name, Type::Text) })
}

/// Entries as they are written, each with an id of its own.
#[derive(Default)]
struct Ledger(Vec<(EntryId, Arc<Entry>)>);

impl Ledger {
    fn write(&mut self, parents: &[EntryId], branch: &str, steps: Vec<Step>) -> EntryId {
        self.write_in("main", parents, branch, steps)
    }

    fn write_in(&mut self, database: &str, parents: &[EntryId], branch: &str, steps: Vec<Step>) -> EntryId {
        let mut parents = parents.to_vec();
        parents.sort();
        let entry = Entry {
            format: 1,
            ledger: String::new(),
            parents,
            branch: branch.into(),
            database: database.into(),
            message: self.0.len().to_string(),
            author: String::new(),
            authored_at: String::new(),
            draft: String::new(),
            accept: vec![],
            resolutions: vec![],
            steps,
            databases: Vec::new(),
            schema: Digest::ZERO,
        };
        let id = crate::address::entry_id(entry.to_bytes().unwrap().as_bytes());
        self.0.push((id, Arc::new(entry)));
        id
    }

    fn history(&self) -> History {
        History::new(self.0.iter().rev().cloned()).unwrap()
    }
}

#[test]
fn a_trail_tells_the_digests_of_the_fold() {
    let mut ledger = Ledger::default();
    let first = ledger.write(&[], "main", vec![create("t")]);
    let second = ledger.write(&[first], "main", vec![add("t", "y"), create("u")]);
    ledger.write_in("other", &[second], "main", vec![create("v")]);
    let history = ledger.history();
    let folded = history.fold().unwrap();
    let order: Vec<EntryId> = history.graph().ids().collect();
    let wanted: Vec<Digest> = order.iter().map(|id| folded.after[id]).collect();
    assert_eq!(history.trail(&[], &order).unwrap().digests().unwrap(), wanted);
    assert_eq!(history.trail(&order[..1], &order[1..]).unwrap().digests().unwrap(), wanted[1..]);
    // Behind the wrong heads it doesn't fit.
    assert!(matches!(history.trail(&order, &order[..1]).unwrap().digests(), Err(FoldError::Step { .. })));
}

#[test]
fn a_column_renamed_on_one_side_and_used_on_the_other_is_one_column() {
    let mut ledger = Ledger::default();
    let base = ledger.write(&[], "main", vec![create("t")]);
    let rename = Step::RenameColumn(RenameColumn { table: "t".into(), column: "x".into(), to: "y".into() });
    let unique =
        Step::AddUnique(AddUnique { table: "t".into(), name: Some("u".into()), columns: vec!["x".into()] });
    let left = ledger.write(&[base], "main", vec![rename]);
    let right = ledger.write(&[base], "side", vec![unique]);
    let merge = ledger.write(&[left, right], "main", vec![]);
    let history = ledger.history();
    let folded = history.fold().unwrap();
    let mut state = history.state_at(&[left, right]).unwrap();
    assert_eq!(state.digest().unwrap(), folded.after[&merge]);
    let table = state.schema("main").table_named("t").unwrap();
    let y = table.column_named("y").unwrap().id;
    let constraint = table.constraint_named("u").unwrap();
    assert_eq!(constraint.kind, crate::constraint::ConstraintKind::Unique(vec![y]));
    assert_eq!(history.heads(), [merge]);
    assert_eq!(history.heads_of("main"), [merge]);
    assert_eq!(history.heads_of("side"), [right]);
    assert_eq!(history.branches(), ["main", "side"].into());
    assert_eq!(folded.lowered[&left].len(), 1);
    assert_eq!(folded.lowered[&merge].len(), 0);
}

#[test]
fn sides_that_do_not_commute_conflict_with_both_named() {
    let mut ledger = Ledger::default();
    let base = ledger.write(&[], "main", vec![create("t")]);
    let left = ledger.write(&[base], "main", vec![create("v"), add("t", "n")]);
    let drop = Step::DropTable(DropTable { table: "t".into() });
    let right = ledger.write(&[base], "side", vec![drop]);
    let history = ledger.history();
    history.fold().unwrap();
    let Err(FoldError::Conflict { at: None, conflicts, .. }) = history.state_at(&[left, right]) else {
        panic!("no conflict");
    };
    let mut sides = [conflicts[0].ours[0], conflicts[0].theirs[0]].map(|s| (s.entry, s.step));
    sides.sort();
    let mut expected = [(left, 1), (right, 0)];
    expected.sort();
    assert_eq!(sides, expected);
    let merge = ledger.write(&[left, right], "main", vec![]);
    assert!(matches!(ledger.history().fold(), Err(FoldError::Conflict { at: Some(at), .. }) if at == merge));
}

#[test]
fn databases_do_not_meet() {
    let mut ledger = Ledger::default();
    let left = ledger.write_in("auth", &[], "main", vec![create("t")]);
    let right = ledger.write_in("specs", &[], "main", vec![create("t")]);
    let history = ledger.history();
    let mut state = history.state_at(&[left, right]).unwrap();
    assert_eq!(state.schemas().map(|(name, _)| name).collect::<Vec<_>>(), ["auth", "specs"]);
    assert!(state.schema("main").is_empty());
    let root = digest_schema(state.schema("auth")).unwrap();
    let expected = crate::digest::digest_databases([("auth", root), ("specs", root)]);
    assert_eq!(state.digest().unwrap(), expected);
    assert_eq!(State::of(&state.to_databases()).digest().unwrap(), expected);
}

#[test]
fn what_is_wrong_is_named() {
    let mut ledger = Ledger::default();
    let bad = ledger.write(&[], "main", vec![create("t"), add("u", "x")]);
    let failed = ledger.history().fold().unwrap_err();
    assert!(matches!(failed, FoldError::Step { entry, step: 1, .. } if entry == bad), "{failed}");
    let unknown = Digest([9; 32]);
    assert!(matches!(ledger.history().state_at(&[unknown]), Err(FoldError::Unknown(id)) if id == unknown));
}

/// A random history in which all that can be merged is merged.
fn random_history(seed: u64) -> Ledger {
    let mut random = Random::new(seed);
    let mut ledger = Ledger::default();
    let base = ledger.write(&[], "main", vec![create("a"), create("b")]);
    let mut heads = vec![base];
    for _ in 0..40 {
        let history = ledger.history();
        let first = heads[random.below(heads.len())];
        let second = heads[random.below(heads.len())];
        if first != second && random.once_in(4) {
            if history.state_at(&[first, second]).is_ok() {
                heads.retain(|head| *head != first && *head != second);
                heads.push(ledger.write(&[first, second], "main", vec![]));
            }
            continue;
        }
        let Ok(state) = history.state_at(&[first]) else { panic!("seed {seed}: a head can't be folded") };
        let step = random.step(state.schema("main"));
        let Ok(sealed) = step.seal(state.schema("main")) else { continue };
        let mut next = state.clone();
        if next.advance("main", Origin::New, 0, &sealed).is_err() {
            continue;
        }
        let entry = ledger.write(&[first], "main", vec![sealed]);
        if heads.len() > 3 || !random.once_in(3) {
            heads.retain(|head| *head != first);
        }
        heads.push(entry);
    }
    ledger
}

#[test]
fn every_way_to_a_set_of_entries_leads_to_one_state() {
    let mut merges = 0;
    for seed in 0..40 {
        let ledger = random_history(seed);
        let history = ledger.history();
        let folded = history.fold().unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        // A name may be free only behind a later step.
        let take = |state: &mut State, entries: &[EntryId]| {
            let steps = history.placed(entries, &Rules::default());
            run(state, &steps, &BTreeMap::new()).unwrap_or_else(|stuck| panic!("seed {seed}: {stuck:?}"));
        };
        // Where something was found to be one, coming there takes a route.
        let plain = |id: EntryId| !history.decides(&[id]).unwrap();
        for (id, entry) in history.entries().filter(|(id, entry)| entry.parents.len() == 2 && plain(*id)) {
            merges += 1;
            // The merge again, from the other side, and step by step in canonical order.
            let [a, b] = [entry.parents[0], entry.parents[1]];
            for (base, other) in [(a, b), (b, a)] {
                let mut state = history.state_at(&[base]).unwrap();
                take(&mut state, &history.graph().sides(&[base], &[other]).1);
                assert_eq!(state.digest().unwrap(), folded.after[&id], "seed {seed}");
            }
            let mut state = State::new();
            take(&mut state, &history.order(&history.ancestors(&[id])));
            assert_eq!(state.digest().unwrap(), folded.after[&id], "seed {seed}");
        }
    }
    assert!(merges > 40, "{merges}");
}

/// A chain of `count` entries over many tables.
fn chain(count: usize) -> Ledger {
    let mut ledger = Ledger::default();
    let mut last: Vec<EntryId> = Vec::new();
    for n in 0..count {
        let table = format!("t{}", n / 20);
        let step = match n % 20 {
            0 => create(&table),
            1 | 7 => Step::RenameColumn(RenameColumn {
                table,
                column: if n % 20 == 1 { "x" } else { "y" }.into(),
                to: if n % 20 == 1 { "y" } else { "x" }.into(),
            }),
            i => add(&table, &format!("c{i}")),
        };
        last = vec![ledger.write(&last, "main", vec![step])];
    }
    ledger
}

#[test]
fn a_chain_is_folded_without_copies() {
    let ledger = chain(2_000);
    let history = ledger.history();
    let folded = history.fold().unwrap();
    let mut state = history.state_at(&history.heads()).unwrap();
    assert_eq!(state.digest().unwrap(), folded.after[&history.heads()[0]]);
    assert_eq!(
        digest_schema(state.schema("main")).unwrap(),
        digest_schema(&state.to_databases()["main"]).unwrap()
    );
}

#[test]
fn what_steps_start_from_is_told_in_any_order() {
    let mut several = Ledger::default();
    let base = several.write(&[], "main", vec![create("t"), add("t", "a"), create("u")]);
    let left = several.write(&[base], "main", vec![add("t", "b"), add("u", "c"), add("t", "d")]);
    several.write(&[left], "main", vec![add("u", "e"), add("u", "f")]);
    several.write(&[base], "side", vec![add("u", "g"), add("t", "h")]);
    for seed in 0..20 {
        let ledger = if seed == 0 { Ledger(several.0.clone()) } else { random_history(seed) };
        let history = ledger.history();
        let mut starts = BTreeMap::new();
        history.each(&mut |id, state| drop(starts.insert(id, state.clone()))).unwrap();
        let mut before = Vec::new();
        for (entry, of) in history.entries() {
            let mut state = history.state_at(&of.parents).unwrap();
            assert_eq!(starts[&entry].clone().digest(), state.digest(), "seed {seed}");
            for LoweredStep { step, change } in history.lowered(entry).unwrap().iter() {
                if before.last().is_none_or(|(at, _)| *at != StepRef { entry, step: *step }) {
                    before.push((StepRef { entry, step: *step }, state.clone().digest()));
                }
                state.evolve("main", change).unwrap();
            }
        }
        let heads = history.heads();
        let Ok(joining) = history.joining(&heads) else { panic!("seed {seed}: the heads can't be folded") };
        let (mut random, mut places) = (Random::new(seed), Places::default());
        for _ in 0..200 {
            let (at, expected) = &before[random.below(before.len())];
            assert_eq!(joining.before(*at, &mut places).digest(), *expected, "seed {seed}");
        }
    }
}
