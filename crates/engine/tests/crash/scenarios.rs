//! The ways that are met: what each of them writes is another matter for a crash.

use model::EntryId;
use stratigraph_engine::Known;

use super::{
    fork::Fork,
    forks::{CASES, Case, ROWS, fork_in},
    scenario::{Before, Scenario, Way},
    world::{
        World,
        histories::{DOCS_ROWS, PEOPLE_ROWS, SHAPES_CHANGES, SHAPES_ROWS, docs, parents, people, shapes},
        travel::Go,
    },
};

fn up(to: EntryId) -> Way {
    Way { go: Go::Up, to, at_once: false }
}

fn down(to: EntryId) -> Way {
    Way { go: Go::Down, to, at_once: false }
}

/// A way over one of the histories; the ledger has the same ids each time, so that a seed picks the same points.
fn over<const N: usize>(
    history: fn(&World) -> [EntryId; N],
    name: &str,
    way: impl FnOnce([EntryId; N]) -> (Vec<Before>, Way, Option<EntryId>),
) -> Scenario {
    let world = World::repeatable();
    let (before, way, back) = way(history(&world));
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    Scenario { name: name.to_owned(), world, known, before, way, then: None, back }
}

/// A way to the merge of a fork, or to a place before it.
fn towards(case: &Case, name: &str, way: impl FnOnce(&Fork) -> (Option<EntryId>, Way)) -> Scenario {
    let fork = fork_in(World::repeatable(), case);
    let mut before = vec![Before::Go(Go::Up, fork.base), Before::Rows(ROWS)];
    let (from, way) = way(&fork);
    before.extend(from.map(|from| Before::Go(Go::Up, from)));
    let then = (way.to != fork.merge && way.go == Go::Up).then_some(fork.merge);
    let name = format!("{}: {name}", case.name);
    Scenario { name, world: fork.world, known: fork.known, before, way, then, back: None }
}

/// Changed by somebody between the filling and the way back: it has to stay.
const THEIRS: &[&str] = &["UPDATE docs SET note = 'theirs' WHERE id = 5"];

/// Every way, for any database.
pub fn all() -> Vec<Scenario> {
    let up_to = |to| Before::Go(Go::Up, to);
    let mut all = vec![
        over(parents, "tables made, seeded, filled and constrained", |[_, change]| {
            (vec![], up(change), None)
        }),
        over(people, "entries at once", |[_, _, types, _]| {
            (vec![], Way { at_once: true, ..up(types) }, None)
        }),
        over(people, "columns, a type and tables into the vault", |[people, _, _, tables]| {
            (vec![up_to(people), Before::Rows(PEOPLE_ROWS)], up(tables), Some(people))
        }),
        over(people, "columns, a type and tables out of the vault", |[people, _, _, tables]| {
            (vec![up_to(people), Before::Rows(PEOPLE_ROWS), up_to(tables)], down(people), None)
        }),
        over(docs, "cells into the vault", |[docs, _, notes]| {
            (vec![up_to(docs), Before::Rows(DOCS_ROWS)], up(notes), Some(docs))
        }),
        over(docs, "cells out of the vault", |[docs, _, notes]| {
            let before = vec![up_to(docs), Before::Rows(DOCS_ROWS), up_to(notes), Before::Rows(THEIRS)];
            (before, down(docs), None)
        }),
        over(
            shapes,
            "rows that were split and summed up, and then changed, into the vault",
            |[shapes, _, sums]| {
                let changed = Before::Rows(SHAPES_CHANGES);
                (vec![up_to(shapes), Before::Rows(SHAPES_ROWS), up_to(sums), changed], down(shapes), None)
            },
        ),
        over(
            shapes,
            "rows split and summed up again, and what was changed out of the vault",
            |[shapes, _, sums]| {
                let rows = [Before::Rows(SHAPES_ROWS), up_to(sums), Before::Rows(SHAPES_CHANGES)];
                let gone = [up_to(shapes)].into_iter().chain(rows).chain([Before::Go(Go::Down, shapes)]);
                (gone.collect(), up(sums), None)
            },
        ),
    ];
    // Decided by order, and two objects that are one.
    let case = |name: &str| CASES.iter().find(|case| case.name == name).unwrap();
    let in_order = case("two fillings of a column, in order");
    for case in [in_order, case("a column added twice, then others filled")] {
        all.push(towards(case, "to the merge, undoing and doing again", |fork| {
            (Some(fork.head_b()), up(fork.merge))
        }));
        all.push(towards(case, "in branch b, the merge behind it", |fork| (None, up(fork.head_b()))));
    }
    all.push(towards(in_order, "from branch a to branch b", |fork| {
        (Some(fork.head_a()), Way { go: Go::Switch, to: fork.head_b(), at_once: false })
    }));
    all
}
