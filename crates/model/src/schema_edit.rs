//! Editing a schema: every change keeps its names apart and its lookup true.

use std::sync::Arc;

use crate::{
    column::Column,
    constraint::{Constraint, ConstraintKind},
    id::ObjectId,
    lowered::Lowered,
    problem::Problem,
    schema::{Enum, Extension, Kind, Schema, Table, View, fold_name},
};

impl Schema {
    /// What has a name in the scope of tables, views, indexes, enums and unique constraints, in words.
    pub(crate) fn holder(&self, name: &str) -> Option<String> {
        let (kind, id) = self.named(name)?;
        Some(match kind {
            Kind::Table => format!("table `{}`", self.table(id)?.name),
            Kind::Enum => format!("enum `{}`", self.enum_(id)?.name),
            Kind::View => format!("view `{}`", self.view(id)?.name),
            Kind::Index(table) => {
                let table = self.table(table)?;
                match (table.index(id), table.constraint(id)) {
                    (Some(index), _) => format!("index `{}` of `{}`", index.name, table.name),
                    (None, Some(found)) => format!("constraint `{}` of `{}`", found.name, table.name),
                    (None, None) => format!("an index of `{}`", table.name),
                }
            }
        })
    }

    /// Takes a name in the shared scope.
    pub(crate) fn claim(&mut self, name: &str, kind: Kind, id: ObjectId) -> Result<(), Problem> {
        if let Some(by) = self.holder(name) {
            return Err(Problem::NameTaken { name: name.to_owned(), by });
        }
        self.names.insert(fold_name(name), (kind, id));
        Ok(())
    }

    /// Gives a name in the shared scope back.
    pub(crate) fn release(&mut self, name: &str) {
        self.names.remove(&fold_name(name));
    }

    /// The table a constraint of that name belongs to, letter case aside.
    pub fn constraint_holder(&self, name: &str) -> Option<&Table> {
        self.constraints.get(&fold_name(name)).and_then(|id| self.table(*id))
    }

    /// Takes a constraint's name in the scope of constraints, and for a key's index in the shared scope.
    pub(crate) fn claim_constraint(
        &mut self,
        table: ObjectId,
        constraint: &Constraint,
    ) -> Result<(), Problem> {
        if let Some(held) = self.constraint_holder(&constraint.name) {
            let by = format!("a constraint of `{}`", held.name);
            return Err(Problem::NameTaken { name: constraint.name.clone(), by });
        }
        if constraint.has_index() {
            self.claim(&constraint.name, Kind::Index(table), constraint.id)?;
        }
        self.constraints.insert(fold_name(&constraint.name), table);
        Ok(())
    }

    /// Gives a constraint's names back.
    pub(crate) fn release_constraint(&mut self, constraint: &Constraint) {
        if constraint.has_index() {
            self.release(&constraint.name);
        }
        self.constraints.remove(&fold_name(&constraint.name));
    }

    /// A table, to be changed.
    pub(crate) fn table_mut(&mut self, id: ObjectId) -> Result<&mut Table, Problem> {
        self.tables.get_mut(&id).map(Arc::make_mut).ok_or(Problem::Missing("table"))
    }

    /// A column, to be changed.
    pub(crate) fn column_mut(&mut self, table: ObjectId, column: ObjectId) -> Result<&mut Column, Problem> {
        let columns = &mut self.table_mut(table)?.columns;
        columns.iter_mut().find(|c| c.id == column).ok_or(Problem::Missing("column"))
    }

    /// An enum, to be changed.
    pub(crate) fn enum_mut(&mut self, id: ObjectId) -> Result<&mut Enum, Problem> {
        self.enums.get_mut(&id).map(Arc::make_mut).ok_or(Problem::Missing("enum"))
    }

    /// Puts a whole table in.
    ///
    /// # Errors
    /// When its identity is there already, or one of its names is taken.
    pub fn insert_table(&mut self, table: Arc<Table>) -> Result<(), Problem> {
        if self.tables.contains_key(&table.id) {
            return Err(Problem::Twice("table"));
        }
        self.claim(&table.name, Kind::Table, table.id)?;
        // The table goes in first, so that a name taken twice inside it can be told.
        self.tables.insert(table.id, table.clone());
        for constraint in &table.constraints {
            self.claim_constraint(table.id, constraint)?;
        }
        for index in &table.indexes {
            self.claim(&index.name, Kind::Index(table.id), index.id)?;
        }
        Ok(())
    }

