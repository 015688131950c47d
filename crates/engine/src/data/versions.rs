//! The versions that rows had when they were read, by which a batch passes those over that were changed since.

use std::collections::BTreeSet;

use dialect::Versions;
use model::Value;

use super::write::Part;

/// So many different ones are sent as what all rows had; where there are more, each row has its own.
const FEW: usize = 8;

/// The versions of rows that one statement read.
#[derive(Debug, Default)]
pub struct Read {
    kind: Versions,
    each: std::vec::IntoIter<Value>,
    among: Vec<Value>,
}

impl Read {
    /// Takes the last value of each row, which is its version.
    pub fn take(rows: &mut [Vec<Value>]) -> Read {
        let each: Vec<Value> = rows.iter_mut().filter_map(Vec::pop).collect();
        let mut few = BTreeSet::new();
        for version in &each {
            if let Value::Int(number) = version {
                few.insert(*number);
            }
            if few.len() > FEW {
                return Read { kind: Versions::Each, each: each.into_iter(), among: Vec::new() };
            }
        }
        let among = few.into_iter().map(|number| Value::Text(number.to_string())).collect();
        Read { kind: Versions::Among, each: Vec::new().into_iter(), among }
    }

    /// How they are sent.
    pub fn kind(&self) -> Versions {
        self.kind
    }

    /// What goes behind the columns of the next row.
    pub fn next(&mut self) -> Option<Value> {
        self.each.next()
    }

    /// Puts what all rows had behind the columns of each statement.
    pub fn put_among(&self, parts: &mut [Part]) {
        if self.kind == Versions::Among {
            parts.iter_mut().for_each(|part| part.params.push(Value::Array(self.among.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(versions: impl Iterator<Item = usize>) -> Vec<Vec<Value>> {
        versions.map(|version| vec![Value::Int(7), Value::Int(version as i64)]).collect()
    }

    #[test]
    fn few_versions_are_sent_once_and_many_row_by_row() {
        let mut few = rows((0..100).map(|n| n % FEW));
        let mut read = Read::take(&mut few);
        assert!(few.iter().all(|row| *row == [Value::Int(7)]));
        assert_eq!((read.kind(), read.next()), (Versions::Among, None));
        let mut parts = vec![Part { rows: 1, params: vec![Value::Int(7)] }];
        read.put_among(&mut parts);
        let Value::Array(among) = &parts[0].params[1] else { panic!("{parts:?}") };
        assert_eq!(among.len(), FEW);

        let mut read = Read::take(&mut rows(0..=FEW));
        assert_eq!((read.kind(), read.next()), (Versions::Each, Some(Value::Int(0))));
        let mut parts = vec![Part { rows: 1, params: Vec::new() }];
        read.put_among(&mut parts);
        assert!(parts[0].params.is_empty());
        assert_eq!(Read::default().kind(), Versions::Unheeded);
    }
}
