//! Every pair of steps of a pool, held against each other.

use std::collections::BTreeMap;

use super::case::{Case, Told};
use crate::{
    history::History,
    id::{Digest, EntryId},
    merge::sequence::run,
    operation::tests::{base_steps, commuting::POOL, step, steps},
    schema::Schema,
    state::State,
    step::Step,
};

/// What the pool of single steps lacks: several steps on one side, the same thing twice, steps over rows.
const MORE: &[&str] = &[
    r#"AddEnumValue(name: "state", value: "X", at: Before("DONE"))"#,
    r#"AddEnumValue(name: "state", value: "Y", at: Before("DONE"))"#,
    r#"AddEnumValue(name: "state", value: "X", at: After("NEW"))"#,
    r#"AddEnumValue(name: "state", value: "X")"#,
    r#"DropTable(table: "notes"), CreateTable(name: "notes", columns: [(name: "body", type: Text)])"#,
    r#"DropColumn(table: "notes", column: "extra"), AddColumn(table: "notes", column: (name: "extra", type: Json))"#,
    r#"DropColumn(table: "notes", column: "body")"#,
    r#"DropColumn(table: "notes", column: "body"), AddColumn(table: "notes", column: (name: "z", type: Text))"#,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: Text), (name: "b", type: Text)]), DropColumn(table: "cards", column: "b")"#,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: Text), (name: "b", type: Text)]), AddColumn(table: "cards", column: (name: "c", type: Text))"#,
    r#"AddEnumValue(name: "state", value: "Z", at: Before("DONE")), AddEnumValue(name: "state", value: "X", at: Before("DONE"))"#,
    r#"AddEnumValue(name: "state", value: "V", at: After("NEW")), AddEnumValue(name: "state", value: "X", at: After("NEW"))"#,
    r#"RenameTable(table: "notes", to: "tmp"), RenameTable(table: "tmp", to: "notes")"#,
    r#"RenameColumn(table: "users", column: "name", to: "tmp"), RenameColumn(table: "users", column: "email", to: "name"), RenameColumn(table: "users", column: "tmp", to: "email")"#,
    r#"AddColumn(table: "users", column: (name: "tmp", type: Text))"#,
    r#"AddColumn(table: "posts", column: (name: "a", type: Text)), AddUnique(table: "posts", columns: ["a"])"#,
    r#"AddColumn(table: "posts", column: (name: "a", type: Text)), RenameColumn(table: "posts", column: "a", to: "b")"#,
    r#"AddColumn(table: "posts", column: (name: "a", type: Text)), DropColumn(table: "posts", column: "a")"#,
    r#"SetDefault(table: "posts", column: "stars", to: Literal(7)), SetDefault(table: "posts", column: "stars", to: Literal(0))"#,
    r#"DropNotNull(table: "posts", column: "title"), SetNotNull(table: "posts", column: "title")"#,
    r#"SetNotNull(table: "notes", column: "extra")"#,
    r#"ChangeType(table: "notes", column: "body", to: Varchar(9))"#,
    r#"AddPrimaryKey(table: "notes", columns: ["extra"])"#,
    r#"AddPrimaryKey(table: "notes", name: "k", columns: ["body"])"#,
    r#"DropConstraint(table: "users", name: "users_email_key")"#,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: Varchar(200))], constraints: [(is: ForeignKey(columns: ["u"], references: "users", to: ["email"]))])"#,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: Varchar(200)), (name: "more", type: Text)])"#,
    r#"CreateTable(name: "tmp", columns: [(name: "u", type: Text)])"#,
    r#"ChangeType(table: "users", column: "email", to: Text)"#,
    r#"AddForeignKey(table: "posts", name: "fk3", columns: ["author"], references: "posts", to: ["id"])"#,
    r#"AddUnique(table: "posts", columns: ["stars"])"#,
    r#"CreateIndex(table: "posts", index: (on: [Column("stars")], unique: true))"#,
    r#"CreateIndex(table: "notes", index: (name: "i", on: [Column("body")]))"#,
    r#"CreateView(name: "v", columns: ["x"], query: "SELECT body FROM notes")"#,
    r#"CreateView(name: "w", columns: ["x"], query: "SELECT by FROM open_posts")"#,
    r#"ReplaceView(name: "open_posts", columns: ["id", "by"], query: "SELECT id, stars FROM posts")"#,
    r#"Comment(on: Column("posts", "stars"), text: "y")"#,
    r#"CreateExtension(name: "citext")"#,
    r#"CreateExtension(name: "Citext")"#,
    r#"DropExtension(name: "vector")"#,
    r#"DropExtension(name: "vector"), CreateExtension(name: "vector")"#,
    r#"AddColumn(table: "posts", column: (name: "v", type: Vector(3)))"#,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: Vector(3))])"#,
    r#"DropEnum(name: "mood")"#,
    r#"DropEnum(name: "mood"), CreateEnum(name: "mood", values: ["SAD", "GLAD"])"#,
    r#"AddColumn(table: "posts", column: (name: "m", type: Enum("mood")))"#,
    r#"ChangeType(table: "notes", column: "body", to: Enum("mood"))"#,
    r#"AddEnumValue(name: "mood", value: "WILD")"#,
    r#"RenameEnumValue(name: "mood", value: "SAD", to: "LOW")"#,
    r#"Sql(on: {"sqlite": (up: ["x"])})"#,
    r#"Sql(on: {"sqlite": (up: ["x"])}, touches: ["notes"])"#,
    r#"Sql(on: {"sqlite": (up: ["y"])}, touches: ["notes"], declares: [AddColumn(table: "notes", column: (name: "e", type: Text))])"#,
    r#"Sql(on: {"sqlite": (up: ["y"])}, touches: [], declares: [DropColumn(table: "notes", column: "extra")])"#,
    r#"Populate(script: "s", table: "users", write: ["id", "email"], keys: {"users_pkey": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]})"#,
    r#"Populate(script: "t", table: "users", write: ["id", "email"], keys: {"users_pkey": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]})"#,
    r#"Backfill(script: "x", table: "posts", rows: Where(Gt("status", "NEW")), write: ["title"])"#,
    r#"Transfer(script: "u", table: "posts", read: ["title"], into: [(table: "users", write: ["id", "email"])])"#,
    r#"Aggregate(script: "b", table: "posts", group: ["stars"], into: (table: "users", write: ["id", "email"]))"#,
    r#"Backfill(script: "x", table: "posts", write: ["title"], lookups: {"u": (table: "users", read: ["email"])})"#,
];

