//! What tables ask of the cells that a plan puts back into them, to be held against the vault before the plan runs.
//!
//! A backfill's cells are in the vault as blocks that no query looks into, so these are rules rather than queries: whoever has the
//! blocks and the rows decides. They are about the rows as they will be when the step ends. Where anything before it may change what
//! a rule looks at, and for conditions, which only the database can judge, nothing is asked: it refuses the row itself.

use model::{
    Column, ConstraintKind, Lowered, ObjectId, Reference, Schema, StepRef, Template, Type,
    data_step::LoweredBackfill, schema::Table,
};

use super::{demand::unmet, hands::Hands};
use crate::plan::{Plan, Work};

/// What must hold of the rows that the way back of a backfill puts cells into.
#[derive(Clone, Debug)]
pub struct CellDemand<'a> {
    /// The backfill.
    pub at: StepRef,
    /// As its entry has it.
    pub step: &'a LoweredBackfill,
    /// What must hold.
    pub rules: Vec<CellRule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRule {
    /// What it looks at.
    pub kind: CellRuleKind,
    /// What is wrong with rows that don't meet it.
    pub why: String,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum CellRuleKind {
    /// The column has a value.
    Filled(ObjectId),
    /// No two rows agree in these columns.
    Once(Vec<ObjectId>),
    /// There is a row that these columns refer to.
    Leads(Reference<ObjectId, ObjectId>),
}

impl CellRule {
    /// The columns of the row that it looks at.
    pub fn columns(&self) -> &[ObjectId] {
        match &self.kind {
            CellRuleKind::Filled(column) => std::slice::from_ref(column),
            CellRuleKind::Once(columns) => columns,
            CellRuleKind::Leads(reference) => &reference.columns,
        }
    }
}

/// The rules for each backfill that a plan takes back, as far as they can be decided by what the tables hold before it.
pub fn cell_demands<'a>(plan: &'a Plan, start: &Schema) -> Vec<CellDemand<'a>> {
    let steps = plan.entries.iter().flat_map(|entry| entry.steps.iter().map(move |step| (entry.entry, step)));
    let (mut all, mut hands) = (Vec::new(), Hands::default());
    for (entry, step) in steps {
        if let (Lowered::UndoBackfill(backfill), Work::Data(then)) = (&step.lowered, &step.work) {
            let rules = Rows { backfill, start, then, hands: &hands }.rules();
            if !rules.is_empty() {
                all.push(CellDemand { at: step.at(entry), step: backfill.as_ref(), rules });
            }
        }
        // What hand-written SQL leaves behind, nobody knows.
        if !hands.take_with_changes(step) {
            break;
        }
    }
    all
}

/// The rows of a backfill's table, before the plan and when its turn comes.
struct Rows<'a> {
    backfill: &'a LoweredBackfill,
    start: &'a Schema,
    then: &'a Schema,
    hands: &'a Hands,
}

impl Rows<'_> {
    fn rules(&self) -> Vec<CellRule> {
        let Some(table) = self.then.table(self.backfill.table) else { return Vec::new() };
        let known = self.backfill.key.iter().chain(&self.backfill.write).map(|column| column.id);
        if self.backfill.passes_on(self.then) || !self.are_known(table.id, &known.collect::<Vec<_>>()) {
            return Vec::new();
        }
        let mut rules = Vec::new();
        for column in table.columns.iter().filter(|column| !column.nullable && self.writes(&[column.id])) {
            let why = format!("rows of {} would be left without a value for {}", table.name, column.name);
            rules.push(CellRule { kind: CellRuleKind::Filled(column.id), why });
        }
        for constraint in &table.constraints {
            let rule = self.rule(table, &constraint.kind);
            let why = || unmet(table, self.then, &constraint.kind, &constraint.name);
            rules.extend(rule.map(|kind| CellRule { kind, why: why() }));
        }
        for index in &table.indexes {
            let kind = index.unique_columns().map(ConstraintKind::Unique);
            let rule = kind.and_then(|kind| Some((self.rule(table, &kind)?, kind)));
            rules.extend(rule.map(|(rule, kind)| CellRule {
                kind: rule,
                why: unmet(table, self.then, &kind, &index.name),
            }));
        }
        rules
    }

    fn rule(
        &self,
        table: &Table,
        kind: &ConstraintKind<ObjectId, ObjectId, Template>,
    ) -> Option<CellRuleKind> {
        let columns = kind.columns();
        if !self.writes(&columns) || !self.are_known(table.id, &columns) {
            return None;
        }
        match kind {
            ConstraintKind::Check(_) => None,
            // Without an index over them before the plan, every question would go through the whole table.
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
                let now = self.start.table(table.id)?;
                is_once(now, &columns).then_some(CellRuleKind::Once(columns))
            }
            ConstraintKind::ForeignKey(reference) => {
                let moves = reference.references == table.id && self.writes(&reference.to);
                let known = self.are_known(reference.references, &reference.to) && !moves;
                known.then(|| CellRuleKind::Leads(reference.clone()))
            }
        }
    }

    fn writes(&self, columns: &[ObjectId]) -> bool {
        self.backfill.write.iter().any(|written| columns.contains(&written.id))
    }

    /// Whether these columns hold before the plan what they hold when the step's turn comes.
    fn are_known(&self, table: ObjectId, columns: &[ObjectId]) -> bool {
        let column = |schema: &Schema, id| schema.table(table).and_then(|table| table.column(id)).cloned();
        let same = |id: &ObjectId| match (column(self.start, *id), column(self.then, *id)) {
            (Some(now), Some(then)) => self.is_same(&now, &then),
            _ => false,
        };
        !self.hands.are_in(&[table], columns) && columns.iter().all(same)
    }

    fn is_same(&self, now: &Column, then: &Column) -> bool {
        let of =
            |schema: &Schema, ty: &Type<ObjectId>| ty.enum_ref().and_then(|id| schema.enum_(*id)).cloned();
        let plain = now.generated.is_none() && then.generated.is_none();
        plain && now.ty == then.ty && of(self.start, &now.ty) == of(self.then, &then.ty)
    }
}

