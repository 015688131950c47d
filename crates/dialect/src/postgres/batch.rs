//! Batches: one text array a column, spread out by `unnest`, so that the statement's text depends on the columns alone.
//!
//! Each element is the value's text as PostgreSQL reads it: bytes as `\x` and hex digits, arrays as `{…}`, vectors as `[…]`.

use model::{Identity, ObjectId};

use crate::{
    dialect::{BatchShape, Binding, Bound},
    versions::Versions,
};

use super::{quote_ident, types};

struct Bind {
    column: String,
    value: String,
}

/// `unnest` over all columns of the shape, keys as `k…` and others as `v…`, and each column with its cast value.
fn spread(shape: &BatchShape<'_>) -> (String, Vec<Bind>, Vec<Bind>) {
    let mut names = Vec::new();
    let mut bind = |ids: &[ObjectId], letter: char| -> Vec<Bind> {
        let columns = ids.iter().filter_map(|id| shape.table.column(*id)).enumerate();
        columns
            .map(|(n, column)| {
                let name = format!("{letter}{}", n + 1);
                let ty = types::type_sql(&column.ty, shape.schema).unwrap_or_else(|_| "text".to_owned());
                let value = format!("u.{name}::{ty}");
                names.push(name);
                Bind { column: quote_ident(&column.name), value }
            })
            .collect()
    };
    let key = bind(shape.key, 'k');
    let others = bind(shape.columns, 'v');
    if shape.versions == Versions::Each {
        names.push("version".to_owned());
    }
    let arrays: Vec<_> = (1..=names.len()).map(|n| format!("${n}::text[]")).collect();
    (format!("unnest({}) AS u({})", arrays.join(", "), names.join(", ")), key, others)
}

fn joined(binds: &[Bind], one: impl Fn(&Bind) -> String, between: &str) -> String {
    binds.iter().map(one).collect::<Vec<_>>().join(between)
}

/// Which rows of the table those of the batch are, as they were where they have versions: the transaction that wrote a row last. Another
/// one that changes the row is another version, and one that is still at it is waited for.
fn same_rows(shape: &BatchShape<'_>, key: &[Bind]) -> String {
    let same = joined(key, |b| format!("t.{} = {}", b.column, b.value), " AND ");
    match shape.versions {
        Versions::Unheeded => same,
        Versions::Each => format!("{same} AND t.xmin = u.version::xid"),
        Versions::Among => {
            let last = shape.key.len() + shape.columns.len() + 1;
            format!("{same} AND t.xmin = ANY (${last}::text[]::xid[])")
        }
    }
}

/// `UPDATE … FROM unnest(…)`.
pub fn update(shape: &BatchShape<'_>) -> Bound {
    let (unnest, key, others) = spread(shape);
    let set = joined(&others, |b| format!("{} = {}", b.column, b.value), ", ");
    let (table, same) = (quote_ident(&shape.table.name), same_rows(shape, &key));
    Bound {
        sql: format!("UPDATE {table} AS t SET {set} FROM {unnest} WHERE {same}"),
        binding: Binding::Columns,
    }
}

/// A row for each that is as it was read; what somebody is just changing is, until they commit.
pub fn same(shape: &BatchShape<'_>) -> Bound {
    let (unnest, key, _) = spread(shape);
    let (table, same) = (quote_ident(&shape.table.name), same_rows(shape, &key));
    Bound { sql: format!("SELECT 1 FROM {table} AS t, {unnest} WHERE {same}"), binding: Binding::Columns }
}

/// `INSERT … SELECT … FROM unnest(…)`.
pub fn insert(shape: &BatchShape<'_>) -> Bound {
    let (unnest, mut all, others) = spread(shape);
    all.extend(others);
    let columns = joined(&all, |b| b.column.clone(), ", ");
    let values = joined(&all, |b| b.value.clone(), ", ");
    let given = shape.key.iter().chain(shape.columns).filter_map(|id| shape.table.column(*id));
    let overriding = match given.filter(|c| c.identity == Some(Identity::Always)).count() {
        0 => "",
        _ => " OVERRIDING SYSTEM VALUE",
    };
    let table = quote_ident(&shape.table.name);
    let sql = format!("INSERT INTO {table} ({columns}){overriding} SELECT {values} FROM {unnest}");
    Bound { sql, binding: Binding::Columns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::testing;

    #[test]
    fn updates_and_inserts_are_constant_for_a_shape() {
        let schema = testing::schema();
        let table = schema.table_named("users").expect("it is there");
        let id = |name: &str| table.column_named(name).expect("it is there").id;
        let (key, columns) = (vec![id("id")], vec![id("email"), id("mood")]);
        let shape =
            BatchShape { table, schema: &schema, key: &key, columns: &columns, versions: Versions::Unheeded };
        assert_eq!(
            update(&shape).sql,
            "UPDATE \"users\" AS t SET \"email\" = u.v1::text, \"mood\" = u.v2::\"mood\" \
             FROM unnest($1::text[], $2::text[], $3::text[]) AS u(k1, v1, v2) WHERE t.\"id\" = u.k1::bigint"
        );
        assert_eq!(
            insert(&shape).sql,
            "INSERT INTO \"users\" (\"id\", \"email\", \"mood\") OVERRIDING SYSTEM VALUE \
             SELECT u.k1::bigint, u.v1::text, u.v2::\"mood\" \
             FROM unnest($1::text[], $2::text[], $3::text[]) AS u(k1, v1, v2)"
        );
        let shape = BatchShape { versions: Versions::Each, ..shape };
        assert_eq!(
            update(&shape).sql,
            "UPDATE \"users\" AS t SET \"email\" = u.v1::text, \"mood\" = u.v2::\"mood\" \
             FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(k1, v1, v2, version) \
             WHERE t.\"id\" = u.k1::bigint AND t.xmin = u.version::xid"
        );
        assert_eq!(
            same(&BatchShape { columns: &[], ..shape.clone() }).sql,
            "SELECT 1 FROM \"users\" AS t, unnest($1::text[], $2::text[]) AS u(k1, version) \
             WHERE t.\"id\" = u.k1::bigint AND t.xmin = u.version::xid"
        );
        assert_eq!(
            same(&BatchShape { columns: &[], versions: Versions::Among, ..shape }).sql,
            "SELECT 1 FROM \"users\" AS t, unnest($1::text[]) AS u(k1) \
             WHERE t.\"id\" = u.k1::bigint AND t.xmin = ANY ($2::text[]::xid[])"
        );
    }
}
