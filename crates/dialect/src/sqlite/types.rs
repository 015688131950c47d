//! How SQLite spells types, constants and defaults.
//!
//! SQLite has no types but affinities, taken from the declared type's letters. Types it hasn't are declared so that they get
//! the affinity TEXT (or BLOB) and can still be told from each other: `DECIMAL` alone would turn digits into floats.

use model::{Column, Default, Identity, Literal, ObjectId, Table, Type, column::Storage};

use super::NAME;
use crate::{
    constant,
    ddl::{Ddl, Spelling},
    dialect::Wire,
    statement::RenderError,
};

/// What definitions say in SQLite.
pub(super) const SPELLING: Spelling = Spelling {
    now,
    uuid: |_| UUID,
    identity,
    identity_holds_key: Some("INTEGER"),
    storage,
    after_type: enum_check,
    after_column: |_, _| String::new(),
    after_table: |_, _| String::new(),
    deferrable: true,
    index_method: |_| String::new(),
    index_include: false,
    index_only: true,
};

/// The names of the checks that stand for enums begin so.
pub(super) const ENUM_CHECK: &str = "strat_enum_";

/// A random UUID of version 4, from 16 random bytes.
const UUID: &str = "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' \
                    || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))";

fn now(ty: &Type<ObjectId>) -> &'static str {
    match ty {
        Type::Date => "CURRENT_DATE",
        Type::Time => "(strftime('%H:%M:%f000', 'now'))",
        // CURRENT_TIMESTAMP would stop at the second.
        _ => "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))",
    }
}

fn identity(_: Identity) -> &'static str {
    " AUTOINCREMENT"
}

fn storage(storage: Storage) -> &'static str {
    match storage {
        Storage::Stored => "STORED",
        Storage::Virtual => "VIRTUAL",
    }
}

/// An enum is text with a check, named so that the catalogue tells which enum it was.
fn enum_check(ddl: &Ddl<'_>, _: &Table, column: &Column) -> Result<String, RenderError> {
    let Type::Enum(id) = &column.ty else { return Ok(String::new()) };
    let of = ddl.schema.enum_(*id).ok_or_else(|| RenderError::Missing(format!("enum {id:?}")))?;
    let values: Vec<_> = of.values.iter().map(|v| ddl.dialect.text_literal(&v.name)).collect();
    Ok(format!(
        " CONSTRAINT {} CHECK ({} IN ({}))",
        ddl.ident(&format!("{ENUM_CHECK}{}", of.name)),
        ddl.ident(&column.name),
        values.join(", ")
    ))
}

/// The declared type.
pub(super) fn type_sql(ty: &Type<ObjectId>) -> Result<String, RenderError> {
    Ok(match ty {
        Type::Bool => "BOOLEAN".to_owned(),
        Type::SmallInt => "SMALLINT".to_owned(),
        Type::Integer => "INTEGER".to_owned(),
        Type::BigInt => "BIGINT".to_owned(),
        Type::Real => "REAL".to_owned(),
        Type::Double => "DOUBLE".to_owned(),
        Type::Decimal(digits, scale) => format!("DECIMAL_TEXT({digits},{scale})"),
        Type::Text | Type::Enum(_) => "TEXT".to_owned(),
        Type::Varchar(n) => format!("VARCHAR({n})"),
        Type::Char(n) => format!("CHAR({n})"),
        Type::Bytes => "BLOB".to_owned(),
        Type::Uuid => "UUID_TEXT".to_owned(),
        Type::Date => "DATE_TEXT".to_owned(),
        Type::Time => "TIME_TEXT".to_owned(),
        Type::Timestamp => "TIMESTAMP_TEXT".to_owned(),
        Type::TimestampTz => "TIMESTAMPTZ_TEXT".to_owned(),
        Type::Json => "JSON_TEXT".to_owned(),
        Type::Array(_) => "ARRAY_TEXT".to_owned(),
        Type::Vector(n) => format!("VECTOR_BLOB({n})"),
        Type::Native(native) => native.spellings.get(NAME).cloned().ok_or_else(|| RenderError::Refused {
            dialect: NAME,
            what: "spell a native type".to_owned(),
            why: format!("it has no spelling for {NAME}; add one beside the others"),
        })?,
    })
}

/// A constant as the column stores it.
pub(super) fn literal(value: &Literal, ty: &Type<ObjectId>) -> String {
    match (value, ty) {
        (Literal::Bool(flag), _) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        (Literal::Int(n), Type::Decimal(..)) => format!("'{n}'"),
        (Literal::Int(n), _) if is_text(ty) => format!("'{n}'"),
        // The smallest number can't be written as minus its opposite.
        (Literal::Int(i64::MIN), _) => "(-9223372036854775807 - 1)".to_owned(),
        (Literal::Int(n), _) => n.to_string(),
        (Literal::Float(x), Type::Decimal(..)) => format!("'{x}'"),
        (Literal::Float(x), _) => format!("{x:?}"),
        (Literal::Text(text), Type::Bytes) => bytes(text),
        (Literal::Text(text), Type::Uuid) => quote(&text.to_lowercase()),
        (Literal::Text(text), Type::Timestamp | Type::TimestampTz | Type::Time) => {
            quote(&constant::stored_moment(text))
        }
        (Literal::Text(text), Type::Decimal(..)) => {
            quote(&constant::number(text).unwrap_or_else(|| text.clone()))
        }
        (Literal::Text(text), _) if is_number(ty) && text.parse::<f64>().is_ok() => text.clone(),
        (Literal::Text(text), _) => quote(text),
    }
}

