//! Tables and indexes as they are declared here, what is left out of them, and what is refused.

use model::{
    Action, Column, ConstraintKind, Deferrable, Identity, Index, Key, ObjectId, Order, Schema, Type,
    schema::Table,
};

use crate::{ddl::Ddl, statement::RenderError};

use super::{
    NAME, Server, refused,
    types::{declared, quote_ident, type_sql},
};

/// How many characters of a large value an index sorts by.
const PREFIX: u32 = 255;

/// How many bytes a key may have.
const KEY_BYTES: u64 = 3_072;

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    /// A quoted column, or an expression in brackets.
    pub text: String,
    /// Whether it is an expression.
    pub is_expression: bool,
    /// How many characters count.
    pub prefix: Option<u32>,
    /// Whether it is descending.
    pub desc: bool,
}

impl IndexKey {
    /// The key as it is written.
    pub fn sql(&self) -> String {
        let prefix = self.prefix.map(|n| format!("({n})")).unwrap_or_default();
        format!("{}{prefix}{}", self.text, if self.desc { " DESC" } else { "" })
    }
}

/// The keys an index has here; `None` when it is left out.
pub fn index_keys(
    ddl: &Ddl<'_>,
    table: &Table,
    index: &Index,
    server: Server,
) -> Result<Option<Vec<IndexKey>>, RenderError> {
    let mut out = Vec::new();
    for key in &index.keys {
        let (id, desc) = match key {
            Key::Column(id) => (*id, false),
            Key::Desc(id) => (*id, true),
            Key::Expression(template, order) => {
                if !server.indexes_expressions() {
                    return Ok(None);
                }
                let text = format!("({})", ddl.expression(template)?);
                out.push(IndexKey { text, is_expression: true, prefix: None, desc: *order == Order::Desc });
                continue;
            }
        };
        let column = ddl.column_of(table, id)?;
        if matches!(column.ty, Type::Json | Type::Array(_) | Type::Vector(_)) {
            return Ok(None);
        }
        let prefix = is_long(&column.ty).then_some(PREFIX);
        let desc = desc && server.descends();
        out.push(IndexKey { text: quote_ident(&column.name), is_expression: false, prefix, desc });
    }
    Ok(Some(out))
}

/// An index as a line of `CREATE TABLE` and behind `ADD`; `None` when it is left out.
pub fn index(
    ddl: &Ddl<'_>,
    table: &Table,
    index: &Index,
    server: Server,
) -> Result<Option<String>, RenderError> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    Ok(index_keys(ddl, table, index, server)?.map(|keys| {
        let keys: Vec<_> = keys.iter().map(IndexKey::sql).collect();
        format!("{unique}INDEX {} ({})", quote_ident(&index.name), keys.join(", "))
    }))
}

/// What an index loses here, in words.
pub fn index_notices(
    ddl: &Ddl<'_>,
    table: &Table,
    index: &Index,
    server: Server,
) -> Result<Vec<String>, RenderError> {
    let name = &index.name;
    let Some(keys) = index_keys(ddl, table, index, server)? else {
        return Ok(vec![format!(
            "{name} is left out: {NAME} has no index for JSON, arrays and vectors, nor everywhere one for expressions"
        )]);
    };
    let mut out = Vec::new();
    if let Some(method) = index.method.as_deref().filter(|method| *method != "btree") {
        out.push(format!("{NAME} has no {method} indexes: {name} is a plain one"));
    }
    if index.only.is_some() {
        out.push(format!("{NAME} has no partial indexes: {name} holds every row"));
    }
    if !index.include.is_empty() {
        out.push(format!("{NAME} has no further columns in indexes: {name} goes without"));
    }
    if keys.iter().any(|key| key.prefix.is_some()) {
        out.push(format!(
            "{NAME} indexes the beginning of large values: {name} sorts by {PREFIX} characters"
        ));
    }
    Ok(out)
}

/// The index that a foreign key stands on. It is always made by its own statement and under the foreign key's name, since the
/// server would otherwise make it and later silently drop it.
pub fn reference_index(
    ddl: &Ddl<'_>,
    table: &Table,
    name: &str,
    columns: &[ObjectId],
) -> Result<String, RenderError> {
    Ok(format!("INDEX {} ({})", quote_ident(name), ddl.columns(table, columns)?))
}

/// A column's definition.
pub fn column(ddl: &Ddl<'_>, table: &Table, column: &Column) -> Result<String, RenderError> {
    ddl.column(table, &declared(column))
}

