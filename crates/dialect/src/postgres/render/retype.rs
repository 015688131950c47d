//! Other types for columns. The server won't change a type under a view, a generated column or an expression that was read
//! with the old one, so these are taken away before and put back as the schema says them afterwards.

use std::collections::BTreeSet;

use model::{Column, ConstraintKind, Key, ObjectId, Part, Schema, Table, Template, Type};

use crate::{statement::RenderError, views};

use super::{super::types, Step, lock, quote_ident};

/// A column and its table.
pub(super) type Place = (ObjectId, ObjectId);

/// What leans on columns whose types change.
#[derive(Default)]
pub(super) struct Leaning {
    columns: Vec<Place>,
    constraints: Vec<Place>,
    indexes: Vec<Place>,
    views: Vec<ObjectId>,
}

impl Leaning {
    /// Finds it. With `keeps`, expressions go on under the new type and stay; `of` is an enum whose values count as well.
    pub(super) fn find(schema: &Schema, changed: &[Place], of: Option<ObjectId>, keeps: bool) -> Leaning {
        let mut wide: BTreeSet<Place> = changed.iter().copied().collect();
        let mut out = Leaning::default();
        let retyped: Vec<Place> = wide.iter().copied().collect();
        for table in schema.tables() {
            for column in &table.columns {
                let place = (table.id, column.id);
                let leans = column.generated.as_ref().is_some_and(|g| mentions(&g.expression, &retyped, of));
                if leans || (column.generated.is_some() && wide.contains(&place)) {
                    out.columns.push(place);
                    wide.insert(place);
                }
            }
        }
        let anew: Vec<Place> = out.columns.clone();
        let wide: Vec<Place> = wide.into_iter().collect();
        let (read, of) = if keeps { (&anew, None) } else { (&wide, of) };
        for table in schema.tables() {
            out.find_in(table, read, &anew, of);
        }
        let roots: Vec<ObjectId> = schema
            .views()
            .filter(|v| mentions(&v.query, &wide, of) || has_star(&v.query, &wide))
            .map(|v| v.id)
            .collect();
        let behind: Vec<ObjectId> = views::dependents(schema, &roots).iter().map(|v| v.id).collect();
        let all = views::creation_order(schema).into_iter().map(|v| v.id);
        out.views = all.filter(|id| roots.contains(id) || behind.contains(id)).collect();
        out
    }

    fn find_in(&mut self, table: &Table, read: &[Place], anew: &[Place], of: Option<ObjectId>) {
        let is_anew = |id: &ObjectId| anew.contains(&(table.id, *id));
        for constraint in &table.constraints {
            let leans = match &constraint.kind {
                ConstraintKind::Check(check) => mentions(check, read, of),
                ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => {
                    columns.iter().any(is_anew)
                }
                ConstraintKind::ForeignKey(reference) => reference.columns.iter().any(is_anew),
            };
            if leans {
                self.constraints.push((table.id, constraint.id));
            }
        }
        for index in &table.indexes {
            let by_key = index.keys.iter().any(|key| match key {
                Key::Column(id) | Key::Desc(id) => is_anew(id),
                Key::Expression(template, _) => mentions(template, read, of),
            });
            let by_only = index.only.as_ref().is_some_and(|only| mentions(only, read, of));
            if by_key || by_only || index.include.iter().any(is_anew) {
                self.indexes.push((table.id, index.id));
            }
        }
    }

    /// Whether the column is dropped and computed anew instead of being retyped.
    pub(super) fn remakes(&self, place: Place) -> bool {
        self.columns.contains(&place)
    }
}

fn mentions(template: &Template, places: &[Place], of: Option<ObjectId>) -> bool {
    template.parts.iter().any(|part| match part {
        Part::Column { table, column } => places.contains(&(*table, *column)),
        Part::EnumValue { of: named, .. } => of == Some(*named),
        Part::Text(_) | Part::Table(_) => false,
    })
}

fn has_star(template: &Template, places: &[Place]) -> bool {
    let star = template.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('*')));
    star && template.tables().any(|id| places.iter().any(|(table, _)| *table == id))
}

