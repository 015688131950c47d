//! `strat switch`: changes the current branch.

use ledger::nearest;
use model::Class;
use serde_json::json;

use super::{Answer, DONE, branch::check_label};
use crate::{desk::Desk, failure::Plain};

pub fn run(desk: &Desk<'_>, name: &str) -> Answer {
    desk.refuse_if_gits("git switch goes to another branch; the ledger is what that one has")?;
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
    desk.set_branch(name)?;
    desk.out.say(format!("on branch {name}"));
    desk.out.document("switch", json!({ "branch": name }));
    Ok(DONE)
}
