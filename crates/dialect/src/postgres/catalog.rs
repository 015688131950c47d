//! From the catalogue's answers to a projected schema.

use std::collections::BTreeMap;

use model::{Action, Deferrable, Value};

use crate::{
    ddl::{action, deferrable},
    dialect::CatalogError,
    projected::{Projected, ProjectedColumn, ProjectedTable, ProjectedView},
};

use super::{normal::normal, project::index_text, quote_ident, types::normal_default};

/// Reads the answers of the catalogue queries, in their order.
pub fn read(answers: &[Vec<Vec<Value>>]) -> Result<Projected, CatalogError> {
    let mut reader = Reader { answers, out: Projected::default() };
    reader.tables()?;
    reader.columns()?;
    reader.constraints()?;
    reader.indexes()?;
    reader.rest()?;
    Ok(reader.out)
}

/// A row of an answer, read cell by cell.
struct Row<'a> {
    query: &'static str,
    cells: &'a [Value],
}

impl Row<'_> {
    fn wrong(&self, at: usize) -> CatalogError {
        let found = self.cells.get(at).map_or("nothing".to_owned(), |cell| format!("{cell:?}"));
        CatalogError { query: self.query, why: format!("column {} is {found}", at + 1) }
    }

    fn maybe(&self, at: usize) -> Result<Option<String>, CatalogError> {
        match self.cells.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            _ => Err(self.wrong(at)),
        }
    }

    fn text(&self, at: usize) -> Result<String, CatalogError> {
        self.maybe(at)?.ok_or_else(|| self.wrong(at))
    }

    fn truth(&self, at: usize) -> Result<bool, CatalogError> {
        match self.cells.get(at) {
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(Value::Int(number)) => Ok(*number != 0),
            _ => Err(self.wrong(at)),
        }
    }
}

struct Reader<'a> {
    answers: &'a [Vec<Vec<Value>>],
    out: Projected,
}

impl<'a> Reader<'a> {
    fn rows(
        &self,
        query: &'static str,
        number: usize,
    ) -> Result<impl Iterator<Item = Row<'a>> + use<'a>, CatalogError> {
        let answer =
            self.answers.get(number).ok_or(CatalogError { query, why: "there is no answer".to_owned() })?;
        Ok(answer.iter().map(move |cells| Row { query, cells }))
    }

    fn table(&mut self, name: &str) -> &mut ProjectedTable {
        self.out.tables.entry(name.to_owned()).or_default()
    }

    fn tables(&mut self) -> Result<(), CatalogError> {
        for row in self.rows("tables", 0)? {
            self.table(&row.text(0)?).comment = row.maybe(1)?;
        }
        Ok(())
    }

    fn columns(&mut self) -> Result<(), CatalogError> {
        for row in self.rows("columns", 1)? {
            let ty = unqualified(&row.text(2)?);
            let expression = row.maybe(4)?;
            let is_generated = !row.text(6)?.is_empty();
            let (default, generated) = match (expression, is_generated) {
                (Some(text), true) => (None, Some(normal(&text))),
                (Some(text), false) => (Some(normal_default(&text, &ty)).filter(|text| text != "null"), None),
                (None, _) => (None, None),
            };
            let column = ProjectedColumn {
                ty,
                nullable: !row.truth(3)?,
                default,
                identity: !row.text(5)?.is_empty(),
                generated,
                comment: row.maybe(7)?,
            };
            self.table(&row.text(0)?).columns.insert(row.text(1)?, column);
        }
        Ok(())
    }

    fn constraints(&mut self) -> Result<(), CatalogError> {
        let mut columns: BTreeMap<(String, String), (Vec<String>, Vec<String>)> = BTreeMap::new();
        for row in self.rows("constraint columns", 3)? {
            let (own, other) = columns.entry((row.text(0)?, row.text(1)?)).or_default();
            own.push(quote_ident(&row.text(2)?));
            other.extend(row.maybe(3)?.map(|name| quote_ident(&name)));
        }
        for row in self.rows("constraints", 2)? {
            let (table, name) = (row.text(0)?, row.text(1)?);
            let (own, other) = columns.remove(&(table.clone(), name.clone())).unwrap_or_default();
            let text = constraint_text(&row, &own.join(", "), &other.join(", "))?;
            self.table(&table).constraints.insert(name, text);
        }
        Ok(())
    }