impl Step<'_> {
    pub(super) fn change_type(&mut self, place: Place, using: Option<&Template>) -> Result<(), RenderError> {
        let from = self.before.column_of(self.before.table(place.0)?, place.1)?;
        let to = self.after.column_of(self.after.table(place.0)?, place.1)?;
        let keeps = using.is_none() && widens(&from.ty, &to.ty);
        let leaning = Leaning::find(self.before.schema, &[place], None, keeps);
        self.loosen(&leaning)?;
        if !leaning.remakes(place) {
            self.retype(place, using, keeps)?;
        }
        self.fasten(&leaning)
    }

    /// Gives text columns that are about to be a key the collation of keys; no row is written anew for it.
    pub(super) fn collate_key(&mut self, table: ObjectId, columns: &[ObjectId]) -> Result<(), RenderError> {
        let before = self.before.table(table)?;
        let text = columns.iter().filter(|id| before.column(**id).is_some_and(|c| types::is_text(&c.ty)));
        let places: Vec<Place> = text.map(|id| (table, *id)).collect();
        if places.is_empty() {
            return Ok(());
        }
        let leaning = Leaning::find(self.before.schema, &places, None, true);
        self.loosen(&leaning)?;
        for place in places.into_iter().filter(|place| !leaning.remakes(*place)) {
            self.retype(place, None, true)?;
        }
        self.fasten(&leaning)
    }

    /// Changes one column's type; its default, which was read with the old one, is taken away and given back.
    pub(super) fn retype(
        &mut self,
        place: Place,
        using: Option<&Template>,
        keeps: bool,
    ) -> Result<(), RenderError> {
        let before = self.before.table(place.0)?;
        let from = self.before.column_of(before, place.1)?;
        let after = self.after.table(place.0)?;
        let to = self.after.column_of(after, place.1)?;
        let name = quote_ident(&from.name);
        let alter = format!("{} ALTER COLUMN {name}", self.before.alter(before));
        if from.default.is_some() {
            self.run(format!("{alter} DROP DEFAULT"), lock::BRIEF);
        }
        let ty = types::type_sql(&to.ty, self.after.schema)?;
        let value = match using {
            Some(template) => format!(" USING {}", self.before.expression(template)?),
            None if keeps => String::new(),
            None => format!(" USING {}", cast(&name, &from.ty, &to.ty, &ty)),
        };
        self.out.rebuilds |= !keeps;
        self.run(
            format!("{alter} TYPE {ty}{}{value}", types::key_collation(after, to)),
            if keeps { lock::BRIEF } else { lock::REWRITE },
        );
        if let Some(default) = &to.default {
            self.run(format!("{alter} SET DEFAULT {}", self.after.default(default, &to.ty)?), lock::BRIEF);
        }
        Ok(())
    }

    /// Takes away what leans on the columns.
    pub(super) fn loosen(&mut self, leaning: &Leaning) -> Result<(), RenderError> {
        self.take_down(&leaning.views)?;
        for (table, index) in &leaning.indexes {
            self.drop_index(*table, *index, false)?;
        }
        for (table, constraint) in &leaning.constraints {
            let table = self.before.table(*table)?;
            if let Some(constraint) = table.constraint(*constraint) {
                let sql =
                    format!("{} DROP CONSTRAINT {}", self.before.alter(table), quote_ident(&constraint.name));
                self.run(sql, lock::BRIEF);
            }
        }
        for (table, column) in &leaning.columns {
            self.drop_column(*table, *column)?;
        }
        Ok(())
    }

    /// Puts back what [`Step::loosen`] took away.
    pub(super) fn fasten(&mut self, leaning: &Leaning) -> Result<(), RenderError> {
        for (table, column) in &leaning.columns {
            let column: Column = self.after.column_of(self.after.table(*table)?, *column)?.clone();
            self.add_column(*table, &column)?;
        }
        for (table, constraint) in &leaning.constraints {
            let table = self.after.table(*table)?;
            if let Some(constraint) = table.constraint(*constraint) {
                let sql =
                    format!("{} ADD {}", self.after.alter(table), self.after.constraint(table, constraint)?);
                self.run(sql, lock::SCAN);
            }
        }
        for (table, index) in &leaning.indexes {
            let table = self.after.table(*table)?;
            if let Some(index) = table.index(*index) {
                self.run(super::index::create(&self.after, table, index, "")?, lock::BUILD);
            }
        }
        self.put_up(&leaning.views)
    }
}