/// `CREATE TABLE` with everything in it, since each further statement would commit by itself.
pub fn create_table(ddl: &Ddl<'_>, table: &Table, server: Server) -> Result<String, RenderError> {
    let mut lines = Vec::new();
    for one in &table.columns {
        lines.push(column(ddl, table, one)?);
    }
    for one in &table.indexes {
        lines.extend(index(ddl, table, one, server)?);
    }
    for one in &table.constraints {
        if let ConstraintKind::ForeignKey(reference) = &one.kind {
            lines.push(reference_index(ddl, table, &one.name, &reference.columns)?);
        }
        lines.push(ddl.constraint(table, one)?);
    }
    let tail = (ddl.spelling.after_table)(ddl, table);
    Ok(format!("CREATE TABLE {} (\n  {}\n){tail}", quote_ident(&table.name), lines.join(",\n  ")))
}

/// What columns and constraints lose here, in words.
pub fn notices(table: &Table) -> Vec<String> {
    let mut out = Vec::new();
    for column in &table.columns {
        if column.identity == Some(Identity::Always) {
            out.push(format!(
                "{NAME} can't refuse numbers of one's own: {}.{} takes them",
                table.name, column.name
            ));
        }
    }
    for constraint in &table.constraints {
        out.extend(constraint_notice(constraint));
    }
    out
}

/// What a constraint loses here, in words.
pub fn constraint_notice(constraint: &model::Constraint) -> Option<String> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(reference) if reference.deferrable != Deferrable::No => {
            Some(format!("{NAME} can't defer foreign keys: {} is checked at once", constraint.name))
        }
        _ => None,
    }
}

fn is_long(ty: &Type<ObjectId>) -> bool {
    match ty {
        Type::Text | Type::Bytes => true,
        Type::Varchar(n) | Type::Char(n) => u64::from(*n) * 4 > KEY_BYTES,
        _ => false,
    }
}

/// Refuses what this database has nothing for.
pub fn check(table: &Table, schema: &Schema, server: Server) -> Result<(), RenderError> {
    for column in &table.columns {
        type_sql(&column.ty, schema)?;
        if column.identity.is_some() && !begins_a_key(table, column.id) {
            return Err(refused(
                format!("give numbers to {}.{}", table.name, column.name),
                "such a column must begin a key or index that is made before it or with it; create the table with its \
                 primary key",
            ));
        }
    }
    for constraint in &table.constraints {
        let columns = match &constraint.kind {
            ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns,
            ConstraintKind::ForeignKey(reference) => {
                if [reference.on_delete, reference.on_update].contains(&Action::SetDefault) {
                    return Err(refused(
                        format!("set defaults through {}", constraint.name),
                        "its tables don't know that action; take SetNull or Cascade",
                    ));
                }
                &reference.columns
            }
            ConstraintKind::Check(_) => continue,
        };
        check_key(table, columns.iter().copied(), &constraint.name)?;
    }
    for index in table.indexes.iter().filter(|index| index.unique) {
        let computed = index.keys.iter().any(|key| matches!(key, Key::Expression(..)));
        if index.only.is_some() || (computed && !server.indexes_expressions()) {
            return Err(refused(
                format!("keep the rows of {} apart", index.name),
                "a unique index over an expression or some of the rows isn't to be had: add a generated column that is \
                 NULL where it doesn't count, and make that unique",
            ));
        }
        let columns = index.keys.iter().filter_map(|key| match key {
            Key::Column(id) | Key::Desc(id) => Some(*id),
            Key::Expression(..) => None,
        });
        check_key(table, columns, &index.name)?;
    }
    Ok(())
}

fn begins_a_key(table: &Table, id: ObjectId) -> bool {
    let by_constraint = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.first() == Some(&id),
        ConstraintKind::ForeignKey(reference) => reference.columns.first() == Some(&id),
        ConstraintKind::Check(_) => false,
    });
    let is_first = |key: Option<&Key<ObjectId, _>>| matches!(key, Some(Key::Column(first) | Key::Desc(first)) if *first == id);
    by_constraint || table.indexes.iter().any(|index| is_first(index.keys.first()))
}

fn check_key(table: &Table, columns: impl Iterator<Item = ObjectId>, name: &str) -> Result<(), RenderError> {
    let mut bytes = 0;
    for column in columns.filter_map(|id| table.column(id)) {
        bytes += match column.ty {
            Type::Text | Type::Bytes | Type::Json | Type::Array(_) | Type::Vector(_) => {
                return Err(refused(
                    format!("take {}.{} into the key {name}", table.name, column.name),
                    "values of any length can't be a key; give it the type Varchar with a length",
                ));
            }
            Type::Varchar(n) | Type::Char(n) => u64::from(n) * 4,
            Type::Uuid => 36,
            Type::Decimal(digits, _) => u64::from(digits).div_ceil(2) + 1,
            _ => 8,
        };
    }
    if bytes > KEY_BYTES {
        let why = format!("its columns have {bytes} bytes and {KEY_BYTES} are the most; shorten them");
        return Err(refused(format!("build the key {name}"), why));
    }
    Ok(())
}
