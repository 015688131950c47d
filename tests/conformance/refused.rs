//! Drafts that `record` refuses, each with the message its author reads: the place, the line, a caret, what was meant.
//!
//! The messages stand in `refused.txt`; `STRAT_BLESS=1` writes them anew.

use std::fs;

use super::scenario::{Chain, root};

const BEFORE: &str = r#"Draft(message: "before", steps: [
    CreateEnum(name: "status", values: ["NEW", "DONE"]),
    CreateTable(name: "users", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "email", type: Varchar(200)),
        (name: "status", type: Enum("status"), nullable: false, default: Literal("NEW")),
        (name: "next", type: BigInt, generated: (as: "id + 1", storage: Stored)),
    ], constraints: [(name: "users_pkey", is: PrimaryKey(["id"])), (name: "has_email", is: Check("email <> ''"))],
       indexes: [(name: "by_email", on: [Column("email")])]),
    CreateTable(name: "orders", columns: [(name: "id", type: Integer, nullable: false), (name: "user_id", type: BigInt)],
        constraints: [(is: PrimaryKey(["id"])), (name: "of_user", is: ForeignKey(columns: ["user_id"], references: "users", to: ["id"]))]),
    CreateView(name: "people", columns: ["id"], query: "SELECT id FROM users WHERE status = 'NEW'"),
])"#;

