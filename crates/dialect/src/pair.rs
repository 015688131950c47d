//! The schemas around the step that a plan has come to.

use std::collections::{BTreeMap, BTreeSet};

use model::{Commented, ConstraintKind, EvolveError, Lowered, ObjectId, Schema};

use crate::{
    dialect::{Around, Quiet},
    plan::Treatment,
};

/// A schema right before a step and right after it. Both move along: copying a large one for every step would make long plans slow.
pub(crate) struct Pair {
    pub before: Schema,
    pub after: Schema,
    /// The tables that the plan finds.
    pub there: BTreeMap<ObjectId, String>,
    /// The tables that the entry at hand finds quiet.
    made: BTreeSet<ObjectId>,
    /// Those that earlier entries of the plan made, and that it doesn't.
    earlier: BTreeSet<ObjectId>,
    /// Whether the entry at hand has to fit into one transaction.
    at_once: bool,
}

impl Pair {
    /// At the beginning of a plan.
    pub fn new(schema: Schema) -> Pair {
        let there = schema.tables().map(|table| (table.id, table.name.clone())).collect();
        let (made, earlier) = (BTreeSet::new(), BTreeSet::new());
        Pair { after: schema.clone(), before: schema, there, made, earlier, at_once: false }
    }

    /// Begins another entry. What earlier ones made is quiet for an entry that works on nothing else: then it fits into one
    /// transaction. Any other could be cut off in its middle, and the plan that goes on with it wouldn't know who made the table.
    pub fn begin(&mut self, treatment: &Treatment) {
        self.earlier.append(&mut self.made);
        if treatment.steps.iter().all(|(_, step)| stays_on(step).is_some_and(|id| self.earlier.contains(&id)))
        {
            std::mem::swap(&mut self.made, &mut self.earlier);
        }
        self.at_once = treatment.at_once;
    }

    /// Takes a step: the schema after it is made.
    pub fn reach(&mut self, lowered: &Lowered) -> Result<(), EvolveError> {
        lowered.evolve(&mut self.after)
    }

    /// What the step is rendered with.
    pub fn around(&self) -> Around<'_> {
        let quiet = if self.at_once { Quiet::All } else { Quiet::Made(&self.made) };
        Around { before: &self.before, after: &self.after, quiet }
    }

    /// Leaves the step behind.
    pub fn pass(&mut self, lowered: &Lowered) -> Result<(), EvolveError> {
        if let Lowered::CreateTable(table) = lowered {
            self.made.insert(table.id);
        }
        lowered.evolve(&mut self.before)
    }
}

/// The one table that a step works on, if it is one; a foreign key locks two.
fn stays_on(step: &Lowered) -> Option<ObjectId> {
    match step {
        Lowered::AddConstraint { constraint, .. }
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) =>
        {
            None
        }
        Lowered::RenameTable { table, .. }
        | Lowered::AddColumn { table, .. }
        | Lowered::DropColumn { table, .. }
        | Lowered::RenameColumn { table, .. }
        | Lowered::ChangeType { table, .. }
        | Lowered::SetNullable { table, .. }
        | Lowered::SetDefault { table, .. }
        | Lowered::AddConstraint { table, .. }
        | Lowered::DropConstraint { table, .. }
        | Lowered::RenameConstraint { table, .. }
        | Lowered::CreateIndex { table, .. }
        | Lowered::DropIndex { table, .. }
        | Lowered::RenameIndex { table, .. }
        | Lowered::SetComment { on: Commented::Table(table) | Commented::Column { table, .. }, .. } => {
            Some(*table)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Facts, Place, plan::Direction, plan::plan, postgres::testing};
    use model::{Digest, EnumValue, Index, Key};

    fn entry(n: u8, steps: Vec<Lowered>) -> Treatment {
        Treatment {
            entry: Digest([n; 32]),
            message: String::new(),
            direction: Direction::Up,
            steps: (0..).zip(steps).collect(),
            after: Digest::default(),
            stands_for: Vec::new(),
            origins: Vec::new(),
            treated: Vec::new(),
            at_once: false,
        }
    }

    /// Where the statements of a plan's last entry stand, on PostgreSQL.
    fn places(from: Schema, wanted: &[Treatment]) -> Vec<Place> {
        let dialect = crate::registry::dialect_named("postgres").expect("it is there");
        let plan =
            plan(from, Digest::default(), wanted, &Facts::default(), dialect).expect("it can be planned");
        let last = plan.entries.last().expect("there is one");
        last.steps.iter().flat_map(|step| step.statements()).map(|statement| statement.place).collect()
    }

    #[test]
    fn what_an_earlier_entry_made_is_quiet_for_an_entry_that_fits_into_one_transaction() {
        let schema = testing::schema();
        let table = schema.table_named("users").expect("it is there").clone();
        let column = table.column_named("email").expect("it is there").id;
        let index = Index {
            id: testing::id(70),
            name: "i".to_owned(),
            keys: vec![Key::Column(column)],
            unique: false,
            method: None,
            only: None,
            include: Vec::new(),
        };
        let add = Lowered::CreateIndex { table: table.id, index: Box::new(index), concurrently: false };
        let odd = EnumValue { id: testing::id(71), name: "odd".to_owned(), anchor: None, clock: 1 };
        let value = Lowered::AddEnumValue { of: testing::id(1), value: odd };
        let mut without = schema.clone();
        for gone in schema.views().map(|view| Lowered::DropView { view: view.id }) {
            gone.evolve(&mut without).expect("it can be dropped");
        }
        let tables: Vec<_> = schema.tables().map(|table| Lowered::DropTable { table: table.id }).collect();
        for gone in tables.iter().rev() {
            gone.evolve(&mut without).expect("it can be dropped");
        }
        let made = || entry(1, vec![Lowered::CreateTable(Arc::new(table.clone()))]);
        let alone = || entry(2, vec![add.clone()]);
        assert_eq!(places(without.clone(), &[made(), alone()]), [Place::Inside]);
        assert_eq!(places(without.clone(), &[made(), entry(3, Vec::new()), alone()]), [Place::Inside]);
        assert_eq!(places(schema, &[alone()]), [Place::Alone], "it was there before the plan");
        let more = entry(2, vec![value, add.clone()]);
        let found = places(without, &[made(), more]);
        assert_eq!(found.last(), Some(&Place::Alone), "the entry may be cut off in its middle");
    }

    #[test]
    fn a_rename_to_the_name_that_is_there_sends_nothing() {
        let schema = testing::schema();
        let table = schema.table_named("users").expect("it is there");
        let (id, column) = (table.id, table.column_named("email").expect("it is there").id);
        for (table_name, column_name, sent) in [("users", "email", 0), ("people", "mail", 2)] {
            let steps = vec![
                Lowered::RenameTable { table: id, to: table_name.to_owned() },
                Lowered::RenameColumn { table: id, column, to: column_name.to_owned() },
            ];
            assert_eq!(places(schema.clone(), &[entry(1, steps)]).len(), sent);
        }
    }
}
