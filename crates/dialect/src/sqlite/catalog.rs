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
                 WHERE s.type = 'table' AND {ours} AND {listed} ORDER BY s.name, c.cid"
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
            _ => add_view(&mut out, name, sql).ok_or_else(unread)?,
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
        if let Ok(sql) = ddl.create_view(view) {
            add_view(&mut out, &view.name, &sql);
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

/// The columns are those it names; asking SQLite would fail on a view over what is gone.
fn add_view(out: &mut Projected, name: &str, sql: &str) -> Option<()> {
    let all = split(sql);
    let start = all.iter().position(|t| t.is_word("as"))?;
    let columns = match all[..start].iter().position(|t| t.is_symbol("(")) {
        Some(open) => {
            pieces(&all[open + 1..close(&all, open)?]).into_iter().filter_map(|p| p[0].name()).collect()
        }
        None => Vec::new(),
    };
    out.views.insert(name.to_owned(), ProjectedView { columns, query: normalise(&text(&all[start + 1..])) });
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Dialect as _, Facts,
        sqlite::{SQLITE, tests::cases},
    };

    fn row(values: &[&str]) -> Vec<Value> {
        values.iter().map(|v| Value::Text((*v).to_owned())).collect()
    }

    fn read_tables(all: &[(&str, &str)]) -> Result<Projected, CatalogError> {
        let objects = all.iter().map(|(name, sql)| row(&["table", name, name, sql])).collect();
        let mut columns = Vec::new();
        for (name, sql) in all {
            for (column, _) in definition::table(sql).map(|t| t.columns).unwrap_or_default() {
                columns.push(row(&[name, &column]));
            }
        }
        SQLITE.read_catalog(&[objects, columns], &Facts::default())
    }

    #[test]
    fn what_was_created_is_what_is_read() {
        let schema = cases::base();
        let ddl = SQLITE.ddl(&schema);
        let (mut objects, mut columns) = (Vec::new(), Vec::new());
        for table in schema.tables() {
            objects.push(row(&[
                "table",
                &table.name,
                &table.name,
                &ddl.create_table(table, &table.name).unwrap(),
            ]));
            columns.extend(table.columns.iter().map(|c| row(&[&table.name, &c.name])));
            for index in &table.indexes {
                let sql = ddl.create_index(table, index, "").unwrap();
                objects.push(row(&["index", &index.name, &table.name, &sql]));
            }
        }
        for view in schema.views() {
            objects.push(row(&["view", &view.name, &view.name, &ddl.create_view(view).unwrap()]));
        }
        let live = SQLITE.read_catalog(&[objects, columns], &Facts::default()).unwrap();
        let expected = SQLITE.project(&schema, &Facts::default());
        assert_eq!(expected.differences(&live), []);
        let users = &live.tables["users"];
        assert_eq!(users.columns["mood"].ty, "TEXT mood (mood in ('good', 'it''s bad'))");
        assert!(users.columns["id"].identity && !users.columns["id"].nullable);
        assert_eq!(users.constraints["users_pkey"], "primary key (id)");
        let posts = &live.tables["posts"];
        assert_eq!(posts.columns["size"].generated.as_deref(), Some("length(title) stored"));
        assert_eq!(posts.columns["price"].ty, "DECIMAL_TEXT(10,2)");
        assert_eq!(posts.indexes["posts_lower_idx"], "unique (lower(title) desc) where title is not null");
        assert_eq!(
            posts.constraints["posts_author_fkey"],
            "foreign key (author) references users (id) on delete cascade deferrable initially deferred"
        );
        assert_eq!(live.views["titles"].columns, ["title", "writer"]);
    }

    #[test]
    fn unnamed_constraints_get_names_that_stay() {
        let sql =
            "CREATE TABLE t (a UNIQUE, b, CHECK (a > 0), CHECK (b > 0), UNIQUE (a, b), PRIMARY KEY (a))";
        let live = read_tables(&[("t", sql)]).unwrap();
        let names: Vec<_> = live.tables["t"].constraints.keys().map(String::as_str).collect();
        assert_eq!(names, ["t_a_b_key", "t_a_key", "t_check", "t_check1", "t_pkey"]);
    }

    #[test]
    fn a_definition_read_otherwise_than_by_sqlite_is_an_error() {
        let objects = vec![row(&["table", "t", "t", "CREATE TABLE t (a, b)"])];
        let columns = vec![row(&["t", "a"])];
        let error = SQLITE.read_catalog(&[objects, columns], &Facts::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the catalogue's answer on objects can't be read: the definition of table t"
        );
    }
}
