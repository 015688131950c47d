//! The digest of a schema: names and facets, never identities.
//!
//! Each object is a leaf of a 16-way trie (its exact form stands in `digest/trie.rs`), so that a change costs as much as the objects it touches.
//!
//! | object | kind | qualified name | canonical text of the leaf |
//! |---|---|---|---|
//! | table | `table` | table | `Table(name, columns: [Column…] by name, comment)` |
//! | constraint | `constraint` | table, constraint | `Constraint(table, name, is)` |
//! | index | `index` | table, index | `Index(table, index: (name, on, unique, method, only, include))` |
//! | enum | `enum` | enum | `Enum(name, values in order, comment)` |
//! | view | `view` | view | `View(name, columns in order, query, comment)` |
//! | extension | `extension` | extension | `Extension(name)` |
//!
//! A leaf's key is BLAKE3(0x02, then the kind and each part of the name as u32 LE length and UTF-8 bytes); its value is BLAKE3 of
//! its canonical text. Columns, constraints and indexes are written as in an entry, expressions as sealed, with today's names.
//! Optional fields at their default are left out. The order of a table's columns, and identities, are in no leaf.
//!
//! The digest in an entry covers all databases: see [`digest_databases`].

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    canonical::CanonicalError,
    id::{Digest, ObjectId},
    lowered::{Commented, Lowered},
    problem::Gone,
    schema::Schema,
};

mod leaf;
mod mention;
#[cfg(test)]
pub(crate) mod tests;
mod trie;

/// The BLAKE3 derive-key context of [`digest_databases`].
pub const DATABASES_CONTEXT: &str = "stratigraph 1 schema";

/// Why a schema has no digest.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DigestError {
    /// A value in it can't be written as canonical text.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// It refers to an object it doesn't have.
    #[error(transparent)]
    Gone(#[from] Gone),
}

/// The digest of several databases: all zeros when all are empty, else BLAKE3 in derive-key mode with the context
/// `stratigraph 1 schema` over, for each database by rising name that isn't empty, the u32 LE length of its name, its
/// name, and the root of its schema.
pub fn digest_databases<'a>(roots: impl IntoIterator<Item = (&'a str, Digest)>) -> Digest {
    let sorted: BTreeMap<&str, Digest> =
        roots.into_iter().filter(|(_, root)| *root != Digest::ZERO).collect();
    if sorted.is_empty() {
        return Digest::ZERO;
    }
    let mut bytes = Vec::new();
    for (name, root) in sorted {
        push_text(&mut bytes, name);
        bytes.extend(root.0);
    }
    Digest::derive(DATABASES_CONTEXT, &bytes)
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// A leaf by identity: an object of its own, or a constraint or index of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    object: ObjectId,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Whole,
    Constraint(ObjectId),
    Index(ObjectId),
}

/// The digest of one schema, kept beside it as it evolves.
#[derive(Clone, Debug, Default)]
pub struct SchemaDigest {
    trie: trie::Trie,
    /// The key each leaf has in the trie, under the names of when it was put there.
    keys: BTreeMap<Slot, Digest>,
    /// For each table, view and enum, leaves in which its name, or one of its columns or values, stands or once stood.
    mentions: BTreeMap<ObjectId, BTreeSet<Slot>>,
    dirty: BTreeSet<Slot>,
}

impl SchemaDigest {
    /// The digest of the empty schema.
    pub fn new() -> SchemaDigest {
        SchemaDigest::default()
    }

    /// Computes the digest of `schema` from scratch.
    pub fn of(schema: &Schema) -> SchemaDigest {
        let mut digest = SchemaDigest::new();
        for table in schema.tables() {
            digest.touch_table(table.id, schema);
        }
        let others = schema.enums().map(|e| e.id).chain(schema.views().map(|v| v.id));
        for object in others.chain(schema.extensions().map(|e| e.id)) {
            digest.touch_object(object);
        }
        digest
    }

