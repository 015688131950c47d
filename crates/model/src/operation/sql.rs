//! Hand-written SQL: for the fold it is what it declares.

use std::collections::BTreeMap;

use crate::{
    accesses::Accesses,
    effects::{Facet, Resource},
    id::{Minter, ObjectId, Origin},
    lowered::Lowered,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem, Segment, SqlProblem},
    schema::Schema,
    step::{Sql, SqlText, Step},
};

impl Sql {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<Sql, LowerError> {
        let mut after = schema.clone();
        let mut minter = Minter::new(Origin::New, u32::MAX);
        let mut sealed = self.clone();
        for (i, step) in sealed.declares.iter_mut().enumerate() {
            *step = step.seal(&after).at(Segment::Index(i)).field("declares")?;
            for lowered in step.lower(&after, &mut minter).at(Segment::Index(i)).field("declares")? {
                lowered.evolve(&mut after).map_err(|e| e.problem).at(Segment::Index(i)).field("declares")?;
            }
        }
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        for (dialect, text) in &self.on {
            let all = text.up.iter().chain(text.down.iter().flatten());
            for statement in all {
                let offset = statement.find('\0');
                let problem = match offset {
                    Some(offset) => Problem::sql(offset, SqlProblem::Nul),
                    None if statement.trim().is_empty() => Problem::sql(0, SqlProblem::Empty),
                    None => continue,
                };
                return Err(problem).at(Segment::Key(dialect.clone())).field("on");
            }
        }
        let mut after = schema.clone();
        let mut declares = Vec::new();
        for (i, step) in self.declares.iter().enumerate() {
            let place = |e: LowerError| e.within(Segment::Index(i)).within("declares".into());
            if matches!(
                step,
                Step::Sql(_) | Step::Backfill(_) | Step::Populate(_) | Step::Transfer(_) | Step::Aggregate(_)
            ) {
                return Err(place(Problem::Declares(step.name()).into()));
            }
            for lowered in step.lower(&after, minter).map_err(place)? {
                lowered.evolve(&mut after).map_err(|e| place(e.problem.into()))?;
                declares.push(lowered);
            }
        }
        let touches = match &self.touches {
            None => None,
            Some(names) => {
                let mut ids = Vec::with_capacity(names.len());
                for (i, name) in names.iter().enumerate() {
                    let found =
                        lookup::table(schema, name).or_else(|e| lookup::table(&after, name).map_err(|_| e));
                    ids.push(found.at(Segment::Index(i)).field("touches")?.id);
                }
                Some(ids)
            }
        };
        Ok(vec![Lowered::Sql { on: self.on.clone(), declares, down: false, touches }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, declares: &[Lowered]) -> Result<(), Problem> {
    declares.iter().try_for_each(|step| step.evolve(schema).map_err(|e| e.problem))
}

pub(crate) fn effects(
    out: &mut Accesses,
    on: &BTreeMap<String, SqlText>,
    declares: &[Lowered],
    touches: Option<&[ObjectId]>,
    before: &Schema,
) {
    let value = format!("{on:?}");
    let mut schema = before.clone();
    for step in declares {
        step.collect(out, &schema);
        if step.evolve(&mut schema).is_err() {
            break;
        }
    }
    let Some(touches) = touches else {
        return out.write(Resource::Everything, &value);
    };
    for table in touches {
        let Some(found) = before.table(*table) else { continue };
        out.object(found.id);
        // Its text calls things by the names they have now.
        out.read(Resource::Facet(found.id, Facet::Name));
        out.read(Resource::Members(found.id));
        out.write(Resource::Rows(found.id), &value);
        for column in &found.columns {
            out.column(found.id, column.id);
            out.read(Resource::Facet(column.id, Facet::Name));
            out.write(Resource::Cells(column.id), &value);
        }
    }
}

pub(crate) fn inverse(
    before: &Schema,
    on: &BTreeMap<String, SqlText>,
    declares: &[Lowered],
    down: bool,
    touches: Option<&[ObjectId]>,
) -> Result<Lowered, Irreversible> {
    // Where some have a way back and others don't, it is for the one who plans for a database to look.
    if let (false, true, Some(dialect)) =
        (down, on.values().all(|text| text.down.is_none()), on.keys().next())
    {
        return Err(Irreversible::NoDown { dialect: dialect.clone() });
    }
    let mut schema = before.clone();
    let mut inverted = Vec::with_capacity(declares.len());
    for step in declares {
        inverted.push(step.inverse(&schema)?);
        step.evolve(&mut schema).map_err(|_| Irreversible::Missing("object its declarations speak of"))?;
    }
    inverted.reverse();
    Ok(Lowered::Sql { on: on.clone(), declares: inverted, down: !down, touches: touches.map(<[_]>::to_vec) })
}
