use std::collections::BTreeMap;

use ron::extensions::Extensions;
use serde::{Serialize, de::DeserializeOwned};

use super::*;
use crate::{
    column::{ColumnDef, Default as ColumnDefault, Generated, Identity, Storage},
    constraint::{Action, ConstraintDef, ConstraintKind, Deferrable, Reference},
    data_step::{
        Aggregate, Asset, Backfill, Blob, IntoTable, Limits, Lookup, Module, OnReject, Populate, Rows,
        Transfer, Undo,
    },
    entry::{Draft, Entry},
    expression::Expression,
    id::Digest,
    index::{IndexDef, Key, Order},
    literal::Literal,
    operation::*,
    predicate::Predicate,
    step::{Sql, SqlText, Step},
    types::{Native, Type},
};

mod table;

use table::{TABLE, table};

fn options() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
}

#[track_caller]
fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let text = to_canonical(value).unwrap();
    let back: T = options().from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(&back, value, "{text}");
    assert_eq!(to_canonical(&back).unwrap(), text);
    assert!(text.ends_with('\n') && !text.contains(" \n") && !text.contains("\n\n"), "{text}");
    text
}

fn x(text: &str) -> Expression {
    Expression(text.to_owned())
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn text(value: &str) -> Literal {
    Literal::Text(s(value))
}

fn column(name: &str, ty: Type) -> ColumnDef {
    ColumnDef {
        name: s(name),
        ty,
        nullable: true,
        default: None,
        initial: None,
        identity: None,
        generated: None,
        comment: None,
    }
}

fn entry(steps: Vec<Step>) -> Entry {
    Entry {
        format: 1,
        ledger: s("6f0c0000-0000-4000-8000-000000000001"),
        parents: vec![],
        branch: s("main"),
        database: s("main"),
        message: s("a"),
        author: s("Ada <ada@example.com>"),
        authored_at: s("2026-11-20T10:18:48Z"),
        draft: String::new(),
        accept: vec![],
        resolutions: vec![],
        steps,
        databases: Vec::new(),
        schema: Digest::ZERO,
    }
}

#[test]
fn a_table_has_this_text() {
    assert_eq!(round(&table()), TABLE);
}

#[test]
fn an_entry_has_this_text() {
    let mut value = entry(vec![Step::DropTable(DropTable { table: s("t") })]);
    value.parents = vec![Digest([1; 32])];
    let text = round(&value);
    let one = "01".repeat(32);
    let zero = "00".repeat(32);
    assert_eq!(
        text,
        format!(
            r#"Entry(
    format: 1,
    ledger: "6f0c0000-0000-4000-8000-000000000001",
    parents: ["{one}"],
    branch: "main",
    message: "a",
    author: "Ada <ada@example.com>",
    authored_at: "2026-11-20T10:18:48Z",
    steps: [
        DropTable(
            table: "t",
        ),
    ],
    schema: "{zero}",
)
"#
        )
    );
    round(&entry(vec![]));
    round(&Draft {
        message: s("m"),
        database: s("b"),
        branch: Some(s("x")),
        accept: vec![s("H101")],
        steps: vec![],
    });
}

fn literals() -> Vec<Literal> {
    let floats =
        [0.1, 1.0, -0.0, 1e300, 5e-324, 1.0 / 3.0, f64::MAX, f64::MIN_POSITIVE, 1e15, 123456789.125, 1e-7];
    let ints = [0, 1, -1, 127, 128, -129, 65_536, i64::MAX, i64::MIN, 4_294_967_296];
    let texts = [
        "",
        "None",
        "Some",
        "true",
        "1",
        "a\"b\\c\n\r\t\u{0}\u{85}\u{202e}é😀",
        "{c:a.b}",
        "//no",
        "/*",
        "r#",
    ];
    let mut all = vec![Literal::Bool(true), Literal::Bool(false)];
    all.extend(floats.map(Literal::Float));
    all.extend(ints.map(Literal::Int));
    all.extend(texts.map(text));
    all
}

#[test]
fn literals_read_back_everywhere_they_may_stand() {
    for literal in literals() {
        round(&literal);
        round(&ColumnDefault::<Expression>::Literal(literal.clone()));
        round(&ColumnDef { initial: Some(literal.clone()), ..column("a", Type::Text) });
        round(&ColumnDef {
            default: Some(ColumnDefault::Literal(literal.clone())),
            ..column("a", Type::Text)
        });
        round(&Predicate::Eq(s("a"), literal.clone()));
        round(&Rows::Where(Predicate::In(s("a"), vec![literal.clone(), literal.clone()])));
        round(&BTreeMap::from([(s("k"), Some(literal.clone())), (s("l"), None)]));
        round(&BTreeMap::from([(s("k"), literal)]));
    }
    round(&literals());
}

