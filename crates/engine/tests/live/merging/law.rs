//! The law: whatever way a target comes to a merge, it ends in the same place.

use model::EntryId;
use stratigraph_engine::Known;

use super::fork::Fork;
use crate::world::{
    World,
    picture::{Picture, picture},
    places::Places,
    sample::sample,
    travel::{Go, Manner, Stop},
};

/// The rows that stand in the base's tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rows<'a> {
    None,
    /// A few in every table that takes them.
    Samples,
    Sql(&'a [&'a str]),
}

/// Two or three rows in every table that takes them, the same on every target.
async fn insert_samples(site: &World, known: &Known, base: EntryId) {
    let mut target = site.target().await;
    let state = known.history.state_at(&[base]).unwrap();
    let schema = state.schema("main");
    for number in (1..=3).cycle().take(9) {
        for table in schema.tables() {
            let quote = |name: &str| target.dialect.quote_ident(name);
            let [key] = table.primary_key() else { continue };
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for column in &table.columns {
                if let Some(value) = sample(column, schema, number) {
                    names.push(quote(&column.name));
                    values.push(value);
                }
            }
            let key = quote(&table.column(*key).unwrap().name);
            let into = quote(&table.name);
            let whole = format!("INSERT INTO {into} ({}) VALUES ({})", names.join(", "), values.join(", "));
            if target.conn.run(&whole).await.is_err() {
                let bare = format!("INSERT INTO {into} ({key}) VALUES ({number})");
                let _ = target.conn.run(&bare).await;
            }
        }
    }
    target.conn.close().await;
}

/// One way to the merge: what is told of it, and its stops behind the base.
pub type Way = (&'static str, Vec<(Go, Vec<EntryId>)>);

/// Every way on which a target may come to the merge.
pub fn ways(fork: &Fork) -> Vec<Way> {
    let (a, b, merge) = (fork.head_a(), fork.head_b(), fork.merge);
    let up = |stops: &[&[EntryId]]| stops.iter().map(|to| (Go::Up, to.to_vec())).collect::<Vec<_>>();
    let back = |to: EntryId| {
        vec![(Go::Up, vec![to]), (Go::Up, vec![merge]), (Go::Down, vec![to]), (Go::Up, vec![merge])]
    };
    let mut ways = vec![
        ("from the base", up(&[&[merge]])),
        ("from a", up(&[&[a], &[merge]])),
        ("from b", up(&[&[b], &[merge]])),
        ("from half of a", up(&[&fork.a[..1], &[merge]])),
        ("back to a", back(a)),
        ("back to b", back(b)),
    ];
    if fork.both_fold() {
        ways.push(("a, then b", up(&[&[a], &[a, b], &[merge]])));
        ways.push(("b, then a", up(&[&[b], &[a, b], &[merge]])));
    }
    ways
}

/// Some of the ways, others with each number: for databases that take their time.
pub fn some_ways(fork: &Fork, number: usize) -> Vec<Way> {
    let mut all = ways(fork);
    let first = all.remove(0);
    let some = all.into_iter().enumerate().filter(|(n, _)| n % 3 == number % 3).map(|(_, way)| way);
    [first].into_iter().chain(some).collect()
}

/// What came of a way.
pub enum Came {
    Arrived(Box<Picture>, World),
    /// There is no way without a loss, or this database has no words for it.
    Refused(String),
    /// The rows are in the way of a step.
    Obstructed(String),
}

/// Whether a guest was handed, or asked for, what it wasn't built for: that is never for the rows to say.
fn is_misled(stop: &Stop) -> bool {
    let said = stop.said();
    [" is expected", "declared as ", "invalid input value for enum"].iter().any(|one| said.contains(one))
}

/// Goes one way, with rows put in right behind the base, and on to what follows the merge.
pub async fn come(fork: &Fork, places: &Places, (name, stops): &Way, rows: Rows<'_>, what: &str) -> Came {
    let site = places.fresh(&fork.world).await;
    let lossy = ["H101".to_owned()];
    let said = |stop: &Stop| format!("{name}: {}", stop.said());
    let manner = Manner::default();
    if let Err(stop) = site.travel(&fork.known, Go::Up, &[fork.base], manner).await {
        return Came::Refused(said(&stop));
    }
    match rows {
        Rows::None => {}
        Rows::Samples => insert_samples(&site, &fork.known, fork.base).await,
        Rows::Sql(statements) => site.by_hand(statements).await,
    }
    let last = (Go::Up, vec![fork.after]);
    for (go, to) in stops.iter().chain([&last]) {
        let before = picture(&site, &fork.known).await;
        let manner = Manner { accepted: if *go == Go::Down { &lossy } else { &[] }, ..Manner::default() };
        match site.travel(&fork.known, *go, to, manner).await {
            Ok(_) => {}
            Err(stop) if stop.is_refusal() => {
                if let Stop::Lossy(error) = &stop {
                    assert!(error.to_string().contains("H101"), "{what}: {error}");
                }
                picture(&site, &fork.known).await.must_be(&before, &format!("{what}, {name}, refused"));
                return Came::Refused(said(&stop));
            }
            Err(stop @ Stop::Failed(_)) if rows != Rows::None && !is_misled(&stop) => {
                return Came::Obstructed(said(&stop));
            }
            Err(stop) => panic!("{what}: {}\n{}", said(&stop), fork.told()),
        }
    }
    let there = picture(&site, &fork.known).await;
    Came::Arrived(Box::new(there), site)
}
