use super::*;
use crate::{literal::Literal, losses::Loss, problem::Segment};

fn add(column: &str) -> String {
    format!(r#"AddColumn(table: "posts", column: ({column}))"#)
}

#[test]
fn columns_are_added() {
    let after = there_and_back(&add(r#"name: "n", type: Integer, nullable: false, default: Literal(7)"#));
    let posts = after.table_named("posts").expect("it is there");
    assert_eq!(posts.column_named("n").expect("it is there").initial, Some(Literal::Int(7)));
    there_and_back(&add(r#"name: "n", type: Integer, nullable: false, initial: 3"#));
    there_and_back(&add(r#"name: "n", type: Json, default: Literal("{\"a\": []}")"#));
    there_and_back(&add(r#"name: "n", type: Text, generated: (as: "title || ' {}'", storage: Stored)"#));
    there_and_back(&add(r#"name: "n", type: Enum("state"), default: Literal("OPEN")"#));
}

#[test]
fn columns_that_cannot_be_are_refused() {
    assert_eq!(
        problem(&add(r#"name: "n", type: Text, nullable: false"#)),
        Problem::NoValueForRows("n".into())
    );
    let misfit = |column: &str| assert!(matches!(problem(&add(column)), Problem::Misfit { .. }), "{column}");
    misfit(r#"name: "n", type: Integer, default: Literal("7")"#);
    misfit(r#"name: "n", type: Integer, initial: 5000000000"#);
    misfit(r#"name: "n", type: Varchar(2), default: Literal("abc")"#);
    misfit(r#"name: "n", type: Enum("state"), default: Literal("new")"#);
    misfit(r#"name: "n", type: Json, default: Literal("{")"#);
    assert!(matches!(problem(&add(r#"name: "n", type: Integer, default: Now"#)), Problem::NowOn { .. }));
    assert!(matches!(problem(&add(r#"name: "n", type: Date, default: Uuid"#)), Problem::UuidOn { .. }));
    assert!(matches!(
        problem(&add(r#"name: "n", type: Text, identity: Always"#)),
        Problem::IdentityOn { .. }
    ));
    let both = r#"name: "n", type: Integer, identity: Always, default: Literal(1)"#;
    assert!(matches!(problem(&add(both)), Problem::IdentityAnd { .. }));
    let both = r#"name: "n", type: Integer, generated: (as: "stars", storage: Stored), default: Literal(1)"#;
    assert!(matches!(problem(&add(both)), Problem::GeneratedAnd { .. }));
    assert!(matches!(problem(&add(r#"name: "Title", type: Text"#)), Problem::NameTaken { .. }));
    assert!(matches!(problem(&add(r#"name: "n", type: Decimal(2, 3)"#)), Problem::BadType(_)));
    let error = refused(&add(r#"name: "n", type: Integer, default: Expression("1; DROP TABLE t")"#));
    assert_eq!(error.at, [Segment::Field("column"), Segment::Field("default")]);
    assert!(matches!(error.problem, Problem::Sql { offset: 1, .. }));
}

#[test]
fn columns_are_dropped_when_nothing_uses_them() {
    let after = there_and_back(r#"DropColumn(table: "notes", column: "extra")"#);
    assert!(matches!(
        refused_on(&after, r#"DropColumn(table: "notes", column: "body")"#).problem,
        Problem::LastColumn { .. }
    ));
    let users = |column: &str| match problem(&format!(r#"DropColumn(table: "posts", column: "{column}")"#)) {
        Problem::InUse { users, .. } => users,
        other => panic!("{other:?}"),
    };
    assert_eq!(users("stars"), ["constraint `posts_stars_check`", "index `ix_posts_author_stars`"]);
    assert_eq!(users("title"), ["index `ix_posts_title`", "generated column `words`"]);
    assert_eq!(users("status"), ["view `open_posts`"]);
    assert!(users("id").contains(&"constraint `posts_pkey`".to_owned()));
}

#[test]
fn expressions_follow_renamed_columns() {
    let after = there_and_back(r#"RenameColumn(table: "posts", column: "title", to: "Head line")"#);
    let posts = after.table_named("posts").expect("it is there");
    let words = posts.column_named("words").and_then(|c| c.generated.clone()).expect("it is generated");
    let quote = |name: &str| format!("\"{name}\"");
    assert_eq!(words.expression.render(&after, &quote, &quote), Ok("length(\"Head line\")".to_owned()));
    assert!(matches!(
        problem(r#"RenameColumn(table: "posts", column: "title", to: "STARS")"#),
        Problem::NameTaken { .. }
    ));
    there_and_back(r#"RenameColumn(table: "posts", column: "title", to: "Title")"#);
}

#[test]
fn types_change_while_defaults_fit() {
    there_and_back(r#"ChangeType(table: "posts", column: "stars", to: BigInt)"#);
    there_and_back(r#"ChangeType(table: "notes", column: "body", to: Integer, using: "length(body)")"#);
    let misfit = problem(r#"ChangeType(table: "posts", column: "stars", to: Text)"#);
    assert!(matches!(misfit, Problem::Misfit { .. }));
    let key = problem(r#"ChangeType(table: "posts", column: "author", to: Integer)"#);
    assert!(matches!(key, Problem::ForeignKeyTypes { .. }));
    let parent = problem(r#"ChangeType(table: "users", column: "id", to: Integer)"#);
    assert!(matches!(parent, Problem::ForeignKeyTypes { .. }));
    assert!(matches!(
        problem(r#"ChangeType(table: "posts", column: "words", to: Text)"#),
        Problem::Generated(_)
    ));
}

#[test]
fn null_is_allowed_and_forbidden() {
    let after = there_and_back(r#"SetNotNull(table: "users", column: "name")"#);
    there_and_back_on(&after, r#"DropNotNull(table: "users", column: "name")"#);
    assert_eq!(problem(r#"DropNotNull(table: "users", column: "id")"#), Problem::KeyNullable("id".into()));
}

#[test]
fn defaults_are_set_and_dropped() {
    there_and_back(r#"SetDefault(table: "posts", column: "stars", to: Literal(5))"#);
    there_and_back(r#"SetDefault(table: "users", column: "name", to: Expression("'{' || 'x'"))"#);
    there_and_back(r#"DropDefault(table: "posts", column: "stars")"#);
    assert!(matches!(
        problem(r#"SetDefault(table: "posts", column: "stars", to: Literal(true))"#),
        Problem::Misfit { .. }
    ));
    assert!(matches!(
        problem(r#"SetDefault(table: "users", column: "id", to: Literal(1))"#),
        Problem::IdentityAnd { .. }
    ));
}

#[test]
fn losses_are_named() {
    let losses = |text: &str| {
        let before = base();
        let (_, lowered) = lower(&before, &step(text), Digest::ZERO, 0);
        lowered.iter().flat_map(|l| l.losses(&before)).collect::<Vec<_>>()
    };
    let column = || ("notes".to_owned(), "extra".to_owned());
    let (table, name) = column();
    assert_eq!(
        losses(r#"DropColumn(table: "notes", column: "extra")"#),
        [Loss::Column { table, column: name }]
    );
    assert_eq!(losses(r#"DropTable(table: "notes")"#), [Loss::Table("notes".into())]);
    assert_eq!(losses(r#"ChangeType(table: "notes", column: "extra", to: Text)"#), []);
    assert_eq!(losses(r#"ChangeType(table: "notes", column: "body", to: Varchar(3))"#).len(), 1);
    assert_eq!(losses(&add(r#"name: "n", type: Text"#)), []);
}