    /// Takes a whole table out.
    ///
    /// # Errors
    /// When it isn't there.
    pub fn remove_table(&mut self, id: ObjectId) -> Result<Arc<Table>, Problem> {
        let table = self.tables.remove(&id).ok_or(Problem::Missing("table"))?;
        self.release(&table.name);
        for constraint in &table.constraints {
            self.release_constraint(constraint);
        }
        for index in &table.indexes {
            self.release(&index.name);
        }
        Ok(table)
    }

    /// Puts an enum in.
    ///
    /// # Errors
    /// When its identity is there already, or its name is taken.
    pub fn insert_enum(&mut self, of: Arc<Enum>) -> Result<(), Problem> {
        if self.enums.contains_key(&of.id) {
            return Err(Problem::Twice("enum"));
        }
        self.claim(&of.name, Kind::Enum, of.id)?;
        self.enums.insert(of.id, of);
        Ok(())
    }

    /// Takes an enum out.
    ///
    /// # Errors
    /// When it isn't there.
    pub fn remove_enum(&mut self, id: ObjectId) -> Result<Arc<Enum>, Problem> {
        let of = self.enums.remove(&id).ok_or(Problem::Missing("enum"))?;
        self.release(&of.name);
        Ok(of)
    }

    /// Puts a view in.
    ///
    /// # Errors
    /// When its identity is there already, or its name is taken.
    pub fn insert_view(&mut self, view: Arc<View>) -> Result<(), Problem> {
        if self.views.contains_key(&view.id) {
            return Err(Problem::Twice("view"));
        }
        self.claim(&view.name, Kind::View, view.id)?;
        self.views.insert(view.id, view);
        Ok(())
    }

    /// Takes a view out.
    ///
    /// # Errors
    /// When it isn't there.
    pub fn remove_view(&mut self, id: ObjectId) -> Result<Arc<View>, Problem> {
        let view = self.views.remove(&id).ok_or(Problem::Missing("view"))?;
        self.release(&view.name);
        Ok(view)
    }

    /// Puts an extension in.
    ///
    /// # Errors
    /// When its identity or its name is there already.
    pub fn insert_extension(&mut self, extension: Arc<Extension>) -> Result<(), Problem> {
        if self.extensions.contains_key(&extension.id) {
            return Err(Problem::Twice("extension"));
        }
        if self.extension_named(&extension.name).is_some() {
            let name = extension.name.clone();
            return Err(Problem::NameTaken { name, by: "an extension".to_owned() });
        }
        self.extensions.insert(extension.id, extension);
        Ok(())
    }

    /// Takes an extension out.
    ///
    /// # Errors
    /// When it isn't there.
    pub fn remove_extension(&mut self, id: ObjectId) -> Result<Arc<Extension>, Problem> {
        self.extensions.remove(&id).ok_or(Problem::Missing("extension"))
    }

    /// The extension of that name, letter case aside.
    pub fn extension_named(&self, name: &str) -> Option<&Extension> {
        let folded = fold_name(name);
        self.extensions().find(|e| fold_name(&e.name) == folded)
    }

    /// Everything outside itself that keeps a column from being dropped, in words.
    pub(crate) fn users_of_column(&self, table: ObjectId, column: ObjectId) -> Vec<String> {
        let mut users = Vec::new();
        for found in self.table(table).into_iter().flat_map(|t| &t.constraints) {
            if found.kind.columns().contains(&column) {
                users.push(format!("constraint `{}`", found.name));
            }
        }
        if let Some(table) = self.table(table) {
            for index in table.indexes.iter().filter(|i| i.columns().contains(&column)) {
                users.push(format!("index `{}`", index.name));
            }
            for other in table.columns.iter().filter(|c| c.id != column) {
                if other.generated.as_ref().is_some_and(|g| g.expression.reads(column)) {
                    users.push(format!("generated column `{}`", other.name));
                }
            }
        }
        for (from, constraint) in self.referring(table) {
            let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
            let own = from.id == table && reference.columns.contains(&column);
            if reference.to.contains(&column) && !own {
                users.push(format!("foreign key `{}` of `{}`", constraint.name, from.name));
            }
        }
        for view in self.views().filter(|v| v.query.reads(column)) {
            users.push(format!("view `{}`", view.name));
        }
        users
    }

