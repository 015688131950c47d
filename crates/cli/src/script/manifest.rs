//! `script.ron`: what a script reads and writes, so that its cases can be run without a database.

use std::collections::BTreeMap;

use ledger::Source;
use model::{
    Class, Literal, Minter, ObjectId, Origin, Schema, Type,
    data_step::{BatchColumn, Limits},
};
use sandbox::{Batch, Column, Expected, Rows};
use serde::{Deserialize, Serialize};

use super::Script;
use crate::{
    desk::{Desk, file_error},
    failure::{Failure, Plain},
};

/// `script.ron`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename = "Script", deny_unknown_fields)]
pub struct Manifest {
    /// The table.
    pub table: String,
    /// Columns the guest sees, with their types; none for a script that makes rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reads: BTreeMap<String, Type>,
    /// Columns the guest gives, with their types.
    pub writes: BTreeMap<String, Type>,
    /// Constants.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
    /// Files in the script's folder, by the name the guest knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, String>,
    /// Bounds; those of the step in the draft should be the same.
    #[serde(default, skip_serializing_if = "model_default")]
    pub limits: Limits,
}

fn model_default(limits: &Limits) -> bool {
    *limits == Limits::default()
}

impl Manifest {
    /// Reads a script's manifest; nothing where there is none.
    pub fn read(desk: &Desk<'_>, script: &Script) -> Result<Option<Manifest>, Failure> {
        let path = script.folder.join("script.ron");
        let shown = desk.place.shown(&path);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error("read", &shown, &error).into()),
        };
        Ok(Some(Source::new(shown, &text).parse()?))
    }

    /// Reads a script's manifest, which has to be there and to say what is read.
    pub fn needed(desk: &Desk<'_>, script: &Script) -> Result<Manifest, Failure> {
        let missing = || {
            let why =
                format!("script {} has no script.ron, which says what it reads and writes", script.name);
            Plain::new(Class::Input, why).hint("`strat script new` shows one")
        };
        let manifest = Manifest::read(desk, script)?.ok_or_else(missing)?;
        if manifest.is_rowwise() {
            return Ok(manifest);
        }
        let why = format!("script {} reads no rows: it makes them", script.name);
        Err(Plain::new(Class::Input, why).hint("its cases show what it makes: `strat script test`").into())
    }

    /// Whether each row that goes in comes back.
    pub fn is_rowwise(&self) -> bool {
        !self.reads.is_empty()
    }

    /// The types of the columns that go in.
    pub fn inputs(&self) -> BTreeMap<String, Type<ObjectId>> {
        let columns = if self.is_rowwise() { &self.reads } else { &self.writes };
        columns.iter().map(|(name, ty)| (name.clone(), typed(ty))).collect()
    }

    /// The types of the columns that come back.
    pub fn outputs(&self) -> BTreeMap<String, Type<ObjectId>> {
        self.writes.iter().map(|(name, ty)| (name.clone(), typed(ty))).collect()
    }

    /// An empty batch of what goes in.
    pub fn batch(&self) -> Batch {
        let column = |(name, ty)| engine::data::columns::batch_column(&column(name, ty), false);
        let columns: Vec<Column> = self.inputs().into_iter().map(column).collect();
        Batch { rows: 0, columns }
    }

    /// What has to come back.
    pub fn expected(&self) -> Expected {
        let declared = |(name, ty): (&String, &Type)| {
            let ty = typed(ty);
            engine::data::columns::declared(&column(name.clone(), ty.clone()), &ty, true, &Schema::new())
        };
        let rows = if self.is_rowwise() { Rows::AsInput } else { Rows::Any };
        Expected { rows, columns: self.writes.iter().map(declared).collect() }
    }
}

fn column(name: String, ty: Type<ObjectId>) -> BatchColumn {
    BatchColumn { id: nothing(), name, ty, nullable: true }
}

/// A type without knowing the enums: any text passes for one of them.
fn typed(ty: &Type) -> Type<ObjectId> {
    let mapped = ty.clone().map_enum(&mut |_| Ok::<_, std::convert::Infallible>(nothing()));
    match mapped {
        Ok(ty) => ty,
        Err(never) => match never {},
    }
}

fn nothing() -> ObjectId {
    Minter::new(Origin::New, 0).mint()
}
