//! The SQL of data steps: keyset reading, its bounds, predicates, and the way back of inserted rows.

use model::{Literal, ObjectId, Predicate, Schema, data_step::Rows, schema::Table};

use crate::{Dialect, statement::RenderError};

/// A query over a table's rows in key order, with the order of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRead {
    /// The SQL text.
    pub sql: String,
    /// Which key column each parameter is a value of, in order; first those of the lower bound, then those of the upper.
    pub params: Vec<usize>,
}

/// A read of the next rows behind a key, up to a bound, at most `limit`.
#[derive(Clone, Copy, Debug)]
pub struct ReadShape<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The table.
    pub table: &'a Table,
    /// Key columns, in key order.
    pub key: &'a [ObjectId],
    /// Columns to read behind the key.
    pub columns: &'a [ObjectId],
    /// Which rows.
    pub rows: &'a Rows<ObjectId>,
    /// Whether there is a key to start behind.
    pub after: bool,
    /// Whether there is a last key.
    pub upto: bool,
    /// How many rows at the most.
    pub limit: usize,
    /// Whether they are locked, to be written in the same transaction.
    pub lock: bool,
    /// Whether each has its version behind the columns, where it has one.
    pub version: bool,
}

/// The select for a batch.
pub fn read_batch(dialect: &dyn Dialect, shape: ReadShape<'_>) -> Result<KeyedRead, RenderError> {
    let ReadShape { table, key, columns, .. } = shape;
    let (filter, params) = filter(dialect, shape, true)?;
    let version = dialect.row_version().filter(|_| shape.version).map(|version| Ok(version.to_owned()));
    let selected = key.iter().chain(columns).map(|id| read_column(dialect, table, *id)).chain(version);
    let selected = selected.collect::<Result<Vec<_>, _>>()?.join(", ");
    let order =
        key.iter().map(|id| key_column(dialect, table, *id)).collect::<Result<Vec<_>, _>>()?.join(", ");
    let sql = format!(
        "SELECT {selected} FROM {}{filter} ORDER BY {order} LIMIT {}{}",
        dialect.quote_ident(&table.name),
        shape.limit,
        if shape.lock { dialect.row_lock() } else { "" }
    );
    Ok(KeyedRead { sql, params })
}

/// The select for rows in the order of the shape's key and then of further columns, so that rows that agree in the key stand together,
/// at most `limit` of them. They aren't held against other writers: nobody writes them.
pub fn read_groups(
    dialect: &dyn Dialect,
    shape: ReadShape<'_>,
    then: &[ObjectId],
) -> Result<KeyedRead, RenderError> {
    let ReadShape { table, key, columns, .. } = shape;
    let (filter, params) = filter(dialect, shape, true)?;
    let selected = key.iter().chain(columns).map(|id| read_column(dialect, table, *id));
    let order = key.iter().chain(then).map(|id| key_column(dialect, table, *id));
    let sql = format!(
        "SELECT {} FROM {}{filter} ORDER BY {} LIMIT {}",
        selected.collect::<Result<Vec<_>, _>>()?.join(", "),
        dialect.quote_ident(&table.name),
        order.collect::<Result<Vec<_>, _>>()?.join(", "),
        shape.limit,
    );
    Ok(KeyedRead { sql, params })
}

/// The select for the rows that have one value of the shape's key, in the order of further columns; the parameters are that value's.
/// They aren't held against other writers.
pub fn read_group(
    dialect: &dyn Dialect,
    shape: ReadShape<'_>,
    then: &[ObjectId],
) -> Result<String, RenderError> {
    let ReadShape { table, key, columns, rows, .. } = shape;
    let selected = key.iter().chain(columns).map(|id| read_column(dialect, table, *id));
    let mut conditions = Vec::new();
    for (n, id) in key.iter().enumerate() {
        let value = parameter(dialect, &column(table, *id)?.ty, n + 1);
        conditions.push(format!("{} = {value}", key_column(dialect, table, *id)?));
    }
    if let Rows::Where(predicate) = rows {
        conditions.push(predicate_sql(dialect, table, predicate)?);
    }
    let order = key.iter().chain(then).map(|id| key_column(dialect, table, *id));
    Ok(format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}",
        selected.collect::<Result<Vec<_>, _>>()?.join(", "),
        dialect.quote_ident(&table.name),
        conditions.join(" AND "),
        order.collect::<Result<Vec<_>, _>>()?.join(", "),
        shape.limit,
    ))
}

/// The select that counts the rows between the shape's bounds.
pub fn count_batch(dialect: &dyn Dialect, shape: ReadShape<'_>) -> Result<KeyedRead, RenderError> {
    // All of them are gone through, so that the upper bound is one for the key, too.
    let (filter, params) = filter(dialect, shape, false)?;
    let sql = format!("SELECT count(*) FROM {}{filter}", dialect.quote_ident(&shape.table.name));
    Ok(KeyedRead { sql, params })
}

