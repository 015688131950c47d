//! What was typed of rows that may be set aside.

use engine::data::Allowed;
use ledger::printable;
use model::Class;

use crate::{
    args::AsideArgs,
    failure::{Failure, Plain},
};

/// Rows that may be set aside beside those that the steps say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    /// So many of each step.
    more: u64,
    /// By their keys.
    rows: Vec<String>,
    reason: String,
}

impl Aside {
    /// What the arguments say.
    pub fn typed(args: &AsideArgs) -> Result<Aside, Failure> {
        let mut aside = Aside { reason: args.reason.clone().unwrap_or_default(), ..Aside::default() };
        if !args.set_aside.is_empty() && aside.reason.trim().is_empty() {
            return Err(
                Plain::new(Class::Input, "rows are set aside for a reason, and --reason tells none").into()
            );
        }
        for typed in &args.set_aside {
            match typed.parse::<u64>() {
                Ok(rows) => aside.more = aside.more.saturating_add(rows),
                Err(_) if typed.contains('=') => aside.rows.push(typed.clone()),
                Err(_) => {
                    let why = format!("`{}` names no row, and is no number of rows", printable(typed));
                    let hint = "such as --set-aside id=7 or --set-aside 10";
                    return Err(Plain::new(Class::Input, why).hint(hint).into());
                }
            }
        }
        Ok(aside)
    }

    /// The same for a run.
    pub fn allowed(&self) -> Allowed<'_> {
        Allowed { more: self.more, rows: &self.rows, reason: &self.reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str], reason: Option<&str>) -> Result<Aside, Failure> {
        let set_aside = words.iter().map(|word| (*word).to_owned()).collect();
        Aside::typed(&AsideArgs { set_aside, reason: reason.map(str::to_owned) })
    }

    #[test]
    fn rows_are_named_or_counted_and_there_is_a_reason() {
        let aside =
            typed(&["3", "id=7", "4", "a = x, b = y"], Some("ticket 812")).expect("all of it can be read");
        assert_eq!((aside.more, aside.rows.len(), aside.reason.as_str()), (7, 2, "ticket 812"));
        assert!(typed(&["x"], Some("so")).is_err() && typed(&["id=7"], Some(" ")).is_err());
        assert_eq!(typed(&[], None).ok(), Some(Aside::default()));
    }
}
