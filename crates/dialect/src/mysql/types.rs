//! How types, constants and defaults are spelled.

use model::{Column, Default, Literal, ObjectId, Schema, Type, column::Storage, schema::Table};

use crate::{
    constant,
    ddl::{Ddl, Spelling},
    statement::RenderError,
};

use super::{NAME, refused};

/// What ends `CREATE TABLE`.
pub const TABLE: &str = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

/// The collation of all text: by bytes.
pub const COLLATION: &str = "utf8mb4_bin";

/// A UUID is text of ASCII digits, so that it can be compared with what other columns hold.
const UUID: &str = "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin";

/// What definitions say here.
pub const SPELLING: Spelling = Spelling {
    now,
    uuid: |_| "(uuid())",
    identity: |_| " AUTO_INCREMENT",
    identity_holds_key: None,
    storage: |storage| match storage {
        Storage::Stored => "STORED",
        Storage::Virtual => "VIRTUAL",
    },
    after_type: collation,
    after_column: |_, column| {
        column.comment.as_deref().map(|c| format!(" COMMENT {}", quote(c))).unwrap_or_default()
    },
    after_table,
    deferrable: false,
    index_method: |_| String::new(),
    index_include: false,
    index_only: false,
};

fn now(ty: &Type<ObjectId>) -> &'static str {
    match ty {
        Type::Date => "(curdate())",
        Type::Time => "(curtime(6))",
        Type::Timestamp => "CURRENT_TIMESTAMP(6)",
        // A moment is kept in UTC, whatever the session that inserts has for a time zone.
        Type::TimestampTz => "(utc_timestamp(6))",
        _ => "(current_timestamp(6))",
    }
}

fn collation(_: &Ddl<'_>, _: &Table, column: &Column) -> Result<String, RenderError> {
    Ok(match column.ty {
        Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_) => format!(" COLLATE {COLLATION}"),
        _ => String::new(),
    })
}

fn after_table(_: &Ddl<'_>, table: &Table) -> String {
    let comment = table.comment.as_deref().map(|c| format!(" COMMENT={}", quote(c))).unwrap_or_default();
    format!("{TABLE}{comment}")
}

