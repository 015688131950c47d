//! What is kept and how, without a database.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Column, Constraint, ConstraintKind, Digest, Lowered, ObjectId, Origin, Schema, StepRef, Type,
    schema::Table,
};

use super::{Held, What};
use crate::{
    Dialect, Facts, Place,
    plan::{Direction, Plan, PlannedStep, Treatment, plan},
    registry::dialect_named,
};

const ENTRY: Digest = Digest([9; 32]);

const AT: StepRef = StepRef { entry: ENTRY, step: 0 };

pub(super) fn id(part: u32) -> ObjectId {
    ObjectId { origin: Origin::Entry(Digest([1; 32])), step: 0, part }
}

pub(super) fn column(n: u32, name: &str, ty: Type<ObjectId>) -> Column {
    Column {
        id: id(n),
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        initial: None,
        identity: None,
        generated: None,
        comment: None,
    }
}

pub(super) fn docs(key: bool) -> Table {
    let pkey = ConstraintKind::PrimaryKey(vec![id(1)]);
    Table {
        id: id(0),
        name: "docs".to_owned(),
        columns: vec![
            Column { nullable: false, ..column(1, "id", Type::BigInt) },
            column(2, "slug", Type::Text),
            Column { nullable: false, ..column(3, "price", Type::Decimal(10, 3)) },
        ],
        constraints: key
            .then(|| Constraint { id: id(4), name: "docs_pkey".to_owned(), kind: pkey })
            .into_iter()
            .collect(),
        indexes: Vec::new(),
        comment: None,
    }
}

fn schema(table: Option<Table>) -> Schema {
    let mut schema = Schema::new();
    if let Some(table) = table {
        schema.insert_table(Arc::new(table)).expect("its name is free");
    }
    schema
}

fn planned(dialect: &dyn Dialect, from: Schema, step: Lowered, direction: Direction, facts: &Facts) -> Plan {
    planned_all(dialect, from, vec![step], direction, facts)
}

pub(super) fn planned_all(
    dialect: &dyn Dialect,
    from: Schema,
    steps: Vec<Lowered>,
    direction: Direction,
    facts: &Facts,
) -> Plan {
    let treatment = Treatment {
        entry: ENTRY,
        message: String::new(),
        direction,
        steps: (0..).zip(steps).collect(),
        after: Digest::ZERO,
        stands_for: Vec::new(),
        origins: Vec::new(),
        treated: Vec::new(),
        at_once: false,
    };
    plan(from, Digest::ZERO, &[treatment], facts, dialect).expect("it can be planned")
}

pub(super) fn keeping(held: &[Held]) -> Facts {
    let vault: BTreeMap<_, _> = held.iter().map(|one| (AT, one.clone())).collect();
    Facts { vault: Some(vault), ..Facts::default() }
}

fn only(plan: &Plan) -> &PlannedStep {
    &plan.entries[0].steps[0]
}

fn codes(step: &PlannedStep) -> Vec<&str> {
    step.hazards.iter().map(|hazard| hazard.code).collect()
}

fn sql(step: &PlannedStep) -> String {
    step.all_statements().map(|statement| statement.sql.as_str()).collect::<Vec<_>>().join(";\n")
}

pub(super) fn dialects() -> [&'static dyn Dialect; 3] {
    ["sqlite", "postgres", "mysql"].map(|name| dialect_named(name).expect("it is there"))
}

fn drop_slug() -> Lowered {
    Lowered::DropColumn { table: id(0), column: id(2) }
}

fn without(n: u32) -> Table {
    let mut table = docs(true);
    table.columns.retain(|column| column.id != id(n));
    table
}

fn slug(what: What) -> Held {
    Held::new(what, &docs(true), &[id(1)], &[id(2)], &Schema::new()).expect("it has lasting names")
}

#[test]
fn a_dropped_column_is_copied_by_key_and_nothing_is_lost() {
    for dialect in dialects() {
        let plan = planned(dialect, schema(Some(docs(true))), drop_slug(), Direction::Up, &keeping(&[]));
        let step = only(&plan);
        assert!(!codes(step).contains(&"H101"), "{:?}", step.hazards);
        assert_eq!(step.keeping(ENTRY).as_deref(), Some("keeps in the vault: column slug of docs"));
        let sql = sql(step);
        assert!(
            sql.find("strat_vault_t0909").expect("it is kept") < sql.find("DROP COLUMN").expect("it goes"),
            "{sql}"
        );
        let alone = step.statements().iter().filter(|statement| statement.place == Place::Alone);
        assert!(alone.into_iter().all(|statement| statement.probe.is_some()), "{sql}");
    }
}

