//! Typed predicates: conditions on rows that mean the same on every database and survive renames.

use serde::{Deserialize, Serialize};

use crate::literal::Literal;

/// A condition on one row. `C` refers to a column: by name in entries, by identity once lowered.
///
/// Text is compared by its bytes; a comparison with NULL is false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Predicate<C = String> {
    /// The column equals the literal.
    Eq(C, Literal),
    /// The column is there and differs from the literal.
    Ne(C, Literal),
    /// Less than.
    Lt(C, Literal),
    /// Less than or equal.
    Le(C, Literal),
    /// Greater than.
    Gt(C, Literal),
    /// Greater than or equal.
    Ge(C, Literal),
    /// One of these.
    In(C, Vec<Literal>),
    /// NULL.
    IsNull(C),
    /// Not NULL.
    NotNull(C),
    /// All of these.
    And(Vec<Predicate<C>>),
    /// At least one of these.
    Or(Vec<Predicate<C>>),
    /// Not this; since NULL makes a comparison false, its negation is true.
    Not(Box<Predicate<C>>),
}

impl<C> Predicate<C> {
    /// Turns every reference to a column into another kind of reference.
    pub fn map_columns<D, X>(self, f: &mut impl FnMut(C) -> Result<D, X>) -> Result<Predicate<D>, X> {
        fn all<C, D, X>(
            list: Vec<Predicate<C>>,
            f: &mut impl FnMut(C) -> Result<D, X>,
        ) -> Result<Vec<Predicate<D>>, X> {
            let mut out = Vec::with_capacity(list.len());
            for one in list {
                out.push(one.map_columns(&mut *f)?);
            }
            Ok(out)
        }
        Ok(match self {
            Predicate::Eq(c, l) => Predicate::Eq(f(c)?, l),
            Predicate::Ne(c, l) => Predicate::Ne(f(c)?, l),
            Predicate::Lt(c, l) => Predicate::Lt(f(c)?, l),
            Predicate::Le(c, l) => Predicate::Le(f(c)?, l),
            Predicate::Gt(c, l) => Predicate::Gt(f(c)?, l),
            Predicate::Ge(c, l) => Predicate::Ge(f(c)?, l),
            Predicate::In(c, l) => Predicate::In(f(c)?, l),
            Predicate::IsNull(c) => Predicate::IsNull(f(c)?),
            Predicate::NotNull(c) => Predicate::NotNull(f(c)?),
            Predicate::And(list) => Predicate::And(all(list, f)?),
            Predicate::Or(list) => Predicate::Or(all(list, f)?),
            Predicate::Not(one) => Predicate::Not(Box::new((*one).map_columns(&mut *f)?)),
        })
    }

    /// The columns it names, in order of appearance, with repetitions.
    pub fn columns(&self) -> Vec<&C> {
        match self {
            Predicate::Eq(c, _)
            | Predicate::Ne(c, _)
            | Predicate::Lt(c, _)
            | Predicate::Le(c, _)
            | Predicate::Gt(c, _)
            | Predicate::Ge(c, _)
            | Predicate::In(c, _)
            | Predicate::IsNull(c)
            | Predicate::NotNull(c) => vec![c],
            Predicate::And(list) | Predicate::Or(list) => list.iter().flat_map(Predicate::columns).collect(),
            Predicate::Not(one) => one.columns(),
        }
    }
}
