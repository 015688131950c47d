//! Gives a view another query and other columns.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    accesses::{Accesses, template_text},
    effects::{Facet, Resource},
    expression::Expression,
    id::{Minter, ObjectId},
    lowered::Lowered,
    operation::{create_view, lookup},
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Schema, View, ViewColumn},
    seal_query::seal_query,
};

/// Gives a view another query and other columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceView {
    /// The view.
    pub name: String,
    /// Its output columns.
    pub columns: Vec<String>,
    /// Its query, a `SELECT` that names its columns.
    pub query: Expression,
}

impl ReplaceView {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<ReplaceView, LowerError> {
        let query = seal_query(&self.query, self.columns.len(), schema).field("query")?;
        Ok(ReplaceView { query, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        let old = lookup::view(schema, &self.name).field("name")?;
        let columns = create_view::columns(&self.columns, minter)?;
        // A column that keeps its name is the column it was.
        let keep = |c: ViewColumn| old.columns.iter().find(|o| o.name == c.name).cloned().unwrap_or(c);
        let view = View {
            columns: columns.into_iter().map(keep).collect(),
            query: self.query.lower(schema).field("query")?,
            ..old.clone()
        };
        Ok(vec![Lowered::ReplaceView { view: view.into() }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, view: &Arc<View>) -> Result<(), Problem> {
    let old = schema.views.get(&view.id).ok_or(Problem::Missing("view"))?.clone();
    create_view::check(view, schema)?;
    for gone in old.columns.iter().filter(|o| view.columns.iter().all(|c| c.id != o.id)) {
        let readers = schema.views().filter(|v| v.id != view.id && v.query.reads(gone.id));
        let users: Vec<String> = readers.map(|v| format!("view `{}`", v.name)).collect();
        if !users.is_empty() {
            return Err(Problem::InUse {
                what: format!("column `{}` of view `{}`", gone.name, old.name),
                users,
            });
        }
    }
    // The name and the remark have operations of their own.
    let new = View { name: old.name.clone(), comment: old.comment.clone(), ..View::clone(view) };
    schema.views.insert(view.id, Arc::new(new));
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, view: &View, before: &Schema) {
    out.object(view.id);
    create_view::reads(out, &view.query, before);
    let old = before.view(view.id).map(|v| v.columns.as_slice()).unwrap_or_default();
    for gone in old.iter().filter(|o| view.columns.iter().all(|c| c.id != o.id)) {
        out.destroy(Resource::Object(gone.id));
    }
    for new in view.columns.iter().filter(|c| old.iter().all(|o| o.id != c.id)) {
        out.create(new.id);
    }
    let names: Vec<&str> = view.columns.iter().map(|c| c.name.as_str()).collect();
    let value = format!("{names:?} {}", template_text(&view.query));
    out.write(Resource::Facet(view.id, Facet::Definition), &value);
}

pub(crate) fn inverse(before: &Schema, view: ObjectId) -> Result<Lowered, Irreversible> {
    let view = before.views.get(&view).ok_or(Irreversible::Missing("view"))?.clone();
    Ok(Lowered::ReplaceView { view })
}