#[test]
fn floats_and_strings_have_these_texts() {
    let cases =
        [(1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e-7, "0.0000001"), (1e20, "100000000000000000000.0")];
    for (value, expected) in cases {
        assert_eq!(to_canonical(&Literal::Float(value)).unwrap().trim_end(), expected);
    }
    assert_eq!(to_canonical("a\u{1b}\u{9f}'\u{2028}").unwrap(), "\"a\\u{1b}\\u{9f}'\u{2028}\"\n");
    assert!(matches!(to_canonical(&Literal::Float(f64::NAN)), Err(CanonicalError::NotFinite(_))));
    assert!(matches!(to_canonical(&f32::INFINITY), Err(CanonicalError::NotFinite(_))));
}

#[test]
fn types_and_predicates_read_back() {
    use Type::*;
    for ty in [
        Bool,
        SmallInt,
        Integer,
        BigInt,
        Real,
        Double,
        Decimal(10, 2),
        Text,
        Varchar(3),
        Char(4),
        Bytes,
        Uuid,
    ]
    .into_iter()
    .chain([Date, Time, Timestamp, TimestampTz, Json, Enum(s("x")), Vector(3)])
    .chain([Native(crate::types::Native { spellings: BTreeMap::from([(s("postgres"), s("int4range"))]) })])
    {
        round(&Array(Box::new(Array(Box::new(ty.clone())))));
        round(&column("a", ty.clone()));
        round(&ChangeType { table: s("t"), column: s("c"), to: ty, using: Some(x("a::int")) });
    }
    let eq = || Predicate::Eq(s("a"), Literal::Int(1));
    let deep = Predicate::And(vec![
        Predicate::Not(Box::new(Predicate::Or(vec![eq(), Predicate::IsNull(s("b"))]))),
        Predicate::And(vec![]),
        Predicate::Not(Box::new(Predicate::NotNull(s("c")))),
    ]);
    assert_eq!(
        round(&Rows::Where(deep)),
        "Where(And([\n    Not(Or([\n        Eq(\"a\", 1),\n        IsNull(\"b\"),\n    ])),\n    And([]),\n    Not(NotNull(\"c\")),\n]))\n"
    );
}

fn backfill() -> Backfill {
    Backfill {
        script: s("classify"),
        module: Some(Module {
            blake3: Digest([7; 32]),
            sha256: s("ab"),
            bytes: u64::MAX,
            abi: 1,
            runner: None,
        }),
        table: s("t"),
        rows: Rows::Where(Predicate::IsNull(s("a"))),
        read: vec![s("a")],
        write: vec![s("b")],
        params: BTreeMap::from([(s("k"), Literal::Float(0.5)), (s("l"), text("x"))]),
        assets: BTreeMap::from([(
            s("words"),
            Asset {
                file: s("words.txt"),
                blob: Some(Blob { blake3: Digest::ZERO, sha256: s("cd"), bytes: 1 }),
            },
        )]),
        lookups: BTreeMap::new(),
        undo: Undo::None(s("why")),
        background: true,
        limits: Limits { memory_mib: 8, ..Limits::default() },
        on_reject: OnReject::Stop,
        repairs: None,
    }
}

#[test]
fn data_steps_read_back() {
    let printed = round(&Step::Backfill(backfill()));
    assert!(printed.contains("    params: {\"k\": 0.5, \"l\": \"x\"},\n"), "{printed}");
    assert!(
        printed.contains(
            "    undo: None(\"why\"),\n    background: true,\n    limits: (\n        memory_mib: 8,\n    ),\n"
        ),
        "{printed}"
    );
    assert!(!printed.contains("on_reject") && !printed.contains("repairs"), "{printed}");
    let aside =
        round(&Step::Backfill(Backfill { on_reject: OnReject::SetAside { at_most: 3 }, ..backfill() }));
    assert!(aside.ends_with("    ),\n    on_reject: SetAside(\n        at_most: 3,\n    ),\n)\n"), "{aside}");
    round(&Backfill { undo: Undo::Vault, limits: Limits::default(), rows: Rows::All, ..backfill() });
    round(&Step::Populate(Populate {
        script: s("seed"),
        module: None,
        table: s("t"),
        write: vec![],
        params: BTreeMap::new(),
        assets: BTreeMap::new(),
        limits: Limits::default(),
        defaults: BTreeMap::from([(s("a"), None), (s("b"), Some(Literal::Bool(true)))]),
        keys: BTreeMap::from([(s("t_pkey"), vec![Digest::ZERO, Digest([1; 32])])]),
    }));
}

