//! `script.ron`: what a script reads and writes, so that its cases can be run without a database.

use std::collections::BTreeMap;

use ledger::Source;
use model::{
    Class, Literal, Minter, ObjectId, Origin, Schema, Type,
    data_step::{BatchColumn, Limits},
};
use sandbox::{
    Batch, Column, Expected, Rows,
    regroup::{FROM, GROUP, INTO},
};
use serde::{Deserialize, Serialize};

use super::Script;
use crate::{
    args::Shape,
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
    /// Columns the guest gives, with their types; those of other tables stand under `into`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub writes: BTreeMap<String, Type>,
    /// Columns among those read in which the rows of a group agree, for a script that makes one row a group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<String>,
    /// Other tables that get rows, each with the columns the guest gives.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub into: BTreeMap<String, BTreeMap<String, Type>>,
    /// Small tables that the guest is handed whole, each with the columns it sees.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, BTreeMap<String, Type>>,
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
        if manifest.shape() != Shape::Populate {
            return Ok(manifest);
        }
        let why = format!("script {} reads no rows: it makes them", script.name);
        Err(Plain::new(Class::Input, why).hint("its cases show what it makes: `strat script test`").into())
    }

    /// The shape of the data step that the script is for.
    pub fn shape(&self) -> Shape {
        match (self.reads.is_empty(), self.into.is_empty(), self.group.is_empty()) {
            (true, _, _) => Shape::Populate,
            (false, true, _) => Shape::Backfill,
            (false, false, true) => Shape::Transfer,
            (false, false, false) => Shape::Aggregate,
        }
    }

    /// Whether each row that goes in comes back.
    pub fn is_rowwise(&self) -> bool {
        self.shape() == Shape::Backfill
    }

    /// The columns that go in, by their types in words.
    pub fn seen(&self) -> BTreeMap<String, Type> {
        match self.shape() {
            Shape::Populate => self.given(),
            Shape::Backfill | Shape::Transfer => self.reads.clone(),
            Shape::Aggregate => {
                self.reads.clone().into_iter().chain([(GROUP.to_owned(), Type::Integer)]).collect()
            }
        }
    }

    /// The columns that come back, by their types in words.
    pub fn given(&self) -> BTreeMap<String, Type> {
        let mut given = self.writes.clone();
        if self.shape() == Shape::Transfer {
            given.insert(FROM.to_owned(), Type::Integer);
        }
        let several = self.into.len() > 1;
        if several {
            given.insert(INTO.to_owned(), Type::Text);
        }
        for (table, columns) in &self.into {
            let name = |column: &String| if several { format!("{table}.{column}") } else { column.clone() };
            given.extend(columns.iter().map(|(column, ty)| (name(column), ty.clone())));
        }
        given
    }

    /// The types of the columns that go in.
    pub fn inputs(&self) -> BTreeMap<String, Type<ObjectId>> {
        typed_all(&self.seen())
    }

    /// The types of the columns that come back.
    pub fn outputs(&self) -> BTreeMap<String, Type<ObjectId>> {
        typed_all(&self.given())
    }

    /// An empty batch of what goes in.
    pub fn batch(&self) -> Batch {
        empty(self.inputs())
    }

    /// An empty batch of a small table that is handed over whole.
    pub fn lookup(&self, name: &str) -> Option<(Batch, BTreeMap<String, Type<ObjectId>>)> {
        let types = typed_all(self.lookups.get(name)?);
        Some((empty(types.clone()), types))
    }

    /// What has to come back.
    pub fn expected(&self) -> Expected {
        let declared = |(name, ty): (&String, &Type)| {
            let ty = typed(ty);
            engine::data::columns::declared(&column(name.clone(), ty.clone()), &ty, true, &Schema::new())
        };
        let rows = if self.is_rowwise() { Rows::AsInput } else { Rows::Any };
        Expected { rows, columns: self.given().iter().map(declared).collect() }
    }
}

fn empty(columns: BTreeMap<String, Type<ObjectId>>) -> Batch {
    let column = |(name, ty)| engine::data::columns::batch_column(&column(name, ty), false);
    Batch { rows: 0, columns: columns.into_iter().map(column).collect::<Vec<Column>>() }
}

fn typed_all(columns: &BTreeMap<String, Type>) -> BTreeMap<String, Type<ObjectId>> {
    columns.iter().map(|(name, ty)| (name.clone(), typed(ty))).collect()
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
