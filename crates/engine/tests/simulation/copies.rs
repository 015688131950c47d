//! Backups, what comes back from them, and clones.

use std::time::Duration;

use model::random::Random;
use stratigraph_engine::whereabouts::{Away, Told, tell_moved};

use super::{
    law::hold,
    site::{Backup, Site},
    story::{SITES, Story},
    world::World,
    world::places::Places,
};

/// A database that is what this one is now; nothing where the server makes no copies itself.
async fn copy(places: &Places, site: &World) -> Option<World> {
    if let Some(from) = site.url.database() {
        let copies = site.url.dialect_name() == "postgres";
        let template = |name: &str| format!("CREATE DATABASE {name} TEMPLATE {from}");
        return if copies { Some(places.fresh_by(site, template).await) } else { None };
    }
    let copy = places.fresh(site).await;
    let path = copy.url.path().unwrap().display().to_string();
    site.by_hand(&[&format!("VACUUM INTO '{path}'")]).await;
    Some(copy)
}

/// Puts a copy in the place of a database; into the same file where that is to be so and there is a file.
async fn put_back(places: &Places, copy: &World, site: &World, same_file: bool) {
    let (Some(from), Some(to)) = (copy.url.path(), site.url.path()) else {
        let (from, to) = (copy.url.database().unwrap(), site.url.database().unwrap());
        places.admin(&format!("DROP DATABASE {to} WITH (FORCE)")).await;
        return places.admin(&format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
    };
    for left in ["-journal", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{left}", to.display()));
    }
    if !same_file {
        std::fs::remove_file(to).unwrap();
    }
    std::fs::copy(from, to).unwrap();
}

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
        let Some(copy) = copy(self.places, &self.sites[at].world).await else {
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
        put_back(self.places, &backup.copy, &site.world, same_file).await;
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
        let Some(copy) = copy(self.places, &self.sites[at].world).await else {
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
