//! Which views lean on which relations, and in what order they can be created.

use std::collections::BTreeSet;

use model::{ObjectId, Schema, View};

/// The views that lean on any of these tables or views, directly or through other views, in an order in which they can be
/// created; dropped in the reverse order. The given views themselves are not among them.
pub fn dependents<'a>(schema: &'a Schema, on: &[ObjectId]) -> Vec<&'a View> {
    let mut reached: BTreeSet<ObjectId> = on.iter().copied().collect();
    creation_order(schema)
        .into_iter()
        .filter(|view| {
            let leans = !on.contains(&view.id) && leans_on(view).any(|id| reached.contains(&id));
            if leans {
                reached.insert(view.id);
            }
            leans
        })
        .collect()
}

/// All views, each behind those it leans on.
pub fn creation_order(schema: &Schema) -> Vec<&View> {
    let mut left: Vec<&View> = schema.views().collect();
    let mut done: BTreeSet<ObjectId> = BTreeSet::new();
    let mut out = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let (ready, blocked): (Vec<&View>, Vec<&View>) = left.into_iter().partition(|view| {
            leans_on(view).all(|id| id == view.id || done.contains(&id) || schema.view(id).is_none())
        });
        // A circle can't be created in any order; its members come last as they are.
        if ready.is_empty() {
            out.extend(blocked);
            break;
        }
        done.extend(ready.iter().map(|view| view.id));
        out.extend(ready);
        left = blocked;
    }
    out
}

fn leans_on(view: &View) -> impl Iterator<Item = ObjectId> + '_ {
    view.query.tables().chain(view.query.columns().map(|(table, _)| table))
}
