//! The whole way of every scenario on live targets: before, rows, change, back, change again, back to nothing, all at once.
//!
//! After each way the database is read and compared with the fold, and the rows are looked at.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use model::Value;

use super::{
    rows::{Picture, same_again, same_look},
    scenario::{Chain, Scenario, all},
    sql::render,
    targets::{Fresh, Kind, Server, note},
    world::{World, statements},
};

#[test]
fn sqlite() {
    on(Kind::Sqlite);
}

#[test]
fn postgres() {
    on(Kind::Postgres);
}

#[test]
fn mysql() {
    on(Kind::Mysql);
}

fn on(kind: Kind) {
    let Some(server) = kind.server() else { return };
    let scenarios = all();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(scenario_on(&server, scenario))));
            let result = result.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                Err(text
                    .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
                    .unwrap_or_default())
            });
            if let Err(error) = result {
                failures.lock().unwrap().push(format!("{} on {}: {error}", scenario.name, kind.name()));
            }
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} failed\n\n{}",
        failures.len(),
        scenarios.len(),
        failures.join("\n\n")
    );
}

async fn scenario_on(server: &Server, scenario: &Scenario) -> Result<(), String> {
    let chain = scenario.chain()?;
    let extensions = chain.extensions();
    for extension in &extensions {
        if !server.offers(extension).await {
            let name = server.kind.name();
            note(&format!(
                "skipped: scenario {} on {name}: extension {extension} is not there",
                scenario.name
            ));
            return Ok(());
        }
    }
    let fresh = server.fresh(!extensions.is_empty()).await;
    let result = walk(scenario, &chain, &fresh).await;
    server.remove(fresh).await;
    result
}

async fn walk(scenario: &Scenario, chain: &Chain, fresh: &Fresh) -> Result<(), String> {
    let mut world = World::open(&fresh.url, chain).await?;
    let result = world.ways(scenario).await.map_err(|(step, error)| format!("{step}: {error}"));
    world.target.conn.close().await;
    result
}

