//! From the catalogue's answers to a projected schema.

use std::collections::{BTreeMap, BTreeSet};

use model::{Action, Value};

use crate::{
    dialect::CatalogError,
    projected::{Projected, ProjectedColumn, ProjectedTable, ProjectedView},
};

use super::{
    Server,
    definition::IndexKey,
    normal::{normal, query},
    project::{PRIMARY, check_text, index_text, key_text, normal_default, reference_text, remark, told},
    types::{COLLATION, quote, quote_ident, without_width},
};

/// Reads the answers of the catalogue queries, in their order.
pub fn read(answers: &[Vec<Vec<Value>>], server: Server) -> Result<Projected, CatalogError> {
    let [tables, columns, checks, references, indexes, views] = answers else {
        return Err(CatalogError { query: "tables", why: format!("{} answers instead of 6", answers.len()) });
    };
    let mut out = Projected::default();
    for row in tables {
        let row = Cells("tables", row);
        match row.text(1)? {
            "VIEW" => drop(out.views.insert(row.text(0)?.to_owned(), ProjectedView::default())),
            _ => {
                let comment = remark(row.maybe(2)?);
                out.tables
                    .insert(row.text(0)?.to_owned(), ProjectedTable { comment, ..ProjectedTable::default() });
            }
        }
    }
    for row in columns {
        column(&mut out, &Cells("columns", row), server)?;
    }
    for row in checks {
        check(&mut out, &Cells("checks", row), server)?;
    }
    foreign_keys(&mut out, references)?;
    index_rows(&mut out, indexes)?;
    for row in views {
        let row = Cells("views", row);
        out.views.entry(row.text(0)?.to_owned()).or_default().query = query(row.text(1)?);
    }
    Ok(told(out))
}

/// One row of a query's answer.
struct Cells<'a>(&'static str, &'a [Value]);

impl<'a> Cells<'a> {
    fn wrong(&self, at: usize) -> CatalogError {
        CatalogError { query: self.0, why: format!("column {} is {:?}", at + 1, self.1.get(at)) }
    }

    fn maybe(&self, at: usize) -> Result<Option<&'a str>, CatalogError> {
        match &self.1.get(at) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong(at)),
        }
    }

    fn text(&self, at: usize) -> Result<&'a str, CatalogError> {
        self.maybe(at).and_then(|text| text.ok_or_else(|| self.wrong(at)))
    }

    fn number(&self, at: usize) -> Result<Option<i64>, CatalogError> {
        match &self.1.get(at) {
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong(at)),
        }
    }
}

fn table<'o>(out: &'o mut Projected, name: &str) -> &'o mut ProjectedTable {
    out.tables.entry(name.to_owned()).or_default()
}

fn column(out: &mut Projected, row: &Cells<'_>, server: Server) -> Result<(), CatalogError> {
    let (relation, name) = (row.text(0)?, row.text(1)?);
    if let Some(view) = out.views.get_mut(relation) {
        view.columns.push(name.to_owned());
        return Ok(());
    }
    let extra = row.text(5)?.to_lowercase();
    let expression = row.maybe(6)?.filter(|text| !text.is_empty());
    let plain = without_width(row.text(2)?);
    let ty = match row.maybe(7)? {
        Some(collation) if collation != COLLATION => format!("{plain} {collation}"),
        _ => plain,
    };
    let default = match row.maybe(4)? {
        _ if expression.is_some() => None,
        None => None,
        Some(text) => default_text(text, &ty, &extra, server),
    };
    let column = ProjectedColumn {
        nullable: row.text(3)? == "YES",
        default,
        identity: extra.contains("auto_increment"),
        generated: expression.map(|text| normal(&unescaped(text, server))),
        comment: remark(row.maybe(8)?),
        ty,
    };
    table(out, relation).columns.insert(name.to_owned(), column);
    Ok(())
}

