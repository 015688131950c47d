//! The same step over other identities.

use std::{convert::Infallible, sync::Arc};

use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    data_step::{BatchColumn, LoweredBackfill, LoweredDerive, LoweredLookup, LoweredPopulate, Rows},
    expression::{Part, Template},
    id::ObjectId,
    index::{Index, Key},
    lowered::{Commented, Lowered},
    schema::{Anchor, Enum, EnumValue, Table, View},
    types::Type,
};

impl Lowered {
    /// The same step with every identity in it replaced, those inside expressions, types and conditions included.
    pub(crate) fn map_ids(&self, map: &mut dyn FnMut(ObjectId) -> ObjectId) -> Lowered {
        let mut mapped = self.clone();
        Ids { map }.step(&mut mapped);
        mapped
    }
}

struct Ids<'a> {
    map: &'a mut dyn FnMut(ObjectId) -> ObjectId,
}

impl Ids<'_> {
    fn step(&mut self, step: &mut Lowered) {
        match step {
            Lowered::CreateTable(table) => self.table(Arc::make_mut(table)),
            Lowered::DropTable { table: id }
            | Lowered::RenameTable { table: id, to: _ }
            | Lowered::DropEnum { of: id }
            | Lowered::DropExtension { extension: id }
            | Lowered::DropView { view: id } => self.id(id),
            Lowered::DropColumn { table: of, column: id }
            | Lowered::RenameColumn { table: of, column: id, to: _ }
            | Lowered::SetNullable { table: of, column: id, nullable: _ }
            | Lowered::DropConstraint { table: of, constraint: id }
            | Lowered::RenameConstraint { table: of, constraint: id, to: _ }
            | Lowered::DropIndex { table: of, index: id, concurrently: _ }
            | Lowered::RenameIndex { table: of, index: id, to: _ }
            | Lowered::DropEnumValue { of, value: id }
            | Lowered::RenameEnumValue { of, value: id, to: _ } => self.two(of, id),
            Lowered::AddColumn { table, column } => {
                self.id(table);
                self.column(column);
            }
            Lowered::ChangeType { table, column, to, using } => {
                self.two(table, column);
                self.ty(to);
                using.iter_mut().for_each(|template| self.template(template));
            }
            Lowered::SetDefault { table, column, to } => {
                self.two(table, column);
                to.iter_mut().for_each(|default| self.default(default));
            }
            Lowered::AddConstraint { table, constraint } => {
                self.id(table);
                self.constraint(constraint);
            }
            Lowered::CreateIndex { table, index, concurrently: _ } => {
                self.id(table);
                self.index(index);
            }
            Lowered::CreateEnum(of) => self.of(Arc::make_mut(of)),
            Lowered::AddEnumValue { of, value } => {
                self.id(of);
                self.value(value);
            }
            Lowered::PlaceEnumValues { of, values } => {
                self.id(of);
                values.iter_mut().for_each(|value| self.value(value));
            }
            Lowered::CreateExtension(extension) => self.id(&mut Arc::make_mut(extension).id),
            Lowered::CreateView(view) | Lowered::ReplaceView { view } => self.view(Arc::make_mut(view)),
            Lowered::SetComment { on, to: _ } => self.commented(on),
            Lowered::Sql { on: _, declares, down: _, touches } => {
                declares.iter_mut().for_each(|step| self.step(step));
                self.ids(touches.iter_mut().flatten());
            }
            Lowered::Backfill(step) | Lowered::UndoBackfill(step) => self.backfill(Arc::make_mut(step)),
            Lowered::Populate(step) | Lowered::UndoPopulate(step) => self.populate(Arc::make_mut(step)),
            Lowered::Derive(step) | Lowered::UndoDerive(step) => self.derive(Arc::make_mut(step)),
        }
    }

    fn id(&mut self, id: &mut ObjectId) {
        *id = (self.map)(*id);
    }

    fn two(&mut self, of: &mut ObjectId, id: &mut ObjectId) {
        self.id(of);
        self.id(id);
    }

    fn ids<'i>(&mut self, ids: impl IntoIterator<Item = &'i mut ObjectId>) {
        ids.into_iter().for_each(|id| self.id(id));
    }

    fn table(&mut self, table: &mut Table) {
        self.id(&mut table.id);
        table.columns.iter_mut().for_each(|c| self.column(c));
        table.constraints.iter_mut().for_each(|c| self.constraint(c));
        table.indexes.iter_mut().for_each(|i| self.index(i));
    }

    fn column(&mut self, column: &mut Column) {
        self.id(&mut column.id);
        self.ty(&mut column.ty);
        column.default.iter_mut().for_each(|default| self.default(default));
        column.generated.iter_mut().for_each(|generated| self.template(&mut generated.expression));
    }

    fn ty(&mut self, ty: &mut Type<ObjectId>) {
        match ty.clone().map_enum(&mut |id| Ok::<_, Infallible>((self.map)(id))) {
            Ok(mapped) => *ty = mapped,
            Err(never) => match never {},
        }
    }

    fn default(&mut self, default: &mut Default<Template>) {
        match default {
            Default::Expression(template) => self.template(template),
            Default::Literal(_) | Default::Now | Default::Uuid => {}
        }
    }

    fn template(&mut self, template: &mut Template) {
        for part in &mut template.parts {
            match part {
                Part::Text(_) => {}
                Part::Table(id) => self.id(id),
                Part::Column { table: of, column: id } | Part::EnumValue { of, value: id } => {
                    self.two(of, id);
                }
            }
        }
    }

    fn constraint(&mut self, constraint: &mut Constraint) {
        self.id(&mut constraint.id);
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => self.ids(columns),
            ConstraintKind::Check(template) => self.template(template),
            ConstraintKind::ForeignKey(reference) => {
                self.ids(&mut reference.columns);
                self.id(&mut reference.references);
                self.ids(&mut reference.to);
            }
        }
    }

    fn index(&mut self, index: &mut Index) {
        self.id(&mut index.id);
        for key in &mut index.keys {
            match key {
                Key::Column(id) | Key::Desc(id) => self.id(id),
                Key::Expression(template, _) => self.template(template),
            }
        }
        index.only.iter_mut().for_each(|template| self.template(template));
        self.ids(&mut index.include);
    }

    fn of(&mut self, of: &mut Enum) {
        self.id(&mut of.id);
        of.values.iter_mut().for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &mut EnumValue) {
        self.id(&mut value.id);
        self.anchor(&mut value.anchor);
    }

    fn anchor(&mut self, anchor: &mut Option<Anchor>) {
        match anchor {
            Some(Anchor::Before(id) | Anchor::After(id)) => self.id(id),
            None => {}
        }
    }

    fn view(&mut self, view: &mut View) {
        self.id(&mut view.id);
        view.columns.iter_mut().for_each(|c| self.id(&mut c.id));
        self.template(&mut view.query);
    }

    fn commented(&mut self, on: &mut Commented) {
        match on {
            Commented::Table(id) | Commented::View(id) | Commented::Enum(id) => self.id(id),
            Commented::Column { table, column } => self.two(table, column),
        }
    }

    fn batch<'c>(&mut self, columns: impl IntoIterator<Item = &'c mut BatchColumn>) {
        for column in columns {
            self.id(&mut column.id);
            self.ty(&mut column.ty);
        }
    }

    fn backfill(&mut self, step: &mut LoweredBackfill) {
        self.id(&mut step.table);
        self.rows(&mut step.rows);
        self.batch(&mut step.key);
        self.batch(&mut step.read);
        self.batch(&mut step.write);
        self.lookups(&mut step.lookups);
    }

    fn rows(&mut self, rows: &mut Rows<ObjectId>) {
        match rows {
            Rows::All => {}
            Rows::Where(predicate) => {
                match predicate.clone().map_columns(&mut |id| Ok::<_, Infallible>((self.map)(id))) {
                    Ok(mapped) => *predicate = mapped,
                    Err(never) => match never {},
                }
            }
        }
    }

    fn lookups(&mut self, lookups: &mut [LoweredLookup]) {
        for lookup in lookups {
            self.id(&mut lookup.table);
            self.rows(&mut lookup.rows);
            self.batch(&mut lookup.key);
            self.batch(&mut lookup.read);
        }
    }

    fn derive(&mut self, step: &mut LoweredDerive) {
        self.id(&mut step.table);
        self.rows(&mut step.rows);
        self.batch(&mut step.key);
        self.batch(&mut step.group);
        self.batch(&mut step.read);
        for into in &mut step.into {
            self.id(&mut into.table);
            self.batch(&mut into.key);
            self.batch(&mut into.write);
            self.batch(into.defaults.iter_mut().map(|(column, _)| column));
        }
        self.lookups(&mut step.lookups);
    }

    fn populate(&mut self, step: &mut LoweredPopulate) {
        self.id(&mut step.table);
        self.batch(&mut step.key);
        self.batch(&mut step.write);
        self.batch(step.defaults.iter_mut().map(|(column, _)| column));
    }
}
