//! Which refused rows may be set aside: those that the step's entry allows for, and those that whoever runs it allows for on top.

use std::sync::Arc;

use model::{
    Value,
    data_step::{BatchColumn, OnReject},
};

use super::{
    columns::{print_key, print_value},
    state::Progress,
};

/// What whoever runs a plan lets its data steps set aside, beside what their entries say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed<'a> {
    /// So many rows of each step, whichever they are.
    pub more: u64,
    /// These rows, by their keys as people read them.
    pub rows: &'a [String],
    /// Why; it stands in the journal.
    pub reason: &'a str,
}

impl Allowed<'_> {
    /// Which rows of a step may be set aside.
    pub(super) fn leaves(self, on_reject: OnReject) -> Leaves {
        Leaves { all: on_reject != OnReject::Stop || self.more > 0, named: self.rows.into() }
    }

    /// How many rows of a step that has come so far may be set aside in all, those not counted that were named.
    pub(super) fn most(self, on_reject: OnReject, progress: &Progress) -> u64 {
        self.most_behind(on_reject, progress.aside - progress.named)
    }

    /// The same where so many were set aside already, those not counted that were named.
    pub(super) fn most_behind(self, on_reject: OnReject, counted: u64) -> u64 {
        on_reject.at_most().max(counted).saturating_add(self.more)
    }
}

/// Which rows may be set aside at all; how many of them is another question.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    /// Any.
    pub all: bool,
    /// Those with these keys, as people read them.
    pub named: Arc<[String]>,
}

impl Leaves {
    /// Whether a row with this key may be set aside.
    pub fn takes(&self, columns: &[BatchColumn], key: &[Value]) -> bool {
        self.all || self.names(columns, key)
    }

    /// Whether a row with this key is one of those that were named.
    pub fn names(&self, columns: &[BatchColumn], key: &[Value]) -> bool {
        self.named.iter().any(|typed| is_named(columns, key, typed))
    }
}

/// Whether what somebody typed names this key: `id=7` or `org = a, day = 2026-01-01`, with spaces around the signs or without.
fn is_named(columns: &[BatchColumn], key: &[Value], typed: &str) -> bool {
    if print_key(columns, key) == typed {
        return true;
    }
    let mut rest = typed.trim();
    for (n, (column, value)) in columns.iter().zip(key).enumerate() {
        if n > 0 {
            let Some(behind) = rest.trim_start().strip_prefix(',') else { return false };
            rest = behind.trim_start();
        }
        let behind = rest.strip_prefix(column.name.as_str());
        let Some(behind) = behind.and_then(|rest| rest.trim_start().strip_prefix('=')) else { return false };
        let value = crate::driver::printable(&print_value(value));
        let behind = behind.strip_prefix(&value).or_else(|| behind.trim_start().strip_prefix(&value));
        let Some(behind) = behind else { return false };
        rest = behind;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use model::{Digest, ObjectId, Origin, Type};

    use super::*;

    fn column(part: u32, name: &str, ty: Type<ObjectId>) -> BatchColumn {
        let id = ObjectId { origin: Origin::Entry(Digest::ZERO), step: 0, part };
        BatchColumn { id, name: name.to_owned(), ty, nullable: false }
    }

    #[test]
    fn rows_are_named_as_they_are_printed_or_shorter() {
        let key = [column(0, "org", Type::Text), column(1, "n", Type::Integer)];
        let row = [Value::Text("a, b = 1".into()), Value::Int(7)];
        for typed in ["org = a, b = 1, n = 7", "org=a, b = 1,n=7", " org = a, b = 1 , n =7"] {
            assert!(is_named(&key, &row, typed), "{typed}");
        }
        for typed in
            ["org = a, b = 1", "org=a, b = 1,n=70", "org=a, b = 1,n=7,", "n=7", "", "org=A, b = 1,n=7"]
        {
            assert!(!is_named(&key, &row, typed), "{typed}");
        }
    }

    #[test]
    fn what_the_entry_allows_for_and_what_the_run_adds() {
        let mut progress = Progress::none();
        let step = OnReject::SetAside { at_most: 3 };
        assert_eq!(Allowed::default().most(OnReject::Stop, &progress), 0);
        let two = Allowed { more: 2, ..Allowed::default() };
        assert_eq!((two.most(OnReject::Stop, &progress), two.most(step, &progress)), (2, 5));
        // Two more than an earlier run left, of which one was named.
        (progress.aside, progress.named) = (5, 1);
        assert_eq!((two.most(OnReject::Stop, &progress), two.most(step, &progress)), (6, 6));
        assert!(two.leaves(OnReject::Stop).all && !Allowed::default().leaves(OnReject::Stop).all);
    }
}
