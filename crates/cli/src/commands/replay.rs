//! `strat replay`: a data step once more, on a copy, held against its receipt.

use engine::{
    Known,
    guests::Guests,
    replay::{Ask, Issued, Sample, replay},
};
use ledger::Uuid;
use model::{Class, Digest};

use super::{Answer, DONE};
use crate::{
    args::{AgainArgs, Engines},
    config::{Chosen, Settings},
    desk::{Desk, file_error},
    failure::{Failure, Plain},
    receipts::{self, Named},
    running::blob,
    stand,
};

pub fn run(desk: &Desk<'_>, args: &AgainArgs) -> Answer {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, args.target.target.as_deref())?;
    let known = Known::load(&desk.ledger)?;
    let issued = match &args.receipt_of {
        Some(other) => receipts::given(desk, other)?,
        None => receipts::of_target(&chosen)?,
    };
    let Some(text) = &args.revision else {
        return receipts::list(desk, args.receipt_of.as_deref().unwrap_or(&chosen.shown), &issued);
    };
    let named = Named::parse(desk, text)?;
    let found = receipts::newest(desk, &issued, named, (&chosen.shown, args.receipt_of.as_deref()))?;
    again(desk, &known, &chosen, found, args)
}

fn again(desk: &Desk<'_>, known: &Known, chosen: &Chosen, issued: &Issued, args: &AgainArgs) -> Answer {
    let sample = sample(args)?;
    let blobs = |digest: &Digest| blob(&desk.ledger, known, digest);
    let (first, second) = (Guests::new(&blobs), Guests::second(&blobs));
    let engines = match args.engine {
        Engines::Wasmtime => vec![&first],
        Engines::Wasmi => vec![&second],
        Engines::Both => vec![&first, &second],
    };
    let about = issued.about();
    let ask = Ask {
        entry: about.entry,
        step: about.step,
        issued,
        database: &chosen.database,
        sample: sample.as_ref(),
    };
    let mut progress = receipts::Rows::new(desk, issued);
    let report = stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        Ok(replay(&mut target, known, &engines, &ask, &mut |rows| progress.hear(rows)).await?)
    });
    drop(progress);
    let report = report?;
    receipts::tell(desk, &chosen.shown, issued, &report, sample.as_ref());
    Ok(if report.findings.is_empty() { DONE } else { Class::Integrity as u8 })
}

/// What is drawn, by a seed that nobody could know when the receipt was made.
fn sample(args: &AgainArgs) -> Result<Option<Sample>, Failure> {
    let Some(sections) = args.sample else { return Ok(None) };
    let seed = match &args.seed {
        Some(seed) if seed.chars().any(ledger::is_control) => {
            return Err(Plain::new(Class::Input, "the seed has invisible characters").into());
        }
        Some(seed) => seed.clone(),
        None => {
            let random = Uuid::random().map_err(|error| file_error("read", "/dev/urandom", &error))?;
            random.as_str().to_owned()
        }
    };
    Ok(Some(Sample { sections: sections as usize, seed }))
}
