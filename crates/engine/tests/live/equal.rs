//! Equal rows have equal digests on every database, whatever their types: what a guest is handed on one, it is handed on all.

use crate::world::{World, canned, with_servers};
use model::{Digest, Type, Value, rows::RowDigest};
use sandbox::{Batch, Column, ColumnType};

/// Columns by rising name, which is the order of the encoding, with their types in three spellings.
fn columns() -> Vec<(&'static str, &'static str, Type<String>, Column)> {
    use ColumnType as C;
    let simple =
        |name: &'static str, text, ty, column| (name, text, ty, Column::new(name, column).nullable());
    vec![
        ("arr", "Array(Text)", Type::Array(Box::new(Type::Text)), Column::array("arr", C::Text).nullable()),
        simple("big", "BigInt", Type::BigInt, C::BigInt),
        simple("bool", "Bool", Type::Bool, C::Bool),
        simple("byt", "Bytes", Type::Bytes, C::Bytes),
        simple("ch", "Char(8)", Type::Char(8), C::Char),
        simple("day", "Date", Type::Date, C::Date),
        ("dec", "Decimal(20, 6)", Type::Decimal(20, 6), Column::new("dec", C::Decimal).scale(6).nullable()),
        simple("dbl", "Double", Type::Double, C::Double),
        simple("doc", "Json", Type::Json, C::Json),
        ("id", "BigInt", Type::BigInt, Column::new("id", C::BigInt).key()),
        simple("int", "Integer", Type::Integer, C::Integer),
        simple("mood", "Enum(\"mood\")", Type::Enum("mood".to_owned()), C::Enum),
        simple("real", "Real", Type::Real, C::Real),
        simple("small", "SmallInt", Type::SmallInt, C::SmallInt),
        simple("tim", "Time", Type::Time, C::Time),
        simple("ts", "Timestamp", Type::Timestamp, C::Timestamp),
        simple("txt", "Text", Type::Text, C::Text),
        simple("tz", "TimestampTz", Type::TimestampTz, C::TimestampTz),
        simple("uid", "Uuid", Type::Uuid, C::Uuid),
        simple("vc", "Varchar(40)", Type::Varchar(40), C::Varchar),
    ]
}

