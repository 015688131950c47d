//! `strat script test`: runs a script's cases under the limits of production, and looks for dependence on batches.

use engine::{
    author::{read_asset, read_module},
    guests,
};
use ledger::printable;
use model::{Class, ObjectId, Type, Value};
use sandbox::{Assets, Batch, Engine, Guest, Outcome, check_output, conform, encoded_len, probe};
use serde_json::{Value as Json, json};

use super::{
    Script,
    build::summary,
    cases::{self, Case, CaseFile, Reject, Row, cell, shown},
    manifest::Manifest,
    stamp, wanted,
};
use crate::{
    commands::{Answer, DONE},
    desk::Desk,
    failure::{Failure, Plain},
    output::count,
};

/// Tests the script of that name, or all that have a `script.ron`.
pub fn run(desk: &Desk<'_>, name: Option<&str>, bless: bool) -> Answer {
    let engine = Engine::new().map_err(|error| Plain::new(Class::Bug, error.to_string()))?;
    let (mut failed, mut described) = (0, Vec::new());
    for script in wanted(desk, name)? {
        let Some(manifest) = Manifest::read(desk, &script)? else {
            if name.is_some() {
                let why =
                    format!("script {} has no script.ron, which says what it reads and writes", script.name);
                return Err(Plain::new(Class::Input, why).hint("`strat script new` shows one").into());
            }
            desk.out.say(format!("{}  no script.ron, not tested", script.name));
            continue;
        };
        let (module, bytes) = read_module(&desk.place.scripts(), &script.name)?;
        desk.out.say(summary(&script, &module));
        if stamp::is_stale(desk, &script, module.blake3)? {
            let why = format!("script {} was changed after it was built", script.name);
            let hint = format!("`strat script build {}` builds it", script.name);
            return Err(Plain::new(Class::Input, why).hint(hint).into());
        }
        let bench = Bench { desk, script: &script, manifest: &manifest, engine: &engine, bytes: &bytes };
        let results = bench.all(bless)?;
        failed += results.iter().filter(|result| result["ok"] == json!(false)).count();
        described.push(json!({ "name": script.name, "cases": results }));
    }
    let total: usize = described.iter().filter_map(|one| one["cases"].as_array().map(Vec::len)).sum();
    match failed {
        0 => desk.out.say(format!("{} passed", count(total, "case", "cases"))),
        _ => desk.out.say(format!(
            "{failed} of {} failed; --bless takes what came out as right",
            count(total, "case", "cases")
        )),
    }
    desk.out.document("script test", json!({ "failed": failed, "scripts": described }));
    Ok(if failed == 0 { DONE } else { Class::Input as u8 })
}

struct Bench<'a> {
    desk: &'a Desk<'a>,
    script: &'a Script,
    manifest: &'a Manifest,
    engine: &'a Engine,
    bytes: &'a [u8],
}

/// How a batch went: what came out with notes on its cost, or what is wrong.
struct Went {
    outcome: Option<Outcome>,
    cost: String,
    wrong: Vec<String>,
}

impl Bench<'_> {
    fn all(&self, bless: bool) -> Result<Vec<Json>, Failure> {
        let mut results = Vec::new();
        for mut file in cases::read(self.desk, self.script)? {
            let batch = file.batch(self.manifest)?;
            let mut went = self.probe(&self.guest(&file.case)?, &batch);
            if let Some(outcome) = went.outcome.take() {
                let (rows, rejects) = self.came(outcome);
                let wrong = compare(&file.case, &rows, &rejects);
                if bless && !wrong.is_empty() {
                    file.bless(rows, rejects)?;
                    self.tell("blessed", &file.name, &went, batch.rows);
                } else {
                    went.wrong.extend(wrong);
                }
            }
            results.push(self.result(&file, &went, batch.rows));
        }
        if self.manifest.is_rowwise() {
            let went = self.probe(&self.guest(&Case::default())?, &extremes(self.manifest));
            self.tell(if went.wrong.is_empty() { "ok" } else { "FAIL" }, "extremes", &went, 0);
            results.push(json!({ "name": "extremes", "ok": went.wrong.is_empty(), "wrong": went.wrong }));
        }
        Ok(results)
    }

    fn guest(&self, case: &Case) -> Result<Guest, Failure> {
        let mut params = self.manifest.params.clone();
        params.extend(case.params.clone());
        let mut assets = Assets::default();
        for (name, file) in &self.manifest.assets {
            let (_, bytes) = read_asset(&self.desk.place.scripts(), &self.script.name, file)?;
            assets.blobs.insert(name.clone(), bytes.into());
        }
        let guest = guests::load(self.engine, self.bytes, &params, assets, self.manifest.limits);
        Ok(guest
            .map_err(|cause| Plain::new(Class::Input, format!("script {}: {cause}", self.script.name)))?)
    }

    /// Runs a batch, twice and cut otherwise.
    fn probe(&self, guest: &Guest, batch: &Batch) -> Went {
        let report = match probe::probe(guest, batch, self.manifest.is_rowwise()) {
            Ok(report) => report,
            Err(error) => return Went { outcome: None, cost: String::new(), wrong: vec![error.to_string()] },
        };
        let mut wrong: Vec<String> = report.nondeterminism.into_iter().collect();
        wrong.extend(report.variance.iter().map(|found| {
            let column = found.column.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
            format!("row {}{column}: {} when rows are cut {:?}", found.row, found.reason, found.cut)
        }));
        if let Err(error) = check_output(batch, &report.outcome, &self.manifest.expected()) {
            wrong.push(error.to_string());
            return Went { outcome: None, cost: String::new(), wrong };
        }
        let most = guest.limits().fuel(batch.rows, encoded_len(batch) as u64).max(1);
        let fuel = report.outcome.fuel as f64 * 100.0 / most as f64;
        let memory = report.outcome.memory as f64 / 1_048_576.0;
        let cost = format!("fuel {fuel:.1} %  memory {memory:.1} MiB");
        for line in report.outcome.log.lines() {
            self.desk.out.say(format!("        log: {}", printable(line)));
        }
        Went { outcome: Some(report.outcome), cost, wrong }
    }

    fn came(&self, outcome: Outcome) -> (Vec<Row>, Vec<Reject>) {
        let reject = |(row, message): &(u32, String)| Reject { row: *row, message: message.clone() };
        let rejects: Vec<Reject> = outcome.rejects.iter().map(reject).collect();
        let batch = conform(outcome.batch, &self.manifest.expected());
        let row = |row: u32| {
            let rejected = rejects.iter().any(|reject| reject.row == row);
            let columns =
                batch.columns.iter().map(|column| (column.name.clone(), cell(&column.value(row as usize))));
            if rejected { Row::new() } else { columns.collect() }
        };
        ((0..batch.rows).map(row).collect(), rejects)
    }

    fn result(&self, file: &CaseFile, went: &Went, rows: u32) -> Json {
        self.tell(if went.wrong.is_empty() { "ok" } else { "FAIL" }, &file.name, went, rows);
        json!({ "name": file.name, "ok": went.wrong.is_empty(), "rows": rows, "cost": went.cost, "wrong": went.wrong })
    }

    fn tell(&self, word: &str, name: &str, went: &Went, rows: u32) {
        let rows = if rows > 0 { count(rows as usize, "row", "rows") } else { String::new() };
        self.desk.out.say(format!("  {word:<7} {name:<16} {rows:<10} {}", went.cost).trim_end());
        went.wrong.iter().take(10).for_each(|why| self.desk.out.say(format!("          {}", printable(why))));
    }
}

