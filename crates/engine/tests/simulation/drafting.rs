//! What users do to the ledger: drafts on their branches, forks and merges.

use model::{EntryId, Schema, Table, Type, random::Random};
use stratigraph_engine::Known;

use super::{
    fork::{decide, merge},
    rows::key_of,
    world::{World, draft::draft},
};

/// Records a draft on a branch.
pub fn record(world: &World, known: &Known, random: &mut Random, at: &[EntryId]) -> (EntryId, String) {
    let number = known.bytes.len();
    let mut state = known.history.state_at(at).unwrap();
    let filled = match random.once_in(3) {
        true => filling(world, state.schema("main"), random, number),
        false => None,
    };
    let text = filled.unwrap_or_else(|| draft(random, &mut state, number));
    (world.record_on(at, &text, &format!("{number:04}-draft")), text)
}

/// A draft that fills a column of text from another, and adds the one or the other where there is none.
fn filling(world: &World, schema: &Schema, random: &mut Random, number: usize) -> Option<String> {
    let keyed: Vec<&Table> = schema.tables().filter(|table| key_of(table).is_some()).collect();
    let table = random.pick(&keyed)?;
    let key = key_of(table)?.id;
    let is_text = |c: &&model::Column| c.ty == Type::Text && c.generated.is_none() && c.id != key;
    let columns: Vec<&str> = table.columns.iter().filter(is_text).map(|c| c.name.as_str()).collect();
    let new = format!("s{number}");
    let quoted = |text: &str| format!("{text:?}");
    let name = quoted(&table.name);
    let add = format!("AddColumn(table: {name}, column: (name: {}, type: Text))", quoted(&new));
    let (read, write, steps) = match columns[..] {
        [] => return Some(format!("Draft(message: \"entry {number}\", steps: [{add}])")),
        [one] => (one, new.as_str(), vec![add]),
        [one, other, ..] if random.once_in(2) => (one, other, vec![]),
        [one, other, ..] => (other, one, vec![]),
    };
    let script = format!("fill{number}");
    let template = include_str!("../../../../data-scripts/sdk/wat/template.wat");
    world.script(&script, &template.replace("@READ@", read).replace("@WRITE@", write));
    let (read, write) = (quoted(read), quoted(write));
    let fill = format!("Backfill(script: \"{script}\", table: {name}, read: [{read}], write: [{write}])");
    let steps = [steps, vec![fill]].concat().join(", ");
    Some(format!("Draft(message: \"entry {number}\", steps: [{steps}])"))
}

/// Merges two heads, what is open between them decided at random; nothing where it leads nowhere.
pub fn join(
    world: &World,
    known: &Known,
    random: &mut Random,
    heads: [EntryId; 2],
) -> Option<(EntryId, usize)> {
    let resolutions = decide(known, heads, |_, choices| {
        let deciding: Vec<usize> =
            (0..choices.len()).filter(|n| !choices[*n].resolutions.is_empty()).collect();
        random.pick(&deciding).copied()
    })?;
    Some((merge(world, heads, &resolutions)?, resolutions.len()))
}
