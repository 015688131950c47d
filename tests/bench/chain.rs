//! Makes a ledger of a chain of entries (tables, columns, indexes) in a folder, and the bare SQL of it.
//!
//! `cargo bench -p stratigraph-engine --bench chain -- make DIR ENTRIES MIX` writes the workspace;
//! `… -- script DIALECT ENTRIES MIX` prints the same statements, one transaction an entry, for the database's own client.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops where it can't go on, and prints what it found"
)]

use std::path::Path;

use dialect::{Around, Facts, Quiet};
use ledger::{Ledger, Uuid, print_entry};
use model::{Digest, Entry, Origin, Step, entry::FORMAT, state::State};

/// What the entries of a chain do.
#[derive(Clone, Copy)]
enum Mix {
    /// A new table with every fourth.
    Many,
    /// A new table with every twentieth, as histories look that have grown for years.
    Few,
}

impl Mix {
    fn named(name: &str) -> Mix {
        match name {
            "many" => Mix::Many,
            "few" => Mix::Few,
            other => panic!("{other}: the mixes are many and few"),
        }
    }

    fn step(self, n: usize) -> String {
        match self {
            Mix::Many => many(n),
            Mix::Few => few(n),
        }
    }
}

fn add(table: usize, column: &str) -> String {
    format!("AddColumn(table: \"t{table}\", column: ({column}))")
}

fn index(table: usize, column: &str) -> String {
    format!(
        "CreateIndex(table: \"t{table}\", index: (name: \"ix_t{table}_{column}\", on: [Column(\"{column}\")]))"
    )
}

fn table(table: usize, column: &str) -> String {
    format!(
        "CreateTable(name: \"t{table}\", columns: [(name: \"id\", type: BigInt, nullable: false){column}], \
         constraints: [(name: \"t{table}_pkey\", is: PrimaryKey([\"id\"]))])"
    )
}

/// Entry by entry: a table, two columns, an index, and again.
fn many(n: usize) -> String {
    let of = n / 4;
    match n % 4 {
        0 => table(of, ", (name: \"a\", type: Text)"),
        1 => add(of, "name: \"b\", type: Integer"),
        2 => add(of, "name: \"c\", type: Varchar(100), nullable: false, default: Literal(\"x\")"),
        _ => index(of, "b"),
    }
}

/// Entry by entry: a table, sixteen columns and three indexes among them, and again.
fn few(n: usize) -> String {
    const TYPES: [&str; 8] =
        ["Text", "Integer", "Bool", "TimestampTz", "Varchar(100)", "BigInt", "Double", "Date"];
    let of = n / 20;
    match n % 20 {
        0 => table(of, ""),
        at @ (7 | 13 | 19) => index(of, &format!("c{}", at - 4)),
        at => add(of, &format!("name: \"c{at}\", type: {}", TYPES[at % TYPES.len()])),
    }
}

fn parse(mix: Mix, n: usize) -> Step {
    ledger::source::options().from_str(&mix.step(n)).unwrap_or_else(|e| panic!("{e}"))
}

fn make(folder: &Path, entries: usize, mix: Mix) {
    std::fs::create_dir_all(folder.join("migrations")).unwrap();
    std::fs::create_dir_all(folder.join("data-scripts")).unwrap();
    let ledger = Ledger::init(&folder.join("ledger"), &Uuid::random().unwrap()).unwrap();
    let mut state = State::new();
    let mut parents: Vec<Digest> = Vec::new();
    for n in 0..entries {
        let sealed = parse(mix, n).seal(state.schema("main")).unwrap();
        // The identities don't count for the digest, so that they may stand for an entry that has no id yet.
        let origin = Origin::Entry(Digest::of(&n.to_le_bytes()));
        state.advance("main", origin, 0, &sealed).unwrap();
        let entry = Entry {
            format: FORMAT,
            ledger: ledger.uuid().as_str().to_owned(),
            parents: std::mem::take(&mut parents),
            branch: "main".to_owned(),
            database: "main".to_owned(),
            message: format!("entry {n}"),
            author: "Bench <bench@example.com>".to_owned(),
            authored_at: "2026-11-20T10:18:48Z".to_owned(),
            draft: String::new(),
            accept: Vec::new(),
            resolutions: Vec::new(),
            steps: vec![sealed],
            databases: Vec::new(),
            schema: state.digest().unwrap(),
        };
        let text = print_entry(&entry).unwrap();
        let id = Digest::of(text.as_bytes());
        let path = ledger.entry_path(&id);
        // Thousands of files without a flush each: nobody's work hangs on this ledger.
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        parents = vec![id];
    }
}

fn script(dialect: &str, entries: usize, mix: Mix) {
    let dialect = dialect::registry::dialect_named(dialect).unwrap();
    let facts = Facts::default();
    let mut state = State::new();
    for n in 0..entries {
        let before = state.schema("main").clone();
        let origin = Origin::Entry(Digest::of(&n.to_le_bytes()));
        let lowered = state.advance("main", origin, 0, &parse(mix, n).seal(&before).unwrap()).unwrap();
        println!("BEGIN;");
        for one in lowered {
            let around = Around { before: &before, after: state.schema("main"), quiet: Quiet::All };
            for statement in dialect.render(&one, around, &facts).unwrap().statements {
                println!("{};", statement.sql);
            }
        }
        println!("COMMIT;");
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["make", folder, entries, mix] => make(Path::new(folder), entries.parse().unwrap(), Mix::named(mix)),
        ["script", dialect, entries, mix] => script(dialect, entries.parse().unwrap(), Mix::named(mix)),
        _ => println!("make DIR ENTRIES MIX | script DIALECT ENTRIES MIX"),
    }
}
