//! From one state of a table to the next by one `ALTER TABLE`, which takes effect as a whole or not at all.

use std::collections::BTreeSet;

use model::{
    Column, Constraint, ConstraintKind, Default, Index, Key, ObjectId, Part, Template, schema::Table,
};

use crate::{
    ddl::Ddl,
    statement::{RenderError, Statement},
};

use super::{
    Server,
    algorithm::{self, Algorithm, Change},
    definition::{self, reference_index},
    probe::{self, Condition},
    render::reads,
    retype::NEW,
    types::{catalog_filter, literal, quote, quote_ident, type_sql},
};

/// Two states of a table, and what must be made anew between them although it looks the same.
pub(super) struct Alter<'a> {
    pub before: Ddl<'a>,
    pub after: Ddl<'a>,
    pub old: &'a Table,
    pub new: &'a Table,
    pub server: Server,
    /// Columns whose keys, checks and foreign keys are dropped and made again.
    pub touched: BTreeSet<ObjectId>,
    /// Generated columns that are dropped and made again.
    pub recomputed: BTreeSet<ObjectId>,
}

/// What the statement is put together from.
#[derive(Default)]
struct Parts {
    first: Vec<(String, Condition)>,
    drops: Vec<String>,
    columns: Vec<String>,
    adds: Vec<String>,
    conditions: Vec<Condition>,
    takes: Algorithm,
}

impl Parts {
    /// Counts in what a clause takes; the statement takes the most of any.
    fn take(&mut self, algorithm: Algorithm) {
        self.takes = self.takes.max(algorithm);
    }
}

/// The statements, and what the most demanding of them takes.
pub(super) struct Altered {
    pub statements: Vec<Statement>,
    pub takes: Algorithm,
}

