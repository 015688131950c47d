//! Forks written by hand, whose steps go through rows.

use model::{EntryId, Resolution, Value};
use sandbox::{Batch, Column, ColumnType};
use stratigraph_engine::Known;

use super::fork::{Fork, decide, merge};
use crate::world::{World, canned};

/// A fork over `docs` and what comes of it.
#[derive(Clone, Copy, Default)]
pub struct Case {
    pub name: &'static str,
    pub a: &'static [&'static str],
    pub b: &'static [&'static str],
    /// The word for each conflict, in the order they turn up; `ours` is branch A.
    pub words: &'static [&'static str],
    /// What stands in column `slug` of `docs` at the end, by rising key; not looked at when empty.
    pub slugs: &'static [&'static str],
    /// Whether equal steps of both sides are to be journaled as one.
    pub same: bool,
}

const BASE: &str = r#"
    CreateEnum(name: "status", values: ["NEW", "DONE"]),
    CreateTable(name: "docs", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "title", type: Text),
        (name: "slug", type: Text),
        (name: "status", type: Enum("status"), nullable: false, default: Literal("NEW")),
    ], constraints: [(is: PrimaryKey(["id"]))])"#;

/// The rows of the base.
pub const ROWS: &[&str] =
    &["INSERT INTO docs (id, title) VALUES (1, 'Alpha'), (2, 'Beta'), (3, 'Gamma'), (4, 'Delta')"];

const LOWER: &str = r#"Backfill(script: "lower", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title"))"#;
const UPPER: &str = r#"Backfill(script: "upper", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title"))"#;
const MARK: &str = r#"AddColumn(table: "docs", column: (name: "mark", type: Text))"#;
const FILL_MARK: &str = r#"Backfill(script: "mark", table: "docs", read: ["title"], write: ["mark"], undo: None("made from the title"))"#;
const SEED: &str = r#"Populate(script: "seed", table: "docs", write: ["id", "title"])"#;
const MORE: &str = r#"Populate(script: "more", table: "docs", write: ["id", "title"])"#;
const UPDATE: &str = r#"Sql(on: {
    "sqlite": (up: ["UPDATE docs SET slug = lower(title)"], down: ["UPDATE docs SET slug = NULL"]),
    "postgres": (up: ["UPDATE docs SET slug = lower(title)"], down: ["UPDATE docs SET slug = NULL"]),
    "mysql": (up: ["UPDATE docs SET slug = lower(title)"], down: ["UPDATE docs SET slug = NULL"]),
}, touches: ["docs"])"#;
const NOT_NULL: &str = r#"SetNotNull(table: "docs", column: "title")"#;
const TAGS: &str = r#"CreateTable(name: "tags", columns: [(name: "id", type: BigInt, nullable: false), (name: "tag", type: Text)],
    constraints: [(is: PrimaryKey(["id"]))])"#;