#[test]
fn nobody_keeps_anything_where_there_is_no_target() {
    for dialect in dialects() {
        let plan = planned(dialect, schema(Some(docs(true))), drop_slug(), Direction::Up, &Facts::default());
        assert!(codes(only(&plan)).contains(&"H101"));
        assert!(!sql(only(&plan)).contains("strat_vault"));
    }
}

#[test]
fn without_a_key_a_column_is_lost_and_a_table_is_not() {
    for dialect in dialects() {
        let from = || schema(Some(docs(false)));
        let plan = planned(dialect, from(), drop_slug(), Direction::Up, &keeping(&[]));
        let lost = only(&plan).hazards.iter().find(|hazard| hazard.code == "H101").expect("it is lost");
        assert!(lost.message.contains("`docs` has no primary key"), "{}", lost.message);
        let plan =
            planned(dialect, from(), Lowered::DropTable { table: id(0) }, Direction::Down, &keeping(&[]));
        assert!(!codes(only(&plan)).contains(&"H101"));
        assert_eq!(only(&plan).keeping(ENTRY).as_deref(), Some("keeps in the vault: table docs"));
    }
}

#[test]
fn what_is_held_comes_back_and_what_is_not_is_said() {
    for dialect in dialects() {
        let add = || Lowered::AddColumn { table: id(0), column: Box::new(column(2, "slug", Type::Text)) };
        let held = keeping(&[slug(What::Column)]);
        for direction in [Direction::Down, Direction::Up] {
            let plan = planned(dialect, schema(Some(without(2))), add(), direction, &held);
            let step = only(&plan);
            assert_eq!(
                step.keeping(ENTRY).as_deref(),
                Some("brings back from the vault: column slug of docs")
            );
            assert!(sql(step).contains("DROP TABLE strat_vault_t"), "{}", sql(step));
            assert!(!codes(step).contains(&"H101"));
        }
        let plan = planned(dialect, schema(Some(without(2))), add(), Direction::Down, &keeping(&[]));
        assert!(codes(only(&plan)).contains(&"H101"));
        let plan = planned(dialect, schema(Some(without(2))), add(), Direction::Up, &keeping(&[]));
        assert!(!codes(only(&plan)).contains(&"H101"), "it is new");
    }
}

#[test]
fn a_column_that_must_have_a_value_may_be_null_until_it_is_filled() {
    for dialect in dialects() {
        let price = docs(true).columns[2].clone();
        let add = Lowered::AddColumn { table: id(0), column: Box::new(price) };
        let held = Held::new(What::Column, &docs(true), &[id(1)], &[id(3)], &Schema::new());
        let facts = keeping(&[held.expect("it has lasting names")]);
        let plan = planned(dialect, schema(Some(without(3))), add, Direction::Down, &facts);
        let step = only(&plan);
        assert!(!codes(step).contains(&"H102"), "{:?}", step.hazards);
        let checks = step.vaulted.as_ref().map(|vaulted| vaulted.checks.clone()).unwrap_or_default();
        assert_eq!(checks.len(), 1);
        assert!(checks[0].why.contains("have no value for price"), "{}", checks[0].why);
    }
}

#[test]
fn a_constraint_behind_it_is_asked_for_of_the_rows_as_they_will_be() {
    let slugs = || Box::new(column(2, "slug", Type::Varchar(40)));
    let add = || Lowered::AddColumn { table: id(0), column: slugs() };
    let constraint = |columns| Lowered::AddConstraint {
        table: id(0),
        constraint: Box::new(Constraint {
            id: id(9),
            name: "once".to_owned(),
            kind: ConstraintKind::Unique(columns),
        }),
    };
    for dialect in dialects() {
        let demands = |steps, held: &[Held]| {
            let from = schema(Some(without(2)));
            planned_all(dialect, from, steps, Direction::Down, &keeping(held)).demands
        };
        let found = demands(vec![add(), constraint(vec![id(3), id(2)])], &[slug(What::Column)]);
        assert_eq!((found.len(), found[0].at), (1, AT));
        let sql = &found[0].check.sql;
        assert!(sql.contains("LEFT JOIN strat_vault_t0909") && sql.contains("HAVING count(*) > 1"), "{sql}");
        assert!(found[0].check.why.contains("(once)"), "{}", found[0].check.why);
        // What doesn't come back asks for nothing, and what the vault doesn't hold can't be asked.
        assert!(demands(vec![add(), constraint(vec![id(3)])], &[slug(What::Column)]).is_empty());
        assert!(demands(vec![add(), constraint(vec![id(2)])], &[]).is_empty());
    }
}

#[test]
fn what_is_said_of_it_can_be_read_in_the_target() {
    let text = slug(What::Values).to_text().expect("it can be said");
    assert!(text.contains("Values") && text.contains("slug"), "{text}");
}
