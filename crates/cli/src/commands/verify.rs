//! `strat verify`: checks every byte of the ledger, and a target's journal when one is named.

use engine::{Known, audit::Audit};
use ledger::{Report, Verdict, printable};
use model::Class;
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    checkout,
    config::Settings,
    desk::Desk,
    failure::Failure,
    output::{count, warn},
    planned::difference,
    seen, stand,
};

/// So many findings are listed in words.
const LISTED: usize = 100;

pub fn run(desk: &Desk<'_>, target: Option<&str>) -> Answer {
    desk.check_local()?;
    let mut report = ledger::verify(desk.ledger.folder())?;
    report.notices.extend(checkout::vanished(desk));
    tell(desk, &report);
    let mut code = match report.verdict() {
        Verdict::Sound => DONE,
        Verdict::Broken => Class::Integrity as u8,
        Verdict::Newer => Class::Input as u8,
        Verdict::Unreadable => Class::Unreachable as u8,
    };
    let mut audited = Value::Null;
    // A target is held against the ledger, which first has to be right itself.
    if let (Some(name), DONE) = (target, code) {
        (code, audited) = target_against(desk, name)?;
    }
    let finding =
        |f: &ledger::Finding| json!({ "file": f.file, "code": f.code.number(), "message": f.message });
    desk.out.document(
        "verify",
        json!({
            "sound": report.verdict() == Verdict::Sound,
            "entries": report.entries,
            "blobs": report.blobs,
            "heads": report.heads.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
            "more": report.more,
            "notices": report.notices,
            "target": audited,
        }),
    );
    Ok(code)
}

fn tell(desk: &Desk<'_>, report: &Report) {
    for notice in &report.notices {
        desk.out.say(format!("notice: {notice}"));
    }
    let size =
        format!("{}, {}", count(report.entries, "entry", "entries"), count(report.blobs, "blob", "blobs"));
    if report.findings.is_empty() {
        let heads: Vec<String> = report.heads.iter().map(model::Digest::short).collect();
        desk.out.say(format!(
            "the ledger is sound: {size}, heads: {}",
            if heads.is_empty() { "none".to_owned() } else { heads.join(" ") }
        ));
        desk.out.say(format!("not shown by this: {}", Report::UNSHOWN));
        return;
    }
    for finding in report.findings.iter().take(LISTED) {
        warn(&format!("error: ledger/{} {}", finding.file, finding.message));
    }
    let left = report.findings.len().saturating_sub(LISTED) + report.more;
    if left > 0 {
        warn(&format!("and {left} more"));
    }
    warn(&format!(
        "\nhint: the ledger does not verify ({size}); `git checkout -- ledger/` restores what git has"
    ));
}

fn target_against(desk: &Desk<'_>, name: &str) -> Result<(u8, Value), Failure> {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, Some(name))?;
    let known = Known::load(&desk.ledger)?;
    let seen = seen::of(desk, &chosen);
    let audit: Audit = stand::wait_for(async {
        let mut target = stand::look(&chosen).await?;
        let mut audit = engine::audit::audit(&mut target, &known, &chosen.database).await?;
        audit.wrong.extend(target.away(seen.as_ref()).await?.map(|away| away.to_string()));
        Ok(audit)
    })?;
    for said in &audit.moved {
        desk.out.say(format!("target {}: {}", chosen.shown, printable(said)));
    }
    for wrong in &audit.wrong {
        warn(&format!("error: {}: {}", chosen.shown, printable(wrong)));
    }
    for found in &audit.drift {
        warn(&format!("drift: {}: {}", chosen.shown, difference(found)));
    }
    let code = match (audit.wrong.is_empty(), audit.drift.is_empty()) {
        (false, _) => Class::Integrity as u8,
        (true, false) => Class::Drift as u8,
        (true, true) => DONE,
    };
    if code == DONE {
        let records = count(usize::try_from(audit.records).unwrap_or(usize::MAX), "record", "records");
        let holds = format!("the journal holds together ({records}), the schema is as folded");
        let found =
            if audit.records == 0 { "nothing was ever applied there: it has no journal" } else { &holds };
        desk.out.say(format!("target {}: {found}", chosen.shown));
    }
    let drift: Vec<String> = audit.drift.iter().map(difference).collect();
    let told = json!({ "target": chosen.shown, "records": audit.records, "wrong": audit.wrong, "drift": drift, "moved": audit.moved });
    Ok((code, told))
}
