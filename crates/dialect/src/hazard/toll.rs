//! What one database makes others pay for a step: who waits, and for how long.

use model::Lowered;

use super::{Hazard, by_hand::by_hand};
use crate::{
    Dialect,
    dialect::{Around, Quiet},
    statement::{Blocks, Lock, Place, Rendered, Span, Statement},
    walked::walked,
};

/// The hazards that come of how a database carries a step out.
pub fn toll(step: &Lowered, rendered: &Rendered, around: Around<'_>, dialect: &dyn Dialect) -> Vec<Hazard> {
    let mut found: Vec<Hazard> = Vec::new();
    let mut add = |hazard: Hazard| {
        if !found.iter().any(|other| other.code == hazard.code && other.message == hazard.message) {
            found.push(Hazard { on: vec![dialect.name()], ..hazard });
        }
    };
    if let Lowered::Sql { .. } = step {
        for statement in &rendered.statements {
            by_hand(&statement.sql, dialect).into_iter().for_each(&mut add);
            if statement.place == Place::Alone && statement.probe.is_none() {
                let why = "it commits by itself: cut off there, nobody can tell whether it took effect";
                add(Hazard::new("H206", why));
            }
        }
        return found;
    }
    let nobodys = |table: &model::ObjectId| match around.quiet {
        Quiet::Made(tables) => tables.contains(table),
        Quiet::All => false,
    };
    let busy: Vec<_> = walked(step, around.before, true).into_iter().filter(|id| !nobodys(id)).collect();
    let name = |id: &model::ObjectId| around.before.table(*id).map(|table| table.name.clone());
    let tables: Vec<String> = busy.iter().filter_map(name).collect();
    if !tables.is_empty() {
        let held = rendered.statements.iter().filter_map(held_up);
        held.map(|hazard| Hazard { tables: tables.clone(), ..hazard }).for_each(&mut add);
    }
    found
}

fn held_up(statement: &Statement) -> Option<Hazard> {
    let Lock { blocks, span, .. } = statement.lock;
    let who = match blocks {
        Blocks::Nobody => return None,
        Blocks::Writers => "writers wait",
        Blocks::Everybody => "readers and writers wait",
    };
    let (code, message) = match span {
        Span::Moment => return None,
        Span::Changes => ("H207", "rows are changed in one transaction, and locked until it ends".to_owned()),
        Span::Builds => ("H201", format!("{who} while the index is built")),
        Span::Reads => ("H204", format!("{who} while every row is read")),
        Span::Rewrites => {
            let way = statement.ways.and_then(|ways| ways.expected());
            let by = way.map_or(String::new(), |way| format!(" (ALGORITHM={})", way.name));
            ("H202", format!("{who} while every row is written anew{by}"))
        }
    };
    Some(Hazard::new(code, message))
}
