//! The batch buffer: its exact bytes, and what happens to bytes that aren't one.

// A test reads fixtures and starts compilers; the crate itself does neither.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

use model::Value;
use stratigraph_sandbox::{Batch, Column, ColumnType, decode, encode, encoded_len};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Two columns and two rows: the example of data-scripts/README.md.
fn example() -> Batch {
    let id = Column::from_values("id", ColumnType::BigInt, &[Value::Int(7), Value::Int(-1)]).unwrap().key();
    let name = Column::from_values("name", ColumnType::Varchar, &[text("Zoë"), Value::Null]).unwrap();
    Batch::new(vec![id, name.scale(40)]).unwrap()
}

/// Every type, with NULLs, over `rows` rows.
fn every_type(rows: usize) -> Batch {
    let value = |ty: ColumnType, row: usize| match ty {
        _ if row % 5 == 3 => Value::Null,
        ColumnType::Bool => Value::Bool(row.is_multiple_of(2)),
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => Value::Int(row as i64 - 3),
        ColumnType::Real => Value::Real(row as f32 / 3.0),
        ColumnType::Double => Value::Double(-0.0),
        ColumnType::Decimal => Value::Decimal(format!("{row}.5")),
        ColumnType::Json => Value::Json(format!("[{row}]")),
        ColumnType::Bytes => Value::Bytes(vec![row as u8; row % 4]),
        ColumnType::Uuid => Value::Uuid([row as u8; 16]),
        ColumnType::Date => Value::Date(row as i32),
        ColumnType::Time => Value::Time(row as i64 * 1_000_000),
        ColumnType::Timestamp | ColumnType::TimestampTz => Value::Timestamp(i64::MIN + row as i64),
        ColumnType::Array => Value::Array(vec![text("ä"), Value::Null, text(&row.to_string())]),
        ColumnType::Vector => Value::Vector(vec![0.5, row as f32]),
        _ => text(&"é".repeat(row % 3)),
    };
    let columns = ColumnType::ALL.map(|ty| {
        let mut column = match ty {
            ColumnType::Array => Column::array("Array", ColumnType::Text),
            _ => Column::new(&ty.to_string(), ty),
        };
        column = column.nullable().scale(if ty == ColumnType::Vector { 2 } else { 0 });
        (0..rows).for_each(|row| column.push(&value(ty, row)).unwrap());
        // The child becomes nullable when it comes back with NULLs, which its parent doesn't say.
        column
    });
    Batch::new(columns.into()).unwrap()
}

fn refused(change: impl Fn(&mut Vec<u8>)) -> String {
    let mut bytes = encode(&example());
    change(&mut bytes);
    decode(&bytes).unwrap_err().to_string()
}

