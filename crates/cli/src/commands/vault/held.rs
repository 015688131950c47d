//! What the vault holds that DDL destroyed.

use engine::data::vault::HeldRows;
use ledger::printable;
use serde_json::{Value, json};

use super::{super::DONE, reference_to, rows_of};
use crate::{
    config::Chosen,
    desk::Desk,
    output::{bytes, thousands},
};

/// Its line in the list.
pub(super) fn row(one: &HeldRows) -> Vec<String> {
    vec![
        reference_to(one.at),
        printable(&one.held.table).into_owned(),
        printable(&one.held.words()).into_owned(),
        rows_of(one.rows),
        bytes(one.bytes),
    ]
}

pub(super) fn show(desk: &Desk<'_>, chosen: &Chosen, one: &HeldRows) -> u8 {
    desk.out.say(format!("{} destroys {}", one.at, printable(&one.held.words())));
    for column in &one.held.columns {
        desk.out.say(format!("  {}: {}", printable(&column.name), printable(&column.ty)));
    }
    desk.out.say(format!("  {} rows, {}", thousands(one.rows), bytes(one.bytes)));
    let mut document = described(one);
    document["target"] = json!(chosen.shown);
    desk.out.document("vault show", document);
    DONE
}

pub(super) fn described(one: &HeldRows) -> Value {
    let columns: Vec<Value> =
        one.held.columns.iter().map(|c| json!({ "name": c.name, "type": c.ty })).collect();
    json!({
        "entry": one.at.entry.to_string(), "step": one.at.step + 1, "table": one.held.table,
        "what": one.held.words(), "columns": columns, "rows": one.rows, "bytes": one.bytes,
    })
}
