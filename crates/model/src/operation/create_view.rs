//! Creates a view.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    expression::{Expression, Template},
    id::{Minter, ObjectId},
    lowered::Lowered,
    names::check_name,
    problem::{At, Irreversible, LowerError, Problem, Segment},
    schema::{Schema, View, ViewColumn, fold_name},
    seal_query::seal_query,
};

/// Creates a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    /// Its name.
    pub name: String,
    /// Its output columns.
    pub columns: Vec<String>,
    /// Its query, a `SELECT` that names its columns.
    pub query: Expression,
}

impl CreateView {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<CreateView, LowerError> {
        let query = seal_query(&self.query, self.columns.len(), schema).field("query")?;
        Ok(CreateView { query, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        check_name(&self.name).field("name")?;
        let view = View {
            id: minter.mint(),
            name: self.name.clone(),
            columns: columns(&self.columns, minter)?,
            query: self.query.lower(schema).field("query")?,
            comment: None,
        };
        Ok(vec![Lowered::CreateView(view.into())])
    }
}

/// Defines a view's output columns.
pub(crate) fn columns(names: &[String], minter: &mut Minter) -> Result<Vec<ViewColumn>, LowerError> {
    if names.is_empty() {
        return Err(Problem::NoneNamed).field("columns");
    }
    let mut columns: Vec<ViewColumn> = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let place = |e: Problem| LowerError::from(e).within(Segment::Index(i)).within("columns".into());
        check_name(name).map_err(place)?;
        if columns.iter().any(|c| fold_name(&c.name) == fold_name(name)) {
            return Err(place(Problem::Repeated(name.clone())));
        }
        columns.push(ViewColumn { id: minter.mint(), name: name.clone() });
    }
    Ok(columns)
}

/// The rules a view keeps: it reads what is there, and not itself.
pub(crate) fn check(view: &View, schema: &Schema) -> Result<(), Problem> {
    check_name(&view.name)?;
    view.columns.iter().try_for_each(|c| check_name(&c.name))?;
    if view.columns.is_empty() {
        return Err(Problem::NoneNamed);
    }
    if reads_itself(&view.query, view.id, schema) {
        return Err(Problem::ViewReadsItself(view.name.clone()));
    }
    if !view.query.tables().all(|t| schema.relation_name(t).is_some()) {
        return Err(Problem::Missing("table or view"));
    }
    if !view.query.columns().all(|(t, c)| schema.column_name(t, c).is_some()) {
        return Err(Problem::Missing("column"));
    }
    if !view.query.enums().all(|(e, v)| schema.enum_(e).is_some_and(|e| e.value(v).is_some())) {
        return Err(Problem::Missing("enum value"));
    }
    Ok(())
}

fn reads_itself(query: &Template, view: ObjectId, schema: &Schema) -> bool {
    query.tables().any(|t| t == view || schema.view(t).is_some_and(|v| reads_itself(&v.query, view, schema)))
}

pub(crate) fn evolve(schema: &mut Schema, view: &std::sync::Arc<View>) -> Result<(), Problem> {
    check(view, schema)?;
    schema.insert_view(view.clone())
}

pub(crate) fn effects(out: &mut Accesses, view: &View, before: &Schema) {
    out.claim(Scope::Relations, &view.name, view.id);
    reads(out, &view.query, before);
    out.create(view.id);
    view.columns.iter().for_each(|c| out.create(c.id));
}

/// What a query depends on; of views also their definition.
pub(crate) fn reads(out: &mut Accesses, query: &Template, before: &Schema) {
    out.template(query);
    for view in query.tables().filter(|t| before.view(*t).is_some()) {
        out.read(Resource::Facet(view, crate::Facet::Definition));
    }
}

pub(crate) fn inverse(view: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropView { view })
}
