//! The rebuild of a table: what `ALTER TABLE` can't do is done by a new table that takes the old one's place.
//!
//! The order is create new, copy, drop old, rename new (the other way round would rewrite every reference to the old name).
//! Foreign keys are off, switched outside the transaction by the envelope: dropping the old table would otherwise delete the
//! rows that refer to it. The rename runs in the legacy way, which leaves references in other tables, views and triggers alone:
//! they mean the name, and the name comes back. All of it is one transaction, so that a crash leaves the old table.

use std::collections::BTreeMap;

use model::{Column, ObjectId, Template, Type, schema::Table};

use super::{LOCK, NAME, REWRITE, cast, types::quote};
use crate::{
    ddl::Ddl,
    statement::{Do, RenderError, Statement},
};

/// Names of new tables begin so until they take the old one's place.
pub(super) const NEW: &str = "strat_new_";

/// One table's rebuild.
pub(super) struct Rebuild<'a> {
    /// Definitions with the names before.
    pub before: Ddl<'a>,
    /// Definitions with the names after.
    pub after: Ddl<'a>,
    /// The table as it is.
    pub old: &'a Table,
    /// The table as it is to be.
    pub new: &'a Table,
    /// How to compute a column's values where a conversion won't do.
    pub using: Option<(ObjectId, &'a Template)>,
    /// New texts of enum values by their enum and old text.
    pub renamed: &'a BTreeMap<ObjectId, (String, String)>,
}

impl Rebuild<'_> {
    pub(super) fn statements(&self) -> Result<Vec<Statement>, RenderError> {
        let (old, name) = (&self.old.name, format!("{NEW}{}", self.new.name));
        let remembered = format!("indexes and triggers of {old}");
        let mut out = self.refusals();
        out.push(Statement {
            act: Do::Capture(remembered.clone()),
            ..Statement::inside(self.strangers(), LOCK)
        });
        out.push(Statement::inside(self.after.create_table(self.new, &name)?, LOCK));
        let (copies, holds) = self.copy(&name)?;
        out.extend(copies.into_iter().map(|copy| Statement::inside(copy, REWRITE)));
        out.extend(holds);
        out.push(self.same_count(&name));
        out.extend(self.counter(&name));
        out.push(Statement::inside(format!("DROP TABLE {}", self.before.ident(old)), LOCK));
        out.push(Statement::inside("PRAGMA legacy_alter_table = ON", LOCK));
        out.push(Statement::inside(self.after.rename_table(&name, &self.new.name), LOCK));
        out.push(Statement::inside("PRAGMA legacy_alter_table = OFF", LOCK));
        for index in &self.new.indexes {
            out.push(Statement::inside(self.after.create_index(self.new, index, "")?, LOCK));
        }
        out.push(Statement {
            act: Do::Replay(remembered),
            ..Statement::inside("SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger')", LOCK)
        });
        Ok(out)
    }

    /// What a rebuild would lose without a word stops it.
    fn refusals(&self) -> Vec<Statement> {
        let name = quote(&self.old.name);
        let shape = format!(
            "SELECT count(*) = 1 FROM pragma_table_list \
             WHERE schema = 'main' AND name = {name} AND type = 'table' AND wr = 0 AND strict = 0"
        );
        let columns = format!("SELECT count(*) = {} FROM pragma_table_xinfo({name})", self.old.columns.len());
        vec![
            assert(
                shape,
                format!(
                    "table {} is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep",
                    self.old.name
                ),
            ),
            assert(columns, format!("table {} has other columns than the history knows", self.old.name)),
        ]
    }

    /// Indexes and triggers that the history doesn't know go with the old table and must come back with the new one.
    fn strangers(&self) -> String {
        let known: Vec<_> = self.old.indexes.iter().map(|i| quote(&i.name)).collect();
        format!(
            "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = {} COLLATE NOCASE \
             AND sql IS NOT NULL AND name NOT IN ({}) ORDER BY type, name",
            quote(&self.old.name),
            known.join(", ")
        )
    }

    /// The statements that copy the rows, and those that look at what has become of them.
    fn copy(&self, name: &str) -> Result<(Vec<String>, Vec<Statement>), RenderError> {
        let (mut into, mut from, mut holds) = (Vec::new(), Vec::new(), Vec::new());
        for column in self.new.columns.iter().filter(|c| c.generated.is_none()) {
            let Some((value, held)) = self.value(column)? else { continue };
            into.push(self.after.ident(&column.name));
            from.push(value);
            if !held.is_empty() {
                let ident = self.after.ident(&column.name);
                let sql = format!(
                    "SELECT NOT EXISTS (SELECT 1 FROM {} WHERE {ident} IS NOT NULL AND NOT ({}))",
                    self.after.ident(name),
                    held.replace("{}", &ident)
                );
                let what = format!(
                    "column {}.{} has values that don't fit its new type",
                    self.old.name, column.name
                );
                holds.push(assert(sql, what));
            }
        }
        let (into, from) = (into.join(", "), from.join(", "));
        let (new, old) = (self.after.ident(name), self.before.ident(&self.old.name));
        let copies = match self.rowid().filter(|_| !numbers_rows(self.after, self.new)) {
            Some(rowid) => numbered(rowid, (&new, &into), (&old, &from)),
            None => vec![format!("INSERT INTO {new} ({into}) SELECT {from} FROM {old}")],
        };
        Ok((copies, holds))
    }

    /// A name under which the hidden row number can be reached, unless columns have taken them all.
    fn rowid(&self) -> Option<&'static str> {
        let taken = |name: &&str| {
            let columns = self.old.columns.iter().chain(&self.new.columns);
            !columns.into_iter().any(|c| c.name.eq_ignore_ascii_case(name))
        };
        ["rowid", "_rowid_", "oid"].into_iter().find(taken)
    }

    /// A column's value from the old row and what must hold for it; `None` when SQLite is to fill it.
    fn value(&self, column: &Column) -> Result<Option<(String, String)>, RenderError> {
        let Some(old) = self.old.column(column.id) else {
            return Ok(match (&column.initial, &column.default) {
                (Some(initial), _) => Some((self.after.dialect.literal(initial, &column.ty), String::new())),
                (None, Some(default)) => Some((self.after.default(default, &column.ty)?, String::new())),
                (None, None) => None,
            });
        };
        let ident = self.before.ident(&old.name);
        let conversion = cast::cast(&old.ty, &column.ty);
        let value = match self.using.filter(|(id, _)| *id == column.id) {
            Some((_, using)) => format!("({})", self.before.expression(using)?),
            None => conversion.value.replace("{}", &ident),
        };
        let renamed = column.ty.enum_ref().and_then(|of| self.renamed.get(of));
        let value = match (renamed, &column.ty) {
            (Some((from, to)), Type::Array(_)) => format!(
                "CASE WHEN {value} IS NOT NULL THEN (SELECT json_group_array(CASE value WHEN {} THEN {} ELSE value END) \
                 FROM json_each({value})) END",
                quote(from),
                quote(to)
            ),
            (Some((from, to)), _) => {
                format!("CASE {value} WHEN {} THEN {} ELSE {value} END", quote(from), quote(to))
            }
            (None, _) => value,
        };
        Ok(Some((value, conversion.holds)))
    }

    fn same_count(&self, name: &str) -> Statement {
        let (new, old) = (self.after.ident(name), self.before.ident(&self.old.name));
        assert(
            format!("SELECT (SELECT count(*) FROM {new}) = (SELECT count(*) FROM {old})"),
            format!("the copy of table {} has another number of rows", self.old.name),
        )
    }

    /// The counter of `AUTOINCREMENT` stands higher than any row when the last rows were deleted.
    fn counter(&self, name: &str) -> Vec<Statement> {
        if !self.new.columns.iter().any(|c| self.after.holds_key(self.new, c)) {
            return Vec::new();
        }
        let (new, old) = (quote(name), quote(&self.old.name));
        vec![
            Statement::inside(
                format!(
                    "DELETE FROM sqlite_sequence WHERE name = {new} \
                     AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {old})"
                ),
                LOCK,
            ),
            Statement::inside(
                format!(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
                ),
                LOCK,
            ),
        ]
    }
}