/// What is wrong, and the steps that have it.
const WRONG: &[(&str, &str)] = &[
    // How it is written.
    ("unknown operation", r#"AddColum(table: "users", column: (name: "a", type: Text))"#),
    ("unknown field", r#"AddColumn(table: "users", colum: (name: "a", type: Text))"#),
    ("unknown type", r#"AddColumn(table: "users", column: (name: "a", type: Strin))"#),
    ("missing field", r#"RenameColumn(table: "users", column: "email")"#),
    ("field twice", r#"DropTable(table: "users", table: "orders")"#),
    ("open bracket", r#"DropTable(table: "users""#),
    ("text where a number belongs", r#"AddColumn(table: "users", column: (name: "a", type: Varchar("x")))"#),
    // Names that aren't there.
    ("unknown table", r#"DropTable(table: "usres")"#),
    ("unknown table, nothing alike", r#"DropTable(table: "invoices")"#),
    ("unknown column", r#"DropColumn(table: "users", column: "emial")"#),
    ("unknown enum", r#"AddColumn(table: "users", column: (name: "s", type: Enum("statu")))"#),
    ("unknown enum value", r#"SetDefault(table: "users", column: "status", to: Literal("DON"))"#),
    ("unknown place of a value", r#"AddEnumValue(name: "status", value: "X", at: After("DNOE"))"#),
    ("unknown constraint", r#"DropConstraint(table: "users", name: "has_mail")"#),
    ("unknown index", r#"DropIndex(name: "by_emial")"#),
    ("unknown view", r#"DropView(name: "peple")"#),
    ("unknown extension", r#"DropExtension(name: "vector")"#),
    ("unknown column in a key", r#"AddUnique(table: "users", columns: ["id", "mail"])"#),
    (
        "unknown table referred to",
        r#"AddForeignKey(table: "orders", columns: ["user_id"], references: "user", to: ["id"])"#,
    ),
    // Names that are.
    ("table twice", r#"CreateTable(name: "users", columns: [(name: "id", type: Integer)])"#),
    ("table in other letter case", r#"CreateTable(name: "USERS", columns: [(name: "id", type: Integer)])"#),
    ("table like a view", r#"RenameTable(table: "orders", to: "people")"#),
    ("column twice", r#"AddColumn(table: "users", column: (name: "email", type: Text))"#),
    (
        "column twice in a new table",
        r#"CreateTable(name: "t", columns: [(name: "a", type: Text), (name: "A", type: Text)])"#,
    ),
    ("rename to a name in use", r#"RenameColumn(table: "users", column: "email", to: "status")"#),
    ("constraint twice", r#"AddCheck(table: "users", name: "has_email", check: "id > 0")"#),
    ("index like a table", r#"CreateIndex(table: "users", index: (name: "orders", on: [Column("email")]))"#),
    ("enum value twice", r#"AddEnumValue(name: "status", value: "NEW")"#),
    ("enum values twice", r#"CreateEnum(name: "e", values: ["a", "b", "a"])"#),
    // Names that can't be.
    ("empty name", r#"CreateTable(name: "", columns: [(name: "id", type: Integer)])"#),
    (
        "name of 64 bytes",
        r#"RenameTable(table: "users", to: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")"#,
    ),
    (
        "name of 64 bytes in 32 letters",
        r#"RenameColumn(table: "users", column: "email", to: "éééééééééééééééééééééééééééééééé")"#,
    ),
    ("name with a NUL", r#"RenameTable(table: "users", to: "a\u{0}b")"#),
    ("name with a newline", r#"AddColumn(table: "users", column: (name: "a\nb", type: Text))"#),
    ("name that turns the text around", r#"RenameTable(table: "users", to: "a\u{202e}b")"#),
    // Types and defaults.
    (
        "text for a number",
        r#"AddColumn(table: "users", column: (name: "a", type: Integer, default: Literal("x")))"#,
    ),
    (
        "number out of range",
        r#"AddColumn(table: "users", column: (name: "a", type: SmallInt, default: Literal(40000)))"#,
    ),
    (
        "text too long",
        r#"AddColumn(table: "users", column: (name: "a", type: Varchar(2), default: Literal("abc")))"#,
    ),
    (
        "no such day",
        r#"AddColumn(table: "users", column: (name: "a", type: Date, default: Literal("2023-02-29")))"#,
    ),
    ("no JSON", r#"AddColumn(table: "users", column: (name: "a", type: Json, default: Literal("{a: 1}")))"#),
    ("no UUID", r#"SetDefault(table: "orders", column: "user_id", to: Uuid)"#),
    ("now for a number", r#"SetDefault(table: "orders", column: "user_id", to: Now)"#),
    ("default that reads", r#"SetDefault(table: "users", column: "email", to: Expression("id"))"#),
    ("identity of a text", r#"AddColumn(table: "users", column: (name: "a", type: Text, identity: Always))"#),
    (
        "identity and default",
        r#"AddColumn(table: "users", column: (name: "a", type: Integer, identity: Always, default: Literal(1)))"#,
    ),
    ("decimal upside down", r#"AddColumn(table: "users", column: (name: "a", type: Decimal(2, 5)))"#),
    ("text of length 0", r#"ChangeType(table: "users", column: "email", to: Varchar(0))"#),
    ("type of a generated column", r#"ChangeType(table: "users", column: "next", to: Integer)"#),
    // What rows would miss, and what is used.
    ("no value for rows", r#"AddColumn(table: "users", column: (name: "a", type: Text, nullable: false))"#),
    ("column in use", r#"DropColumn(table: "users", column: "email")"#),
    ("table in use", r#"DropTable(table: "users")"#),
    ("enum in use", r#"DropEnum(name: "status")"#),
    ("key without its columns", r#"DropNotNull(table: "users", column: "id")"#),
    (
        "last column",
        r#"CreateTable(name: "t", columns: [(name: "a", type: Text)]), DropColumn(table: "t", column: "a")"#,
    ),
    ("table without columns", r#"CreateTable(name: "t", columns: [])"#),
    ("enum without values", r#"CreateEnum(name: "e", values: [])"#),
    ("second primary key", r#"AddPrimaryKey(table: "users", columns: ["email"])"#),
    ("key column twice", r#"AddUnique(table: "users", columns: ["id", "id"])"#),
    ("key of no column", r#"AddUnique(table: "users", columns: [])"#),
    (
        "reference to no key",
        r#"AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["next"])"#,
    ),
    (
        "reference of another type",
        r#"AddForeignKey(table: "orders", columns: ["id"], references: "users", to: ["id"])"#,
    ),
    (
        "reference of other width",
        r#"AddForeignKey(table: "orders", columns: ["user_id", "id"], references: "users", to: ["id"])"#,
    ),
    (
        "set null where none may be",
        r#"SetNotNull(table: "orders", column: "user_id"), AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["id"], on_delete: SetNull)"#,
    ),
    (
        "set default without one",
        r#"AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["id"], on_delete: SetDefault)"#,
    ),
    ("type under a reference", r#"ChangeType(table: "users", column: "id", to: Integer)"#),
    // Expressions.
    ("empty check", r#"AddCheck(table: "users", check: " ")"#),
    ("two statements", r#"AddCheck(table: "users", check: "id > 0; DROP TABLE users")"#),
    ("comment in a check", r#"AddCheck(table: "users", check: "id > 0 -- always")"#),
    ("open quote", r#"AddCheck(table: "users", check: "email <> 'x")"#),
    ("bracket too many", r#"AddCheck(table: "users", check: "(id > 0))")"#),
    ("backslash before a quote", r#"AddCheck(table: "users", check: "email <> 'x\\'' OR 1 = 1 --'")"#),
    ("star in a view", r#"CreateView(name: "v", columns: ["id"], query: "SELECT * FROM users")"#),
    ("view of no query", r#"CreateView(name: "v", columns: ["id"], query: "DELETE FROM users")"#),
    (
        "view of a table that isn't there",
        r#"CreateView(name: "v", columns: ["id"], query: "SELECT id FROM usres")"#,
    ),
    (
        "view with too few names",
        r#"CreateView(name: "v", columns: ["id"], query: "SELECT id, email FROM users")"#,
    ),
    (
        "view with an ambiguous column",
        r#"CreateView(name: "v", columns: ["id"], query: "SELECT id FROM users JOIN orders ON user_id = users.id")"#,
    ),
    ("index method", r#"CreateIndex(table: "users", index: (on: [Column("email")], method: "b tree"))"#),
    ("empty SQL", r#"Sql(on: {"sqlite": (up: [" "])})"#),
    ("SQL that declares SQL", r#"Sql(on: {"sqlite": (up: ["SELECT 1"])}, declares: [Sql(on: {})])"#),
    // Hazards that nobody accepted.
    ("loss not accepted", r#"DropTable(table: "orders")"#),
    ("narrower without accepting", r#"ChangeType(table: "users", column: "email", to: Varchar(20))"#),
    ("nothing to do", ""),
];

#[test]
fn refusals_are_as_written() {
    let mut said = String::new();
    let mut taken = Vec::new();
    for (what, steps) in WRONG {
        let mut chain = Chain::default();
        chain.record(BEFORE, "before.ron", "0001-before").unwrap_or_else(|e| panic!("{e}"));
        let draft = format!("Draft(message: \"x\", steps: [\n    {steps},\n])").replace("    ,\n", "");
        match chain.record(&draft, "migrations/0002-x.ron", "0002-x") {
            Ok(()) => taken.push(*what),
            Err(error) => said.push_str(&format!("## {what}\n{error}\n\n")),
        }
    }
    assert!(taken.is_empty(), "these were taken: {taken:#?}");
    let path = root().join("conformance/refused.txt");
    if std::env::var_os("STRAT_BLESS").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    for (written, said) in written.split("\n\n").zip(said.split("\n\n")) {
        assert_eq!(said, written, "STRAT_BLESS=1 writes refused.txt anew; then read it");
    }
    assert!(written == said, "refused.txt has other cases: STRAT_BLESS=1 writes it anew");
}
