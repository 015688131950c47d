//! Other types for columns.

use std::collections::BTreeSet;

use model::{ObjectId, Part, Template, Type, schema::Table};

use crate::statement::{RenderError, Statement};

use super::{definition, lock, refused, render::Step, types::quote_ident};

/// The name that a column's new values have until they take its place.
pub(super) const NEW: &str = "strat_new_value";

impl Step<'_> {
    pub(super) fn change_type(
        &mut self,
        table: ObjectId,
        column: ObjectId,
        using: Option<&Template>,
    ) -> Result<(), RenderError> {
        let old = self.before.table(table)?;
        let from = self.before.column_of(old, column)?;
        let to = self.after.column_of(self.after.table(table)?, column)?;
        match (using.cloned()).or_else(|| conversion((table, column), &from.ty, &to.ty)) {
            Some(using) => self.compute(old, column, &using),
            None => self.alter(table),
        }
    }

    /// A second column is filled with the new values and takes the first one's place, with the keys and checks on it. A crash
    /// in between leaves the second column beside the first, and the next run goes on from there.
    fn compute(&mut self, old: &Table, column: ObjectId, using: &Template) -> Result<(), RenderError> {
        let (before, after) = (self.before, self.after);
        let new = after.table(old.id)?;
        definition::check(new, after.schema, self.server)?;
        if let Some((from, _)) =
            before.schema.referring(old.id).find(|(from, constraint)| match &constraint.kind {
                model::ConstraintKind::ForeignKey(reference) => {
                    from.id != old.id && reference.to.contains(&column)
                }
                _ => false,
            })
        {
            return Err(refused(
                format!("compute the values of {} anew", old.name),
                format!(
                    "{} refers to them; drop its foreign key first, and add it again afterwards",
                    from.name
                ),
            ));
        }
        let to = after.column_of(new, column)?;
        let mut fresh = model::Column { name: NEW.to_owned(), nullable: true, default: None, ..to.clone() };
        fresh.identity = None;
        fresh.comment = None;
        let aside = ObjectId { part: u32::MAX, ..column };
        // First the new column is the stranger, then the old one is: so the keys go over with the identity.
        let mut widened = old.clone();
        widened.columns.push(model::Column { id: aside, ..fresh.clone() });
        self.between(&before, old, &after, &widened, BTreeSet::new())?;
        let value = before.expression(using)?;
        let sql = format!("UPDATE {} SET {NEW} = {value}", quote_ident(&old.name));
        self.out.statements.push(Statement::inside(sql, lock::ROWS));
        let mut swapped = old.clone();
        for own in swapped.columns.iter_mut().filter(|own| own.id == column) {
            own.id = aside;
        }
        swapped.columns.push(fresh);
        self.out.rebuilds = true;
        self.between(&before, &swapped, &after, new, BTreeSet::from([column]))
    }
}

/// What a plain cast means where the server's own change of type would mean something else.
fn conversion(place: (ObjectId, ObjectId), from: &Type<ObjectId>, to: &Type<ObjectId>) -> Option<Template> {
    use Type::{BigInt, Bool, Char, Decimal, Double, Integer, Real, SmallInt, Text, Uuid, Varchar};
    let column = Part::Column { table: place.0, column: place.1 };
    let text = |text: &str| Part::Text(text.to_owned());
    let parts = match (from, to) {
        (SmallInt | Integer | BigInt | Real | Double | Decimal(..), Bool) => vec![column, text(" <> 0")],
        (Bool, Text | Varchar(_) | Char(_)) => vec![
            text("CASE WHEN "),
            column.clone(),
            text(" THEN 'true' WHEN NOT "),
            column,
            text(" THEN 'false' END"),
        ],
        (Text | Varchar(_) | Char(_), Bool) => {
            vec![
                text("CASE lower("),
                column.clone(),
                text(") WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE "),
                column,
                text(" END"),
            ]
        }
        (Text | Varchar(_) | Char(_), Uuid) => vec![text("lower("), column, text(")")],
        _ => return None,
    };
    Some(Template { parts })
}
