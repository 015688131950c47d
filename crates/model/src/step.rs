//! Steps: one thing a draft does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    data_step::{Backfill, Populate},
    operation::*,
};

/// One step of a draft or entry: a DDL operation, hand-written SQL, or a data step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each variant's struct says what it does")]
pub enum Step {
    CreateTable(CreateTable),
    DropTable(DropTable),
    RenameTable(RenameTable),
    AddColumn(AddColumn),
    DropColumn(DropColumn),
    RenameColumn(RenameColumn),
    ChangeType(ChangeType),
    SetNotNull(SetNotNull),
    DropNotNull(DropNotNull),
    SetDefault(SetDefault),
    DropDefault(DropDefault),
    AddPrimaryKey(AddPrimaryKey),
    AddUnique(AddUnique),
    AddCheck(AddCheck),
    AddForeignKey(AddForeignKey),
    DropConstraint(DropConstraint),
    RenameConstraint(RenameConstraint),
    CreateIndex(CreateIndex),
    DropIndex(DropIndex),
    RenameIndex(RenameIndex),
    CreateEnum(CreateEnum),
    AddEnumValue(AddEnumValue),
    RenameEnumValue(RenameEnumValue),
    DropEnum(DropEnum),
    CreateExtension(CreateExtension),
    DropExtension(DropExtension),
    CreateView(CreateView),
    ReplaceView(ReplaceView),
    DropView(DropView),
    Comment(Comment),
    Sql(Sql),
    Backfill(Backfill),
    Populate(Populate),
}

/// The hand-written statements of one dialect, each a statement of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlText {
    /// The way there.
    pub up: Vec<String>,
    /// The way back; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Vec<String>>,
}

/// Hand-written SQL for the databases it names, with what it amounts to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sql {
    /// The statements, by dialect name.
    pub on: BTreeMap<String, SqlText>,
    /// Tables whose rows it reads or writes; when absent it counts as touching everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<Vec<String>>,
    /// The operations it amounts to for the fold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declares: Vec<Step>,
}
