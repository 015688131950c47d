use super::*;
use crate::{
    digest::{digest_schema, tests::take},
    lowered::Lowered,
    random::Random,
    step::Step,
};

#[track_caller]
fn check(from: &Schema, to: &Schema, about: &str) {
    let steps = difference(from, to);
    let mut now = from.clone();
    for step in &steps {
        if let Err(error) = step.evolve(&mut now) {
            panic!(
                "{about}: {error}\nat {step:#?}\nof {}",
                steps.iter().map(|s| format!("{s:?}\n")).collect::<String>()
            );
        }
    }
    let left = difference(&now, to);
    assert!(left.is_empty(), "{about}: {left:?}");
    let all: String = steps.iter().map(|s| format!("{s:?}\n")).collect();
    assert_eq!(digest_schema(&now).unwrap(), digest_schema(to).unwrap(), "{about}: {all}");
}

#[test]
fn any_schema_becomes_any_other_of_its_history() {
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let mut schemas = vec![Schema::new()];
        for index in 0..150 {
            // Going on from an earlier state makes branches, whose objects have nothing to do with each other.
            let from = if random.once_in(15) { random.below(schemas.len()) } else { schemas.len() - 1 };
            let mut schema = schemas[from].clone();
            let step = random.step(&schema);
            if take(&mut schema, index, &step).is_some() {
                schemas.push(schema);
            }
        }
        for _ in 0..60 {
            let (a, b) = (random.below(schemas.len()), random.below(schemas.len()));
            check(&schemas[a], &schemas[b], &format!("seed {seed}, from {a} to {b}"));
        }
    }
}

#[test]
fn values_that_are_one_with_anothers_move() {
    let steps: Vec<Step> = ron::from_str(
        r#"[CreateEnum((name: "e", values: ["a", "b"])), AddEnumValue((name: "e", value: "y")), AddEnumValue((name: "e", value: "z"))]"#,
    )
    .unwrap();
    let mut from = Schema::new();
    for (index, step) in (0..).zip(&steps) {
        take(&mut from, index, step).unwrap();
    }
    let mut to = from.clone();
    let of = to.enums().next().unwrap().id;
    let values = &mut to.enum_mut(of).unwrap().values;
    // What another side knew as the later one came first here.
    values[2].clock = 3;
    values.swap(2, 3);
    let steps = difference(&from, &to);
    assert!(matches!(steps.as_slice(), [Lowered::PlaceEnumValues { .. }]), "{steps:?}");
    check(&from, &to, "moved");
    let mut back = to.clone();
    steps[0].inverse(&from).unwrap().evolve(&mut back).unwrap();
    assert!(difference(&back, &from).is_empty());
}
