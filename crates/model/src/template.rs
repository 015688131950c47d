//! From a sealed expression to a template, and from a template to text with the names of the day.

use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    expression::{Expression, Part, Template},
    id::ObjectId,
    index::{Index, Key},
    names::nearest,
    problem::{Gone, LowerError, Problem, SqlProblem},
    schema::{Kind, Schema, Table},
};

/// Writes a name as it stands in a mark.
pub(crate) fn mark_name(name: &str) -> String {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

impl Expression {
    /// Turns the marks of a sealed expression into references.
    ///
    /// # Errors
    /// When a mark can't be read or names what the schema doesn't have.
    pub fn lower(&self, schema: &Schema) -> Result<Template, LowerError> {
        self.lower_in(schema, None)
    }

    /// Like [`Expression::lower`], where `own` is a table the schema doesn't have yet, or has in an older form.
    pub(crate) fn lower_in(&self, schema: &Schema, own: Option<&Table>) -> Result<Template, LowerError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = self.0.as_str();
        while let Some(brace) = rest.find(['{', '}']) {
            let offset = self.0.len() - rest.len() + brace;
            text.push_str(&rest[..brace]);
            rest = &rest[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                rest = &rest[2..];
                continue;
            }
            let (part, length) = mark(rest, schema, own)
                .map_err(|e| e.unwrap_or_else(|| Problem::sql(offset, SqlProblem::Mark).into()))?;
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(part);
            rest = &rest[length..];
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Template { parts })
    }
}

/// Reads the mark `rest` begins with: what it refers to, and its length in bytes. `None` is a mark that can't be read.
fn mark(rest: &str, schema: &Schema, own: Option<&Table>) -> Result<(Part, usize), Option<LowerError>> {
    let kind = rest.get(1..3).ok_or(None)?;
    let (first, mut at) = mark_part(rest, 3).ok_or(None)?;
    let mut second = None;
    if rest[at..].starts_with('.') {
        let (name, end) = mark_part(rest, at + 1).ok_or(None)?;
        second = Some(name);
        at = end;
    }
    if !rest[at..].starts_with('}') {
        return Err(None);
    }
    let part = match (kind, second) {
        ("t:", None) => Part::Table(relation(&first, schema, own)?),
        ("c:", Some(column)) => column_part(&first, &column, schema, own)?,
        ("v:", Some(value)) => {
            let of = schema.enum_named(&first).ok_or_else(|| unknown_enum(&first, schema))?;
            let value = of.value_named(&value).ok_or_else(|| LowerError {
                at: Vec::new(),
                suggestion: nearest(&value, of.values.iter().map(|v| v.name.as_str())),
                problem: Problem::UnknownValue { of: first.clone(), value: value.clone() },
            })?;
            Part::EnumValue { of: of.id, value: value.id }
        }
        _ => return Err(None),
    };
    Ok((part, at + 1))
}

fn mark_part(rest: &str, from: usize) -> Option<(String, usize)> {
    let text = rest.get(from..)?;
    if !text.starts_with('"') {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        return (end > 0).then(|| (text[..end].to_owned(), from + end));
    }
    let mut name = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == '"') {
            name.push('"');
            chars.next();
        } else {
            return Some((name, from + i + 1));
        }
    }
    None
}

fn unknown_enum(name: &str, schema: &Schema) -> LowerError {
    LowerError {
        at: Vec::new(),
        problem: Problem::UnknownEnum(name.to_owned()),
        suggestion: nearest(name, schema.enums().map(|e| e.name.as_str())),
    }
}

fn relation(name: &str, schema: &Schema, own: Option<&Table>) -> Result<ObjectId, LowerError> {
    if let Some(own) = own.filter(|t| t.name == name) {
        return Ok(own.id);
    }
    let found = schema.table_named(name).map(|t| t.id).or_else(|| schema.view_named(name).map(|v| v.id));
    found.ok_or_else(|| LowerError {
        at: Vec::new(),
        problem: Problem::UnknownRelation(name.to_owned()),
        suggestion: nearest(
            name,
            schema.tables().map(|t| t.name.as_str()).chain(schema.views().map(|v| v.name.as_str())),
        ),
    })
}

fn column_part(table: &str, column: &str, schema: &Schema, own: Option<&Table>) -> Result<Part, LowerError> {
    let id = relation(table, schema, own)?;
    let found = match own.filter(|t| t.id == id).or_else(|| schema.table(id)) {
        Some(table) => table
            .column_named(column)
            .map(|c| c.id)
            .ok_or_else(|| table.columns.iter().map(|c| c.name.as_str()).collect()),
        None => {
            let columns = schema.view(id).map(|v| v.columns.as_slice()).unwrap_or_default();
            columns
                .iter()
                .find(|c| c.name == column)
                .map(|c| c.id)
                .ok_or_else(|| columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>())
        }
    };
    match found {
        Ok(found) => Ok(Part::Column { table: id, column: found }),
        Err(names) => Err(LowerError {
            at: Vec::new(),
            suggestion: nearest(column, names.into_iter()),
            problem: Problem::UnknownColumn { table: table.to_owned(), column: column.to_owned() },
        }),
    }
}

impl Schema {
    /// The name a table or view has now.
    pub fn relation_name(&self, id: ObjectId) -> Option<&str> {
        self.table(id).map(|t| t.name.as_str()).or_else(|| self.view(id).map(|v| v.name.as_str()))
    }

