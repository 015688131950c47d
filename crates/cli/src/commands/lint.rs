//! `strat lint`: looks drafts over without recording them.

use dialect::{
    Dialect, Facts,
    hazard::{PAGES, page_of},
};
use engine::Target;
use ledger::{nearest, printable};
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::{LintArgs, Report},
    config::Settings,
    desk::Desk,
    drafts::Drafts,
    editing::Editing,
    failure::{Failure, Plain},
    linting::{Finding, Level, Sizes, annotations, log},
    output::{Out, count},
    stand,
};

/// A name for entries that are never stored.
const NOBODY: &str = "lint <lint@localhost>";

pub fn run(desk: &Desk<'_>, wanted: &LintArgs) -> Answer {
    let mut against = Against::of(desk, wanted.target.as_deref())?;
    let (findings, looked) = look(desk, wanted, &mut against)?;
    let of = |level: Level| findings.iter().filter(move |finding| finding.level == level);
    let failed = of(Level::Error).next().is_some();
    match wanted.form {
        Some(Report::Sarif) => desk.out.write(&format!("{:#}\n", log(&findings))),
        Some(Report::Github) => desk.out.write(&annotations(&findings)),
        None => {
            let shown = findings.iter().filter(|finding| finding.level != Level::Error);
            shown.for_each(|finding| desk.out.say(finding.line()));
            let ok = if failed { "stopped at the first error" } else { "no errors" };
            let warnings = count(of(Level::Warning).count(), "warning", "warnings");
            let notes = match of(Level::Note).count() {
                0 => String::new(),
                notes => format!(", {}", count(notes, "note", "notes")),
            };
            desk.out.say(format!("{}: {ok}, {warnings}{notes}", count(looked, "draft", "drafts")));
            let json = |level| of(level).map(Finding::json).collect::<Vec<_>>();
            let fields = json!({
                "drafts": looked,
                "errors": json(Level::Error), "warnings": json(Level::Warning), "notes": json(Level::Note),
            });
            desk.out.document("lint", fields);
        }
    }
    Ok(if failed { Class::Drift as u8 } else { DONE })
}

/// Seals the drafts one after the other; tells of the first that can't be, where people read.
fn look(desk: &Desk<'_>, wanted: &LintArgs, against: &mut Against) -> Result<(Vec<Finding>, usize), Failure> {
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
    runtime: Option<tokio::runtime::Runtime>,
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

/// Explains a hazard's code, or lists them all.
pub fn explain(out: &Out, code: &str) -> Answer {
    if code == "all" {
        let row = |page: &dialect::hazard::Page| vec![page.code.to_owned(), page.title().to_owned()];
        out.table(&PAGES.iter().map(row).collect::<Vec<_>>());
        let json = |page: &dialect::hazard::Page| json!({ "code": page.code, "title": page.title() });
        out.document("lint", json!({ "codes": PAGES.iter().map(json).collect::<Vec<_>>() }));
        return Ok(DONE);
    }
    let wanted = code.to_ascii_uppercase();
    let Some(page) = page_of(&wanted) else {
        let near = nearest(&wanted, PAGES.iter().map(|page| page.code));
        let all: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
        let hint = near.map_or(format!("known: {}", all.join(", ")), |near| format!("did you mean {near}?"));
        return Err(Plain::new(Class::Input, format!("no hazard has the code {}", printable(code)))
            .hint(hint)
            .into());
    };
    out.say(format!("{}: {}\n\n{}", page.code, page.title(), page.body()));
    out.document("lint", json!({ "code": page.code, "title": page.title(), "text": page.body() }));
    Ok(DONE)
}
