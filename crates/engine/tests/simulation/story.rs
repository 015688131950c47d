//! A story: events drawn from a seed, each by its own number, so that leaving some out leaves the others what they are.

use std::fmt;

use model::{EntryId, random::Random};
use stratigraph_engine::Known;

use super::{
    budget::Counts,
    drafting,
    law::hold,
    site::Site,
    world::{World, places::Places},
};

/// More entries than this make every look at the ledger slow and tell nothing new.
const ENTRIES: usize = 36;
/// Users, each with a branch.
const BRANCHES: usize = 4;
/// Targets.
pub const SITES: usize = 3;

/// A ledger, its users' branches and its targets.
pub struct Story<'p> {
    seed: u64,
    pub places: &'p Places,
    world: World,
    pub known: Known,
    pub branches: Vec<EntryId>,
    pub sites: Vec<Site>,
    /// What happened, an event a line.
    pub told: Vec<String>,
    pub tally: Tally,
}

/// How often each thing happened.
#[derive(Clone, Debug, Default)]
pub struct Tally(pub Counts);

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    /// Whether all of this happened.
    pub fn has(&self, what: &[&str]) -> bool {
        what.iter().all(|what| self.0.contains_key(what))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(|(what, times)| format!("{what} {times}")).collect();
        f.write_str(&all.join(", "))
    }
}

impl<'p> Story<'p> {
    pub fn new(seed: u64, places: &'p Places) -> Story<'p> {
        let world = World::repeatable();
        let known = Known::load(&world.ledger).unwrap();
        let (branches, sites, told) = (Vec::new(), Vec::new(), Vec::new());
        Story { seed, places, world, known, branches, sites, told, tally: Tally::default() }
    }

    /// Lets these events happen.
    pub async fn go(&mut self, events: &[usize]) {
        let first = self.places.fresh(&self.world).await;
        self.sites.push(Site::new("A".to_owned(), first));
        for number in events {
            let mut random = Random::new(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ *number as u64);
            self.told.push(format!("#{number}"));
            self.event(&mut random).await;
        }
    }

    /// Says what is about to happen, or what came of it.
    pub fn say(&mut self, words: &str) {
        let line = self.told.last_mut().expect("an event has begun");
        line.push(' ');
        line.push_str(words);
    }

    pub fn count(&mut self, what: &'static str) {
        *self.tally.0.entry(what).or_default() += 1;
    }

    async fn event(&mut self, random: &mut Random) {
        let drawn = random.below(100);
        if self.branches.is_empty() || drawn < 26 && self.known.bytes.len() < ENTRIES {
            return self.draft(random);
        }
        let at = random.below(self.sites.len());
        match drawn {
            26..30 => return self.fork(random),
            30..36 => return self.merge(random),
            36..42 => self.meet(random, at).await,
            42..58 => self.write(random, at).await,
            58..62 => self.back_up(at).await,
            62..66 => self.restore(random, at).await,
            66..68 => return self.clone_site(random, at).await,
            68..73 => return self.jump(random, at).await,
            _ => self.run(random, at).await,
        }
        hold(&mut self.sites[at], &self.known).await;
    }

    fn reload(&mut self) {
        self.known = Known::load(&self.world.ledger).unwrap();
        self.known.history.fold().unwrap();
    }

    fn draft(&mut self, random: &mut Random) {
        let branch = random.below(self.branches.len());
        let at: Vec<EntryId> = self.branches.get(branch).copied().into_iter().collect();
        let (id, text) = drafting::record(&self.world, &self.known, random, &at);
        self.say(&format!("draft on branch {branch}: {} is {}", id.short(), text.replace('\n', " ")));
        match self.branches.get_mut(branch) {
            Some(head) => *head = id,
            None => self.branches.push(id),
        }
        self.count("draft");
        self.reload();
    }

    fn fork(&mut self, random: &mut Random) {
        let all: Vec<EntryId> = self.known.history.entries().map(|(id, _)| id).collect();
        let from = *random.pick(&all).unwrap();
        match self.branches.len() < BRANCHES {
            true => self.branches.push(from),
            false => self.branches[random.below(BRANCHES)] = from,
        }
        self.say(&format!("fork from {}", from.short()));
        self.count("fork");
    }

    fn merge(&mut self, random: &mut Random) {
        let (one, other) = (random.below(self.branches.len()), random.below(self.branches.len()));
        let heads = [self.branches[one], self.branches[other]];
        self.say(&format!("merge of branches {one} and {other}"));
        let follows = |a: EntryId, b: EntryId| self.known.ancestors(&[a]).contains(&b);
        if follows(heads[0], heads[1]) || follows(heads[1], heads[0]) {
            return self.say("→ nothing to merge");
        }
        let Some((id, decided)) = drafting::join(&self.world, &self.known, random, heads) else {
            self.count("merge that leads nowhere");
            return self.say("→ leads nowhere");
        };
        self.say(&format!("→ {} decides {decided}", id.short()));
        (self.branches[one], self.branches[other]) = (id, id);
        self.count(if decided > 0 { "merge that decides" } else { "merge" });
        self.reload();
    }

    async fn jump(&mut self, random: &mut Random, at: usize) {
        let site = &mut self.sites[at];
        let by = *random.pick(&[-3_600_000, -90_000, 90_000, 3_600_000]).unwrap();
        site.clock_off_ms += by;
        let words = format!("the clock beside {} jumps by {} s", site.name, by / 1000);
        self.say(&words);
        self.count("clock jump");
    }
}
