use super::*;
use crate::{column::Default, literal::Literal};

fn values(schema: &Schema) -> Vec<&str> {
    schema.enum_named("state").expect("it is there").values.iter().map(|v| v.name.as_str()).collect()
}

#[test]
fn enums_come_and_go() {
    let after = there_and_back(r#"CreateEnum(name: "colour", values: ["red", "it's"])"#);
    there_and_back_on(&after, r#"DropEnum(name: "colour")"#);
    let Problem::InUse { users, .. } = problem(r#"DropEnum(name: "state")"#) else { panic!("it is in use") };
    assert_eq!(users, ["column `status` of `posts`", "view `open_posts`"]);
    assert_eq!(problem(r#"CreateEnum(name: "e", values: [])"#), Problem::NoValues);
    assert_eq!(problem(r#"CreateEnum(name: "e", values: ["a", "a"])"#), Problem::Repeated("a".into()));
}

#[test]
fn values_take_their_place() {
    let add = |at: &str| there_and_back(&format!(r#"AddEnumValue(name: "state", value: "X"{at})"#));
    assert_eq!(values(&add("")), ["NEW", "OPEN", "DONE", "X"]);
    assert_eq!(values(&add(r#", at: Before("NEW")"#)), ["X", "NEW", "OPEN", "DONE"]);
    assert_eq!(values(&add(r#", at: After("OPEN")"#)), ["NEW", "OPEN", "X", "DONE"]);
    let taken = problem(r#"AddEnumValue(name: "state", value: "NEW")"#);
    assert!(matches!(taken, Problem::NameTaken { .. }));
    let error = refused(r#"AddEnumValue(name: "state", value: "X", at: After("OPNE"))"#);
    assert_eq!(error.suggestion.as_deref(), Some("OPEN"));
}

#[test]
fn renamed_values_are_renamed_everywhere() {
    let after = there_and_back(r#"RenameEnumValue(name: "state", value: "NEW", to: "fresh")"#);
    let posts = after.table_named("posts").expect("it is there");
    let status = posts.column_named("status").expect("it is there");
    assert_eq!(status.default, Some(Default::Literal(Literal::Text("fresh".into()))));
    let after = there_and_back(r#"RenameEnumValue(name: "state", value: "OPEN", to: "o'pen")"#);
    let view = after.view_named("open_posts").expect("it is there");
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let query = view.query.render(&after, &|n| n.to_owned(), &literal).expect("all is there");
    assert!(query.ends_with("p.status = 'o''pen'"), "{query}");
    let taken = problem(r#"RenameEnumValue(name: "state", value: "NEW", to: "DONE")"#);
    assert!(matches!(taken, Problem::NameTaken { .. }));
}