fn is_text(ty: &Type<ObjectId>) -> bool {
    matches!(ty, Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_))
}

fn is_number(ty: &Type<ObjectId>) -> bool {
    matches!(ty, Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double)
}

/// A text literal. SQL can't hold a NUL in quotes, so that such text goes as bytes.
pub(super) fn quote(text: &str) -> String {
    if text.contains('\0') {
        return format!("(CAST({} AS TEXT))", hex(text.as_bytes()));
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Bytes are authored as hex digits.
fn bytes(digits: &str) -> String {
    format!("X'{}'", digits.chars().filter(char::is_ascii_hexdigit).collect::<String>())
}

fn hex(bytes: &[u8]) -> String {
    format!("X'{}'", bytes.iter().map(|b| format!("{b:02X}")).collect::<String>())
}

/// Whether existing rows can be given this default by `ADD COLUMN`: constants only.
pub(super) fn is_constant<X>(default: &Default<X>) -> bool {
    // A default in brackets counts as an expression, whatever it holds.
    match default {
        Default::Literal(Literal::Int(n)) => *n != i64::MIN,
        Default::Literal(Literal::Text(text)) => !text.contains('\0'),
        Default::Literal(_) => true,
        Default::Now | Default::Uuid | Default::Expression(_) => false,
    }
}

/// Every type travels as it is stored: the driver reads cells by their storage class.
pub(super) fn wire() -> Wire {
    Wire { read: "{}", write: "{}" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The affinity rules of SQLite's documentation, in their order.
    fn affinity(declared: &str) -> &'static str {
        let has = |word: &str| declared.to_uppercase().contains(word);
        match () {
            () if has("INT") => "INTEGER",
            () if has("CHAR") || has("CLOB") || has("TEXT") => "TEXT",
            () if has("BLOB") || declared.is_empty() => "BLOB",
            () if has("REAL") || has("FLOA") || has("DOUB") => "REAL",
            () => "NUMERIC",
        }
    }

    #[test]
    fn declared_types_get_the_affinity_they_need() {
        let of = |ty: Type<ObjectId>| affinity(&type_sql(&ty).unwrap());
        for ty in [Type::SmallInt, Type::Integer, Type::BigInt] {
            assert_eq!(of(ty), "INTEGER");
        }
        for ty in [
            Type::Decimal(12, 2),
            Type::Text,
            Type::Varchar(5),
            Type::Char(5),
            Type::Uuid,
            Type::Date,
            Type::Time,
            Type::Timestamp,
            Type::TimestampTz,
            Type::Json,
            Type::Array(Box::new(Type::Integer)),
        ] {
            assert_eq!(of(ty), "TEXT");
        }
        assert_eq!((of(Type::Bytes), of(Type::Vector(3))), ("BLOB", "BLOB"));
        assert_eq!((of(Type::Real), of(Type::Double), of(Type::Bool)), ("REAL", "REAL", "NUMERIC"));
    }

    #[test]
    fn literals_are_what_the_column_stores() {
        let text = |s: &str| Literal::Text(s.to_owned());
        assert_eq!(literal(&Literal::Int(5), &Type::Decimal(5, 2)), "'5'");
        assert_eq!(literal(&Literal::Int(i64::MIN), &Type::BigInt), "(-9223372036854775807 - 1)");
        assert_eq!(literal(&text("it's"), &Type::Text), "'it''s'");
        assert_eq!(literal(&text("a\0b"), &Type::Text), "(CAST(X'610062' AS TEXT))");
        assert_eq!(literal(&text("00BEef"), &Type::Bytes), "X'00BEef'");
        assert_eq!(literal(&text("12.340"), &Type::Decimal(5, 3)), "'12.34'");
        assert_eq!(literal(&text("23:59:59.5"), &Type::Time), "'23:59:59.500000'");
        assert_eq!(
            literal(&text("2024-01-02T03:04:05.5Z"), &Type::TimestampTz),
            "'2024-01-02 03:04:05.500000'"
        );
        assert_eq!(literal(&text("2024-01-02 03:04:05.000"), &Type::Timestamp), "'2024-01-02 03:04:05'");
        assert_eq!(literal(&Literal::Float(1.0), &Type::Double), "1.0");
        assert_eq!(literal(&Literal::Bool(true), &Type::Bool), "TRUE");
    }
}
