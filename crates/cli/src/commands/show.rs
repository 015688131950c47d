//! `strat show`: what an entry does, and its bytes.

use engine::Known;
use ledger::{print_entry, printable};
use model::{Class, Entry, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{desk::Desk, failure::Plain};

mod words;

pub use words::decisions;
use words::titles;

pub fn run(desk: &Desk<'_>, revision: &str, id_only: bool) -> Answer {
    let graph = desk.graph()?;
    let Some(id) = desk.resolve(&graph, revision, None)? else {
        return Err(
            Plain::new(Class::Input, "the root is the empty schema: there is no entry to show").into()
        );
    };
    if id_only {
        desk.out.write(&format!("{id}\n"));
        return Ok(DONE);
    }
    let entry = desk.ledger.entry(&id)?;
    let text = print_entry(&entry)?;
    let known = Known::load(&desk.ledger)?;
    let titles = titles(&known, id)?;
    let decisions = decisions(&known, &entry)?;
    let parents: Vec<String> = entry.parents.iter().map(model::Digest::short).collect();
    let mut rows = vec![
        vec!["entry".to_owned(), id.to_string()],
        vec!["message".to_owned(), printable(&entry.message).into_owned()],
        vec!["author".to_owned(), printable(&entry.author).into_owned()],
        vec!["date".to_owned(), entry.authored_at.clone()],
        vec!["branch".to_owned(), entry.branch.clone()],
        vec!["parents".to_owned(), if parents.is_empty() { "root".to_owned() } else { parents.join(" ") }],
    ];
    for (name, value) in [("database", &entry.database), ("draft", &entry.draft)] {
        if !value.is_empty() {
            rows.push(vec![name.to_owned(), printable(value).into_owned()]);
        }
    }
    desk.out.table(&rows);
    desk.out.say("");
    for decision in &decisions {
        desk.out.say(format!("   *  {}", printable(decision)));
    }
    for (number, title) in &titles {
        desk.out.say(format!("  {:>2}  {}", number + 1, printable(title)));
    }
    // The text is canonical, and entries with controls in it are refused when they are read.
    desk.out.say(format!("\n{}", text.trim_end()));
    desk.out.document("show", described(id, &entry, &titles, &text));
    Ok(DONE)
}

fn described(id: EntryId, entry: &Entry, titles: &[(u32, String)], text: &str) -> serde_json::Value {
    let steps: Vec<_> =
        titles.iter().map(|(step, title)| json!({ "step": step + 1, "title": title })).collect();
    json!({
        "id": id.to_string(),
        "parents": entry.parents.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "branch": entry.branch,
        "database": entry.database,
        "message": entry.message,
        "author": entry.author,
        "authored_at": entry.authored_at,
        "draft": entry.draft,
        "accept": entry.accept,
        "schema": entry.schema.to_string(),
        "resolutions": entry.resolutions,
        "steps": steps,
        "text": text,
    })
}
