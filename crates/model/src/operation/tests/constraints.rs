use super::*;

#[test]
fn keys_are_added_and_columns_lose_null() {
    let before = base();
    let text = r#"AddPrimaryKey(table: "notes", columns: ["body"])"#;
    assert_eq!(
        lower(&before, &step(text), Digest::ZERO, 0).1.len(),
        2,
        "NULL is forbidden by a step of its own"
    );
    let after = there_and_back(text);
    let notes = after.table_named("notes").expect("it is there");
    assert!(!notes.column_named("body").expect("it is there").nullable);
    assert_eq!(notes.constraints[0].name, "notes_pkey");
    assert!(matches!(
        problem(r#"AddPrimaryKey(table: "users", columns: ["name"])"#),
        Problem::SecondPrimaryKey { .. }
    ));
}

#[test]
fn constraints_come_and_go() {
    there_and_back(r#"AddUnique(table: "users", columns: ["name", "email"])"#);
    there_and_back(r#"AddCheck(table: "posts", check: "status IN ('NEW', 'OPEN') OR stars < 5")"#);
    there_and_back(r#"DropConstraint(table: "posts", name: "posts_stars_check")"#);
    there_and_back(r#"DropConstraint(table: "users", name: "users_email_key")"#);
    there_and_back(r#"RenameConstraint(table: "users", name: "users_pkey", to: "pk")"#);
    there_and_back(r#"RenameConstraint(table: "posts", name: "posts_stars_check", to: "no_debt")"#);
    let taken = problem(r#"AddCheck(table: "users", name: "POSTS_stars_check", check: "name <> ''")"#);
    assert!(matches!(taken, Problem::NameTaken { .. }));
    let taken = problem(r#"AddUnique(table: "users", name: "ix_posts_title", columns: ["name"])"#);
    assert!(matches!(taken, Problem::NameTaken { .. }));
}

#[test]
fn made_up_names_avoid_taken_ones() {
    let after = there_and_back(r#"AddCheck(table: "posts", check: "stars < 100")"#);
    assert!(after.table_named("posts").is_some_and(|t| t.constraint_named("posts_stars_check1").is_some()));
}

#[test]
fn foreign_keys_need_something_to_refer_to() {
    let key = |rest: &str| format!(r#"AddForeignKey(table: "posts", {rest})"#);
    let after = there_and_back(r#"AddColumn(table: "posts", column: (name: "mail", type: Varchar(200)))"#);
    let good = key(r#"columns: ["mail"], references: "users", to: ["email"], on_delete: SetNull"#);
    let linked = there_and_back_on(&after, &good);
    let users = refused_on(&linked, r#"DropConstraint(table: "users", name: "users_email_key")"#).problem;
    assert!(matches!(users, Problem::InUse { .. }));
    let null = refused_on(&linked, r#"SetNotNull(table: "posts", column: "mail")"#).problem;
    assert!(matches!(null, Problem::InUse { .. }));

    let refused = |rest: &str| refused_on(&after, &key(rest)).problem;
    let unequal = refused(r#"columns: ["mail", "id"], references: "users", to: ["email"]"#);
    assert_eq!(unequal, Problem::ForeignKeyCount { columns: 2, to: 1 });
    assert!(matches!(
        refused(r#"columns: ["mail"], references: "users", to: ["name"]"#),
        Problem::NotUnique { .. }
    ));
    assert!(matches!(
        refused(r#"columns: ["title"], references: "users", to: ["id"]"#),
        Problem::ForeignKeyTypes { .. }
    ));
    assert!(matches!(
        refused(r#"columns: ["mail"], references: "users", to: ["email"], on_update: SetDefault"#),
        Problem::NoDefaultToSet(_)
    ));
    let required = r#"columns: ["id"], references: "users", to: ["id"], on_delete: SetNull"#;
    assert!(matches!(refused(required), Problem::NullNotAllowed(_)));
    assert_eq!(
        refused(r#"columns: ["mail"], references: "user", to: ["email"]"#),
        Problem::UnknownTable("user".into())
    );
}

#[test]
fn indexes_come_and_go() {
    there_and_back(
        r#"CreateIndex(
            table: "posts",
            index: (on: [Column("status"), Expression("lower(title)", Desc)], only: "status = 'OPEN'", include: ["stars"]),
            concurrently: true,
        )"#,
    );
    there_and_back(
        r#"CreateIndex(table: "notes", index: (name: "j", on: [Column("extra")], method: "gin"))"#,
    );
    there_and_back(r#"DropIndex(name: "ix_posts_author_stars")"#);
    there_and_back(r#"RenameIndex(name: "ix_posts_author_stars", to: "by_author")"#);
    assert_eq!(refused(r#"DropIndex(name: "ix_posts_titel")"#).suggestion.as_deref(), Some("ix_posts_title"));
    let bad = problem(r#"CreateIndex(table: "notes", index: (on: [Column("extra")], method: "gin; --"))"#);
    assert_eq!(bad, Problem::BadMethod("gin; --".into()));
    assert_eq!(problem(r#"CreateIndex(table: "notes", index: (on: []))"#), Problem::NoneNamed);
}

#[test]
fn a_foreign_key_may_lean_on_a_unique_index() {
    let after = there_and_back(
        r#"CreateIndex(table: "users", index: (name: "u", on: [Column("name")], unique: true))"#,
    );
    let linked = there_and_back_on(
        &after,
        r#"AddForeignKey(table: "notes", columns: ["body"], references: "users", to: ["name"])"#,
    );
    assert!(matches!(refused_on(&linked, r#"DropIndex(name: "u")"#).problem, Problem::InUse { .. }));
}
