//! One step as statements.

use std::collections::BTreeSet;

use model::{
    Column, Commented, Constraint, ConstraintKind, Default, Index, Lowered, ObjectId, View, schema::Table,
};

use crate::{
    ddl::Ddl,
    dialect::Around,
    lexer::{Reading, TokenKind, tokens},
    statement::{Do, Lock, RenderError, Rendered, Statement},
};

use super::{
    NAME, Server,
    algorithm::Algorithm,
    alter::{Alter, keys},
    ddl, definition, lock,
    probe::{self, Condition},
    refused,
    types::quote_ident,
};

/// What a step is rendered with, and what it has come to so far.
pub(super) struct Step<'a> {
    pub before: Ddl<'a>,
    pub after: Ddl<'a>,
    pub server: Server,
    pub out: Rendered,
}

/// The statements that carry the step out.
pub fn render(step: &Lowered, around: Around<'_>, server: Server) -> Result<Rendered, RenderError> {
    let (before, after) = (ddl(around.before), ddl(around.after));
    let mut to = Step { before, after, server, out: Rendered::default() };
    to.step(step)?;
    let own = !matches!(step, Lowered::Sql { .. });
    let reading = Reading { backslashes: true, bracket_names: false };
    let joins = |sql: &str| tokens(sql, reading).iter().any(|token| token.is_symbol("||"));
    if own && to.out.statements.iter().any(|statement| joins(&statement.sql)) {
        return Err(refused("take `||` in an expression", "here it means OR; write concat(…)"));
    }
    for statement in to.out.statements.iter().filter(|_| own) {
        check_names(&statement.sql, reading)?;
    }
    Ok(to.out)
}

/// Names are kept in three bytes a character.
fn check_names(sql: &str, reading: Reading) -> Result<(), RenderError> {
    let quoted = tokens(sql, reading).into_iter().filter(|token| token.kind == TokenKind::Quoted);
    let long = |name: &String| name.contains(|c| c > '\u{ffff}');
    match quoted.filter_map(|token| token.name()).find(long) {
        None => Ok(()),
        Some(name) => Err(refused(
            format!("name anything {name:?}"),
            "names hold no character beyond U+FFFF, such as emoji; choose another name",
        )),
    }
}

impl<'a> Step<'a> {
    fn step(&mut self, step: &Lowered) -> Result<(), RenderError> {
        match step {
            Lowered::CreateTable(table) => self.create_table(self.after.table(table.id)?),
            Lowered::DropTable { table } => self.drop_table(*table),
            Lowered::AddColumn { table, column } => self.add_column(*table, column),
            Lowered::ChangeType { table, column, using, .. } => {
                self.change_type(*table, *column, using.as_ref())
            }
            Lowered::AddConstraint { table, constraint } => {
                self.out.notices.extend(definition::constraint_notice(constraint));
                self.alter(*table)
            }
            Lowered::CreateIndex { table, index, .. } => {
                let on = self.after.table(*table)?;
                self.out.notices.extend(definition::index_notices(&self.after, on, index, self.server)?);
                self.alter(*table)
            }
            Lowered::RenameTable { table, .. } => {
                self.alter(*table)?;
                self.follow_views()
            }
            Lowered::RenameColumn { table, column, .. } => {
                self.rename_column(*table, *column)?;
                self.follow_views()
            }
            Lowered::DropColumn { table, .. }
            | Lowered::SetNullable { table, .. }
            | Lowered::SetDefault { table, .. }
            | Lowered::DropConstraint { table, .. }
            | Lowered::RenameConstraint { table, .. }
            | Lowered::DropIndex { table, .. }
            | Lowered::RenameIndex { table, .. } => self.alter(*table),
            Lowered::AddEnumValue { of, .. } | Lowered::PlaceEnumValues { of, .. } => self.redeclare(*of),
            Lowered::DropEnumValue { of, value } => {
                self.ask(*of, *value)?;
                self.redeclare(*of)
            }
            Lowered::RenameEnumValue { of, value, to } => self.rename_value(*of, *value, to),
            Lowered::CreateView(view) => self.create_view(view),
            Lowered::ReplaceView { view } => self.replace_view(view),
            Lowered::DropView { view } => self.drop_view(*view),
            Lowered::CreateExtension(extension) => {
                self.out.notices.push(format!("{NAME} has no extensions: {} is left out", extension.name));
                Ok(())
            }
            Lowered::SetComment { on, to } => self.set_comment(*on, to.is_some()),
            Lowered::Sql { on, declares, down, .. } => self.sql(on.get(NAME), declares.is_empty(), *down),
            // Enums live in the columns that use them; data steps are not rendered.
            Lowered::CreateEnum(_)
            | Lowered::DropEnum { .. }
            | Lowered::DropExtension { .. }
            | Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::UndoPopulate(_)
            | Lowered::Derive(_)
            | Lowered::UndoDerive(_) => Ok(()),
        }
    }

