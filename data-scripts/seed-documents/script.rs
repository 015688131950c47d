//! seed-documents: the rows of knowledge_base_documents, out of the asset documents.txt: a title, its text, a blank line.

#[path = "../sdk/rust/strat.rs"]
mod strat;
#[path = "../seed-categories/uuid5.rs"]
mod uuid5;

strat::batch!(run, writes: [
    ("id", strat::UUID),
    ("title", strat::VARCHAR),
    ("content", strat::TEXT),
    ("created_at", strat::TIMESTAMP_TZ),
]);

/// 2025-11-05T10:00:00Z in microseconds.
const WRITTEN: i64 = 1_762_336_800_000_000;

fn run(_input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    let documents = strat::asset("documents").ok_or("no asset called documents")?;
    let documents = String::from_utf8(documents).map_err(|_| "documents is not UTF-8")?;
    for document in documents.split("\n\n").map(str::trim).filter(|document| !document.is_empty()) {
        let (title, content) =
            document.split_once('\n').ok_or_else(|| format!("{} has a title and no text", document))?;
        out.uuid("id", uuid5::uuid5(&format!("document/{}", title)));
        out.text("title", title);
        out.text("content", &content.replace('\n', " "));
        out.int("created_at", WRITTEN);
        out.next();
    }
    Ok(())
}