    /// The name a column of a table or view has now.
    pub fn column_name(&self, relation: ObjectId, column: ObjectId) -> Option<&str> {
        match self.table(relation) {
            Some(table) => table.column(column).map(|c| c.name.as_str()),
            None => self.view(relation)?.columns.iter().find(|c| c.id == column).map(|c| c.name.as_str()),
        }
    }

    /// What a relation of that name is, if there is one.
    pub fn relation_kind(&self, name: &str) -> Option<Kind> {
        self.named(name).map(|(kind, _)| kind)
    }
}

impl Template {
    /// Writes the template with the names of `schema`: identifiers through `ident`, enum values through `literal`.
    ///
    /// # Errors
    /// When it refers to an object that `schema` doesn't have.
    pub fn render(
        &self,
        schema: &Schema,
        ident: &dyn Fn(&str) -> String,
        literal: &dyn Fn(&str) -> String,
    ) -> Result<String, Gone> {
        self.write(schema, &|t| t.to_owned(), &|part| match part {
            Named::Table(name) | Named::Column(_, name) => ident(name),
            Named::Value(_, name) => literal(name),
        })
    }

    /// The sealed expression that lowers to this template against `schema`.
    ///
    /// # Errors
    /// When it refers to an object that `schema` doesn't have.
    pub fn to_expression(&self, schema: &Schema) -> Result<Expression, Gone> {
        let text = self.write(schema, &|t| t.replace('{', "{{").replace('}', "}}"), &|part| match part {
            Named::Table(name) => format!("{{t:{}}}", mark_name(name)),
            Named::Column(table, name) => format!("{{c:{}.{}}}", mark_name(table), mark_name(name)),
            Named::Value(of, name) => format!("{{v:{}.{}}}", mark_name(of), mark_name(name)),
        })?;
        Ok(Expression(text))
    }

    fn write(
        &self,
        schema: &Schema,
        text: &dyn Fn(&str) -> String,
        named: &dyn Fn(Named<'_>) -> String,
    ) -> Result<String, Gone> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(t) => out.push_str(&text(t)),
                Part::Table(id) => {
                    out.push_str(&named(Named::Table(schema.relation_name(*id).ok_or(Gone(*id))?)))
                }
                Part::Column { table, column } => {
                    let relation = schema.relation_name(*table).ok_or(Gone(*table))?;
                    let name = schema.column_name(*table, *column).ok_or(Gone(*column))?;
                    out.push_str(&named(Named::Column(relation, name)));
                }
                Part::EnumValue { of, value } => {
                    let of = schema.enum_(*of).ok_or(Gone(*of))?;
                    let value = of.value(*value).ok_or(Gone(*value))?;
                    out.push_str(&named(Named::Value(&of.name, &value.name)));
                }
            }
        }
        Ok(out)
    }
}

enum Named<'a> {
    Table(&'a str),
    Column(&'a str, &'a str),
    Value(&'a str, &'a str),
}

impl Template {
    /// Whether it refers to that column.
    pub fn reads(&self, column: ObjectId) -> bool {
        self.columns().any(|(_, c)| c == column)
    }

    /// The enum values it mentions, with their enums.
    pub fn enums(&self) -> impl Iterator<Item = (ObjectId, ObjectId)> + '_ {
        self.parts.iter().filter_map(|part| match part {
            Part::EnumValue { of, value } => Some((*of, *value)),
            Part::Text(_) | Part::Table(_) | Part::Column { .. } => None,
        })
    }
}

impl Column {
    /// The expressions in it.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let default = match &self.default {
            Some(Default::Expression(template)) => Some(template),
            Some(Default::Literal(_) | Default::Now | Default::Uuid) | None => None,
        };
        default.into_iter().chain(self.generated.as_ref().map(|g| &g.expression))
    }
}

impl ConstraintKind<ObjectId, ObjectId, Template> {
    /// The columns of its own table that it is about, without repetition.
    pub fn columns(&self) -> Vec<ObjectId> {
        match self {
            ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.clone(),
            ConstraintKind::ForeignKey(reference) => reference.columns.clone(),
            ConstraintKind::Check(template) => once(template.columns().map(|(_, c)| c)),
        }
    }
}

impl Constraint {
    /// Whether databases keep an index under its name.
    pub fn has_index(&self) -> bool {
        matches!(self.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_))
    }
}

impl Index {
    /// The expressions in it.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let keys = self.keys.iter().filter_map(|key| match key {
            Key::Expression(template, _) => Some(template),
            Key::Column(_) | Key::Desc(_) => None,
        });
        keys.chain(&self.only)
    }

    /// The columns it depends on, without repetition.
    pub fn columns(&self) -> Vec<ObjectId> {
        let keys = self.keys.iter().filter_map(|key| match key {
            Key::Column(c) | Key::Desc(c) => Some(*c),
            Key::Expression(..) => None,
        });
        let expressions = self.templates().flat_map(Template::columns).map(|(_, c)| c);
        once(keys.chain(self.include.iter().copied()).chain(expressions))
    }

    /// Its columns, when it is a whole unique index over nothing but columns.
    pub fn unique_columns(&self) -> Option<Vec<ObjectId>> {
        let plain = self.keys.iter().map(|key| match key {
            Key::Column(c) | Key::Desc(c) => Some(*c),
            Key::Expression(..) => None,
        });
        plain.collect::<Option<Vec<_>>>().filter(|_| self.unique && self.only.is_none())
    }
}

fn once(ids: impl Iterator<Item = ObjectId>) -> Vec<ObjectId> {
    let mut out = Vec::new();
    for id in ids {
        if !out.contains(&id) {
            out.push(id);
        }
    }
    out
}
