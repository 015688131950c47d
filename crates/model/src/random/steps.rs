//! Steps that often fit a schema, from a few names so that they meet.

use super::Random;
use crate::{
    column::{ColumnDef, Default, Generated, Storage},
    constraint::{Action, ConstraintDef, ConstraintKind, Deferrable, Reference},
    expression::Expression,
    index::{IndexDef, Key, Order},
    literal::Literal,
    operation::*,
    schema::{Schema, Table},
    step::Step,
    types::Type,
};

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "a b", "Ü"];

impl Random {
    fn name(&mut self) -> String {
        // Mostly free names; sometimes ones that are probably taken.
        if self.once_in(3) {
            NAMES[self.below(NAMES.len())].to_owned()
        } else {
            format!("n{}", self.below(400))
        }
    }

    fn table<'s>(&mut self, schema: &'s Schema) -> Option<&'s Table> {
        let all: Vec<&Table> = schema.tables().collect();
        self.pick(&all).copied()
    }

    fn column_of(&mut self, table: &Table) -> String {
        self.pick(&table.columns).map(|c| c.name.clone()).unwrap_or_default()
    }

    fn columns_of(&mut self, table: &Table) -> Vec<String> {
        let mut columns = vec![self.column_of(table)];
        if self.once_in(3) {
            let other = self.column_of(table);
            if !columns.contains(&other) {
                columns.push(other);
            }
        }
        columns
    }

    fn a_type(&mut self, schema: &Schema) -> Type {
        let enums: Vec<String> = schema.enums().map(|e| e.name.clone()).collect();
        match self.below(8) {
            0 => Type::Text,
            1 => Type::Integer,
            2 => Type::Decimal(10, 2),
            3 => Type::Varchar(20),
            4 | 5 => self.pick(&enums).cloned().map_or(Type::Json, Type::Enum),
            _ => Type::BigInt,
        }
    }

    fn default(&mut self, ty: &Type, schema: &Schema) -> Option<Default> {
        let of = |name: &String| schema.enum_named(name).map(|e| e.values.clone()).unwrap_or_default();
        match ty {
            Type::Integer | Type::BigInt => Some(Default::Literal(Literal::Int(self.below(9) as i64))),
            Type::Text => Some(Default::Literal(Literal::Text("x".into()))),
            Type::Enum(name) => self.pick(&of(name)).map(|v| Default::Literal(Literal::Text(v.name.clone()))),
            _ => None,
        }
    }

    fn column(&mut self, schema: &Schema, table: Option<&Table>) -> ColumnDef {
        let ty = self.a_type(schema);
        let default = if self.once_in(2) { self.default(&ty, schema) } else { None };
        let number = table
            .and_then(|t| t.columns.iter().find(|c| c.generated.is_none() && c.ty == Type::BigInt))
            .map(|c| quoted(&c.name));
        let generated = match number {
            Some(name) if ty == Type::BigInt && default.is_none() && self.once_in(3) => {
                Some(Generated { expression: Expression(format!("{name} + 1")), storage: Storage::Stored })
            }
            _ => None,
        };
        ColumnDef {
            name: self.name(),
            nullable: default.is_none() || self.once_in(2),
            default,
            ty,
            initial: None,
            identity: None,
            generated,
            comment: self.once_in(6).then(|| "remark".to_owned()),
        }
    }

    fn create_table(&mut self, schema: &Schema) -> Step {
        let mut columns = vec![ColumnDef { nullable: false, generated: None, ..self.column(schema, None) }];
        columns[0].ty = Type::BigInt;
        columns[0].default = None;
        for _ in 0..self.below(4) {
            columns.push(self.column(schema, None));
        }
        let key = vec![columns[0].name.clone()];
        let mut constraints = vec![ConstraintDef { name: None, is: ConstraintKind::PrimaryKey(key.clone()) }];
        if let Some(parent) = self.table(schema).filter(|_| self.below(2) == 0) {
            constraints.push(ConstraintDef {
                name: None,
                is: ConstraintKind::ForeignKey(Reference {
                    columns: key,
                    references: parent.name.clone(),
                    to: vec![parent.columns[0].name.clone()],
                    on_delete: Action::Cascade,
                    on_update: Action::NoAction,
                    deferrable: Deferrable::No,
                }),
            });
        }
        Step::CreateTable(CreateTable {
            name: self.name(),
            columns,
            constraints,
            indexes: vec![],
            comment: None,
        })
    }

    /// A step that may or may not fit `schema`.
    pub fn step(&mut self, schema: &Schema) -> Step {
        let Some(t) = self.table(schema) else { return self.create_table(schema) };
        let table = t.name.clone();
        match self.below(23) {
            0 | 1 => self.create_table(schema),
            2 => Step::DropTable(DropTable { table }),
            3 => Step::RenameTable(RenameTable { table, to: self.name() }),
            4 | 5 => Step::AddColumn(AddColumn { table, column: self.column(schema, Some(t)) }),
            6 => Step::DropColumn(DropColumn { table, column: self.column_of(t) }),
            7 => Step::RenameColumn(RenameColumn { table, column: self.column_of(t), to: self.name() }),
            8 => Step::ChangeType(ChangeType {
                table,
                column: self.column_of(t),
                to: self.a_type(schema),
                using: None,
            }),
            9 => Step::SetNotNull(SetNotNull { table, column: self.column_of(t) }),
            10 => Step::DropNotNull(DropNotNull { table, column: self.column_of(t) }),
            11 => Step::DropDefault(DropDefault { table, column: self.column_of(t) }),
            12 => Step::AddUnique(AddUnique { table, name: None, columns: self.columns_of(t) }),
            13 => {
                let check = Expression(format!("{} is not null", quoted(&self.column_of(t))));
                Step::AddCheck(AddCheck { table, name: None, check })
            }
            14 => self.add_foreign_key(t, schema),
            15 => match self.pick(&t.constraints).map(|c| c.name.clone()) {
                Some(name) if self.below(2) == 0 => Step::DropConstraint(DropConstraint { table, name }),
                Some(name) => Step::RenameConstraint(RenameConstraint { table, name, to: self.name() }),
                None => Step::AddPrimaryKey(AddPrimaryKey { table, name: None, columns: self.columns_of(t) }),
            },
            16 => self.create_index(t),
            17 => match self.pick(&t.indexes).map(|i| i.name.clone()) {
                Some(name) if self.below(2) == 0 => Step::DropIndex(DropIndex { name, concurrently: false }),
                Some(name) => Step::RenameIndex(RenameIndex { name, to: self.name() }),
                None => self.create_index(t),
            },
            18 | 19 => self.on_enum(schema),
            20 => self.on_view(t, schema),
            21 => self.set_default(t, schema),
            _ => {
                let on =
                    if self.below(2) == 0 { On::Table(table) } else { On::Column(table, self.column_of(t)) };
                Step::Comment(Comment { on, text: self.once_in(2).then(|| self.name()) })
            }
        }
    }

    fn set_default(&mut self, t: &Table, schema: &Schema) -> Step {
        let Some(column) = self.pick(&t.columns) else { return self.create_table(schema) };
        let name = |of| Ok::<String, ()>(schema.enum_(of).map(|e| e.name.clone()).unwrap_or_default());
        let ty = column.ty.clone().map_enum(&mut { name }).unwrap_or(Type::Text);
        let to = self.default(&ty, schema).unwrap_or(Default::Literal(Literal::Int(1)));
        Step::SetDefault(SetDefault { table: t.name.clone(), column: column.name.clone(), to })
    }

    fn add_foreign_key(&mut self, t: &Table, schema: &Schema) -> Step {
        let parent = self.table(schema).unwrap_or(t);
        Step::AddForeignKey(AddForeignKey {
            table: t.name.clone(),
            name: None,
            columns: vec![self.column_of(t)],
            references: parent.name.clone(),
            to: vec![self.column_of(parent)],
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
        })
    }

    fn create_index(&mut self, t: &Table) -> Step {
        let mut on: Vec<Key> = self.columns_of(t).into_iter().map(Key::Column).collect();
        if self.once_in(3) {
            on.push(Key::Expression(
                Expression(format!("coalesce({}, null)", quoted(&self.column_of(t)))),
                Order::Asc,
            ));
        }
        let index = IndexDef {
            name: None,
            on,
            unique: self.once_in(2),
            method: None,
            only: self.once_in(3).then(|| Expression(format!("{} is null", quoted(&self.column_of(t))))),
            include: vec![],
        };
        Step::CreateIndex(CreateIndex { table: t.name.clone(), index, concurrently: false })
    }

    fn on_enum(&mut self, schema: &Schema) -> Step {
        let enums: Vec<_> = schema.enums().collect();
        let found = self.pick(&enums).copied();
        let (Some(of), false) = (found, self.once_in(4)) else {
            return Step::CreateEnum(CreateEnum { name: self.name(), values: vec!["x".into(), "y".into()] });
        };
        let name = of.name.clone();
        let value = self.pick(&of.values).map(|v| v.name.clone()).unwrap_or_default();
        match self.below(8) {
            0 => Step::DropEnum(DropEnum { name }),
            1..4 => Step::RenameEnumValue(RenameEnumValue { name, value, to: self.name() }),
            _ => {
                let at = match self.below(3) {
                    0 => None,
                    1 => Some(Place::Before(value)),
                    _ => Some(Place::After(value)),
                };
                Step::AddEnumValue(AddEnumValue { name, value: self.name(), at })
            }
        }
    }

    fn on_view(&mut self, t: &Table, schema: &Schema) -> Step {
        let views: Vec<String> = schema.views().map(|v| v.name.clone()).collect();
        let (column, from) = (quoted(&self.column_of(t)), quoted(&t.name));
        let query = Expression(format!("SELECT {column} FROM {from}"));
        let columns = vec![self.name()];
        match self.pick(&views).cloned() {
            Some(name) if self.once_in(2) => Step::DropView(DropView { name }),
            Some(name) if self.once_in(2) => Step::ReplaceView(ReplaceView { name, columns, query }),
            _ => Step::CreateView(CreateView { name: self.name(), columns, query }),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
