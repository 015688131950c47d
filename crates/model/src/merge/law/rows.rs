//! Rows as far as steps move them, imagined: what is in a column is told by what made it, and undoing brings back what was there before.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    column::{Column, Default as Given},
    data_step::{Populate, Rows},
    id::{Digest, ObjectId},
    lowered::Lowered,
    merge::{RESOLUTIONS_FROM, rules::Rules},
    resolution::StepRef,
    route::{Move, Treated, Why},
    schema::Schema,
    state::State,
    types::Type,
};

/// What can be brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The values in a column.
    Cells(ObjectId),
    /// Which rows a table has, beside those that were put in by steps.
    Rows(ObjectId),
    /// How often the same rows were put into a table.
    Seeds(ObjectId, Digest),
}

/// What was there before a step did something.
type Before = Vec<(Part, Option<Digest>)>;

/// The rows of a target.
#[derive(Clone, Debug, Default)]
pub(super) struct Imagined {
    parts: BTreeMap<Part, Digest>,
    /// For each step what was there before it, newest last.
    kept: BTreeMap<StepRef, Vec<Before>>,
    /// Steps for which others were done.
    same: BTreeSet<(StepRef, StepRef)>,
}

fn mixed(words: &[&dyn std::fmt::Debug]) -> Digest {
    Digest::of(format!("{words:?}").as_bytes())
}

/// What was one with what on a way.
pub(super) struct Alike(pub Vec<Arc<Rules>>);

impl Alike {
    fn objects(&self, a: ObjectId, b: ObjectId) -> bool {
        self.0.iter().any(|rules| rules.are_one(a, b))
    }
}

impl Part {
    fn map(self, to: &dyn Fn(ObjectId) -> ObjectId) -> Part {
        match self {
            Part::Cells(id) => Part::Cells(to(id)),
            Part::Rows(id) => Part::Rows(to(id)),
            Part::Seeds(id, of) => Part::Seeds(to(id), of),
        }
    }
}

/// How often rows were put in.
fn many(times: u8) -> Digest {
    Digest([times; 32])
}

impl Imagined {
    /// Tells tables and columns by the identities of another state with the same names.
    pub fn renamed(&mut self, from: &State, into: &State) {
        let mut known = BTreeMap::new();
        for (database, schema) in from.schemas() {
            for table in schema.tables() {
                let Some(there) = into.schema(database).table_named(&table.name) else { continue };
                known.insert(table.id, there.id);
                for column in &table.columns {
                    known.extend(there.column_named(&column.name).map(|other| (column.id, other.id)));
                }
            }
        }
        let to = |id: ObjectId| known.get(&id).copied().unwrap_or(id);
        self.parts = self.parts.iter().map(|(part, value)| (part.map(&to), *value)).collect();
        let kept = self.kept.values_mut().flatten().flatten();
        kept.for_each(|(part, _)| *part = part.map(&to));
    }

    /// Takes note of how a leg treats steps that it does nothing for.
    pub fn note(&mut self, treated: &[(StepRef, Treated)]) {
        for (at, how) in treated {
            if let Treated::SameAs(other) = how {
                self.same.extend([(*at, *other), (*other, *at)]);
            }
        }
    }

