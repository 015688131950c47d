//! Rows for tables of any shape.

use model::{Column, Schema, Type};

/// A column's value in the row of that number, as a literal of any database; nothing where the column is left to its default.
pub fn sample(column: &Column, schema: &Schema, number: usize) -> Option<String> {
    if column.generated.is_some() {
        return None;
    }
    Some(match &column.ty {
        Type::SmallInt | Type::Integer | Type::BigInt | Type::Decimal(..) => number.to_string(),
        Type::Text | Type::Varchar(_) => format!("'Text {number}'"),
        Type::Json => format!("'{{\"n\": {number}}}'"),
        Type::Enum(of) => {
            let values = &schema.enum_(*of)?.values;
            format!("'{}'", values.get(number % values.len())?.name)
        }
        _ => return None,
    })
}
