//! The SQL of every scenario, as each database gets it: compared byte by byte with the files beside it.
//!
//! `STRAT_BLESS=1` writes the files anew.

use std::{collections::BTreeMap, fs};

use dialect::{
    Around, Dialect, Do, Facts, Place, Quiet, RenderError, Rendered,
    hazard::{Hazard, hazards, toll},
};
use model::{Lowered, Schema};

use super::scenario::{Chain, Scenario, all};

/// The servers whose SQL stands in files: file, dialect and what is known of the server.
const SERVERS: &[(&str, &str, (u32, u32, u32))] = &[
    ("sqlite", "sqlite", (3, 46, 0)),
    ("postgres", "postgres", (15, 0, 0)),
    ("mysql", "mysql", (8, 0, 36)),
    ("mariadb", "mysql", (10, 11, 6)),
];

#[test]
fn sql_is_as_written() {
    let bless = std::env::var_os("STRAT_BLESS").is_some();
    let mut wrong = Vec::new();
    for scenario in all() {
        let chain = match scenario.chain() {
            Ok(chain) => chain,
            Err(error) => {
                wrong.push(format!("{}: {error}", scenario.name));
                continue;
            }
        };
        for (file, text) in files(&chain) {
            let path = scenario.folder.join(&file);
            let there = scenario.read(&file);
            if bless && there != text {
                match &text {
                    Some(text) => fs::write(&path, text).unwrap(),
                    None => fs::remove_file(&path).unwrap(),
                }
            } else if there != text {
                wrong.push(difference(&scenario, &file, there.as_deref(), text.as_deref()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n→ STRAT_BLESS=1 writes the files anew; then read them", wrong.join("\n"));
}

fn difference(scenario: &Scenario, file: &str, there: Option<&str>, rendered: Option<&str>) -> String {
    let (there, rendered) = (there.unwrap_or("(no file)"), rendered.unwrap_or("(no file)"));
    let at = there.lines().zip(rendered.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    format!(
        "{}/{file}:{}:\n  written:  {}\n  rendered: {}",
        scenario.name,
        at + 1,
        line(there),
        line(rendered)
    )
}

/// What should stand in each file; nothing where it should not be there.
fn files(chain: &Chain) -> BTreeMap<String, Option<String>> {
    let mut out = BTreeMap::new();
    let mut of_dialect: BTreeMap<&str, String> = BTreeMap::new();
    for (file, dialect, version) in SERVERS {
        let Some(dialect) = dialect::dialect_named(dialect) else { continue };
        let facts = Facts { version: *version, flavour: (*file).to_owned(), vault: None };
        let text = render(chain, dialect, &facts);
        // A fork has a file only where it differs.
        let same = of_dialect.get(dialect.name()) == Some(&text);
        of_dialect.entry(dialect.name()).or_insert_with(|| text.clone());
        out.insert(format!("{file}.sql"), (!same).then_some(text));
    }
    let found = warnings(chain);
    out.insert("hazards.txt".to_owned(), (!found.is_empty()).then_some(found));
    out
}

/// The hazards of the change: those it has everywhere, and those it has on a database.
fn warnings(chain: &Chain) -> String {
    let mut found = String::new();
    let change = chain.change();
    for (number, (step, before)) in change.steps.iter().enumerate() {
        let after = change.steps.get(number + 1).map_or(&change.after, |(_, schema)| schema);
        let around = Around { before, after, quiet: Quiet::NONE };
        let mut all = hazards(step, before);
        for (file, dialect, version) in SERVERS {
            let Some(dialect) = dialect::dialect_named(dialect) else { continue };
            let facts = Facts { version: *version, flavour: (*file).to_owned(), vault: None };
            let Ok(rendered) = dialect.render(step, around, &facts) else { continue };
            all.extend(
                toll(step, &rendered, around, dialect).into_iter().map(|h| Hazard { on: vec![*file], ..h }),
            );
        }
        for Hazard { code, message, on, .. } in all {
            let on = on.first().map_or(String::new(), |on| format!(" [{on}]"));
            found.push_str(&format!("{}: {code} {message}{on}\n", step.describe(before)));
        }
    }
    found
}

/// The statements of the change and of its way back.
pub fn render(chain: &Chain, dialect: &dyn Dialect, facts: &Facts) -> String {
    let mut out = String::new();
    let change = chain.change();
    let mut back = Vec::new();
    for (number, (step, before)) in change.steps.iter().enumerate() {
        let after = change.steps.get(number + 1).map_or(&change.after, |(_, schema)| schema);
        out.push_str(&format!("-- up: {}\n", step.describe(before)));
        write(&mut out, dialect.render(step, Around { before, after, quiet: Quiet::NONE }, facts));
        back.push((step.inverse(before), after, before));
    }
    for (inverse, from, to) in back.into_iter().rev() {
        match inverse {
            Ok(inverse) => {
                out.push_str(&format!("-- down: {}\n", inverse.describe(from)));
                let around = Around { before: from, after: &evolved(&inverse, from, to), quiet: Quiet::NONE };
                write(&mut out, dialect.render(&inverse, around, facts));
            }
            Err(why) => out.push_str(&format!("-- down: no way back: {why}\n\n")),
        }
    }
    out
}

fn evolved(step: &Lowered, from: &Schema, to: &Schema) -> Schema {
    let mut schema = from.clone();
    step.evolve(&mut schema).unwrap_or_else(|e| panic!("an inverse doesn't fit: {e}"));
    let digest = |schema: &Schema| model::digest::digest_schema(schema).unwrap();
    assert_eq!(digest(&schema), digest(to), "an inverse leads elsewhere");
    schema
}

fn write(out: &mut String, rendered: Result<Rendered, RenderError>) {
    let rendered = match rendered {
        Ok(rendered) => rendered,
        Err(error) => return out.push_str(&format!("-- refused: {error}\n\n")),
    };
    for notice in &rendered.notices {
        out.push_str(&format!("-- notice: {notice}\n"));
    }
    for form in &rendered.forms {
        out.push_str(&format!("-- form: {form}\n"));
    }
    if rendered.rebuilds {
        out.push_str("-- every row is written anew\n");
    }
    if rendered.statements.is_empty() {
        out.push('\n');
    }
    let mut lock = "";
    for statement in &rendered.statements {
        let mut says = Vec::new();
        if statement.place == Place::Alone {
            says.push("alone".to_owned());
        }
        if statement.place == Place::Apart {
            says.push("in a transaction of its own".to_owned());
        }
        match &statement.act {
            Do::Run | Do::PutBack(_) => {}
            Do::Capture(key) => says.push(format!("remember the answer as {key:?}")),
            Do::Replay(key) => says.push(format!("run what {key:?} remembers and this doesn't list")),
            Do::Assert(message) => says.push(format!("true, or stop: {message}")),
        }
        if let Some(way) = statement.ways.and_then(|ways| ways.expected()) {
            says.push(format!("at the latest: {}", way.name));
        }
        if statement.lock.words != lock {
            says.push(format!("lock: {}", statement.lock.words));
            lock = statement.lock.words;
        }
        if !says.is_empty() {
            out.push_str(&format!("-- {}\n", says.join("; ")));
        }
        out.push_str(&format!("{};\n", statement.sql));
        for (what, sql) in [("probe", &statement.probe), ("clear", &statement.clear)] {
            if let Some(sql) = sql {
                out.push_str(&format!("-- {what}: {}\n", sql.replace('\n', " ")));
            }
        }
        out.push('\n');
    }
}
