//! Columns that a step's own entry had just added: what stood in them when the step ran is known without looking.

use std::{cmp::Ordering, collections::BTreeMap};

use model::{
    Column, Default as Filled, Literal, Lowered, LoweredStep, ObjectId, Predicate, Schema, Value,
    data_step::Rows,
};

use crate::data::{columns::literal_value, encode::compare};

/// What is in all rows of columns that the entry added and nothing had written yet.
pub(super) type Fresh = BTreeMap<ObjectId, Value>;

/// The fresh columns of a table: in the schema `then` of the step, not in the one before its entry, and not written by an earlier step.
pub(super) fn fresh(table: ObjectId, before: &Schema, then: &Schema, earlier: &[LoweredStep]) -> Fresh {
    // Where the entry makes the table too, its rows are an earlier step's.
    let (Some(before), Some(then)) = (before.table(table), then.table(table)) else { return Fresh::new() };
    let written = |id: ObjectId| {
        earlier.iter().any(|one| match &one.change {
            Lowered::Backfill(backfill) => backfill.write.iter().any(|column| column.id == id),
            Lowered::Populate(populate) => populate.table == table,
            Lowered::Sql { .. } => true,
            _ => false,
        })
    };
    let added =
        then.columns.iter().filter(|column| before.column(column.id).is_none() && !written(column.id));
    added.filter_map(|column| Some((column.id, constant(column)?))).collect()
}

/// What stands in a column of rows that were there before it; nothing where the server makes it up.
pub(super) fn constant(column: &Column) -> Option<Value> {
    if column.generated.is_some() || column.identity.is_some() {
        return None;
    }
    match (&column.initial, &column.default) {
        (Some(literal), _) | (None, Some(Filled::Literal(literal))) => {
            Some(literal_value(literal, &column.ty))
        }
        (None, None) => Some(Value::Null),
        (None, Some(Filled::Now | Filled::Uuid | Filled::Expression(_))) => None,
    }
}

/// The rows of a step, chosen without the fresh columns.
pub(super) fn chosen(rows: &Rows<ObjectId>, fresh: &Fresh, then: &Schema, table: ObjectId) -> Rows<ObjectId> {
    let column = |id: &ObjectId| then.table(table).and_then(|table| table.column(*id));
    match rows {
        Rows::All => Rows::All,
        Rows::Where(predicate) => Rows::Where(decide(predicate, fresh, &|id, literal| {
            column(id).map_or(Value::Null, |column| literal_value(literal, &column.ty))
        })),
    }
}

type Read<'a> = &'a dyn Fn(&ObjectId, &Literal) -> Value;

/// The predicate with what is known of fresh columns put in.
fn decide(predicate: &Predicate<ObjectId>, fresh: &Fresh, read: Read<'_>) -> Predicate<ObjectId> {
    let known = |yes: bool| if yes { Predicate::And(Vec::new()) } else { Predicate::Or(Vec::new()) };
    let held = |id: &ObjectId, literal: &Literal, fits: &dyn Fn(Ordering) -> bool| match fresh.get(id) {
        None => predicate.clone(),
        Some(Value::Null) => known(false),
        Some(value) => known(fits(compare(value, &read(id, literal)))),
    };
    let all = |list: &[Predicate<ObjectId>]| list.iter().map(|one| decide(one, fresh, read)).collect();
    match predicate {
        Predicate::Eq(id, literal) => held(id, literal, &Ordering::is_eq),
        Predicate::Ne(id, literal) => held(id, literal, &Ordering::is_ne),
        Predicate::Lt(id, literal) => held(id, literal, &Ordering::is_lt),
        Predicate::Le(id, literal) => held(id, literal, &Ordering::is_le),
        Predicate::Gt(id, literal) => held(id, literal, &Ordering::is_gt),
        Predicate::Ge(id, literal) => held(id, literal, &Ordering::is_ge),
        Predicate::In(id, literals) => match fresh.get(id) {
            None => predicate.clone(),
            Some(value) => known(
                *value != Value::Null
                    && literals.iter().any(|literal| compare(value, &read(id, literal)).is_eq()),
            ),
        },
        Predicate::IsNull(id) => {
            fresh.get(id).map_or_else(|| predicate.clone(), |value| known(*value == Value::Null))
        }
        Predicate::NotNull(id) => {
            fresh.get(id).map_or_else(|| predicate.clone(), |value| known(*value != Value::Null))
        }
        Predicate::And(list) => Predicate::And(all(list)),
        Predicate::Or(list) => Predicate::Or(all(list)),
        Predicate::Not(one) => Predicate::Not(Box::new(decide(one, fresh, read))),
    }
}

#[cfg(test)]
mod tests {
    use model::{Digest, Origin};

    use super::*;

    #[test]
    fn what_is_known_of_fresh_columns_is_put_in() {
        let id = |part| ObjectId { origin: Origin::Entry(Digest::ZERO), step: 0, part };
        let (empty, zero, old) = (id(0), id(1), id(2));
        let fresh = Fresh::from([(empty, Value::Null), (zero, Value::Int(0))]);
        let read = |_: &ObjectId, literal: &Literal| match literal {
            Literal::Int(n) => Value::Int(*n),
            _ => Value::Null,
        };
        let decided = |predicate| decide(&predicate, &fresh, &read);
        let (yes, no) = (Predicate::And(Vec::new()), Predicate::Or(Vec::new()));
        assert_eq!(decided(Predicate::IsNull(empty)), yes);
        assert_eq!(decided(Predicate::NotNull(empty)), no);
        assert_eq!(decided(Predicate::Eq(empty, Literal::Int(0))), no);
        assert_eq!(decided(Predicate::Ne(empty, Literal::Int(0))), no);
        assert_eq!(decided(Predicate::Le(zero, Literal::Int(0))), yes);
        assert_eq!(decided(Predicate::In(zero, vec![Literal::Int(1)])), no);
        let kept = Predicate::Gt(old, Literal::Int(1));
        let both = Predicate::And(vec![kept.clone(), Predicate::IsNull(zero)]);
        assert_eq!(decided(both), Predicate::And(vec![kept, no]));
    }
}
