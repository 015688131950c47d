//! What SQLite tells of a schema. It keeps the text of every definition, so that folded schemas are rendered and both texts are
//! read by the same reader.

use std::collections::BTreeMap;

use model::Value;

use super::definition::{self, close, pieces, split, text};
use crate::{
    ddl::Ddl,
    dialect::{CatalogError, CatalogQuery},
    normal::normalise,
    projected::{Projected, ProjectedTable, ProjectedView},
    statement::RenderError,
};

const OBJECTS: &str = "objects";
const COLUMNS: &str = "columns";

pub(super) fn queries() -> Vec<CatalogQuery> {
    // Virtual tables and the tables they are kept in are not ours to compare.
    let ours = "substr(s.tbl_name, 1, 6) <> 'strat_' AND substr(s.name, 1, 7) <> 'sqlite_'";
    let listed = "(SELECT count(*) FROM pragma_table_list AS l WHERE l.schema = 'main' AND l.name = s.tbl_name \
                  AND l.type IN ('virtual', 'shadow')) = 0";
    vec![
        CatalogQuery {
            name: OBJECTS,
            sql: format!(
                "SELECT s.type, s.name, s.tbl_name, s.sql FROM sqlite_schema AS s WHERE s.type IN ('table', 'index', 'view') \
                 AND s.sql IS NOT NULL AND {ours} AND {listed} ORDER BY s.type = 'table' DESC, s.name"
            ),
        },
        CatalogQuery {
            name: COLUMNS,
            sql: format!(
                "SELECT s.name, c.name FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c \
                 WHERE s.type IN ('table', 'view') AND {ours} AND {listed} ORDER BY s.name, c.cid"
            ),
        },
    ]
}

pub(super) fn read(answers: &[Vec<Vec<Value>>]) -> Result<Projected, CatalogError> {
    let [objects, columns] = answers else {
        return Err(CatalogError { query: OBJECTS, why: format!("{} answers instead of 2", answers.len()) });
    };
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in columns {
        let [relation, column] = texts(COLUMNS, row)?;
        known.entry(relation).or_default().push(column);
    }
    let mut out = Projected::default();
    for row in objects {
        let [kind, name, table, sql] = texts(OBJECTS, row)?;
        let unread = || CatalogError { query: OBJECTS, why: format!("the definition of {kind} {name}") };
        let columns = known.get(name).map(Vec::as_slice).unwrap_or_default();
        match kind {
            "table" => add_table(&mut out, name, sql, Some(columns)).ok_or_else(unread)?,
            "index" => add_index(&mut out, name, table, sql).ok_or_else(unread)?,
            _ => add_view(&mut out, name, sql, columns).ok_or_else(unread)?,
        }
    }
    Ok(out)
}

fn texts<'v, const N: usize>(query: &'static str, row: &'v [Value]) -> Result<[&'v str; N], CatalogError> {
    let mut out = [""; N];
    if row.len() != N {
        return Err(CatalogError { query, why: format!("a row of {} columns instead of {N}", row.len()) });
    }
    for (to, value) in out.iter_mut().zip(row) {
        match value {
            Value::Text(text) => *to = text,
            other => return Err(CatalogError { query, why: format!("text expected, got {other:?}") }),
        }
    }
    Ok(out)
}

/// The projection of a folded schema. What can't be rendered can't have been created, and is left out.
pub(super) fn project(ddl: Ddl<'_>) -> Projected {
    let mut out = Projected::default();
    for table in ddl.schema.tables() {
        let Ok(sql) = ddl.create_table(table, &table.name) else { continue };
        let added = add_table(&mut out, &table.name, &sql, None);
        debug_assert!(added.is_some(), "what is rendered can be read: {sql}");
        for index in &table.indexes {
            if let Ok(sql) = ddl.create_index(table, index, "") {
                add_index(&mut out, &index.name, &table.name, &sql);
            }
        }
    }
    for view in ddl.schema.views() {
        let sql: Result<String, RenderError> = ddl.create_view(view);
        let columns: Vec<_> = view.columns.iter().map(|c| c.name.as_str()).collect();
        if let Ok(sql) = sql {
            add_view(&mut out, &view.name, &sql, &columns);
        }
    }
    out
}

/// `columns` are those SQLite itself sees; a definition read otherwise is an error and no difference.
fn add_table(out: &mut Projected, name: &str, sql: &str, columns: Option<&[&str]>) -> Option<()> {
    let read = definition::table(sql)?;
    if columns
        .is_some_and(|seen| !seen.iter().copied().eq(read.columns.iter().map(|(name, _)| name.as_str())))
    {
        return None;
    }
    let mut table = ProjectedTable { columns: read.columns.into_iter().collect(), ..Default::default() };
    for (label, text) in read.constraints {
        let label = label.unwrap_or_else(|| free(&table.constraints, &made_up(name, &text)));
        table.constraints.insert(label, text);
    }
    out.tables.insert(name.to_owned(), table);
    Some(())
}

/// The name an unnamed constraint goes by: its table, its columns and its kind.
fn made_up(table: &str, text: &str) -> String {
    let inside =
        text.split_once('(').map_or("", |(_, rest)| rest.split_once(')').map_or(rest, |(inner, _)| inner));
    let columns = inside.replace(", ", "_").replace('"', "");
    match text.split(' ').next().unwrap_or_default() {
        "primary" => format!("{table}_pkey"),
        "unique" => format!("{table}_{columns}_key"),
        "foreign" => format!("{table}_{columns}_fkey"),
        _ => format!("{table}_check"),
    }
}

fn free(taken: &BTreeMap<String, String>, wanted: &str) -> String {
    let numbered = (1..).map(|n| format!("{wanted}{n}"));
    std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains_key(name))
        .unwrap_or_default()
}

fn add_index(out: &mut Projected, name: &str, table: &str, sql: &str) -> Option<()> {
    let all = split(sql);
    let unique = all.get(1)?.is_word("unique");
    let open = all.iter().position(|t| t.is_symbol("("))?;
    let end = close(&all, open)?;
    let keys: Vec<_> = pieces(&all[open + 1..end]).into_iter().map(key).collect();
    let mut index = format!("{}({})", if unique { "unique " } else { "" }, keys.join(", "));
    if all.get(end + 1).is_some_and(|t| t.is_word("where")) {
        index.push_str(&format!(" where {}", normalise(&text(&all[end + 2..]))));
    }
    out.tables.entry(table.to_owned()).or_default().indexes.insert(name.to_owned(), index);
    Some(())
}

fn key(piece: &[crate::lexer::Token<'_>]) -> String {
    match piece.split_last() {
        Some((last, rest)) if last.is_word("desc") => format!("{} desc", normalise(&text(rest))),
        Some((last, rest)) if last.is_word("asc") => normalise(&text(rest)),
        _ => normalise(&text(piece)),
    }
}

fn add_view(out: &mut Projected, name: &str, sql: &str, columns: &[&str]) -> Option<()> {
    let all = split(sql);
    let start = all.iter().position(|t| t.is_word("as"))?;
    let view = ProjectedView {
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        query: normalise(&text(&all[start + 1..])),
    };
    out.views.insert(name.to_owned(), view);
    Some(())
}
