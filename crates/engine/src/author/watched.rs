//! Looks steps of a draft over for hazards, on every database that it is for.

use std::collections::BTreeSet;

use dialect::{
    Around, Dialect, Facts, Quiet,
    hazard::{Hazard, both_ways, hazards, notes, stays, toll},
};
use model::{Lowered, ObjectId, Schema};

/// Steps that were looked over.
pub(super) struct Watched<'a> {
    dialects: &'a [&'static dyn Dialect],
    facts: &'a Facts,
    /// The tables that the draft has made so far: nobody works with them yet.
    made: BTreeSet<ObjectId>,
    /// Each step with its number and the schema before it.
    pub passed: Vec<(usize, Lowered, Schema)>,
}

impl<'a> Watched<'a> {
    pub fn begin(dialects: &'a [&'static dyn Dialect], facts: &'a Facts) -> Watched<'a> {
        Watched { dialects, facts, made: BTreeSet::new(), passed: Vec::new() }
    }

    /// The hazards of the next step. What a database can't do at all is for its plan to say.
    pub fn look(&mut self, step: &Lowered, before: &Schema, after: &Schema) -> Vec<Hazard> {
        let mut found: Vec<Hazard> = hazards(step, before).into_iter().chain(stays(step)).collect();
        let around = Around { before, after, quiet: Quiet::Made(&self.made) };
        let everywhere = found.len();
        for dialect in self.dialects {
            let Ok(rendered) = dialect.render(step, around, self.facts) else { continue };
            for hazard in toll(step, &rendered, around, *dialect) {
                match found[everywhere..].iter_mut().find(|other| is_same(other, &hazard)) {
                    Some(other) => other.on.extend(hazard.on),
                    None => found.push(hazard),
                }
            }
        }
        if let Lowered::CreateTable(table) = step {
            self.made.insert(table.id);
        }
        found
    }

    /// What shows only when all steps are there: hazards, and notes.
    #[expect(clippy::type_complexity, reason = "two lists of the same kind")]
    pub fn look_back(&self, end: &Schema) -> (Vec<(usize, Hazard)>, Vec<(usize, Hazard)>) {
        let hazards = both_ways(self.passed.iter().map(|(_, step, _)| step));
        let hazards = hazards.into_iter().map(|(n, hazard)| (self.passed[n].0, hazard)).collect();
        let noted = self.passed.iter().flat_map(|(number, step, before)| {
            notes(step, before, end).into_iter().map(move |note| (*number, note))
        });
        let here = |note: &Hazard| {
            let minds = |dialect: &&'static dyn Dialect| match note.code {
                "H501" => dialect.keys_run_out(),
                "H505" => !dialect.indexes_references(),
                _ => true,
            };
            self.dialects
                .iter()
                .filter(|dialect| minds(dialect))
                .map(|dialect| dialect.name())
                .collect::<Vec<_>>()
        };
        let noted = noted.filter_map(|(number, note)| {
            let on = here(&note);
            let everywhere = on.len() == self.dialects.len();
            (everywhere || !on.is_empty())
                .then(|| (number, Hazard { on: if everywhere { Vec::new() } else { on }, ..note }))
        });
        (hazards, noted.collect())
    }
}

fn is_same(one: &Hazard, other: &Hazard) -> bool {
    one.code == other.code && one.message == other.message
}
