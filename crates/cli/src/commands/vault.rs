//! `strat vault`: what a target keeps for the way back.

use engine::data::vault::{Kept, held as all_held, kept};
use ledger::printable;
use model::StepRef;
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    args::{TargetArgs, VaultVerb},
    config::{Chosen, Settings},
    desk::Desk,
    failure::Failure,
    output::{bytes, count},
    stand,
};

mod held;
mod purge;
mod show;

pub fn run(desk: &Desk<'_>, verb: &VaultVerb) -> Answer {
    match verb {
        VaultVerb::List { target } => list(desk, &chosen(desk, target)?),
        VaultVerb::Show { step, rows, target } => show::run(desk, &chosen(desk, target)?, step, *rows),
        VaultVerb::Purge { older_than, yes, target } => {
            purge::run(desk, &chosen(desk, target)?, *older_than, *yes)
        }
    }
}

fn chosen(desk: &Desk<'_>, target: &TargetArgs) -> Result<Chosen, Failure> {
    Settings::read(&desk.place)?.choose(&desk.place, target.target.as_deref())
}

fn list(desk: &Desk<'_>, chosen: &Chosen) -> Answer {
    let (all, tables) = stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        Ok((kept(&mut target).await?, all_held(&mut target).await?))
    })?;
    if all.is_empty() && tables.is_empty() {
        desk.out.say(format!("{}: nothing is kept", chosen.shown));
    }
    let row = |one: &Kept| {
        vec![
            reference_to(one.at),
            printable(&one.about.tables().map(|about| about.table.as_str()).collect::<Vec<_>>().join(", "))
                .into_owned(),
            printable(&one.about.script).into_owned(),
            rows_of(one.rows),
            bytes(one.bytes),
        ]
    };
    desk.out.table(&all.iter().map(row).chain(tables.iter().map(held::row)).collect::<Vec<_>>());
    let vaults: Vec<Value> = all.iter().map(described).chain(tables.iter().map(held::described)).collect();
    desk.out.document("vault list", json!({ "target": chosen.shown, "vaults": vaults }));
    Ok(DONE)
}

fn reference_to(at: StepRef) -> String {
    format!("{}#{}", at.entry.short(), at.step + 1)
}

fn rows_of(rows: u64) -> String {
    count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows")
}

fn described(one: &Kept) -> Value {
    let columns: Vec<Value> = one
        .about
        .tables()
        .flat_map(|about| about.columns.iter().map(move |column| (&about.table, column)))
        .map(|(table, c)| json!({ "table": table, "name": c.name, "type": c.ty.to_string() }))
        .collect();
    json!({
        "entry": one.at.entry.to_string(), "step": one.at.step + 1, "table": one.about.table,
        "script": one.about.script, "columns": columns, "rows": one.rows, "blocks": one.blocks, "bytes": one.bytes,
    })
}
