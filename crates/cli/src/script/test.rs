//! `strat script test`: runs a script's cases under the limits of production, and looks for dependence on batches and engines.

use std::{collections::BTreeMap, sync::Arc};

use engine::author::{read_asset, read_module, runner_bytes};
use engine::guests;
use engine::live::LiveLookups;
use ledger::{nearest, printable};
use model::Class;
use sandbox::{Assets, Batch, Engine, Guest, Outcome, check_output, conform, probe, regroup};
use serde_json::{Value as Json, json};

use super::{
    Script,
    build::summary,
    cases::{self, Case, CaseFile, Reject, Row, cell},
    difference::{Wrong, compare},
    extremes::extremes,
    manifest::Manifest,
    sample, stamp, wanted, watch,
};
use crate::{
    args::{Engines, Shape, TestArgs},
    commands::{Answer, DONE},
    desk::Desk,
    failure::{Failure, Plain},
    output::count,
};

/// Tests the script of that name, or all that have a `script.ron`.
pub fn run(desk: &Desk<'_>, args: &TestArgs) -> Answer {
    match (&args.target, args.watch) {
        (Some(_), _) => sample::run(desk, args),
        (None, true) => watch::run(desk, args),
        (None, false) => once(desk, args),
    }
}

/// Tests once.
pub fn once(desk: &Desk<'_>, args: &TestArgs) -> Answer {
    let (mut failed, mut described) = (0, Vec::new());
    for script in wanted(desk, args.name.as_deref())? {
        let Some(manifest) = Manifest::read(desk, &script)? else {
            if args.name.is_some() {
                let why =
                    format!("script {} has no script.ron, which says what it reads and writes", script.name);
                return Err(Plain::new(Class::Input, why).hint("`strat script new` shows one").into());
            }
            desk.out.say(format!("{}  no script.ron, not tested", script.name));
            continue;
        };
        let results = Bench::new(desk, &script, &manifest, args.engine)?.all(args)?;
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

/// A script ready to be run, with the engines that it's run in.
pub struct Bench<'a> {
    desk: &'a Desk<'a>,
    script: &'a Script,
    /// What it reads and writes.
    pub manifest: &'a Manifest,
    engine: Engine,
    /// The one that has to agree.
    second: Option<Engine>,
    bytes: Vec<u8>,
    /// What runs it, where it is a script.
    runner: Option<Arc<[u8]>>,
}

/// Small tables by name.
type Lookups = BTreeMap<String, Arc<Batch>>;

/// How a batch went: what came out with what it cost, or what is wrong.
struct Went {
    outcome: Option<Outcome>,
    cost: Option<Cost>,
    worst: Option<probe::Cost>,
    wrong: Vec<Wrong>,
}

/// What a batch used of its limits.
#[derive(Clone, Copy)]
struct Cost {
    fuel: u64,
    most_fuel: u64,
    memory: u64,
    most_memory: u64,
}

impl Cost {
    fn text(&self) -> String {
        let percent = |used: u64, most: u64| used as f64 * 100.0 / most.max(1) as f64;
        let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
        format!(
            "fuel {:.1} %  memory {:.1} % ({:.1} of {:.0} MiB)",
            percent(self.fuel, self.most_fuel),
            percent(self.memory, self.most_memory),
            mib(self.memory),
            mib(self.most_memory)
        )
    }
}

impl<'a> Bench<'a> {
    /// Reads a script's module, which has to be built from its source as it is.
    pub fn new(
        desk: &'a Desk<'a>,
        script: &'a Script,
        manifest: &'a Manifest,
        engines: Engines,
    ) -> Result<Bench<'a>, Failure> {
        let (module, bytes) = read_module(&desk.place.scripts(), &script.name)?;
        desk.out.say(summary(script, &module));
        if stamp::is_stale(desk, script, module.blake3)? {
            let why = format!("script {} was changed after it was built", script.name);
            let hint = format!("`strat script build {}` builds it", script.name);
            return Err(Plain::new(Class::Input, why).hint(hint).into());
        }
        let first = || guests::engine().map_err(|error| Plain::new(Class::Bug, error.to_string()));
        let (engine, second) = match engines {
            Engines::Both => (first()?, Some(Engine::second())),
            Engines::Wasmtime => (first()?, None),
            Engines::Wasmi => (Engine::second(), None),
        };
        let runner = module.runner.as_ref().and_then(|runner| runner_bytes(&runner.blake3));
        let mut bench = Bench { desk, script, manifest, engine, second, bytes, runner };
        bench.leave_out()?;
        Ok(bench)
    }

    /// Leaves the second engine out where it doesn't run what carries the script, and says so.
    fn leave_out(&mut self) -> Result<(), Failure> {
        let checked = sandbox::Module::check(&self.bytes);
        let carrier = checked.map_err(|error| Plain::new(Class::Input, error.to_string()))?.carrier;
        if let Some(second) = self.second.take_if(|second| !second.runs(carrier)) {
            self.desk.out.say(format!(
                "  alone   {} runs core modules only, and this is a component: {} has nobody to agree with",
                second.name(),
                self.engine.name()
            ));
        }
        Ok(())
    }

    fn all(&self, args: &TestArgs) -> Result<Vec<Json>, Failure> {
        let (mut results, mut worst) = (Vec::new(), None);
        for mut file in self.cases(args)? {
            let batch = file.batch(self.manifest)?;
            let lookups = file.lookups(self.manifest)?;
            let mut went = self.probe(&file.case, lookups, &batch)?;
            let mut blessed = false;
            if let Some(outcome) = went.outcome.take() {
                let (rows, rejects) = self.came(outcome);
                let wrong = compare(&file.case, &rows, &rejects);
                // What isn't the same twice can't be right.
                blessed = args.bless && !wrong.is_empty() && went.wrong.is_empty();
                match blessed {
                    true => file.bless(rows, rejects)?,
                    false => went.wrong.extend(wrong),
                }
            }
            results.push(self.result(&file.name, &went, batch.rows, blessed));
            worse(&mut worst, &file.name, went.worst);
        }
        if matches!(self.manifest.shape(), Shape::Backfill | Shape::Transfer) && args.case.is_none() {
            let batch = extremes(self.manifest);
            let went = self.probe(&Case::default(), self.no_lookups(), &batch)?;
            results.push(self.result("extremes", &went, batch.rows, false));
            worse(&mut worst, "extremes", went.worst);
        }
        if results.iter().all(|result| result["ok"] == json!(true)) && !results.is_empty() {
            let cuts = match self.manifest.shape() {
                Shape::Backfill => ", in batches of 1, 7 and 1000, backwards",
                Shape::Transfer => ", in batches of 1 and 7, backwards",
                Shape::Aggregate => ", in batches of 1 and 7 groups, backwards",
                Shape::Populate => "",
            };
            let engines = self.second.as_ref().map(|second| format!(", in {}", second.name()));
            self.desk.out.say(format!("  same    twice{cuts}{}", engines.unwrap_or_default()));
        }
        if let Some((case, cost)) = worst {
            let percent = cost.share() * 100.0;
            self.desk.out.say(format!("  worst   {percent:.1} % of its fuel: row {} of {case}", cost.row));
        }
        Ok(results)
    }

    /// The cases, or the one that was named.
    fn cases(&self, args: &TestArgs) -> Result<Vec<CaseFile>, Failure> {
        let mut files = cases::read(self.desk, self.script)?;
        let Some(wanted) = &args.case else { return Ok(files) };
        let near = nearest(wanted, files.iter().map(|file| file.name.as_str()));
        files.retain(|file| file.name == *wanted);
        if files.is_empty() {
            let missing = Plain::new(
                Class::Input,
                format!("script {} has no case {}", self.script.name, printable(wanted)),
            );
            return Err(match near {
                Some(near) => missing.hint(format!("did you mean `{near}`?")),
                None => {
                    missing.hint(format!("cases stand in data-scripts/{}/cases/NAME.ron", self.script.name))
                }
            }
            .into());
        }
        Ok(files)
    }

    /// The guest in the engine whose results are looked at, with the small tables of a target.
    pub fn guest(&self, live: &LiveLookups) -> Result<Guest, Failure> {
        self.guest_in(&self.engine, &Case::default(), self.lookups(live))
    }

    fn lookups(&self, live: &LiveLookups) -> Lookups {
        let mut lookups = self.no_lookups();
        lookups.extend(live.found.iter().map(|(name, batch)| (name.clone(), batch.clone())));
        lookups
    }

    /// The small tables of a script, without rows.
    fn no_lookups(&self) -> Lookups {
        let empty = |name: &String| Some((name.clone(), Arc::new(self.manifest.lookup(name)?.0)));
        self.manifest.lookups.keys().filter_map(empty).collect()
    }

    /// The guest in the engine that has to agree.
    pub fn second(&self, live: &LiveLookups) -> Result<Option<Guest>, Failure> {
        let guest = |engine| self.guest_in(engine, &Case::default(), self.lookups(live));
        self.second.as_ref().map(guest).transpose()
    }

    fn guest_in(&self, engine: &Engine, case: &Case, lookups: Lookups) -> Result<Guest, Failure> {
        let mut params = self.manifest.params.clone();
        params.extend(case.params.clone());
        let mut assets = Assets { lookups, runner: self.runner.clone(), ..Assets::default() };
        for (name, file) in &self.manifest.assets {
            let (_, bytes) = read_asset(&self.desk.place.scripts(), &self.script.name, file)?;
            assets.blobs.insert(name.clone(), bytes.into());
        }
        let guest = guests::load(engine, &self.bytes, &params, assets, self.manifest.limits);
        Ok(guest.map_err(|cause| {
            let why = format!("script {} in {}: {cause}", self.script.name, engine.name());
            Plain::new(Class::Input, why)
        })?)
    }

    /// Runs a batch: twice, cut otherwise, and in the second engine.
    fn probe(&self, case: &Case, lookups: Lookups, batch: &Batch) -> Result<Went, Failure> {
        let guest = self.guest_in(&self.engine, case, lookups.clone())?;
        let second = self.second.as_ref().map(|engine| self.guest_in(engine, case, lookups)).transpose()?;
        let report = match probe::probe(&guest, batch, self.manifest.is_rowwise()) {
            Ok(report) => report,
            Err(error) => {
                let wrong = vec![Wrong::new(error.to_string())];
                return Ok(Went { outcome: None, cost: None, worst: None, wrong });
            }
        };
        let mut wrong: Vec<Wrong> = report.nondeterminism.into_iter().map(Wrong::new).collect();
        wrong.extend(report.variance.iter().map(|found| {
            let column = found.column.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
            Wrong::new(format!("row {}{column}: {} when {}", found.row, found.reason, found.cut))
        }));
        if matches!(self.manifest.shape(), Shape::Transfer | Shape::Aggregate) {
            wrong.extend(regroup::regrouped(&guest, batch, &report.outcome).map(Wrong::new));
        }
        let first = Ok(report.outcome);
        if let (Some(second), Some(engine)) = (second, &self.second) {
            let found = probe::disagreement(&first, &second.run(batch));
            wrong.extend(found.map(|what| {
                let names = (self.engine.name(), engine.name());
                Wrong::new(format!("{} doesn't agree with {}: {what}", names.1, names.0))
            }));
        }
        let Ok(outcome) = first else { return Ok(Went { outcome: None, cost: None, worst: None, wrong }) };
        if let Err(error) = check_output(batch, &outcome, &self.manifest.expected()) {
            wrong.push(Wrong::new(error.to_string()));
            return Ok(Went { outcome: None, cost: None, worst: None, wrong });
        }
        let cost = Cost {
            fuel: outcome.fuel,
            most_fuel: guest.fuel(batch),
            memory: outcome.memory,
            most_memory: guest.limits().memory() as u64,
        };
        for line in outcome.log.lines() {
            self.desk.out.say(format!("        log: {}", printable(line)));
        }
        Ok(Went { outcome: Some(outcome), cost: Some(cost), worst: report.worst, wrong })
    }

    /// What came out, as a case writes it.
    pub fn came(&self, outcome: Outcome) -> (Vec<Row>, Vec<Reject>) {
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

    /// Tells how a case went.
    fn result(&self, name: &str, went: &Went, rows: u32, blessed: bool) -> Json {
        let word = match (went.wrong.is_empty(), blessed) {
            (true, true) => "blessed",
            (true, false) => "ok",
            (false, _) => "FAIL",
        };
        let counted = if rows > 0 { count(rows as usize, "row", "rows") } else { String::new() };
        let cost = went.cost.map(|cost| cost.text()).unwrap_or_default();
        self.desk.out.say(format!("  {word:<7} {name:<16} {counted:<10} {cost}").trim_end());
        for line in went.wrong.iter().take(10).flat_map(Wrong::lines) {
            self.desk.out.say(format!("          {line}"));
        }
        json!({
            "name": name, "ok": went.wrong.is_empty(), "rows": rows, "cost": cost,
            "fuel": went.cost.map(|cost| cost.fuel), "fuel_limit": went.cost.map(|cost| cost.most_fuel),
            "memory": went.cost.map(|cost| cost.memory), "memory_limit": went.cost.map(|cost| cost.most_memory),
            "wrong": went.wrong.iter().map(Wrong::line).collect::<Vec<_>>(),
        })
    }
}

/// Keeps the row that took the largest part of its fuel.
fn worse(worst: &mut Option<(String, probe::Cost)>, case: &str, cost: Option<probe::Cost>) {
    if let Some(cost) = cost
        && worst.as_ref().is_none_or(|(_, worst)| cost.share() > worst.share())
    {
        *worst = Some((case.to_owned(), cost));
    }
}
