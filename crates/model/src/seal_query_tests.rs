use super::*;
use crate::{
    column::Column,
    id::{Minter, Origin},
    schema::{View, ViewColumn},
    types::Type,
};
use std::sync::Arc;

fn schema() -> Schema {
    let mut mint = Minter::new(Origin::New, 0);
    let mut schema = Schema::new();
    for (name, columns) in
        [("users", &["id", "name"][..]), ("posts", &["id", "user_id", "title", "Body"][..])]
    {
        let columns = columns.iter().map(|c| Column {
            id: mint.mint(),
            name: (*c).to_owned(),
            ty: Type::Text,
            nullable: true,
            default: None,
            initial: None,
            identity: None,
            generated: None,
            comment: None,
        });
        let columns = columns.collect();
        let table = crate::schema::Table {
            id: mint.mint(),
            name: name.to_owned(),
            columns,
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: None,
        };
        schema.insert_table(Arc::new(table)).expect("the name is free");
    }
    let column = ViewColumn { id: mint.mint(), name: "n".to_owned() };
    let view = View {
        id: mint.mint(),
        name: "counts".to_owned(),
        columns: vec![column],
        query: crate::Template::default(),
        comment: None,
    };
    schema.insert_view(Arc::new(view)).expect("the name is free");
    schema
}

fn sealed(sql: &str, columns: usize) -> String {
    let schema = schema();
    let sealed = seal_query(&Expression(sql.to_owned()), columns, &schema).expect("the query can be sealed");
    let lowered = sealed.lower(&schema).expect("what is sealed lowers");
    assert_eq!(lowered.to_expression(&schema).expect("all is there"), sealed);
    sealed.0
}

fn refused(sql: &str) -> LowerError {
    seal_query(&Expression(sql.to_owned()), 1, &schema()).expect_err("the query is refused")
}

#[test]
fn tables_and_columns_are_marked() {
    assert_eq!(
        sealed("SELECT u.name, title FROM users AS u JOIN posts p ON p.user_id = u.id WHERE p.id > 3", 2),
        "SELECT u.{c:users.name}, {c:posts.title} FROM {t:users} AS u JOIN {t:posts} p \
         ON p.{c:posts.user_id} = u.{c:users.id} WHERE p.{c:posts.id} > 3"
    );
    assert_eq!(sealed("SELECT users.name FROM users", 1), "SELECT {t:users}.{c:users.name} FROM {t:users}");
    assert_eq!(sealed("select \"Body\" from Posts", 1), "select {c:posts.Body} from {t:posts}");
    assert_eq!(sealed("SELECT n FROM counts", 1), "SELECT {c:counts.n} FROM {t:counts}");
}

#[test]
fn aliases_are_no_references() {
    assert_eq!(sealed("SELECT count(*) AS title FROM posts", 1), "SELECT count(*) AS title FROM {t:posts}");
    assert_eq!(
        sealed("SELECT user_id name, count(*) total FROM posts GROUP BY user_id", 2),
        "SELECT {c:posts.user_id} name, count(*) total FROM {t:posts} GROUP BY {c:posts.user_id}"
    );
}

#[test]
fn nested_queries_see_what_is_around_them() {
    assert_eq!(
        sealed("SELECT name FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE user_id = users.id)", 1),
        "SELECT {c:users.name} FROM {t:users} WHERE EXISTS (SELECT 1 FROM {t:posts} \
         WHERE {c:posts.user_id} = {t:users}.{c:users.id})"
    );
    assert_eq!(
        sealed("WITH recent AS (SELECT title FROM posts) SELECT title FROM recent", 1),
        "WITH recent AS (SELECT {c:posts.title} FROM {t:posts}) SELECT title FROM recent"
    );
    assert_eq!(
        sealed("SELECT x.t FROM (SELECT title AS t FROM posts) AS x", 1),
        "SELECT x.t FROM (SELECT {c:posts.title} AS t FROM {t:posts}) AS x"
    );
    assert_eq!(
        sealed("SELECT name FROM users UNION ALL SELECT title FROM posts", 1),
        "SELECT {c:users.name} FROM {t:users} UNION ALL SELECT {c:posts.title} FROM {t:posts}"
    );
}

#[test]
fn what_hides_its_meaning_is_refused() {
    assert_eq!(refused("SELECT * FROM users").problem, Problem::Star);
    assert_eq!(refused("SELECT u.* FROM users u").problem, Problem::Star);
    assert_eq!(refused("SELECT id FROM users, posts").problem, Problem::AmbiguousColumn("id".into()));
    assert_eq!(refused("SELECT id FROM user").suggestion, Some("users".into()));
    assert_eq!(refused("SELECT u.nmae FROM users u").suggestion, Some("name".into()));
    assert_eq!(refused("SELECT id, name FROM users").problem, Problem::ViewColumns { named: 1, given: 2 });
    assert_eq!(refused("DELETE FROM users").problem, Problem::NoQuery);
}

#[test]
fn joined_columns_are_one() {
    assert_eq!(
        sealed("SELECT id FROM users JOIN posts USING (id)", 1),
        "SELECT {c:users.id} FROM {t:users} JOIN {t:posts} USING ({c:users.id})"
    );
}

/// What random texts are made of.
const WORDS: [&str; 44] = [
    "SELECT",
    "WITH",
    "RECURSIVE",
    "FROM",
    "JOIN",
    "ON",
    "USING",
    "WHERE",
    "UNION",
    "ALL",
    "AS",
    "CASE",
    "WHEN",
    "END",
    "IN",
    "NOT",
    "IS",
    "DISTINCT",
    "LATERAL",
    "users",
    "posts",
    "u",
    "id",
    "name",
    "\"Body\"",
    "`x`",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "*",
    "=",
    "'a'",
    "'",
    "{",
    "}",
    "{c:users.id}",
    "{{",
    "1",
    "::",
    "\\",
    "é",
];

#[test]
fn no_text_makes_sealing_or_lowering_panic() {
    let schema = schema();
    let users = schema.table_named("users").expect("it is there");
    let members = Members::of_table(users, &schema);
    let mut random = crate::random::Random::new(7);
    let mut sealed = 0;
    for _ in 0..20_000 {
        let mut text = if random.once_in(2) { "SELECT id FROM users ".to_owned() } else { String::new() };
        for _ in 0..random.below(12) {
            text.push_str(random.pick(&WORDS).expect("there are words"));
            text.push_str(if random.once_in(4) { "" } else { " " });
        }
        let expression = Expression(text.clone());
        let _ = expression.lower(&schema);
        let over_table = crate::seal::seal(&expression, &members).ok();
        let over_all = seal_query(&expression, 1, &schema).ok();
        for found in over_table.into_iter().chain(over_all) {
            let template = found.lower(&schema).unwrap_or_else(|e| panic!("{e}: {found:?}"));
            let plain =
                template.render(&schema, &|n| n.to_owned(), &|n| format!("'{n}'")).expect("all is there");
            let bare = |t: &str| t.replace(['"', '`'], "").to_lowercase();
            assert_eq!(bare(&plain), bare(&text), "nothing but the spelling of names changes");
            sealed += 1;
        }
    }
    assert!(sealed > 1_000, "{sealed} texts could be sealed");
}
