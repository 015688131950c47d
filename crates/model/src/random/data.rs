//! Steps over rows that often fit a schema.

use std::collections::BTreeMap;

use super::Random;
use crate::{
    column::ColumnDef,
    constraint::ConstraintKind,
    data_step::{Backfill, Limits, Populate, Rows, Undo},
    id::Digest,
    operation::AddColumn,
    predicate::Predicate,
    schema::{Schema, Table},
    step::{Sql, SqlText, Step},
    types::Type,
};

impl Random {
    /// A step that may or may not fit `schema`; every fifth is over rows.
    pub fn any_step(&mut self, schema: &Schema) -> Step {
        let keyed: Vec<&Table> = schema.tables().filter(|t| !t.primary_key().is_empty()).collect();
        match self.pick(&keyed).copied() {
            Some(table) if self.once_in(5) => self.over_rows(table),
            _ => self.step(schema),
        }
    }

    fn over_rows(&mut self, table: &Table) -> Step {
        match self.below(6) {
            0 | 1 => self.backfill(table),
            2 | 3 => self.populate(table),
            _ => self.sql(table),
        }
    }

    fn free_column(&mut self, table: &Table) -> String {
        let free = |c: &&crate::Column| c.generated.is_none() && !table.primary_key().contains(&c.id);
        let free: Vec<String> = table.columns.iter().filter(free).map(|c| c.name.clone()).collect();
        self.pick(&free).cloned().unwrap_or_default()
    }

    fn script(&mut self) -> String {
        ["x", "y"][self.below(2)].to_owned()
    }

    fn backfill(&mut self, table: &Table) -> Step {
        let rows = match self.below(3) {
            0 => Rows::Where(Predicate::NotNull(self.free_column(table))),
            _ => Rows::All,
        };
        let read = if self.once_in(3) { vec![self.free_column(table)] } else { Vec::new() };
        Step::Backfill(Backfill {
            script: self.script(),
            module: None,
            table: table.name.clone(),
            rows,
            read,
            write: vec![self.free_column(table)],
            params: BTreeMap::new(),
            assets: BTreeMap::new(),
            undo: Undo::Vault,
            background: false,
            limits: Limits::default(),
        })
    }

    fn populate(&mut self, table: &Table) -> Step {
        let given = table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
        let unique = table
            .constraints
            .iter()
            .filter(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_)));
        let keys = unique.map(|c| {
            let keys = vec![Digest::of(&[self.below(3) as u8])];
            (c.name.clone(), keys)
        });
        let keys = keys.collect();
        Step::Populate(Populate {
            script: self.script(),
            module: None,
            table: table.name.clone(),
            write: given,
            params: BTreeMap::new(),
            assets: BTreeMap::new(),
            limits: Limits::default(),
            defaults: BTreeMap::new(),
            keys,
        })
    }

    fn sql(&mut self, table: &Table) -> Step {
        let text = SqlText { up: vec![self.script()], down: self.once_in(2).then(|| vec!["z".to_owned()]) };
        let column = ColumnDef {
            name: format!("s{}", self.below(3)),
            ty: Type::Text,
            nullable: true,
            default: None,
            initial: None,
            identity: None,
            generated: None,
            comment: None,
        };
        let declared = Step::AddColumn(AddColumn { table: table.name.clone(), column });
        Step::Sql(Sql {
            on: BTreeMap::from([("somewhere".to_owned(), text)]),
            touches: (!self.once_in(3)).then(|| vec![table.name.clone()]),
            declares: if self.once_in(3) { vec![declared] } else { Vec::new() },
        })
    }
}
