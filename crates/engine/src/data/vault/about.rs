//! What a vault says of itself: the columns it kept, as they were.

use model::{
    ObjectId, ObjectRef, Schema, Type,
    canonical::to_canonical,
    data_step::{BatchColumn, LoweredBackfill},
    losses::narrows,
    schema::Table,
};
use serde::{Deserialize, Serialize};

use super::{super::DataError, made::MadeBy, part_of};

/// Of which columns a vault keeps cells, by what they were when the backfill ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Cells", deny_unknown_fields)]
pub struct About {
    /// The script.
    pub script: String,
    /// The table's name then.
    pub table: String,
    /// Names of the key's columns, as the entry has them.
    pub key: Vec<String>,
    /// The kept columns.
    pub columns: Vec<KeptColumn>,
    /// Whether what is kept was changed in rows that the script made, before they were deleted; else the script overwrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made: bool,
    /// The same of the other tables that the script made rows of, in its order; their blocks are numbered behind each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<About>,
}

/// One kept column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptColumn {
    /// Its name, as the entry has it: by it the step finds it again, whatever it was renamed to.
    pub name: String,
    /// Its type then.
    #[serde(rename = "type")]
    pub ty: Type,
    /// The enum of its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<ObjectRef>,
    /// The enum's values then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<KeptValue>,
}

/// A value of an enum, by the text that it had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptValue {
    /// Its text then.
    pub name: String,
    /// Which it is.
    pub id: ObjectRef,
}

impl About {
    /// What a backfill under this schema keeps, of those columns of it.
    pub fn new<'a>(
        step: &LoweredBackfill,
        schema: &Schema,
        table: &Table,
        kept: impl Iterator<Item = &'a BatchColumn>,
    ) -> Result<About, DataError> {
        let kept = kept.map(|column| (column.name.as_str(), column.id));
        About::of((&step.step.script, false), &step.key, schema, table, kept)
    }

    /// What is kept of rows that a step made.
    pub(in crate::data) fn of_made(made: &MadeBy<'_>, schema: &Schema) -> Result<About, DataError> {
        let mut all = Vec::with_capacity(made.tables.len());
        for one in &made.tables {
            let table = super::super::table(schema, one.table)?;
            let columns = one.columns.iter().filter_map(|id| table.column(*id));
            let kept = columns.map(|column| (column.name.as_str(), column.id));
            all.push(About::of((made.script, true), one.key, schema, table, kept)?);
        }
        let more = all.split_off(1.min(all.len()));
        let first = all.pop().ok_or_else(|| DataError::Vault("the step makes no rows".to_owned()))?;
        Ok(About { more, ..first })
    }

    /// The same of the table whose rows are in that block.
    pub fn of_block(&self, block: i64) -> &About {
        part_of(block).checked_sub(1).and_then(|n| self.more.get(n)).unwrap_or(self)
    }

    /// All tables that it speaks of.
    pub fn tables(&self) -> impl Iterator<Item = &About> {
        std::iter::once(self).chain(&self.more)
    }

    fn of<'a>(
        (script, made): (&str, bool),
        key: &[BatchColumn],
        schema: &Schema,
        table: &Table,
        kept: impl Iterator<Item = (&'a str, ObjectId)>,
    ) -> Result<About, DataError> {
        let mut columns = Vec::new();
        for (name_then, id) in kept {
            let ty = &super::super::column(table, id)?.ty;
            let of = ty.enum_ref().and_then(|id| schema.enum_(*id));
            let name = |id: ObjectId| {
                Ok::<_, DataError>(schema.enum_(id).map(|e| e.name.clone()).unwrap_or_default())
            };
            let value = |value: &model::EnumValue| {
                let id = ObjectRef::try_from(value.id).ok()?;
                Some(KeptValue { name: value.name.clone(), id })
            };
            columns.push(KeptColumn {
                name: name_then.to_owned(),
                ty: ty.clone().map_enum(&mut { name })?,
                of: of.and_then(|e| ObjectRef::try_from(e.id).ok()),
                values: of.map(|e| e.values.iter().filter_map(value).collect()).unwrap_or_default(),
            });
        }
        let key = key.iter().map(|column| column.name.clone()).collect();
        let (script, table) = (script.to_owned(), table.name.clone());
        Ok(About { script, table, key, columns, made, more: Vec::new() })
    }

    /// What is kept, in words.
    pub fn words(&self) -> String {
        if self.made {
            let tables: Vec<&str> = self.tables().map(|one| one.table.as_str()).collect();
            return format!("what was changed in rows that {} made in {}", self.script, tables.join(", "));
        }
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        format!("what {} overwrote in {} of {}", self.script, names.join(", "), self.table)
    }

    /// Its bytes in the target.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DataError> {
        to_canonical(self).map(String::into_bytes).map_err(|e| DataError::Vault(e.to_string()))
    }

    /// From its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<About, DataError> {
        let text = std::str::from_utf8(bytes).map_err(|e| DataError::Vault(e.to_string()))?;
        ledger::source::options().from_str(text).map_err(|e| DataError::Vault(e.to_string()))
    }
}

