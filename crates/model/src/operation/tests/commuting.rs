//! The examples that must fall out of the effects.

use super::*;

const ADD_A: &str = r#"AddColumn(table: "posts", column: (name: "a", type: Text))"#;
const ADD_B: &str = r#"AddColumn(table: "posts", column: (name: "b", type: Text))"#;
const STARS: &str = r#"Backfill(script: "x", table: "posts", write: ["stars"])"#;
const TITLE: &str = r#"Backfill(script: "y", table: "posts", write: ["title"])"#;
const SEED_POSTS: &str = r#"Populate(script: "s", table: "posts", write: ["id", "title"])"#;
/// Makes users of posts: their keys are the guest's, and their mail is unique.
const TRANSFER: &str = r#"Transfer(script: "t", table: "posts", read: ["title"], into: [(table: "users", write: ["id", "email"])])"#;
const AGGREGATE: &str = r#"Aggregate(script: "a", table: "posts", rows: Where(NotNull("author")), group: ["author"], read: ["stars"], into: (table: "users", write: ["id", "email"]))"#;
const LOOKS_UP: &str = r#"Backfill(script: "x", table: "posts", write: ["stars"], lookups: {"u": (table: "users", read: ["name"])})"#;
const SEED_USERS: &str = r#"Populate(script: "s", table: "users", write: ["id", "email"])"#;

