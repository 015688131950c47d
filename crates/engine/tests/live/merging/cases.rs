//! Forks written by hand: what is decided holds on every way to the merge.

use model::{Value, route::Treated};

use super::{
    fork::Fork,
    forks::{CASES, ROWS, fork},
    law::{Came, Rows, come, some_ways, ways},
};
use crate::world::{World, picture::Picture, places::Places, with_servers_at_once};

fn slugs(picture: &Picture, fork: &Fork) -> Vec<String> {
    let state = fork.known.history.state_at(&[fork.merge]).unwrap();
    let docs = state.schema("main").table_named("docs").unwrap();
    let mut names: Vec<&str> = docs.columns.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    let place = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let mut rows = picture.rows["docs"].clone();
    rows.sort_by_key(|row| match row[place("id")] {
        Value::Int(id) => id,
        ref other => panic!("{other:?}"),
    });
    let text = |row: &Vec<Value>| match &row[place("slug")] {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    rows.iter().map(text).collect()
}

/// What the journal says became of steps that weren't simply done.
async fn treated(site: &World) -> Vec<Treated> {
    let mut target = site.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    records.iter().flat_map(|record| record.treated.iter().map(|(_, how)| *how)).collect()
}

async fn every_case(places: &Places) {
    let mut count = 0;
    for (number, case) in CASES.iter().enumerate() {
        let fork = fork(case);
        let ways = if places.are_slow() { some_ways(&fork, number) } else { ways(&fork) };
        let mut first: Option<(&str, Picture)> = None;
        for way in &ways {
            let (there, site) = match come(&fork, places, way, Rows::Sql(ROWS), case.name).await {
                Came::Arrived(there, site) => (there, site),
                Came::Refused(why) | Came::Obstructed(why) => panic!("{}: {why}", case.name),
            };
            if !case.slugs.is_empty() {
                assert_eq!(slugs(&there, &fork), case.slugs, "{}: {}", case.name, way.0);
            }
            let same = treated(&site).await.iter().any(|how| matches!(how, Treated::SameAs(_)));
            assert_eq!(same, case.same, "{}: {}: {:?}", case.name, way.0, treated(&site).await);
            match &first {
                Some((name, first)) => there.must_be(first, &format!("{}: {} and {name}", case.name, way.0)),
                None => first = Some((way.0, *there)),
            }
            count += 1;
        }
        places.clear().await;
    }
    println!("{} cases on {count} ways", CASES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    every_case(&Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging_cases", |url| async move {
        every_case(&Places::new(Some(url))).await;
    })
    .await;
}
