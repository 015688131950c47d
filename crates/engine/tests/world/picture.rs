//! What a target looks like when it is there.

use std::collections::BTreeMap;

use dialect::Projected;
use model::{Column, Digest, EntryId, Schema, Table, Value, rows::encode_row};
use stratigraph_engine::{Known, Target, driver::CellType};

use super::World;

/// What a target looks like.
#[derive(Debug)]
pub struct Picture {
    pub heads: Vec<EntryId>,
    pub schema: Projected,
    /// For each table the digest of its rows, by rising key.
    pub digests: BTreeMap<String, Digest>,
    /// The rows themselves, for who has to read why they differ; columns by rising name.
    pub rows: BTreeMap<String, Vec<Vec<Value>>>,
}

impl Picture {
    /// Stops unless both show the same.
    #[track_caller]
    pub fn must_be(&self, other: &Picture, what: &str) {
        assert_eq!(self.heads, other.heads, "{what}");
        let differences = self.schema.differences(&other.schema);
        assert!(differences.is_empty(), "{what}: {differences:#?}");
        if self.digests != other.digests {
            panic!("{what}: rows differ:\n{:#?}\n{:#?}", self.rows, other.rows);
        }
    }
}

/// Looks at the target, which must be what was folded for the entries it has.
pub async fn picture(world: &World, known: &Known) -> Picture {
    let mut target = world.target().await;
    let heads = target.journal.position.heads.clone();
    let state = known.history.state_at(&heads).unwrap();
    let folded = state.schema("main");
    let schema = target.introspect().await.unwrap();
    let differences = target.dialect.project(folded, &target.facts).differences(&schema);
    assert!(differences.is_empty(), "at {heads:?}: {differences:#?}");
    let (digests, rows) = all_rows(&mut target, folded).await;
    target.conn.close().await;
    Picture { heads, schema, digests, rows }
}

type Rows = BTreeMap<String, Vec<Vec<Value>>>;

/// The rows of a table, in no order.
pub async fn read(target: &mut Target, table: &Table, columns: &[&Column]) -> Vec<Vec<Value>> {
    let quoted =
        |c: &&Column| target.dialect.wire(&c.ty).read.replace("{}", &target.dialect.quote_ident(&c.name));
    let list = columns.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let cells: Vec<CellType> = columns.iter().map(|c| CellType::from(&c.ty)).collect();
    let sql = format!("SELECT {list} FROM {}", target.dialect.quote_ident(&table.name));
    target.conn.read_rows(&sql, &[], &cells).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

async fn all_rows(target: &mut Target, schema: &Schema) -> (BTreeMap<String, Digest>, Rows) {
    let (mut digests, mut all) = (BTreeMap::new(), BTreeMap::new());
    for table in schema.tables() {
        let mut columns: Vec<&Column> = table.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let types: Vec<_> = columns.iter().map(|c| c.ty.clone()).collect();
        let rows = read(target, table, &columns).await;
        let mut encoded: Vec<(Vec<u8>, Vec<Value>)> =
            rows.into_iter().map(|row| (encode_row(&types, &row).unwrap(), row)).collect();
        encoded.sort_by(|a, b| a.0.cmp(&b.0));
        let bytes: Vec<u8> = encoded.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        digests.insert(table.name.clone(), Digest::of(&bytes));
        all.insert(table.name.clone(), encoded.into_iter().map(|(_, row)| row).collect());
    }
    (digests, all)
}
