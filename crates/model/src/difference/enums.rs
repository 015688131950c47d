//! Enums and their values.

use std::{cmp::Reverse, sync::Arc};

use super::Way;
use crate::{
    lowered::Lowered,
    schema::{Anchor, Enum, EnumValue},
    types::Type,
};

fn gone(way: &Way<'_>) -> Vec<Enum> {
    way.now.enums().filter(|e| way.to.enum_(e.id).is_none()).cloned().collect()
}

/// Drops enums whose name something else is to have; columns of such a type are text in the meantime.
pub(super) fn clear_names(way: &mut Way<'_>) {
    for of in gone(way) {
        if way.to.named(&of.name).is_none() {
            continue;
        }
        let mut steps = Vec::new();
        for table in way.now.tables() {
            for column in table.columns.iter().filter(|c| c.ty.enum_ref() == Some(&of.id)) {
                let (table, column) = (table.id, column.id);
                steps.push(Lowered::ChangeType { table, column, to: Type::Text, using: None });
            }
        }
        steps.push(Lowered::DropEnum { of: of.id });
        steps.into_iter().for_each(|step| way.take(step));
    }
}

/// Drops the enums nothing uses any more.
pub(super) fn drop(way: &mut Way<'_>) {
    for of in gone(way) {
        way.take(Lowered::DropEnum { of: of.id });
    }
}

/// How many values a value's place leans on, one through the other.
fn depth<'a>(of: &'a Enum, mut value: &'a EnumValue) -> usize {
    let mut depth = 0;
    while let Some(Anchor::Before(id) | Anchor::After(id)) = value.anchor {
        let Some(next) = of.value(id) else { break };
        (value, depth) = (next, depth + 1);
    }
    depth
}

/// Takes values out of enums that stay.
pub(super) fn drop_values(way: &mut Way<'_>) {
    let mut steps = Vec::new();
    for of in way.now.enums() {
        let Some(to) = way.to.enum_(of.id) else { continue };
        // A value goes before the one it is anchored at.
        let mut values: Vec<_> = of.values.iter().filter(|v| to.value(v.id).is_none()).collect();
        values.sort_by_cached_key(|v| Reverse(depth(of, v)));
        steps.extend(values.into_iter().map(|v| Lowered::DropEnumValue { of: of.id, value: v.id }));
    }
    steps.into_iter().for_each(|step| way.take(step));
}

/// Changes the type of columns that must not, or must, follow the renames of an enum's values with their `initial`.
pub(super) fn retype(way: &mut Way<'_>) {
    let mut steps = Vec::new();
    for table in way.staying() {
        let (Some(now), Some(to)) = (way.now.table(table), way.to.table(table)) else { continue };
        for before in now.columns.iter().filter(|c| c.initial.is_some()) {
            let Some(after) = to.column(before.id).filter(|c| c.ty != before.ty) else { continue };
            let leaves = before.ty.enum_ref().is_some() && before.initial == after.initial;
            let enters = after.ty.enum_ref().is_some_and(|of| way.now.enum_(*of).is_some());
            let ty = match (leaves, enters) {
                (true, _) if after.ty.enum_ref().is_some() => Type::Text,
                (true, _) => after.ty.clone(),
                (false, true) if before.initial != after.initial => after.ty.clone(),
                (false, _) => continue,
            };
            steps.push(Lowered::ChangeType { table, column: before.id, to: ty, using: None });
        }
    }
    steps.into_iter().for_each(|step| way.take(step));
}

/// Creates enums, puts values into those that stay, and all values at their places: those that are one with another's may stand
/// elsewhere from then on.
pub(super) fn create(way: &mut Way<'_>) {
    let to = way.to;
    for of in to.enums() {
        let Some(now) = way.now.enum_(of.id) else {
            way.take(Lowered::CreateEnum(Arc::new(of.clone())));
            continue;
        };
        // A value comes after the one it is anchored at.
        let mut values: Vec<_> = of.values.iter().filter(|v| now.value(v.id).is_none()).cloned().collect();
        values.sort_by_cached_key(|v| depth(of, v));
        for value in values {
            way.take(Lowered::AddEnumValue { of: of.id, value });
        }
        let now = way.now.enum_(of.id).map(|e| e.values.as_slice()).unwrap_or_default();
        if !now.iter().map(EnumValue::place).eq(of.values.iter().map(EnumValue::place)) {
            way.take(Lowered::PlaceEnumValues { of: of.id, values: of.values.clone() });
        }
    }
}