    /// Notes what `step` changed; `schema` is the schema after it.
    pub fn touch(&mut self, step: &Lowered, schema: &Schema) {
        match step {
            Lowered::CreateTable(table) => self.touch_table(table.id, schema),
            Lowered::DropTable { table } | Lowered::DropColumn { table, .. } => {
                self.touch_table(*table, schema)
            }
            Lowered::RenameTable { table, .. } | Lowered::RenameColumn { table, .. } => {
                self.touch_table(*table, schema);
                self.touch_mentions(*table);
            }
            Lowered::AddColumn { table, .. }
            | Lowered::ChangeType { table, .. }
            | Lowered::SetNullable { table, .. }
            | Lowered::SetDefault { table, .. } => self.touch_object(*table),
            Lowered::AddConstraint { table, constraint } => {
                self.touch_part(*table, Part::Constraint(constraint.id));
                // A primary key makes its columns NOT NULL.
                self.touch_object(*table);
            }
            Lowered::DropConstraint { table, constraint }
            | Lowered::RenameConstraint { table, constraint, .. } => {
                self.touch_part(*table, Part::Constraint(*constraint));
            }
            Lowered::CreateIndex { table, index, .. } => self.touch_part(*table, Part::Index(index.id)),
            Lowered::DropIndex { table, index, .. } | Lowered::RenameIndex { table, index, .. } => {
                self.touch_part(*table, Part::Index(*index));
            }
            Lowered::CreateEnum(of) => self.touch_object(of.id),
            Lowered::DropEnum { of }
            | Lowered::AddEnumValue { of, .. }
            | Lowered::PlaceEnumValues { of, .. }
            | Lowered::DropEnumValue { of, .. } => {
                self.touch_object(*of);
            }
            Lowered::RenameEnumValue { of, .. } => {
                // Defaults that are the value's text follow it, so all columns of the type count.
                self.touch_object(*of);
                self.touch_mentions(*of);
            }
            Lowered::CreateExtension(extension) => self.touch_object(extension.id),
            Lowered::DropExtension { extension } => self.touch_object(*extension),
            Lowered::CreateView(view) => self.touch_object(view.id),
            Lowered::ReplaceView { view } => {
                self.touch_object(view.id);
                self.touch_mentions(view.id);
            }
            Lowered::DropView { view } => self.touch_object(*view),
            Lowered::SetComment { on, .. } => match on {
                Commented::Table(id) | Commented::View(id) | Commented::Enum(id) => self.touch_object(*id),
                Commented::Column { table, .. } => self.touch_object(*table),
            },
            Lowered::Sql { declares, .. } => declares.iter().for_each(|step| self.touch(step, schema)),
            Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::Derive(_)
            | Lowered::UndoPopulate(_)
            | Lowered::UndoDerive(_) => {}
        }
    }

    /// The root over everything touched so far: what 32 zero bytes are for an empty schema.
    ///
    /// # Errors
    /// When the schema can't be written down; the digest is then spoilt and must be thrown away.
    pub fn root(&mut self, schema: &Schema) -> Result<Digest, DigestError> {
        let dirty = std::mem::take(&mut self.dirty);
        // All old keys go first: names may have been swapped.
        for slot in &dirty {
            if let Some(key) = self.keys.remove(slot) {
                self.trie.remove(&key);
            }
        }
        for slot in dirty {
            if let Some((key, value)) = leaf::of(slot, schema)? {
                self.trie.insert(key, value);
                self.keys.insert(slot, key);
                mention::each(slot, schema, &mut |of| {
                    self.mentions.entry(of).or_default().insert(slot);
                });
            }
        }
        Ok(self.trie.root())
    }

    fn touch_object(&mut self, object: ObjectId) {
        self.dirty.insert(Slot { object, part: Part::Whole });
    }

    fn touch_part(&mut self, object: ObjectId, part: Part) {
        self.dirty.insert(Slot { object, part });
    }

    /// Touches a table with all its constraints and indexes, those it had and those it has.
    fn touch_table(&mut self, object: ObjectId, schema: &Schema) {
        self.touch_object(object);
        let least = Slot { object, part: Part::Whole };
        let had = self.keys.range(least..).map(|(slot, _)| *slot).take_while(|slot| slot.object == object);
        self.dirty.extend(had);
        if let Some(table) = schema.table(object) {
            let constraints = table.constraints.iter().map(|c| Part::Constraint(c.id));
            let parts = constraints.chain(table.indexes.iter().map(|i| Part::Index(i.id)));
            self.dirty.extend(parts.map(|part| Slot { object, part }));
        }
    }

    /// Touches the leaves in which the names of an object stand. Those not yet written down are dirty by themselves.
    fn touch_mentions(&mut self, of: ObjectId) {
        self.dirty.extend(self.mentions.get(&of).into_iter().flatten());
    }
}

/// The root of `schema`'s digest, computed from scratch.
///
/// # Errors
/// When the schema can't be written down.
pub fn digest_schema(schema: &Schema) -> Result<Digest, DigestError> {
    SchemaDigest::of(schema).root(schema)
}
