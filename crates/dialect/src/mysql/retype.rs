//! Other types for columns.

use std::collections::BTreeSet;

use model::{ConstraintKind, Lowered, ObjectId, Part, Schema, Template, Type, fit::type_name, schema::Table};

use crate::{
    ddl::Ddl,
    dialect::Around,
    statement::{Do, Lock, RenderError, Statement},
};

use super::{
    ddl, definition, lock, refused,
    render::Step,
    types::{quote, quote_ident},
};

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
        if refers_to_itself(old, column) {
            return Err(refused(
                format!("change the type of {}.{}", old.name, from.name),
                "a foreign key leads from it to itself; drop that first, and add it again afterwards",
            ));
        }
        if using.is_none() {
            refuse_nonsense(&from.ty, &to.ty, self.before.schema)?;
        }
        let using = computed_by((table, column), using, (&from.ty, &to.ty));
        if let Type::Enum(of) = to.ty {
            self.ask_whether_all_are_among(old, column, using.as_ref(), of)?;
        }
        match using {
            Some(using) => self.compute(old, column, &using),
            None => self.alter(table),
        }
    }

    /// What is no value of the enum, and looks like a number, the server takes for a place in its list.
    fn ask_whether_all_are_among(
        &mut self,
        old: &Table,
        column: ObjectId,
        using: Option<&Template>,
        of: ObjectId,
    ) -> Result<(), RenderError> {
        let own = self.before.column_of(old, column)?;
        let value = match using {
            Some(using) => self.before.expression(using)?,
            None => quote_ident(&own.name),
        };
        let values = self.after.schema.enum_(of).map(|of| of.values.as_slice()).unwrap_or_default();
        let values: Vec<String> = values.iter().map(|value| quote(&value.name)).collect();
        let (table, values) = (quote_ident(&old.name), values.join(", "));
        let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE NOT (({value}) IN ({values})))");
        let why = format!("column {}.{} has values that the enum hasn't", old.name, own.name);
        self.out.statements.push(Statement { act: Do::Assert(why), ..Statement::inside(sql, lock::NONE) });
        Ok(())
    }

    /// A second column is filled with the new values and takes the first one's place, with the keys and checks on it. What somebody
    /// wrote to the first meanwhile is caught up with while nobody can write, right before that. A crash in between leaves the second
    /// column beside the first, and the next run goes on from there.
    fn compute(&mut self, old: &Table, column: ObjectId, using: &Template) -> Result<(), RenderError> {
        let (before, after) = (self.before, self.after);
        let new = after.table(old.id)?;
        definition::check(new, after.schema, self.server)?;
        if let Some((from, _)) =
            before.schema.referring(old.id).find(|(from, constraint)| match &constraint.kind {
                ConstraintKind::ForeignKey(reference) => from.id != old.id && reference.to.contains(&column),
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
        let fill = Filled::by(&before, old, using)?;
        self.out.statements.push(Statement::inside(fill.all.clone(), lock::ROWS));
        let mut swapped = old.clone();
        for own in swapped.columns.iter_mut().filter(|own| own.id == column) {
            own.id = aside;
        }
        swapped.columns.push(fresh);
        self.out.rebuilds = true;
        self.between(&before, &swapped, &after, new, BTreeSet::from([column]))?;
        if let Some(swap) = self.out.statements.pop() {
            self.out.statements.push(fill.locked(swap));
        }
        Ok(())
    }
}

/// How a second column gets the new values.
pub(super) struct Filled {
    table: String,
    all: String,
    catch_up: String,
}

impl Filled {
    fn by(before: &Ddl<'_>, table: &Table, using: &Template) -> Result<Filled, RenderError> {
        let value = before.expression(using)?;
        let all = format!("UPDATE {} SET {NEW} = {value}", quote_ident(&table.name));
        let catch_up = format!("{all} WHERE NOT ({NEW} <=> ({value}))");
        Ok(Filled { table: table.name.clone(), all, catch_up })
    }

    /// The same for a step; nothing where the server converts the values itself.
    pub(super) fn of(step: &Lowered, around: Around<'_>) -> Option<Filled> {
        let Lowered::ChangeType { table, column, using, .. } = step else { return None };
        let ty = |schema: &Schema| Some(schema.table(*table)?.column(*column)?.ty.clone());
        let types = (ty(around.before)?, ty(around.after)?);
        let using = computed_by((*table, *column), using.as_ref(), (&types.0, &types.1))?;
        Filled::by(&ddl(around.before), around.before.table(*table)?, &using).ok()
    }

    /// The swap, behind the last of the filling, while nobody can write.
    fn locked(&self, swap: Statement) -> Statement {
        locked(&[&self.table], std::slice::from_ref(&self.catch_up), swap)
    }

    /// The same for a swap that is locked already, with what is to be done on other tables before and behind that.
    pub(super) fn relocked(
        &self,
        others: [&str; 2],
        [before, behind]: [String; 2],
        swap: Statement,
    ) -> Statement {
        let [head, tail] = under_lock(&[&self.table], std::slice::from_ref(&self.catch_up));
        let Some(bare) = swap.sql.strip_prefix(&head).and_then(|sql| sql.strip_suffix(&tail)) else {
            return swap;
        };
        let bare = Statement { sql: bare.to_owned(), ..swap };
        locked(&[&self.table, others[0], others[1]], &[before, self.catch_up.clone(), behind], bare)
    }
}

const UNLOCK: &str = "UNLOCK TABLES";

/// A statement that commits by itself, behind others on tables that nobody can write to in between. The session's lock goes with the
/// session, or with the next transaction.
pub(super) fn locked(tables: &[&str], before: &[String], alone: Statement) -> Statement {
    let [head, tail] = under_lock(tables, before);
    let lock = Lock { span: alone.lock.span.max(lock::CAUGHT_UP.span), ..lock::CAUGHT_UP };
    let (sql, clear) = (format!("{head}{}{tail}", alone.sql), Some(UNLOCK.to_owned()));
    Statement { sql, ways: None, clear, lock, ..alone }
}

/// What stands before and behind a statement that runs under such a lock.
fn under_lock(tables: &[&str], before: &[String]) -> [String; 2] {
    let tables: Vec<String> = tables.iter().map(|table| format!("{} WRITE", quote_ident(table))).collect();
    [format!("LOCK TABLES {};\n{};\n", tables.join(", "), before.join(";\n")), format!(";\n{UNLOCK}")]
}

/// Whether a foreign key leads from a column to the same one. The server changes no type under a foreign key, and makes no such key anew
/// in the statement that makes the index it leans on.
fn refers_to_itself(table: &Table, column: ObjectId) -> bool {
    table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) if reference.references == table.id => {
            reference.columns.iter().zip(&reference.to).any(|(from, to)| from == to && *to == column)
        }
        _ => false,
    })
}

