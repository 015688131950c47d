//! `strat script`: makes, builds, tests and lists data scripts.

use super::Answer;
use crate::{args::ScriptVerb, desk::Desk, script};

pub fn run(desk: &Desk<'_>, verb: &ScriptVerb) -> Answer {
    match verb {
        ScriptVerb::New { name, lang, reads, writes, shape } => {
            script::new::run(desk, name, (*lang, *shape), (reads, writes))
        }
        ScriptVerb::Build { name } => script::build::run(desk, name.as_deref()),
        ScriptVerb::Test(args) => script::test::run(desk, args),
        ScriptVerb::Replay(args) => script::replay::run(desk, args),
        ScriptVerb::List => script::list::run(desk),
    }
}