    fn alone(&mut self, sql: String, conditions: &[Condition], lock: Lock) {
        self.out.statements.push(Statement::alone(sql, probe::all(conditions), lock));
    }

    fn create_table(&mut self, table: &'a Table) -> Result<(), RenderError> {
        definition::check(table, self.after.schema, self.server)?;
        let sql = definition::create_table(&self.after, table, self.server)?;
        self.alone(sql, &[Condition::relation(true, &table.name)], lock::NONE);
        self.out.notices.extend(definition::notices(table));
        for index in &table.indexes {
            self.out.notices.extend(definition::index_notices(&self.after, table, index, self.server)?);
        }
        Ok(())
    }

    fn drop_table(&mut self, id: ObjectId) -> Result<(), RenderError> {
        let name = &self.before.table(id)?.name;
        let gone = Condition::relation(false, name);
        self.alone(format!("DROP TABLE {}", quote_ident(name)), &[gone], lock::BRIEF);
        Ok(())
    }

    fn drop_view(&mut self, id: ObjectId) -> Result<(), RenderError> {
        let view = self.before.view(id)?;
        let gone = Condition::relation(false, &view.name);
        self.alone(self.before.drop_view(view), &[gone], lock::NONE);
        Ok(())
    }

    /// Brings a table from the schema before to the schema after.
    pub(super) fn alter(&mut self, id: ObjectId) -> Result<(), RenderError> {
        let (old, new) = (self.before.table(id)?, self.after.table(id)?);
        definition::check(new, self.after.schema, self.server)?;
        self.between(&self.before.clone(), old, &self.after.clone(), new, BTreeSet::new())
    }

    /// A column that is in a foreign key gets another name only where nothing is copied, and a check can't be made without a copy: what
    /// is computed from it, and the checks over it, go before and come back behind.
    fn rename_column(&mut self, id: ObjectId, column: ObjectId) -> Result<(), RenderError> {
        let (old, new) = (self.before.table(id)?, self.after.table(id)?);
        let bare = without_computed(old, column);
        if bare == *old || !is_referring(&self.before, old, column) {
            return self.alter(id);
        }
        definition::check(new, self.after.schema, self.server)?;
        let (before, after) = (self.before, self.after);
        let named = without_computed(new, column);
        self.between(&before, old, &before, &bare, BTreeSet::new())?;
        self.between(&before, &bare, &after, &named, BTreeSet::new())?;
        self.between(&after, &named, &after, new, BTreeSet::new())
    }

    /// Brings a table from one state to another, which needn't be those of the schemas around the step.
    pub(super) fn between(
        &mut self,
        before: &Ddl<'_>,
        old: &Table,
        after: &Ddl<'_>,
        new: &Table,
        touched: BTreeSet<ObjectId>,
    ) -> Result<(), RenderError> {
        // One product can't give a column another name while others are computed from it.
        let renamed = |id: ObjectId| {
            let names = (old.column(id).map(|c| &c.name), new.column(id).map(|c| &c.name));
            !self.server.fork && matches!(names, (Some(was), Some(is)) if was != is)
        };
        let recomputed: BTreeSet<ObjectId> = new
            .columns
            .iter()
            .filter(|column| reads(column, |id| touched.contains(&id) || renamed(id)))
            .map(|column| column.id)
            .collect();
        let touched = touched.union(&recomputed).copied().collect();
        let alter =
            Alter { before: *before, after: *after, old, new, server: self.server, touched, recomputed };
        let altered = alter.statements()?;
        self.out.rebuilds |= altered.takes >= Algorithm::Shared;
        self.out.statements.extend(altered.statements);
        Ok(())
    }