/// Copies of rows that have no number of their own but a hidden one, which other tables may have noted down. Where those are 1, 2, 3 and
/// so on without a gap, rows that are appended in their order get the same, which takes a quarter less time than to look each of them
/// up; so there are two statements, of which one finds nothing to do.
fn numbered(rowid: &str, (new, into): (&str, &str), (old, from): (&str, &str)) -> Vec<String> {
    if into.is_empty() {
        return vec![format!("INSERT INTO {new} ({rowid}) SELECT {rowid} FROM {old}")];
    }
    let gapless = format!(
        "(SELECT count(*) FROM {old}) = (SELECT max({rowid}) FROM {old}) AND (SELECT min({rowid}) FROM {old}) = 1"
    );
    vec![
        format!(
            "INSERT INTO {new} ({into}) SELECT {from} FROM {old} ORDER BY {rowid} LIMIT iif({gapless}, -1, 0)"
        ),
        format!(
            "INSERT INTO {new} ({rowid}, {into}) SELECT {rowid}, {from} FROM {old} LIMIT iif({gapless}, 0, -1)"
        ),
    ]
}

/// Whether a column is another name for the row's number: a whole primary key declared as exactly `INTEGER`.
fn numbers_rows(ddl: Ddl<'_>, table: &Table) -> bool {
    let [key] = table.primary_key() else { return false };
    table.column(*key).is_some_and(|c| ddl.holds_key(table, c) || c.ty == Type::Integer)
}

pub(super) fn assert(sql: String, message: String) -> Statement {
    Statement { act: Do::Assert(message), ..Statement::inside(sql, LOCK) }
}

/// A table that SQLite can't have is refused before anything is done.
pub(super) fn check(ddl: Ddl<'_>, table: &Table) -> Result<(), RenderError> {
    match table.columns.iter().find(|c| c.identity.is_some() && !ddl.holds_key(table, c)) {
        None => Ok(()),
        Some(column) => Err(RenderError::Refused {
            dialect: NAME,
            what: format!("number the rows of {} by {}", table.name, column.name),
            why: "only a column that is the whole primary key is numbered; make it the key, or take the identity off"
                .to_owned(),
        }),
    }
}