type Failure = (&'static str, String);

trait During<T> {
    fn during(self, step: &'static str) -> Result<T, Failure>;
}

impl<T> During<T> for Result<T, String> {
    fn during(self, step: &'static str) -> Result<T, Failure> {
        self.map_err(|error| (step, error))
    }
}

impl World<'_> {
    async fn ways(&mut self, scenario: &Scenario) -> Result<(), Failure> {
        let dialect = self.target.dialect.name();
        let (all, before) = (self.chain.links.len(), self.chain.links.len() - 1);
        let refused = self.refused();
        if before > 0 {
            match self.go(before).await {
                Err(error) if refused.before && error.contains(" can't ") => return Ok(()),
                other => other.during("before")?,
            }
        }
        self.execute(scenario.read_for("rows", dialect)).await.during("rows.sql")?;
        let start = self.picture().await.during("reading rows")?;
        if let Some(wanted) = self.expected_failure(scenario, "fails.txt", refused.change) {
            self.must_fail(all, &wanted).await.during("change")?;
            let now = self.picture().await.during("reading rows")?;
            return start
                .must_be_in(&now, &self.schema(), |_, _| true)
                .during("rows after the failed change");
        }
        self.go(all).await.during("change")?;
        self.look(&start).await.during("rows after the change")?;
        self.check(scenario, "check").await.during("check.sql")?;
        self.execute(scenario.read_for("between", dialect)).await.during("between.sql")?;
        self.check(scenario, "between-check").await.during("between-check.sql")?;
        let middle = self.picture().await.during("reading rows")?;
        if let Some(wanted) = self.expected_failure(scenario, "down-fails.txt", refused.down) {
            self.must_fail(before, &wanted).await.during("down")?;
            let now = self.picture().await.during("reading rows")?;
            return middle.must_be_in(&now, &self.schema(), |_, _| true).during("rows after the failed down");
        }
        self.go(before).await.during("down")?;
        if scenario.read_for("between", dialect).is_none() {
            let change = self.chain.change();
            let end = self.picture().await.during("reading rows")?;
            start
                .must_be_in(&end, &self.chain.before(), same_again(&change.steps, &change.after))
                .during("rows after down")?;
        }
        self.go(all).await.during("up again")?;
        self.go(0).await.during("down to nothing")?;
        // Where whole histories can be applied as their difference, it must come to the same.
        self.step_by_step = false;
        self.go(all).await.during("all at once")
    }

    /// What the change refuses at plan here.
    fn refused(&self) -> Refused {
        let refused = |chain: &Chain, way: &str| {
            let text = render(chain, self.target.dialect, &self.target.facts);
            let mut lines = text.lines().skip_while(|line| !line.starts_with(way));
            let part = lines.by_ref().take_while(|line| way == "-- down" || !line.starts_with("-- down"));
            part.into_iter()
                .any(|line| line.starts_with("-- refused: ") || line.starts_with("-- down: no way"))
        };
        let links = &self.chain.links;
        let before = Chain { links: links[..links.len() - 1].to_vec() };
        Refused {
            before: !before.links.is_empty() && refused(&before, "-- up"),
            change: refused(self.chain, "-- up"),
            down: refused(self.chain, "-- down"),
        }
    }

    /// What must be in the error's text, when there must be one.
    fn expected_failure(&self, scenario: &Scenario, file: &str, refused: bool) -> Option<Vec<String>> {
        let name = if self.target.facts.flavour.is_empty() {
            self.target.dialect.name()
        } else {
            &self.target.facts.flavour
        };
        let lines = scenario.lines_for(file, name);
        if refused {
            return Some(lines);
        }
        (!lines.is_empty()).then_some(lines)
    }

    /// The rows after the change are those before it, in the columns that it left alone.
    async fn look(&mut self, start: &Picture) -> Result<(), String> {
        let now = self.picture().await?;
        let (before, after) = (self.chain.before(), self.schema());
        start.must_be_in(&now, &before, same_look(&before, &after))
    }

    /// Each query of the file must answer true.
    async fn check(&mut self, scenario: &Scenario, file: &str) -> Result<(), String> {
        let text = scenario.read_for(file, self.target.dialect.name()).unwrap_or_default();
        for query in statements(&text) {
            let rows = self.ask(&query).await?;
            if !matches!(rows[..], [ref row] if matches!(row[..], [Value::Bool(true) | Value::Int(1)])) {
                return Err(format!("{query}\nanswers {rows:?}"));
            }
        }
        Ok(())
    }
}

/// Which part of a scenario this target refuses at plan.
struct Refused {
    before: bool,
    change: bool,
    down: bool,
}

#[test]
fn every_operation_has_a_scenario() {
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    for scenario in all() {
        let Ok(chain) = scenario.chain() else { continue };
        for step in &chain.change().entry.steps {
            *seen.entry(step.name()).or_default() += 1;
        }
    }
    if std::env::var_os("STRAT_SCENARIO").is_some() {
        return;
    }
    // Data steps have guests, and tests of their own.
    let operations = [
        "CreateTable",
        "DropTable",
        "RenameTable",
        "AddColumn",
        "DropColumn",
        "RenameColumn",
        "ChangeType",
        "SetNotNull",
        "DropNotNull",
        "SetDefault",
        "DropDefault",
        "AddPrimaryKey",
        "AddUnique",
        "AddCheck",
        "AddForeignKey",
        "DropConstraint",
        "RenameConstraint",
        "CreateIndex",
        "DropIndex",
        "RenameIndex",
        "CreateEnum",
        "AddEnumValue",
        "RenameEnumValue",
        "DropEnum",
        "CreateExtension",
        "DropExtension",
        "CreateView",
        "ReplaceView",
        "DropView",
        "Comment",
        "Sql",
    ];
    let missing: Vec<_> = operations.iter().filter(|name| !seen.contains_key(*name)).collect();
    assert!(missing.is_empty(), "operations without a scenario: {missing:?}");
}
