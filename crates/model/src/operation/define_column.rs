//! From a column's definition to a column: its type, default and the rules they keep.

use crate::{
    column::{Column, ColumnDef, Default, Generated},
    expression::Template,
    fit::{check_literal, type_name},
    id::{Minter, ObjectId},
    lexer::tokens,
    names::check_name,
    operation::lookup,
    problem::{At, LowerError, Problem},
    schema::{Schema, Table, fold_name},
    seal::{Members, marked_columns, seal},
    types::Type,
};

/// The type with its enum by identity.
pub(crate) fn lower_type(ty: &Type, schema: &Schema) -> Result<Type<ObjectId>, LowerError> {
    let bad = match ty {
        Type::Decimal(0, _) => Some("a Decimal needs at least one digit"),
        Type::Decimal(p, s) if s > p => Some("a Decimal can't have more digits behind the point than in all"),
        Type::Varchar(0) | Type::Char(0) => Some("text needs a length of at least 1"),
        Type::Vector(0) => Some("a Vector needs at least one element"),
        Type::Native(native) if native.spellings.is_empty() => {
            Some("a Native type needs at least one spelling")
        }
        _ => None,
    };
    if let Type::Native(native) = ty {
        native.spellings.values().try_for_each(|spelling| tokens(spelling).map(|_| ()))?;
    }
    match bad {
        Some(why) => Err(Problem::BadType(why).into()),
        None => ty.clone().map_enum(&mut |name: String| lookup::enum_(schema, &name).map(|e| e.id)),
    }
}

/// The default, checked against the column's type.
pub(crate) fn lower_default(
    default: &Default,
    column: &str,
    ty: &Type<ObjectId>,
    schema: &Schema,
) -> Result<Default<Template>, LowerError> {
    let lowered = match default {
        Default::Literal(literal) => Default::Literal(literal.clone()),
        Default::Now => Default::Now,
        Default::Uuid => Default::Uuid,
        Default::Expression(expression) => Default::Expression(expression.lower(schema)?),
    };
    check_default(&lowered, column, ty, schema)?;
    Ok(lowered)
}

/// Checks that a default suits a type.
pub(crate) fn check_default(
    default: &Default<Template>,
    column: &str,
    ty: &Type<ObjectId>,
    schema: &Schema,
) -> Result<(), Problem> {
    let names = || (column.to_owned(), type_name(ty, schema));
    match (default, ty) {
        (Default::Literal(literal), ty) => check_literal(literal, ty, schema),
        (Default::Now, Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz | Type::Native(_)) => {
            Ok(())
        }
        (Default::Now, _) => {
            let (column, ty) = names();
            Err(Problem::NowOn { column, ty })
        }
        (Default::Uuid, Type::Uuid | Type::Text | Type::Native(_)) => Ok(()),
        (Default::Uuid, _) => {
            let (column, ty) = names();
            Err(Problem::UuidOn { column, ty })
        }
        (Default::Expression(template), _) if template.columns().next().is_some() => {
            Err(Problem::DefaultReads)
        }
        (Default::Expression(_), _) => Ok(()),
    }
}

/// Seals the expressions of a column's definition. `members` are the columns a generated one may read.
pub(crate) fn seal_column(def: &ColumnDef, members: &Members<'_>) -> Result<ColumnDef, LowerError> {
    let mut sealed = def.clone();
    if let Some(Default::Expression(expression)) = &def.default {
        sealed.default = Some(Default::Expression(seal_constant(expression, members).field("default")?));
    }
    if let Some(Generated { expression, storage }) = &def.generated {
        let expression = seal(expression, members).field("as").map_err(|e| e.within("generated".into()))?;
        sealed.generated = Some(Generated { expression, storage: *storage });
    }
    Ok(sealed)
}

/// Seals an expression that may not refer to columns, least of all to those of its own table.
pub(crate) fn seal_constant(
    expression: &crate::Expression,
    members: &Members<'_>,
) -> Result<crate::Expression, Problem> {
    let sealed = seal(expression, members)?;
    match marked_columns(&sealed, members).is_empty() {
        true => Ok(sealed),
        false => Err(Problem::DefaultReads),
    }
}

/// Defines a column; its generating expression is lowered later, by [`lower_generated`], when all columns are known.
pub(crate) fn define(def: &ColumnDef, schema: &Schema, minter: &mut Minter) -> Result<Column, LowerError> {
    check_name(&def.name).field("name")?;
    let ty = lower_type(&def.ty, schema).field("type")?;
    let default = match &def.default {
        Some(default) => Some(lower_default(default, &def.name, &ty, schema).field("default")?),
        None => None,
    };
    if let Some(initial) = &def.initial {
        check_literal(initial, &ty, schema).field("initial")?;
    }
    let generated =
        def.generated.as_ref().map(|g| Generated { expression: Template::default(), storage: g.storage });
    let column = Column {
        id: minter.mint(),
        name: def.name.clone(),
        ty,
        nullable: def.nullable,
        default,
        initial: def.initial.clone(),
        identity: def.identity,
        generated,
        comment: def.comment.clone(),
    };
    check_column(&column, schema)?;
    Ok(column)
}

/// Lowers the generating expression of a column of `own`.
pub(crate) fn lower_generated(
    def: &ColumnDef,
    own: &Table,
    schema: &Schema,
) -> Result<Option<Generated<Template>>, LowerError> {
    let Some(generated) = &def.generated else { return Ok(None) };
    let lowered = generated.expression.lower_in(schema, Some(own)).field("as");
    let expression = lowered.map_err(|e| e.within("generated".into()))?;
    Ok(Some(Generated { expression, storage: generated.storage }))
}

/// The rules a column keeps by itself.
pub(crate) fn check_column(column: &Column, schema: &Schema) -> Result<(), Problem> {
    check_name(&column.name)?;
    let name = || column.name.clone();
    if column.ty.enum_ref().is_some_and(|id| schema.enum_(*id).is_none()) {
        return Err(Problem::Missing("enum"));
    }
    if let Some(default) = &column.default {
        check_default(default, &column.name, &column.ty, schema)?;
    }
    if column.identity.is_some() {
        if !matches!(column.ty, Type::SmallInt | Type::Integer | Type::BigInt) {
            return Err(Problem::IdentityOn { column: name(), ty: type_name(&column.ty, schema) });
        }
        let other = match (&column.default, &column.generated) {
            (Some(_), _) => Some("a default"),
            (None, Some(_)) => Some("a generating expression"),
            (None, None) => None,
        };
        if let Some(other) = other {
            return Err(Problem::IdentityAnd { column: name(), other });
        }
    }
    if column.generated.is_some() {
        let other = match (&column.default, &column.initial) {
            (Some(_), _) => Some("a default"),
            (None, Some(_)) => Some("an initial value"),
            (None, None) => None,
        };
        if let Some(other) = other {
            return Err(Problem::GeneratedAnd { column: name(), other });
        }
    }
    Ok(())
}

/// The rules a column keeps towards the other columns of its table.
pub(crate) fn check_beside(column: &Column, others: &[Column], table: &str) -> Result<(), Problem> {
    let folded = fold_name(&column.name);
    for other in others.iter().filter(|c| c.id != column.id) {
        if fold_name(&other.name) == folded {
            let by = format!("a column of `{table}`");
            return Err(Problem::NameTaken { name: column.name.clone(), by });
        }
        if column.identity.is_some() && other.identity.is_some() {
            return Err(Problem::SecondIdentity(other.name.clone()));
        }
    }
    Ok(())
}
