//! A target with what is known of it from outside: how far it was, what its rows were, and by what clock its runs go.

use model::Value;
use stratigraph_engine::{Target, journal::Position, whereabouts::Seen};

use super::{rows::Memory, running::Goal, world::World};

/// What is known of a target from outside.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub seen: Option<Seen>,
    pub memory: Memory,
    /// Whether the application ever wrote to it.
    pub written: bool,
}

/// One target.
pub struct Site {
    pub name: String,
    pub world: World,
    pub notes: Notes,
    /// By how much the clock of the machine that runs on it is off.
    pub clock_off_ms: i64,
    pub backup: Option<Backup>,
    /// Where the run was going that was cut off last.
    pub goal: Option<Goal>,
}

/// A copy of a target, with what was known of it then.
pub struct Backup {
    pub copy: World,
    pub notes: Notes,
}

impl Site {
    pub fn new(name: String, world: World) -> Site {
        Site { name, world, notes: Notes::default(), clock_off_ms: 0, backup: None, goal: None }
    }

    pub async fn open(&self) -> Target {
        self.world.target().await
    }

    /// Where its journal says that it stands.
    pub async fn position(&self) -> Position {
        let target = self.open().await;
        let position = target.journal.position.clone();
        target.conn.close().await;
        position
    }

    /// Until when somebody holds it, by that clock; nothing where nobody does.
    pub async fn leased_until(&self) -> Option<i64> {
        let mut target = self.open().await;
        let rows = target.conn.query(&target.journal.sql().lease, &[]).await.unwrap_or_default();
        target.conn.close().await;
        match rows.first().map(|row| &row[..]) {
            Some([Value::Text(holder), Value::Int(until), _]) if !holder.is_empty() => Some(*until),
            _ => None,
        }
    }

    /// Waits for a session that was dropped in the middle of a call to be gone from its file.
    pub async fn settle(&self) {
        if self.world.url.path().is_some() {
            self.world.by_hand(&["BEGIN IMMEDIATE", "ROLLBACK"]).await;
        }
    }
}

/// Whether the target is where its heads say, and not in the middle of an entry.
pub fn is_whole(position: &Position) -> bool {
    position.partial.as_ref().is_none_or(|partial| !partial.is_begun())
}
