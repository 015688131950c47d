//! Findings as workflow commands, which GitHub shows beside the lines of a pull request.
//!
//! The form: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.

use ledger::printable;

use super::{Finding, Level};

/// A line for each finding that nobody has accepted.
pub fn annotations(findings: &[Finding]) -> String {
    findings.iter().filter(|finding| !finding.accepted).map(annotation).collect()
}

fn annotation(finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let title = match finding.code {
        "draft" => finding.title().to_owned(),
        code => format!("{code}: {}", finding.title()),
    };
    let on = if finding.on.is_empty() { String::new() } else { format!(" [{}]", finding.on.join(", ")) };
    let more = match &finding.hint {
        Some(hint) => format!("\n{hint}"),
        None if finding.code == "draft" => String::new(),
        None => format!("\n`strat lint --explain {}` says what to do instead", finding.code),
    };
    format!(
        "::{command} file={},line={},col={},title={}::{}\n",
        property(&finding.file),
        finding.at.0,
        finding.at.1,
        property(&title),
        data(&format!("{}{on}{more}", finding.message)),
    )
}

/// Text behind the colons: controls other than ends of lines are shown as escapes, and those are written as GitHub reads them.
fn data(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| printable(line).replace('%', "%25").replace('\r', "%0D")).collect();
    lines.join("%0A")
}

/// The value of a property, in which the marks between properties are escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_gets_out_of_its_place() {
        let finding = Finding {
            file: "a,b:c.ron".to_owned(),
            draft: "x".to_owned(),
            at: (3, 5),
            step: None,
            level: Level::Error,
            code: "draft",
            message: "100 %\n::error::no\u{1b}[31m".to_owned(),
            hint: None,
            on: Vec::new(),
            rows: None,
            accepted: false,
        };
        let text = annotations(&[finding]);
        assert!(text.starts_with("::error file=a%2Cb%3Ac.ron,line=3,col=5,title=a draft"), "{text}");
        assert!(text.contains("::100 %25%0A::error::no"), "{text}");
        assert_eq!((text.lines().count(), text.contains('\u{1b}')), (1, false), "{text}");
    }
}
