//! Lowered steps: what an operation means once its names have become identities.
//!
//! Every lowered step can evolve a [`Schema`](crate::Schema), be inverted against the schema before it, and be rendered by a
//! dialect. `difference` yields the same values.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    column::{Column, Default},
    constraint::Constraint,
    data_step::{LoweredBackfill, LoweredDerive, LoweredPopulate},
    expression::Template,
    id::ObjectId,
    index::Index,
    schema::{Enum, EnumValue, Extension, Table, View},
    step::SqlText,
    types::Type,
};

/// One change to a schema or to rows, by identity.
#[derive(Clone, Debug, PartialEq)]
pub enum Lowered {
    /// Creates a table with its columns, constraints and indexes.
    CreateTable(Arc<Table>),
    /// Drops a table with everything in it.
    DropTable {
        /// The table.
        table: ObjectId,
    },
    /// Gives a table another name.
    RenameTable {
        /// The table.
        table: ObjectId,
        /// Its new name.
        to: String,
    },
    /// Adds a column behind the others.
    AddColumn {
        /// The table.
        table: ObjectId,
        /// The column.
        column: Box<Column>,
    },
    /// Drops a column.
    DropColumn {
        /// The table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
    },
    /// Gives a column another name.
    RenameColumn {
        /// The table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
        /// Its new name.
        to: String,
    },
    /// Changes a column's type, by an expression when a plain cast won't do.
    ChangeType {
        /// The table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
        /// Its new type.
        to: Type<ObjectId>,
        /// How to compute the new value from the old row.
        using: Option<Template>,
    },
    /// Makes a column nullable or not.
    SetNullable {
        /// The table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
        /// Whether it may be NULL from now on.
        nullable: bool,
    },
    /// Changes or removes a column's default.
    SetDefault {
        /// The table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
        /// The new default; `None` removes it.
        to: Option<Default<Template>>,
    },
    /// Adds a constraint.
    AddConstraint {
        /// The table.
        table: ObjectId,
        /// The constraint.
        constraint: Box<Constraint>,
    },
    /// Drops a constraint.
    DropConstraint {
        /// The table.
        table: ObjectId,
        /// The constraint.
        constraint: ObjectId,
    },
    /// Gives a constraint another name.
    RenameConstraint {
        /// The table.
        table: ObjectId,
        /// The constraint.
        constraint: ObjectId,
        /// Its new name.
        to: String,
    },
    /// Creates an index.
    CreateIndex {
        /// The table.
        table: ObjectId,
        /// The index.
        index: Box<Index>,
        /// Without blocking writers, where the database can.
        concurrently: bool,
    },
    /// Drops an index.
    DropIndex {
        /// The table.
        table: ObjectId,
        /// The index.
        index: ObjectId,
        /// Without blocking writers, where the database can.
        concurrently: bool,
    },
    /// Gives an index another name.
    RenameIndex {
        /// The table.
        table: ObjectId,
        /// The index.
        index: ObjectId,
        /// Its new name.
        to: String,
    },
    /// Creates an enum.
    CreateEnum(Arc<Enum>),
    /// Drops an enum.
    DropEnum {
        /// The enum.
        of: ObjectId,
    },
    /// Adds a value to an enum.
    AddEnumValue {
        /// The enum.
        of: ObjectId,
        /// The value, which knows its place.
        value: EnumValue,
    },
    /// Takes a value out of an enum; only as the inverse of adding it.
    DropEnumValue {
        /// The enum.
        of: ObjectId,
        /// The value.
        value: ObjectId,
    },
    /// Gives an enum value another text.
    RenameEnumValue {
        /// The enum.
        of: ObjectId,
        /// The value.
        value: ObjectId,
        /// Its new text.
        to: String,
    },
    /// Gives the values of an enum other places; only from one fold of a history to another, where values that several
    /// branches added turned out to be one.
    PlaceEnumValues {
        /// The enum.
        of: ObjectId,
        /// All its values, in their new order. Texts don't count.
        values: Vec<EnumValue>,
    },
    /// Installs a server extension.
    CreateExtension(Arc<Extension>),
    /// Removes a server extension.
    DropExtension {
        /// The extension.
        extension: ObjectId,
    },
    /// Creates a view.
    CreateView(Arc<View>),
    /// Gives a view another query and columns.
    ReplaceView {
        /// The view as it is to be; same identity.
        view: Arc<View>,
    },
    /// Drops a view.
    DropView {
        /// The view.
        view: ObjectId,
    },
    /// Sets or removes a remark.
    SetComment {
        /// What the remark is on.
        on: Commented,
        /// The remark; `None` removes it.
        to: Option<String>,
    },
    /// Runs hand-written SQL; `declares` are the changes it amounts to, already lowered, in order.
    Sql {
        /// The statements up and down, by dialect name.
        on: BTreeMap<String, SqlText>,
        /// What it amounts to for the fold.
        declares: Vec<Lowered>,
        /// Whether these are the statements of the way back.
        down: bool,
        /// Tables it reads or writes the rows of; `None` when it doesn't say.
        touches: Option<Vec<ObjectId>>,
    },
    /// Rewrites columns of existing rows by a guest.
    Backfill(Arc<LoweredBackfill>),
    /// Inserts rows made by a guest.
    Populate(Arc<LoweredPopulate>),
    /// Makes rows of other tables from the rows or the groups of a table, by a guest.
    Derive(Arc<LoweredDerive>),
    /// The way back of a [`Lowered::Backfill`]: puts back what the vault kept, where nobody changed it since.
    UndoBackfill(Arc<LoweredBackfill>),
    /// The way back of a [`Lowered::Populate`]: deletes the rows with the keys it inserted.
    UndoPopulate(Arc<LoweredPopulate>),
    /// The way back of a [`Lowered::Derive`]: deletes the rows with the keys it inserted, which the target has kept.
    UndoDerive(Arc<LoweredDerive>),
}

/// What a remark can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Commented {
    /// A table.
    Table(ObjectId),
    /// A column.
    Column {
        /// Its table.
        table: ObjectId,
        /// The column.
        column: ObjectId,
    },
    /// A view.
    View(ObjectId),
    /// An enum.
    Enum(ObjectId),
}
