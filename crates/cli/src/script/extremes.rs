//! Rows that have tripped many a script: NULL, nothing, much, the ends of each type, and letters beyond ASCII.

use model::{ObjectId, Type, Value};
use sandbox::Batch;

use super::manifest::Manifest;

/// Such rows: first everything NULL, and then four of values for each column.
pub fn extremes(manifest: &Manifest) -> Batch {
    let types = manifest.inputs();
    let mut batch = manifest.batch();
    for number in 0..5 {
        let row: Vec<Value> = types.values().map(|ty| extreme(number, ty)).collect();
        // A value that no column of a type holds leaves NULL in its row.
        if batch.push_row(&row).is_err() {
            drop(batch.push_row(&vec![Value::Null; types.len()]));
        }
    }
    batch
}

fn extreme(number: usize, ty: &Type<ObjectId>) -> Value {
    if number == 0 {
        return Value::Null;
    }
    let pick = |values: [i64; 4]| values[(number + 3) % 4];
    let micros = pick([0, 86_399_999_999, 1, 43_200_000_000]);
    // From year 1 to year 9999, which every database holds.
    let moment = pick([-62_135_596_800_000_000, 253_402_300_799_999_999, 0, -1]);
    match ty {
        Type::Text => Value::Text(text(number, usize::MAX)),
        Type::Varchar(most) | Type::Char(most) => Value::Text(text(number, *most as usize)),
        Type::SmallInt => Value::Int(pick([i16::MIN.into(), i16::MAX.into(), 0, -1])),
        Type::Integer => Value::Int(pick([i32::MIN.into(), i32::MAX.into(), 0, -1])),
        Type::BigInt => Value::Int(pick([i64::MIN, i64::MAX, 0, -1])),
        Type::Real => Value::Real([0.0, -0.0, f32::MAX, f32::MIN_POSITIVE][number - 1]),
        Type::Double => Value::Double([0.0, -0.0, f64::MAX, f64::MIN_POSITIVE][number - 1]),
        Type::Decimal(digits, scale) => Value::Decimal(decimal(number, (*digits).into(), (*scale).into())),
        Type::Bytes => Value::Bytes(vec![0xff; [0, 1, 1_000, 100_000][number - 1]]),
        Type::Bool => Value::Bool(number.is_multiple_of(2)),
        Type::Uuid => Value::Uuid([[0, 0xff, 0x80, 0x7f][number - 1]; 16]),
        Type::Date => Value::Date((moment.div_euclid(86_400_000_000)) as i32),
        Type::Time => Value::Time(micros),
        Type::Timestamp | Type::TimestampTz => Value::Timestamp(moment),
        Type::Json => Value::Json(json(number)),
        Type::Array(of) => Value::Array(match number {
            1 => Vec::new(),
            _ => (0..number).map(|inner| extreme(inner, of)).collect(),
        }),
        Type::Vector(dimension) => {
            Value::Vector(vec![[0.0, -0.0, f32::MAX, f32::MIN_POSITIVE][number - 1]; *dimension as usize])
        }
        // Which values there are isn't said in script.ron, and of a native type nothing is known.
        Type::Enum(_) | Type::Native(_) => Value::Null,
    }
}

fn text(number: usize, most: usize) -> String {
    let much = "x".repeat(most.min(100_000));
    let text = [String::new(), much, "Ärger, ß, 日本語, 🦀, e\u{301}".into(), "a\nb\tc".into()];
    text[number - 1].chars().take(most).collect()
}

fn decimal(number: usize, digits: usize, scale: usize) -> String {
    let nines = "9".repeat(digits.saturating_sub(scale));
    let most = match scale {
        0 => nines,
        _ => format!("{}.{}", if nines.is_empty() { "0" } else { &nines }, "9".repeat(scale)),
    };
    let one = if digits > scale { "1" } else { "0" };
    ["0".to_owned(), format!("-{most}"), most, one.to_owned()][number - 1].clone()
}

fn json(number: usize) -> String {
    let deep = format!("{}{}", "[".repeat(50), "]".repeat(50));
    let many = (0..2_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let odd = r#"{"":null,"日本語":"\u00e4 \" \\ 🦀","n":-1.5e300}"#.to_owned();
    ["null".to_owned(), deep, format!("[{many}]"), odd][number - 1].clone()
}
