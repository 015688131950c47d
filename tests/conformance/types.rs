//! What a value becomes under every other type, on every database: `types.txt`, a line for each pair of portable types.
//!
//! Where the databases agree, the line has one answer; where they don't, each has its own. `STRAT_BLESS=1` writes it anew
//! where all databases are there.

use std::{collections::BTreeMap, fs};

use dialect::{Around, Do, Quiet, Rendered, Statement};
use model::{Literal, Lowered, Schema, Type, Value, schema::Table};
use stratigraph_engine::{
    Target,
    driver::{CellType, Mode},
};

use super::{
    scenario::{Chain, root},
    targets::Kind,
};

const TYPES: [&str; 17] = [
    "Bool",
    "SmallInt",
    "Integer",
    "BigInt",
    "Real",
    "Double",
    "Decimal(8, 2)",
    "Text",
    "Varchar(50)",
    "Char(40)",
    "Bytes",
    "Uuid",
    "Date",
    "Time",
    "Timestamp",
    "TimestampTz",
    "Json",
];

/// A value of one type that has a meaning under another.
fn sample(from: &str, to: &str) -> Literal {
    let text = |text: &str| Literal::Text(text.to_owned());
    match (from, to) {
        ("Bool", _) => Literal::Bool(true),
        ("SmallInt" | "Integer" | "BigInt", _) => Literal::Int(7),
        ("Real" | "Double", _) => Literal::Float(7.5),
        ("Decimal(8, 2)", _) => text("7.50"),
        ("Bytes", _) => text("6162"),
        ("Uuid", _) => text("123e4567-e89b-42d3-a456-426614174000"),
        ("Date", _) => text("2024-02-29"),
        ("Time", _) => text("12:34:56.5"),
        ("Timestamp", _) => text("2024-02-29T12:34:56.5"),
        ("TimestampTz", _) => text("2024-02-29T12:34:56.5Z"),
        (_, "Bool") => text("true"),
        (_, "SmallInt" | "Integer" | "BigInt") => text("7"),
        (_, "Real" | "Double" | "Decimal(8, 2)") => text("7.5"),
        ("Json", "Uuid" | "Date" | "Time" | "Timestamp" | "TimestampTz") => match sample("Text", to) {
            Literal::Text(inner) => Literal::Text(format!("{inner:?}")),
            other => other,
        },
        ("Json", _) => text(r#"{"a": 1}"#),
        (_, "Uuid") => text("123E4567-E89B-42D3-A456-426614174000"),
        (_, "Date") => text("2024-02-29"),
        (_, "Time") => text("12:34:56.5"),
        (_, "Timestamp") => text("2024-02-29 12:34:56.5"),
        (_, "TimestampTz") => text("2024-02-29 12:34:56.5Z"),
        (_, "Json") => text(r#"{"a": 1}"#),
        _ => text("ab"),
    }
}

/// The column `v` of a table `t`, in the schemas before and after its change of type.
struct Change {
    create: Lowered,
    step: Lowered,
    before: Schema,
    after: Schema,
}

fn change(from: &str, to: &str) -> Change {
    let mut chain = Chain::default();
    let create = format!(
        r#"Draft(message: "t", steps: [CreateTable(name: "t", columns: [(name: "v", type: {from}), (name: "n", type: Integer)])])"#
    );
    chain.record(&create, "a.ron", "0001-a").unwrap();
    let change = format!(
        r#"Draft(message: "c", accept: ["H101"], steps: [ChangeType(table: "t", column: "v", to: {to})])"#
    );
    chain.record(&change, "b.ron", "0002-b").unwrap();
    let [(step, before)] = &chain.change().steps[..] else { panic!("one step") };
    let create = chain.links[0].steps[0].0.clone();
    Change { create, step: step.clone(), before: before.clone(), after: chain.change().after.clone() }
}

fn table(schema: &Schema) -> &Table {
    schema.tables().next().unwrap()
}

/// The value under its new type; or why there is none.
async fn converted(target: &mut Target, change: &Change, value: &Literal) -> Result<Value, &'static str> {
    let dialect = target.dialect;
    let none = Schema::new();
    let around = Around { before: &none, after: &change.before, quiet: Quiet::All };
    let made = dialect.render(&change.create, around, &target.facts).expect("a table can be made");
    let around = Around { before: &change.before, after: &change.after, quiet: Quiet::All };
    let Ok(rendered) = dialect.render(&change.step, around, &target.facts) else { return Err("refused") };
    target.conn.run(&format!("DROP TABLE IF EXISTS {}", dialect.quote_ident("t"))).await.unwrap();
    run(target, &made).await.unwrap();
    let literal = dialect.literal(value, &column(&change.before));
    let insert = format!("INSERT INTO {} VALUES ({literal}, 1), (NULL, 2)", dialect.quote_ident("t"));
    target.conn.run(&insert).await.unwrap_or_else(|e| panic!("{insert}: {e}"));
    let result = run(target, &rendered).await;
    if result.is_err() {
        for name in ["strat_new_t"] {
            target.conn.run(&format!("DROP TABLE IF EXISTS {}", dialect.quote_ident(name))).await.unwrap();
        }
        return Err("fails");
    }
    let ty = column(&change.after);
    let read = dialect.wire(&ty).read.replace("{}", &dialect.quote_ident("v"));
    let sql = format!("SELECT {read} FROM {} ORDER BY n", dialect.quote_ident("t"));
    match target.conn.read_rows(&sql, &[], &[CellType::from(&ty)]).await {
        Ok(rows) => {
            assert_eq!(rows[1], [Value::Null], "{sql}");
            Ok(rows[0][0].clone())
        }
        Err(_) => Err("can't be read back"),
    }
}

fn column(schema: &Schema) -> Type<model::ObjectId> {
    table(schema).columns[0].ty.clone()
}

/// What a statement's probe says of it; nothing where it may be repeated.
async fn told(target: &mut Target, statement: &Statement) -> Option<bool> {
    let probe = statement.probe.as_ref().filter(|probe| *probe != "SELECT 0")?;
    match target.conn.query(probe, &[]).await.unwrap_or_else(|e| panic!("{probe}: {e}"))[..] {
        [ref row] => Some(matches!(row[..], [Value::Bool(true) | Value::Int(1)])),
        _ => panic!("{probe} has one answer"),
    }
}

async fn run(target: &mut Target, rendered: &Rendered) -> Result<(), ()> {
    for statement in &rendered.statements {
        assert_ne!(
            told(target, statement).await,
            Some(true),
            "before {}: {:?}",
            statement.sql,
            statement.probe
        );
        match &statement.act {
            Do::Run | Do::PutBack(_) => drop(target.conn.run(&statement.sql).await.map_err(drop)?),
            Do::Assert(_) => match target.conn.query(&statement.sql, &[]).await.map_err(drop)?[..] {
                [ref row] if matches!(row[..], [Value::Bool(true) | Value::Int(1)]) => {}
                _ => return Err(()),
            },
            // Nothing leans on the table.
            Do::Capture(_) | Do::Replay(_) => {}
        }
        assert_ne!(
            told(target, statement).await,
            Some(false),
            "behind {}: {:?}",
            statement.sql,
            statement.probe
        );
    }
    Ok(())
}

fn shown(result: Result<Value, &'static str>) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match result {
        Ok(Value::Uuid(bytes)) => format!("Uuid({})", hex(&bytes)),
        Ok(Value::Bytes(bytes)) => format!("Bytes({})", hex(&bytes)),
        Ok(value) => format!("{value:?}"),
        Err(why) => why.to_owned(),
    }
}