fn compare(case: &Case, rows: &[Row], rejects: &[Reject]) -> Vec<String> {
    let mut wrong = Vec::new();
    if case.expect.len() != rows.len() {
        wrong.push(format!("expected {} rows, got {}", case.expect.len(), rows.len()));
    }
    for (number, (expected, got)) in case.expect.iter().zip(rows).enumerate() {
        if case.rejects.iter().any(|reject| reject.row as usize == number) {
            continue;
        }
        for (name, got) in got {
            let expected = expected.get(name).cloned().unwrap_or(None);
            if !same(&expected, got) {
                wrong.push(format!(
                    "row {number}, {name}: expected {}, got {}",
                    shown(&expected),
                    shown(got)
                ));
            }
        }
        wrong.extend(
            expected
                .keys()
                .filter(|name| !got.contains_key(*name))
                .map(|name| format!("row {number} has no column {name}")),
        );
    }
    if case.rejects != rejects {
        let list = |all: &[Reject]| {
            all.iter().map(|r| format!("{} {:?}", r.row, r.message)).collect::<Vec<_>>().join(", ")
        };
        wrong.push(format!("expected rejected rows [{}], got [{}]", list(&case.rejects), list(rejects)));
    }
    wrong
}

/// Whether two written values are one: `1` and `1.0` are.
fn same(a: &Option<cases::Cell>, b: &Option<cases::Cell>) -> bool {
    use cases::Cell::{Many, One};
    use model::Literal::{Float, Int};
    match (a, b) {
        (Some(One(Int(n))), Some(One(Float(x)))) | (Some(One(Float(x))), Some(One(Int(n)))) => {
            *n as f64 == *x
        }
        (Some(Many(a)), Some(Many(b))) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

/// Rows that have tripped many a script: NULL, nothing, much, and letters beyond ASCII.
fn extremes(manifest: &Manifest) -> Batch {
    let types = manifest.inputs();
    let mut batch = manifest.batch();
    for number in 0..5 {
        let row: Vec<Value> = types.values().map(|ty| extreme(number, ty)).collect();
        // A column of a type without such a value has NULL there.
        if batch.push_row(&row).is_err() {
            drop(batch.push_row(&vec![Value::Null; types.len()]));
        }
    }
    batch
}

fn extreme(number: usize, ty: &Type<ObjectId>) -> Value {
    let pick = |values: [i64; 4]| values[(number + 3) % 4];
    match (number, ty) {
        (0, _) => Value::Null,
        (_, Type::Text) => Value::Text(
            [String::new(), "x".repeat(100_000), "Ärger, ß, 日本語, 🦀, e\u{301}".into(), "a\nb\tc".into()]
                [number - 1]
                .clone(),
        ),
        (_, Type::SmallInt) => Value::Int(pick([i16::MIN.into(), i16::MAX.into(), 0, -1])),
        (_, Type::Integer) => Value::Int(pick([i32::MIN.into(), i32::MAX.into(), 0, -1])),
        (_, Type::BigInt) => Value::Int(pick([i64::MIN, i64::MAX, 0, -1])),
        (_, Type::Double) => Value::Double([0.0, -0.0, f64::MAX, f64::MIN_POSITIVE][number - 1]),
        (_, Type::Bytes) => Value::Bytes(vec![0xff; [0, 1, 1000, 100_000][number - 1]]),
        (_, Type::Bool) => Value::Bool(number.is_multiple_of(2)),
        _ => Value::Null,
    }
}
