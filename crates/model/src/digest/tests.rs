use super::*;
use crate::{
    id::{Minter, Origin},
    operation::*,
    random::Random,
    schema::Schema,
    step::Step,
};

/// Takes a step if it fits; the schema stays as it was if it doesn't.
pub(crate) fn take(schema: &mut Schema, index: u32, step: &Step) -> Option<Vec<Lowered>> {
    let sealed = step.seal(schema).ok()?;
    let lowered = sealed.lower(schema, &mut Minter::new(Origin::Entry(Digest::ZERO), index)).ok()?;
    let mut next = schema.clone();
    lowered.iter().try_for_each(|one| one.evolve(&mut next)).ok()?;
    *schema = next;
    Some(lowered)
}

#[test]
fn kept_beside_it_is_as_good_as_from_scratch() {
    let mut kinds = BTreeSet::new();
    for seed in 0..30 {
        let mut random = Random::new(seed);
        let (mut schema, mut digest) = (Schema::new(), SchemaDigest::new());
        for index in 0..120 {
            let step = random.step(&schema);
            let mut next = schema.clone();
            let Some(lowered) = take(&mut next, index, &step) else { continue };
            kinds.insert(step.name());
            for one in &lowered {
                one.evolve(&mut schema).unwrap();
                digest.touch(one, &schema);
            }
            if random.once_in(4) {
                let root = digest.root(&schema).unwrap();
                assert_eq!(root, digest_schema(&schema).unwrap(), "seed {seed}, step {index}: {step:?}");
            }
        }
    }
    // The generator reaches nearly every operation, or this would prove little.
    assert!(kinds.len() >= 24, "{kinds:?}");
}

fn schema(steps: &[Step]) -> Schema {
    let mut schema = Schema::new();
    for (index, step) in steps.iter().enumerate() {
        take(&mut schema, index as u32, step).unwrap();
    }
    schema
}

fn table(name: &str, columns: &[&str]) -> Step {
    let columns = columns.iter().map(|name| crate::column::ColumnDef {
        name: (*name).to_owned(),
        ty: crate::types::Type::Integer,
        nullable: true,
        default: None,
        initial: None,
        identity: None,
        generated: None,
        comment: None,
    });
    let columns = columns.collect();
    Step::CreateTable(CreateTable {
        name: name.into(),
        columns,
        constraints: vec![],
        indexes: vec![],
        comment: None,
    })
}

#[test]
fn identities_and_column_order_do_not_count() {
    let one = schema(&[table("a", &["x", "y"]), table("b", &["z"])]);
    let other = schema(&[table("b", &["z"]), table("a", &["y", "x"])]);
    assert_eq!(digest_schema(&one).unwrap(), digest_schema(&other).unwrap());
    let renamed = schema(&[table("a", &["x", "w"]), table("b", &["z"])]);
    assert_ne!(digest_schema(&one).unwrap(), digest_schema(&renamed).unwrap());
}

#[test]
fn one_table_has_this_digest() {
    let text = "Table(\n    name: \"t\",\n    columns: [\n        (\n            name: \"c\",\n            type: Integer,\n        ),\n    ],\n)\n";
    let key = [&[2][..], &5u32.to_le_bytes(), b"table", &1u32.to_le_bytes(), b"t"].concat();
    let leaf = [&[0][..], &Digest::of(&key).0, &Digest::of(text.as_bytes()).0].concat();
    assert_eq!(digest_schema(&schema(&[table("t", &["c"])])).unwrap(), Digest::of(&leaf));
    assert_eq!(digest_schema(&Schema::new()).unwrap(), Digest::ZERO);
}

#[test]
fn databases_count_by_name_and_empty_ones_do_not() {
    let root = Digest([7; 32]);
    let bytes = [&1u32.to_le_bytes()[..], b"a", &root.0].concat();
    let expected = Digest::derive("stratigraph 1 schema", &bytes);
    assert_eq!(digest_databases([("b", Digest::ZERO), ("a", root)]), expected);
    assert_eq!(digest_databases([("a", Digest::ZERO)]), Digest::ZERO);
    assert_eq!(digest_databases([("a", root), ("b", root)]), digest_databases([("b", root), ("a", root)]));
}
