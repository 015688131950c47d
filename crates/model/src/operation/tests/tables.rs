use super::*;
use crate::problem::Segment;

#[test]
fn tables_are_created() {
    let text = r#"CreateTable(
        name: "tags",
        columns: [
            (name: "post", type: BigInt),
            (name: "tag", type: Varchar(20)),
            (name: "at", type: TimestampTz, nullable: false, default: Now),
            (name: "key", type: Uuid, default: Uuid),
            (name: "loud", type: Text, generated: (as: "upper(tag)", storage: Virtual)),
            (name: "level", type: Integer, default: Expression("1 + 1")),
        ],
        constraints: [
            (is: PrimaryKey(["post", "tag"])),
            (is: Check("tag <> '' AND level > 0")),
            (name: "fk", is: ForeignKey(columns: ["post"], references: "posts", to: ["id"])),
        ],
        indexes: [(on: [Column("tag")], unique: true, only: "level > 1"), (on: [Column("tag")])],
    )"#;
    let after = there_and_back(text);
    let tags = after.table_named("tags").expect("it is there");
    let names: Vec<_> = tags.constraints.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["tags_pkey", "tags_tag_level_check", "fk"]);
    let names: Vec<_> = tags.indexes.iter().map(|i| i.name.as_str()).collect();
    assert_eq!(names, ["ix_tags_tag", "ix_tags_tag1"]);
    assert!(!tags.column_named("post").expect("it is there").nullable, "a key can't be NULL");
    let sealed = step(text).seal(&base()).expect("it can be sealed");
    assert!(format!("{sealed:?}").contains("{c:tags.tag} <> '' AND {c:tags.level} > 0"));
}

#[test]
fn a_table_may_refer_to_itself() {
    there_and_back(
        r#"CreateTable(
            name: "tree",
            columns: [(name: "id", type: Integer), (name: "up", type: Integer)],
            constraints: [
                (is: ForeignKey(columns: ["up"], references: "tree", to: ["id"], on_delete: SetNull)),
                (is: PrimaryKey(["id"])),
            ],
        )"#,
    );
}

#[test]
fn tables_are_dropped_and_renamed() {
    there_and_back(r#"DropTable(table: "notes")"#);
    there_and_back(r#"RenameTable(table: "users", to: "people")"#);
    let after = there_and_back(r#"RenameTable(table: "users", to: "Users")"#);
    assert!(after.table_named("users").is_none() && after.table_named("Users").is_some());
    let Problem::InUse { users, .. } = problem(r#"DropTable(table: "users")"#) else {
        panic!("it is in use")
    };
    assert_eq!(users, ["foreign key `posts_author_fkey` of `posts`", "view `open_posts`"]);
}

#[test]
fn errors_say_where_and_what_was_meant() {
    let error = refused(
        r#"CreateTable(name: "t", columns: [(name: "a", type: Text), (name: "b", type: Enum("sate"))])"#,
    );
    assert_eq!(error.at, [Segment::Field("columns"), Segment::Index(1), Segment::Field("type")]);
    assert_eq!(error.suggestion.as_deref(), Some("state"));
    assert_eq!(error.to_string(), "there is no enum `sate`; did you mean `state`?");
    let error = refused(r#"DropColumn(table: "posts", column: "tilte")"#);
    assert_eq!((error.at, error.suggestion), (vec![Segment::Field("column")], Some("title".to_owned())));
}

#[test]
fn names_are_kept_apart() {
    let taken = |text: &str| assert!(matches!(problem(text), Problem::NameTaken { .. }), "{text}");
    let table = |name: &str| format!(r#"CreateTable(name: "{name}", columns: [(name: "a", type: Text)])"#);
    for name in ["users", "USERS", "state", "open_posts", "ix_posts_author_stars", "users_pkey"] {
        taken(&table(name));
    }
    taken(r#"RenameTable(table: "notes", to: "Posts")"#);
    taken(r#"CreateTable(name: "t", columns: [(name: "a", type: Text), (name: "A", type: Text)])"#);
    let long = "x".repeat(64);
    assert!(matches!(problem(&table(&long)), Problem::BadName { .. }));
    there_and_back(&table("odd \\\"name\\\" 🦀 select"));
}

#[test]
fn tables_need_sound_columns_and_keys() {
    let table = |columns: &str, constraints: &str| {
        problem(&format!(r#"CreateTable(name: "t", columns: [{columns}], constraints: [{constraints}])"#))
    };
    assert_eq!(table("", ""), Problem::NoColumns);
    let two = r#"(name: "a", type: Integer), (name: "b", type: Text)"#;
    assert!(matches!(
        table(two, r#"(is: PrimaryKey(["a"])), (is: PrimaryKey(["b"]))"#),
        Problem::SecondPrimaryKey { .. }
    ));
    assert_eq!(table(two, r#"(is: Unique(["a", "a"]))"#), Problem::Repeated("a".into()));
    assert_eq!(table(two, r#"(is: Unique([]))"#), Problem::NoneNamed);
    let identity =
        r#"(name: "a", type: Integer, identity: Always), (name: "b", type: BigInt, identity: Always)"#;
    assert!(matches!(table(identity, ""), Problem::SecondIdentity(_)));
}

#[test]
fn remarks_come_and_go() {
    for on in
        [r#"Table("posts")"#, r#"Column("posts", "title")"#, r#"View("open_posts")"#, r#"Enum("state")"#]
    {
        there_and_back(&format!(r#"Comment(on: {on}, text: "it's {{here}}")"#));
        there_and_back(&format!(r#"Comment(on: {on})"#));
    }
    assert_eq!(refused(r#"Comment(on: Column("posts", "titel"))"#).suggestion.as_deref(), Some("title"));
}

#[test]
fn extensions_come_and_go() {
    let after = there_and_back(r#"CreateExtension(name: "vector")"#);
    there_and_back_on(&after, r#"DropExtension(name: "vector")"#);
    assert!(matches!(
        refused_on(&after, r#"CreateExtension(name: "Vector")"#).problem,
        Problem::NameTaken { .. }
    ));
    let used =
        there_and_back_on(&after, r#"AddColumn(table: "notes", column: (name: "v", type: Vector(3)))"#);
    assert!(matches!(refused_on(&used, r#"DropExtension(name: "vector")"#).problem, Problem::InUse { .. }));
}
