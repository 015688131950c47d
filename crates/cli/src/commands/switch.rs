//! `strat switch`: changes the current branch, and moves a target there when one is named.

use std::collections::BTreeMap;

use dialect::plan::Direction;
use ledger::{Graph, nearest};
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE, branch::check_label};
use crate::{
    args::{RunArgs, TargetArgs},
    desk::Desk,
    failure::{Failure, Plain},
    running::Running,
};

pub fn run(desk: &Desk<'_>, name: &str, target: &TargetArgs, run: &RunArgs) -> Answer {
    // Where git decides on the branch, a target can still be moved to another one.
    if target.target.is_none() {
        desk.refuse_if_gits("git switch goes to another branch; the ledger is what that one has")?;
    }
    check_label(name)?;
    let (graph, starts) = (desk.graph()?, desk.starts());
    let branches = graph.branches();
    if !branches.contains_key(name) && !starts.contains_key(name) && name != "main" {
        let near = nearest(name, branches.keys().copied().chain(starts.keys().map(String::as_str)));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`strat branch {name}` starts it"),
        };
        return Err(Plain::new(Class::Input, format!("there is no branch {name}")).hint(hint).into());
    }
    if target.target.is_some() {
        let heads = heads(&graph, &starts, name)?;
        let find = |_: &[EntryId]| -> Result<Vec<EntryId>, Failure> { Ok(heads.clone()) };
        match Running::new(desk, target, run, Direction::Up)?.switching().go(&graph, &find)? {
            DONE if !run.dry_run => {}
            code => return Ok(code),
        }
    }
    // The branch comes last: where the target could not be moved, one is still on the branch it stands at.
    if desk.git_branch()?.is_none() {
        desk.set_branch(name)?;
        desk.out.say(format!("on branch {name}"));
    }
    // With a target, what was done there is the answer.
    if target.target.is_none() {
        desk.out.document("switch", json!({ "branch": name }));
    }
    Ok(DONE)
}

/// The head of a branch, or the entry a branch without entries of its own was started at.
fn heads(
    graph: &Graph,
    starts: &BTreeMap<String, Option<EntryId>>,
    name: &str,
) -> Result<Vec<EntryId>, Failure> {
    let heads = graph.heads_of(name);
    match heads.as_slice() {
        [] => Ok(starts.get(name).copied().into_iter().flatten().collect()),
        [one] => Ok(vec![*one]),
        many => {
            let ids: Vec<String> = many.iter().map(EntryId::short).collect();
            let why = format!("branch {name} has {} heads: {}", many.len(), ids.join(", "));
            Err(Plain::new(Class::Decide, why).hint("`strat merge` joins them").into())
        }
    }
}
