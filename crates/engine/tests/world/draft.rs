//! Random drafts whose steps fit where they are to stand.

use model::{Origin, Step, random::Random, state::State};

/// One to three steps that fit the state, which they move on. Every column that must be there has a value of its own, and keys tell
/// rows apart: it stays so.
pub fn steps(random: &mut Random, state: &mut State) -> Vec<Step> {
    let mut steps = Vec::new();
    while steps.len() < 1 + random.below(3) {
        let step = random.step(state.schema("main"));
        if matches!(step, Step::DropConstraint(_) | Step::AddPrimaryKey(_)) {
            continue;
        }
        let mut after = state.clone();
        let Ok(sealed) = step.seal(after.schema("main")) else { continue };
        if after.advance("main", Origin::New, 0, &sealed).is_ok() {
            *state = after;
            steps.push(step);
        }
    }
    steps
}

/// A random draft as its author writes it.
pub fn draft(random: &mut Random, state: &mut State, number: usize) -> String {
    let steps: Vec<String> =
        steps(random, state).iter().map(|step| model::to_canonical(step).unwrap()).collect();
    format!("Draft(message: \"entry {number}\", accept: [\"H101\"], steps: [{}])", steps.join(","))
}
