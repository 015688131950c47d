//! Steps: one thing a draft does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    data_step::{Aggregate, Backfill, Populate, Transfer},
    id::{Minter, Origin},
    lowered::Lowered,
    operation::*,
    problem::{LowerError, Problem},
    schema::Schema,
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
    Transfer(Transfer),
    Aggregate(Aggregate),
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

impl Step {
    /// Its name as authors write it.
    pub fn name(&self) -> &'static str {
        match self {
            Step::CreateTable(_) => "CreateTable",
            Step::DropTable(_) => "DropTable",
            Step::RenameTable(_) => "RenameTable",
            Step::AddColumn(_) => "AddColumn",
            Step::DropColumn(_) => "DropColumn",
            Step::RenameColumn(_) => "RenameColumn",
            Step::ChangeType(_) => "ChangeType",
            Step::SetNotNull(_) => "SetNotNull",
            Step::DropNotNull(_) => "DropNotNull",
            Step::SetDefault(_) => "SetDefault",
            Step::DropDefault(_) => "DropDefault",
            Step::AddPrimaryKey(_) => "AddPrimaryKey",
            Step::AddUnique(_) => "AddUnique",
            Step::AddCheck(_) => "AddCheck",
            Step::AddForeignKey(_) => "AddForeignKey",
            Step::DropConstraint(_) => "DropConstraint",
            Step::RenameConstraint(_) => "RenameConstraint",
            Step::CreateIndex(_) => "CreateIndex",
            Step::DropIndex(_) => "DropIndex",
            Step::RenameIndex(_) => "RenameIndex",
            Step::CreateEnum(_) => "CreateEnum",
            Step::AddEnumValue(_) => "AddEnumValue",
            Step::RenameEnumValue(_) => "RenameEnumValue",
            Step::DropEnum(_) => "DropEnum",
            Step::CreateExtension(_) => "CreateExtension",
            Step::DropExtension(_) => "DropExtension",
            Step::CreateView(_) => "CreateView",
            Step::ReplaceView(_) => "ReplaceView",
            Step::DropView(_) => "DropView",
            Step::Comment(_) => "Comment",
            Step::Sql(_) => "Sql",
            Step::Backfill(_) => "Backfill",
            Step::Populate(_) => "Populate",
            Step::Transfer(_) => "Transfer",
            Step::Aggregate(_) => "Aggregate",
        }
    }

    /// Turns a draft's step into the form entries keep: made-up names decided, expressions marked, defaults resolved.
    ///
    /// It is for drafts only: a draft's braces are doubled, so an expression must not be sealed twice.
    ///
    /// # Errors
    /// When the step doesn't fit the schema; also where only evolving shows it.
    pub fn seal(&self, schema: &Schema) -> Result<Step, LowerError> {
        let sealed = match self {
            Step::CreateTable(step) => Step::CreateTable(step.seal(schema)?),
            Step::AddColumn(step) => Step::AddColumn(step.seal(schema)?),
            Step::ChangeType(step) => Step::ChangeType(step.seal(schema)?),
            Step::SetDefault(step) => Step::SetDefault(step.seal(schema)?),
            Step::AddPrimaryKey(step) => Step::AddPrimaryKey(step.seal(schema)?),
            Step::AddUnique(step) => Step::AddUnique(step.seal(schema)?),
            Step::AddCheck(step) => Step::AddCheck(step.seal(schema)?),
            Step::AddForeignKey(step) => Step::AddForeignKey(step.seal(schema)?),
            Step::CreateIndex(step) => Step::CreateIndex(step.seal(schema)?),
            Step::CreateView(step) => Step::CreateView(step.seal(schema)?),
            Step::ReplaceView(step) => Step::ReplaceView(step.seal(schema)?),
            Step::Sql(step) => Step::Sql(step.seal(schema)?),
            Step::Populate(step) => Step::Populate(step.seal(schema)?),
            Step::Transfer(step) => Step::Transfer(step.seal(schema)?),
            Step::Aggregate(step) => Step::Aggregate(step.seal(schema)?),
            Step::DropTable(_)
            | Step::RenameTable(_)
            | Step::DropColumn(_)
            | Step::RenameColumn(_)
            | Step::SetNotNull(_)
            | Step::DropNotNull(_)
            | Step::DropDefault(_)
            | Step::DropConstraint(_)
            | Step::RenameConstraint(_)
            | Step::DropIndex(_)
            | Step::RenameIndex(_)
            | Step::CreateEnum(_)
            | Step::AddEnumValue(_)
            | Step::RenameEnumValue(_)
            | Step::DropEnum(_)
            | Step::CreateExtension(_)
            | Step::DropExtension(_)
            | Step::DropView(_)
            | Step::Comment(_)
            | Step::Backfill(_) => self.clone(),
        };
        let mut after = schema.clone();
        for lowered in sealed.lower(schema, &mut Minter::new(Origin::New, u32::MAX))? {
            lowered.evolve(&mut after).map_err(|e| self.refused(e.problem))?;
        }
        Ok(sealed)
    }

    /// Turns a sealed step's names into identities. `minter` gives new objects theirs.
    ///
    /// # Errors
    /// When the schema doesn't have what the step names, or the step breaks a rule by itself.
    pub fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        match self {
            Step::CreateTable(step) => step.lower(schema, minter),
            Step::DropTable(step) => step.lower(schema),
            Step::RenameTable(step) => step.lower(schema),
            Step::AddColumn(step) => step.lower(schema, minter),
            Step::DropColumn(step) => step.lower(schema),
            Step::RenameColumn(step) => step.lower(schema),
            Step::ChangeType(step) => step.lower(schema),
            Step::SetNotNull(step) => step.lower(schema),
            Step::DropNotNull(step) => step.lower(schema),
            Step::SetDefault(step) => step.lower(schema),
            Step::DropDefault(step) => step.lower(schema),
            Step::AddPrimaryKey(step) => step.lower(schema, minter),
            Step::AddUnique(step) => step.lower(schema, minter),
            Step::AddCheck(step) => step.lower(schema, minter),
            Step::AddForeignKey(step) => step.lower(schema, minter),
            Step::DropConstraint(step) => step.lower(schema),
            Step::RenameConstraint(step) => step.lower(schema),
            Step::CreateIndex(step) => step.lower(schema, minter),
            Step::DropIndex(step) => step.lower(schema),
            Step::RenameIndex(step) => step.lower(schema),
            Step::CreateEnum(step) => step.lower(minter),
            Step::AddEnumValue(step) => step.lower(schema, minter),
            Step::RenameEnumValue(step) => step.lower(schema),
            Step::DropEnum(step) => step.lower(schema),
            Step::CreateExtension(step) => step.lower(minter),
            Step::DropExtension(step) => step.lower(schema),
            Step::CreateView(step) => step.lower(schema, minter),
            Step::ReplaceView(step) => step.lower(schema, minter),
            Step::DropView(step) => step.lower(schema),
            Step::Comment(step) => step.lower(schema),
            Step::Sql(step) => step.lower(schema, minter),
            Step::Backfill(step) => step.lower(schema),
            Step::Populate(step) => step.lower(schema),
            Step::Transfer(step) => step.lower(schema),
            Step::Aggregate(step) => step.lower(schema),
        }
    }

    /// The schema's refusal of the step as a whole, at the field that it is about.
    fn refused(&self, problem: Problem) -> LowerError {
        let named = matches!(problem, Problem::NameTaken { .. } | Problem::BadName { .. });
        let error = LowerError::from(problem);
        match self {
            Step::CreateIndex(_) if named => error.within("name".into()).within("index".into()),
            Step::AddPrimaryKey(_) | Step::AddUnique(_) | Step::AddCheck(_) | Step::AddForeignKey(_)
                if named =>
            {
                error.within("name".into())
            }
            _ => error.within(self.subject().into()),
        }
    }

    /// The field to point at when the schema refuses the step as a whole.
    fn subject(&self) -> &'static str {
        match self {
            Step::RenameTable(_)
            | Step::RenameColumn(_)
            | Step::RenameConstraint(_)
            | Step::RenameIndex(_) => "to",
            Step::RenameEnumValue(_) | Step::ChangeType(_) | Step::SetDefault(_) => "to",
            Step::AddColumn(_) | Step::DropColumn(_) | Step::SetNotNull(_) | Step::DropNotNull(_) => "column",
            Step::DropDefault(_) => "column",
            Step::DropTable(_) | Step::Backfill(_) | Step::Populate(_) => "table",
            Step::Transfer(_) | Step::Aggregate(_) => "table",
            Step::CreateIndex(_) => "index",
            Step::AddEnumValue(_) => "value",
            Step::AddPrimaryKey(_) | Step::AddUnique(_) => "columns",
            Step::AddCheck(_) => "check",
            Step::AddForeignKey(_) => "references",
            Step::ReplaceView(_) => "query",
            Step::Comment(_) => "on",
            Step::Sql(_) => "declares",
            Step::CreateTable(_) | Step::CreateEnum(_) | Step::CreateExtension(_) | Step::CreateView(_) => {
                "name"
            }
            Step::DropConstraint(_) | Step::DropIndex(_) | Step::DropEnum(_) | Step::DropExtension(_) => {
                "name"
            }
            Step::DropView(_) => "name",
        }
    }
}
