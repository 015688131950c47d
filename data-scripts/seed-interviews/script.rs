//! seed-interviews: interviews as an application would have left them: planned, running, finished, with follow-up questions.

#[path = "../sdk/rust/strat.rs"]
mod strat;
#[path = "../seed-categories/uuid5.rs"]
mod uuid5;

use uuid5::uuid5;

strat::batch!(run, writes: [
    ("id", strat::UUID),
    ("candidate_id", strat::UUID),
    ("status", strat::ENUM),
    ("question_ids", strat::JSON),
    ("current_question_index", strat::INTEGER),
    ("adaptive_follow_ups", strat::JSON),
    ("created_at", strat::TIMESTAMP_TZ),
    ("updated_at", strat::TIMESTAMP_TZ),
]);

/// 2025-11-01T09:00:00Z in microseconds; the interviews follow an hour apart.
const FIRST: i64 = 1_761_987_600_000_000;
const HOUR: i64 = 3_600_000_000;

fn run(_input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    let count = strat::param_int("count").ok_or("the parameter count is a whole number")?;
    for number in 0..count {
        let status = ["PLANNED", "IN_PROGRESS", "COMPLETED", "IN_PROGRESS", "CANCELLED"][number as usize % 5];
        let asked = if status == "PLANNED" { 0 } else { number % 4 + 1 };
        out.uuid("id", uuid5(&format!("interview/{}", number)));
        out.uuid("candidate_id", uuid5(&format!("candidate/{}", number / 2)));
        out.text("status", status);
        out.text("question_ids", &ids("asked", number, 5));
        out.int("current_question_index", asked);
        // Planned interviews have no list yet, running ones may have an empty one.
        if status != "PLANNED" {
            out.text("adaptive_follow_ups", &ids("follow-up", number, number % 3));
        }
        out.int("created_at", FIRST + number * HOUR);
        out.int("updated_at", FIRST + number * HOUR + asked * HOUR / 6);
        out.next();
    }
    Ok(())
}

/// A JSON list of so many ids.
fn ids(what: &str, number: i64, count: i64) -> String {
    let ids: Vec<String> =
        (0..count).map(|i| format!("\"{}\"", text(uuid5(&format!("{}/{}/{}", what, number, i))))).collect();
    format!("[{}]", ids.join(","))
}

/// A UUID as people write it.
fn text(id: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in id.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(b"0123456789abcdef"[digit as usize] as char);
        }
    }
    text
}