#[test]
fn steps_that_make_rows_of_others_read_back() {
    let into = || IntoTable {
        table: s("u"),
        write: vec![s("x")],
        defaults: BTreeMap::from([(s("y"), None), (s("z"), Some(Literal::Int(1)))]),
    };
    let lookup = |rows| Lookup { table: s("codes"), rows, read: vec![s("name")] };
    let printed = round(&Step::Transfer(Transfer {
        script: s("split"),
        module: None,
        table: s("t"),
        rows: Rows::All,
        read: vec![],
        into: vec![into(), into()],
        params: BTreeMap::new(),
        assets: BTreeMap::new(),
        lookups: BTreeMap::from([
            (s("a"), lookup(Rows::All)),
            (s("b"), lookup(Rows::Where(Predicate::NotNull(s("c"))))),
        ]),
        limits: Limits::default(),
        on_reject: OnReject::Stop,
    }));
    assert!(
        printed.contains("        (\n            table: \"u\",\n            write: [\"x\"],\n"),
        "{printed}"
    );
    let printed = round(&Step::Aggregate(Aggregate {
        script: s("sum"),
        module: None,
        table: s("t"),
        rows: Rows::All,
        group: vec![s("g")],
        read: vec![s("n")],
        into: into(),
        params: BTreeMap::new(),
        assets: BTreeMap::new(),
        lookups: BTreeMap::new(),
        limits: Limits::default(),
        on_reject: OnReject::Stop,
    }));
    assert!(printed.contains("    group: [\"g\"],\n    read: [\"n\"],\n    into: (\n"), "{printed}");
}

#[test]
fn hand_written_sql_reads_back() {
    let sql = |down| SqlText { up: vec![s("select 1")], down };
    round(&Step::Sql(Sql {
        on: BTreeMap::from([(s("postgres"), sql(None)), (s("sqlite"), sql(Some(vec![s("x")])))]),
        touches: Some(vec![]),
        declares: vec![table(), Step::DropIndex(DropIndex { name: s("i"), concurrently: true })],
    }));
}

#[test]
fn operations_with_odd_shapes_read_back() {
    let at = |at| AddEnumValue { name: s("e"), value: s("v"), at };
    round(&Step::AddEnumValue(at(Some(Place::Before(s("w"))))));
    round(&Step::AddEnumValue(at(None)));
    for on in [On::Table(s("t")), On::Column(s("t"), s("c")), On::View(s("v")), On::Enum(s("e"))] {
        round(&Step::Comment(Comment { on: on.clone(), text: None }));
        round(&Step::Comment(Comment { on, text: Some(s("None")) }));
    }
    for to in [ColumnDefault::Now, ColumnDefault::Uuid, ColumnDefault::Expression(x("1"))] {
        round(&Step::SetDefault(SetDefault { table: s("t"), column: s("c"), to }));
    }
    round(&Step::CreateEnum(CreateEnum { name: s("e"), values: vec![] }));
}

#[test]
fn what_is_printed_at_the_greatest_depth_can_be_read() {
    let nest = |levels| (0..levels).fold(Type::<String>::Text, |ty, _| Type::Array(Box::new(ty)));
    round(&nest(MAX_DEPTH));
    assert_eq!(to_canonical(&nest(MAX_DEPTH + 1)), Err(CanonicalError::TooDeep));
    let nots =
        |levels| (0..levels).fold(Predicate::IsNull(s("a")), |p: Predicate, _| Predicate::Not(Box::new(p)));
    round(&nots(MAX_DEPTH - 1));
    let lists =
        |levels| (0..levels).fold(Predicate::IsNull(s("a")), |p: Predicate, _| Predicate::And(vec![p]));
    // Beside its own depth the entry, its steps, the step and the rows each count one, a condition and its list two.
    let deep =
        |levels| entry(vec![Step::Backfill(Backfill { rows: Rows::Where(lists(levels)), ..backfill() })]);
    round(&deep((MAX_DEPTH - 5) / 2));
    assert_eq!(to_canonical(&deep(MAX_DEPTH)), Err(CanonicalError::TooDeep));
}

#[test]
fn shapes_without_a_text_are_refused() {
    assert!(to_canonical(&Some(None::<u8>)).is_err());
    assert!(to_canonical(&()).is_err());
    assert!(to_canonical(&'a').is_err());
    assert_eq!(
        to_canonical(&BTreeMap::from([(1, 2)])),
        Err(CanonicalError::Shape("a key that is not a string"))
    );
    struct Pairs(&'static [(&'static str, u8)]);
    impl Serialize for Pairs {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().copied())
        }
    }
    assert_eq!(to_canonical(&Pairs(&[("a", 1), ("b", 2)])).unwrap(), "{\"a\": 1, \"b\": 2}\n");
    assert_eq!(to_canonical(&Pairs(&[("b", 1), ("a", 2)])), Err(CanonicalError::Unsorted));
    assert_eq!(to_canonical(&Pairs(&[("a", 1), ("a", 2)])), Err(CanonicalError::Unsorted));
}

#[test]
fn a_mixed_list_has_one_element_a_line() {
    let mixed = vec![Rows::<String>::All, Rows::All, Rows::Where(Predicate::IsNull(s("a, \"b"))), Rows::All];
    assert_eq!(round(&mixed), "[\n    All,\n    All,\n    Where(IsNull(\"a, \\\"b\")),\n    All,\n]\n");
}

#[test]
fn native_types_keep_their_spellings() {
    let native = Native { spellings: BTreeMap::from([(s("a"), s("b")), (s("c"), s("d"))]) };
    assert_eq!(
        round(&Type::<String>::Native(native)),
        "Native(\n    spellings: {\"a\": \"b\", \"c\": \"d\"},\n)\n"
    );
}
