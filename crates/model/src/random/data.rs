//! Steps over rows that often fit a schema.

use std::collections::BTreeMap;

use super::Random;
use crate::{
    column::ColumnDef,
    constraint::ConstraintKind,
    data_step::{Aggregate, Backfill, IntoTable, Limits, Lookup, OnReject, Populate, Rows, Transfer, Undo},
    id::Digest,
    operation::{AddColumn, CreateExtension, DropExtension},
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
            Some(table) if self.once_in(5) => self.over_rows(table, &keyed),
            _ if self.once_in(16) => self.on_extension(schema),
            _ => self.step(schema),
        }
    }

    /// Extensions, and columns of a type that comes with one.
    fn on_extension(&mut self, schema: &Schema) -> Step {
        let tables: Vec<&Table> = schema.tables().collect();
        let there: Vec<String> = schema.extensions().map(|e| e.name.clone()).collect();
        match (self.pick(&tables).map(|t| t.name.clone()), self.pick(&there).cloned()) {
            (_, Some(name)) if self.once_in(3) => Step::DropExtension(DropExtension { name }),
            (Some(table), _) if self.once_in(2) => {
                let column = ColumnDef { ty: Type::Vector(3), ..self.plain_column() };
                Step::AddColumn(AddColumn { table, column })
            }
            _ => {
                let name = ["vector", "citext", "Vector"][self.below(3)].to_owned();
                Step::CreateExtension(CreateExtension { name })
            }
        }
    }

    fn plain_column(&mut self) -> ColumnDef {
        ColumnDef {
            name: format!("s{}", self.below(3)),
            ty: Type::Text,
            nullable: true,
            default: None,
            initial: None,
            identity: None,
            generated: None,
            comment: None,
        }
    }

    fn over_rows(&mut self, table: &Table, keyed: &[&Table]) -> Step {
        match self.below(8) {
            0 | 1 => self.backfill(table, keyed),
            2 | 3 => self.populate(table),
            4 => self.transfer(table, keyed),
            5 => self.aggregate(table, keyed),
            _ => self.sql(table),
        }
    }

    /// A table that gets rows; now and then its key is left out, which fits only where it is derived.
    fn gaining(&mut self, keyed: &[&Table]) -> IntoTable {
        let table = self.pick(keyed).copied();
        let key = table.map(|t| t.primary_key().to_vec()).unwrap_or_default();
        let derived = self.once_in(6);
        let columns = table.into_iter().flat_map(|t| &t.columns);
        let given = columns.filter(|c| c.generated.is_none() && !(derived && key.contains(&c.id)));
        IntoTable {
            write: given.map(|c| c.name.clone()).collect(),
            table: table.map(|t| t.name.clone()).unwrap_or_default(),
            defaults: BTreeMap::new(),
        }
    }

    fn lookups(&mut self, keyed: &[&Table]) -> BTreeMap<String, Lookup> {
        let table = self.pick(keyed).copied().filter(|_| self.once_in(4));
        let read = table.map(|t| vec![self.free_column(t)]).filter(|names| !names[0].is_empty());
        let lookup =
            table.map(|t| Lookup { table: t.name.clone(), rows: Rows::All, read: read.unwrap_or_default() });
        lookup.map(|lookup| ("l".to_owned(), lookup)).into_iter().collect()
    }

    fn transfer(&mut self, table: &Table, keyed: &[&Table]) -> Step {
        let into = (0..1 + self.below(2)).map(|_| self.gaining(keyed)).collect();
        Step::Transfer(Transfer {
            script: self.script(),
            module: None,
            table: table.name.clone(),
            rows: Rows::All,
            read: vec![self.free_column(table)],
            into,
            params: BTreeMap::new(),
            assets: BTreeMap::new(),
            lookups: self.lookups(keyed),
            limits: Limits::default(),
            on_reject: OnReject::Stop,
        })
    }

    fn aggregate(&mut self, table: &Table, keyed: &[&Table]) -> Step {
        let group = self.free_column(table);
        Step::Aggregate(Aggregate {
            script: self.script(),
            module: None,
            table: table.name.clone(),
            rows: Rows::Where(Predicate::NotNull(group.clone())),
            group: vec![group],
            read: Vec::new(),
            into: self.gaining(keyed),
            params: BTreeMap::new(),
            assets: BTreeMap::new(),
            lookups: self.lookups(keyed),
            limits: Limits::default(),
            on_reject: OnReject::Stop,
        })
    }

    fn free_column(&mut self, table: &Table) -> String {
        let free = |c: &&crate::Column| c.generated.is_none() && !table.primary_key().contains(&c.id);
        let free: Vec<String> = table.columns.iter().filter(free).map(|c| c.name.clone()).collect();
        self.pick(&free).cloned().unwrap_or_default()
    }

    fn script(&mut self) -> String {
        ["x", "y"][self.below(2)].to_owned()
    }

    fn backfill(&mut self, table: &Table, keyed: &[&Table]) -> Step {
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
            lookups: self.lookups(keyed),
            undo: Undo::Vault,
            background: false,
            limits: Limits::default(),
            on_reject: OnReject::Stop,
            repairs: None,
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
        let column = self.plain_column();
        let declared = Step::AddColumn(AddColumn { table: table.name.clone(), column });
        Step::Sql(Sql {
            on: BTreeMap::from([("somewhere".to_owned(), text)]),
            touches: (!self.once_in(3)).then(|| vec![table.name.clone()]),
            declares: if self.once_in(3) { vec![declared] } else { Vec::new() },
        })
    }
}