    fn indexes(&mut self) -> Result<(), CatalogError> {
        let mut keys: BTreeMap<(String, String), (Vec<String>, Vec<String>)> = BTreeMap::new();
        for row in self.rows("index keys", 5)? {
            let (own, included) = keys.entry((row.text(0)?, row.text(1)?)).or_default();
            if row.truth(2)? {
                included.push(quote_ident(&row.text(3)?));
            } else {
                own.push(key_text(&row)?);
            }
        }
        for row in self.rows("indexes", 4)? {
            let (table, name) = (row.text(0)?, row.text(1)?);
            let (own, included) = keys.remove(&(table.clone(), name.clone())).unwrap_or_default();
            let condition = row.maybe(4)?;
            let mut text = index_text(row.truth(2)?, &row.text(3)?, &own, &included, condition.as_deref());
            if row.truth(6)? {
                text.push_str(" NULLS NOT DISTINCT");
            }
            if !row.truth(5)? {
                text.push_str(" INVALID");
            }
            self.table(&table).indexes.insert(name, text);
        }
        Ok(())
    }

    fn rest(&mut self) -> Result<(), CatalogError> {
        for row in self.rows("enums", 6)? {
            self.out.enums.entry(row.text(0)?).or_default().extend(row.maybe(1)?);
        }
        for row in self.rows("views", 7)? {
            let view = ProjectedView { columns: Vec::new(), query: normal(&row.text(1)?) };
            self.out.views.insert(row.text(0)?, view);
        }
        for row in self.rows("view columns", 8)? {
            self.out.views.entry(row.text(0)?).or_default().columns.push(row.text(1)?);
        }
        for row in self.rows("extensions", 9)? {
            self.out.extensions.insert(row.text(0)?);
        }
        Ok(())
    }
}

/// A type's name without the schema it lives in.
fn unqualified(ty: &str) -> String {
    if ty.starts_with("enum ") {
        return ty.to_owned();
    }
    match ty.split_once('.') {
        Some((schema, name)) if !schema.contains('(') => name.to_owned(),
        _ => ty.to_owned(),
    }
}

fn key_text(row: &Row<'_>) -> Result<String, CatalogError> {
    let mut text = match row.maybe(3)? {
        Some(column) => quote_ident(&column),
        None => format!("({})", normal(&row.text(4)?)),
    };
    if let Some(class) = row.maybe(7)? {
        text.push_str(&format!(" {class}"));
    }
    text.push_str(match (row.truth(5)?, row.truth(6)?) {
        (false, false) => "",
        (false, true) => " NULLS FIRST",
        (true, true) => " DESC",
        (true, false) => " DESC NULLS LAST",
    });
    Ok(text)
}

fn constraint_text(row: &Row<'_>, own: &str, other: &str) -> Result<String, CatalogError> {
    let mut text = match row.text(2)?.as_str() {
        "p" => format!("PRIMARY KEY ({own})"),
        "u" => format!("UNIQUE ({own})"),
        "c" => format!("CHECK ({})", normal(&row.text(9)?)),
        "f" => format!(
            "FOREIGN KEY ({own}) REFERENCES {} ({other}){}{}",
            quote_ident(&row.text(8)?),
            action(" ON DELETE", action_of(&row.text(6)?)),
            action(" ON UPDATE", action_of(&row.text(7)?)),
        ),
        _ => row.text(9)?,
    };
    text.push_str(deferrable(match (row.truth(3)?, row.truth(4)?) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::Immediate,
        (true, true) => Deferrable::Deferred,
    }));
    if !row.truth(5)? {
        text.push_str(" NOT VALID");
    }
    Ok(text)
}

fn action_of(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn missing_answers_and_wrong_cells_are_told() {
        let error = read(&[]).expect_err("there is no answer");
        assert_eq!(error.query, "tables");
        let error = read(&[vec![vec![Value::Int(1), Value::Null]]]).expect_err("a name is no number");
        assert!(error.why.contains("column 1 is Int(1)"), "{}", error.why);
    }

    #[test]
    fn a_table_is_read_from_rows() {
        let mut answers = vec![Vec::new(); 10];
        answers[0] = vec![vec![text("users"), text("people")]];
        answers[1] = vec![vec![
            text("users"),
            text("mood"),
            text("enum mood"),
            Value::Bool(true),
            text("'happy'::mood"),
            text(""),
            text(""),
            Value::Null,
        ]];
        answers[3] = vec![vec![text("users"), text("fk"), text("a"), text("id")]];
        answers[2] = vec![vec![
            text("users"),
            text("fk"),
            text("f"),
            Value::Bool(true),
            Value::Bool(false),
            Value::Bool(false),
            text("c"),
            text("a"),
            text("teams"),
            Value::Null,
        ]];
        let users = &read(&answers).expect("it is readable").tables["users"];
        assert_eq!(users.comment.as_deref(), Some("people"));
        assert_eq!(users.columns["mood"].default.as_deref(), Some("'happy'"));
        assert_eq!(
            users.constraints["fk"],
            "FOREIGN KEY (\"a\") REFERENCES \"teams\" (\"id\") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE NOT VALID"
        );
    }
}
