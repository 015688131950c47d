//! Taking the steps of one entry: lowering them where that wasn't done before.

use std::collections::BTreeSet;

use super::{FoldError, History, LoweredStep, Standing, examine::UNWRITTEN};
use crate::{
    effects::{Access, Facet, Mode, Resource},
    entry::MAIN_DATABASE,
    id::{EntryId, Minter, ObjectId, Origin},
    lowered::{Commented, Lowered},
    merge::{
        RESOLUTIONS_FROM,
        rules::Rules,
        undoing::{redefined, undone},
        unify::pieces,
    },
    operation::define_column::{lower_default, lower_type},
    problem::{LowerError, Problem},
    remap::rename,
    resolution::{ObjectRef, Prefer, Resolution, Setting, StepRef},
    schema::Schema,
    state::{State, StepError},
};

impl History {
    /// Takes the steps of one entry, its resolutions before them.
    pub(super) fn advance(&self, id: EntryId, standing: &mut Standing) -> Result<(), FoldError> {
        let Standing { state, rules } = standing;
        let known = &self.known[&id];
        if let Some(lowered) = known.lowered.get() {
            for LoweredStep { step, change } in lowered.iter() {
                let database = self.database_of(id, *step).unwrap_or(&known.entry.database);
                let failed = |cause| FoldError::Step { entry: id, step: *step, cause: Box::new(cause) };
                state.evolve(database, change).map_err(|e| failed(e.into()))?;
            }
            return Ok(());
        }
        let mut lowered = Vec::with_capacity(known.entry.steps.len());
        let mut effects = Vec::new();
        self.advance_resolutions(id, state, rules, &mut lowered, &mut effects)?;
        for (index, step) in known.entry.steps.iter().enumerate() {
            let index = index as u32;
            let failed = |cause| FoldError::Step { entry: id, step: index, cause: Box::new(cause) };
            let database = known.entry.database_of(index as usize);
            let mut minter = Minter::new(Origin::Entry(id), index);
            let changes = step.lower(state.schema(database), &mut minter).map_err(|e| failed(e.into()))?;
            for change in changes {
                if self.forked.contains(&id) {
                    let accesses = change.effects(state.schema(database));
                    effects.extend(accesses.into_iter().map(|access| (index, access)));
                }
                state.evolve(database, &change).map_err(|e| failed(e.into()))?;
                lowered.push(LoweredStep { step: index, change });
            }
        }
        // Whoever was first has lowered it to the same.
        let _ = known.lowered.set(lowered.into());
        let _ = known.effects.set(effects.into());
        Ok(())
    }

    /// The database that a step of an entry speaks of: its own, or for a resolution that of the steps it decides on.
    pub fn database_of(&self, id: EntryId, step: u32) -> Option<&str> {
        let entry = self.entry(id)?;
        let Some(n) = step.checked_sub(RESOLUTIONS_FROM) else {
            return Some(entry.database_of(step as usize));
        };
        self.spoken_of(entry.resolutions.get(n as usize)?)
    }

    fn advance_resolutions(
        &self,
        id: EntryId,
        state: &mut State,
        rules: &Rules,
        lowered: &mut Vec<LoweredStep>,
        effects: &mut Vec<(u32, Access)>,
    ) -> Result<(), FoldError> {
        let entry = &self.known[&id].entry;
        for (n, resolution) in entry.resolutions.iter().enumerate() {
            let step = RESOLUTIONS_FROM + n as u32;
            let failed = |cause| FoldError::Step { entry: id, step, cause: Box::new(cause) };
            let database = self.database_of(id, step).unwrap_or(&entry.database).to_owned();
            let change = settle(resolution, state.schema(&database), rules)
                .map_err(|e| failed(StepError::Lower(e)))?;
            effects.extend(self.accesses_of(resolution).into_iter().map(|access| (step, access)));
            if let Some(change) = change {
                let accesses = change.effects(state.schema(&database));
                effects.extend(accesses.into_iter().map(|access| (step, access)));
                state.evolve(&database, &change).map_err(|e| failed(e.into()))?;
                lowered.push(LoweredStep { step, change });
            }
        }
        Ok(())
    }

    /// Takes the steps of a merge that isn't written yet.
    pub(super) fn settle_all(
        &self,
        resolutions: &[Resolution],
        standing: &mut Standing,
    ) -> Result<(), FoldError> {
        for (n, resolution) in resolutions.iter().enumerate() {
            let at = StepRef::of_resolution(UNWRITTEN, n);
            let failed = |cause| FoldError::Step { entry: at.entry, step: at.step, cause: Box::new(cause) };
            let database = self.spoken_of(resolution).unwrap_or(MAIN_DATABASE).to_owned();
            let schema = standing.state.schema(&database);
            let change =
                settle(resolution, schema, &standing.rules).map_err(|e| failed(StepError::Lower(e)))?;
            if let Some(change) = change {
                standing.state.evolve(&database, &change).map_err(|e| failed(e.into()))?;
            }
        }
        Ok(())
    }

