//! Which data a step destroys: the facts behind the hazard of dropping something.

use std::fmt;

use crate::{id::ObjectId, lowered::Lowered, schema::Schema, types::Type};

/// Data that a step destroys, by the names of the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A table with all its rows.
    Table(String),
    /// A column with all its values.
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Values of a column that are overwritten or may not survive a change of type.
    Values {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Some rows of a table.
    Rows(String),
    /// A value of an enum; rows that hold it stand in the way.
    EnumValue {
        /// The enum.
        of: String,
        /// The value.
        value: String,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Loss::Table(table) => write!(f, "table `{table}` with all its rows"),
            Loss::Column { table, column } => write!(f, "column `{column}` of `{table}` with all its values"),
            Loss::Values { table, column } => write!(f, "values in column `{column}` of `{table}`"),
            Loss::Rows(table) => write!(f, "rows of `{table}`"),
            Loss::EnumValue { of, value } => write!(f, "value `{value}` of enum `{of}`"),
        }
    }
}

impl Lowered {
    /// The data that the step destroys; `before` is the schema before it.
    pub fn losses(&self, before: &Schema) -> Vec<Loss> {
        match self {
            Lowered::DropTable { table } => {
                before.table(*table).map(|t| Loss::Table(t.name.clone())).into_iter().collect()
            }
            Lowered::DropColumn { table, column } => named(before, *table, *column)
                .map(|(table, column)| Loss::Column { table, column })
                .into_iter()
                .collect(),
            Lowered::ChangeType { table, column, to, using } => {
                let old = before.table(*table).and_then(|t| t.column(*column)).map(|c| &c.ty);
                let lossy = using.is_some() || old.is_none_or(|old| narrows(old, to));
                values(before, *table, *column).into_iter().filter(|_| lossy).collect()
            }
            Lowered::DropEnumValue { of, value } => {
                let found = before.enum_(*of).and_then(|e| Some((e, e.value(*value)?)));
                let loss = found.map(|(e, v)| Loss::EnumValue { of: e.name.clone(), value: v.name.clone() });
                loss.into_iter().collect()
            }
            Lowered::Sql { declares, .. } => of_all(declares, before),
            Lowered::UndoPopulate(step) => {
                before.table(step.table).map(|t| Loss::Rows(t.name.clone())).into_iter().collect()
            }
            Lowered::UndoDerive(step) => {
                let tables = step.into.iter().filter_map(|into| before.table(into.table));
                tables.map(|t| Loss::Rows(t.name.clone())).collect()
            }
            Lowered::CreateTable(_)
            | Lowered::RenameTable { .. }
            | Lowered::AddColumn { .. }
            | Lowered::RenameColumn { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::AddConstraint { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::RenameConstraint { .. }
            | Lowered::CreateIndex { .. }
            | Lowered::DropIndex { .. }
            | Lowered::RenameIndex { .. }
            | Lowered::CreateEnum(_)
            | Lowered::DropEnum { .. }
            | Lowered::AddEnumValue { .. }
            | Lowered::RenameEnumValue { .. }
            | Lowered::PlaceEnumValues { .. }
            | Lowered::CreateExtension(_)
            | Lowered::DropExtension { .. }
            | Lowered::CreateView(_)
            | Lowered::ReplaceView { .. }
            | Lowered::DropView { .. }
            | Lowered::SetComment { .. }
            | Lowered::Backfill(_)
            // The overwritten values are in the vault, or the step says that they aren't wanted back.
            | Lowered::UndoBackfill(_)
            | Lowered::Populate(_)
            | Lowered::Derive(_) => Vec::new(),
        }
    }
}

/// The data that steps destroy one after another, up to the first that can't be.
fn of_all(steps: &[Lowered], before: &Schema) -> Vec<Loss> {
    let mut schema = before.clone();
    let mut losses = Vec::new();
    for step in steps {
        losses.extend(step.losses(&schema));
        if step.evolve(&mut schema).is_err() {
            break;
        }
    }
    losses
}

fn named(schema: &Schema, table: ObjectId, column: ObjectId) -> Option<(String, String)> {
    let found = schema.table(table)?;
    Some((found.name.clone(), found.column(column)?.name.clone()))
}

fn values(schema: &Schema, table: ObjectId, column: ObjectId) -> Option<Loss> {
    named(schema, table, column).map(|(table, column)| Loss::Values { table, column })
}

/// Whether a value of `from` may not survive as one of `to`.
pub fn narrows(from: &Type<ObjectId>, to: &Type<ObjectId>) -> bool {
    if from == to {
        return false;
    }
    let whole = |ty: &Type<ObjectId>| match ty {
        Type::SmallInt => Some(5u16),
        Type::Integer => Some(10),
        Type::BigInt => Some(19),
        _ => None,
    };
    let exact = match (from, to) {
        (_, Type::SmallInt | Type::Integer | Type::BigInt) => {
            matches!((whole(from), whole(to)), (Some(a), Some(b)) if a <= b)
        }
        (_, Type::Decimal(p, s)) => match from {
            Type::Decimal(op, os) => s >= os && p.saturating_sub(*s) >= op.saturating_sub(*os),
            _ => whole(from).is_some_and(|digits| p.saturating_sub(*s) >= digits),
        },
        (Type::SmallInt, Type::Real | Type::Double) | (Type::Integer | Type::Real, Type::Double) => true,
        (Type::Varchar(a) | Type::Char(a), Type::Varchar(b)) => b >= a,
        (
            Type::Varchar(_) | Type::Char(_) | Type::Enum(_) | Type::Uuid | Type::Bool | Type::Date,
            Type::Text,
        ) => true,
        (Type::SmallInt | Type::Integer | Type::BigInt | Type::Decimal(..) | Type::Json, Type::Text) => true,
        (Type::Date, Type::Timestamp) => true,
        (Type::Array(a), Type::Array(b)) => !narrows(a, b),
        _ => false,
    };
    !exact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_loses_nothing() {
        for (small, large) in [
            (Type::SmallInt, Type::Integer),
            (Type::Integer, Type::BigInt),
            (Type::Integer, Type::Decimal(12, 2)),
            (Type::Decimal(5, 2), Type::Decimal(7, 3)),
            (Type::Varchar(10), Type::Varchar(20)),
            (Type::Varchar(10), Type::Text),
            (Type::Real, Type::Double),
            (Type::Date, Type::Timestamp),
        ] {
            assert!(!narrows(&small, &large), "{small:?} to {large:?}");
            assert!(narrows(&large, &small), "{large:?} to {small:?}");
        }
        assert!(narrows(&Type::BigInt, &Type::Double));
        assert!(narrows(&Type::Decimal(5, 2), &Type::Decimal(5, 3)));
    }
}
