//! Equal creations on several sides: finds the objects that are one.
//!
//! Two objects are one when they were created apart from each other, are alive at their heads in one place, have or had one name, and were
//! created alike. Tables go first, then what is in them, until nothing more is found: the columns of two tables can be one only
//! once the tables are. Names that objects have go before those that they had: who joins a third head that has come less far, or was
//! joined before, must find the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    effects::Scope,
    graph::Graph,
    id::{EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        classes::Grounds,
        region::Region,
        rules::{Rules, maker},
    },
    remap::name_of,
    resolution::StepRef,
    schema::{Schema, Table},
    state::State,
};

/// An object that came to be on some of the sides.
struct Born<'a> {
    id: ObjectId,
    sides: u64,
    database: &'a str,
    /// The definition it came with, as a step that creates it by itself.
    as_is: Lowered,
    /// The step that it is all of, if it is.
    by: Option<StepRef>,
    scope: Scope,
    name: String,
    /// Whether it had that name and has another one by now.
    former: bool,
}

/// A side of a merge at its head.
pub(crate) struct Head<'a> {
    pub state: &'a State,
    pub rules: &'a Rules,
}

/// Makes equal creations one in `rules`.
pub(crate) fn unify(region: &Region<'_>, heads: &[Head<'_>], rules: &mut Rules, graph: &Graph) {
    let mut born = Vec::new();
    let given = given(region, rules);
    for member in &region.members {
        for one in member.lowered.iter() {
            let (at, database) = (member.step(one.step), member.database(one.step));
            let sides = region.sides(at);
            if sides == 0 {
                continue;
            }
            let alone = member.lowered.iter().filter(|other| other.step == one.step).count() == 1;
            for (n, as_is) in pieces(&one.change).into_iter().enumerate() {
                let Some(id) = as_is.creates().into_iter().find(|id| maker(*id) == Some(at)) else {
                    continue;
                };
                let by = (n == 0 && alone).then_some(at);
                // What one side has dropped or renamed, another may have as it was.
                let mut places = BTreeSet::new();
                for (_, head) in heads.iter().enumerate().filter(|(side, _)| sides & (1 << side) != 0) {
                    // At its head it may go by the identity of another that it is one with.
                    let there = as_is.map_ids(&mut |id| head.rules.find(id));
                    places.extend(alive(&there, head.state.schema(database)));
                }
                let scopes: BTreeSet<Scope> = places.iter().map(|(scope, _)| *scope).collect();
                let names = || given.get(&rules.find(id)).into_iter().flatten().chain(first_name(&as_is));
                let had = scopes.iter().flat_map(|scope| names().map(|name| (*scope, name.clone())));
                let had: Vec<_> = had.filter(|place| !places.contains(place)).collect();
                let places = places.into_iter().map(|place| (place, false));
                for ((scope, name), former) in places.chain(had.into_iter().map(|place| (place, true))) {
                    let as_is = as_is.clone();
                    born.push(Born { id, sides, database, as_is, by, scope, name, former });
                }
            }
        }
    }
    if born.iter().any(|b| b.sides != born[0].sides) {
        let now: Vec<&Born<'_>> = born.iter().filter(|b| !b.former).collect();
        let ever: Vec<&Born<'_>> = born.iter().collect();
        while pass(&now, rules, graph) || now.len() < ever.len() && pass(&ever, rules, graph) {}
    }
}

/// The names that steps with effect give to objects that were there, by what stands for them.
fn given(region: &Region<'_>, rules: &Rules) -> BTreeMap<ObjectId, BTreeSet<String>> {
    let mut given: BTreeMap<ObjectId, BTreeSet<String>> = BTreeMap::new();
    for member in &region.members {
        for one in member.lowered.iter().filter(|one| region.sides(member.step(one.step)) != 0) {
            if let Some((id, to)) = one.change.new_name() {
                given.entry(rules.find(id)).or_default().insert(to.to_owned());
            }
        }
    }
    given
}