/// The condition of a read, with the key columns that its parameters are values of. Where it has a limit, the upper bound ends it only
/// the last time.
fn filter(
    dialect: &dyn Dialect,
    shape: ReadShape<'_>,
    limited: bool,
) -> Result<(String, Vec<usize>), RenderError> {
    let ReadShape { table, key, .. } = shape;
    let mut params = Vec::new();
    let mut conditions = Vec::new();
    if shape.after {
        conditions.push(beyond(dialect, table, key, ">", false, &mut params)?);
    }
    if shape.upto {
        let upto = beyond(dialect, table, key, "<", true, &mut params)?;
        conditions.push(if limited { dialect.last_key(upto) } else { upto });
    }
    if let Rows::Where(predicate) = shape.rows {
        conditions.push(predicate_sql(dialect, table, predicate)?);
    }
    let filter = match conditions.as_slice() {
        [] => String::new(),
        some => format!(" WHERE {}", some.join(" AND ")),
    };
    Ok((filter, params))
}

/// The select for the last key among the rows, by which a data step ends although rows are being inserted.
pub fn read_last_key(
    dialect: &dyn Dialect,
    table: &Table,
    key: &[ObjectId],
    rows: &Rows<ObjectId>,
) -> Result<String, RenderError> {
    let selected =
        key.iter().map(|id| read_column(dialect, table, *id)).collect::<Result<Vec<_>, _>>()?.join(", ");
    let order = key
        .iter()
        .map(|id| Ok(format!("{} DESC", key_column(dialect, table, *id)?)))
        .collect::<Result<Vec<_>, _>>()?;
    let filter = match rows {
        Rows::All => String::new(),
        Rows::Where(predicate) => format!(" WHERE {}", predicate_sql(dialect, table, predicate)?),
    };
    Ok(format!(
        "SELECT {selected} FROM {}{filter} ORDER BY {} LIMIT 1",
        dialect.quote_ident(&table.name),
        order.join(", ")
    ))
}

/// The select that counts the rows a data step will visit.
pub fn count_rows(
    dialect: &dyn Dialect,
    table: &Table,
    rows: &Rows<ObjectId>,
) -> Result<String, RenderError> {
    let filter = match rows {
        Rows::All => String::new(),
        Rows::Where(predicate) => format!(" WHERE {}", predicate_sql(dialect, table, predicate)?),
    };
    Ok(format!("SELECT count(*) FROM {}{filter}", dialect.quote_ident(&table.name)))
}

/// The select for so many rows by their keys, for writing some of them where they are locked; parameters: the keys, one behind the other.
pub fn read_by_keys(
    dialect: &dyn Dialect,
    table: &Table,
    key: &[ObjectId],
    columns: &[ObjectId],
    rows: usize,
    locked: bool,
) -> Result<String, RenderError> {
    let selected = key.iter().chain(columns).map(|id| read_column(dialect, table, *id));
    let selected = selected.collect::<Result<Vec<_>, _>>()?.join(", ");
    let filter = one_of_keys(dialect, table, key, rows)?;
    let from = dialect.quote_ident(&table.name);
    Ok(format!(
        "SELECT {selected} FROM {from} WHERE {filter}{}",
        if locked { dialect.row_lock() } else { "" }
    ))
}

/// The condition that a row has one of so many keys.
fn one_of_keys(
    dialect: &dyn Dialect,
    table: &Table,
    key: &[ObjectId],
    rows: usize,
) -> Result<String, RenderError> {
    let named = key.iter().map(|id| column(table, *id)).collect::<Result<Vec<_>, _>>()?;
    let value =
        |row: usize, place: usize| parameter(dialect, &named[place].ty, row * named.len() + place + 1);
    Ok(match named.as_slice() {
        [one] => {
            let values: Vec<_> = (0..rows).map(|row| value(row, 0)).collect();
            format!("{} IN ({})", dialect.quote_ident(&one.name), values.join(", "))
        }
        many => {
            let same = |row: usize| {
                let pair = |place: usize| {
                    format!("{} = {}", dialect.quote_ident(&many[place].name), value(row, place))
                };
                format!("({})", (0..many.len()).map(pair).collect::<Vec<_>>().join(" AND "))
            };
            (0..rows).map(same).collect::<Vec<_>>().join(" OR ")
        }
    })
}

/// The select that counts those rows no further than to one more than `most`, so that it is answered soon.
pub fn count_beyond(
    dialect: &dyn Dialect,
    table: &Table,
    rows: &Rows<ObjectId>,
    most: u64,
) -> Result<String, RenderError> {
    let counted = count_rows(dialect, table, rows)?.replacen("count(*)", "1 AS x", 1);
    Ok(format!("SELECT count(*) FROM ({counted} LIMIT {}) n", most.saturating_add(1)))
}

/// The statement that deletes so many rows by their keys, for the way back of inserted rows; parameters: the keys, one behind the other.
pub fn delete_by_keys(
    dialect: &dyn Dialect,
    table: &Table,
    key: &[ObjectId],
    rows: usize,
) -> Result<String, RenderError> {
    let filter = one_of_keys(dialect, table, key, rows)?;
    Ok(format!("DELETE FROM {} WHERE {filter}", dialect.quote_ident(&table.name)))
}