/// Whether a table keeps an index over exactly these columns.
fn is_once(table: &Table, columns: &[ObjectId]) -> bool {
    let constrained = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => Some(columns.clone()),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => None,
    });
    let indexed = table.indexes.iter().filter_map(model::Index::unique_columns);
    constrained.chain(indexed).any(|one| one == columns)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use model::{
        Action, Constraint,
        constraint::Deferrable,
        data_step::{Backfill, BatchColumn, Limits, OnReject, Rows as Which, Undo},
        step::SqlText,
    };

    use super::{
        super::tests::{column, dialects, docs, id, keeping, planned_all},
        *,
    };
    use crate::plan::Direction;

    fn undone(table: u32, written: (u32, &str)) -> Lowered {
        let of = |n, name: &str, ty, nullable| BatchColumn { id: id(n), name: name.to_owned(), ty, nullable };
        let step = Backfill {
            script: "s".to_owned(),
            module: None,
            table: "t".to_owned(),
            rows: Which::All,
            read: Vec::new(),
            write: vec![written.1.to_owned()],
            params: BTreeMap::new(),
            assets: BTreeMap::new(),
            lookups: BTreeMap::new(),
            undo: Undo::default(),
            background: false,
            limits: Limits::default(),
            on_reject: OnReject::default(),
            repairs: None,
        };
        let backfill = LoweredBackfill {
            step,
            table: id(table),
            rows: Which::All,
            key: vec![of(table + 1, "id", Type::BigInt, false)],
            read: Vec::new(),
            write: vec![of(written.0, written.1, Type::Text, true)],
            lookups: Vec::new(),
        };
        Lowered::UndoBackfill(Arc::new(backfill))
    }

    fn constraint(n: u32, name: &str, kind: ConstraintKind<ObjectId, ObjectId, Template>) -> Constraint {
        Constraint { id: id(n), name: name.to_owned(), kind }
    }

    /// `docs` whose slug is there once and leads to a word of another table.
    fn start(on_update: Action) -> Schema {
        let mut docs = docs(true);
        docs.columns[1].nullable = false;
        docs.constraints.push(constraint(20, "once", ConstraintKind::Unique(vec![id(2)])));
        let reference = Reference {
            columns: vec![id(2)],
            references: id(10),
            to: vec![id(12)],
            on_delete: Action::default(),
            on_update,
            deferrable: Deferrable::default(),
        };
        docs.constraints.push(constraint(21, "leads", ConstraintKind::ForeignKey(reference)));
        let words = Table {
            id: id(10),
            name: "words".to_owned(),
            columns: vec![column(11, "id", Type::BigInt), column(12, "word", Type::Text)],
            constraints: vec![
                constraint(22, "words_pkey", ConstraintKind::PrimaryKey(vec![id(11)])),
                constraint(23, "word_once", ConstraintKind::Unique(vec![id(12)])),
            ],
            indexes: Vec::new(),
            comment: None,
        };
        let mut schema = Schema::new();
        for table in [words, docs] {
            schema.insert_table(Arc::new(table)).expect("its name is free");
        }
        schema
    }

    /// What is asked of a backfill of `docs.slug` on its way back behind these steps, in the words of the rules.
    fn asked(start: Schema, before: Vec<Lowered>) -> Vec<String> {
        let steps = before.into_iter().chain([undone(0, (2, "slug"))]).collect();
        let plan = planned_all(dialects()[1], start.clone(), steps, Direction::Down, &keeping(&[]));
        let demands = cell_demands(&plan, &start);
        let of_docs = demands.into_iter().filter(|demand| demand.step.table == id(0));
        of_docs.flat_map(|demand| demand.rules).map(|rule| rule.why).collect()
    }

    #[test]
    fn every_constraint_on_what_goes_back_is_asked_for() {
        let why = asked(start(Action::NoAction), Vec::new());
        let said = ["without a value for slug", "in what no two may (once)", "refer to rows of words"];
        assert_eq!(why.len(), said.len(), "{why:?}");
        said.iter().zip(&why).for_each(|(said, why)| assert!(why.contains(said), "{why}"));
        let drop = Lowered::DropConstraint { table: id(0), constraint: id(20) };
        assert_eq!(asked(start(Action::NoAction), vec![drop]).len(), 2, "it is gone when its turn comes");
    }

    #[test]
    fn what_an_earlier_step_has_a_hand_in_is_not_asked() {
        let by_hand = Lowered::Sql {
            on: [("postgres".to_owned(), SqlText { up: vec!["SELECT 1".to_owned()], down: None })].into(),
            declares: Vec::new(),
            down: false,
            touches: None,
        };
        assert_eq!(asked(start(Action::NoAction), vec![by_hand]), [""; 0]);
        let price =
            Lowered::ChangeType { table: id(0), column: id(3), to: Type::Decimal(12, 3), using: None };
        assert_eq!(asked(start(Action::NoAction), vec![price]).len(), 3, "no rule looks at it");
        // Whether there will be such a word, nobody knows; with it go the rows that follow it.
        let words = || vec![undone(10, (12, "word"))];
        assert_eq!(asked(start(Action::NoAction), words()).len(), 2);
        assert_eq!(asked(start(Action::Cascade), words()), [""; 0]);
        assert_eq!(asked(start(Action::NoAction), vec![undone(0, (2, "slug"))]).len(), 3, "only the first");
    }
}