    /// Views and other tables' foreign keys that need a table or view, in words.
    pub(crate) fn users_of_relation(&self, id: ObjectId) -> Vec<String> {
        let keys = self.referring(id).filter(|(from, _)| from.id != id);
        let keys = keys.map(|(from, c)| format!("foreign key `{}` of `{}`", c.name, from.name));
        let reads = |v: &&View| {
            v.id != id && (v.query.tables().any(|t| t == id) || v.query.columns().any(|(t, _)| t == id))
        };
        keys.chain(self.views().filter(reads).map(|v| format!("view `{}`", v.name))).collect()
    }

    /// Columns of an enum's type, and expressions that mention its values, in words.
    pub(crate) fn users_of_enum(&self, of: ObjectId) -> Vec<String> {
        let mut users = Vec::new();
        for table in self.tables() {
            for column in table.columns.iter().filter(|c| c.ty.enum_ref() == Some(&of)) {
                users.push(format!("column `{}` of `{}`", column.name, table.name));
            }
        }
        users.extend(self.mentions(&|template| template.enums().any(|(e, _)| e == of)));
        users
    }

    /// Constraints, indexes, columns and views with an expression for which `wanted` holds, in words.
    pub(crate) fn mentions(&self, wanted: &dyn Fn(&crate::Template) -> bool) -> Vec<String> {
        let mut users = Vec::new();
        for table in self.tables() {
            for column in table.columns.iter().filter(|c| c.templates().any(wanted)) {
                users.push(format!("column `{}` of `{}`", column.name, table.name));
            }
            for constraint in &table.constraints {
                if matches!(&constraint.kind, ConstraintKind::Check(t) if wanted(t)) {
                    users.push(format!("constraint `{}`", constraint.name));
                }
            }
            for index in table.indexes.iter().filter(|i| i.templates().any(wanted)) {
                users.push(format!("index `{}`", index.name));
            }
        }
        users.extend(self.views().filter(|v| wanted(&v.query)).map(|v| format!("view `{}`", v.name)));
        users
    }

    /// The identities of all objects in it, members included.
    pub(crate) fn objects(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let of_table = |t: &Table| {
            let members = t.columns.iter().map(|c| c.id).chain(t.constraints.iter().map(|c| c.id));
            [t.id].into_iter().chain(members).chain(t.indexes.iter().map(|i| i.id)).collect::<Vec<_>>()
        };
        let enums = self.enums().flat_map(|e| [e.id].into_iter().chain(e.values.iter().map(|v| v.id)));
        let views = self.views().flat_map(|v| [v.id].into_iter().chain(v.columns.iter().map(|c| c.id)));
        let others = enums.chain(views).chain(self.extensions().map(|e| e.id));
        self.tables().flat_map(of_table).chain(others)
    }

    /// The same schema with other identities.
    pub(crate) fn with_ids(&self, map: &dyn Fn(ObjectId) -> ObjectId) -> Schema {
        let mut schema = Schema::new();
        let whole = |step: Lowered| step.map_ids(&mut |id| map(id));
        let steps = self
            .tables()
            .map(|t| whole(Lowered::CreateTable(t.clone().into())))
            .chain(self.enums().map(|e| whole(Lowered::CreateEnum(e.clone().into()))))
            .chain(self.views().map(|v| whole(Lowered::CreateView(v.clone().into()))))
            .chain(self.extensions().map(|e| whole(Lowered::CreateExtension(e.clone().into()))));
        for step in steps {
            // What a schema holds goes into another: its names are apart already.
            let put = match step {
                Lowered::CreateTable(table) => schema.insert_table(table),
                Lowered::CreateEnum(of) => schema.insert_enum(of),
                Lowered::CreateView(view) => schema.insert_view(view),
                Lowered::CreateExtension(extension) => schema.insert_extension(extension),
                _ => Ok(()),
            };
            debug_assert!(put.is_ok(), "{put:?}");
        }
        schema
    }
}