/// All answers of one database, by pair.
async fn answers(kind: Kind) -> Option<BTreeMap<String, String>> {
    let server = kind.server()?;
    let fresh = server.fresh(false).await;
    let mut target = Target::open(&fresh.url, Mode::Create, "tests").await.unwrap();
    let mut found = BTreeMap::new();
    for from in TYPES {
        for to in TYPES.into_iter().filter(|to| *to != from) {
            let result = converted(&mut target, &change(from, to), &sample(from, to)).await;
            found.insert(format!("{from} to {to}"), shown(result));
        }
    }
    target.conn.close().await;
    server.remove(fresh).await;
    Some(found)
}

/// Types of the server's own, whose probes `run` asks.
#[test]
fn a_change_to_a_native_type_can_be_told() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(server) = Kind::Mysql.server() else { return };
        let fresh = server.fresh(false).await;
        let mut target = Target::open(&fresh.url, Mode::Create, "tests").await.unwrap();
        for native in ["int unsigned", "MEDIUMINT", "varchar(43)", "numeric(6, 1)"] {
            let to =
                format!(r#"Native(spellings: {{"mysql": {native:?}, "postgres": "int", "sqlite": "INT"}})"#);
            let given =
                converted(&mut target, &change("Decimal(8, 2)", &to), &sample("Integer", "Text")).await;
            assert!(given.is_ok(), "{native}: {given:?}");
        }
        target.conn.close().await;
        server.remove(fresh).await;
    });
}

#[test]
fn values_become_what_is_written() {
    let kinds = [Kind::Sqlite, Kind::Postgres, Kind::Mysql];
    let ask = |kind: Kind| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(answers(kind)).map(|answers| (kind.name(), answers))
    };
    let all: Vec<_> = std::thread::scope(|scope| {
        let asked = kinds.map(|kind| scope.spawn(move || ask(kind)));
        asked.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    let mut text = String::new();
    let pairs = TYPES.iter().flat_map(|from| TYPES.iter().map(move |to| format!("{from} to {to}")));
    let mut lines = BTreeMap::new();
    for pair in pairs.filter(|pair| all[0].1.contains_key(pair)) {
        let given: Vec<_> = all.iter().map(|(name, answers)| (*name, answers[&pair].as_str())).collect();
        let line = match given.iter().all(|(_, answer)| *answer == given[0].1) {
            true => given[0].1.to_owned(),
            false => given.iter().map(|(n, a)| format!("{n} {a}")).collect::<Vec<_>>().join(" | "),
        };
        text.push_str(&format!("{pair}: {line}\n"));
        lines.insert(pair, given);
    }
    let path = root().join("conformance/types.txt");
    if std::env::var_os("STRAT_BLESS").is_some() && all.len() == kinds.len() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let written: BTreeMap<_, _> = written.lines().filter_map(|line| line.split_once(": ")).collect();
    assert_eq!(written.len(), lines.len(), "types.txt has other pairs: STRAT_BLESS=1 writes it anew");
    for (pair, given) in &lines {
        for (name, answer) in given {
            let mut own = written[pair.as_str()].split(" | ").filter_map(|one| one.strip_prefix(name));
            let wanted = own.next().map_or(written[pair.as_str()], str::trim_start);
            assert_eq!(*answer, wanted, "{pair} on {name}");
        }
    }
}
