//! `strat branch`: lists branches, or starts one.

use std::collections::BTreeMap;

use ledger::printable;
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    desk::Desk,
    editing::parents,
    failure::{Failure, Plain},
};

pub fn run(desk: &Desk<'_>, name: Option<&str>, at: Option<&str>) -> Answer {
    match name {
        None => list(desk),
        Some(name) => begin(desk, name, at),
    }
}

fn list(desk: &Desk<'_>) -> Answer {
    let (graph, current, starts) = (desk.graph()?, desk.branch()?, desk.starts());
    let mut found: Vec<(String, Vec<String>)> = graph
        .branches()
        .into_iter()
        .map(|(name, heads)| (name.to_owned(), heads.iter().map(model::Digest::short).collect()))
        .collect();
    let starts = if desk.git_branch()?.is_some() { BTreeMap::new() } else { starts };
    let fresh = starts.keys().chain([&current]).filter(|name| graph.heads_of(name).is_empty());
    found.extend(fresh.map(|name| (name.clone(), Vec::new())));
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    let row = |(name, heads): &(String, Vec<String>)| {
        let mark = if *name == current { "*" } else { " " };
        let heads = if heads.is_empty() { "no entries yet".to_owned() } else { heads.join(" ") };
        vec![format!("{mark} {name}"), heads]
    };
    desk.out.table(&found.iter().map(row).collect::<Vec<_>>());
    if let Some(git) = desk.git_branch()? {
        desk.out.say(format!("{}: `git branch` lists the others", git.told()));
    }
    let described = |(name, _): &(String, Vec<String>)| {
        let heads: Vec<String> = graph.heads_of(name).iter().map(ToString::to_string).collect();
        json!({ "name": name, "heads": heads, "current": *name == current })
    };
    desk.out.document("branch", json!({ "branches": found.iter().map(described).collect::<Vec<_>>() }));
    Ok(DONE)
}

fn begin(desk: &Desk<'_>, name: &str, at: Option<&str>) -> Answer {
    desk.refuse_if_gits("git switch -c starts a branch; entries recorded on it carry its name")?;
    let graph = desk.graph()?;
    check_label(name)?;
    let mut starts = desk.starts();
    if !graph.heads_of(name).is_empty() || starts.contains_key(name) {
        let why = format!("there is a branch {name} already");
        return Err(Plain::new(Class::Input, why).hint(format!("`strat switch {name}` goes there")).into());
    }
    let start = match at {
        Some(at) => desk.resolve(&graph, at, None)?,
        None => parents(desk, &graph, &desk.branch()?)?.first().copied(),
    };
    starts.insert(name.to_owned(), start);
    desk.set_starts(&starts)?;
    desk.set_branch(name)?;
    let place = start.map_or("root".to_owned(), |id| id.short());
    desk.out.say(format!("on new branch {name}, which starts at {place}"));
    desk.out.document("branch", json!({ "name": name, "start": start.map(|id| id.to_string()) }));
    Ok(DONE)
}

/// Refuses what can't be a branch's name.
pub fn check_label(name: &str) -> Result<(), Failure> {
    if ledger::is_label(name) {
        return Ok(());
    }
    let why = format!("`{}` can't be a branch's name", printable(name));
    let rule = "letters, digits and / . _ - # +, beginning with a letter or digit; head, heads, root and base are taken";
    Err(Plain::new(Class::Input, why).hint(rule).into())
}
