//! Backups, what comes back from them, and clones.

use std::time::Duration;

use model::random::Random;
use stratigraph_engine::whereabouts::{Away, Told, tell_moved};

use super::{
    law::hold,
    site::{Backup, Site},
    story::{SITES, Story},
};

/// Puts on record what a database is now, which it must have been refused for before. A lease that came along is over then.
async fn tell(site: &mut Site, told: Told) -> Option<Away> {
    let mut target = site.open().await;
    target.journal.set_clock_off(site.clock_off_ms);
    let seen = site.notes.seen.take();
    let away = target.away(seen.as_ref()).await.unwrap();
    if away.is_some() {
        tell_moved(&mut target, told, away.as_ref(), ("simulated", Duration::from_secs(10))).await.unwrap();
        site.notes.seen = Some(target.seen());
    }
    target.conn.close().await;
    if away.is_some() {
        assert_eq!(site.leased_until().await, None, "a lease from elsewhere holds");
    }
    away
}

impl Story<'_> {
    pub async fn back_up(&mut self, at: usize) {
        let name = self.sites[at].name.clone();
        self.say(&format!("backup of {name}"));
        if self.sites[at].position().await.seq == 0 {
            return self.say("→ nothing in it");
        }
        let Some(copy) = self.places.copy_of(&self.sites[at].world).await else {
            return self.say("→ not here");
        };
        let notes = self.sites[at].notes.clone();
        self.sites[at].backup = Some(Backup { copy, notes });
        self.count("backup");
    }

    pub async fn restore(&mut self, random: &mut Random, at: usize) {
        let same_file = random.once_in(2);
        let site = &mut self.sites[at];
        let words = format!("{} restored{}", site.name, if same_file { " into its file" } else { "" });
        let Some(backup) = &site.backup else { return self.say(&format!("{words} → no backup")) };
        self.places.put_back(&backup.copy, &site.world, same_file).await;
        // What somebody remembers of the target stays what it was; what is in it doesn't.
        let (seen, notes) = (site.notes.seen.clone(), backup.notes.clone());
        let was = notes.seen.clone();
        site.notes = notes;
        site.notes.seen = seen.clone();
        site.goal = None;
        let away = tell(site, Told::Restored).await;
        if away.is_none() {
            assert_eq!(seen, was, "nobody saw that it is another");
            site.notes.seen = seen;
        }
        self.say(&format!("{words}: {away:?}"));
        self.count("restore");
    }

    pub async fn clone_site(&mut self, random: &mut Random, at: usize) {
        let name = self.sites[at].name.clone();
        self.say(&format!("clone of {name}"));
        if self.sites[at].position().await.seq == 0 {
            return self.say("→ nothing in it");
        }
        let Some(copy) = self.places.copy_of(&self.sites[at].world).await else {
            return self.say("→ not here");
        };
        let mut site = Site::new(format!("{name}'"), copy);
        site.notes = self.sites[at].notes.clone();
        let away = tell(&mut site, Told::Cloned).await;
        assert!(matches!(away, Some(Away::Elsewhere { .. })), "a copy that doesn't tell: {away:?}");
        hold(&mut site, &self.known).await;
        self.say(&format!("is {}", site.name));
        match self.sites.len() < SITES {
            true => self.sites.push(site),
            false => self.sites[1 + random.below(SITES - 1)] = site,
        }
        self.count("clone");
    }
}
