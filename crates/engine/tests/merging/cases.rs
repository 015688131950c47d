//! Forks written by hand, whose steps go through rows: what is decided holds on every way to the merge.

use model::{EntryId, Resolution, Value, route::Treated};
use sandbox::{Batch, Column, ColumnType};
use stratigraph_engine::Known;

use super::{
    fork::{Fork, decide, merge},
    law::{Came, Rows, come, some_ways, ways},
    travel::{Picture, Places},
    world::{World, canned, with_servers_at_once},
};

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

pub const ROWS: Rows<'static> =
    Rows::Sql(&["INSERT INTO docs (id, title) VALUES (1, 'Alpha'), (2, 'Beta'), (3, 'Gamma'), (4, 'Delta')"]);

const LOWER: &str = r#"Backfill(script: "lower", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title"))"#;
const UPPER: &str = r#"Backfill(script: "upper", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title"))"#;
const MARK: &str = r#"AddColumn(table: "docs", column: (name: "mark", type: Text))"#;
const FILL_MARK: &str = r#"Backfill(script: "mark", table: "docs", read: ["title"], write: ["mark"], undo: None("made from the title"))"#;
const SEED: &str = r#"Populate(script: "seed", table: "docs", write: ["id", "title"])"#;
const MORE: &str = r#"Populate(script: "more", table: "docs", write: ["id", "title"])"#;
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
    let template = include_str!("../../../../data-scripts/sdk/wat/template.wat");
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
    let world = World::new(None);
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

fn slugs(picture: &Picture, fork: &Fork) -> Vec<String> {
    let state = fork.known.history.state_at(&[fork.merge]).unwrap();
    let docs = state.schema("main").table_named("docs").unwrap();
    let mut names: Vec<&str> = docs.columns.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    let place = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let mut rows = picture.rows["docs"].clone();
    rows.sort_by_key(|row| match row[place("id")] {
        Value::Int(id) => id,
        ref other => panic!("{other:?}"),
    });
    let text = |row: &Vec<Value>| match &row[place("slug")] {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    rows.iter().map(text).collect()
}

/// What the journal says became of steps that weren't simply done.
async fn treated(site: &World) -> Vec<Treated> {
    let mut target = site.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    records.iter().flat_map(|record| record.treated.iter().map(|(_, how)| *how)).collect()
}

async fn every_case(places: &Places) {
    let mut count = 0;
    for (number, case) in CASES.iter().enumerate() {
        let fork = fork(case);
        let ways = if places.are_slow() { some_ways(&fork, number) } else { ways(&fork) };
        let mut first: Option<(&str, Picture)> = None;
        for way in &ways {
            let (there, site) = match come(&fork, places, way, ROWS, case.name).await {
                Came::Arrived(there, site) => (there, site),
                Came::Refused(why) | Came::Obstructed(why) => panic!("{}: {why}", case.name),
            };
            if !case.slugs.is_empty() {
                assert_eq!(slugs(&there, &fork), case.slugs, "{}: {}", case.name, way.0);
            }
            let same = treated(&site).await.iter().any(|how| matches!(how, Treated::SameAs(_)));
            assert_eq!(same, case.same, "{}: {}: {:?}", case.name, way.0, treated(&site).await);
            match &first {
                Some((name, first)) => there.must_be(first, &format!("{}: {} and {name}", case.name, way.0)),
                None => first = Some((way.0, *there)),
            }
            count += 1;
        }
        places.clear().await;
    }
    println!("{} cases on {count} ways", CASES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    every_case(&Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging_cases", |url| async move {
        every_case(&Places::new(Some(url))).await;
    })
    .await;
}
