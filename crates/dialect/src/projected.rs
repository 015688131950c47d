//! What a database can tell of a schema: names and spelled facets. Folded schemas are projected to it, catalogues are read
//! into it, and the two are compared here.

use std::collections::BTreeMap;

/// A schema as one dialect can tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projected {
    /// Tables by name.
    pub tables: BTreeMap<String, ProjectedTable>,
    /// Native enums by name, with their values in order; empty where enums aren't types.
    pub enums: BTreeMap<String, Vec<String>>,
    /// Views by name.
    pub views: BTreeMap<String, ProjectedView>,
    /// Extensions by name.
    pub extensions: std::collections::BTreeSet<String>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectedTable {
    /// Columns by name; their order is no difference.
    pub columns: BTreeMap<String, ProjectedColumn>,
    /// Constraints by name, as normalised text.
    pub constraints: BTreeMap<String, String>,
    /// Indexes by name, as normalised text.
    pub indexes: BTreeMap<String, String>,
    /// The remark, where the database keeps one.
    pub comment: Option<String>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectedColumn {
    /// The type as the catalogue spells it.
    pub ty: String,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The default, as normalised text.
    pub default: Option<String>,
    /// Numbers given by the server.
    pub identity: bool,
    /// The generation expression, as normalised text.
    pub generated: Option<String>,
    /// The remark, where the database keeps one.
    pub comment: Option<String>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectedView {
    /// Its output columns, in order.
    pub columns: Vec<String>,
    /// Its query, as normalised text.
    pub query: String,
}

/// One difference between what is expected and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object, such as `table users` or `column users.email: type`.
    pub object: String,
    /// What the fold expects; `None` when it expects nothing.
    pub expected: Option<String>,
    /// What the database has; `None` when it has nothing.
    pub found: Option<String>,
}

impl Difference {
    /// The table, enum, view or extension that the difference is in.
    pub fn relation(&self) -> &str {
        let (kind, name) = self.object.split_once(' ').unwrap_or(("", &self.object));
        if matches!(kind, "constraint" | "index") {
            return name.rsplit_once(" of ").map_or(name, |(_, table)| table);
        }
        name.split(['.', ':']).next().unwrap_or(name)
    }
}