impl KeptColumn {
    /// Its type by identity.
    pub fn lowered(&self) -> Type<ObjectId> {
        let of = self.of.map_or(ObjectId { origin: model::Origin::New, step: 0, part: 0 }, ObjectId::from);
        match self.ty.clone().map_enum(&mut |_| Ok::<_, std::convert::Infallible>(of)) {
            Ok(ty) => ty,
            Err(never) => match never {},
        }
    }

    /// Whether every value that was kept is a value of that type too, with nothing lost.
    pub fn fits(&self, now: &Type<ObjectId>) -> bool {
        let then = self.lowered();
        let alike = match (&then, now) {
            (a, b) if a == b => true,
            (Type::SmallInt | Type::Integer | Type::BigInt, Type::Integer | Type::BigInt)
            | (Type::Varchar(_) | Type::Char(_), Type::Varchar(_) | Type::Text)
            | (Type::Decimal(..), Type::Decimal(..))
            | (Type::Real, Type::Double) => true,
            _ => false,
        };
        alike && !narrows(&then, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(ty: Type) -> KeptColumn {
        let of = ty.enum_ref().map(|_| ObjectRef { entry: model::Digest::of(b"e"), step: 1, part: 0 });
        let values = of.iter().map(|id| KeptValue { name: "a".into(), id: ObjectRef { part: 1, ..*id } });
        KeptColumn { name: "c".into(), ty, of, values: values.collect() }
    }

    #[test]
    fn what_it_says_can_be_read_again() {
        let types = [Type::Decimal(10, 2), Type::Array(Box::new(Type::Enum("mood".into()))), Type::Text];
        let about = About {
            script: "s".into(),
            table: "t".into(),
            key: vec!["id".into()],
            columns: types.map(kept).into(),
            made: true,
            more: Vec::new(),
        };
        let about = About { more: vec![about.clone()], ..about };
        assert_eq!(
            About::from_bytes(&about.to_bytes().expect("it can be said")).expect("it can be read"),
            about
        );
    }

    #[test]
    fn types_that_lose_something_do_not_fit() {
        for (then, now, fits) in [
            (Type::Integer, Type::BigInt, true),
            (Type::BigInt, Type::Integer, false),
            (Type::Varchar(10), Type::Text, true),
            (Type::Text, Type::Varchar(10), false),
            (Type::Integer, Type::Text, false),
            (Type::Decimal(5, 2), Type::Decimal(7, 3), true),
            (Type::Decimal(7, 3), Type::Decimal(5, 2), false),
        ] {
            let now = now.map_enum(&mut |_: String| Err(())).expect("no enums here");
            assert_eq!(kept(then.clone()).fits(&now), fits, "{then:?} to {now:?}");
        }
    }
}