/// One product gives back an expression for every default, and `NULL` for none; the other tells constants without quotes.
fn default_text(text: &str, ty: &str, extra: &str, server: Server) -> Option<String> {
    let is_number =
        ["tinyint", "smallint", "mediumint", "int", "bigint", "float", "double", "decimal", "bit"]
            .contains(&ty.split(['(', ' ']).next().unwrap_or_default());
    let expression = match server.fork || is_number || extra.contains("default_generated") {
        true => unescaped(text, server),
        false => quote(text),
    };
    let mut normal = normal_default(&expression, ty);
    if extra.contains("on update") {
        normal.push_str(" on update");
    }
    Some(normal).filter(|normal| normal != "null")
}

/// One product escapes the quotes of an expression once more.
fn unescaped(text: &str, server: Server) -> String {
    if server.fork { text.to_owned() } else { text.replace("\\'", "'") }
}

fn check(out: &mut Projected, row: &Cells<'_>, server: Server) -> Result<(), CatalogError> {
    let (relation, name) = (row.text(0)?, row.text(1)?);
    let text = check_text(&unescaped(row.text(2)?, server));
    let found = table(out, relation);
    // A JSON column is text with a check of its own, which keeps the name that the column was made with.
    if row.text(3)? == "Column" {
        let is_json = |name: &str| text == check_text(&format!("json_valid({})", quote_ident(name)));
        let mut columns = found.columns.iter_mut().filter(|(name, _)| is_json(name));
        if let Some((_, column)) = columns.find(|(_, column)| ["longtext", "json"].contains(&&*column.ty)) {
            column.ty = "json".to_owned();
            return Ok(());
        }
    }
    found.constraints.insert(name.to_owned(), text);
    Ok(())
}

/// The columns of a foreign key, on both sides.
type Pair = (Vec<String>, Vec<String>);

fn foreign_keys(out: &mut Projected, rows: &[Vec<Value>]) -> Result<(), CatalogError> {
    let mut found: BTreeMap<(&str, &str), Pair> = BTreeMap::new();
    for row in rows {
        let row = Cells("foreign keys", row);
        let (own, far) = found.entry((row.text(0)?, row.text(1)?)).or_default();
        own.push(quote_ident(row.text(2)?));
        far.push(quote_ident(row.text(4)?));
    }
    for row in rows {
        let row = Cells("foreign keys", row);
        let (relation, name) = (row.text(0)?, row.text(1)?);
        let Some((own, far)) = found.remove(&(relation, name)) else { continue };
        let (delete, update) = (action_of(row.text(5)?), action_of(row.text(6)?));
        let text = reference_text(&own.join(", "), row.text(3)?, &far.join(", "), delete, update);
        table(out, relation).constraints.insert(name.to_owned(), text);
    }
    Ok(())
}

fn action_of(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn index_rows(out: &mut Projected, rows: &[Vec<Value>]) -> Result<(), CatalogError> {
    let mut found: BTreeMap<(&str, &str), (bool, Vec<String>)> = BTreeMap::new();
    for row in rows {
        let row = Cells("indexes", row);
        let unique = row.number(2)? == Some(0);
        let kind = row.text(7)?;
        let (_, keys) = found.entry((row.text(0)?, row.text(1)?)).or_insert((unique, Vec::new()));
        let (text, is_expression) = match (row.maybe(3)?, row.maybe(6)?) {
            (Some(column), _) => (quote_ident(column), false),
            (None, expression) => (expression.unwrap_or_default().replace("\\'", "'"), true),
        };
        let whole = matches!(kind, "FULLTEXT" | "SPATIAL");
        let prefix = row.number(5)?.filter(|_| !whole).and_then(|n| u32::try_from(n).ok());
        let key = IndexKey { text, is_expression, prefix, desc: row.maybe(4)? == Some("D") };
        keys.push(if whole { format!("{} {kind}", key_text(key)) } else { key_text(key) });
    }
    for ((relation, name), (unique, keys)) in found {
        let found = table(out, relation);
        let keys = keys.join(", ");
        let references: BTreeSet<&str> = found
            .constraints
            .iter()
            .filter(|(_, text)| text.starts_with("FOREIGN KEY"))
            .map(|(name, _)| name.as_str())
            .collect();
        if name == PRIMARY {
            found.constraints.insert(PRIMARY.to_owned(), format!("PRIMARY KEY ({keys})"));
        } else if unique || !references.contains(name) {
            found.indexes.insert(name.to_owned(), index_text(unique, &keys));
        }
    }
    Ok(())
}
