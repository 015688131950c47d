//! Conflicts in words: why two steps don't commute, in a sentence with the names of the day.

use std::{cell::RefCell, sync::Arc};

use crate::{
    history::{Joining, Places},
    lowered::Lowered,
    merge::{
        Conflict,
        called::{Called, listed},
        decided,
        reason::{Told, reason},
        rules::Disagreement,
    },
    resolution::StepRef,
    schema::Schema,
};

/// What stands between heads, in words. Names stand between backticks, as they are: whoever prints escapes them.
pub struct Words<'j> {
    pub(super) joining: &'j Joining<'j>,
    /// What the two sides of a conflict are called.
    pub(super) labels: (&'j str, &'j str),
    places: RefCell<Places>,
}

/// A step with the schemas around it.
#[derive(Clone)]
pub(super) struct Scene {
    pub at: StepRef,
    pub changes: Vec<Lowered>,
    pub before: Arc<Schema>,
    pub after: Schema,
}

impl Joining<'_> {
    /// The words for what stands between the heads; `labels` are what the sides of a conflict are called, in its order.
    pub fn words<'j>(&'j self, labels: (&'j str, &'j str)) -> Words<'j> {
        Words { joining: self, labels, places: RefCell::default() }
    }

    /// Why the steps of a conflict don't commute, its sides being "ours" and "theirs".
    pub fn reason(&self, conflict: &Conflict) -> String {
        self.words(("ours", "theirs")).reason(conflict)
    }

    /// What a step does, or what a resolution decided.
    pub fn step_title(&self, at: StepRef) -> String {
        self.words(("ours", "theirs")).step_title(at)
    }
}

impl Words<'_> {
    /// Why the steps of a conflict don't commute: a sentence without its full stop.
    pub fn reason(&self, conflict: &Conflict) -> String {
        let (Some(ours), Some(theirs)) = (conflict.ours.first(), conflict.theirs.first()) else {
            return String::new();
        };
        if conflict.is_circle() {
            let decided = |at: &StepRef| self.joining.resolution(*at).map(|r| decided::phrase(self, &r));
            let side = |label: &str, all: &[StepRef]| {
                let phrases: Vec<String> = all.iter().filter_map(decided).collect();
                format!("{label} {}", listed(&phrases))
            };
            let (ours, theirs) = (side(self.labels.0, &conflict.ours), side(self.labels.1, &conflict.theirs));
            return format!("{ours}, {theirs}, and together that goes in a circle");
        }
        let (ours, theirs) = (self.scene(*ours), self.scene(*theirs));
        let database = &conflict.database;
        let heads = self.joining.schemas(database);
        let around = [&*ours.before, &ours.after, &*theirs.before, &theirs.after];
        let called = Called(around.into_iter().chain(heads).collect());
        let told = |scene: Scene, label| Told {
            label,
            phrase: self.joining.resolution(scene.at).map(|r| decided::phrase(self, &r)),
            changes: scene.changes,
        };
        let counts = (conflict.ours.len(), conflict.theirs.len());
        let (ours, theirs) = (told(ours.clone(), self.labels.0), told(theirs.clone(), self.labels.1));
        reason(&conflict.meetings, counts, &ours, &theirs, &called)
    }

    /// What a step does, or what a resolution decided.
    pub fn step_title(&self, at: StepRef) -> String {
        if let Some(resolution) = self.joining.resolution(at) {
            return decided::title(self, &resolution);
        }
        let changes: Vec<Lowered> = self.joining.changes(at).collect();
        let mut before = self.before(at);
        // A step that becomes several ends with what it is about.
        let mut title = "a step that isn't here".to_owned();
        for (n, change) in changes.iter().enumerate() {
            title = change.describe(&before);
            if n + 1 < changes.len() && change.evolve(Arc::make_mut(&mut before)).is_err() {
                break;
            }
        }
        title
    }

    /// What two merges decided differently.
    pub fn disagreement(&self, disagreement: &Disagreement) -> String {
        let say = |decision| decided::answered(self, &disagreement.question, decision);
        format!("{}, {}", say(&disagreement.ours), say(&disagreement.theirs))
    }

    /// Why a step can't stay: what it needs has no effect.
    pub fn dangling(&self, void: StepRef, user: StepRef) -> String {
        let (void, user) = (self.step_title(void), self.step_title(user));
        format!("“{user}” needs “{void}”, which has no effect")
    }

    /// A step with the schemas around it.
    pub(super) fn scene(&self, at: StepRef) -> Scene {
        let changes: Vec<Lowered> = self.joining.changes(at).collect();
        let before = self.before(at);
        let mut after = Schema::clone(&before);
        // Where a name is taken on the way, the schema so far has the others.
        let _ = changes.iter().try_for_each(|change| change.evolve(&mut after));
        Scene { at, changes, before, after }
    }

    fn before(&self, at: StepRef) -> Arc<Schema> {
        let state = self.joining.before(at, &mut self.places.borrow_mut());
        state.shared(&self.joining.database_of(at)).clone()
    }
}