pub(crate) fn column(table: &Table, id: ObjectId) -> Result<&model::Column, RenderError> {
    table.column(id).ok_or_else(|| RenderError::Missing(format!("a column of {}", table.name)))
}

pub(crate) fn read_column(dialect: &dyn Dialect, table: &Table, id: ObjectId) -> Result<String, RenderError> {
    let column = column(table, id)?;
    Ok(dialect.wire(&column.ty).read.replace("{}", &dialect.quote_ident(&column.name)))
}

pub(crate) fn key_column(dialect: &dyn Dialect, table: &Table, id: ObjectId) -> Result<String, RenderError> {
    let column = column(table, id)?;
    Ok(format!("{}{}", dialect.quote_ident(&column.name), dialect.byte_order(&column.ty)))
}

pub(crate) fn parameter(dialect: &dyn Dialect, ty: &model::Type<ObjectId>, n: usize) -> String {
    dialect.key_parameter(ty, n)
}

/// `(a, b) > (x, y)` spelled out, since not every server uses an index for row values; with `a >= x` before it, which every server
/// looks up in the key's index, so that no batch begins at the table's first row.
pub(crate) fn beyond(
    dialect: &dyn Dialect,
    table: &Table,
    key: &[ObjectId],
    sign: &str,
    or_equal: bool,
    params: &mut Vec<usize>,
) -> Result<String, RenderError> {
    let mut alternatives = Vec::new();
    let mut lead = String::new();
    if let [first, _, ..] = key {
        params.push(0);
        let ty = &column(table, *first)?.ty;
        let value = parameter(dialect, ty, params.len());
        lead = format!("{} {sign}= {value} AND ", key_column(dialect, table, *first)?);
    }
    for last in 0..key.len() {
        let mut parts = Vec::new();
        for (n, id) in key[..=last].iter().enumerate() {
            let sign = match (n == last, or_equal && last + 1 == key.len()) {
                (false, _) => "=".to_owned(),
                (true, true) => format!("{sign}="),
                (true, false) => sign.to_owned(),
            };
            params.push(n);
            let ty = &column(table, *id)?.ty;
            parts.push(format!(
                "{} {sign} {}",
                key_column(dialect, table, *id)?,
                parameter(dialect, ty, params.len())
            ));
        }
        alternatives.push(parts.join(" AND "));
    }
    Ok(match alternatives.as_slice() {
        [one] => one.clone(),
        many => {
            format!("({lead}({}))", many.iter().map(|a| format!("({a})")).collect::<Vec<_>>().join(" OR "))
        }
    })
}

/// A typed predicate as a condition that is never NULL.
pub fn predicate_sql(
    dialect: &dyn Dialect,
    table: &Table,
    predicate: &Predicate<ObjectId>,
) -> Result<String, RenderError> {
    let compare = |id: &ObjectId, sign: &str, literal: &Literal| -> Result<String, RenderError> {
        let column = column(table, *id)?;
        let name = dialect.quote_ident(&column.name);
        let value = dialect.literal(literal, &column.ty);
        Ok(format!("({name} IS NOT NULL AND {name}{} {sign} {value})", dialect.byte_order(&column.ty)))
    };
    let join = |list: &[Predicate<ObjectId>], word: &str, none: &str| -> Result<String, RenderError> {
        if list.is_empty() {
            return Ok(none.to_owned());
        }
        let parts = list.iter().map(|p| predicate_sql(dialect, table, p)).collect::<Result<Vec<_>, _>>()?;
        Ok(format!("({})", parts.join(word)))
    };
    match predicate {
        Predicate::Eq(c, l) => compare(c, "=", l),
        Predicate::Ne(c, l) => compare(c, "<>", l),
        Predicate::Lt(c, l) => compare(c, "<", l),
        Predicate::Le(c, l) => compare(c, "<=", l),
        Predicate::Gt(c, l) => compare(c, ">", l),
        Predicate::Ge(c, l) => compare(c, ">=", l),
        Predicate::In(c, list) => {
            let parts = list.iter().map(|l| compare(c, "=", l)).collect::<Result<Vec<_>, _>>()?;
            Ok(if parts.is_empty() { "(1 = 0)".to_owned() } else { format!("({})", parts.join(" OR ")) })
        }
        Predicate::IsNull(c) => Ok(format!("({} IS NULL)", dialect.quote_ident(&column(table, *c)?.name))),
        Predicate::NotNull(c) => {
            Ok(format!("({} IS NOT NULL)", dialect.quote_ident(&column(table, *c)?.name)))
        }
        Predicate::And(list) => join(list, " AND ", "(1 = 1)"),
        Predicate::Or(list) => join(list, " OR ", "(1 = 0)"),
        Predicate::Not(one) => Ok(format!("(NOT {})", predicate_sql(dialect, table, one)?)),
    }
}