impl Alter<'_> {
    /// At most two statements: a foreign key can't be dropped and made again under its name by one.
    pub(super) fn statements(&self) -> Result<Altered, RenderError> {
        let mut to = Parts::default();
        self.constraints(&mut to)?;
        self.indexes(&mut to)?;
        self.columns(&mut to)?;
        let mut clauses = [to.drops, to.columns, to.adds].concat();
        if self.old.comment != self.new.comment {
            clauses.push(format!("COMMENT={}", quote(self.new.comment.as_deref().unwrap_or_default())));
        }
        if self.old.name != self.new.name {
            clauses.push(format!("RENAME TO {}", quote_ident(&self.new.name)));
            to.conditions =
                vec![Condition::relation(true, &self.new.name), Condition::relation(false, &self.old.name)];
        }
        let alter = self.before.alter(self.old);
        let mut statements = Vec::new();
        if !to.first.is_empty() {
            let (drops, gone): (Vec<String>, Vec<Condition>) = to.first.into_iter().unzip();
            let sql = format!("{alter} {}", drops.join(", "));
            statements.push(self.told(sql, probe::all(&gone), self.server.noted()));
        }
        if !clauses.is_empty() {
            let sql = format!("{alter} {}", clauses.join(", "));
            statements.push(self.told(sql, probe::all(&to.conditions), to.takes));
        }
        Ok(Altered { statements, takes: to.takes })
    }

    fn told(&self, sql: String, probe: String, takes: Algorithm) -> Statement {
        Statement { ways: Some(takes.ways(self.server)), ..Statement::alone(sql, probe, takes.lock()) }
    }

    fn constraints(&self, to: &mut Parts) -> Result<(), RenderError> {
        for old in &self.old.constraints {
            match self.new.constraint(old.id) {
                None => self.drop_constraint(old, None, to),
                Some(new) if is_key(old) && old.kind == new.kind && !self.is_touched(new) => {}
                Some(new)
                    if old.name != new.name
                        && is_unique(old)
                        && old.kind == new.kind
                        && !self.is_touched(new) =>
                {
                    self.rename_index(&old.name, &new.name, to);
                }
                Some(new) if old.name != new.name || old.kind != new.kind || self.is_touched(new) => {
                    self.drop_constraint(old, Some(new), to);
                    self.add_constraint(new, Some(old), to)?;
                }
                Some(_) => {}
            }
        }
        for new in self.new.constraints.iter().filter(|new| self.old.constraint(new.id).is_none()) {
            self.add_constraint(new, None, to)?;
        }
        Ok(())
    }

    /// Whether a constraint must be made again because of what it is about.
    fn is_touched(&self, constraint: &Constraint) -> bool {
        let any = |columns: &[ObjectId]| columns.iter().any(|id| self.touched.contains(id));
        match &constraint.kind {
            ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => any(columns),
            ConstraintKind::ForeignKey(reference) => any(&reference.columns),
            ConstraintKind::Check(check) => {
                let anew = |id: ObjectId| self.touched.contains(&id) || self.is_renamed(id);
                self.values_changed(check) || check.columns().any(|(_, id)| anew(id))
            }
        }
    }

    /// Whether an expression says an enum's value that is called otherwise now.
    fn values_changed(&self, template: &Template) -> bool {
        template.parts.iter().any(|part| match part {
            Part::EnumValue { of, value } => {
                let name = |ddl: &Ddl<'_>| {
                    ddl.schema.enum_(*of).and_then(|of| of.value(*value)).map(|value| value.name.clone())
                };
                name(&self.before) != name(&self.after)
            }
            Part::Text(_) | Part::Table(_) | Part::Column { .. } => false,
        })
    }

    fn drop_constraint(&self, old: &Constraint, again: Option<&Constraint>, to: &mut Parts) {
        let (table, name) = (&self.old.name, quote_ident(&old.name));
        let gone = again.is_none_or(|new| new.name != old.name);
        let condition = match &old.kind {
            ConstraintKind::PrimaryKey(_) => {
                to.drops.push("DROP PRIMARY KEY".to_owned());
                let alone = again.is_none() && !self.server.fork;
                to.take(if alone { Algorithm::Copy } else { Algorithm::Inplace });
                (again.is_none()).then(|| Condition::index(false, table, "PRIMARY"))
            }
            ConstraintKind::Unique(_) => {
                to.drops.push(format!("DROP INDEX {name}"));
                to.take(algorithm::drops_unique(self.old));
                gone.then(|| Condition::index(false, table, &old.name))
            }
            ConstraintKind::Check(_) => {
                to.drops.push(format!("DROP CONSTRAINT {name}"));
                to.take(self.server.noted());
                gone.then(|| Condition::constraint(false, table, &old.name))
            }
            ConstraintKind::ForeignKey(_) => {
                to.take(Algorithm::Inplace);
                let drop = format!("DROP FOREIGN KEY {name}");
                let off = Condition::constraint(false, table, &old.name);
                if gone {
                    to.drops.push(drop);
                } else {
                    to.first.push((drop, off));
                }
                // On a database that was there before us, the key may stand on another index.
                let there = if self.server.fork { "IF EXISTS " } else { "" };
                match again {
                    Some(new) if gone && !self.is_touched(new) => {
                        to.drops.push(format!("RENAME INDEX {name} TO {}", quote_ident(&new.name)));
                    }
                    _ => to.drops.push(format!("DROP INDEX {there}{name}")),
                }
                gone.then(|| Condition::constraint(false, table, &old.name))
            }
        };
        to.conditions.extend(condition);
    }

    fn add_constraint(
        &self,
        new: &Constraint,
        was: Option<&Constraint>,
        to: &mut Parts,
    ) -> Result<(), RenderError> {
        let table = &self.old.name;
        let fresh = was.is_none_or(|old| old.name != new.name);
        let condition = match &new.kind {
            ConstraintKind::PrimaryKey(_) => was.is_none().then(|| Condition::index(true, table, "PRIMARY")),
            ConstraintKind::Unique(_) => fresh.then(|| Condition::index(true, table, &new.name)),
            ConstraintKind::Check(_) => fresh.then(|| Condition::constraint(true, table, &new.name)),
            // Where it has the same name, a statement of its own has dropped it before.
            ConstraintKind::ForeignKey(_) => Some(Condition::constraint(true, table, &new.name)),
        };
        to.conditions.extend(condition);
        to.take(match &new.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => Algorithm::Inplace,
            ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => Algorithm::Copy,
        });
        if let ConstraintKind::ForeignKey(reference) = &new.kind
            && (was.is_none() || !fresh || self.is_touched(new))
        {
            let index = reference_index(&self.after, self.new, &new.name, &reference.columns)?;
            to.adds.push(format!("ADD {index}"));
        }
        to.adds.push(format!("ADD {}", self.after.constraint(self.new, new)?));
        Ok(())
    }

    fn indexes(&self, to: &mut Parts) -> Result<(), RenderError> {
        let text =
            |ddl: &Ddl<'_>, table: &Table, index: &Index| definition::index(ddl, table, index, self.server);
        // The server keeps an index over all of a value, or over its beginning, as it was or as it likes.
        let much = |ddl: &Ddl<'_>, table: &Table, index: &Index| {
            let keys = definition::index_keys(ddl, table, index, self.server)?;
            Ok::<_, RenderError>(keys.map(|keys| keys.iter().map(|key| key.prefix).collect::<Vec<_>>()))
        };
        for old in &self.old.indexes {
            let was = text(&self.before, self.old, old)?;
            let new = self.new.index(old.id);
            let is = new.map(|new| text(&self.after, self.new, new)).transpose()?.flatten();
            let anew = match new {
                Some(new) => {
                    keys(new).any(|id| self.touched.contains(&id))
                        || much(&self.before, self.old, old)? != much(&self.after, self.new, new)?
                }
                None => false,
            };
            match (was, new.filter(|_| is.is_some())) {
                (None, None) => {}
                (Some(_), Some(new)) if !anew => {
                    if old.name != new.name {
                        self.rename_index(&old.name, &new.name, to);
                    }
                }
                (was, new) => {
                    if was.is_some() {
                        to.drops.push(format!("DROP INDEX {}", quote_ident(&old.name)));
                        to.take(if old.unique {
                            algorithm::drops_unique(self.old)
                        } else {
                            Algorithm::Inplace
                        });
                    }
                    if new.is_none() {
                        to.conditions.push(Condition::index(false, &self.old.name, &old.name));
                    }
                    if let Some(is) = is {
                        to.adds.push(format!("ADD {is}"));
                        to.take(Algorithm::Inplace);
                    }
                }
            }
        }
        for new in self.new.indexes.iter().filter(|new| self.old.index(new.id).is_none()) {
            if let Some(is) = text(&self.after, self.new, new)? {
                to.adds.push(format!("ADD {is}"));
                to.conditions.push(Condition::index(true, &self.old.name, &new.name));
                to.take(Algorithm::Inplace);
            }
        }
        Ok(())
    }

    fn rename_index(&self, from: &str, name: &str, to: &mut Parts) {
        to.drops.push(format!("RENAME INDEX {} TO {}", quote_ident(from), quote_ident(name)));
        to.take(self.server.noted());
        to.conditions.push(Condition::index(true, &self.old.name, name));
        to.conditions.push(Condition::index(false, &self.old.name, from));
    }

    fn columns(&self, to: &mut Parts) -> Result<(), RenderError> {
        let name = |column: &Column| quote_ident(&column.name);
        for old in &self.old.columns {
            let Some(new) = self.new.column(old.id) else {
                to.columns.push(format!("DROP COLUMN {}", name(old)));
                to.take(self.server.drops_column());
                // Another column may take its name in the same statement, and its own goes then.
                if self.new.column_named(&old.name).is_none() {
                    to.conditions.push(Condition::column(false, &self.old.name, &old.name));
                }
                continue;
            };
            if self.recomputed.contains(&old.id) {
                to.columns.push(format!("DROP COLUMN {}", name(old)));
                to.take(Algorithm::Copy);
                to.adds.insert(0, format!("ADD COLUMN {}", definition::column(&self.after, self.new, new)?));
                continue;
            }
            if old.name != new.name {
                to.conditions.push(Condition::column(true, &self.old.name, &new.name));
                to.conditions.push(Condition::column(false, &self.old.name, &old.name));
            }
            to.conditions.extend(self.retyped(old, new));
            // A server whose views have read the table looks for the old name in what is computed from it, unless told anew.
            if reads(new, |id| self.is_renamed(id)) || !self.same_facets(old, new)? {
                let text = definition::column(&self.after, self.new, new)?;
                to.columns.push(match old.name == new.name {
                    true => format!("MODIFY COLUMN {text}"),
                    false => format!("CHANGE COLUMN {} {text}{}", name(old), self.place(old, new)),
                });
                let nullable =
                    (self.before.is_nullable(self.old, old), self.after.is_nullable(self.new, new));
                let (before, after) = (&self.before, &self.after);
                to.take(self.server.changes_column(&Change { before, after, old, new, nullable }));
                if old.name == NEW {
                    // It goes to another column's place.
                    to.take(Algorithm::Copy);
                } else if old.name != new.name {
                    to.take(self.server.renames_column());
                }
            } else if old.name != new.name {
                to.columns.push(format!("RENAME COLUMN {} TO {}", name(old), name(new)));
                to.take(self.server.renames_column());
            }
        }
        for new in self.new.columns.iter().filter(|new| self.old.column(new.id).is_none()) {
            to.columns.push(format!("ADD COLUMN {}", definition::column(&self.after, self.new, new)?));
            to.conditions.push(Condition::column(true, &self.old.name, &new.name));
            to.take(self.server.adds_column(new));
        }
        Ok(())
    }

    /// Where a column goes that takes another one's place.
    fn place(&self, old: &Column, new: &Column) -> String {
        if old.name != NEW {
            return String::new();
        }
        let before = self.new.columns.iter().take_while(|column| column.id != new.id);
        let before = before.filter(|column| !self.recomputed.contains(&column.id)).last();
        before.map_or_else(|| " FIRST".to_owned(), |column| format!(" AFTER {}", quote_ident(&column.name)))
    }

    /// What tells that a column has its new type. What goes with it under a lock mustn't be done once more behind it: the values are other
    /// ones by then. Types that the server keeps alike leave the values as they are.
    fn retyped(&self, old: &Column, new: &Column) -> Option<Condition> {
        let filter =
            |ddl: &Ddl<'_>, column: &Column| catalog_filter(&column.ty, ddl.schema, self.server.fork);
        let (was, is) = (filter(&self.before, old), filter(&self.after, new));
        (old.ty != new.ty && was != is).then(|| Condition::column_of(&self.old.name, &new.name, &is))
    }

    fn is_renamed(&self, id: ObjectId) -> bool {
        let names = (self.old.column(id).map(|c| &c.name), self.new.column(id).map(|c| &c.name));
        matches!(names, (Some(was), Some(is)) if was != is)
    }

    /// What of a column is in every row.
    fn stored(&self, ddl: &Ddl<'_>, table: &Table, column: &Column) -> Result<(String, bool), RenderError> {
        Ok((type_sql(&column.ty, ddl.schema)?, ddl.is_nullable(table, column)))
    }

    /// Whether a column is defined the same, its name aside. Names in its expressions follow by themselves.
    fn same_facets(&self, old: &Column, new: &Column) -> Result<bool, RenderError> {
        let default = match (&old.default, &new.default) {
            (Some(Default::Literal(was)), Some(Default::Literal(is))) => {
                literal(was, &old.ty) == literal(is, &new.ty)
            }
            (Some(Default::Expression(_)), Some(Default::Expression(is))) => {
                old.default == new.default && !self.values_changed(is)
            }
            (was, is) => was == is,
        };
        let generated = old.generated == new.generated
            && new.generated.as_ref().is_none_or(|generated| !self.values_changed(&generated.expression));
        let facets = default && generated && old.identity.is_some() == new.identity.is_some();
        let stored = self.stored(&self.before, self.old, old)? == self.stored(&self.after, self.new, new)?;
        Ok(facets && stored && old.comment == new.comment)
    }
}

/// The columns that an index sorts by, in expressions too.
pub(super) fn keys(index: &Index) -> impl Iterator<Item = ObjectId> + '_ {
    index.keys.iter().flat_map(|key| match key {
        Key::Column(id) | Key::Desc(id) => vec![*id],
        Key::Expression(template, _) => template.columns().map(|(_, id)| id).collect(),
    })
}

fn is_unique(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Unique(_))
}

fn is_key(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
}
