//! Creates a table.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    column::ColumnDef,
    constraint::ConstraintDef,
    constraint::ConstraintKind,
    effects::{Resource, Scope},
    id::{Minter, ObjectId},
    index::IndexDef,
    lowered::Lowered,
    names::check_name,
    operation::{
        add_column, add_constraint, create_index,
        define_column::{self, check_beside, check_column, lower_generated, seal_column},
        define_constraint::{self, Taken, seal_constraint},
        define_index::{self, seal_index},
    },
    problem::{At, Irreversible, LowerError, Problem, Segment},
    schema::{Schema, Table},
    seal::Members,
};

/// Creates a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTable {
    /// Its name.
    pub name: String,
    /// Its columns; at least one.
    pub columns: Vec<ColumnDef>,
    /// Its constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<ConstraintDef>,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<IndexDef>,
    /// A remark kept in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl CreateTable {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<CreateTable, LowerError> {
        let mut members = Members { table: &self.name, columns: Vec::new() };
        for column in &self.columns {
            members = members.with(&column.name, &column.ty, schema);
        }
        let mut sealed = self.clone();
        for (i, column) in sealed.columns.iter_mut().enumerate() {
            *column = seal_column(column, &members).at(Segment::Index(i)).field("columns")?;
        }
        let mut taken = Taken { schema, own: [crate::schema::fold_name(&self.name)].into() };
        taken
            .own
            .extend(self.constraints.iter().filter_map(|c| c.name.as_deref()).map(crate::schema::fold_name));
        taken.own.extend(self.indexes.iter().filter_map(|i| i.name.as_deref()).map(crate::schema::fold_name));
        for (i, constraint) in sealed.constraints.iter_mut().enumerate() {
            *constraint = seal_constraint(constraint, &members, &mut taken)
                .at(Segment::Index(i))
                .field("constraints")?;
        }
        for (i, index) in sealed.indexes.iter_mut().enumerate() {
            *index = seal_index(index, &members, &mut taken).at(Segment::Index(i)).field("indexes")?;
        }
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        check_name(&self.name).field("name")?;
        let mut table = Table {
            id: minter.mint(),
            name: self.name.clone(),
            columns: Vec::with_capacity(self.columns.len()),
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: self.comment.clone(),
        };
        for (i, def) in self.columns.iter().enumerate() {
            let column = define_column::define(def, schema, minter);
            let column = column.and_then(|c| {
                check_beside(&c, &table.columns, &self.name).field("name")?;
                Ok(c)
            });
            table.columns.push(column.at(Segment::Index(i)).field("columns")?);
        }
        for (i, def) in self.columns.iter().enumerate() {
            let generated = lower_generated(def, &table, schema).at(Segment::Index(i)).field("columns")?;
            table.columns[i].generated = generated;
        }
        for (i, def) in self.constraints.iter().enumerate() {
            let constraint = define_constraint::define(def, &table, schema, minter)
                .at(Segment::Index(i))
                .field("constraints")?;
            if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
                // A key can't be NULL, whether its author said so or not.
                table.columns.iter_mut().filter(|c| key.contains(&c.id)).for_each(|c| c.nullable = false);
            }
            table.constraints.push(constraint);
        }
        for (i, constraint) in table.constraints.iter().enumerate() {
            define_constraint::check(constraint, &table, schema)
                .at(Segment::Index(i))
                .field("constraints")?;
        }
        for (i, def) in self.indexes.iter().enumerate() {
            let index =
                define_index::define(def, &table, schema, minter).at(Segment::Index(i)).field("indexes")?;
            table.indexes.push(index);
        }
        Ok(vec![Lowered::CreateTable(table.into())])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: &std::sync::Arc<Table>) -> Result<(), Problem> {
    check_name(&table.name)?;
    if table.columns.is_empty() {
        return Err(Problem::NoColumns);
    }
    for column in &table.columns {
        check_column(column, schema)?;
        check_beside(column, &table.columns, &table.name)?;
        column.templates().try_for_each(|t| define_constraint::check_there(t, table, schema))?;
    }
    for constraint in &table.constraints {
        define_constraint::check(constraint, table, schema)?;
    }
    for index in &table.indexes {
        define_index::check(index, table, schema)?;
    }
    schema.insert_table(table.clone())
}

pub(crate) fn effects(out: &mut Accesses, table: &Table, before: &Schema) {
    out.claim(Scope::Relations, &table.name, table.id);
    for column in &table.columns {
        add_column::effects(out, table.id, column, before);
    }
    for constraint in &table.constraints {
        add_constraint::effects(out, table, constraint, before);
    }
    for index in &table.indexes {
        create_index::effects(out, table.id, index);
    }
    // Last, so that the table is created and not only spoken of.
    out.create(table.id);
    out.extend(Resource::Members(table.id));
}

pub(crate) fn inverse(table: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropTable { table })
}
