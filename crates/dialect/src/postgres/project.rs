//! A folded schema as PostgreSQL's catalogue will tell it.

use model::{Column, ConstraintKind, Index, Key, ObjectId, Order, Schema, Table, Template};

use crate::{
    ddl::Ddl,
    projected::{Projected, ProjectedColumn, ProjectedTable, ProjectedView},
};

use super::{ddl, normal::normal, types};

/// The part of the schema that PostgreSQL can tell: all of it.
pub fn project(schema: &Schema) -> Projected {
    let ddl = ddl(schema);
    let view = |view: &model::View| ProjectedView {
        columns: view.columns.iter().map(|column| column.name.clone()).collect(),
        query: normal(&expression(&ddl, &view.query)),
    };
    Projected {
        tables: schema.tables().map(|t| (t.name.clone(), table(&ddl, t))).collect(),
        enums: schema
            .enums()
            .map(|of| (of.name.clone(), of.values.iter().map(|value| value.name.clone()).collect()))
            .collect(),
        views: schema.views().map(|v| (v.name.clone(), view(v))).collect(),
        extensions: schema.extensions().map(|extension| extension.name.clone()).collect(),
    }
}

/// An expression with today's names; one that refers to what isn't there is shown as missing and so differs from any.
fn expression(ddl: &Ddl<'_>, template: &Template) -> String {
    ddl.expression(template).unwrap_or_else(|missing| missing.to_string())
}

fn table(ddl: &Ddl<'_>, table: &Table) -> ProjectedTable {
    let constraint = |constraint: &model::Constraint| match &constraint.kind {
        ConstraintKind::Check(check) => format!("CHECK ({})", normal(&expression(ddl, check))),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => {
            ddl.constraint_body(table, constraint).unwrap_or_else(|missing| missing.to_string())
        }
    };
    ProjectedTable {
        columns: table.columns.iter().map(|c| (c.name.clone(), column(ddl, table, c))).collect(),
        constraints: table.constraints.iter().map(|c| (c.name.clone(), constraint(c))).collect(),
        indexes: table.indexes.iter().map(|i| (i.name.clone(), index(ddl, table, i))).collect(),
        comment: table.comment.clone(),
    }
}

fn column(ddl: &Ddl<'_>, table: &Table, column: &Column) -> ProjectedColumn {
    let ty = types::catalog_type(&column.ty, ddl.schema);
    let default = column.default.as_ref().map(|default| {
        let text = ddl.default(default, &column.ty).unwrap_or_else(|missing| missing.to_string());
        types::normal_default(&text, &ty)
    });
    ProjectedColumn {
        ty,
        nullable: ddl.is_nullable(table, column),
        // NULL is what a column has without a default.
        default: default.filter(|text| text != "null"),
        identity: column.identity.is_some(),
        generated: column.generated.as_ref().map(|g| normal(&expression(ddl, &g.expression))),
        comment: column.comment.clone(),
    }
}

fn index(ddl: &Ddl<'_>, table: &Table, index: &Index) -> String {
    let name = |id: &ObjectId| ddl.columns(table, &[*id]).unwrap_or_else(|missing| missing.to_string());
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| match key {
            Key::Column(id) => name(id),
            Key::Desc(id) => format!("{} DESC", name(id)),
            Key::Expression(template, order) => {
                let text = expression(ddl, template);
                let (text, class) = split_class(&text);
                let class = class.map(|class| format!(" {class}")).unwrap_or_default();
                let bare = text.trim_start_matches(['(', ' ']).trim_end_matches([')', ' ']);
                let text = if is_name(bare) { bare.to_owned() } else { format!("({})", normal(text)) };
                format!("{text}{class}{}", if *order == Order::Desc { " DESC" } else { "" })
            }
        })
        .collect();
    let include: Vec<String> = index.include.iter().map(name).collect();
    let only = index.only.as_ref().map(|only| expression(ddl, only));
    index_text(index.unique, index.method.as_deref().unwrap_or("btree"), &keys, &include, only.as_deref())
}

/// Whether an index key's expression is nothing but a quoted column.
fn is_name(text: &str) -> bool {
    text.len() > 2 && text.starts_with('"') && text.ends_with('"') && !text[1..text.len() - 1].contains('"')
}

/// An index key's expression and the operator class behind it, such as `"title" gin_trgm_ops`.
pub fn split_class(text: &str) -> (&str, Option<&str>) {
    let trimmed = text.trim_end();
    match trimmed.rsplit_once(char::is_whitespace) {
        Some((expression, class))
            if class.ends_with("_ops") && class.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            (expression.trim_end(), Some(class))
        }
        _ => (trimmed, None),
    }
}

/// An index as it is compared; both sides write it here.
pub fn index_text(
    unique: bool,
    method: &str,
    keys: &[String],
    include: &[String],
    only: Option<&str>,
) -> String {
    let mut text =
        format!("{}INDEX USING {method} ({})", if unique { "UNIQUE " } else { "" }, keys.join(", "));
    if !include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", include.join(", ")));
    }
    if let Some(only) = only {
        text.push_str(&format!(" WHERE {}", normal(only)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::testing;

    #[test]
    fn a_table_is_projected_as_the_catalogue_tells_it() {
        let projected = project(&testing::schema());
        let users = &projected.tables["users"];
        assert_eq!(users.columns["id"].ty, "bigint");
        assert!(users.columns["id"].identity && !users.columns["id"].nullable);
        assert_eq!(users.columns["mood"].ty, "enum mood");
        assert_eq!(users.columns["mood"].default.as_deref(), Some("'happy'"));
        assert_eq!(users.constraints["users_email_check"], "CHECK ((length(email) > 3))");
        assert_eq!(
            users.indexes["users_email"],
            "INDEX USING btree (\"email\" DESC) WHERE (email is not null)"
        );
        assert_eq!(projected.enums["mood"], ["happy", "sad"]);
        assert_eq!(projected.views["adults"].query, "select id , email from users where (length(email) > 3)");
    }

    #[test]
    fn operator_classes_stand_behind_the_expression() {
        assert_eq!(split_class("\"title\" gin_trgm_ops"), ("\"title\"", Some("gin_trgm_ops")));
        assert_eq!(split_class("lower(a)"), ("lower(a)", None));
        assert_eq!(split_class("a + b"), ("a + b", None));
    }
}
