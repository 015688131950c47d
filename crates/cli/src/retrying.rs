//! Rows that were set aside, done again where somebody has mended them.

use std::sync::{Arc, atomic::AtomicBool};

use engine::{
    Known, RunOptions, Target,
    data::{
        Allowed, Pacing,
        retry::{Ask, retry},
    },
    driver::Mode,
    guests::Guests,
};
use model::{Class, Digest};

use crate::{
    args::OrderArgs,
    backfills::{self, Listed},
    commands::{Answer, DONE},
    config::Chosen,
    desk::Desk,
    pages,
    progress::Progress,
    rejects, running, signals, stand,
};

/// Tries rows again; exit 3 while some are still refused.
pub fn run(desk: &Desk<'_>, chosen: &Chosen, wanted: &OrderArgs, (wait, reason): (&str, &str)) -> Answer {
    let known = Known::load(&desk.ledger)?;
    let step = match &wanted.step {
        Some(text) => Some(backfills::find(desk, &Listed::all(&known, chosen), text)?),
        None => None,
    };
    let (author, patience) = (desk.author().unwrap_or_default(), running::duration(wait)?);
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = RunOptions {
        accepted: &[],
        patience,
        pacing: Pacing::default(),
        allowed: Allowed::default(),
        interrupt: &interrupt,
    };
    let blobs = |digest: &Digest| running::blob(&desk.ledger, &known, digest);
    let guests = Guests::new(&blobs);
    let ask = Ask { database: &chosen.database, step, reason };
    let all = stand::wait_for(async {
        if stand::is_absent(chosen) {
            return Ok(Vec::new());
        }
        pages::keep_small();
        signals::listen(Arc::clone(&interrupt));
        let mut target = Target::open(&chosen.url, Mode::Write, &author).await?;
        let mut progress = Progress::new(desk.out, "backfill retry");
        let all =
            retry(&mut target, &known, ask, options, &guests, &mut |event| progress.hear(&event)).await?;
        target.conn.close().await;
        Ok(all)
    })?;
    rejects::retried(desk, chosen, &all);
    Ok(if all.iter().any(|one| one.left > 0) { Class::Decide as u8 } else { DONE })
}