#[test]
fn what_touches_different_things_commutes() {
    for (ours, theirs) in [
        (ADD_A, ADD_B),
        (STARS, r#"Backfill(script: "y", table: "posts", write: ["author"])"#),
        (ADD_A, r#"AddColumn(table: "users", column: (name: "a", type: Text))"#),
        (
            r#"RenameColumn(table: "posts", column: "stars", to: "points")"#,
            r#"CreateIndex(table: "posts", index: (name: "i", on: [Column("stars")]))"#,
        ),
        (r#"RenameColumn(table: "posts", column: "stars", to: "points")"#, STARS),
        (ADD_A, SEED_POSTS),
        (r#"AddEnumValue(name: "state", value: "X")"#, r#"AddEnumValue(name: "state", value: "Y")"#),
        (r#"DropTable(table: "notes")"#, r#"DropTable(table: "notes")"#),
        (r#"SetNotNull(table: "users", column: "name")"#, r#"SetNotNull(table: "users", column: "name")"#),
        (
            r#"RenameTable(table: "notes", to: "memos")"#,
            r#"AddColumn(table: "notes", column: (name: "x", type: Text))"#,
        ),
        (
            SEED_USERS,
            r#"CreateTable(name: "cards", columns: [(name: "u", type: BigInt)], constraints: [(is: ForeignKey(columns: ["u"], references: "users", to: ["id"]))])"#,
        ),
    ] {
        assert!(commutes(ours, theirs), "{ours}\n{theirs}");
    }
}

/// Steps that meet at something.
const MEETING: &[(&str, &str)] = &[
    (ADD_A, r#"AddColumn(table: "posts", column: (name: "A", type: Integer))"#),
    (STARS, r#"Backfill(script: "y", table: "posts", write: ["stars"])"#),
    (STARS, r#"Backfill(script: "y", table: "posts", read: ["stars"], write: ["title"])"#),
    (TITLE, r#"Backfill(script: "y", table: "posts", read: ["words"], write: ["stars"])"#),
    (STARS, r#"Backfill(script: "y", table: "posts", rows: Where(Gt("stars", 1)), write: ["title"])"#),
    (
        r#"SetNotNull(table: "users", column: "name")"#,
        r#"Backfill(script: "x", table: "users", write: ["name"])"#,
    ),
    (r#"SetNotNull(table: "users", column: "name")"#, SEED_USERS),
    (STARS, SEED_POSTS),
    (TRANSFER, SEED_POSTS),
    (TRANSFER, SEED_USERS),
    (TRANSFER, TITLE),
    (TRANSFER, AGGREGATE),
    (AGGREGATE, STARS),
    (AGGREGATE, SEED_USERS),
    (AGGREGATE, r#"ChangeType(table: "posts", column: "stars", to: BigInt)"#),
    (AGGREGATE, r#"SetNotNull(table: "users", column: "name")"#),
    (LOOKS_UP, SEED_USERS),
    (LOOKS_UP, r#"Backfill(script: "y", table: "users", write: ["name"])"#),
    (r#"CreateIndex(table: "users", index: (name: "i", on: [Column("name")], unique: true))"#, SEED_USERS),
    (r#"AddUnique(table: "users", columns: ["name"])"#, SEED_USERS),
    (
        r#"AddColumn(table: "users", column: (name: "n", type: Timestamp, nullable: false, default: Now))"#,
        SEED_USERS,
    ),
    (
        r#"DropColumn(table: "notes", column: "extra")"#,
        r#"CreateIndex(table: "notes", index: (on: [Column("extra")]))"#,
    ),
    (
        r#"DropColumn(table: "notes", column: "extra")"#,
        r#"CreateView(name: "v", columns: ["x"], query: "SELECT extra FROM notes")"#,
    ),
    (r#"DropTable(table: "notes")"#, r#"AddColumn(table: "notes", column: (name: "x", type: Text))"#),
    (r#"RenameTable(table: "notes", to: "a")"#, r#"RenameTable(table: "notes", to: "b")"#),
    (r#"RenameTable(table: "notes", to: "tags")"#, r#"CreateEnum(name: "Tags", values: ["x"])"#),
    (
        r#"RenameColumn(table: "users", column: "name", to: "n")"#,
        r#"RenameColumn(table: "users", column: "email", to: "n")"#,
    ),
    (
        r#"AddPrimaryKey(table: "notes", name: "a", columns: ["body"])"#,
        r#"AddPrimaryKey(table: "notes", name: "b", columns: ["body"])"#,
    ),
    (
        r#"RenameEnumValue(name: "state", value: "NEW", to: "X")"#,
        r#"Backfill(script: "x", table: "posts", write: ["status"])"#,
    ),
    (
        r#"RenameEnumValue(name: "state", value: "OPEN", to: "X")"#,
        r#"Backfill(script: "x", table: "posts", rows: Where(Eq("status", "OPEN")), write: ["title"])"#,
    ),
    (
        r#"ChangeType(table: "posts", column: "stars", to: BigInt)"#,
        r#"SetDefault(table: "posts", column: "stars", to: Literal(3))"#,
    ),
    (r#"Sql(on: {})"#, ADD_A),
    (r#"Sql(on: {"sqlite": (up: ["x"])}, touches: ["notes"])"#, r#"RenameTable(table: "notes", to: "a")"#),
    (
        r#"DropConstraint(table: "users", name: "users_email_key")"#,
        r#"CreateTable(name: "cards", columns: [(name: "u", type: Varchar(200))], constraints: [(is: ForeignKey(columns: ["u"], references: "users", to: ["email"]))])"#,
    ),
];

#[test]
fn rows_under_derived_keys_do_not_meet() {
    let cards = r#"CreateTable(name: "cards", columns: [(name: "id", type: Uuid), (name: "n", type: Integer, nullable: false)], constraints: [(is: PrimaryKey(["id"]))])"#;
    let mut schema = base();
    for change in lower(&schema, &step(cards), Digest::of(b"cards"), 0).1 {
        change.evolve(&mut schema).expect("it evolves");
    }
    let effects = |text: &str, entry: &[u8]| {
        let lowered = lower(&schema, &step(text), Digest::of(entry), 0).1;
        lowered[0].effects(&schema)
    };
    let transfer = |script: &str, write: &str| {
        format!(r#"Transfer(script: "{script}", table: "posts", into: [(table: "cards", write: [{write}])])"#)
    };
    let [derived, other] = ["t", "u"].map(|script| effects(&transfer(script, r#""n""#), script.as_bytes()));
    assert!(clash(&derived, &other).is_none());
    let given = effects(&transfer("u", r#""id", "n""#), b"u");
    assert!(clash(&derived, &given).is_some());
}

#[test]
fn what_meets_conflicts() {
    for (ours, theirs) in MEETING {
        assert!(!commutes(ours, theirs), "{ours}\n{theirs}");
    }
}

#[test]
fn seeds_meet_where_their_keys_do() {
    let seed =
        |key: &str| SEED_POSTS.replace(")", &format!(r#", keys: {{"posts_pkey": ["{}"]}})"#, key.repeat(64)));
    assert!(commutes(&seed("a"), &seed("b")));
    assert!(!commutes(&seed("a"), &seed("a")));
}

/// Steps of every kind, to be held against each other.
pub(crate) const POOL: [&str; 45] = [
    ADD_A,
    ADD_B,
    STARS,
    TITLE,
    SEED_POSTS,
    SEED_USERS,
    TRANSFER,
    AGGREGATE,
    LOOKS_UP,
    r#"CreateTable(name: "cards", columns: [(name: "u", type: BigInt), (name: "s", type: Enum("state"))], constraints: [(is: ForeignKey(columns: ["u"], references: "users", to: ["id"]))])"#,
    r#"CreateTable(name: "memos", columns: [(name: "id", type: BigInt)], indexes: [(name: "i", on: [Column("id")])])"#,
    r#"DropTable(table: "notes")"#,
    r#"RenameTable(table: "notes", to: "memos")"#,
    r#"RenameTable(table: "posts", to: "articles")"#,
    r#"AddColumn(table: "notes", column: (name: "state", type: Enum("state"), default: Literal("DONE")))"#,
    r#"AddColumn(table: "posts", column: (name: "twice", type: Integer, generated: (as: "stars * 2", storage: Stored)))"#,
    r#"DropColumn(table: "notes", column: "extra")"#,
    r#"DropColumn(table: "posts", column: "words")"#,
    r#"RenameColumn(table: "posts", column: "stars", to: "points")"#,
    r#"RenameColumn(table: "notes", column: "extra", to: "a")"#,
    r#"ChangeType(table: "posts", column: "stars", to: BigInt)"#,
    r#"ChangeType(table: "notes", column: "extra", to: Text)"#,
    r#"SetNotNull(table: "posts", column: "author")"#,
    r#"SetNotNull(table: "notes", column: "body")"#,
    r#"DropNotNull(table: "posts", column: "title")"#,
    r#"SetDefault(table: "posts", column: "stars", to: Literal(5))"#,
    r#"SetDefault(table: "posts", column: "status", to: Literal("DONE"))"#,
    r#"DropDefault(table: "posts", column: "stars")"#,
    r#"AddPrimaryKey(table: "notes", columns: ["body"])"#,
    r#"AddUnique(table: "users", columns: ["name"])"#,
    r#"AddCheck(table: "posts", check: "status <> 'DONE' OR stars < 9")"#,
    r#"AddForeignKey(table: "posts", name: "fk2", columns: ["author"], references: "users", to: ["id"], on_delete: SetNull)"#,
    r#"DropConstraint(table: "posts", name: "posts_stars_check")"#,
    r#"RenameConstraint(table: "users", name: "users_pkey", to: "i")"#,
    r#"CreateIndex(table: "notes", index: (name: "i", on: [Column("extra")]))"#,
    r#"DropIndex(name: "ix_posts_author_stars")"#,
    r#"RenameIndex(name: "ix_posts_title", to: "memos")"#,
    r#"CreateEnum(name: "memos", values: ["x"])"#,
    r#"AddEnumValue(name: "state", value: "X", at: Before("DONE"))"#,
    r#"RenameEnumValue(name: "state", value: "DONE", to: "X")"#,
    r#"RenameEnumValue(name: "state", value: "NEW", to: "Y")"#,
    r#"CreateView(name: "v", columns: ["x"], query: "SELECT extra FROM notes")"#,
    r#"ReplaceView(name: "open_posts", columns: ["id"], query: "SELECT id FROM posts WHERE status = 'DONE'")"#,
    r#"DropView(name: "open_posts")"#,
    r#"Comment(on: Column("posts", "stars"), text: "x")"#,
];

#[test]
fn what_the_effects_call_commuting_ends_alike_in_both_orders() {
    let before = base();
    let lowered = |text: &str, entry: &[u8]| lower(&before, &step(text), Digest::of(entry), 0).1;
    let both = |first: &[Lowered], then: &[Lowered]| {
        let mut schema = before.clone();
        first.iter().chain(then).try_for_each(|l| l.evolve(&mut schema)).map(|()| form(&schema))
    };
    let effects = |steps: &[Lowered]| {
        let mut schema = before.clone();
        let mut all = Vec::new();
        for step in steps {
            all.extend(step.effects(&schema));
            step.evolve(&mut schema).expect("it evolves");
        }
        all
    };
    let (mut commuting, mut meeting) = (0, 0);
    for (i, ours) in POOL.iter().enumerate() {
        for theirs in &POOL[i + 1..] {
            let (a, b) = (lowered(ours, b"ours"), lowered(theirs, b"theirs"));
            if clash(&effects(&a), &effects(&b)).is_some() {
                meeting += 1;
                continue;
            }
            commuting += 1;
            let (ab, ba) = (both(&a, &b), both(&b, &a));
            assert!(ab.is_ok() && ba.is_ok(), "{ours}\n{theirs}\n{:?} {:?}", ab.err(), ba.err());
            assert_eq!(ab, ba, "{ours}\n{theirs}");
        }
    }
    assert!(commuting > 400 && meeting > 50, "{commuting} commute, {meeting} meet");
}
