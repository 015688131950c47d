//! Every operation there and back, what it refuses, and what it meets.

mod columns;
pub(crate) mod commuting;
mod constraints;
mod data;
mod enum_places;
mod enums;
mod tables;
mod views;

use std::collections::BTreeMap;

use ron::extensions::Extensions;

use crate::{
    effects::clash,
    id::{Digest, Minter, Origin},
    lowered::Lowered,
    problem::{LowerError, Problem},
    schema::Schema,
    step::Step,
};

pub(crate) fn step(text: &str) -> Step {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
        .from_str(text)
        .unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A schema with some of everything.
const BASE: &str = r#"[
    CreateEnum(name: "state", values: ["NEW", "OPEN", "DONE"]),
    CreateTable(
        name: "users",
        columns: [
            (name: "id", type: BigInt, identity: ByDefault),
            (name: "email", type: Varchar(200), nullable: false),
            (name: "name", type: Text),
        ],
        constraints: [(is: PrimaryKey(["id"])), (is: Unique(["email"]))],
    ),
    CreateTable(
        name: "posts",
        columns: [
            (name: "id", type: BigInt),
            (name: "author", type: BigInt),
            (name: "title", type: Text, nullable: false),
            (name: "stars", type: Integer, nullable: false, default: Literal(0)),
            (name: "status", type: Enum("state"), nullable: false, default: Literal("NEW")),
            (name: "words", type: Integer, generated: (as: "length(title)", storage: Stored)),
        ],
        constraints: [
            (is: PrimaryKey(["id"])),
            (is: Check("stars >= 0")),
            (is: ForeignKey(columns: ["author"], references: "users", to: ["id"], on_delete: Cascade)),
        ],
        indexes: [(on: [Column("author"), Desc("stars")]), (on: [Expression("lower(title)", Asc)])],
        comment: "What users write",
    ),
    CreateTable(name: "notes", columns: [(name: "body", type: Text), (name: "extra", type: Json)]),
    CreateView(name: "open_posts", columns: ["id", "by"], query: "SELECT p.id, u.name FROM posts p JOIN users u ON u.id = p.author WHERE p.status = 'OPEN'"),
]"#;

pub(crate) fn steps(text: &str) -> Vec<Step> {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
        .from_str(text)
        .unwrap_or_else(|e| panic!("{e}: {text}"))
}

pub(crate) fn base() -> Schema {
    base_sealed().0
}

/// The steps that the base comes from, as an entry has them.
pub(crate) fn base_steps() -> Vec<Step> {
    base_sealed().1
}

fn base_sealed() -> (Schema, Vec<Step>) {
    let mut schema = Schema::new();
    let mut all = Vec::new();
    for (i, step) in steps(BASE).iter().enumerate() {
        let (sealed, lowered) = lower(&schema, step, Digest::of(b"base"), i);
        lowered.iter().for_each(|l| l.evolve(&mut schema).expect("it evolves"));
        all.push(sealed);
    }
    (schema, all)
}

/// Seals and lowers a step of some entry.
pub(crate) fn lower(schema: &Schema, step: &Step, entry: Digest, index: usize) -> (Step, Vec<Lowered>) {
    let sealed = step.seal(schema).unwrap_or_else(|e| panic!("{:?}: {e} in {step:?}", e.at));
    let mut minter = Minter::new(Origin::Entry(entry), index as u32);
    let lowered = sealed.lower(schema, &mut minter).expect("what is sealed lowers");
    (sealed, lowered)
}

/// A schema without what doesn't count: the order of columns, constraints and indexes.
pub(crate) fn form(schema: &Schema) -> impl PartialEq + std::fmt::Debug + use<> {
    let tables: BTreeMap<_, _> = schema
        .tables()
        .map(|t| {
            let mut table = t.clone();
            table.columns.sort_by_key(|c| c.id);
            table.constraints.sort_by_key(|c| c.id);
            table.indexes.sort_by_key(|i| i.id);
            (t.id, table)
        })
        .collect();
    let names = (schema.names.clone(), schema.constraints.clone());
    (tables, schema.enums.clone(), schema.views.clone(), schema.extensions.clone(), names)
}

/// Carries a step out on the base and takes it back; gives the schema after it.
fn there_and_back(text: &str) -> Schema {
    let before = base();
    there_and_back_on(&before, text)
}

fn there_and_back_on(before: &Schema, text: &str) -> Schema {
    let (_, lowered) = lower(before, &step(text), Digest::of(text.as_bytes()), 0);
    assert!(!lowered.is_empty(), "{text} does something");
    let mut schema = before.clone();
    let mut back = Vec::new();
    for step in &lowered {
        let effects = step.effects(&schema);
        assert!(!effects.is_empty() && effects.is_sorted(), "{text} has effects");
        assert!(!step.describe(&schema).contains('?'), "{}", step.describe(&schema));
        back.push(step.inverse(&schema).expect("there is a way back"));
        step.evolve(&mut schema).unwrap_or_else(|e| panic!("{e} in {text}"));
    }
    let after = schema.clone();
    let mut again = Vec::new();
    for step in back.iter().rev() {
        again.push(step.inverse(&schema).expect("the way back has a way back"));
        step.evolve(&mut schema).unwrap_or_else(|e| panic!("{e} on the way back of {text}"));
    }
    assert_eq!(form(&schema), form(before), "{text} leaves nothing behind");
    again.iter().rev().for_each(|step| step.evolve(&mut schema).expect("the way back can be gone back"));
    assert_eq!(form(&schema), form(&after), "{text} can be done again");
    after
}

/// What is wrong with a step on the base.
fn refused(text: &str) -> LowerError {
    refused_on(&base(), text)
}

fn refused_on(schema: &Schema, text: &str) -> LowerError {
    match step(text).seal(schema) {
        Err(error) => error,
        Ok(sealed) => panic!("{sealed:?} isn't refused"),
    }
}

fn problem(text: &str) -> Problem {
    refused(text).problem
}

/// Whether two steps written side by side commute.
fn commutes(ours: &str, theirs: &str) -> bool {
    let before = base();
    let effects = |text: &str, entry: &[u8]| {
        let mut schema = before.clone();
        let mut all = Vec::new();
        for (i, step) in steps(&format!("[{text}]")).iter().enumerate() {
            for lowered in lower(&schema, step, Digest::of(entry), i).1 {
                all.extend(lowered.effects(&schema));
                lowered.evolve(&mut schema).expect("it evolves");
            }
        }
        all
    };
    let (ours, theirs) = (effects(ours, b"ours"), effects(theirs, b"theirs"));
    let clashes = clash(&ours, &theirs).is_some();
    assert_eq!(clashes, clash(&theirs, &ours).is_some(), "commuting is mutual");
    !clashes
}
