//! Creates an index.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    constraint::is_default,
    effects::{Resource, Scope},
    id::{Minter, ObjectId},
    index::{Index, IndexDef},
    lowered::Lowered,
    operation::{
        define_constraint::Taken,
        define_index::{self, seal_index},
        lookup,
    },
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Kind, Schema},
    seal::Members,
};

/// Creates an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// The table.
    pub table: String,
    /// The index.
    pub index: IndexDef,
    /// Without blocking writers, where the database can.
    #[serde(default, skip_serializing_if = "is_default")]
    pub concurrently: bool,
}

impl CreateIndex {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<CreateIndex, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let mut taken = Taken { schema, own: Default::default() };
        let index = seal_index(&self.index, &Members::of_table(table, schema), &mut taken).field("index")?;
        Ok(CreateIndex { index, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let index = define_index::define(&self.index, table, schema, minter).field("index")?;
        let concurrently = self.concurrently;
        Ok(vec![Lowered::CreateIndex { table: table.id, index: Box::new(index), concurrently }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, index: &Index) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    if own.index(index.id).is_some() {
        return Err(Problem::Twice("index"));
    }
    define_index::check(index, own, schema)?;
    schema.claim(&index.name, Kind::Index(table), index.id)?;
    schema.table_mut(table)?.indexes.push(index.clone());
    Ok(())
}

/// What coming to be means for an index, be it in a new table or in one that is there.
pub(crate) fn effects(out: &mut Accesses, table: ObjectId, index: &Index) {
    out.object(table);
    out.claim(Scope::Relations, &index.name, index.id);
    for column in index.columns() {
        out.column(table, column);
    }
    index.templates().for_each(|t| out.template(t));
    out.create(index.id);
}

/// What an index means for the rows that are there: a unique one looks at every row, and an expression may fail on one.
pub(crate) fn effects_on_rows(out: &mut Accesses, table: ObjectId, index: &Index) {
    if index.unique || index.templates().next().is_some() {
        out.read(Resource::Rows(table));
        index.columns().into_iter().for_each(|c| out.cells(table, c));
    }
}

pub(crate) fn inverse(table: ObjectId, index: ObjectId, concurrently: bool) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropIndex { table, index, concurrently })
}
