//! A schema: tables, enums, views and extensions by identity, with a lookup from names.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    column::Column,
    constraint::{Constraint, ConstraintKind},
    expression::Template,
    id::ObjectId,
    index::Index,
};

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// Its columns, in the order they came; that order is no part of the schema digest.
    pub columns: Vec<Column>,
    /// Its constraints, in the order they came.
    pub constraints: Vec<Constraint>,
    /// Its indexes, in the order they came.
    pub indexes: Vec<Index>,
    /// A remark kept in the database.
    pub comment: Option<String>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// Its values, in their order, which depends on nothing but their anchors, clocks and identities.
    pub values: Vec<EnumValue>,
    /// A remark kept in the database.
    pub comment: Option<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Its identity.
    pub id: ObjectId,
    /// The text it has now.
    pub name: String,
    /// Where it was put: after or before which value; `None` for the values the enum began with and those put last.
    pub anchor: Option<Anchor>,
    /// 0 for the values the enum began with, else one more than the greatest clock of the values that whoever added it saw.
    /// It settles the order of values at one anchor; no digest covers it, and no file holds it.
    pub clock: u32,
}

/// The place an enum value was added at: a side of another value.
///
/// Anchors make a tree. Values at one side of one anchor stand the nearer to it the later their clock; those of one clock,
/// which nobody had seen together, go by identity. Each has the values anchored at it around it. So the order is the same
/// whichever way values of several branches came together, and fewer values stand as they do among more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anchor {
    /// Right before that value.
    Before(ObjectId),
    /// Right after that value.
    After(ObjectId),
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// Its output columns: identity and name.
    pub columns: Vec<ViewColumn>,
    /// The query.
    pub query: Template,
    /// A remark kept in the database.
    pub comment: Option<String>,
}

/// An output column of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// Its identity.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
}

/// A server extension such as `vector`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its identity.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
}

/// What sort of object a name in the shared scope of relations and types stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A table.
    Table,
    /// An enum.
    Enum,
    /// A view.
    View,
    /// An index, or the index under a key's constraint, with the table it belongs to.
    Index(ObjectId),
}

/// One database's schema. Cloning is cheap: objects are shared.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(crate) tables: BTreeMap<ObjectId, Arc<Table>>,
    pub(crate) enums: BTreeMap<ObjectId, Arc<Enum>>,
    pub(crate) views: BTreeMap<ObjectId, Arc<View>>,
    pub(crate) extensions: BTreeMap<ObjectId, Arc<Extension>>,
    /// Relations and types share one scope; keys are folded by [`fold_name`].
    pub(crate) names: BTreeMap<String, (Kind, ObjectId)>,
    /// Constraints have a scope of their own, by folded name, with the table each belongs to.
    pub(crate) constraints: BTreeMap<String, ObjectId>,
}

/// A name folded the way the strictest database folds it: letter case doesn't count.
pub fn fold_name(name: &str) -> String {
    name.to_lowercase()
}

impl Schema {
    /// The empty schema.
    pub fn new() -> Schema {
        Schema::default()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.enums.is_empty() && self.views.is_empty() && self.extensions.is_empty()
    }

    /// All tables, by identity.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().map(|t| &**t)
    }

    /// All enums, by identity.
    pub fn enums(&self) -> impl Iterator<Item = &Enum> {
        self.enums.values().map(|e| &**e)
    }

    /// All views, by identity.
    pub fn views(&self) -> impl Iterator<Item = &View> {
        self.views.values().map(|v| &**v)
    }

    /// All extensions, by identity.
    pub fn extensions(&self) -> impl Iterator<Item = &Extension> {
        self.extensions.values().map(|e| &**e)
    }

    /// The table of that identity.
    pub fn table(&self, id: ObjectId) -> Option<&Table> {
        self.tables.get(&id).map(|t| &**t)
    }

    /// The enum of that identity.
    pub fn enum_(&self, id: ObjectId) -> Option<&Enum> {
        self.enums.get(&id).map(|e| &**e)
    }

    /// The view of that identity.
    pub fn view(&self, id: ObjectId) -> Option<&View> {
        self.views.get(&id).map(|v| &**v)
    }

    /// What the name stands for in the shared scope of tables, views, indexes and enums.
    pub fn named(&self, name: &str) -> Option<(Kind, ObjectId)> {
        self.names.get(&fold_name(name)).copied()
    }

    /// The table of that name. Names are matched exactly, not folded.
    pub fn table_named(&self, name: &str) -> Option<&Table> {
        match self.named(name)? {
            (Kind::Table, id) => self.table(id).filter(|t| t.name == name),
            _ => None,
        }
    }

    /// The enum of that name.
    pub fn enum_named(&self, name: &str) -> Option<&Enum> {
        match self.named(name)? {
            (Kind::Enum, id) => self.enum_(id).filter(|e| e.name == name),
            _ => None,
        }
    }

    /// The view of that name.
    pub fn view_named(&self, name: &str) -> Option<&View> {
        match self.named(name)? {
            (Kind::View, id) => self.view(id).filter(|v| v.name == name),
            _ => None,
        }
    }

    /// The index of that name, with its table.
    pub fn index_named(&self, name: &str) -> Option<(&Table, &Index)> {
        match self.named(name)? {
            (Kind::Index(table), id) => {
                let table = self.table(table)?;
                Some((table, table.index(id).filter(|i| i.name == name)?))
            }
            _ => None,
        }
    }

    /// Foreign keys of any table that refer to `table`, with the table each belongs to.
    pub fn referring(&self, table: ObjectId) -> impl Iterator<Item = (&Table, &Constraint)> {
        self.tables().flat_map(move |from| {
            from.constraints
                .iter()
                .filter(move |c| matches!(&c.kind, ConstraintKind::ForeignKey(r) if r.references == table))
                .map(move |c| (from, c))
        })
    }
}

impl Table {
    /// The column of that identity.
    pub fn column(&self, id: ObjectId) -> Option<&Column> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// The column of that name, matched exactly.
    pub fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The constraint of that identity.
    pub fn constraint(&self, id: ObjectId) -> Option<&Constraint> {
        self.constraints.iter().find(|c| c.id == id)
    }

    /// The constraint of that name.
    pub fn constraint_named(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|c| c.name == name)
    }

    /// The index of that identity.
    pub fn index(&self, id: ObjectId) -> Option<&Index> {
        self.indexes.iter().find(|i| i.id == id)
    }

    /// The primary key's columns, in key order; empty when there is none.
    pub fn primary_key(&self) -> &[ObjectId] {
        self.constraints
            .iter()
            .find_map(|c| match &c.kind {
                ConstraintKind::PrimaryKey(columns) => Some(columns.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

impl Enum {
    /// The value of that text.
    pub fn value_named(&self, name: &str) -> Option<&EnumValue> {
        self.values.iter().find(|v| v.name == name)
    }

    /// The value of that identity.
    pub fn value(&self, id: ObjectId) -> Option<&EnumValue> {
        self.values.iter().find(|v| v.id == id)
    }
}

impl EnumValue {
    /// Everything but its text.
    pub(crate) fn place(&self) -> (ObjectId, Option<Anchor>, u32) {
        (self.id, self.anchor, self.clock)
    }
}