pub const CASES: &[Case] = &[
    Case {
        name: "two fillings of a column, one kept",
        a: &[LOWER],
        b: &[UPPER],
        words: &["ours"],
        slugs: &["alpha", "beta", "gamma", "delta"],
        same: false,
    },
    Case {
        name: "two fillings of a column, in order",
        a: &[LOWER],
        b: &[UPPER],
        words: &["ours-first"],
        slugs: &["ALPHA", "BETA", "GAMMA", "DELTA"],
        same: false,
    },
    Case {
        name: "not null against a seed",
        a: &[NOT_NULL],
        b: &[SEED],
        words: &["theirs-first"],
        slugs: &[],
        same: false,
    },
    Case {
        name: "equal fillings",
        a: &[LOWER],
        b: &[LOWER],
        words: &[],
        slugs: &["alpha", "beta", "gamma", "delta"],
        same: true,
    },
    Case { name: "two seeds", a: &[SEED], b: &[MORE], words: &[], slugs: &[], same: false },
    Case { name: "equal seeds", a: &[SEED], b: &[SEED], words: &[], slugs: &[], same: true },
    Case {
        name: "a column added twice, then others filled",
        a: &[MARK, FILL_MARK],
        b: &[MARK, UPPER],
        words: &[],
        slugs: &["ALPHA", "BETA", "GAMMA", "DELTA"],
        same: true,
    },
    Case {
        name: "enum values at one place",
        a: &[r#"AddEnumValue(name: "status", value: "HELD", at: After("NEW"))"#, LOWER],
        b: &[r#"AddEnumValue(name: "status", value: "PAUSED", at: After("NEW"))"#],
        words: &[],
        slugs: &["alpha", "beta", "gamma", "delta"],
        same: false,
    },
    Case {
        name: "a rename against an index",
        a: &[r#"RenameColumn(table: "docs", column: "title", to: "headline")"#],
        b: &[r#"CreateIndex(table: "docs", index: (on: [Column("id"), Column("status")]))"#, UPPER],
        words: &[],
        slugs: &["ALPHA", "BETA", "GAMMA", "DELTA"],
        same: false,
    },
    Case {
        name: "a table made twice",
        a: &[TAGS, r#"AddColumn(table: "tags", column: (name: "note", type: Text))"#],
        b: &[TAGS, r#"CreateIndex(table: "tags", index: (on: [Desc("id")]))"#],
        words: &[],
        slugs: &[],
        same: true,
    },
    Case {
        name: "names swapped against a new object",
        a: &[
            r#"RenameColumn(table: "docs", column: "title", to: "tmp")"#,
            r#"RenameColumn(table: "docs", column: "slug", to: "title")"#,
            r#"RenameColumn(table: "docs", column: "tmp", to: "slug")"#,
        ],
        b: &[r#"AddColumn(table: "docs", column: (name: "tmp", type: Text))"#, MORE],
        words: &[],
        slugs: &["Alpha", "Beta", "Gamma", "Delta", "Omega", "Psi"],
        same: false,
    },
    Case {
        name: "a value renamed against rows chosen by it",
        a: &[r#"RenameEnumValue(name: "status", value: "NEW", to: "FRESH")"#],
        b: &[
            r#"Backfill(script: "lower", table: "docs", rows: Where(Eq("status", "NEW")), read: ["title"], write: ["slug"])"#,
        ],
        words: &["theirs-first"],
        slugs: &["alpha", "beta", "gamma", "delta"],
        same: false,
    },
    Case {
        name: "a rename against hand-written SQL",
        a: &[r#"RenameColumn(table: "docs", column: "title", to: "headline")"#],
        b: &[UPDATE],
        words: &["theirs-first"],
        slugs: &["alpha", "beta", "gamma", "delta"],
        same: false,
    },
    Case {
        name: "a column added as two types, then filled",
        a: &[r#"AddColumn(table: "docs", column: (name: "mark", type: Integer))"#],
        b: &[MARK, r#"Backfill(script: "mark", table: "docs", read: ["title"], write: ["mark"])"#],
        words: &["same=theirs"],
        slugs: &[],
        same: true,
    },
];

fn seed(ids: &[i64], titles: &[&str]) -> String {
    let ids: Vec<_> = ids.iter().map(|n| Value::Int(*n)).collect();
    let titles: Vec<_> = titles.iter().map(|title| Value::Text((*title).to_owned())).collect();
    let columns = vec![
        Column::from_values("id", ColumnType::BigInt, &ids).unwrap(),
        Column::from_values("title", ColumnType::Text, &titles).unwrap(),
    ];
    canned(&Batch::new(columns).unwrap())
}

fn scripts(world: &World) {
    let template = include_str!("../../../../../data-scripts/sdk/wat/template.wat");
    let lower = |write: &str| template.replace("@READ@", "title").replace("@WRITE@", write);
    world.script("lower", &lower("slug"));
    world.script("mark", &lower("mark"));
    // Small letters become capitals in the place of the other way round.
    let (small, down) = ("(i32.const 65)) (i32.const 26)", "(i32.add (local.get $c) (i32.const 32))");
    assert!(template.contains(small) && template.contains(down));
    let upper = lower("slug").replace(small, "(i32.const 97)) (i32.const 26)");
    world.script("upper", &upper.replace(down, "(i32.sub (local.get $c) (i32.const 32))"));
    world.script("seed", &seed(&[11, 12], &["Sigma", "Tau"]));
    world.script("more", &seed(&[21, 22], &["Omega", "Psi"]));
}

fn branch(world: &World, from: EntryId, steps: &[&str], stem: &str) -> Vec<EntryId> {
    let mut grown = vec![from];
    for (n, step) in steps.iter().enumerate() {
        let draft = format!("Draft(message: \"{stem} {n}\", steps: [{step}])");
        grown.push(world.record_on(&grown[n..], &draft, &format!("{stem}{n}")));
    }
    grown.split_off(1)
}

/// The ledger of a case.
pub fn fork(case: &Case) -> Fork {
    fork_in(World::new(None), case)
}

/// The same in this ledger, which is empty.
pub fn fork_in(world: World, case: &Case) -> Fork {
    scripts(&world);
    let base = world.record(&format!("Draft(message: \"base\", steps: [{BASE}])"), "base");
    let a = branch(&world, base, case.a, "a");
    let b = branch(&world, base, case.b, "b");
    let heads = [*a.last().unwrap(), *b.last().unwrap()];
    let known = Known::load(&world.ledger).unwrap();
    let mut words = case.words.iter();
    let resolutions = decide(&known, heads, |conflict, choices| {
        let word = words.next().unwrap_or_else(|| panic!("{}: {conflict}", case.name));
        let found = choices.iter().position(|choice| choice.word == *word);
        Some(found.unwrap_or_else(|| panic!("{}: no {word} among {choices:?}", case.name)))
    });
    let resolutions: Vec<Resolution> = resolutions.unwrap();
    assert!(words.next().is_none(), "{}: less to decide than expected", case.name);
    let merge = merge(&world, heads, &resolutions).unwrap();
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    Fork { world, known, base, a, b, merge, after: merge, resolutions }
}