/// The name that an object which can be renamed was created with.
fn first_name(as_is: &Lowered) -> Option<&String> {
    Some(match as_is {
        Lowered::CreateTable(new) => &new.name,
        Lowered::AddColumn { column, .. } => &column.name,
        Lowered::AddConstraint { constraint, .. } => &constraint.name,
        Lowered::CreateIndex { index, .. } => &index.name,
        Lowered::AddEnumValue { value, .. } => &value.name,
        _ => return None,
    })
}

/// Where a created object stands at a head, and under which name; nothing when it is gone.
fn alive(as_is: &Lowered, schema: &Schema) -> Option<(Scope, String)> {
    let table = |id: &ObjectId| schema.table(*id);
    Some(match as_is {
        Lowered::CreateTable(new) => (Scope::Relations, table(&new.id)?.name.clone()),
        Lowered::AddColumn { table: of, column } => {
            (Scope::Columns(*of), table(of)?.column(column.id)?.name.clone())
        }
        Lowered::AddConstraint { table: of, constraint } => {
            (Scope::Constraints, table(of)?.constraint(constraint.id)?.name.clone())
        }
        Lowered::CreateIndex { table: of, index, .. } => {
            (Scope::Relations, table(of)?.index(index.id)?.name.clone())
        }
        Lowered::CreateEnum(of) => (Scope::Relations, schema.enum_(of.id)?.name.clone()),
        Lowered::AddEnumValue { of, value, .. } => {
            (Scope::Values(*of), schema.enum_(*of)?.value(value.id)?.name.clone())
        }
        Lowered::CreateView(view) => (Scope::Relations, schema.view(view.id)?.name.clone()),
        Lowered::CreateExtension(new) => {
            (Scope::Extensions, schema.extensions().find(|e| e.id == new.id)?.name.clone())
        }
        Lowered::ReplaceView { view } => {
            let there = schema.view(view.id)?;
            (there.columns == view.columns).then(|| (Scope::Columns(view.id), there.name.clone()))?
        }
        Lowered::Sql { .. } => name_of(schema, *as_is.creates().first()?)?,
        _ => return None,
    })
}

