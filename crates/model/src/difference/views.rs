//! Views: those that go or can't stay as they are go first, and come (back) last.

use std::{collections::BTreeSet, sync::Arc};

use super::Way;
use crate::{
    id::ObjectId,
    lowered::Lowered,
    schema::{Schema, View},
};

fn mentions(view: &View, other: ObjectId) -> bool {
    view.id != other
        && (view.query.tables().any(|t| t == other) || view.query.columns().any(|(t, _)| t == other))
}

fn same(a: &View, b: &View) -> bool {
    a.columns == b.columns && a.query == b.query
}

/// Drops views that aren't wanted or can't live through the change, and the views that stand on them.
pub(super) fn drop(way: &mut Way<'_>, from: &Schema) {
    let goes = |view: &View| match way.to.view(view.id) {
        None => true,
        Some(to) => to.name != view.name || way.loses(&view.query),
    };
    let mut gone: BTreeSet<ObjectId> = from.views().filter(|v| goes(v)).map(|v| v.id).collect();
    loop {
        let next = from.views().find(|v| !gone.contains(&v.id) && gone.iter().any(|id| mentions(v, *id)));
        match next {
            Some(view) => gone.insert(view.id),
            None => break,
        };
    }
    while let Some(view) = last(&gone, from) {
        gone.remove(&view);
        way.take(Lowered::DropView { view });
    }
}

/// One of `views` that no other of them mentions.
fn last(views: &BTreeSet<ObjectId>, schema: &Schema) -> Option<ObjectId> {
    let free = |id: &&ObjectId| {
        !views.iter().filter_map(|other| schema.view(*other)).any(|other| mentions(other, **id))
    };
    views.iter().rev().find(free).or_else(|| views.last()).copied()
}

/// Creates and replaces views, each after those it mentions.
pub(super) fn create(way: &mut Way<'_>) {
    let to = way.to;
    let wanted = |view: &&View| way.now.view(view.id).is_none_or(|now| !same(now, view));
    let mut open: BTreeSet<ObjectId> = to.views().filter(wanted).map(|v| v.id).collect();
    let mut order = Vec::new();
    while let Some(view) = last(&open, to) {
        open.remove(&view);
        order.push(view);
    }
    for view in order.into_iter().rev().filter_map(|id| to.view(id)) {
        let view = Arc::new(view.clone());
        way.take(match way.now.view(view.id) {
            None => Lowered::CreateView(view),
            Some(now) => Lowered::ReplaceView {
                view: Arc::new(View { comment: now.comment.clone(), ..(*view).clone() }),
            },
        });
    }
}
