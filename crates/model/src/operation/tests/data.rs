use super::*;
use crate::{losses::Loss, problem::Irreversible};

const BACKFILL: &str = r#"Backfill(
    script: "count-stars",
    table: "posts",
    rows: Where(And([Eq("status", "OPEN"), Not(IsNull("author"))])),
    read: ["title", "words"],
    write: ["stars"],
)"#;

#[test]
fn backfills_keep_the_names_of_their_day() {
    let after = there_and_back(BACKFILL);
    let (_, lowered) = lower(&after, &step(BACKFILL), Digest::ZERO, 0);
    let Lowered::Backfill(backfill) = &lowered[0] else { panic!("a backfill") };
    assert_eq!(backfill.key[0].name, "id");
    assert_eq!(backfill.write[0].name, "stars");
    assert_eq!(lowered[0].losses(&after), []);
    let undo = lowered[0].inverse(&after).expect("there is a way back");
    assert_eq!(undo.losses(&after), [], "the vault keeps what was overwritten");
    let kept = |entry: Digest| backfill.kept(entry).map(|c| c.name.as_str()).collect::<Vec<_>>();
    assert_eq!(kept(Digest::of(b"another entry")), ["stars"]);
    let Origin::Entry(own) = backfill.write[0].id.origin else { panic!("of a sealed entry") };
    assert_eq!(kept(own), [""; 0], "what is new in the entry goes with it");
}

#[test]
fn backfills_that_cannot_be_are_refused() {
    let with = |from: &str, to: &str| problem(&BACKFILL.replace(from, to));
    assert_eq!(with(r#"["stars"]"#, r#"["words"]"#), Problem::Generated("words".into()));
    assert_eq!(with(r#"["stars"]"#, r#"["id"]"#), Problem::WritesKey("id".into()));
    assert_eq!(with(r#"["stars"]"#, "[]"), Problem::NoneNamed);
    assert!(matches!(with("\"OPEN\"", "\"CLOSED\""), Problem::Misfit { .. }));
    assert!(matches!(with("count-stars", "../x"), Problem::ScriptName { .. }));
    assert!(matches!(with("\"title\"", "\"titel\""), Problem::UnknownColumn { .. }));
    let keyless = problem(r#"Backfill(script: "x", table: "notes", write: ["body"])"#);
    assert_eq!(keyless, Problem::NoPrimaryKey("notes".into()));
}

#[test]
fn populate_gives_what_no_constant_gives() {
    let text = r#"Populate(script: "seed", table: "posts", write: ["id", "title"])"#;
    there_and_back(text);
    let before = base();
    let (sealed, lowered) = lower(&before, &step(text), Digest::ZERO, 0);
    let Lowered::Populate(populate) = &lowered[0] else { panic!("a populate") };
    let names: Vec<_> = populate.defaults.iter().map(|(c, _)| c.name.as_str()).collect();
    assert_eq!(names, ["author", "stars", "status"]);
    assert_eq!(sealed.seal(&before).expect("it can be sealed again"), sealed);
    let missing = problem(r#"Populate(script: "seed", table: "users", write: ["name"])"#);
    assert_eq!(missing, Problem::NotGiven(vec!["`id`".into(), "`email`".into()]));
    let undo = lowered[0].inverse(&before).expect("there is a way back");
    assert_eq!(undo.losses(&before), [Loss::Rows("posts".into())]);
}

const AGGREGATE: &str = r#"Aggregate(
    script: "per-author",
    table: "posts",
    rows: Where(NotNull("author")),
    group: ["author"],
    read: ["stars", "status"],
    into: (table: "users", write: ["id", "email"]),
    lookups: {"names": (table: "users", read: ["name"])},
)"#;

#[test]
fn rows_are_made_of_rows_and_of_groups() {
    let before = base();
    there_and_back(AGGREGATE);
    let (sealed, lowered) = lower(&before, &step(AGGREGATE), Digest::ZERO, 0);
    let Lowered::Derive(aggregate) = &lowered[0] else { panic!("a derivation") };
    assert!(aggregate.is_aggregate() && aggregate.order()[0].name == "author");
    assert_eq!(aggregate.into[0].defaults[0].0.name, "name");
    assert_eq!(aggregate.lookups[0].key[0].name, "id");
    assert_eq!(sealed.seal(&before).expect("it can be sealed again"), sealed);
    assert_eq!(lowered[0].describe(&before), "aggregate posts into users by per-author");
    let undo = lowered[0].inverse(&before).expect("there is a way back");
    assert_eq!(undo.losses(&before), [Loss::Rows("users".into())]);
    assert_eq!(undo.describe(&before), "delete the rows that per-author put into users");
    let text =
        r#"Transfer(script: "split", table: "posts", into: [(table: "users", write: ["id", "email"])])"#;
    there_and_back(text);
    let (_, lowered) = lower(&before, &step(text), Digest::ZERO, 0);
    assert_eq!(lowered[0].describe(&before), "transfer rows of posts into users by split");
}

#[test]
fn what_cannot_be_made_of_rows_is_refused() {
    let with = |from: &str, to: &str| problem(&AGGREGATE.replacen(from, to, 1));
    assert_eq!(with(r#"table: "users""#, r#"table: "posts""#), Problem::IntoItself("posts".into()));
    assert_eq!(
        with(r#"write: ["id", "email"]"#, r#"write: ["email"]"#),
        Problem::NotGiven(vec!["`id`".into()])
    );
    assert_eq!(with(r#"rows: Where(NotNull("author")),"#, ""), Problem::GroupNull("author".into()));
    assert_eq!(with(r#"group: ["author"]"#, "group: []"), Problem::NoneNamed);
    assert!(matches!(with(r#"table: "users", read"#, r#"table: "notes", read"#), Problem::NoPrimaryKey(_)));
    let nullable = problem(
        &AGGREGATE
            .replace(r#"Where(NotNull("author"))"#, r#"Where(Or([Eq("author", 1), IsNull("author")]))"#),
    );
    assert_eq!(nullable, Problem::GroupNull("author".into()));
    let twice = r#"Transfer(script: "t", table: "posts", into: [(table: "users", write: ["id", "email"]), (table: "users", write: ["id", "email"])])"#;
    assert_eq!(problem(twice), Problem::Repeated("users".into()));
    let nowhere = r#"Transfer(script: "t", table: "posts", into: [])"#;
    assert_eq!(problem(nowhere), Problem::NoneNamed);
}

#[test]
fn sql_is_what_it_declares() {
    let text = r#"Sql(
        on: { "sqlite": (up: ["ALTER TABLE notes ADD tag TEXT"], down: ["ALTER TABLE notes DROP tag"]) },
        declares: [
            AddColumn(table: "notes", column: (name: "tag", type: Text)),
            CreateIndex(table: "notes", index: (on: [Column("tag")])),
        ],
    )"#;
    let after = there_and_back(text);
    assert!(after.index_named("ix_notes_tag").is_some());
    let before = base();
    let one_way = text.replace(r#", down: ["ALTER TABLE notes DROP tag"]"#, "");
    let (_, lowered) = lower(&before, &step(&one_way), Digest::ZERO, 0);
    assert_eq!(lowered[0].inverse(&before), Err(Irreversible::NoDown { dialect: "sqlite".into() }));
    let nested = problem(r#"Sql(on: {}, declares: [Sql(on: {})])"#);
    assert_eq!(nested, Problem::Declares("Sql"));
}