fn put(bytes: &mut [u8], at: usize, word: u32) {
    bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

#[test]
fn the_example_has_these_bytes() {
    let hex: String = encode(&example())
        .chunks(8)
        .map(|chunk| chunk.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n")
        .collect();
    let wanted = "\
        5354524201000000\n0200000002000000\n\
        0400020000000000\n6000000002000000\n0000000000000000\n6800000010000000\n0000000000000000\n\
        0900010028000000\n6200000004000000\n7800000080000000\n9000000004000000\n0000000000000000\n\
        69646e616d650000\n\
        0700000000000000\nffffffffffffffff\n\
        0100000000000000\n\
        0000000004000000\n0400000000000000\n\
        5a6fc3ab00000000\n";
    assert_eq!(hex, wanted);
}

#[test]
fn every_type_comes_back() {
    for rows in [0, 1, 7, 8, 9, 100] {
        let batch = every_type(rows);
        let bytes = encode(&batch);
        assert_eq!(bytes.len(), encoded_len(&batch));
        let back = decode(&bytes).unwrap();
        for row in 0..rows {
            assert_eq!(back.row(row), batch.row(row));
        }
        assert_eq!(encode(&back).len(), bytes.len());
        let reversed: Vec<u32> = (0..rows as u32).rev().collect();
        assert_eq!(
            back.select(&reversed).select(&reversed),
            back.select(&(0..rows as u32).collect::<Vec<_>>())
        );
    }
}

#[test]
fn nan_comes_back_canonical() {
    let odd = f64::from_bits(0xfff8_0000_0000_1234);
    let column = Column::from_values("x", ColumnType::Double, &[Value::Double(odd)]).unwrap();
    let back = decode(&encode(&Batch::new(vec![column]).unwrap())).unwrap();
    let Value::Double(found) = back.columns[0].value(0) else { panic!("expected a float") };
    assert_eq!(found.to_bits(), 0x7ff8_0000_0000_0000);
}

#[test]
fn wrong_headers_are_refused() {
    assert_eq!(refused(|b| b.truncate(10)), "the buffer's 10 bytes are fewer than a header");
    assert_eq!(refused(|b| put(b, 0, 0)), "the buffer's magic is [00, 00, 00, 00], expected STRB");
    assert_eq!(refused(|b| put(b, 4, 2)), "the buffer's layout version is 2, expected 1");
    assert_eq!(refused(|b| put(b, 12, 500)), "the buffer's column table of 500 records reaches past its end");
}

#[test]
fn wrong_columns_are_named() {
    assert_eq!(refused(|b| put(b, 16, 99)), "column id: 99 isn't the number of a type");
    assert_eq!(refused(|b| put(b, 16, 0x80004)), "column id: reserved flags or bytes aren't zero");
    assert_eq!(refused(|b| put(b, 52, 1)), "column id: reserved flags or bytes aren't zero");
    assert_eq!(refused(|b| put(b, 24, 3)), "column #0: its name lies outside of the buffer");
    assert_eq!(refused(|b| b[0x60] = 0xff), "column #0: its name isn't UTF-8");
    assert_eq!(refused(|b| put(b, 44, 8)), "column id: data of 8 bytes, expected 16");
    assert_eq!(refused(|b| put(b, 40, 0x6c)), "column id: data at 108 isn't aligned to 8");
    assert_eq!(refused(|b| put(b, 40, 8)), "column id: data at 8 of 16 bytes lies outside of the buffer");
    assert_eq!(
        refused(|b| put(b, 40, 0x98)),
        "column id: data at 152 of 16 bytes lies outside of the buffer"
    );
    assert_eq!(refused(|b| put(b, 72, 0x70)), "column name: its bytes overlap with column id");
    assert_eq!(refused(|b| put(b, 48, 1)), "column id: only Array and Vector have a child");
    assert_eq!(refused(|b| put(b, 28, 0)), "the buffer's record 0 has no name and is nobody's child");
    let twice = |b: &mut Vec<u8>| {
        put(b, 24, 0x62);
        put(b, 28, 4);
    };
    assert_eq!(refused(twice), "column name: appears twice");
}

#[test]
fn wrong_rows_are_named() {
    assert_eq!(refused(|b| put(b, 0x84, 9)), "column name, row 1: offsets fall from 9 to 4");
    assert_eq!(refused(|b| put(b, 0x80, 1)), "column name: offsets start at 1, expected 0");
    assert_eq!(refused(|b| put(b, 0x88, 5)), "column name: offsets end at 5, the data at 4");
    assert_eq!(refused(|b| b[0x93] = b'x'), "column name, row 0: isn't UTF-8");
    assert_eq!(refused(|b| put(b, 0x84, 3)), "column name, row 0: isn't UTF-8: it ends within a character");
    let decimal = Column::from_values("d", ColumnType::Decimal, &[Value::Decimal("1".into())]).unwrap();
    let mut bytes = encode(&Batch::new(vec![decimal]).unwrap());
    let last = bytes.len() - 8;
    bytes[last] = b'e';
    assert!(decode(&bytes).unwrap_err().to_string().starts_with("column d, row 0: isn't a decimal"));
    let flag = Column::from_values("f", ColumnType::Bool, &[Value::Bool(true)]).unwrap();
    let mut bytes = encode(&Batch::new(vec![flag]).unwrap());
    bytes[last - 8] = 2;
    assert_eq!(decode(&bytes).unwrap_err().to_string(), "column f, row 0: a Bool of 2, expected 0 or 1");
}

#[test]
fn broken_bytes_never_panic_and_what_passes_can_be_read() {
    let whole = encode(&every_type(9));
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut passed = 0;
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + random(3) {
            // Mostly in the column table, where every byte matters.
            let reach = if random(4) == 0 { whole.len() } else { 16 + 22 * 40 };
            let at = random(reach);
            bytes[at] = match random(3) {
                0 => random(256) as u8,
                1 => bytes[at] ^ 1 << random(8),
                _ => bytes[at].wrapping_add(8),
            };
        }
        let lost = if random(10) == 0 { random(whole.len()) } else { 0 };
        bytes.truncate(whole.len() - lost);
        if let Ok(batch) = decode(&bytes) {
            passed += 1;
            for row in 0..batch.rows as usize {
                batch.row(row);
            }
            encode(&batch);
        }
    }
    assert!(passed > 100, "only {passed} of the broken buffers passed: the test breaks too much");
}
