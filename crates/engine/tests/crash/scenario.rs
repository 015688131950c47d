//! A way of a target on which it is met, and how it must end all the same.

use std::{collections::BTreeMap, sync::Arc};

use model::EntryId;
use stratigraph_engine::{
    Known, Prepared,
    journal::{Kind, Record, Restored},
};

use super::{
    killed,
    servers::{is_back, kill_server, kill_sessions},
    world::{
        World,
        faults::{Fault, Met, Mode, Tally, at_every_point},
        picture::{Picture, picture},
        places::Places,
        travel::{Go, Manner, Stop},
    },
};

/// What comes before the way that is met.
pub enum Before {
    Go(Go, EntryId),
    Rows(&'static [&'static str]),
}

/// A run of a target.
#[derive(Clone, Copy)]
pub struct Way {
    pub go: Go,
    pub to: EntryId,
    /// Whether several entries are one.
    pub at_once: bool,
}

/// So few that every data step has several.
const BATCH_ROWS: usize = 3;

impl Way {
    /// Sends the target on it.
    pub async fn go(self, site: &World, known: &Known, fault: Option<&Arc<Fault>>) -> Result<Prepared, Stop> {
        let manner = Manner { fault, batch_rows: BATCH_ROWS, at_once: self.at_once, ..Manner::default() };
        site.travel(known, self.go, &[self.to], manner).await
    }
}

/// A way of a target, with what comes before it and behind it.
pub struct Scenario {
    pub name: String,
    pub world: World,
    pub known: Known,
    pub before: Vec<Before>,
    pub way: Way,
    /// Where it goes after that, undisturbed, whether it has come to the end of the way or not.
    pub then: Option<EntryId>,
    /// Where everything is again as it was before the way.
    pub back: Option<EntryId>,
}

/// What must come out the same, whatever happened.
struct Outcome {
    picture: Picture,
    receipts: Vec<String>,
    restored: BTreeMap<EntryId, Restored>,
}

impl Scenario {
    /// Has it met at its points; how many they were.
    pub async fn met_everywhere(&self, places: &Places, met: Met, modes: &[Mode]) -> Tally {
        let mut clean = None;
        at_every_point((met, modes), async |fault| {
            let site = places.fresh(&self.world).await;
            self.come(&site).await;
            let start = match self.back {
                Some(back) => Some((back, picture(&site, &self.known).await)),
                None => None,
            };
            let cut = self.meet(&site, fault).await;
            let what = format!("{}, {fault:?} ({cut})", self.name);
            let outcome = self.arrive(&site, &what).await;
            self.must_be(&outcome, clean.as_ref(), &what);
            clean.get_or_insert(outcome);
            if let Some((back, start)) = start {
                let back = Way { go: Go::Down, to: back, at_once: false };
                back.go(&site, &self.known, None)
                    .await
                    .unwrap_or_else(|stop| panic!("{what}: {}", stop.said()));
                picture(&site, &self.known).await.must_be(&start, &format!("{what}, and back"));
            }
            places.clear().await;
        })
        .await
    }

    /// Brings a target to where the way begins.
    async fn come(&self, site: &World) {
        for before in &self.before {
            match before {
                Before::Go(go, to) => {
                    let way = Way { go: *go, to: *to, at_once: false };
                    way.go(site, &self.known, None).await.unwrap_or_else(|stop| panic!("{}", stop.said()));
                }
                Before::Rows(rows) => site.by_hand(rows).await,
            }
        }
    }

    /// Goes the way and is met; tells what came of it.
    async fn meet(&self, site: &World, fault: &Arc<Fault>) -> String {
        let struck = fault.strikes_at();
        match struck {
            Some((call, Mode::ProcessKilled)) => {
                killed::at(call, site, self.way);
                return "the process was killed".to_owned();
            }
            Some((_, Mode::SessionKilled)) => fault.kill_by(kill_sessions(site)),
            Some((_, Mode::ServerKilled)) => fault.kill_by(kill_server(site)),
            Some((_, Mode::NotDone | Mode::AnswerLost)) | None => {}
        }
        let result = self.way.go(site, &self.known, Some(fault)).await;
        match struck {
            None => assert!(result.is_ok(), "{}", result.unwrap_err().said()),
            Some((_, Mode::ServerKilled)) => is_back(site).await,
            // Its process lives on here. A server knows that the session is gone.
            Some(_) if site.url.path().is_some() => site.forget_lease().await,
            Some(_) => {}
        }
        match result {
            Ok(prepared) => {
                // Where each statement of DDL commits by itself, so does each entry.
                let at_once = self.way.at_once && site.url.dialect_name() != "mysql";
                assert_eq!(
                    prepared.collapsed > 0,
                    at_once,
                    "{}: {} collapsed",
                    self.name,
                    prepared.collapsed
                );
                "it went through".to_owned()
            }
            Err(stop) => stop.said(),
        }
    }

    /// Goes on to the end, where another run finds nothing to do.
    async fn arrive(&self, site: &World, what: &str) -> Outcome {
        let way = Way {
            go: if self.then.is_some() { Go::Up } else { self.way.go },
            to: self.then.unwrap_or(self.way.to),
            ..self.way
        };
        let go = async || {
            way.go(site, &self.known, None).await.unwrap_or_else(|stop| panic!("{what}: {}", stop.said()))
        };
        go().await;
        let (picture, records) = (picture(site, &self.known).await, records(site).await);
        assert!(go().await.plan.is_empty(), "{what}: a third run has something to do");
        assert_eq!(self::records(site).await.len(), records.len(), "{what}: a third run did something");
        let receipts = records.iter().filter_map(receipt).collect();
        let mut restored: BTreeMap<EntryId, Restored> = BTreeMap::new();
        for record in &records {
            if let Some(one) = record.restored {
                restored.entry(record.entry).or_default().add(one);
            }
        }
        Outcome { picture, receipts, restored }
    }

    fn must_be(&self, outcome: &Outcome, clean: Option<&Outcome>, what: &str) {
        let Some(clean) = clean else { return };
        outcome.picture.must_be(&clean.picture, what);
        // How far it had come before decides what is done on the way behind it, and what is undone.
        if self.then.is_none() {
            assert_eq!(outcome.receipts, clean.receipts, "{what}");
            assert_eq!(outcome.restored, clean.restored, "{what}");
        }
    }
}

async fn records(site: &World) -> Vec<Record> {
    let mut target = site.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    let left = target.conn.query("SELECT count(*) FROM strat_progress", &[]).await.unwrap();
    target.conn.close().await;
    assert_eq!(left, [[model::Value::Int(0)]], "progress of a step that is done");
    records
}

/// What a receipt says, but for the fuel: a batch that was done again has burnt more.
fn receipt(record: &Record) -> Option<String> {
    let mut receipt = record.receipt.clone().filter(|_| record.kind == Kind::Receipt)?;
    receipt.fuel = 0;
    Some(format!("{} {:?} {:?} {receipt:?}", record.entry, record.step, record.of))
}
