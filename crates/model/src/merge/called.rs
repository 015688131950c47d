//! What objects are called in a sentence, and what columns, defaults and definitions look like in one.

use std::collections::BTreeSet;

use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    expression::Template,
    fit::type_name,
    id::ObjectId,
    index::{Index, Key},
    literal::Literal,
    schema::Schema,
    types::Type,
};

/// Schemas that names are looked for in, the nearest first: before and after a step of each of two sides, then those at the heads.
pub(super) struct Called<'a>(pub Vec<&'a Schema>);

/// A name between backticks.
pub(super) fn tick(name: &str) -> String {
    format!("`{name}`")
}

/// Several names, as they stand in a sentence.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl Called<'_> {
    /// Whether a table has a column at some head that neither of the two steps found there.
    pub(super) fn grows(&self, table: ObjectId) -> bool {
        let columns = |schema: &Schema| -> BTreeSet<ObjectId> {
            schema.table(table).map(|t| t.columns.iter().map(|c| c.id).collect()).unwrap_or_default()
        };
        let before: BTreeSet<ObjectId> = self.0.iter().take(4).step_by(2).flat_map(|s| columns(s)).collect();
        self.0.iter().skip(4).any(|head| !columns(head).is_subset(&before))
    }

    fn first<T>(&self, find: impl Fn(&Schema) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|schema| find(schema))
    }

    /// A table's or view's name, bare.
    pub(super) fn relation(&self, id: ObjectId) -> String {
        self.first(|s| s.relation_name(id).map(str::to_owned)).unwrap_or_else(|| "?".to_owned())
    }

    /// The name of a table's column, bare.
    pub(super) fn column(&self, table: ObjectId, id: ObjectId) -> String {
        let found = self.first(|s| s.column_name(table, id).map(str::to_owned));
        found.or_else(|| self.owned(id).map(|(_, _, name)| name)).unwrap_or_else(|| "?".to_owned())
    }

    /// A table's column with its table.
    pub(super) fn full(&self, table: ObjectId, id: ObjectId) -> String {
        tick(&format!("{}.{}", self.relation(table), self.column(table, id)))
    }

    /// The name of an enum, bare.
    pub(super) fn of(&self, id: ObjectId) -> String {
        self.first(|s| s.enum_(id).map(|e| e.name.clone())).unwrap_or_else(|| "?".to_owned())
    }

    /// What sort of thing a member is, the object it belongs to, and its name.
    fn owned(&self, id: ObjectId) -> Option<(&'static str, ObjectId, String)> {
        self.first(|s| {
            let in_table = s.tables().find_map(|t| {
                let column = t.column(id).map(|c| ("column", t.id, c.name.clone()));
                let constraint = || t.constraint(id).map(|c| (kind_of(c), t.id, c.name.clone()));
                let index = || t.index(id).map(|i| ("index", t.id, i.name.clone()));
                column.or_else(constraint).or_else(index)
            });
            let in_enum = || s.enums().find_map(|e| e.value(id).map(|v| ("value", e.id, v.name.clone())));
            let in_view = || {
                let column = |v: &crate::View| v.columns.iter().find(|c| c.id == id).cloned();
                s.views().find_map(|v| column(v).map(|c| ("column", v.id, c.name)))
            };
            in_table.or_else(in_enum).or_else(in_view)
        })
    }

    /// The name of an object, between backticks and with what it belongs to, and what sort of thing it is.
    pub(super) fn thing(&self, id: ObjectId) -> Option<(&'static str, String)> {
        let whole = self.first(|s| {
            let table = s.table(id).map(|t| ("table", t.name.clone()));
            let view = || s.view(id).map(|v| ("view", v.name.clone()));
            let of = || s.enum_(id).map(|e| ("enum", e.name.clone()));
            let extension = || s.extensions().find(|e| e.id == id).map(|e| ("extension", e.name.clone()));
            table.or_else(view).or_else(of).or_else(extension)
        });
        if let Some((kind, name)) = whole {
            return Some((kind, tick(&name)));
        }
        let (kind, of, name) = self.owned(id)?;
        Some(match kind {
            "column" => (kind, tick(&format!("{}.{name}", self.relation(of)))),
            "value" => (kind, format!("`{name}` of enum `{}`", self.of(of))),
            "index" => (kind, tick(&name)),
            _ => (kind, format!("`{name}` of `{}`", self.relation(of))),
        })
    }

    /// An object with what sort of thing it is: "column `users.email`".
    pub(super) fn spelled(&self, id: ObjectId) -> String {
        self.thing(id).map_or_else(|| "what is gone".to_owned(), |(kind, name)| format!("{kind} {name}"))
    }

    /// A type as drafts write it.
    pub(super) fn ty(&self, ty: &Type<ObjectId>) -> String {
        let known = |s: &&&Schema| ty.enum_ref().is_none_or(|of| s.enum_(*of).is_some());
        match self.0.iter().find(known).or(self.0.first()) {
            Some(schema) => type_name(ty, schema),
            None => "?".to_owned(),
        }
    }

    fn template(&self, template: &Template) -> String {
        let text = |s: &Schema| template.render(s, &str::to_owned, &|value| format!("'{value}'")).ok();
        self.first(text).unwrap_or_else(|| "an expression".to_owned())
    }

    /// A default as drafts write it.
    pub(super) fn default(&self, default: Option<&Default<Template>>) -> String {
        match default {
            None => "no default".to_owned(),
            Some(Default::Literal(literal)) => constant(literal),
            Some(Default::Now) => "Now".to_owned(),
            Some(Default::Uuid) => "Uuid".to_owned(),
            Some(Default::Expression(template)) => self.template(template),
        }
    }

    /// Whether a table's column is computed from another.
    pub(super) fn is_computed(&self, table: ObjectId, id: ObjectId, from: ObjectId) -> bool {
        let computed =
            |s: &Schema| s.table(table)?.column(id)?.generated.as_ref().map(|g| g.expression.reads(from));
        self.first(computed).unwrap_or_default()
    }

    /// What an index is over.
    pub(super) fn keys(&self, table: ObjectId, index: &Index) -> String {
        let key = |key: &Key<ObjectId, Template>| match key {
            Key::Column(id) => tick(&self.column(table, *id)),
            Key::Desc(id) => format!("{} descending", tick(&self.column(table, *id))),
            Key::Expression(template, _) => tick(&self.template(template)),
        };
        let keys: Vec<String> = index.keys.iter().map(key).collect();
        let only = index.only.as_ref().map(|t| format!(" where `{}`", self.template(t)));
        format!("({}){}", keys.join(", "), only.unwrap_or_default())
    }

    /// What a constraint demands.
    pub(super) fn demands(&self, table: ObjectId, constraint: &Constraint) -> String {
        let columns = |of: ObjectId, ids: &[ObjectId]| {
            let names: Vec<String> = ids.iter().map(|id| tick(&self.column(of, *id))).collect();
            format!("({})", names.join(", "))
        };
        match &constraint.kind {
            ConstraintKind::PrimaryKey(ids) | ConstraintKind::Unique(ids) => columns(table, ids),
            ConstraintKind::Check(template) => tick(&self.template(template)),
            ConstraintKind::ForeignKey(reference) => {
                let parent = tick(&self.relation(reference.references));
                let (from, to) = (&reference.columns, &reference.to);
                format!("{} to {parent} {}", columns(table, from), columns(reference.references, to))
            }
        }
    }

    /// Where two columns differ: each difference with both sides of it.
    pub(super) fn between(&self, a: &Column, b: &Column) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut differ = |a: String, b: String| {
            if a != b {
                found.push((a, b));
            }
        };
        let nullable = |c: &Column| if c.nullable { "NULL" } else { "NOT NULL" }.to_owned();
        let generated = |c: &Column| match &c.generated {
            Some(generated) => format!("computed as `{}`", self.template(&generated.expression)),
            None => "not computed".to_owned(),
        };
        let identity = |c: &Column| if c.identity.is_some() { "identity" } else { "no identity" }.to_owned();
        let initial = |c: &Column| match &c.initial {
            Some(literal) => format!("initial {}", constant(literal)),
            None => "no initial value".to_owned(),
        };
        let comment = |c: &Column| match &c.comment {
            Some(text) => format!("the comment {text:?}"),
            None => "no comment".to_owned(),
        };
        differ(tick(&a.name), tick(&b.name));
        differ(self.ty(&a.ty), self.ty(&b.ty));
        differ(nullable(a), nullable(b));
        differ(self.default(a.default.as_ref()), self.default(b.default.as_ref()));
        differ(generated(a), generated(b));
        differ(identity(a), identity(b));
        if a.default == b.default {
            differ(initial(a), initial(b));
        }
        differ(comment(a), comment(b));
        found
    }
}

/// What sort of constraint it is.
pub(super) fn kind_of(constraint: &Constraint) -> &'static str {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_) => "primary key",
        ConstraintKind::Unique(_) => "unique constraint",
        ConstraintKind::Check(_) => "check",
        ConstraintKind::ForeignKey(_) => "foreign key",
    }
}

/// A constant as drafts write it.
pub(super) fn constant(literal: &Literal) -> String {
    match literal {
        Literal::Bool(b) => b.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(x) => x.to_string(),
        Literal::Text(text) => format!("{text:?}"),
    }
}
