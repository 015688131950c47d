//! How the server carries an `ALTER TABLE` out: from a note in its dictionary to a copy of the table that nobody may write to.
//!
//! What it can do hangs on the version and on the table's own past, so that it is asked: the gentlest way is tried first. What stands
//! here is what it should be able to do at the latest, for the plan. The rows on MariaDB were read off a 10.11, those on MySQL from the
//! table "Online DDL operations" of its manual.

use model::{Column, Default, ObjectId, Type, column::Storage, schema::Table};

use crate::{
    ddl::Ddl,
    statement::{Lock, Way, Ways},
};

use super::{Server, lock};

/// What an alteration takes, the gentlest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    /// Nothing but the dictionary changes.
    #[default]
    Instant,
    /// Rows are read, or written anew, while others go on.
    Inplace,
    /// The same, while nobody else writes.
    Shared,
    /// A copy of the table is written while nobody else writes.
    Copy,
}

const ALL: [Way; 4] = [
    Way { name: "INSTANT", ending: ", ALGORITHM=INSTANT" },
    Way { name: "INPLACE with LOCK=NONE", ending: ", ALGORITHM=INPLACE, LOCK=NONE" },
    Way { name: "INPLACE with LOCK=SHARED", ending: ", ALGORITHM=INPLACE, LOCK=SHARED" },
    Way { name: "COPY", ending: ", ALGORITHM=COPY" },
];

impl Algorithm {
    /// The ways to be tried.
    pub fn ways(self, server: Server) -> Ways {
        let expected = match self {
            Algorithm::Instant => 0,
            Algorithm::Inplace => 1,
            Algorithm::Shared => 2,
            Algorithm::Copy => 3,
        };
        match server.knows_instant() {
            true => Ways { all: &ALL, expected },
            false => Ways { all: &ALL[1..], expected: expected.saturating_sub(1) },
        }
    }

    /// The lock in words.
    pub fn lock(self) -> Lock {
        match self {
            Algorithm::Instant => lock::BRIEF,
            Algorithm::Inplace => lock::BESIDE,
            Algorithm::Shared | Algorithm::Copy => lock::REWRITE,
        }
    }
}

impl Server {
    fn knows_instant(self) -> bool {
        self.fork || self.version == (0, 0, 0) || self.version >= (8, 0, 12)
    }

    fn since(self, version: (u32, u32, u32)) -> Algorithm {
        let new = self.fork || self.version == (0, 0, 0) || self.version >= version;
        if new { Algorithm::Instant } else { Algorithm::Inplace }
    }

    /// What changes nothing but the dictionary, on MariaDB at least.
    pub(super) fn noted(self) -> Algorithm {
        if self.fork { Algorithm::Instant } else { Algorithm::Inplace }
    }

    pub(super) fn drops_column(self) -> Algorithm {
        self.since((8, 0, 29))
    }

    pub(super) fn renames_column(self) -> Algorithm {
        self.since((8, 0, 28))
    }

    /// What a column takes that comes behind all others.
    pub(super) fn adds_column(self, column: &Column) -> Algorithm {
        // The longest types take no constant for a default, so that it is written as an expression, which only one product takes for one.
        let long = matches!(column.ty, Type::Text | Type::Bytes | Type::Json | Type::Array(_));
        let stored = column.generated.as_ref().is_some_and(|generated| generated.storage == Storage::Stored);
        match &column.default {
            _ if stored => Algorithm::Copy,
            _ if column.identity.is_some() => Algorithm::Shared,
            Some(Default::Uuid | Default::Expression(_)) => Algorithm::Copy,
            Some(Default::Literal(_)) if long && !self.fork => Algorithm::Copy,
            Some(Default::Now) if !self.fork => Algorithm::Inplace,
            Some(Default::Literal(_) | Default::Now) | None => Algorithm::Instant,
        }
    }

    /// What a column takes whose definition changes; the two type names are those of the two definitions.
    pub(super) fn changes_column(self, change: &Change<'_>) -> Algorithm {
        let Change { old, new, .. } = change;
        let computed = old.generated != new.generated;
        if computed || old.identity != new.identity {
            return Algorithm::Copy;
        }
        let ty = if change.same_type() { Algorithm::Instant } else { self.changes_type(change) };
        // The shape of a document is a check to one product.
        let checked = self.fork && matches!(new.ty, Type::Json | Type::Array(_));
        let null = match change.nullable {
            (was, is) if was == is => Algorithm::Instant,
            _ if checked => Algorithm::Copy,
            _ => Algorithm::Inplace,
        };
        ty.max(null)
    }

    fn changes_type(self, change: &Change<'_>) -> Algorithm {
        match (&change.old.ty, &change.new.ty) {
            // Below 256 bytes the length is kept in one byte, from there on in two.
            (Type::Varchar(was), Type::Varchar(is)) if was <= is && (was * 4 > 255 || is * 4 <= 255) => {
                self.noted()
            }
            (Type::Enum(was), Type::Enum(is)) if was == is && change.appends(*was) => Algorithm::Instant,
            _ => Algorithm::Copy,
        }
    }
}

/// A column before and after.
pub(super) struct Change<'a> {
    pub before: &'a Ddl<'a>,
    pub after: &'a Ddl<'a>,
    pub old: &'a Column,
    pub new: &'a Column,
    /// Whether it may be NULL, before and after.
    pub nullable: (bool, bool),
}

impl Change<'_> {
    fn values(ddl: &Ddl<'_>, of: ObjectId) -> Vec<String> {
        let found = ddl.schema.enum_(of);
        found.map(|of| of.values.iter().map(|value| value.name.clone()).collect()).unwrap_or_default()
    }

    fn same_type(&self) -> bool {
        let values = |ty: &Type<ObjectId>, ddl: &Ddl<'_>| match ty {
            Type::Enum(of) => Self::values(ddl, *of),
            _ => Vec::new(),
        };
        self.old.ty == self.new.ty && values(&self.old.ty, self.before) == values(&self.new.ty, self.after)
    }

    /// Whether values have only come behind those that were there, and no more than fit into one byte.
    fn appends(&self, of: ObjectId) -> bool {
        let (was, is) = (Self::values(self.before, of), Self::values(self.after, of));
        is.starts_with(&was) && (was.len() > 255 || is.len() <= 255)
    }
}

/// What it takes to drop a unique key: without a primary key, rows may lie in its order.
pub(super) fn drops_unique(old: &Table) -> Algorithm {
    if old.primary_key().is_empty() { Algorithm::Copy } else { Algorithm::Inplace }
}
