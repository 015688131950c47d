//! Gives an enum value another text.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::{Accesses, id_text},
    column::Default,
    effects::{Facet, Resource, Scope},
    id::ObjectId,
    literal::Literal,
    lowered::Lowered,
    names::check_name,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Gives an enum value another text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameEnumValue {
    /// The enum.
    pub name: String,
    /// The value.
    pub value: String,
    /// Its new text.
    pub to: String,
}

impl RenameEnumValue {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let of = lookup::enum_(schema, &self.name).field("name")?;
        let value = lookup::value(of, &self.value).field("value")?.id;
        check_name(&self.to).field("to")?;
        Ok(vec![Lowered::RenameEnumValue { of: of.id, value, to: self.to.clone() }])
    }
}

/// Renames the value, and with it the defaults and initial values that are this value.
pub(crate) fn evolve(schema: &mut Schema, of: ObjectId, value: ObjectId, to: &str) -> Result<(), Problem> {
    check_name(to)?;
    let found = schema.enum_mut(of)?;
    if found.values.iter().any(|v| v.name == to && v.id != value) {
        let by = format!("a value of enum `{}`", found.name);
        return Err(Problem::NameTaken { name: to.to_owned(), by });
    }
    let renamed = found.values.iter_mut().find(|v| v.id == value).ok_or(Problem::Missing("enum value"))?;
    let old = Literal::Text(std::mem::replace(&mut renamed.name, to.to_owned()));
    let new = Literal::Text(to.to_owned());
    let uses = |c: &crate::Column| {
        c.ty.enum_ref() == Some(&of)
            && (c.default == Some(Default::Literal(old.clone())) || c.initial.as_ref() == Some(&old))
    };
    let tables: Vec<ObjectId> =
        schema.tables().filter(|t| t.columns.iter().any(uses)).map(|t| t.id).collect();
    for table in tables {
        for column in schema.table_mut(table)?.columns.iter_mut().filter(|c| c.ty.enum_ref() == Some(&of)) {
            if column.default == Some(Default::Literal(old.clone())) {
                column.default = Some(Default::Literal(new.clone()));
            }
            if column.initial.as_ref() == Some(&old) {
                column.initial = Some(new.clone());
            }
        }
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, value: ObjectId, to: &str, before: &Schema) {
    out.object(of);
    out.object(value);
    if let Some(found) = before.enum_(of).and_then(|e| e.value(value)) {
        out.destroy(Resource::Name(Scope::Values(of), found.name.clone()));
    }
    out.write(Resource::Name(Scope::Values(of), to.to_owned()), &id_text(value));
    out.write(Resource::Facet(value, Facet::Name), to);
}

pub(crate) fn inverse(before: &Schema, of: ObjectId, value: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.enum_(of).and_then(|e| e.value(value)).ok_or(Irreversible::Missing("enum value"))?;
    Ok(Lowered::RenameEnumValue { of, value, to: found.name.clone() })
}