/// What the base of all pools lacks: an enum and an extension that nobody uses yet.
const UNUSED: &str = r#"CreateEnum(name: "mood", values: ["SAD", "GLAD"]), CreateExtension(name: "vector")"#;

/// A side of a pair: its entry, and its steps sealed on the base.
struct Side(EntryId, Vec<Step>);

/// Steps sealed one after the other, with the schema that they lead to.
fn sealed(schema: &mut Schema, entry: EntryId, text: &str) -> Vec<Step> {
    let mut all = Vec::new();
    for (number, step) in steps(&format!("[{text}]")).into_iter().enumerate() {
        let (sealed, lowered) = crate::operation::tests::lower(schema, &step, entry, number);
        lowered.iter().for_each(|l| l.evolve(schema).expect("it evolves"));
        all.push(sealed);
    }
    all
}

const BASE: EntryId = Digest([0x80; 32]);

/// Both sides in both orders, as far as they go.
fn both_orders(history: &History, ours: EntryId, theirs: EntryId) -> [Result<Digest, String>; 2] {
    let rules = history.rules_between(&[ours, theirs]);
    [[ours, theirs], [theirs, ours]].map(|order| {
        let mut state = State::new();
        let steps = history.placed(&[BASE, order[0], order[1]], &rules);
        run(&mut state, &steps, &BTreeMap::new()).map_err(|stuck| stuck.cause.to_string())?;
        state.digest().map_err(|e| e.to_string())
    })
}

#[test]
fn what_has_no_finding_ends_alike_in_both_orders_and_what_does_not_is_found() {
    let mut schema = crate::operation::tests::base();
    let mut before = base_steps();
    before.extend(sealed(&mut schema, BASE, UNUSED));
    let base = Told { id: BASE, parents: vec![], resolutions: vec![], steps: before };
    let base = Case { entries: vec![base], ..Case::default() };
    let texts: Vec<&str> = POOL.iter().copied().chain(MORE.iter().copied()).collect();
    let sides: Vec<Vec<Step>> =
        texts.iter().map(|text| sealed(&mut schema.clone(), Digest::of(b"try"), text)).collect();
    let (mut commuting, mut meeting, mut bad) = (0, 0, Vec::new());
    for (i, ours) in sides.iter().enumerate() {
        for (j, theirs) in sides.iter().enumerate().skip(i) {
            let told = |id, steps: &Vec<Step>| Told {
                id,
                parents: vec![BASE],
                resolutions: vec![],
                steps: steps.clone(),
            };
            let found = |low: &Side, high: &Side| {
                let case = base.and(told(low.0, &low.1)).and(told(high.0, &high.1));
                let history = case.history();
                let findings = history.joining(&[low.0, high.0]).expect("each folds").findings(&[]);
                (history, findings)
            };
            let (a, b) = (Digest([1; 32]), Digest([2; 32]));
            let (history, findings) = found(&Side(a, ours.clone()), &Side(b, theirs.clone()));
            let turned = found(&Side(a, theirs.clone()), &Side(b, ours.clone())).1;
            let name = format!("{}\n{}", texts[i], texts[j]);
            if findings.conflicts.is_empty() != turned.conflicts.is_empty() {
                bad.push(format!("one-sided:\n{name}"));
            }
            if findings.conflicts.is_empty() {
                commuting += 1;
                let [one, other] = both_orders(&history, a, b);
                if one.is_err() || one != other {
                    bad.push(format!("not found: {one:?} {other:?}\n{name}"));
                }
                match history.state_at(&[a, b]).map(|mut s| s.digest().expect("it can be written")) {
                    Ok(joined) if one == Ok(joined) => {}
                    joined => bad.push(format!("joined otherwise: {joined:?}\n{name}")),
                }
            } else {
                meeting += 1;
                if i == j && !texts[i].starts_with("Sql") {
                    bad.push(format!(
                        "equal sides meet: {}\n{name}",
                        findings.conflicts[0].meetings.iter().map(|m| format!("{m:?}")).collect::<String>()
                    ));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} of {commuting} + {meeting}:\n\n{}", bad.len(), bad.join("\n\n"));
    assert!(commuting > 1000 && meeting > 300, "{commuting} commute, {meeting} meet");
}

#[test]
fn every_step_of_the_pool_is_read() {
    let _ = step(POOL[0]);
    assert!(MORE.iter().all(|text| !steps(&format!("[{text}]")).is_empty()));
}
