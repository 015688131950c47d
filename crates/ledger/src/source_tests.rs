use super::*;

const DRAFT: &str = "// adds a column\nDraft(\n    message: \"é, then\",\n    steps: [\n        AddColumn(\n            table: \"a\",\n            \
                     column: (name: \"b\", type: Text),\n        ),\n    ],\n)\n";

fn refused(text: &str) -> SourceError {
    parse_draft("migrations/0007-email.ron", text).unwrap_err()
}

/// What is underlined.
fn marked(error: &SourceError) -> String {
    error.text.chars().skip(error.caret.start).take(error.caret.len()).collect()
}

#[test]
fn a_draft_is_read() {
    let draft = parse_draft("x", DRAFT).unwrap();
    assert_eq!((draft.message.as_str(), draft.database.as_str(), draft.steps.len()), ("é, then", "main", 1));
}

#[test]
fn line_ends_and_byte_order_mark_never_matter() {
    let other = format!("\u{feff}{}", DRAFT.replace('\n', "\r\n"));
    assert_eq!(parse_draft("x", &other), parse_draft("x", DRAFT));
}

#[test]
fn an_unknown_field_is_shown_with_what_was_meant() {
    let error = refused(&DRAFT.replace("column:", "colum:"));
    assert_eq!(
        error.to_string(),
        "migrations/0007-email.ron:7:13: unknown field `colum` in AddColumn\n  |\n\
         7 |             colum: (name: \"b\", type: Text),\n  |             ^^^^^ did you mean `column`?"
    );
}

#[test]
fn an_unknown_step_is_shown_with_what_was_meant() {
    let error = refused(&DRAFT.replace("AddColumn", "AddColunm"));
    assert_eq!((error.line, error.column, marked(&error).as_str()), (5, 9, "AddColunm"));
    assert_eq!(error.hint.as_deref(), Some("did you mean `AddColumn`?"));
}

#[test]
fn an_unknown_type_is_shown_with_our_word() {
    let error = refused(&DRAFT.replace("type: Text", "type: String"));
    assert_eq!((error.line, marked(&error).as_str()), (7, "String"));
    assert_eq!(error.hint.as_deref(), Some("did you mean `Text`?"));
}

#[test]
fn a_value_of_the_wrong_kind_is_underlined() {
    let error = refused(&DRAFT.replace("table: \"a\"", "table: 12"));
    assert_eq!((error.line, error.column, marked(&error).as_str()), (6, 20, "12"), "{error}");
    let error = refused(&DRAFT.replace("steps: [", "steps: 7, x: ["));
    assert_eq!((error.line, marked(&error).as_str()), (4, "7"), "{error}");
}

#[test]
fn a_missing_field_is_named() {
    let error = refused(&DRAFT.replace("            table: \"a\",\n", ""));
    assert_eq!(error.message, "missing field `table` in AddColumn");
    assert!((5..=7).contains(&error.line), "{error}");
}

#[test]
fn a_field_twice_is_underlined() {
    let error = refused(&DRAFT.replace("table: \"a\",", "table: \"a\", table: \"b\","));
    assert_eq!(error.message, "field `table` stands twice in AddColumn");
    assert_eq!((error.line, error.column), (6, 25), "{error}");
}

#[test]
fn an_open_bracket_is_told() {
    let error = refused("Draft(message: \"x\", steps: [");
    assert!(error.hint.is_some(), "{error}");
    assert_eq!(error.line, 1);
    assert!(refused("").to_string().contains(":1:1: "));
}

#[test]
fn invisible_characters_are_refused_with_their_place() {
    let error = refused(&DRAFT.replace("// adds", "// \u{202e}adds"));
    assert_eq!((error.line, error.column, error.message.as_str()), (1, 4, "invisible character U+202E"));
    assert!(!error.to_string().contains('\u{202e}'));
    let error = refused(&DRAFT.replace("adds", "\u{1b}[2J"));
    assert!(!error.to_string().contains('\u{1b}'));
}

#[test]
fn meanings_point_at_the_value() {
    let source = Source::new("m.ron", DRAFT);
    let path = [Segment::Field("steps"), Segment::Index(0), Segment::Field("column"), Segment::Field("name")];
    let error = source.error_at(&path, "there is one", None);
    assert_eq!((error.line, error.column, marked(&error).as_str()), (7, 28, "\"b\""));
}

#[test]
fn a_long_line_is_shown_around_the_caret() {
    let text = format!("Draft(message: \"{}\", stepz: [])", "é".repeat(50_000));
    let error = refused(&text);
    assert_eq!(error.column, 50_020);
    assert!(error.text.chars().count() <= 160);
    assert_eq!(marked(&error), "stepz");
}

#[test]
fn no_text_makes_it_stumble() {
    for at in 0..DRAFT.len() {
        if DRAFT.is_char_boundary(at) {
            drop(parse_draft("x", &DRAFT[..at]).map_err(|error| error.to_string()));
            drop(
                parse_draft("x", &format!("{}\u{feff}é{}", &DRAFT[..at], &DRAFT[at..]))
                    .map_err(|e| e.to_string()),
            );
        }
    }
    assert!(parse_draft("x", &"[".repeat(10_000)).is_err());
}
