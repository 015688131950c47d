use super::*;

#[test]
fn views_come_and_go() {
    let text = r#"CreateView(name: "titles", columns: ["t"], query: "SELECT title FROM posts WHERE status <> 'DONE'")"#;
    let after = there_and_back(text);
    let over = there_and_back_on(
        &after,
        r#"CreateView(name: "short", columns: ["t"], query: "SELECT t FROM titles WHERE length(t) < 9")"#,
    );
    assert!(matches!(refused_on(&over, r#"DropView(name: "titles")"#).problem, Problem::InUse { .. }));
    there_and_back_on(&over, r#"DropView(name: "short")"#);
    there_and_back_on(&over, r#"RenameTable(table: "posts", to: "articles")"#);
    let dropped = refused_on(&over, r#"DropColumn(table: "posts", column: "title")"#).problem;
    assert!(matches!(dropped, Problem::InUse { .. }));
}

#[test]
fn views_are_replaced() {
    let after =
        there_and_back(r#"ReplaceView(name: "open_posts", columns: ["id"], query: "SELECT id FROM posts")"#);
    let (old, new) = (base(), after);
    let id = |s: &Schema| s.view_named("open_posts").map(|v| v.columns[0].id);
    assert_eq!(id(&old), id(&new), "a column that keeps its name is the column it was");
    let own =
        problem(r#"ReplaceView(name: "open_posts", columns: ["id"], query: "SELECT id FROM open_posts")"#);
    assert_eq!(own, Problem::ViewReadsItself("open_posts".into()));
}

#[test]
fn views_name_their_columns() {
    let view = |columns: &str, query: &str| {
        problem(&format!(r#"CreateView(name: "v", columns: [{columns}], query: "{query}")"#))
    };
    assert_eq!(view(r#""a""#, "SELECT * FROM users"), Problem::Star);
    assert_eq!(view(r#""a""#, "SELECT id, name FROM users"), Problem::ViewColumns { named: 1, given: 2 });
    assert_eq!(view(r#""a", "A""#, "SELECT id, name FROM users"), Problem::Repeated("A".into()));
    assert_eq!(view(r#""a""#, "DROP TABLE users"), Problem::NoQuery);
}
