//! Seals drafts for nobody, and takes what is found in them.

use dialect::{Dialect, Facts};
use engine::Target;
use model::Class;
use tokio::runtime::Runtime;

use super::{Finding, Level, Sizes};
use crate::{
    args::LintArgs, config::Settings, desk::Desk, drafts::Drafts, editing::Editing, failure::Failure, stand,
};

/// A name for entries that are never stored.
const NOBODY: &str = "lint <lint@localhost>";

/// Seals the drafts one after the other; tells of the first that can't be, where people read.
pub fn look(desk: &Desk<'_>, wanted: &LintArgs) -> Result<(Vec<Finding>, usize), Failure> {
    let mut against = Against::of(desk, wanted.target.as_deref())?;
    let drafts = desk.wanted(&wanted.drafts)?;
    let edited: Vec<String> =
        Drafts::look(desk, &desk.graph()?)?.edited.into_iter().map(|draft| draft.stem).collect();
    let mut editing = Editing::begin(desk, NOBODY.to_owned())?;
    editing.look_for(against.dialects.clone(), against.facts.clone());
    let (mut findings, mut looked) = (Vec::new(), 0);
    for draft in &drafts {
        if editing.recorded(draft).is_some() {
            if edited.contains(&draft.stem) {
                findings.push(Finding::whole(draft, Level::Warning, "edited after it was recorded"));
            }
            continue;
        }
        looked += 1;
        match editing.seal(draft) {
            Ok(sealed) => {
                let tables = sealed.hazards.iter().flat_map(|(_, hazard)| &hazard.tables);
                let sizes = against.sizes(tables.map(String::as_str).collect())?;
                findings.extend(Finding::in_sealed(draft, &draft.read()?, &sealed, &sizes));
                editing.advance(&sealed.entry)?;
            }
            Err(failure) if failure.code() == Class::Input as u8 || failure.code() == Class::Drift as u8 => {
                if wanted.form.is_none() {
                    desk.out.say(format!("error: {failure}\n"));
                    if let Some(hint) = failure.hint() {
                        desk.out.say(format!("hint: {hint}\n"));
                    }
                }
                findings.push(Finding::failure(draft, &failure));
                // What follows stands on this draft, so that its errors would be echoes.
                break;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok((findings, looked))
}

/// What drafts are looked at for.
struct Against {
    dialects: Vec<&'static dyn Dialect>,
    facts: Facts,
    target: Option<Target>,
    runtime: Option<Runtime>,
}

impl Against {
    fn of(desk: &Desk<'_>, target: Option<&str>) -> Result<Against, Failure> {
        let settings = Settings::read(&desk.place)?;
        let Some(name) = target else {
            let (dialects, facts) = (settings.dialects(), Facts::default());
            return Ok(Against { dialects, facts, target: None, runtime: None });
        };
        let chosen = settings.choose(&desk.place, Some(name))?;
        let runtime = stand::runtime()?;
        let target = runtime.block_on(stand::look(&chosen))?;
        let (dialects, facts) = (vec![target.dialect], target.facts.clone());
        Ok(Against { dialects, facts, target: Some(target), runtime: Some(runtime) })
    }

    /// About how many rows these tables have on the target.
    fn sizes(&mut self, tables: Vec<&str>) -> Result<Sizes, Failure> {
        match (&mut self.target, &self.runtime) {
            (Some(target), Some(runtime)) => Ok(runtime.block_on(target.sizes_of(&tables))),
            _ => Ok(Sizes::new()),
        }
    }
}
