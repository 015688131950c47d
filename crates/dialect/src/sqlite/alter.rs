//! Each step as SQLite's statements: natively where `ALTER TABLE` can, else by a rebuild.

use std::collections::BTreeMap;

use model::{
    Column, Commented, ConstraintKind, Index, Lowered, ObjectId, SqlText, Template, View, column::Storage,
    schema::Table,
};

use super::{
    BUILD, LOCK, NAME,
    rebuild::{Rebuild, assert, check},
    types::{is_constant, quote},
};
use crate::{
    ddl::Ddl,
    statement::{Do, RenderError, Rendered, Statement},
};

pub(super) fn render(step: &Lowered, before: Ddl<'_>, after: Ddl<'_>) -> Result<Rendered, RenderError> {
    let mut work = Work {
        before,
        after,
        out: Rendered::default(),
        using: None,
        renamed: BTreeMap::new(),
        values: false,
    };
    work.step(step)?;
    Ok(work.out)
}

struct Work<'a> {
    before: Ddl<'a>,
    after: Ddl<'a>,
    out: Rendered,
    using: Option<(ObjectId, &'a Template)>,
    renamed: BTreeMap<ObjectId, (String, String)>,
    /// Whether the step changes the values of an enum.
    values: bool,
}

impl<'a> Work<'a> {
    fn run(&mut self, sql: String) {
        self.out.statements.push(Statement::inside(sql, LOCK));
    }

    fn notice(&mut self, text: String) {
        self.out.notices.push(text);
    }

    /// Another letter case of a name is the same name here, so that it is reached by way of a third.
    fn rename_table(&mut self, from: &str, to: &str) {
        let mut from = from.to_owned();
        if from.eq_ignore_ascii_case(to) {
            let between = format!("{}{from}", super::rebuild::NEW);
            self.run(self.before.rename_table(&from, &between));
            from = between;
        }
        self.run(self.before.rename_table(&from, to));
    }