    /// The database that a resolution speaks of.
    pub fn spoken_of(&self, resolution: &Resolution) -> Option<&str> {
        let speaks_of = match resolution {
            // A step may be another merge's resolution, which speaks of others in its turn.
            Resolution::Keep { step, .. } => return self.database_of(step.entry, step.step),
            Resolution::Order { first, .. } => return self.database_of(first.entry, first.step),
            Resolution::Same { a, .. } => a,
            Resolution::Rename { object, .. } | Resolution::Set { object, .. } => object,
        };
        self.database_of(speaks_of.entry, speaks_of.step)
    }

    /// What a resolution undoes and does again.
    fn accesses_of(&self, resolution: &Resolution) -> Vec<Access> {
        match resolution {
            Resolution::Keep { step: _, over } => {
                // The newest is undone first: a name that one step freed and a later one took is free before it is taken back.
                let mut over = over.clone();
                over.sort_by_key(|at| (self.graph.place(at.entry), at.as_resolution().is_none(), at.step));
                let accesses = over.iter().rev().flat_map(|at| {
                    let of: Vec<&Access> = self.effects_of(*at).collect();
                    of.into_iter().rev()
                });
                accesses.filter_map(undone).collect()
            }
            Resolution::Order { first: _, then } => self.effects_of(*then).cloned().collect(),
            Resolution::Same { a, b, prefer } => {
                let (as_is, other) = match prefer {
                    Prefer::A => (*a, *b),
                    Prefer::B => (*b, *a),
                };
                let is_column = |id: ObjectId| self.born(id).is_some();
                match (as_is.into(), other.into()) {
                    (as_is, other) if is_column(other) => redefined(other, as_is).collect(),
                    _ => Vec::new(),
                }
            }
            Resolution::Rename { .. } | Resolution::Set { .. } => Vec::new(),
        }
    }

    /// The entries that a merge decided about: those that are treated otherwise with it than without it.
    pub(crate) fn decided_about(&self, merge: EntryId, resolutions: &[Resolution]) -> BTreeSet<EntryId> {
        let parents: Vec<EntryId> = self.graph.parents(merge).collect();
        let region: Vec<EntryId> = self.graph.region(&parents).into_iter().map(|(id, _)| id).collect();
        let writers = |object: ObjectRef, facet: Facet| {
            let of = Resource::Facet(object.into(), facet);
            let writes = move |(_, access): &(u32, Access)| {
                access.resource == of && matches!(access.mode, Mode::Write(_))
            };
            let wrote = region.iter().filter(move |id| {
                self.known.get(id).and_then(|k| k.effects.get()).is_some_and(|e| e.iter().any(&writes))
            });
            let created = [object.entry].into_iter().filter(|id| region.contains(id));
            wrote.copied().chain(created).collect::<Vec<_>>()
        };
        let mut about = BTreeSet::new();
        for resolution in resolutions {
            match resolution {
                Resolution::Keep { step: _, over } => about.extend(over.iter().map(|at| at.entry)),
                Resolution::Same { a, b, prefer: _ } => about.extend([a.entry, b.entry]),
                Resolution::Order { first, then } => about.extend([first.entry, then.entry]),
                Resolution::Rename { object, to: _ } => about.extend(writers(*object, Facet::Name)),
                Resolution::Set { object, to } => about.extend(match to {
                    Setting::Type(_) => writers(*object, Facet::Type),
                    Setting::Nullable(_) => writers(*object, Facet::Nullable),
                    Setting::Default(_) => writers(*object, Facet::Default),
                    Setting::Comment(_) => writers(*object, Facet::Comment),
                    Setting::Initial(_) => vec![object.entry],
                }),
            }
        }
        about
    }

    /// What a step accesses, as far as it was folded.
    pub(crate) fn effects_of(&self, at: StepRef) -> impl Iterator<Item = &Access> {
        let effects = self.known.get(&at.entry).and_then(|k| k.effects.get());
        effects.into_iter().flatten().filter(move |(step, _)| *step == at.step).map(|(_, access)| access)
    }

    /// What the entries' steps access, as far as they were folded and can meet others.
    pub(crate) fn accesses(&self, of: &BTreeSet<EntryId>) -> impl Iterator<Item = (EntryId, &Access)> {
        self.steps_accessing(of).map(|(at, access)| (at.entry, access))
    }

