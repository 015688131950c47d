//! Holds what a script's `script.ron` says it reads and writes against the step that a draft gives it to do: its cases speak of nothing
//! else, so that a step which hands it other columns would be found out by the first row of a real table only.

use std::collections::BTreeSet;

use ledger::printable;
use model::{
    Class, Entry, Lowered, Minter, Origin, Schema,
    data_step::{BatchColumn, Derive, IntoTable, LoweredLookup},
};

use super::{Script, language, manifest::Manifest};
use crate::{
    desk::Desk,
    failure::{Failure, Plain},
};

/// Refuses an entry with a step that its script isn't made for; `schema` is the one before it.
pub fn check(desk: &Desk<'_>, shown: &str, entry: &Entry, mut schema: Schema) -> Result<(), Failure> {
    for (number, step) in entry.steps.iter().enumerate() {
        let mut minter = Minter::new(Origin::New, u32::try_from(number).unwrap_or(u32::MAX));
        // What was sealed can be lowered; where it couldn't, the fold would say so.
        for lowered in step.lower(&schema, &mut minter).unwrap_or_default() {
            let said = match Job::of(&lowered) {
                Some(job) => job.misses(desk)?,
                None => None,
            };
            if let Some((name, said)) = said {
                let name = printable(&name).into_owned();
                let why = format!("{shown}: step {}: script {name} {}", number + 1, printable(&said));
                let hint = format!("make the step and data-scripts/{name}/script.ron say the same");
                return Err(Plain::new(Class::Input, why).hint(hint).into());
            }
            if lowered.evolve(&mut schema).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What a step asks of its script, by the names that it has for the columns.
struct Job<'a> {
    script: &'a str,
    handed: BTreeSet<&'a str>,
    /// The columns that it takes, each with the table where the script says that too.
    taken: BTreeSet<(Option<&'a str>, &'a str)>,
    lookups: &'a [LoweredLookup],
}

impl<'a> Job<'a> {
    fn of(step: &'a Lowered) -> Option<Job<'a>> {
        let own = |columns: &'a [BatchColumn]| names(columns).map(|name| (None, name)).collect();
        Some(match step {
            Lowered::Backfill(step) => Job {
                script: &step.step.script,
                handed: names(&step.key).chain(names(&step.read)).collect(),
                taken: own(&step.write),
                lookups: &step.lookups,
            },
            Lowered::Populate(step) => Job {
                script: &step.step.script,
                handed: BTreeSet::new(),
                taken: own(&step.write),
                lookups: &[],
            },
            Lowered::Derive(step) => {
                let taken = into(&step.step).iter().flat_map(|into| {
                    into.write.iter().map(|column| (Some(into.table.as_str()), column.as_str()))
                });
                Job {
                    script: step.step.script(),
                    handed: names(&step.key).chain(names(&step.group)).chain(names(&step.read)).collect(),
                    taken: taken.collect(),
                    lookups: &step.lookups,
                }
            }
            _ => return None,
        })
    }

    /// The script's name, and what of it doesn't fit.
    fn misses(&self, desk: &Desk<'_>) -> Result<Option<(String, String)>, Failure> {
        let folder = desk.place.scripts().join(self.script);
        let script = Script { name: self.script.to_owned(), language: language(&folder), folder };
        let said = Manifest::read(desk, &script)?.and_then(|manifest| self.compare(&manifest));
        Ok(said.map(|said| (script.name, said)))
    }

    fn compare(&self, manifest: &Manifest) -> Option<String> {
        let read = manifest.reads.keys().find(|name| !self.handed.contains(name.as_str()));
        let of = |name: &String| self.lookups.iter().find(|lookup| lookup.name == *name);
        let looked = manifest.lookups.iter().find_map(|(name, columns)| match of(name) {
            None => Some(format!("looks rows up in `{name}`, which the step doesn't hand it")),
            Some(there) => {
                let has: BTreeSet<_> = names(&there.key).chain(names(&there.read)).collect();
                let column = columns.keys().find(|column| !has.contains(column.as_str()))?;
                Some(format!("reads `{column}` of its lookup `{name}`, which the step doesn't hand it"))
            }
        });
        let written: BTreeSet<_> = manifest
            .writes
            .keys()
            .map(|column| (None, column.as_str()))
            .chain(manifest.into.iter().flat_map(|(table, columns)| {
                columns.keys().map(|column| (Some(table.as_str()), column.as_str()))
            }))
            .collect();
        let named = |(table, column): &(Option<&str>, &str)| match table {
            Some(table) => format!("`{column}` of {table}"),
            None => format!("`{column}`"),
        };
        let missing = self.taken.difference(&written).next().map(named);
        let surplus = written.difference(&self.taken).next().map(named);
        read.map(|name| format!("reads `{name}`, which the step doesn't hand it"))
            .or(missing.map(|column| format!("doesn't write {column}, which the step wants of it")))
            .or(surplus.map(|column| format!("writes {column}, which the step doesn't take")))
            .or(looked)
    }
}

fn names(columns: &[BatchColumn]) -> impl Iterator<Item = &str> {
    columns.iter().map(|column| column.name.as_str())
}

fn into(step: &Derive) -> &[IntoTable] {
    match step {
        Derive::Transfer(step) => &step.into,
        Derive::Aggregate(step) => std::slice::from_ref(&step.into),
    }
}
