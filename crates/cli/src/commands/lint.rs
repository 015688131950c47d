//! `strat lint`: looks drafts over without recording them.

use dialect::hazard::{PAGES, Page, page_of};
use ledger::{nearest, printable};
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::{LintArgs, Report},
    desk::Desk,
    failure::Plain,
    linting::{Finding, Level, annotations, log, look},
    output::{Out, count},
};

pub fn run(desk: &Desk<'_>, wanted: &LintArgs) -> Answer {
    let (findings, looked) = look(desk, wanted)?;
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

/// Explains a hazard's code, or lists them all.
pub fn explain(out: &Out, code: &str) -> Answer {
    if code == "all" {
        let row = |page: &Page| vec![page.code.to_owned(), page.title().to_owned()];
        out.table(&PAGES.iter().map(row).collect::<Vec<_>>());
        let json = |page: &Page| json!({ "code": page.code, "title": page.title() });
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