/// Rows with what databases like to keep, print and read otherwise.
fn rows() -> Vec<Vec<(&'static str, Value)>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let dec = |text: &str| Value::Decimal(text.to_owned());
    let json = |text: &str| Value::Json(text.to_owned());
    vec![
        vec![
            ("arr", Value::Array(vec![text("a,b"), Value::Null, text(""), text("\"\\{}"), text("é🦀")])),
            ("big", Value::Int(i64::MIN)),
            ("bool", Value::Bool(true)),
            ("byt", Value::Bytes(vec![0, 255, 92, 39])),
            ("ch", text("é x")),
            ("day", Value::Date(-354_285)),
            ("dbl", Value::Double(-0.5)),
            ("dec", dec("1.500000")),
            ("doc", json(r#"{"b": 1.0, "a": [1e2, 2.50, null, "\u00e9\n"], "": {}}"#)),
            ("int", Value::Int(-2_147_483_648)),
            ("mood", text("so so")),
            ("real", Value::Real(0.1)),
            ("small", Value::Int(-32_768)),
            ("tim", Value::Time(1)),
            ("ts", Value::Timestamp(-1)),
            ("txt", text(" a\tb\n'\\ ")),
            ("tz", Value::Timestamp(1_709_210_096_000_001)),
            ("uid", Value::Uuid([0xab; 16])),
            ("vc", text("trailing  ")),
        ],
        vec![
            ("arr", Value::Array(Vec::new())),
            ("big", Value::Int(i64::MAX)),
            ("bool", Value::Bool(false)),
            ("byt", Value::Bytes(Vec::new())),
            ("ch", text("")),
            ("day", Value::Date(2_932_896)),
            ("dbl", Value::Double(0.1 + 0.2)),
            ("dec", dec("-12345678901234.000001")),
            ("doc", json("1.10")),
            ("int", Value::Int(2_147_483_647)),
            ("mood", text("ok")),
            ("real", Value::Real(16_777_216.0)),
            ("small", Value::Int(32_767)),
            ("tim", Value::Time(86_399_999_999)),
            ("ts", Value::Timestamp(253_402_300_799_999_999)),
            ("txt", text("")),
            ("tz", Value::Timestamp(1)),
            ("uid", Value::Uuid([0; 16])),
            ("vc", text("")),
        ],
        vec![
            ("dbl", Value::Double(f64::MAX)),
            ("dec", dec("0")),
            ("doc", json("[123456789012345678901234567890]")),
            ("real", Value::Real(f32::MIN_POSITIVE)),
            ("txt", text("e\u{301}")),
            ("arr", Value::Array(vec![Value::Null])),
        ],
        vec![("dbl", Value::Double(f64::MIN_POSITIVE)), ("doc", json("null")), ("dec", dec("100"))],
        Vec::new(),
    ]
}

/// The value of a column in a row; NULL where the row says nothing of it.
fn value(row: &[(&str, Value)], number: usize, name: &str) -> Value {
    match name {
        "id" => Value::Int(number as i64 - 2),
        _ => row.iter().find(|(column, _)| *column == name).map_or(Value::Null, |(_, value)| value.clone()),
    }
}

/// A guest's answer that holds these columns of all rows.
fn batch(rows: &[Vec<(&'static str, Value)>]) -> Batch {
    let filled = columns().into_iter().map(|(name, _, _, mut column)| {
        rows.iter().enumerate().for_each(|(n, row)| column.push(&value(row, n, name)).unwrap());
        column
    });
    Batch::new(filled.collect()).unwrap()
}

/// The digest by the definition alone: no database had a hand in it.
fn defined(rows: &[Vec<(&'static str, Value)>]) -> Digest {
    let mut columns = columns();
    columns.sort_by_key(|(name, ..)| *name);
    let mut digest = RowDigest::new();
    for (number, row) in rows.iter().enumerate() {
        let values: Vec<Value> = columns.iter().map(|(name, ..)| value(row, number, name)).collect();
        let types: Vec<Type<String>> = columns.iter().map(|(_, _, ty, _)| ty.clone()).collect();
        let key = model::encode_row(&[Type::<String>::BigInt], &[value(row, number, "id")]).unwrap();
        digest.push(&key, &model::encode_row(&types, &values).unwrap());
    }
    digest.digest()
}

/// What the receipts of a populate that makes the rows and of a backfill that reads them say.
async fn receipts(url: Option<String>, rows: &[Vec<(&'static str, Value)>]) -> Vec<(Digest, Digest)> {
    let world = World::new(url);
    world.script("make", &canned(&batch(rows)));
    let marks: Vec<Value> = (0..rows.len()).map(|n| Value::Int(n as i64)).collect();
    let marks = Column::from_values("mark", ColumnType::Integer, &marks).unwrap();
    world.script("read", &canned(&Batch::new(vec![marks]).unwrap()));
    let defined = columns();
    let declared: Vec<String> = defined
        .iter()
        .map(|(name, ty, ..)| {
            format!("(name: \"{name}\", type: {ty}{})", if *name == "id" { ", nullable: false" } else { "" })
        })
        .collect();
    let names = |without: &str| {
        let names =
            defined.iter().filter(|(name, ..)| *name != without).map(|(name, ..)| format!("{name:?}"));
        names.collect::<Vec<_>>().join(", ")
    };
    let draft = format!(
        r#"Draft(message: "every type", steps: [
            CreateEnum(name: "mood", values: ["so so", "ok"]),
            CreateTable(name: "all", columns: [{}, (name: "mark", type: Integer)], constraints: [(is: PrimaryKey(["id"]))]),
            Populate(script: "make", table: "all", write: [{}]),
            Backfill(script: "read", table: "all", read: [{}], write: ["mark"], undo: None("a test")),
        ])"#,
        declared.join(", "),
        names(""),
        names("id"),
    );
    world.record(&draft, "0001-all");
    world.attempt(&world.heads()).await.unwrap();
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    records.iter().filter_map(|record| record.receipt.as_ref()).map(|r| (r.input, r.output)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_rows_have_equal_digests_on_every_database() {
    let rows = rows();
    let expected = defined(&rows);
    let check = |here: Vec<(Digest, Digest)>, name: &str| {
        let [(_, made), (read, _)] = here[..] else { panic!("{name}: {} receipts", here.len()) };
        assert_eq!(made, expected, "{name}: as they were made");
        assert_eq!(read, expected, "{name}: as they were read back");
    };
    check(receipts(None, &rows).await, "sqlite");
    with_servers("equal", |url| async {
        let name = url.split(':').next().unwrap_or_default().to_owned();
        check(receipts(Some(url), &rows).await, &name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_some_databases_keep_is_told_apart_and_nan_is_the_canonical_one() {
    let rows = vec![
        vec![("dbl", Value::Double(-f64::NAN)), ("real", Value::Real(f32::NAN))],
        vec![("dbl", Value::Double(f64::INFINITY)), ("real", Value::Real(f32::NEG_INFINITY))],
        vec![("dbl", Value::Double(-0.0)), ("real", Value::Real(-0.0))],
    ];
    let expected = defined(&rows);
    let mut positive = rows.clone();
    positive[2] = vec![("dbl", Value::Double(0.0)), ("real", Value::Real(0.0))];
    assert_ne!(defined(&positive), expected);
    // SQLite keeps NULL in the place of NaN and 0.0 in that of −0.0, and MySQL refuses the one and the other.
    with_servers("nan", |url| async {
        if url.starts_with("postgres") {
            let here = receipts(Some(url), &rows).await;
            assert_eq!(here.iter().map(|(input, _)| *input).next_back(), Some(expected));
            assert_eq!(here[0].1, expected);
        }
    })
    .await;
}