    fn step(&mut self, step: &'a Lowered) -> Result<(), RenderError> {
        match step {
            Lowered::CreateTable(table) => self.create_table(self.after.table(table.id)?),
            Lowered::DropTable { table } => self.drop_table(*table),
            Lowered::RenameTable { table, to } => {
                self.rename_table(&self.before.table(*table)?.name, to);
                Ok(())
            }
            Lowered::AddColumn { table, column } => self.add_column(*table, column.id),
            Lowered::DropColumn { table, column } => self.drop_column(*table, *column),
            Lowered::RenameColumn { table, column, to } => {
                let table = self.before.table(*table)?;
                let column = self.before.column_of(table, *column)?;
                self.run(self.before.rename_column(table, column, to));
                Ok(())
            }
            Lowered::ChangeType { table, column, using, .. } => {
                self.using = using.as_ref().map(|using| (*column, using));
                self.redefine(&using.iter().map(|_| *table).collect::<Vec<_>>())
            }
            Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::AddConstraint { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::RenameConstraint { .. } => self.redefine(&[]),
            Lowered::AddEnumValue { .. } | Lowered::PlaceEnumValues { .. } => {
                self.values = true;
                self.redefine(&[])
            }
            Lowered::DropEnumValue { of, value } => {
                let asked = self.before.unheld(*of, *value)?;
                self.out.statements.extend(asked.into_iter().map(|(sql, message)| assert(sql, message)));
                self.values = true;
                self.redefine(&[])
            }
            Lowered::RenameEnumValue { of, value, to } => self.rename_value(*of, *value, to),
            Lowered::CreateIndex { .. } | Lowered::DropIndex { .. } | Lowered::RenameIndex { .. } => {
                self.indexes(step)
            }
            Lowered::CreateView(_) | Lowered::ReplaceView { .. } | Lowered::DropView { .. } => {
                self.view(step)
            }
            Lowered::CreateExtension(extension) => {
                self.notice(format!("{NAME} has no extensions: {} is left out", extension.name));
                Ok(())
            }
            Lowered::SetComment { on, to } => {
                to.iter().for_each(|_| self.no_remarks(*on));
                Ok(())
            }
            Lowered::Sql { on, declares, down, .. } => {
                let statements = authored(on, declares, *down)?;
                statements.iter().for_each(|sql| self.run(sql.clone()));
                Ok(())
            }
            // Enums live in the columns that use them; the rest is done by guests, row by row.
            Lowered::CreateEnum(_) | Lowered::DropEnum { .. } | Lowered::DropExtension { .. } => Ok(()),
            Lowered::Backfill(_) | Lowered::UndoBackfill(_) | Lowered::Populate(_) => Ok(()),
            Lowered::UndoPopulate(_) | Lowered::Derive(_) | Lowered::UndoDerive(_) => Ok(()),
        }
    }

    fn no_remarks(&mut self, on: Commented) {
        let what = match on {
            Commented::Table(_) => "table",
            Commented::Column { .. } => "column",
            Commented::View(_) => "view",
            Commented::Enum(_) => "enum",
        };
        self.notice(format!("{NAME} keeps no remarks: that on the {what} is left out"));
    }

    fn rename_value(&mut self, of: ObjectId, value: ObjectId, to: &str) -> Result<(), RenderError> {
        let from = self.before.schema.enum_(of).and_then(|e| e.value(value));
        let from = from.ok_or_else(|| RenderError::Missing(format!("a value of enum {of:?}")))?;
        self.renamed.insert(of, (from.name.clone(), to.to_owned()));
        self.values = true;
        // A plain column says its values in a check; an array doesn't.
        let using = |t: &&Table| t.columns.iter().any(|c| c.ty.enum_ref() == Some(&of));
        let tables: Vec<_> = self.after.schema.tables().filter(using).map(|t| t.id).collect();
        self.redefine(&tables)
    }

    fn create_table(&mut self, table: &Table) -> Result<(), RenderError> {
        check(self.after, table)?;
        self.run(self.after.create_table(table, &table.name)?);
        for index in &table.indexes {
            self.create_index(table, index)?;
        }
        if table.comment.is_some() || table.columns.iter().any(|c| c.comment.is_some()) {
            self.notice(format!("{NAME} keeps no remarks: those on {} are left out", table.name));
        }
        Ok(())
    }

    fn drop_table(&mut self, id: ObjectId) -> Result<(), RenderError> {
        let table = self.before.table(id)?;
        self.redefine(&[])?;
        // With foreign keys on, dropping a table deletes its rows first, and with them those that refer to them.
        let name = quote(&table.name);
        self.out.statements.push(assert(
            format!(
                "SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' \
                 AND lower(f.\"table\") = lower({name}) AND lower(s.name) <> lower({name})"
            ),
            format!("other tables still refer to {}", table.name),
        ));
        self.out.rebuilds |= self.before.schema.referring(id).next().is_some();
        self.run(format!("DROP TABLE {}", self.before.ident(&table.name)));
        Ok(())
    }

    fn add_column(&mut self, table: ObjectId, column: ObjectId) -> Result<(), RenderError> {
        let new = self.after.table(table)?;
        let column = self.after.column_of(new, column)?;
        check(self.after, new)?;
        if !self.adds_natively(new, column) {
            return self.redefine(&[]);
        }
        self.run(format!("{} ADD COLUMN {}", self.after.alter(new), self.after.column(new, column)?));
        Ok(())
    }

    /// SQLite adds columns whose value for the existing rows is a constant it needn't write.
    fn adds_natively(&self, table: &Table, column: &Column) -> bool {
        let constant = column.default.as_ref().is_none_or(is_constant);
        let filled =
            column.default.is_some() || self.after.is_nullable(table, column) || column.generated.is_some();
        let same_initial = match (&column.initial, &column.default) {
            (None, _) => true,
            (Some(initial), Some(model::Default::Literal(default))) => initial == default,
            (Some(_), _) => false,
        };
        let stored = column.generated.as_ref().is_some_and(|g| g.storage == Storage::Stored);
        column.identity.is_none() && constant && filled && same_initial && !stored
    }

    fn drop_column(&mut self, table: ObjectId, id: ObjectId) -> Result<(), RenderError> {
        let (old, new) = (self.before.table(table)?, self.after.table(table)?);
        let column = self.before.column_of(old, id)?;
        if !drops_natively(old, column) || !self.only_changed(table)? {
            return self.redefine(&[]);
        }
        for index in old.indexes.iter().filter(|i| new.index(i.id).is_none()) {
            self.run(format!("DROP INDEX {}", self.before.ident(&index.name)));
        }
        self.run(format!("{} DROP COLUMN {}", self.before.alter(old), self.before.ident(&column.name)));
        Ok(())
    }

    /// Whether no other table is defined differently afterwards.
    fn only_changed(&self, table: ObjectId) -> Result<bool, RenderError> {
        for new in self.after.schema.tables().filter(|t| t.id != table) {
            if self.is_redefined(new)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_redefined(&self, new: &Table) -> Result<bool, RenderError> {
        let Some(old) = self.before.schema.table(new.id) else { return Ok(false) };
        if self.is_shared(old, new) {
            return Ok(false);
        }
        Ok(self.before.create_table(old, &old.name)? != self.after.create_table(new, &new.name)?)
    }

    /// Whether both schemas hold the very same object, so that its text is the same unless enum values change.
    fn is_shared<T>(&self, old: &T, new: &T) -> bool {
        !self.values && std::ptr::eq(old, new)
    }

    /// Brings every table, index and view whose definition has become another to it. `always` are rebuilt in any case.
    fn redefine(&mut self, always: &[ObjectId]) -> Result<(), RenderError> {
        let (before, after) = (self.before, self.after);
        for new in after.schema.tables() {
            let Some(old) = before.schema.table(new.id) else { continue };
            if !always.contains(&new.id) && !self.is_redefined(new)? {
                self.redefine_indexes(old, new)?;
                continue;
            }
            check(after, new)?;
            let rebuild = Rebuild { before, after, old, new, using: self.using, renamed: &self.renamed };
            self.out.statements.extend(rebuild.statements()?);
            self.out.rebuilds = true;
        }
        for new in after.schema.views() {
            let Some(old) = before.schema.view(new.id) else { continue };
            if !self.is_shared(old, new) && before.create_view(old)? != after.create_view(new)? {
                self.replace_view(old, new)?;
            }
        }
        Ok(())
    }

    fn redefine_indexes(&mut self, old: &Table, new: &Table) -> Result<(), RenderError> {
        if self.is_shared(old, new) {
            return Ok(());
        }
        for index in &old.indexes {
            let now = new.index(index.id).map(|now| self.after.create_index(new, now, "")).transpose()?;
            if now.as_ref() != Some(&self.before.create_index(old, index, "")?) {
                self.run(format!("DROP INDEX {}", self.before.ident(&index.name)));
                now.into_iter().for_each(|sql| self.run(sql));
            }
        }
        Ok(())
    }

    fn create_index(&mut self, table: &Table, index: &Index) -> Result<(), RenderError> {
        let sql = self.after.create_index(table, index, "")?;
        self.out.statements.push(Statement::inside(sql, BUILD));
        if let Some(method) = index.method.as_deref().filter(|m| *m != "btree") {
            self.notice(format!("{NAME} has no {method} indexes: {} is a plain one", index.name));
        }
        if !index.include.is_empty() {
            self.notice(format!("{NAME} has no further columns in indexes: {} goes without", index.name));
        }
        Ok(())
    }

    fn indexes(&mut self, step: &Lowered) -> Result<(), RenderError> {
        match step {
            Lowered::CreateIndex { table, index, .. } => self.create_index(self.after.table(*table)?, index),
            Lowered::DropIndex { table, index, .. } | Lowered::RenameIndex { table, index, .. } => {
                let (old, new) = (self.before.table(*table)?, self.after.table(*table)?);
                let missing = || RenderError::Missing(format!("index {index:?}"));
                let gone = old.index(*index).ok_or_else(missing)?;
                self.run(format!("DROP INDEX {}", self.before.ident(&gone.name)));
                if let (Lowered::RenameIndex { .. }, Some(index)) = (step, new.index(*index)) {
                    self.run(self.after.create_index(new, index, "")?);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn view(&mut self, step: &Lowered) -> Result<(), RenderError> {
        match step {
            Lowered::CreateView(view) => {
                self.run(self.after.create_view(view)?);
                if view.comment.is_some() {
                    self.notice(format!("{NAME} keeps no remarks: that on {} is left out", view.name));
                }
                Ok(())
            }
            Lowered::ReplaceView { view } => self.replace_view(self.before.view(view.id)?, view),
            Lowered::DropView { view } => {
                self.run(self.before.drop_view(self.before.view(*view)?));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Views name what they read, so that others over this one need no new definition; its own triggers do.
    fn replace_view(&mut self, old: &View, new: &View) -> Result<(), RenderError> {
        let remembered = format!("triggers of {}", old.name);
        let triggers = format!(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = {} COLLATE NOCASE ORDER BY name",
            quote(&old.name)
        );
        self.out
            .statements
            .push(Statement { act: Do::Capture(remembered.clone()), ..Statement::inside(triggers, LOCK) });
        self.run(self.before.drop_view(old));
        self.run(self.after.create_view(new)?);
        self.out.statements.push(Statement {
            act: Do::Replay(remembered),
            ..Statement::inside("SELECT name FROM sqlite_schema WHERE type = 'trigger'", LOCK)
        });
        Ok(())
    }
}

/// SQLite drops columns that no constraint, generated column or key mentions; indexes over it have gone before.
fn drops_natively(table: &Table, column: &Column) -> bool {
    let id = column.id;
    let mentions = |template: &Template| template.columns().any(|(_, c)| c == id);
    let constrained = table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.contains(&id),
        ConstraintKind::Check(expression) => mentions(expression),
        ConstraintKind::ForeignKey(reference) => {
            reference.columns.contains(&id)
                || (reference.references == table.id && reference.to.contains(&id))
        }
    });
    let computed =
        table.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| mentions(&g.expression)));
    !constrained && !computed && table.columns.len() > 1
}

/// The hand-written statements for this database.
fn authored<'s>(
    on: &'s BTreeMap<String, SqlText>,
    declares: &[Lowered],
    down: bool,
) -> Result<&'s [String], RenderError> {
    let refused = |what: &str, why: &str| {
        Err(RenderError::Refused { dialect: NAME, what: what.to_owned(), why: why.to_owned() })
    };
    match (on.get(NAME), down) {
        (Some(text), false) => Ok(&text.up),
        (Some(SqlText { down: Some(statements), .. }), true) => Ok(statements),
        (Some(_), true) => refused("go back over hand-written SQL", "it has no `down`; write one"),
        // Nothing is declared and nothing said: it was written for other databases only.
        (None, _) if declares.is_empty() => Ok(&[]),
        (None, _) => {
            refused("do what hand-written SQL declares", "it has no statements for this database; add them")
        }
    }
}