/// Whether every value stays as it is stored, so that nothing is written anew.
fn widens(from: &Type<ObjectId>, to: &Type<ObjectId>) -> bool {
    match (from, to) {
        (Type::Varchar(_) | Type::Text, Type::Text) => true,
        (Type::Varchar(from), Type::Varchar(to)) => from <= to,
        (Type::Decimal(from, scale), Type::Decimal(to, new_scale)) => from <= to && scale == new_scale,
        _ => false,
    }
}

/// A column's value under another type. What depends on the session's time zone is taken as UTC.
fn cast(name: &str, from: &Type<ObjectId>, to: &Type<ObjectId>, ty: &str) -> String {
    use Type::{
        Array, BigInt, Bool, Bytes, Char, Date, Decimal, Double, Enum, Integer, Json, Real, SmallInt, Text,
        Time, Timestamp,
    };
    use Type::{TimestampTz, Uuid, Varchar};
    match (from, to) {
        (Bytes, Text | Varchar(_) | Char(_)) => format!("convert_from({name}, 'UTF8')"),
        (Bool, Bytes) => format!("convert_to({name}::integer::text, 'UTF8')"),
        (Text | Varchar(_) | Char(_), Bytes) => format!("convert_to({name}, 'UTF8')"),
        (SmallInt | Integer | BigInt | Real | Double | Decimal(..) | Json | Enum(_), Bytes)
        | (Uuid | Date | Time | Timestamp | TimestampTz, Bytes) => {
            format!("convert_to({}, 'UTF8')", text(name, from))
        }
        // A cast to text of a length would cut it silently; what is only assigned has to fit.
        (_, Text | Varchar(_) | Char(_)) => text(name, from),
        (Array(_), Array(item)) if matches!(**item, Varchar(_) | Char(_)) => format!("{name}::text[]"),
        (Bool | SmallInt | Integer | BigInt | Real | Double | Decimal(..) | Array(_), Json) => {
            format!("to_jsonb({name})")
        }
        (Enum(_) | Uuid | Date | Time | Timestamp | TimestampTz, Json) => {
            format!("to_jsonb({})", text(name, from))
        }
        (Json, Enum(_) | Uuid | Date | Time | Timestamp | TimestampTz) => {
            format!("({name} #>> '{{}}')::{ty}")
        }
        (Enum(_), _) | (_, Enum(_)) => format!("{name}::text::{ty}"),
        (Array(item), _) if matches!(**item, Enum(_)) => format!("{name}::text[]::{ty}"),
        (_, Array(item)) if matches!(**item, Enum(_)) => format!("{name}::text[]::{ty}"),
        (Bool, SmallInt | BigInt | Real | Double | Decimal(..)) => format!("{name}::integer::{ty}"),
        (SmallInt | BigInt | Real | Double | Decimal(..), Bool) => format!("({name} <> 0)"),
        // The blanks that fill it up are no part of a UUID.
        (Char(_), Uuid) => format!("{name}::text::{ty}"),
        (Timestamp, TimestampTz) => format!("{name} AT TIME ZONE 'UTC'"),
        (TimestampTz, Timestamp) => format!("{name} AT TIME ZONE 'UTC'"),
        (TimestampTz, Date | Time) => format!("({name} AT TIME ZONE 'UTC')::{ty}"),
        (Date, TimestampTz) => format!("{name}::timestamp AT TIME ZONE 'UTC'"),
        _ => format!("{name}::{ty}"),
    }
}

/// A column's value as text, times with their microseconds as the other databases write them. Moments that have no such form
/// (before year 1, after 9999, infinite) keep the server's own.
fn text(name: &str, from: &Type<ObjectId>) -> String {
    let moment = |value: &str| {
        format!(
            "CASE WHEN {value} BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999' \
             THEN to_char({value}, 'YYYY-MM-DD HH24:MI:SS.US') ELSE {name}::text END"
        )
    };
    match from {
        Type::Time => format!("to_char({name}, 'HH24:MI:SS.US')"),
        Type::Timestamp => moment(name),
        Type::TimestampTz => moment(&format!("({name} AT TIME ZONE 'UTC')")),
        _ => format!("{name}::text"),
    }
}
