//! The order of an enum's values where branches added some apart from each other.

use super::*;
use crate::{
    difference::difference,
    digest::digest_schema,
    random::Random,
    schema::{Anchor, Enum, EnumValue},
};

/// An entry of a history in which every entry adds values to one enum.
struct Fork {
    /// It and all it builds on, a bit for each.
    past: u32,
    steps: Vec<Lowered>,
}

const COUNT: usize = 8;

fn start() -> Schema {
    let mut schema = Schema::new();
    let create = step(r#"CreateEnum(name: "state", values: ["NEW", "OPEN", "DONE"])"#);
    lower(&schema, &create, Digest::of(b"start"), 0)
        .1
        .iter()
        .for_each(|l| l.evolve(&mut schema).expect("it evolves"));
    schema
}

fn state(schema: &Schema) -> &Enum {
    schema.enum_named("state").expect("it is there")
}

/// An entry that adds up to three values at places it saw, each of which must end right there.
fn grow(random: &mut Random, number: usize, past: u32, seen: &Schema) -> Fork {
    let mut schema = seen.clone();
    let entry = Digest::of(&random.next().to_le_bytes());
    let mut steps = Vec::new();
    for index in 0..=random.below(3) {
        let at = random.pick(&state(&schema).values).expect("there are some").name.clone();
        // Mostly beside few values, so that many meet there.
        let at = if random.once_in(2) { "OPEN".to_owned() } else { at };
        let side = *random.pick(&["Before", "After", ""]).expect("there are some");
        let place = if side.is_empty() { String::new() } else { format!(r#", at: {side}("{at}")"#) };
        let name = format!("v{number}.{index}");
        let add = step(&format!(r#"AddEnumValue(name: "state", value: "{name}"{place})"#));
        for one in lower(&schema, &add, entry, index).1 {
            one.evolve(&mut schema).expect("it evolves");
            steps.push(one);
        }
        let names: Vec<&str> = state(&schema).values.iter().map(|v| v.name.as_str()).collect();
        let found = |name: &str| names.iter().position(|n| *n == name).expect("it is there");
        let wanted = match side {
            "Before" => found(&at) - 1,
            "After" => found(&at) + 1,
            _ => names.len() - 1,
        };
        assert_eq!(found(&name), wanted, "{side} {at} in {names:?}");
    }
    Fork { past: past | 1 << number, steps }
}

/// The order as it is defined, from the values in any order.
fn defined(values: &[EnumValue]) -> Vec<EnumValue> {
    fn around(values: &[EnumValue], value: &EnumValue, out: &mut Vec<EnumValue>) {
        let mut before: Vec<_> =
            values.iter().filter(|v| v.anchor == Some(Anchor::Before(value.id))).collect();
        before.sort_by_key(|v| (v.clock, v.id));
        before.into_iter().for_each(|v| around(values, v, out));
        out.push(value.clone());
        let mut after: Vec<_> = values.iter().filter(|v| v.anchor == Some(Anchor::After(value.id))).collect();
        after.sort_by_key(|v| (u32::MAX - v.clock, v.id));
        after.into_iter().for_each(|v| around(values, v, out));
    }
    let mut roots: Vec<_> = values.iter().filter(|v| v.anchor.is_none()).collect();
    roots.sort_by_key(|v| (v.clock, v.id));
    let mut out = Vec::new();
    roots.into_iter().for_each(|v| around(values, v, &mut out));
    out
}

/// The schema of every set of entries that is closed under parents, reached over each entry it may end with.
fn folds(forks: &[Fork]) -> BTreeMap<u32, Schema> {
    let mut folds = BTreeMap::from([(0, start())]);
    for set in 1..1u32 << forks.len() {
        let within = |n: usize| set & 1 << n != 0;
        if (0..forks.len()).any(|n| within(n) && forks[n].past & !set != 0) {
            continue;
        }
        let ends = |n: &usize| {
            within(*n) && (0..forks.len()).all(|m| !within(m) || m == *n || forks[m].past & 1 << n == 0)
        };
        for last in (0..forks.len()).filter(ends) {
            let before = &folds[&(set & !(1 << last))];
            let mut schema = before.clone();
            let steps = &forks[last].steps;
            steps.iter().for_each(|step| step.evolve(&mut schema).expect("it evolves"));
            take_back(&schema, before, steps);
            let first = folds.entry(set).or_insert_with(|| schema.clone());
            assert_eq!(state(first), state(&schema), "over {last}");
        }
    }
    folds
}

/// Takes steps back from the last one on, and puts each there again.
fn take_back(after: &Schema, before: &Schema, steps: &[Lowered]) {
    let mut schema = after.clone();
    for step in steps.iter().rev() {
        let with = schema.clone();
        let away = step.inverse(&with).expect("there is a way back");
        away.evolve(&mut schema).expect("it evolves");
        let mut again = schema.clone();
        away.inverse(&with).expect("there is a way back").evolve(&mut again).expect("it evolves");
        assert_eq!(state(&again), state(&with));
    }
    assert_eq!(state(&schema), state(before));
}

#[test]
fn the_order_of_values_does_not_depend_on_the_order_they_come_in() {
    let mut met = 0;
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut forks: Vec<Fork> = Vec::new();
        while forks.len() < COUNT {
            let mut past = 0;
            for _ in 0..random.below(3) {
                past |= random.pick(&forks).map_or(0, |fork| fork.past);
            }
            let seen = folds(&forks).remove(&past).expect("it is closed");
            forks.push(grow(&mut random, forks.len(), past, &seen));
        }
        let folds = folds(&forks);
        met += folds.len();
        let all = state(&folds[&((1 << COUNT) - 1)]).values.clone();
        for schema in folds.values() {
            let values = &state(schema).values;
            let among: Vec<_> = all.iter().filter(|v| values.contains(v)).cloned().collect();
            assert_eq!(*values, among, "fewer values stand as they do among all");
            let mut shuffled = values.clone();
            shuffled.sort_by_key(|v| v.name.clone());
            assert_eq!(*values, defined(&shuffled));
        }
        let sets: Vec<&Schema> = folds.values().collect();
        for _ in 0..20 {
            let from = *random.pick(&sets).expect("there are some");
            let to = *random.pick(&sets).expect("there are some");
            let mut now = from.clone();
            difference(from, to).iter().for_each(|step| step.evolve(&mut now).expect("it evolves"));
            assert_eq!(state(&now), state(to));
            assert_eq!(digest_schema(&now), digest_schema(to));
        }
    }
    assert!(met > 60 * 2 * COUNT, "{met}: the histories fork");
}
