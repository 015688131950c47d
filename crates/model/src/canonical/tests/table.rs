//! A table with something of everything, and its text.

use super::*;

pub(super) fn table() -> Step {
    Step::CreateTable(CreateTable {
        name: s("questions"),
        columns: vec![
            ColumnDef { nullable: false, identity: Some(Identity::Always), ..column("id", Type::BigInt) },
            ColumnDef {
                default: Some(ColumnDefault::Literal(Literal::Int(-3))),
                initial: Some(text("None")),
                comment: Some(s("a \"quoted\"\nremark \u{1f600} \u{7f}\u{1}")),
                ..column("level", Type::Array(Box::new(Type::Decimal(10, 2))))
            },
            ColumnDef {
                generated: Some(Generated {
                    expression: x("{c:questions.id} + 1"),
                    storage: Storage::Stored,
                }),
                ..column("next", Type::Enum(s("level")))
            },
        ],
        constraints: vec![
            ConstraintDef { name: Some(s("questions_pkey")), is: ConstraintKind::PrimaryKey(vec![s("id")]) },
            ConstraintDef { name: None, is: ConstraintKind::Check(x("id > 0")) },
            ConstraintDef {
                name: None,
                is: ConstraintKind::ForeignKey(Reference {
                    columns: vec![s("id")],
                    references: s("t"),
                    to: vec![s("id"), s("k")],
                    on_delete: Action::Cascade,
                    on_update: Action::NoAction,
                    deferrable: Deferrable::Deferred,
                }),
            },
        ],
        indexes: vec![IndexDef {
            name: Some(s("by_level")),
            on: vec![
                Key::Column(s("level")),
                Key::Desc(s("id")),
                Key::Expression(x("lower(a)"), Order::Desc),
            ],
            unique: true,
            method: Some(s("gin")),
            only: Some(x("id > 3")),
            include: vec![s("id")],
        }],
        comment: None,
    })
}

pub(super) const TABLE: &str = r#"CreateTable(
    name: "questions",
    columns: [
        (
            name: "id",
            type: BigInt,
            nullable: false,
            identity: Always,
        ),
        (
            name: "level",
            type: Array(Decimal(10, 2)),
            default: Literal(-3),
            initial: "None",
            comment: "a \"quoted\"\nremark 😀 \u{7f}\u{1}",
        ),
        (
            name: "next",
            type: Enum("level"),
            generated: (
                as: "{c:questions.id} + 1",
                storage: Stored,
            ),
        ),
    ],
    constraints: [
        (
            name: "questions_pkey",
            is: PrimaryKey(["id"]),
        ),
        (
            is: Check("id > 0"),
        ),
        (
            is: ForeignKey(
                columns: ["id"],
                references: "t",
                to: ["id", "k"],
                on_delete: Cascade,
                deferrable: Deferred,
            ),
        ),
    ],
    indexes: [
        (
            name: "by_level",
            on: [
                Column("level"),
                Desc("id"),
                Expression("lower(a)", Desc),
            ],
            unique: true,
            method: "gin",
            only: "id > 3",
            include: ["id"],
        ),
    ],
)
"#;