/// The type as DDL spells it.
pub fn type_sql(ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError> {
    Ok(match ty {
        Type::Bool => "TINYINT(1)".to_owned(),
        Type::SmallInt => "SMALLINT".to_owned(),
        Type::Integer => "INT".to_owned(),
        Type::BigInt => "BIGINT".to_owned(),
        Type::Real => "FLOAT".to_owned(),
        Type::Double => "DOUBLE".to_owned(),
        Type::Decimal(digits, scale) if *digits > 65 || *scale > 30 => {
            return Err(refused(
                format!("keep numbers of {digits} digits, {scale} of them behind the point"),
                "65 and 30 are the most; take fewer, or Text",
            ));
        }
        Type::Decimal(digits, scale) => format!("DECIMAL({digits},{scale})"),
        Type::Text => "LONGTEXT".to_owned(),
        Type::Varchar(n) if *n > 16_383 => {
            return Err(refused(format!("keep Varchar({n})"), "16383 characters are the most; take Text"));
        }
        Type::Varchar(n) => format!("VARCHAR({n})"),
        Type::Char(n) if *n > 255 => {
            return Err(refused(format!("keep Char({n})"), "255 characters are the most; take Varchar"));
        }
        Type::Char(n) => format!("CHAR({n})"),
        Type::Bytes | Type::Vector(_) => "LONGBLOB".to_owned(),
        Type::Uuid => UUID.to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Time => "TIME(6)".to_owned(),
        Type::Timestamp | Type::TimestampTz => "DATETIME(6)".to_owned(),
        Type::Json | Type::Array(_) => "JSON".to_owned(),
        Type::Enum(id) => {
            let of = schema.enum_(*id).ok_or_else(|| RenderError::Missing(format!("enum {id:?}")))?;
            let values: Vec<_> = of.values.iter().map(|value| quote(&value.name)).collect();
            format!("ENUM({})", values.join(","))
        }
        Type::Native(native) => native.spellings.get(NAME).cloned().ok_or_else(|| {
            refused("spell a native type", format!("it has no spelling for {NAME}; add one"))
        })?,
    })
}

/// The type as the catalogue tells it, with a collation that isn't the usual one.
pub fn catalog_type(ty: &Type<ObjectId>, schema: &Schema) -> String {
    match ty {
        Type::Uuid => "char(36) ascii_bin".to_owned(),
        Type::Json | Type::Array(_) => "json".to_owned(),
        Type::Enum(_) => {
            type_sql(ty, schema).map_or_else(|e| e.to_string(), |sql| sql.replacen("ENUM", "enum", 1))
        }
        Type::Native(_) => type_sql(ty, schema).map_or_else(|e| e.to_string(), |sql| native(&sql)),
        _ => type_sql(ty, schema).map_or_else(|e| e.to_string(), |sql| sql.to_lowercase()),
    }
}

/// What the catalogue's row of a column holds when it has that type; the same for types that the server keeps alike.
pub fn catalog_filter(ty: &Type<ObjectId>, schema: &Schema, fork: bool) -> String {
    let like = |data_type: &str| format!("DATA_TYPE = '{data_type}'");
    match ty {
        // How wide they are shown, only some servers tell.
        Type::SmallInt => like("smallint"),
        Type::Integer => like("int"),
        Type::BigInt => like("bigint"),
        Type::Json | Type::Array(_) => like(if fork { "longtext" } else { "json" }),
        Type::Text => like("longtext"),
        Type::Uuid => "COLUMN_TYPE = 'char(36)' AND CHARACTER_SET_NAME = 'ascii'".to_owned(),
        Type::Native(_) => {
            let own = catalog_type(ty, schema);
            let told = match is_shown_wide(own.split([' ', '(']).next().unwrap_or_default()) {
                true => "regexp_replace(COLUMN_TYPE, '[(][0-9]+[)]', '')",
                false => "COLUMN_TYPE",
            };
            format!("{told} = {}", quote(&own))
        }
        Type::Char(n) => format!("COLUMN_TYPE = 'char({n})' AND CHARACTER_SET_NAME <> 'ascii'"),
        _ => format!("COLUMN_TYPE = {}", quote(&catalog_type(ty, schema))),
    }
}

fn native(sql: &str) -> String {
    let lower = sql.trim().to_lowercase().replace(", ", ",");
    let (head, tail) = lower.split_at(lower.find('(').unwrap_or(lower.len()));
    let head = match head {
        "integer" => "int",
        "bool" | "boolean" => return "tinyint(1)".to_owned(),
        "numeric" | "dec" => "decimal",
        "double precision" => "double",
        other => other,
    };
    without_width(&format!("{head}{tail}"))
}

fn is_shown_wide(head: &str) -> bool {
    matches!(head, "smallint" | "mediumint" | "int" | "bigint" | "year")
}

/// A whole number's type without the width it is shown in, which newer servers have forgotten.
pub fn without_width(ty: &str) -> String {
    let (head, tail) = ty.split_at(ty.find('(').unwrap_or(ty.len()));
    match tail.split_once(')') {
        Some((_, rest)) if is_shown_wide(head) => format!("{head}{rest}"),
        _ => ty.to_owned(),
    }
}

/// A name in backticks.
pub fn quote_ident(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Text as a literal; backslashes take the next character along, and are doubled.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''").replace('\0', "\\0"))
}

/// A constant as a literal of the column's type.
pub fn literal(value: &Literal, ty: &Type<ObjectId>) -> String {
    match (value, ty) {
        (Literal::Bool(flag), _) => i32::from(*flag).to_string(),
        (Literal::Int(n), Type::Text | Type::Varchar(_) | Type::Char(_)) => format!("'{n}'"),
        (Literal::Int(n), _) => n.to_string(),
        (Literal::Float(x), _) => format!("{x:?}"),
        (Literal::Text(text), Type::Bytes) => bytes(text),
        (Literal::Text(text), Type::Uuid) => quote(&text.to_lowercase()),
        (Literal::Text(text), Type::Timestamp | Type::TimestampTz) => quote(&constant::stored_moment(text)),
        (Literal::Text(text), ty) if is_number(ty) && is_plain_number(text) => text.clone(),
        (Literal::Text(text), _) => quote(text),
    }
}

fn is_number(ty: &Type<ObjectId>) -> bool {
    use Type::{BigInt, Decimal, Double, Integer, Real, SmallInt};
    matches!(ty, SmallInt | Integer | BigInt | Real | Double | Decimal(..))
}

fn is_plain_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Bytes are authored as hex digits.
fn bytes(digits: &str) -> String {
    let digits: String = digits.chars().filter(char::is_ascii_hexdigit).collect();
    format!("x'{}'", digits.to_lowercase())
}

/// Whether a default of that type must be an expression in brackets: large values can't have a plain one.
pub fn is_large(ty: &Type<ObjectId>) -> bool {
    matches!(ty, Type::Text | Type::Bytes | Type::Json | Type::Array(_) | Type::Vector(_))
}

/// The column as it is declared here: large values have their default in brackets, and generated columns are never told to be
/// NOT NULL, which one of the two products can't read.
pub fn declared(column: &Column) -> Column {
    let mut out = column.clone();
    if let (true, Some(Default::Literal(value))) = (is_large(&column.ty), &column.default) {
        let text = literal(value, &column.ty);
        out.default = Some(Default::Expression(model::Template { parts: vec![model::Part::Text(text)] }));
    }
    out.nullable |= column.generated.is_some();
    out
}

/// What follows a key column so that it is ordered by bytes and not by an enum's place in its list.
pub fn byte_order(ty: &Type<ObjectId>) -> &'static str {
    match ty {
        Type::Enum(_) => " COLLATE utf8mb4_bin",
        _ => "",
    }
}

/// A placeholder under the type its column is compared as. Exact numbers and moments travel as text, and compared as text they
/// would become floats.
pub fn cast_parameter(ty: &Type<ObjectId>) -> String {
    let to = match ty {
        Type::Bool | Type::SmallInt | Type::Integer | Type::BigInt => "SIGNED".to_owned(),
        Type::Decimal(digits, scale) => format!("DECIMAL({digits},{scale})"),
        Type::Real | Type::Double => "DOUBLE".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Time => "TIME(6)".to_owned(),
        Type::Timestamp | Type::TimestampTz => "DATETIME(6)".to_owned(),
        Type::Bytes | Type::Vector(_) => "BINARY".to_owned(),
        Type::Uuid => return "CAST(? AS CHAR CHARACTER SET ascii) COLLATE ascii_bin".to_owned(),
        Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_) | Type::Json | Type::Array(_) => {
            return format!("CAST(? AS CHAR CHARACTER SET utf8mb4) COLLATE {COLLATION}");
        }
        Type::Native(_) => return "?".to_owned(),
    };
    format!("CAST(? AS {to})")
}
