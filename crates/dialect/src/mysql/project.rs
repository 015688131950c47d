//! A folded schema as the catalogue will tell it.

use model::{Action, Column, ConstraintKind, Index, Schema, Template, schema::Table};

use crate::{
    ddl::{Ddl, action},
    projected::{Projected, ProjectedColumn, ProjectedTable, ProjectedView},
};

use super::{
    Server, ddl,
    definition::{IndexKey, index_keys},
    normal::{condition, normal, query},
    types::{catalog_type, declared, quote_ident},
};

/// The name every primary key has.
pub const PRIMARY: &str = "PRIMARY";

/// The part of the schema that the server can tell. Unique constraints are unique indexes; enums live in their columns; views
/// and enums keep no remarks.
pub fn project(schema: &Schema, server: Server) -> Projected {
    let ddl = ddl(schema);
    let view = |view: &model::View| ProjectedView {
        columns: view.columns.iter().map(|column| column.name.clone()).collect(),
        query: query(&expression(&ddl, &view.query)),
    };
    let projected = Projected {
        tables: schema.tables().map(|t| (t.name.clone(), table(&ddl, t, server))).collect(),
        views: schema.views().map(|v| (v.name.clone(), view(v))).collect(),
        ..Projected::default()
    };
    told(projected)
}

/// The catalogue keeps three bytes a character: whatever is longer it tells as one or several `?`. Rows, defaults and checks
/// are not touched by that.
pub fn told(mut projected: Projected) -> Projected {
    for table in projected.tables.values_mut() {
        table.comment.iter_mut().for_each(shown);
        table.constraints.values_mut().chain(table.indexes.values_mut()).for_each(shown);
        for column in table.columns.values_mut() {
            shown(&mut column.ty);
            let further = [&mut column.default, &mut column.generated, &mut column.comment];
            further.into_iter().flatten().for_each(shown);
        }
    }
    projected.views.values_mut().for_each(|view| shown(&mut view.query));
    projected
}

fn shown(text: &mut String) {
    if !text.contains(|c| c == '?' || c > '\u{ffff}') {
        return;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c > '\u{ffff}' { '?' } else { c };
        if c != '?' || !out.ends_with('?') {
            out.push(c);
        }
    }
    *text = out;
}

fn expression(ddl: &Ddl<'_>, template: &Template) -> String {
    ddl.expression(template).unwrap_or_else(|missing| missing.to_string())
}

fn table(ddl: &Ddl<'_>, table: &Table, server: Server) -> ProjectedTable {
    let mut out = ProjectedTable { comment: remark(table.comment.as_deref()), ..ProjectedTable::default() };
    for one in &table.columns {
        out.columns.insert(one.name.clone(), column(ddl, table, one));
    }
    let columns =
        |ids: &[model::ObjectId]| ddl.columns(table, ids).unwrap_or_else(|missing| missing.to_string());
    for constraint in &table.constraints {
        let name = constraint.name.clone();
        match &constraint.kind {
            ConstraintKind::PrimaryKey(ids) => {
                out.constraints.insert(PRIMARY.to_owned(), format!("PRIMARY KEY ({})", columns(ids)));
            }
            ConstraintKind::Unique(ids) => {
                out.indexes.insert(name, index_text(true, &columns(ids)));
            }
            ConstraintKind::Check(check) => {
                out.constraints.insert(name, check_text(&expression(ddl, check)));
            }
            ConstraintKind::ForeignKey(reference) => {
                let to = ddl.table(reference.references).unwrap_or(table);
                let far = ddl.columns(to, &reference.to).unwrap_or_else(|missing| missing.to_string());
                let (delete, update) = (reference.on_delete, reference.on_update);
                out.constraints.insert(
                    name,
                    reference_text(&columns(&reference.columns), &to.name, &far, delete, update),
                );
            }
        }
    }
    for one in &table.indexes {
        out.indexes.extend(index(ddl, table, one, server).map(|text| (one.name.clone(), text)));
    }
    out
}

fn column(ddl: &Ddl<'_>, table: &Table, column: &Column) -> ProjectedColumn {
    let declared = declared(column);
    let ty = catalog_type(&column.ty, ddl.schema);
    let default = column.default.as_ref().map(|default| {
        let text = ddl.default(default, &column.ty).unwrap_or_else(|missing| missing.to_string());
        normal_default(&text, &ty)
    });
    ProjectedColumn {
        nullable: ddl.is_nullable(table, &declared),
        // NULL is what a column has without a default.
        default: default.filter(|text| text != "null"),
        identity: column.identity.is_some(),
        generated: column.generated.as_ref().map(|g| normal(&expression(ddl, &g.expression))),
        comment: remark(column.comment.as_deref()),
        ty,
    }
}

/// An empty remark is none.
pub fn remark(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn index(ddl: &Ddl<'_>, table: &Table, index: &Index, server: Server) -> Option<String> {
    let keys = index_keys(ddl, table, index, server).ok().flatten()?;
    let keys: Vec<_> = keys.into_iter().map(key_text).collect();
    Some(index_text(index.unique, &keys.join(", ")))
}

/// An index key as it is compared.
pub fn key_text(key: IndexKey) -> String {
    let text = if key.is_expression { format!("({})", normal(&key.text)) } else { key.text.clone() };
    IndexKey { text, ..key }.sql()
}

/// An index as it is compared.
pub fn index_text(unique: bool, keys: &str) -> String {
    format!("{}INDEX ({keys})", if unique { "UNIQUE " } else { "" })
}

/// A check as it is compared.
pub fn check_text(expression: &str) -> String {
    format!("CHECK ({})", condition(expression))
}

/// A foreign key as it is compared. To the server `RESTRICT` and `NO ACTION` are one.
pub fn reference_text(own: &str, table: &str, far: &str, delete: Action, update: Action) -> String {
    let spoken = |clause, on| action(clause, if on == Action::Restrict { Action::NoAction } else { on });
    let table = quote_ident(table);
    let (delete, update) = (spoken(" ON DELETE", delete), spoken(" ON UPDATE", update));
    format!("FOREIGN KEY ({own}) REFERENCES {table} ({far}){delete}{update}")
}

/// A default as it is compared: numbers and moments without zeros at their end.
pub fn normal_default(text: &str, ty: &str) -> String {
    let normal = normal(text);
    let head = ty.split('(').next().unwrap_or_default();
    let inner = normal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(&normal);
    match head {
        "tinyint" | "smallint" | "int" | "bigint" | "float" | "double" | "decimal" => {
            number(inner).unwrap_or(normal)
        }
        // However it is called and whatever digits are asked for, the column keeps six.
        "datetime" | "timestamp"
            if ["now", "current_timestamp", "localtimestamp"]
                .contains(&normal.split('(').next().unwrap_or_default()) =>
        {
            "current_timestamp(6)".to_owned()
        }
        "datetime" | "time" | "timestamp" if inner.contains('.') => {
            format!("'{}'", inner.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => normal,
    }
}

fn number(text: &str) -> Option<String> {
    let value = text.parse::<f64>().ok()?;
    if text.contains(['e', 'E']) {
        return Some(format!("{value:e}"));
    }
    let digits = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    // What is too large to be written out is given back with an exponent.
    if digits.len() > 17 && text.contains('.') { Some(format!("{value:e}")) } else { Some(digits.to_owned()) }
}
