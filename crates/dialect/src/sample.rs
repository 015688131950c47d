//! The SQL that looks at some of a table's rows without holding them: first ones, last ones, some with NULL, one by its key.

use model::{ObjectId, data_step::Rows, schema::Table};

use crate::{
    Dialect,
    batch::{KeyedRead, beyond, column, key_column, parameter, predicate_sql, read_column},
    statement::RenderError,
};

/// Which rows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// The first by their key.
    First,
    /// The last by their key.
    Last,
    /// The first that have NULL in one of these columns.
    AnyNull(&'a [ObjectId]),
    /// The one with a key, whose values are the parameters.
    Key,
}

/// The select of at most `limit` such rows: key columns, then the others.
pub fn read_sample(
    dialect: &dyn Dialect,
    table: &Table,
    (key, columns): (&[ObjectId], &[ObjectId]),
    which: Which<'_>,
    limit: usize,
) -> Result<String, RenderError> {
    let ids = key.iter().chain(columns);
    let selected = ids.map(|id| read_column(dialect, table, *id)).collect::<Result<Vec<_>, _>>()?;
    let way = if which == Which::Last { " DESC" } else { "" };
    let order = key
        .iter()
        .map(|id| Ok(format!("{}{way}", key_column(dialect, table, *id)?)))
        .collect::<Result<Vec<_>, RenderError>>()?;
    let name = |id: &ObjectId| Ok(dialect.quote_ident(&column(table, *id)?.name));
    let conditions: Result<Vec<String>, RenderError> = match which {
        Which::First | Which::Last => Ok(Vec::new()),
        Which::AnyNull(columns) => columns.iter().map(|id| Ok(format!("{} IS NULL", name(id)?))).collect(),
        Which::Key => key
            .iter()
            .enumerate()
            .map(|(n, id)| {
                Ok(format!("{} = {}", name(id)?, parameter(dialect, &column(table, *id)?.ty, n + 1)))
            })
            .collect(),
    };
    let join = if which == Which::Key { " AND " } else { " OR " };
    let filter = match conditions?.join(join) {
        none if none.is_empty() => String::new(),
        some => format!(" WHERE {some}"),
    };
    Ok(format!(
        "SELECT {} FROM {}{filter} ORDER BY {} LIMIT {limit}",
        selected.join(", "),
        dialect.quote_ident(&table.name),
        order.join(", ")
    ))
}

/// The select of at most `limit` rows of those chosen, the first or the last by their key; where it says so, only rows behind a key,
/// whose values are the parameters.
pub fn read_matching(
    dialect: &dyn Dialect,
    table: &Table,
    (key, columns): (&[ObjectId], &[ObjectId]),
    (rows, after, last): (&Rows<ObjectId>, bool, bool),
    limit: usize,
) -> Result<KeyedRead, RenderError> {
    let mut params = Vec::new();
    let mut conditions = Vec::new();
    if after {
        conditions.push(beyond(dialect, table, key, ">", false, &mut params)?);
    }
    if let Rows::Where(predicate) = rows {
        conditions.push(predicate_sql(dialect, table, predicate)?);
    }
    let filter =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let ids = key.iter().chain(columns);
    let selected = ids.map(|id| read_column(dialect, table, *id)).collect::<Result<Vec<_>, _>>()?;
    let way = if last { " DESC" } else { "" };
    let order = key
        .iter()
        .map(|id| Ok(format!("{}{way}", key_column(dialect, table, *id)?)))
        .collect::<Result<Vec<_>, RenderError>>()?;
    let sql = format!(
        "SELECT {} FROM {}{filter} ORDER BY {} LIMIT {limit}",
        selected.join(", "),
        dialect.quote_ident(&table.name),
        order.join(", ")
    );
    Ok(KeyedRead { sql, params })
}