/// Goes once over everything that stands in one place under one name. Says whether anything new was found to be one.
fn pass(born: &[&Born<'_>], rules: &mut Rules, graph: &Graph) -> bool {
    let mut places: BTreeMap<(&str, Scope, String), Vec<&Born<'_>>> = BTreeMap::new();
    for one in born {
        // Names that differ in letter case are names of two, which can't both stay.
        places.entry((one.database, in_one(one.scope, rules), one.name.clone())).or_default().push(one);
    }
    let mut found = false;
    for here in places.values().filter(|here| here.len() > 1) {
        for (n, a) in here.iter().enumerate() {
            for b in &here[n + 1..] {
                let known =
                    a.sides & b.sides != 0 || rules.are_one(a.id, b.id) || in_line(a.id, b.id, rules, graph);
                if known || !alike(&a.as_is, &b.as_is, owners(a.scope, b.scope), rules) {
                    continue;
                }
                found = true;
                if let (Some(first), Some(second), false) = (a.by, b.by, replaces(&a.as_is)) {
                    // Once is enough: the second would bring back what was dropped since.
                    rules.liken(first, second, Grounds::from([(a.id, b.id)]));
                }
            }
        }
    }
    found
}

/// Whether a creation only sets what is there already: of two such steps it is the last that counts, whatever one side did before it.
fn replaces(as_is: &Lowered) -> bool {
    matches!(as_is, Lowered::ReplaceView { .. })
}

/// Whether somebody who made one of the two, or what is one with it, knew the other, or what is one with that.
fn in_line(a: ObjectId, b: ObjectId, rules: &Rules, graph: &Graph) -> bool {
    let entries = |id| rules.all(id).into_iter().filter_map(maker).map(|at| at.entry).collect::<Vec<_>>();
    let (ours, theirs) = (entries(a), entries(b));
    let knew = |a: EntryId, b: EntryId| a == b || graph.follows(a, b) || graph.follows(b, a);
    ours.iter().any(|a| theirs.iter().any(|b| knew(*a, *b)))
}

/// What two namespaces belong to, where they are different ones.
fn owners(a: Scope, b: Scope) -> Option<(ObjectId, ObjectId)> {
    let owner = |scope| match scope {
        Scope::Relations | Scope::Constraints | Scope::Extensions => None,
        Scope::Columns(id) | Scope::Values(id) | Scope::Singletons(id) => Some(id),
    };
    owner(a).zip(owner(b)).filter(|(a, b)| a != b)
}

/// A namespace by the object that stands for its owner.
pub(crate) fn in_one(scope: Scope, rules: &Rules) -> Scope {
    match scope {
        Scope::Relations | Scope::Constraints | Scope::Extensions => scope,
        Scope::Columns(id) => Scope::Columns(rules.find(id)),
        Scope::Values(id) => Scope::Values(rules.find(id)),
        Scope::Singletons(id) => Scope::Singletons(rules.find(id)),
    }
}

/// The step in pieces that create one thing each: a table as a whole first, then its members by themselves.
pub(crate) fn pieces(change: &Lowered) -> Vec<Lowered> {
    let mut pieces = Vec::new();
    match change {
        Lowered::CreateTable(table) => {
            pieces.push(change.clone());
            let id = table.id;
            for column in &table.columns {
                pieces.push(Lowered::AddColumn { table: id, column: Box::new(column.clone()) });
            }
            for constraint in &table.constraints {
                pieces.push(Lowered::AddConstraint { table: id, constraint: Box::new(constraint.clone()) });
            }
            for index in &table.indexes {
                let index = Box::new(index.clone());
                pieces.push(Lowered::CreateIndex { table: id, index, concurrently: false });
            }
        }
        Lowered::CreateEnum(of) => {
            pieces.push(change.clone());
            for value in &of.values {
                pieces.push(Lowered::AddEnumValue { of: of.id, value: value.clone() });
            }
        }
        Lowered::CreateIndex { table, index, concurrently: _ } => {
            pieces.push(Lowered::CreateIndex { table: *table, index: index.clone(), concurrently: false });
        }
        // Its text creates what it declares: only the same text is the same.
        other if !other.creates().is_empty() => pieces.push(other.clone()),
        _ => {}
    }
    pieces
}

/// Makes two creations one if they are alike under what is one already.
fn alike(a: &Lowered, b: &Lowered, owners: Option<(ObjectId, ObjectId)>, rules: &mut Rules) -> bool {
    let Some(pairs) = paired(a, b) else { return false };
    let to: BTreeMap<ObjectId, ObjectId> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
    let own = |id: ObjectId| rules.find(to.get(&id).copied().unwrap_or(id));
    let one = plain(&a.map_ids(&mut |id| rules.find(id)));
    let other = plain(&b.map_ids(&mut |id| own(id)));
    if one != other {
        return false;
    }
    let own: BTreeSet<ObjectId> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut grounds = grounds(&[a], &[b], rules);
    grounds.retain(|(a, b)| !own.contains(a) && !own.contains(b));
    // Members are one only as long as what they belong to is.
    grounds.extend(owners);
    for (a, b) in pairs {
        rules.unite(a, b, grounds.clone());
    }
    true
}

/// What has to be one for steps to be alike: objects that one of them speaks of and the other doesn't, each with the one it is one with.
pub(crate) fn grounds(a: &[&Lowered], b: &[&Lowered], rules: &Rules) -> Grounds {
    let mentioned = |changes: &[&Lowered]| {
        let mut ids = BTreeSet::new();
        for change in changes {
            change.map_ids(&mut |id| {
                ids.insert(id);
                id
            });
        }
        ids
    };
    let (ours, theirs) = (mentioned(a), mentioned(b));
    let only = |these: &BTreeSet<ObjectId>, others: &BTreeSet<ObjectId>| {
        let with = |id: &ObjectId| {
            others.iter().find(|other| rules.are_one(*id, **other)).map(|other| (*id, *other))
        };
        these.difference(others).filter_map(with).collect::<Vec<_>>()
    };
    only(&ours, &theirs).into_iter().chain(only(&theirs, &ours)).collect()
}

/// The objects of two creations of a kind that would be one; nothing when they can't.
fn paired(a: &Lowered, b: &Lowered) -> Option<Vec<(ObjectId, ObjectId)>> {
    match (a, b) {
        (Lowered::CreateTable(a), Lowered::CreateTable(b)) => members(a, b),
        (Lowered::CreateEnum(a), Lowered::CreateEnum(b)) => {
            let values = a.values.iter().zip(&b.values).map(|(a, b)| (a.id, b.id));
            (a.values.len() == b.values.len()).then(|| [(a.id, b.id)].into_iter().chain(values).collect())
        }
        (Lowered::ReplaceView { view: a }, Lowered::ReplaceView { view: b }) => {
            let columns = a.columns.iter().zip(&b.columns).map(|(a, b)| (a.id, b.id));
            (a.columns.len() == b.columns.len()).then(|| columns.filter(|(a, b)| a != b).collect())
        }
        (Lowered::CreateView(a), Lowered::CreateView(b)) => {
            let columns = a.columns.iter().zip(&b.columns).map(|(a, b)| (a.id, b.id));
            (a.columns.len() == b.columns.len()).then(|| [(a.id, b.id)].into_iter().chain(columns).collect())
        }
        (Lowered::AddColumn { .. }, Lowered::AddColumn { .. })
        | (Lowered::AddConstraint { .. }, Lowered::AddConstraint { .. })
        | (Lowered::CreateIndex { .. }, Lowered::CreateIndex { .. })
        | (Lowered::AddEnumValue { .. }, Lowered::AddEnumValue { .. })
        | (Lowered::CreateExtension(_), Lowered::CreateExtension(_)) => {
            Some(vec![(*a.creates().first()?, *b.creates().first()?)])
        }
        (Lowered::Sql { .. }, Lowered::Sql { .. }) => {
            let (a, b) = (a.creates(), b.creates());
            (a.len() == b.len()).then(|| a.into_iter().zip(b).collect())
        }
        _ => None,
    }
}

/// Two tables with their members, paired by name.
fn members(a: &Table, b: &Table) -> Option<Vec<(ObjectId, ObjectId)>> {
    let mut pairs = vec![(a.id, b.id)];
    let counts = |t: &Table| (t.columns.len(), t.constraints.len(), t.indexes.len());
    if counts(a) != counts(b) {
        return None;
    }
    for column in &a.columns {
        pairs.push((column.id, b.column_named(&column.name)?.id));
    }
    for constraint in &a.constraints {
        pairs.push((constraint.id, b.constraint_named(&constraint.name)?.id));
    }
    for index in &a.indexes {
        pairs.push((index.id, b.indexes.iter().find(|i| i.name == index.name)?.id));
    }
    Some(pairs)
}

/// A creation without what doesn't count when two are compared: the order of members, the name it began with, and a value's clock.
fn plain(change: &Lowered) -> Lowered {
    let mut change = match (change, change.creates().first()) {
        (Lowered::ReplaceView { .. }, _) | (_, None) => change.clone(),
        (_, Some(id)) => change.with_name(*id, "x"),
    };
    match &mut change {
        Lowered::CreateTable(table) => {
            let table = std::sync::Arc::make_mut(table);
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
            table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Lowered::AddEnumValue { value, .. } => value.clock = 0,
        // The name and the remark are the view's own.
        Lowered::ReplaceView { view } => std::sync::Arc::make_mut(view).comment = None,
        _ => {}
    }
    change
}