    /// Existing rows get `initial` where there is one, and the column's own default stands for those to come.
    fn add_column(&mut self, table: ObjectId, column: &Column) -> Result<(), RenderError> {
        let (old, new) = (self.before.table(table)?, self.after.table(table)?);
        definition::check(new, self.after.schema, self.server)?;
        let given = column.default.is_some() || column.identity.is_some() || column.generated.is_some();
        if column.identity.is_some() {
            self.out.notices.extend(definition::notices(new).into_iter().take(1));
        }
        if !column.nullable && column.initial.is_none() && !given {
            // The server would make up a value for each of them.
            let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {})", quote_ident(&new.name));
            let why =
                format!("{} has rows, and {} is NOT NULL without a value for them", new.name, column.name);
            self.out
                .statements
                .push(Statement { act: Do::Assert(why), ..Statement::inside(sql, lock::NONE) });
        }
        let (before, after) = (self.before, self.after);
        let mut first = new.clone();
        for own in first.columns.iter_mut().filter(|own| own.id == column.id && own.generated.is_none()) {
            own.default = own.initial.clone().map(Default::Literal).or(own.default.take());
        }
        self.between(&before, old, &after, &first, BTreeSet::new())?;
        self.between(&after, &first, &after, new, BTreeSet::new())
    }

    fn create_view(&mut self, view: &View) -> Result<(), RenderError> {
        self.alone(self.after.create_view(view)?, &[Condition::relation(true, &view.name)], lock::NONE);
        if view.comment.is_some() {
            self.out
                .notices
                .push(format!("{NAME} keeps no remarks on views: that on {} is left out", view.name));
        }
        Ok(())
    }

    /// A view is replaced in place, so that what was granted on it stays.
    fn replace_view(&mut self, view: &View) -> Result<(), RenderError> {
        let sql = self.after.create_view(view)?.replacen("CREATE VIEW", "CREATE OR REPLACE VIEW", 1);
        self.alone(sql, &[], lock::NONE);
        Ok(())
    }

    /// Views keep the names they were created with: those that name something otherwise now are replaced.
    pub(super) fn follow_views(&mut self) -> Result<(), RenderError> {
        let (before, after) = (self.before, self.after);
        for view in crate::views::creation_order(after.schema) {
            let Some(old) = before.schema.view(view.id) else { continue };
            if before.create_view(old)? != after.create_view(view)? {
                self.replace_view(view)?;
            }
        }
        Ok(())
    }

    fn set_comment(&mut self, on: Commented, given: bool) -> Result<(), RenderError> {
        let what = match on {
            Commented::Table(table) | Commented::Column { table, .. } => return self.alter(table),
            Commented::View(_) => "views",
            Commented::Enum(_) => "enums",
        };
        if given {
            self.out.notices.push(format!("{NAME} keeps no remarks on {what}: it is left out"));
        }
        Ok(())
    }
}

/// A table without the checks over a column, and without the columns that are computed from it and what is over those.
fn without_computed(table: &Table, column: ObjectId) -> Table {
    let mut bare = table.clone();
    bare.columns.retain(|other| !reads(other, |id| id == column));
    let gone = |id: ObjectId| table.column(id).is_some() && bare.column(id).is_none();
    let is_kept = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::Check(check) => !check.columns().any(|(_, id)| id == column || gone(id)),
        kind => !kind.columns().into_iter().any(gone),
    };
    let stays = |index: &Index| !keys(index).any(gone);
    let constraints = table.constraints.iter().filter(|one| is_kept(one)).cloned().collect();
    let indexes = table.indexes.iter().filter(|one| stays(one)).cloned().collect();
    Table { constraints, indexes, ..bare }
}

/// Whether a column refers to another table's, or another table's to it.
fn is_referring(ddl: &Ddl<'_>, table: &Table, column: ObjectId) -> bool {
    let own = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => reference.columns.contains(&column),
        _ => false,
    });
    let to = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => reference.to.contains(&column),
        _ => false,
    };
    own || ddl.schema.referring(table.id).any(|(_, constraint)| to(constraint))
}

/// Whether a column is computed from one of those.
pub(super) fn reads(column: &Column, one: impl Fn(ObjectId) -> bool) -> bool {
    column.generated.as_ref().is_some_and(|generated| generated.expression.columns().any(|(_, id)| one(id)))
}
