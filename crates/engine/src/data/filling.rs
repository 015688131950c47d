//! What an insert of a data step names: the columns its guest gives, a key that is derived, and a constant for each of the others.

use model::{
    Digest, Literal, ObjectId, Schema, Value,
    data_step::{BatchColumn, LoweredInto},
    schema::Table,
};
use sandbox::DeclaredColumn;

use super::{
    DataError, columns,
    encode::{Encoded, encoded},
    table,
};

/// The columns an insert names behind the given ones, with their values: what the entry knew by its defaults then, what came
/// later by its `initial`. Nothing is left to the server, so that every database gets the same rows.
pub(super) fn constants(
    table: &Table,
    write: &[BatchColumn],
    defaults: &[(BatchColumn, Option<Literal>)],
    key: &[BatchColumn],
) -> Vec<(ObjectId, Value)> {
    let mut constants = Vec::new();
    for (column, literal) in defaults {
        if let Some(now) = table.column(column.id).filter(|c| c.generated.is_none() && c.identity.is_none()) {
            let value = literal.as_ref().map_or(Value::Null, |l| columns::literal_value(l, &now.ty));
            constants.push((column.id, value));
        }
    }
    for column in &table.columns {
        let known = write.iter().chain(key).any(|c| c.id == column.id)
            || defaults.iter().any(|(c, _)| c.id == column.id);
        if !known && column.generated.is_none() && column.identity.is_none() {
            let value =
                column.initial.as_ref().map_or(Value::Null, |l| columns::literal_value(l, &column.ty));
            constants.push((column.id, value));
        }
    }
    constants
}

/// How one table is filled.
pub(crate) struct Filling {
    /// The table.
    pub table: ObjectId,
    /// Its name as the guest knows it.
    pub said: String,
    /// Its name now.
    pub name: String,
    /// The key's columns, in key order.
    pub key: Vec<ObjectId>,
    /// The columns behind the key's.
    pub columns: Vec<ObjectId>,
    /// What has to come back for each given column.
    pub declared: Vec<DeclaredColumn>,
    /// Where the key's values stand in a row as given; a derived key stands behind the given columns.
    key_places: Vec<usize>,
    /// Where the values of the other given columns stand.
    others: Vec<usize>,
    constants: Vec<Value>,
    derives_key: bool,
    encoded: Vec<Encoded>,
}

impl Filling {
    /// How the step fills one of its tables, which its entry calls `said`.
    pub fn new(schema: &Schema, into: &LoweredInto, said: &str) -> Result<Filling, DataError> {
        let table = table(schema, into.table)?;
        let derives_key = into.derives_key();
        let derived = into.key.iter().filter(|_| derives_key);
        let place = |id: ObjectId| into.write.iter().position(|column| column.id == id);
        let key_places: Vec<_> =
            into.key.iter().map(|key| place(key.id).unwrap_or(into.write.len())).collect();
        let others: Vec<_> = (0..into.write.len()).filter(|n| !key_places.contains(n)).collect();
        let (ids, constants): (Vec<_>, Vec<_>) =
            constants(table, &into.write, &into.defaults, &into.key).into_iter().unzip();
        let mut columns: Vec<_> = others.iter().map(|n| into.write[*n].id).collect();
        columns.extend(ids);
        let mut declared = Vec::with_capacity(into.write.len());
        for column in &into.write {
            let now = super::column(table, column.id)?;
            declared.push(columns::declared(column, &now.ty, now.nullable, schema));
        }
        Ok(Filling {
            table: into.table,
            said: said.to_owned(),
            name: table.name.clone(),
            key: into.key.iter().map(|c| c.id).collect(),
            columns,
            declared,
            key_places,
            others,
            constants,
            derives_key,
            encoded: encoded(table, into.write.iter().chain(derived))?,
        })
    }

    /// A row as the guest gave it, with the key that is derived from `from` where it gives none.
    pub fn keyed(&self, mut given: Vec<Value>, from: &KeySource<'_>) -> Vec<Value> {
        if self.derives_key {
            given.push(from.key());
        }
        given
    }

    /// The encoding of a row that has its key.
    pub fn encoded(&self) -> &[Encoded] {
        &self.encoded
    }

    /// A row that has its key, as the insert takes it: the key, the other given columns, the constants.
    pub fn inserted(&self, row: &[Value]) -> Vec<Value> {
        let places = self.key_places.iter().chain(&self.others);
        let given = places.map(|place| row.get(*place).cloned().unwrap_or(Value::Null));
        given.chain(self.constants.iter().cloned()).collect()
    }
}

/// What a derived key comes from: the same on every database, and in every order of entries.
pub(crate) struct KeySource<'a> {
    /// What the step is.
    pub step: &'a Digest,
    /// The number of the table among those the step fills.
    pub table: usize,
    /// The encoded key of the row, or the encoded group, that it is made of.
    pub from: &'a [u8],
    /// Its number among those made of it for the table.
    pub ordinal: u32,
}

impl KeySource<'_> {
    /// A UUID of version 8: BLAKE3 in derive-key mode over the step, the table and the ordinal as u32 LE, and the source.
    fn key(&self) -> Value {
        let mut bytes = self.step.0.to_vec();
        bytes.extend_from_slice(&(self.table as u32).to_le_bytes());
        bytes.extend_from_slice(&self.ordinal.to_le_bytes());
        bytes.extend_from_slice(self.from);
        let digest = Digest::derive("stratigraph 1 row key", &bytes);
        let mut uuid = [0; 16];
        uuid.copy_from_slice(&digest.0[..16]);
        uuid[6] = uuid[6] & 0x0f | 0x80;
        uuid[8] = uuid[8] & 0x3f | 0x80;
        Value::Uuid(uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_keys_are_uuids_of_version_8_and_differ_by_all_they_come_from() {
        let steps = [Digest::of(b"a"), Digest::of(b"b")];
        let key = |step: usize, table, from: &[u8], ordinal| {
            KeySource { step: &steps[step], table, from, ordinal }.key()
        };
        let Value::Uuid(first) = key(0, 0, b"k", 0) else { panic!("a UUID") };
        assert_eq!((first[6] >> 4, first[8] >> 6), (8, 2));
        let all = [
            key(0, 0, b"k", 0),
            key(1, 0, b"k", 0),
            key(0, 1, b"k", 0),
            key(0, 0, b"l", 0),
            key(0, 0, b"k", 1),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(all[n + 1..].iter().all(|other| other != one));
        }
        assert_eq!(key(0, 0, b"k", 0), all[0]);
    }
}
