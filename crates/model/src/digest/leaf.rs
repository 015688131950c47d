//! The leaves of a schema's trie: each object's key and value.

use serde::Serialize;

use super::{DigestError, Part, Slot, push_text};
use crate::{
    canonical::to_canonical,
    column::{Column, ColumnDef, Default, Generated},
    constraint::{Constraint, ConstraintKind, Reference},
    expression::Expression,
    id::{Digest, ObjectId},
    index::{Index, IndexDef, Key},
    problem::Gone,
    schema::{Enum, Schema, Table, View},
};

/// A leaf's key and value, if the schema has the object.
pub(super) fn of(slot: Slot, schema: &Schema) -> Result<Option<(Digest, Digest)>, DigestError> {
    let id = slot.object;
    if let Some(table) = schema.table(id) {
        return match slot.part {
            Part::Whole => entry("table", &[&table.name], &table_leaf(table, schema)?),
            Part::Constraint(id) => {
                let Some(constraint) = table.constraint(id) else { return Ok(None) };
                let text = constraint_leaf(table, constraint, schema)?;
                entry("constraint", &[&table.name, &constraint.name], &text)
            }
            Part::Index(id) => {
                let Some(index) = table.index(id) else { return Ok(None) };
                entry("index", &[&table.name, &index.name], &index_leaf(table, index, schema)?)
            }
        };
    }
    if let Some(of) = schema.enum_(id) {
        return entry("enum", &[&of.name], &enum_leaf(of));
    }
    if let Some(view) = schema.view(id) {
        return entry("view", &[&view.name], &view_leaf(view, schema)?);
    }
    match schema.extensions().find(|e| e.id == id) {
        Some(extension) => entry("extension", &[&extension.name], &ExtensionLeaf { name: &extension.name }),
        None => Ok(None),
    }
}

fn entry(kind: &str, name: &[&str], leaf: &impl Serialize) -> Result<Option<(Digest, Digest)>, DigestError> {
    let mut key = vec![2];
    push_text(&mut key, kind);
    for part in name {
        push_text(&mut key, part);
    }
    Ok(Some((Digest::of(&key), Digest::of(to_canonical(leaf)?.as_bytes()))))
}

#[derive(Serialize)]
#[serde(rename = "Table")]
struct TableLeaf<'a> {
    name: &'a str,
    columns: Vec<ColumnDef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename = "Constraint")]
struct ConstraintLeaf<'a> {
    table: &'a str,
    name: &'a str,
    is: ConstraintKind,
}

#[derive(Serialize)]
#[serde(rename = "Index")]
struct IndexLeaf<'a> {
    table: &'a str,
    index: IndexDef,
}

#[derive(Serialize)]
#[serde(rename = "Enum")]
struct EnumLeaf<'a> {
    name: &'a str,
    values: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename = "View")]
struct ViewLeaf<'a> {
    name: &'a str,
    columns: Vec<&'a str>,
    query: Expression,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename = "Extension")]
struct ExtensionLeaf<'a> {
    name: &'a str,
}

fn table_leaf<'a>(table: &'a Table, schema: &Schema) -> Result<TableLeaf<'a>, Gone> {
    let mut columns = table.columns.iter().map(|c| column(c, schema)).collect::<Result<Vec<_>, _>>()?;
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(TableLeaf { name: &table.name, columns, comment: table.comment.as_deref() })
}

fn column(column: &Column, schema: &Schema) -> Result<ColumnDef, Gone> {
    let default = match &column.default {
        None => None,
        Some(Default::Literal(literal)) => Some(Default::Literal(literal.clone())),
        Some(Default::Now) => Some(Default::Now),
        Some(Default::Uuid) => Some(Default::Uuid),
        Some(Default::Expression(x)) => Some(Default::Expression(x.to_expression(schema)?)),
    };
    let generated = match &column.generated {
        None => None,
        Some(g) => Some(Generated { expression: g.expression.to_expression(schema)?, storage: g.storage }),
    };
    let named = |id| schema.enum_(id).map(|e| e.name.clone()).ok_or(Gone(id));
    Ok(ColumnDef {
        name: column.name.clone(),
        ty: column.ty.clone().map_enum(&mut |id| named(id))?,
        nullable: column.nullable,
        default,
        initial: column.initial.clone(),
        identity: column.identity,
        generated,
        comment: column.comment.clone(),
    })
}

fn names(of: &Table, columns: &[ObjectId]) -> Result<Vec<String>, Gone> {
    columns.iter().map(|id| name(of, *id)).collect()
}

fn name(of: &Table, column: ObjectId) -> Result<String, Gone> {
    of.column(column).map(|c| c.name.clone()).ok_or(Gone(column))
}

fn constraint_leaf<'a>(
    table: &'a Table,
    constraint: &'a Constraint,
    schema: &Schema,
) -> Result<ConstraintLeaf<'a>, Gone> {
    let is = match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) => ConstraintKind::PrimaryKey(names(table, columns)?),
        ConstraintKind::Unique(columns) => ConstraintKind::Unique(names(table, columns)?),
        ConstraintKind::Check(condition) => ConstraintKind::Check(condition.to_expression(schema)?),
        ConstraintKind::ForeignKey(r) => {
            let other = schema.table(r.references).ok_or(Gone(r.references))?;
            ConstraintKind::ForeignKey(Reference {
                columns: names(table, &r.columns)?,
                references: other.name.clone(),
                to: names(other, &r.to)?,
                on_delete: r.on_delete,
                on_update: r.on_update,
                deferrable: r.deferrable,
            })
        }
    };
    Ok(ConstraintLeaf { table: &table.name, name: &constraint.name, is })
}

fn index_leaf<'a>(table: &'a Table, index: &Index, schema: &Schema) -> Result<IndexLeaf<'a>, Gone> {
    let mut on = Vec::with_capacity(index.keys.len());
    for key in &index.keys {
        on.push(match key {
            Key::Column(id) => Key::Column(name(table, *id)?),
            Key::Desc(id) => Key::Desc(name(table, *id)?),
            Key::Expression(x, order) => Key::Expression(x.to_expression(schema)?, *order),
        });
    }
    let only = index.only.as_ref().map(|x| x.to_expression(schema)).transpose()?;
    let index = IndexDef {
        name: Some(index.name.clone()),
        on,
        unique: index.unique,
        method: index.method.clone(),
        only,
        include: names(table, &index.include)?,
    };
    Ok(IndexLeaf { table: &table.name, index })
}

fn enum_leaf(of: &Enum) -> EnumLeaf<'_> {
    EnumLeaf {
        name: &of.name,
        values: of.values.iter().map(|v| v.name.as_str()).collect(),
        comment: of.comment.as_deref(),
    }
}

fn view_leaf<'a>(view: &'a View, schema: &Schema) -> Result<ViewLeaf<'a>, Gone> {
    Ok(ViewLeaf {
        name: &view.name,
        columns: view.columns.iter().map(|c| c.name.as_str()).collect(),
        query: view.query.to_expression(schema)?,
        comment: view.comment.as_deref(),
    })
}
