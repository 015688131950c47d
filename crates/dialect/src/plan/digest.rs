//! What is approved when a plan is approved.

use model::Digest;

use super::{Direction, PlannedEntry, Work};
use crate::statement::{Do, Place};

pub(super) fn plan_digest(dialect: &str, entries: &[PlannedEntry]) -> Digest {
    let mut text = Vec::new();
    let mut put = |bytes: &[u8]| {
        text.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        text.extend_from_slice(bytes);
    };
    put(dialect.as_bytes());
    for entry in entries {
        put(&entry.entry.0);
        put(&[matches!(entry.direction, Direction::Down).into()]);
        put(&entry.before.0);
        put(&entry.after.0);
        for passed in &entry.stands_for {
            put(&passed.entry.0);
        }
        for step in &entry.steps {
            put(&step.step.to_le_bytes());
            match &step.work {
                Work::Ddl(rendered) => {
                    for statement in &rendered.statements {
                        put(&[match &statement.act {
                            Do::Run => 0,
                            Do::Capture(_) => 1,
                            Do::Replay(_) => 2,
                            Do::Assert(_) => 3,
                            Do::PutBack(_) => 4,
                        }]);
                        // One transaction or two is another plan, although the text is the same.
                        if statement.place == Place::Apart {
                            put(b"apart");
                        }
                        put(statement.sql.as_bytes());
                    }
                }
                Work::Data(_) => put(step.title.as_bytes()),
            }
            for statement in &step.behind {
                put(b"behind");
                put(statement.sql.as_bytes());
            }
        }
    }
    Digest::derive("stratigraph 1 plan", &text)
}
