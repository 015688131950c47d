//! Lowered steps in words, with the names of the day.

use crate::{
    constraint::ConstraintKind,
    fit::type_name,
    id::ObjectId,
    lowered::{Commented, Lowered},
    schema::Schema,
};

impl Lowered {
    /// What the step does, in a line; `before` is the schema before it. Names stand as they are: whoever prints escapes them.
    #[expect(clippy::too_many_lines, reason = "one arm for each step, and nothing else")]
    pub fn describe(&self, before: &Schema) -> String {
        let table = |id: &ObjectId| before.relation_name(*id).unwrap_or("?").to_owned();
        let column = |t: &ObjectId, c: &ObjectId| {
            format!("{}.{}", table(t), before.column_name(*t, *c).unwrap_or("?"))
        };
        let of = |id: &ObjectId| before.enum_(*id).map_or_else(|| "?".to_owned(), |e| e.name.clone());
        let value = |e: &ObjectId, v: &ObjectId| {
            let name = before.enum_(*e).and_then(|e| e.value(*v)).map_or("?", |v| &v.name);
            format!("value {name} of enum {}", of(e))
        };
        let constraint = |t: &ObjectId, c: &ObjectId| {
            let name = before.table(*t).and_then(|t| t.constraint(*c)).map_or("?", |c| &c.name);
            format!("constraint {name} of {}", table(t))
        };
        let index = |t: &ObjectId, i: &ObjectId| {
            before.table(*t).and_then(|t| t.index(*i)).map_or("?", |i| &i.name).to_owned()
        };
        match self {
            Lowered::CreateTable(new) => format!("create table {}", new.name),
            Lowered::DropTable { table: id } => format!("drop table {}", table(id)),
            Lowered::RenameTable { table: id, to } => format!("rename table {} to {to}", table(id)),
            Lowered::AddColumn { table: id, column: new } => {
                format!("add column {}.{} {}", table(id), new.name, type_name(&new.ty, before))
            }
            Lowered::DropColumn { table, column: id } => format!("drop column {}", column(table, id)),
            Lowered::RenameColumn { table, column: id, to } => {
                format!("rename column {} to {to}", column(table, id))
            }
            Lowered::ChangeType { table, column: id, to, using: _ } => {
                format!("change the type of {} to {}", column(table, id), type_name(to, before))
            }
            Lowered::SetNullable { table, column: id, nullable: true } => {
                format!("allow NULL in {}", column(table, id))
            }
            Lowered::SetNullable { table, column: id, nullable: false } => {
                format!("forbid NULL in {}", column(table, id))
            }
            Lowered::SetDefault { table, column: id, to: Some(_) } => {
                format!("set the default of {}", column(table, id))
            }
            Lowered::SetDefault { table, column: id, to: None } => {
                format!("drop the default of {}", column(table, id))
            }
            Lowered::AddConstraint { table: id, constraint: new } => {
                let kind = match new.kind {
                    ConstraintKind::PrimaryKey(_) => "primary key",
                    ConstraintKind::Unique(_) => "unique constraint",
                    ConstraintKind::Check(_) => "check",
                    ConstraintKind::ForeignKey(_) => "foreign key",
                };
                format!("add {kind} {} to {}", new.name, table(id))
            }
            Lowered::DropConstraint { table, constraint: id } => format!("drop {}", constraint(table, id)),
            Lowered::RenameConstraint { table, constraint: id, to } => {
                format!("rename {} to {to}", constraint(table, id))
            }
            Lowered::CreateIndex { table: id, index: new, concurrently: _ } => {
                format!(
                    "create {}index {} on {}",
                    if new.unique { "unique " } else { "" },
                    new.name,
                    table(id)
                )
            }
            Lowered::DropIndex { table, index: id, concurrently: _ } => {
                format!("drop index {}", index(table, id))
            }
            Lowered::RenameIndex { table, index: id, to } => {
                format!("rename index {} to {to}", index(table, id))
            }
            Lowered::CreateEnum(new) => format!("create enum {}", new.name),
            Lowered::DropEnum { of: id } => format!("drop enum {}", of(id)),
            Lowered::AddEnumValue { of: id, value: new, at: _ } => {
                format!("add value {} to enum {}", new.name, of(id))
            }
            Lowered::DropEnumValue { of, value: id } => format!("drop {}", value(of, id)),
            Lowered::RenameEnumValue { of, value: id, to } => format!("rename {} to {to}", value(of, id)),
            Lowered::CreateExtension(new) => format!("create extension {}", new.name),
            Lowered::DropExtension { extension } => {
                let name = before.extensions().find(|e| e.id == *extension).map_or("?", |e| &e.name);
                format!("drop extension {name}")
            }
            Lowered::CreateView(new) => format!("create view {}", new.name),
            Lowered::ReplaceView { view } => format!("replace view {}", table(&view.id)),
            Lowered::DropView { view } => format!("drop view {}", table(view)),
            Lowered::SetComment { on, to: _ } => match on {
                Commented::Table(id) | Commented::View(id) => format!("comment on {}", table(id)),
                Commented::Column { table, column: id } => format!("comment on {}", column(table, id)),
                Commented::Enum(id) => format!("comment on enum {}", of(id)),
            },
            Lowered::Sql { down: false, .. } => "run hand-written SQL".to_owned(),
            Lowered::Sql { down: true, .. } => "run hand-written SQL of the way back".to_owned(),
            Lowered::Backfill(step) => format!("backfill {} by {}", table(&step.table), step.step.script),
            Lowered::Populate(step) => format!("populate {} by {}", table(&step.table), step.step.script),
            Lowered::UndoBackfill(step) => {
                format!("undo the backfill of {} by {}", table(&step.table), step.step.script)
            }
            Lowered::UndoPopulate(step) => {
                format!("delete the rows that {} put into {}", step.step.script, table(&step.table))
            }
        }
    }
}
