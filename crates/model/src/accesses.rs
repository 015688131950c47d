//! Collecting the effects of a step, with the accesses that others imply.

use std::collections::BTreeSet;

use crate::{
    column::Default,
    data_step::BatchColumn,
    effects::{Access, Facet, Mode, Resource, Scope},
    expression::{Part, Template},
    id::{Digest, ObjectId, Origin},
    literal::Literal,
    schema::{Schema, fold_name},
    types::Type,
};

/// The accesses of one step, sorted and without repetition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accesses(BTreeSet<Access>);

impl Accesses {
    pub(crate) fn finish(self) -> Vec<Access> {
        self.0.into_iter().collect()
    }

    fn add(&mut self, resource: Resource, mode: Mode) {
        self.0.insert(Access { resource, mode });
    }

    pub(crate) fn read(&mut self, resource: Resource) {
        self.add(resource, Mode::Read);
    }

    pub(crate) fn need(&mut self, resource: Resource) {
        self.add(resource, Mode::Need);
    }

    pub(crate) fn extend(&mut self, resource: Resource) {
        self.add(resource, Mode::Extend);
    }

    /// Sets a resource; equal texts are equal values.
    pub(crate) fn write(&mut self, resource: Resource, value: &str) {
        self.add(resource, Mode::Write(Digest::of(value.as_bytes())));
    }

    pub(crate) fn destroy(&mut self, resource: Resource) {
        self.add(resource, Mode::Destroy);
    }

    /// An object that is to be there.
    pub(crate) fn object(&mut self, id: ObjectId) {
        self.read(Resource::Object(id));
    }

    /// An object that comes to be.
    pub(crate) fn create(&mut self, id: ObjectId) {
        self.write(Resource::Object(id), &id_text(id));
    }

    /// A name taken by an object.
    pub(crate) fn claim(&mut self, scope: Scope, name: &str, id: ObjectId) {
        self.write(Resource::Name(scope, fold_name(name)), &id_text(id));
    }

    /// A name given back.
    pub(crate) fn free(&mut self, scope: Scope, name: &str) {
        self.destroy(Resource::Name(scope, fold_name(name)));
    }

    /// A name given back for another.
    pub(crate) fn rename(&mut self, scope: Scope, from: &str, to: &str, id: ObjectId) {
        self.object(id);
        if fold_name(from) != fold_name(to) {
            self.free(scope, from);
        }
        self.claim(scope, to, id);
        self.write(Resource::Facet(id, Facet::Name), to);
    }

    /// A column as it is: its being there and its type.
    pub(crate) fn column(&mut self, table: ObjectId, column: ObjectId) {
        self.object(table);
        self.object(column);
        self.read(Resource::Facet(column, Facet::Type));
    }

    /// The values in a column: with them, which rows there are.
    pub(crate) fn cells(&mut self, table: ObjectId, column: ObjectId) {
        self.column(table, column);
        self.read(Resource::Cells(column));
        self.read(Resource::Rows(table));
    }

    /// The enum a type refers to, or the extension it comes with.
    pub(crate) fn ty(&mut self, ty: &Type<ObjectId>, schema: &Schema) {
        if let Some(of) = ty.enum_ref() {
            self.object(*of);
        }
        if let Some(name) = ty.extension() {
            schema.extensions().filter(|e| e.name == name).for_each(|e| self.object(e.id));
        }
    }

    /// What an expression refers to.
    pub(crate) fn template(&mut self, template: &Template) {
        for part in &template.parts {
            match part {
                Part::Text(_) => {}
                Part::Table(id) => self.object(*id),
                Part::Column { table, column } => self.column(*table, *column),
                Part::EnumValue { of, value } => {
                    self.object(*of);
                    self.object(*value);
                }
            }
        }
    }

    /// The columns an expression computes from, by their values.
    pub(crate) fn computes(&mut self, template: &Template) {
        self.template(template);
        for (table, column) in template.columns() {
            self.cells(table, column);
        }
    }

    /// The values of an enum by their texts, as guests and constants know them.
    pub(crate) fn texts(&mut self, ty: &Type<ObjectId>, schema: &Schema) {
        let Some(of) = ty.enum_ref().and_then(|id| schema.enum_(*id)) else { return };
        self.object(of.id);
        for value in &of.values {
            self.read(Resource::Facet(value.id, Facet::Name));
        }
    }

    /// A constant, which is an enum's value by its text where the type is an enum.
    pub(crate) fn literal(&mut self, literal: &Literal, ty: &Type<ObjectId>, schema: &Schema) {
        let (Some(id), Literal::Text(text)) = (ty.enum_ref(), literal) else { return };
        self.object(*id);
        if let Some(value) = schema.enum_(*id).and_then(|e| e.value_named(text)) {
            self.object(value.id);
            self.read(Resource::Facet(value.id, Facet::Name));
        }
    }

    /// A default: what an expression refers to, or the value a constant is.
    pub(crate) fn fallback(&mut self, default: &Default<Template>, ty: &Type<ObjectId>, schema: &Schema) {
        match default {
            Default::Expression(template) => self.template(template),
            Default::Literal(literal) => self.literal(literal, ty, schema),
            Default::Now | Default::Uuid => {}
        }
    }

    /// A column as a guest sees it.
    pub(crate) fn batch(&mut self, table: ObjectId, column: &BatchColumn, schema: &Schema) {
        self.column(table, column.id);
        self.texts(&column.ty, schema);
    }
}

/// An identity in full.
pub(crate) fn id_text(id: ObjectId) -> String {
    match id.origin {
        Origin::Entry(entry) => format!("{entry}:{}:{}", id.step, id.part),
        Origin::New => format!("new:{}:{}", id.step, id.part),
    }
}

/// A type, with its enum's identity in full.
pub(crate) fn type_text(ty: &Type<ObjectId>) -> String {
    match ty.clone().map_enum(&mut |id| Ok::<_, std::convert::Infallible>(id_text(id))) {
        Ok(ty) => format!("{ty:?}"),
        Err(never) => match never {},
    }
}

/// An expression, with identities in full.
pub(crate) fn template_text(template: &Template) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => format!("{text:?}"),
        Part::Table(id) => id_text(*id),
        Part::Column { table, column } => format!("{} {}", id_text(*table), id_text(*column)),
        Part::EnumValue { of, value } => format!("{} {}", id_text(*of), id_text(*value)),
    };
    template.parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// A default, with identities in full.
pub(crate) fn default_text(default: &Option<Default<Template>>) -> String {
    match default {
        Some(Default::Expression(template)) => template_text(template),
        None | Some(Default::Literal(_) | Default::Now | Default::Uuid) => format!("{default:?}"),
    }
}
