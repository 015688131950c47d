//! Asks a server to carry a statement out in the gentlest way it can.

use dialect::{
    Statement, Ways,
    plan::{PlannedEntry, PlannedStep},
};

use super::Run;
use crate::{
    driver::{Class, Connection, DriverError},
    event::Event,
};

/// The way that a statement was carried out in, and why the one before it was refused.
pub(crate) struct Taken {
    way: usize,
    refused: Option<String>,
}

/// Tries one way after the other. The server refuses a way before it touches anything, so that a refusal leaves nothing.
pub(super) async fn one_of(
    conn: &mut Connection,
    sql: &str,
    ways: Ways,
) -> Result<Option<Taken>, DriverError> {
    let mut refused = None;
    for (n, way) in ways.all.iter().enumerate() {
        match conn.run(&format!("{sql}{}", way.ending)).await {
            Err(error) if error.class == Class::Unsupported && n + 1 < ways.all.len() => {
                refused = Some(error.message);
            }
            result => return result.map(|_| Some(Taken { way: n, refused })),
        }
    }
    conn.run(sql).await.map(|_| None)
}

impl Run<'_> {
    /// What goes on record of it. Where the server wouldn't take the way that the plan names, people are told at once.
    pub(super) fn tell_way(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        statement: &Statement,
        taken: Taken,
    ) -> String {
        let ways = statement.ways.map(|ways| (ways.all, ways.expected));
        let (all, expected) = ways.unwrap_or((&[], 0));
        let name = all.get(taken.way).map_or("", |way| way.name);
        if taken.way > expected {
            let wanted = all.get(expected).map_or("", |way| way.name);
            let why = taken.refused.unwrap_or_default();
            let (entry, step) = (entry.entry, step.step);
            (self.tell)(Event::FellBack { entry, step, wanted, taken: name, why: why.clone() });
            return format!("carried out as {name}, since {wanted} was refused: {why}");
        }
        format!("carried out as {name}")
    }
}