    /// The step that was done for this one, whichever it was.
    fn done_for(&self, at: StepRef) -> Option<StepRef> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![at]);
        while let Some(step) = open.pop() {
            if self.kept.get(&step).is_some_and(|kept| !kept.is_empty()) {
                return Some(step);
            }
            let alike = self.same.iter().filter(|(a, _)| *a == step).map(|(_, b)| *b);
            open.extend(alike.filter(|other| seen.insert(*other)));
        }
        None
    }

    /// What a move does to the rows; `state` is the one before it.
    pub fn go(&mut self, one: &Move, state: &State, alike: &Alike) {
        let at = one.placed.at;
        // An object that steps aside on the way takes its rows along.
        if one.placed.change.renames().is_some() {
            return;
        }
        if one.why == Why::Undone {
            let by = self.done_for(at);
            if let Some(kept) = by.and_then(|by| self.kept.get_mut(&by)).and_then(Vec::pop) {
                let made = one.placed.change.creates();
                let to = |id: ObjectId| {
                    let other = made
                        .iter()
                        .find(|other| **other == id)
                        .or(made.iter().find(|other| alike.objects(**other, id)));
                    other.copied().unwrap_or(id)
                };
                for (part, before) in kept {
                    let part = part.map(&to);
                    let fewer =
                        self.part(part).and_then(|n| n.0[0].checked_sub(1)).filter(|n| *n > 0).map(many);
                    let is_seed = matches!(&one.placed.change, Lowered::UndoPopulate(_));
                    self.put(part, if is_seed { fewer } else { before });
                }
                return;
            }
        }
        let made = self.made(&one.placed.change, at, state.schema(&one.placed.database));
        if made.is_empty() {
            return;
        }
        let before = made.iter().map(|(part, _)| (*part, self.parts.get(part).copied())).collect();
        if one.why != Why::Undone {
            self.kept.entry(at).or_default().push(before);
        }
        made.into_iter().for_each(|(part, after)| self.put(part, after));
    }

    fn put(&mut self, part: Part, value: Option<Digest>) {
        match value {
            Some(value) => drop(self.parts.insert(part, value)),
            None => drop(self.parts.remove(&part)),
        }
    }

    fn part(&self, part: Part) -> Option<Digest> {
        self.parts.get(&part).copied()
    }

    /// All that is known of which rows a table has.
    fn rows(&self, table: ObjectId) -> Digest {
        let seeds = |part: &Part| matches!(part, Part::Seeds(of, _) if *of == table);
        let put_in: Vec<_> = self
            .parts
            .iter()
            .filter(|(part, _)| seeds(part))
            .map(|(part, n)| match part {
                Part::Seeds(_, of) => (*of, *n),
                Part::Cells(_) | Part::Rows(_) => (*n, *n),
            })
            .collect();
        mixed(&[&self.part(Part::Rows(table)), &put_in])
    }

    /// What a change leaves of what it touches.
    fn made(&self, change: &Lowered, at: StepRef, schema: &Schema) -> Vec<(Part, Option<Digest>)> {
        let gone = |table: ObjectId| {
            let columns = schema.table(table).into_iter().flat_map(|t| &t.columns).map(|c| Part::Cells(c.id));
            let rows = self.parts.keys().copied().filter(move |part| match part {
                Part::Rows(of) | Part::Seeds(of, _) => *of == table,
                Part::Cells(_) => false,
            });
            columns.chain(rows).map(|part| (part, None)).collect::<Vec<_>>()
        };
        match change {
            Lowered::CreateTable(table) => {
                let cells = table.columns.iter().map(|c| (Part::Cells(c.id), Some(mixed(&[&"new"]))));
                cells.chain([(Part::Rows(table.id), Some(mixed(&[&"new"])))]).collect()
            }
            Lowered::DropTable { table } => gone(*table),
            Lowered::AddColumn { table: _, column } => vec![(Part::Cells(column.id), Some(initial(column)))],
            Lowered::DropColumn { table: _, column } => vec![(Part::Cells(*column), None)],
            // What a merge decided is computed from what stands there, whatever that is.
            Lowered::ChangeType { column, to, .. } if at.step < RESOLUTIONS_FROM => {
                let part = Part::Cells(*column);
                let to = match to {
                    Type::Enum(_) => "of values".to_owned(),
                    other => format!("{other:?}"),
                };
                vec![(part, Some(mixed(&[&"cast", &to, &self.part(part)])))]
            }
            Lowered::Backfill(step) => {
                let cells = |id: ObjectId| self.part(Part::Cells(id));
                let chosen: Vec<_> = match &step.rows {
                    Rows::All => Vec::new(),
                    Rows::Where(predicate) => predicate.columns().into_iter().map(|id| cells(*id)).collect(),
                };
                let read: Vec<_> = step.read.iter().chain(&step.key).map(|c| cells(c.id)).collect();
                let made =
                    |id| mixed(&[&step.step.script, &self.rows(step.table), &chosen, &read, &cells(id)]);
                step.write.iter().map(|c| (Part::Cells(c.id), Some(made(c.id)))).collect()
            }
            Lowered::Populate(step) => {
                let Populate { script, keys, defaults, .. } = &step.step;
                let part = Part::Seeds(step.table, mixed(&[script, keys, defaults]));
                vec![(part, Some(many(1 + self.part(part).map_or(0, |n| n.0[0]))))]
            }
            Lowered::Sql { on, touches, declares, down: _ } => {
                let all = || schema.tables().map(|t| t.id).collect();
                let tables = touches.clone().unwrap_or_else(all);
                let made = |table| (Part::Rows(table), Some(mixed(&[on, &self.rows(table)])));
                let declared = declares.iter().flat_map(|one| self.made(one, at, schema));
                tables.into_iter().map(made).chain(declared).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The rows by names, to be held against those of another target.
    pub fn told(&self, state: &State) -> BTreeMap<String, Vec<String>> {
        let mut told = BTreeMap::new();
        for (database, schema) in state.schemas() {
            for table in schema.tables() {
                let cells = table.columns.iter().filter(|c| c.generated.is_none());
                let mut lines: Vec<String> = cells
                    .map(|c| format!("{} {:?}", c.name, self.part(Part::Cells(c.id)).map(|d| d.short())))
                    .collect();
                lines.sort();
                lines.push(format!("rows {}", self.rows(table.id).short()));
                told.insert(format!("{database}.{}", table.name), lines);
            }
        }
        told
    }
}

/// What rows get in a new column.
fn initial(column: &Column) -> Digest {
    let default = match &column.default {
        Some(Given::Literal(literal)) => Some(literal),
        Some(Given::Now | Given::Uuid | Given::Expression(_)) | None => None,
    };
    mixed(&[&column.initial.as_ref().or(default)])
}
