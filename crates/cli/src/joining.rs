//! `strat up --join`: takes part in the backfills of a run that is at work somewhere else.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use engine::{
    Choices, Known, RunOptions, Target,
    driver::Mode,
    guests::Guests,
    join::{Ask, JoinError},
};
use ledger::Graph;
use model::{Class, Digest, EntryId};
use serde_json::json;

use crate::{
    failure::{Failure, Plain},
    output::count,
    pages,
    progress::Progress,
    running::{Find, Running, blob, duration},
    seen, signals, stand,
};

impl Running<'_> {
    /// Takes part in what the run at work does, until that is where `find` says.
    pub fn join(&self, graph: &Graph, find: &Find<'_>) -> Result<u8, Failure> {
        let wanted = find(&[])?;
        if self.chosen.url.path().is_some() || self.chosen.url.is_memory() {
            return Err(JoinError::OneWriter.into());
        }
        if let Some(stranger) = wanted.iter().find(|id| graph.get(id).is_none()) {
            return Err(Plain::new(Class::Input, format!("{} isn't in this ledger", stranger.short())).into());
        }
        stand::wait_for(self.take_part(&wanted))
    }

    async fn take_part(&self, wanted: &[EntryId]) -> Result<u8, Failure> {
        let out = self.desk.out;
        let known = Known::load(&self.desk.ledger)?;
        let author = self.desk.author().unwrap_or_default();
        let mut target = Target::open(&self.chosen.url, Mode::Write, &author).await?;
        seen::is_home(self.desk, &self.chosen, &mut target, false).await?;
        let interrupt = Arc::new(AtomicBool::new(false));
        pages::keep_small();
        signals::listen(Arc::clone(&interrupt));
        let ask = Ask {
            wanted: &known.ancestors(wanted),
            choices: Choices { database: &self.chosen.database, step_by_step: false },
            options: RunOptions {
                accepted: &[],
                patience: duration(&self.args.wait)?,
                pacing: self.pacing()?,
                allowed: engine::data::Allowed::default(),
                interrupt: &interrupt,
            },
        };
        let blobs = |digest: &Digest| blob(&self.desk.ledger, &known, digest);
        let guests = Guests::new(&blobs);
        let mut progress = Progress::new(out, "up");
        let result =
            engine::join::join(&mut target, &known, ask, &guests, &mut |event| progress.hear(&event)).await;
        drop(progress);
        if interrupt.load(Ordering::Relaxed) && result.is_err() {
            return Err(JoinError::Interrupted.into());
        }
        let steps = result?.steps;
        let helped = match steps {
            0 => "nothing to take part in".to_owned(),
            steps => format!("took part in {}", count(steps as usize, "backfill", "backfills")),
        };
        out.say(format!("{}: {helped}; it is up to date", self.chosen.shown));
        let target = &self.chosen.shown;
        out.document("up", json!({ "event": "joined", "target": target, "backfills": steps }));
        Ok(0)
    }
}