/// How the values of a column are computed whose type changes; nothing where the server converts them itself.
fn computed_by(
    place: (ObjectId, ObjectId),
    using: Option<&Template>,
    (from, to): (&Type<ObjectId>, &Type<ObjectId>),
) -> Option<Template> {
    using.cloned().or_else(|| conversion(place, from, to))
}

/// Refuses what the server would make a value of that means nothing, such as the number 20240229 of a day.
fn refuse_nonsense(from: &Type<ObjectId>, to: &Type<ObjectId>, schema: &Schema) -> Result<(), RenderError> {
    use Type::{
        BigInt, Bool, Bytes, Date, Decimal, Double, Integer, Real, SmallInt, Time, Timestamp, TimestampTz,
        Uuid,
    };
    let nonsense = matches!(
        (from, to),
        (
            Bool | SmallInt | Integer | BigInt | Real | Double | Decimal(..),
            Date | Time | Timestamp | TimestampTz,
        ) | (
            Date | Time | Timestamp | TimestampTz,
            Bool | SmallInt | Integer | BigInt | Real | Double | Decimal(..),
        ) | (Date, Time)
            | (Time, Date | Timestamp | TimestampTz)
            | (Bool | SmallInt | Integer | BigInt | Real | Double | Decimal(..) | Bytes, Uuid)
            | (Date | Time | Timestamp | TimestampTz, Uuid)
    );
    if nonsense {
        let what = format!("make {} of {}", type_name(to, schema), type_name(from, schema));
        return Err(refused(
            what,
            "one isn't the other in another form; say with `using` how it is computed",
        ));
    }
    Ok(())
}

/// What a plain cast means where the server's own change of type would mean something else.
fn conversion(place: (ObjectId, ObjectId), from: &Type<ObjectId>, to: &Type<ObjectId>) -> Option<Template> {
    use Type::{
        BigInt, Bool, Char, Date, Decimal, Double, Enum, Integer, Json, Real, SmallInt, Text, Time,
        Timestamp, TimestampTz, Uuid, Varchar,
    };
    let written = match (from, to) {
        (SmallInt | Integer | BigInt | Real | Double | Decimal(..), Bool) => "{} <> 0",
        (Bool, Text | Varchar(_) | Char(_) | Json | Enum(_)) => {
            "CASE WHEN {} THEN 'true' WHEN NOT {} THEN 'false' END"
        }
        (Text | Varchar(_) | Char(_) | Json, Bool) => {
            "CASE lower({}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE {} END"
        }
        // What is no UUID is made too long, which the server refuses.
        (Text | Varchar(_) | Char(_) | Enum(_), Uuid) => {
            "CASE WHEN lower({}) REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower({}) \
             WHEN {} IS NOT NULL THEN repeat('x', 37) END"
        }
        (Json, Uuid) => {
            "CASE WHEN lower(json_unquote({})) REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' \
             THEN lower(json_unquote({})) WHEN {} IS NOT NULL THEN repeat('x', 37) END"
        }
        // Where a number may stand, a value of an enum is its place in the list.
        (Enum(_), Bool) => "CASE lower({}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE CAST({} AS CHAR) END",
        (SmallInt | Integer | BigInt | Real | Double | Decimal(..), Enum(_))
        | (Enum(_), SmallInt | Integer | BigInt | Real | Double | Decimal(..) | Date | Time | Timestamp) => {
            "CAST({} AS CHAR)"
        }
        (Text | Varchar(_) | Char(_) | Enum(_), TimestampTz) => "trim(TRAILING 'Z' FROM {})",
        (Json, TimestampTz) => "trim(TRAILING 'Z' FROM json_unquote({}))",
        (Enum(_) | Uuid | Date | Time | Timestamp | TimestampTz, Json) => "json_quote(CAST({} AS CHAR))",
        (Json, Enum(_) | Date | Time | Timestamp) => "json_unquote({})",
        _ => return None,
    };
    let mut parts = Vec::new();
    for (n, text) in written.split("{}").enumerate() {
        if n > 0 {
            parts.push(Part::Column { table: place.0, column: place.1 });
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
    }
    Some(Template { parts })
}
