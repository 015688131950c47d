//! From values to PostgreSQL's binary parameters.

use model::Value;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo};
use sqlx::{Arguments as _, Postgres, Type};

use super::super::{Class, DriverError, decimal, printable};
use super::read::{EPOCH_DAYS, EPOCH_MICROS};

/// The type that a parameter is declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    base: Base,
    array: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    /// NULL where nothing else is known: the server takes the type from the context.
    Unknown,
    Bool,
    Int8,
    Float4,
    Float8,
    Numeric,
    Text,
    Bytea,
    Uuid,
    Date,
    Time,
    Timestamp,
    Json,
}

impl Base {
    fn oid(self) -> u32 {
        match self {
            Base::Unknown => 705,
            Base::Bool => 16,
            Base::Int8 => 20,
            Base::Float4 => 700,
            Base::Float8 => 701,
            Base::Numeric => 1700,
            Base::Text => 25,
            Base::Bytea => 17,
            Base::Uuid => 2950,
            Base::Date => 1082,
            Base::Time => 1083,
            Base::Timestamp => 1114,
            Base::Json => 114,
        }
    }
}

impl Kind {
    const UNKNOWN: Kind = Kind { base: Base::Unknown, array: false };

    fn info(self) -> PgTypeInfo {
        fn of<T: Type<Postgres>>() -> PgTypeInfo {
            T::type_info()
        }
        let named = PgTypeInfo::with_name;
        match (self.base, self.array) {
            (Base::Unknown, _) => named("pg_catalog.unknown"),
            (Base::Bool, false) => of::<bool>(),
            (Base::Bool, true) => of::<Vec<bool>>(),
            (Base::Int8, false) => of::<i64>(),
            (Base::Int8, true) => of::<Vec<i64>>(),
            (Base::Float4, false) => of::<f32>(),
            (Base::Float4, true) => of::<Vec<f32>>(),
            (Base::Float8, false) => of::<f64>(),
            (Base::Float8, true) => of::<Vec<f64>>(),
            (Base::Text, false) => of::<String>(),
            (Base::Text, true) => of::<Vec<String>>(),
            (Base::Bytea, false) => of::<Vec<u8>>(),
            (Base::Bytea, true) => of::<Vec<Vec<u8>>>(),
            (Base::Numeric, false) => named("pg_catalog.numeric"),
            (Base::Numeric, true) => named("pg_catalog._numeric"),
            (Base::Uuid, false) => named("pg_catalog.uuid"),
            (Base::Uuid, true) => named("pg_catalog._uuid"),
            (Base::Date, false) => named("pg_catalog.date"),
            (Base::Date, true) => named("pg_catalog._date"),
            (Base::Time, false) => named("pg_catalog.time"),
            (Base::Time, true) => named("pg_catalog._time"),
            (Base::Timestamp, false) => named("pg_catalog.timestamp"),
            (Base::Timestamp, true) => named("pg_catalog._timestamp"),
            (Base::Json, false) => named("pg_catalog.json"),
            (Base::Json, true) => named("pg_catalog._json"),
        }
    }
}

/// One parameter, encoded.
struct Parameter {
    kind: Kind,
    bytes: Option<Vec<u8>>,
}

impl Type<Postgres> for Parameter {
    fn type_info() -> PgTypeInfo {
        Kind::UNKNOWN.info()
    }
}

impl Encode<'_, Postgres> for Parameter {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        match &self.bytes {
            Some(bytes) => {
                buffer.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(self.kind.info())
    }
}

/// Encodes all parameters; a NULL takes the type its place had before, if any.
pub(super) fn bind(params: &[Value], known: &[Kind]) -> Result<(PgArguments, Vec<Kind>), DriverError> {
    let mut arguments = PgArguments::default();
    let mut kinds = Vec::with_capacity(params.len());
    for (at, value) in params.iter().enumerate() {
        let parameter = match (parameter(value)?, known.get(at)) {
            (parameter, Some(known)) if parameter.bytes.is_none() => Parameter { kind: *known, bytes: None },
            (parameter, _) => parameter,
        };
        kinds.push(parameter.kind);
        let added = arguments.add(parameter);
        added.map_err(|error| DriverError::new(Class::Data, printable(&error.to_string())))?;
    }
    Ok((arguments, kinds))
}

