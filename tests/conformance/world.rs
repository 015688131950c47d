//! A target that goes up and down along a chain of entries, compared with the fold after each way.

use std::{sync::atomic::AtomicBool, time::Duration};

use dialect::Projected;
use model::{Digest, Schema, Value};
use stratigraph_engine::{
    Choices, RunOptions, Target, TargetUrl,
    apply::ApplyError,
    carry_out,
    data::{Allowed, Pacing},
    driver::Mode,
    guests::Guests,
    prepare_down, prepare_up,
};

use super::{
    rows::{Picture, picture},
    scenario::Chain,
};

/// A target on its way along a chain.
pub struct World<'a> {
    pub target: Target,
    pub chain: &'a Chain,
    /// How many entries are applied.
    pub at: usize,
    /// Whether a fresh database gets its entries one by one.
    pub step_by_step: bool,
}

impl World<'_> {
    pub async fn open<'a>(url: &TargetUrl, chain: &'a Chain) -> Result<World<'a>, String> {
        let target = Target::open(url, Mode::Create, "tests").await.map_err(|e| e.to_string())?;
        Ok(World { target, chain, at: 0, step_by_step: true })
    }

    pub fn schema(&self) -> Schema {
        match self.at {
            0 => Schema::new(),
            n => self.chain.links[n - 1].after.clone(),
        }
    }

    pub async fn picture(&mut self) -> Result<Picture, String> {
        let schema = self.schema();
        picture(&mut self.target, &schema).await
    }

    /// Goes up or down until the first so many entries are applied, and compares.
    pub async fn go(&mut self, to: usize) -> Result<(), String> {
        self.run(to).await?;
        self.at = to;
        self.compare().await
    }

    pub async fn must_fail(&mut self, to: usize, wanted: &[String]) -> Result<(), String> {
        match self.run(to).await {
            Ok(()) => Err("it was carried out, and should have been refused".to_owned()),
            Err(error) => {
                if let Some(part) = wanted.iter().find(|part| !error.contains(*part)) {
                    return Err(format!("{part:?} isn't in the error: {error}"));
                }
                self.compare().await
            }
        }
    }

    async fn run(&mut self, to: usize) -> Result<(), String> {
        let (down, top) = (to < self.at, to.max(self.at));
        let known = self.chain.known(top);
        let wanted = self.chain.ids(to);
        let choices = Choices { database: "main", step_by_step: self.step_by_step };
        let prepared = match down {
            true => prepare_down(&mut self.target, &known, &wanted, choices).await,
            false => prepare_up(&mut self.target, &known, &wanted, choices).await,
        };
        let prepared = prepared.map_err(|e| e.to_string())?;
        if let Some(drift) = prepared.drift.first() {
            return Err(format!("drift before: {drift:?}"));
        }
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: &[],
            patience: Duration::ZERO,
            pacing: Pacing::fixed(100),
            allowed: Allowed::default(),
            interrupt: &interrupt,
        };
        let blobs = |_: &Digest| Err("scenarios have no scripts".to_owned());
        let guests = Guests::new(&blobs);
        carry_out(&mut self.target, &prepared, &known, options, &guests, &mut |_| {}).await.map_err(|e| {
            let sql = match &e {
                ApplyError::Statement { sql, .. } => format!("\n{sql}"),
                _ => String::new(),
            };
            format!("{}{sql}", causes(&e))
        })
    }

    pub async fn compare(&mut self) -> Result<(), String> {
        let expected: Projected = self.target.dialect.project(&self.schema(), &self.target.facts);
        let live = self.target.introspect().await.map_err(|e| causes(&e))?;
        let differences = expected.differences(&live);
        let line = |d: &dialect::Difference| {
            let side = |s: &Option<String>| s.clone().unwrap_or_else(|| "nothing".to_owned());
            format!("\n  {}:\n    folded   {}\n    database {}", d.object, side(&d.expected), side(&d.found))
        };
        match differences.is_empty() {
            true => Ok(()),
            false => Err(format!("the database differs{}", differences.iter().map(line).collect::<String>())),
        }
    }

    pub async fn execute(&mut self, text: Option<String>) -> Result<(), String> {
        for statement in statements(&text.unwrap_or_default()) {
            let sql = self.quoted(&statement);
            self.target.conn.run(&sql).await.map_err(|e| format!("{}\n{sql}", causes(&e)))?;
        }
        Ok(())
    }

    /// The answer to a query in portable SQL.
    pub async fn ask(&mut self, query: &str) -> Result<Vec<Vec<Value>>, String> {
        let sql = self.quoted(query);
        self.target.conn.query(&sql, &[]).await.map_err(|e| format!("{}\n{sql}", causes(&e)))
    }

    /// Names in double quotes, in the quotes of this database.
    fn quoted(&self, sql: &str) -> String {
        let mut out = String::new();
        let mut rest = sql;
        while let Some(at) = rest.find(['"', '\'']) {
            out.push_str(&rest[..at]);
            let quote = &rest[at..at + 1];
            let mut end = at + 1;
            while let Some(next) = rest[end..].find(quote) {
                end += next + 1;
                match rest[end..].starts_with(quote) {
                    true => end += 1,
                    false => break,
                }
            }
            let inner = &rest[at + 1..end - 1];
            match quote {
                "\"" => out.push_str(&self.target.dialect.quote_ident(&inner.replace("\"\"", "\""))),
                _ => out.push_str(&rest[at..end]),
            }
            rest = &rest[end..];
        }
        out + rest
    }
}

pub fn statements(text: &str) -> Vec<String> {
    let plain: String =
        text.lines().filter(|line| !line.starts_with("--")).map(|line| format!("{line}\n")).collect();
    plain.split(";\n").map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(&format!(": {said}"));
        }
        cause = next.source();
    }
    text
}
