//! Where runs of rows end, and with them the sections of a digest.

use model::{Value, rows::runs_of_section};

/// Where runs end.
#[derive(Default)]
pub(super) struct Ends {
    /// How many rows were looked at.
    pub read: u64,
    /// How many rows, or groups, they are.
    pub rows: u64,
    pub keys: Vec<Vec<Value>>,
    /// The last key of a run that hasn't ended.
    pub open: Option<Vec<Value>>,
}

impl Ends {
    pub fn push(&mut self, key: Vec<Value>, ends: bool) {
        self.rows += 1;
        self.open = None;
        match ends {
            true => self.keys.push(key),
            false => self.open = Some(key),
        }
    }

    /// How many runs there are.
    pub fn runs(&self) -> usize {
        self.keys.len() + usize::from(self.open.is_some())
    }

    pub fn runs_of_section(&self) -> usize {
        usize::try_from(runs_of_section(self.runs() as u64)).unwrap_or(usize::MAX)
    }

    /// The last key before a section and its own last key.
    pub fn around(&self, section: usize) -> (Option<&Vec<Value>>, Option<&Vec<Value>>) {
        let each = self.runs_of_section();
        let before =
            section.checked_mul(each).and_then(|runs| runs.checked_sub(1)).and_then(|at| self.keys.get(at));
        let last = self.keys.get((section + 1) * each - 1).or(self.open.as_ref()).or(self.keys.last());
        (before, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lie_between_the_ends_of_runs() {
        let mut ends = Ends::default();
        for n in 0..700 {
            ends.push(vec![Value::Int(n)], n % 2 == 1);
        }
        ends.push(vec![Value::Int(700)], false);
        assert_eq!((ends.rows, ends.runs(), ends.runs_of_section()), (701, 351, 2));
        let key = |n: i64| vec![Value::Int(n)];
        assert_eq!(ends.around(0), (None, Some(&key(3))));
        assert_eq!(ends.around(1), (Some(&key(3)), Some(&key(7))));
        assert_eq!(ends.around(175), (Some(&key(699)), Some(&key(700))));
    }
}