fn parameter(value: &Value) -> Result<Parameter, DriverError> {
    if let Value::Array(items) = value {
        return array(items);
    }
    Ok(match scalar(value)? {
        Some((base, bytes)) => Parameter { kind: Kind { base, array: false }, bytes: Some(bytes) },
        None => Parameter { kind: Kind::UNKNOWN, bytes: None },
    })
}

fn scalar(value: &Value) -> Result<Option<(Base, Vec<u8>)>, DriverError> {
    let big = || DriverError::new(Class::Data, "the value is outside of PostgreSQL's range");
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => (Base::Bool, vec![u8::from(*flag)]),
        Value::Int(number) => (Base::Int8, number.to_be_bytes().into()),
        Value::Real(number) => (Base::Float4, number.to_be_bytes().into()),
        Value::Double(number) => (Base::Float8, number.to_be_bytes().into()),
        Value::Decimal(text) => (Base::Numeric, decimal::to_postgres(text).ok_or_else(big)?),
        Value::Text(text) => (Base::Text, text.clone().into_bytes()),
        Value::Bytes(bytes) => (Base::Bytea, bytes.clone()),
        Value::Uuid(uuid) => (Base::Uuid, uuid.to_vec()),
        Value::Date(days) => {
            let days = days.checked_sub(EPOCH_DAYS).ok_or_else(big)?;
            (Base::Date, days.to_be_bytes().into())
        }
        Value::Time(micros) => (Base::Time, micros.to_be_bytes().into()),
        Value::Timestamp(micros) => {
            let micros = micros.checked_sub(EPOCH_MICROS).ok_or_else(big)?;
            (Base::Timestamp, micros.to_be_bytes().into())
        }
        Value::Json(text) => (Base::Json, text.clone().into_bytes()),
        // The type has no fixed number: its text, which the statement casts.
        Value::Vector(floats) => {
            let inner: Vec<String> = floats.iter().map(|float| format!("{float:?}")).collect();
            (Base::Text, format!("[{}]", inner.join(",")).into_bytes())
        }
        Value::Array(_) => return Err(DriverError::new(Class::Data, "arrays of arrays can't be bound")),
    }))
}

fn array(items: &[Value]) -> Result<Parameter, DriverError> {
    let mut base = None;
    // Dimensions, whether there are NULLs, type, count, lower bound; then each item with its length.
    let mut bytes = vec![0; 20];
    let mut nulls = 0u32;
    for item in items {
        let kind = match item {
            Value::Null => {
                bytes.extend((-1i32).to_be_bytes());
                nulls = 1;
                continue;
            }
            // What batches are made of goes without a copy.
            Value::Text(text) => {
                bytes.extend(length(text.len())?.to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
                Base::Text
            }
            other => {
                let Some((kind, item)) = scalar(other)? else { continue };
                bytes.extend(length(item.len())?.to_be_bytes());
                bytes.extend(item);
                kind
            }
        };
        if *base.get_or_insert(kind) != kind {
            return Err(DriverError::new(Class::Data, "the items of an array are of different types"));
        }
    }
    let base = base.unwrap_or(Base::Text);
    if items.is_empty() {
        bytes.truncate(12);
    } else {
        bytes[12..16].copy_from_slice(&length(items.len())?.to_be_bytes());
        bytes[16..20].copy_from_slice(&1i32.to_be_bytes());
    }
    bytes[..4].copy_from_slice(&u32::from(!items.is_empty()).to_be_bytes());
    bytes[4..8].copy_from_slice(&nulls.to_be_bytes());
    bytes[8..12].copy_from_slice(&base.oid().to_be_bytes());
    Ok(Parameter { kind: Kind { base, array: true }, bytes: Some(bytes) })
}

fn length(length: usize) -> Result<i32, DriverError> {
    i32::try_from(length).map_err(|_| DriverError::new(Class::Data, "an array is too long"))
}
