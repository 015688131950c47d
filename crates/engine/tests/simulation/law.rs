//! What must be so after each event.

use std::collections::BTreeSet;

use model::EntryId;
use stratigraph_engine::{Known, Target, audit::audit, journal::Record};

use super::{
    passes::walk,
    rows::{Shape, look},
    site::{Site, is_whole},
};

/// Looks at a target that nobody is at work on.
pub async fn hold(site: &mut Site, known: &Known) {
    let mut target = site.open().await;
    let away = target.away(site.notes.seen.as_ref()).await.unwrap();
    assert_eq!(away, None, "it isn't where it was, or has lost records");
    let applied = chain(&mut target, known).await;
    let memory = &mut site.notes.memory;
    if is_whole(&target.journal.position) {
        let heads = target.journal.position.heads.clone();
        let state = known.history.state_at(&heads).unwrap();
        let schema = state.schema("main");
        let live = target.introspect().await.unwrap();
        let differences = target.dialect.project(schema, &target.facts).differences(&live);
        assert!(differences.is_empty(), "the schema isn't what is applied: {differences:#?}");
        let rows = look(&mut target, schema).await;
        let new = records(&mut target).await.into_iter().filter(|record| record.seq > memory.seq);
        let ran = new.filter(|record| record.receipt.is_some());
        let ran = ran.map(|record| record.of.map_or(record.entry, |step| step.entry)).collect();
        memory.arrive(&Shape::new(schema, known, &heads, &applied), &rows, &ran);
        memory.seq = target.journal.position.seq;
    }
    site.notes.seen = Some(target.seen());
    target.conn.close().await;
}

/// What is applied, in the order it came, by a journal that holds together.
pub async fn chain(target: &mut Target, known: &Known) -> Vec<EntryId> {
    let audit = audit(target, known, "main").await.unwrap();
    assert!(audit.wrong.is_empty(), "{:#?}", audit.wrong);
    let applied = walk(&records(target).await, known.history.graph());
    let followed = known.ancestors(&target.journal.position.heads);
    assert_eq!(applied.iter().copied().collect::<BTreeSet<_>>(), followed, "applied, and behind the heads");
    applied
}

/// All records, the chain checked.
pub async fn records(target: &mut Target) -> Vec<Record> {
    match target.journal.position.seq {
        0 => Vec::new(),
        _ => target.journal.records(&mut target.conn).await.unwrap(),
    }
}