    /// The same with the steps that do.
    pub(super) fn steps_accessing(&self, of: &BTreeSet<EntryId>) -> impl Iterator<Item = (StepRef, &Access)> {
        let known = of.iter().filter_map(|id| Some((*id, self.known.get(id)?.effects.get()?)));
        known.flat_map(|(entry, effects)| {
            effects.iter().map(move |(step, access)| (StepRef { entry, step: *step }, access))
        })
    }

    /// The definition that a column came with.
    pub(crate) fn born(&self, id: ObjectId) -> Option<crate::Column> {
        let Origin::Entry(entry) = id.origin else { return None };
        let steps = self.lowered(entry)?.iter().filter(|one| one.step == id.step);
        fn in_change(change: &Lowered, id: ObjectId) -> Option<crate::Column> {
            match change {
                Lowered::AddColumn { column, .. } if column.id == id => Some(crate::Column::clone(column)),
                Lowered::CreateTable(table) => table.column(id).cloned(),
                Lowered::Sql { declares, .. } => declares.iter().find_map(|one| in_change(one, id)),
                _ => None,
            }
        }
        steps.into_iter().find_map(|one| in_change(&one.change, id))
    }
}

impl History {
    /// The step that creates one object by itself, as the entry that did it says.
    pub(crate) fn piece(&self, id: ObjectId) -> Option<Lowered> {
        let Origin::Entry(entry) = id.origin else { return None };
        let steps = self.lowered(entry)?.iter().filter(|one| one.step == id.step);
        steps.flat_map(|one| pieces(&one.change)).find(|piece| piece.creates().first() == Some(&id))
    }
}

/// The step that a resolution amounts to by itself, beside what it makes of others; the schema is the one with all sides in it.
pub(super) fn settle(
    resolution: &Resolution,
    schema: &Schema,
    rules: &Rules,
) -> Result<Option<Lowered>, LowerError> {
    match resolution {
        Resolution::Keep { .. } | Resolution::Same { .. } | Resolution::Order { .. } => Ok(None),
        Resolution::Rename { object, to } => {
            crate::names::check_name(to)?;
            let id = rules.find((*object).into());
            let change = rename(schema, id, to).ok_or(Problem::Missing("object to rename"))?;
            Ok(Some(change))
        }
        Resolution::Set { object, to } => set(schema, rules.find((*object).into()), to),
    }
}

fn set(schema: &Schema, id: ObjectId, to: &Setting) -> Result<Option<Lowered>, LowerError> {
    if let (Setting::Comment(text), Some(on)) = (to, whole(schema, id)) {
        return Ok(Some(Lowered::SetComment { on, to: text.clone() }));
    }
    let owner = schema.tables().find(|t| t.column(id).is_some());
    let found = owner.and_then(|t| Some((t.id, t.column(id)?)));
    let (table, column) = found.ok_or(Problem::Missing("column"))?;
    let on = Commented::Column { table, column: id };
    Ok(Some(match to {
        Setting::Type(ty) => {
            Lowered::ChangeType { table, column: id, to: lower_type(ty, schema)?, using: None }
        }
        Setting::Nullable(nullable) => Lowered::SetNullable { table, column: id, nullable: *nullable },
        Setting::Default(None) => Lowered::SetDefault { table, column: id, to: None },
        Setting::Default(Some(default)) => {
            let to = lower_default(default, &column.name, &column.ty, schema)?;
            Lowered::SetDefault { table, column: id, to: Some(to) }
        }
        Setting::Initial(_) if column.generated.is_some() => {
            let (column, other) = (column.name.clone(), "an initial value");
            return Err(Problem::GeneratedAnd { column, other }.into());
        }
        // The column is added with it.
        Setting::Initial(_) => return Ok(None),
        Setting::Comment(text) => Lowered::SetComment { on, to: text.clone() },
    }))
}

/// What a remark can be on that isn't a column.
fn whole(schema: &Schema, id: ObjectId) -> Option<Commented> {
    let table = schema.table(id).map(|_| Commented::Table(id));
    let view = || schema.view(id).map(|_| Commented::View(id));
    table.or_else(view).or_else(|| schema.enum_(id).map(|_| Commented::Enum(id)))
}

/// Whether a decision replaces what steps did: those that change a column's type, whose values the decided type is computed from, and those
/// that let it be NULL or not against what is decided: a key may be in the way of one of them, and of none that agrees.
pub(super) fn replaced_by(resolution: &Resolution, change: &Lowered, rules: &Rules) -> bool {
    match (resolution, change) {
        (Resolution::Set { object, to: Setting::Type(_) }, Lowered::ChangeType { column, .. }) => {
            rules.are_one((*object).into(), *column)
        }
        (
            Resolution::Set { object, to: Setting::Nullable(decided) },
            Lowered::SetNullable { column, nullable, .. },
        ) => nullable != decided && rules.are_one((*object).into(), *column),
        _ => false,
    }
}
