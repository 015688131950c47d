//! Constraints on tables that others work with: what goes through the rows holds no lock that anybody waits for, and stands in a
//! transaction of its own.

use model::{Column, Constraint, ConstraintKind, Digest, Index, Key, ObjectId, Table};

use crate::{
    dialect::Quiet,
    statement::{Lock, RenderError, Statement},
};

use super::{Step, lock, quote_ident};

pub(super) const INDEX: &str =
    "built concurrently, since others may work with the table: they go on reading and writing";
const VALIDATED: &str = "NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read";
const CHECKED: &str = "NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it";
const FROM_INDEX: &str = "from an index that is built concurrently before: others go on reading and writing";
const MADE: &str = "in one go, since the plan makes the table and nobody works with it yet";
const AT_ONCE: &str = "in one go, since all of the entry is undone in one transaction";

/// The name of the check that stands in for NOT NULL while rows are read: people read it where a row is in the way.
fn stand_in(table: &Table, column: &Column) -> String {
    let digest = Digest::of(format!("{}\0{}", table.name, column.name).as_bytes()).short();
    let mut name = format!("{}_{}", table.name, column.name);
    // Names have at most 63 bytes.
    while name.len() > 40 {
        name.pop();
    }
    quote_ident(&format!("{name}_not_null_{digest}"))
}

impl Step<'_> {
    /// Whether nobody else works with the table; the plan says then that everything goes in one go.
    pub(super) fn is_quiet(&mut self, table: ObjectId) -> bool {
        let why = match self.quiet {
            Quiet::Made(_) => MADE,
            Quiet::All => AT_ONCE,
        };
        let quiet = self.quiet.has(table);
        if quiet {
            self.out.forms.push(why.to_owned());
        }
        quiet
    }

    fn apart(&mut self, sql: String, lock: Lock) {
        self.out.statements.push(Statement::apart(sql, lock));
    }

    pub(super) fn add_constraint(
        &mut self,
        table: ObjectId,
        constraint: &Constraint,
    ) -> Result<(), RenderError> {
        let table = self.after.table(table)?;
        if self.is_quiet(table.id) {
            return self.add_at_once(table, constraint);
        }
        match &constraint.kind {
            ConstraintKind::PrimaryKey(columns) => self.add_key(table, constraint, columns),
            ConstraintKind::Unique(columns) => {
                self.out.forms.push(FROM_INDEX.to_owned());
                self.add_from_index(table, constraint, columns)
            }
            ConstraintKind::Check(_) => self.add_validated(table, constraint, lock::BRIEF),
            ConstraintKind::ForeignKey(_) => self.add_validated(table, constraint, lock::REFERENCE),
        }
    }

    fn add_at_once(&mut self, table: &Table, constraint: &Constraint) -> Result<(), RenderError> {
        if let ConstraintKind::PrimaryKey(columns) = &constraint.kind {
            self.collate_key(table.id, columns)?;
        }
        let lock = match constraint.kind {
            ConstraintKind::ForeignKey(_) => lock::REFERENCE_SCAN,
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Check(_) => {
                lock::SCAN
            }
        };
        let definition = self.after.constraint(table, constraint)?;
        self.run(format!("{} ADD {definition}", self.after.alter(table)), lock);
        Ok(())
    }

    /// Rows that come from now on are held against it at once, those that are there afterwards.
    fn add_validated(
        &mut self,
        table: &Table,
        constraint: &Constraint,
        lock: Lock,
    ) -> Result<(), RenderError> {
        let (alter, name) = (self.after.alter(table), quote_ident(&constraint.name));
        let definition = self.after.constraint(table, constraint)?;
        self.run(format!("{alter} ADD {definition} NOT VALID"), lock);
        self.apart(format!("{alter} VALIDATE CONSTRAINT {name}"), lock::VALIDATE);
        self.out.retreat.push(format!("{alter} DROP CONSTRAINT IF EXISTS {name}"));
        self.out.forms.push(VALIDATED.to_owned());
        Ok(())
    }

    fn add_key(
        &mut self,
        table: &Table,
        constraint: &Constraint,
        columns: &[ObjectId],
    ) -> Result<(), RenderError> {
        let before = self.before.table(table.id)?;
        for id in columns {
            let column = self.before.column_of(before, *id)?;
            if self.before.is_nullable(before, column) {
                self.demand_value(before, column);
                let drop = format!("ALTER COLUMN {} DROP NOT NULL", quote_ident(&column.name));
                self.out.retreat.push(format!("{} {drop}", self.before.alter(before)));
            }
        }
        self.collate_key(table.id, columns)?;
        self.out.forms.push(FROM_INDEX.to_owned());
        self.add_from_index(table, constraint, columns)
    }

    fn add_from_index(
        &mut self,
        table: &Table,
        constraint: &Constraint,
        columns: &[ObjectId],
    ) -> Result<(), RenderError> {
        let index = Index {
            id: constraint.id,
            name: constraint.name.clone(),
            keys: columns.iter().map(|id| Key::Column(*id)).collect(),
            unique: true,
            method: None,
            include: Vec::new(),
            only: None,
        };
        self.build_beside(&index.name, self.after.create_index(table, &index, "CONCURRENTLY ")?);
        let name = quote_ident(&constraint.name);
        let what = match constraint.kind {
            ConstraintKind::PrimaryKey(_) => "PRIMARY KEY",
            ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => "UNIQUE",
        };
        let alter = self.after.alter(table);
        self.run(format!("{alter} ADD CONSTRAINT {name} {what} USING INDEX {name}"), lock::BRIEF);
        self.out.retreat.push(format!("DROP INDEX IF EXISTS {name}"));
        Ok(())
    }

    /// Makes a column NOT NULL. Where it is already, the server has nothing to read.
    pub(super) fn set_not_null(&mut self, table: &Table, column: &Column) -> Result<(), RenderError> {
        let before = self.before.table(table.id)?;
        let was = self.before.column_of(before, column.id)?;
        let reads = self.before.is_nullable(before, was);
        if !reads || self.is_quiet(table.id) {
            let alter = self.after.alter(table);
            let lock = if reads { lock::SCAN } else { lock::BRIEF };
            self.run(format!("{alter} ALTER COLUMN {} SET NOT NULL", quote_ident(&column.name)), lock);
            return Ok(());
        }
        self.demand_value(table, column);
        Ok(())
    }

    fn demand_value(&mut self, table: &Table, column: &Column) {
        let (alter, check, name) =
            (self.after.alter(table), stand_in(table, column), quote_ident(&column.name));
        self.run(format!("{alter} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID"), lock::BRIEF);
        self.apart(format!("{alter} VALIDATE CONSTRAINT {check}"), lock::VALIDATE);
        self.run(format!("{alter} ALTER COLUMN {name} SET NOT NULL"), lock::BRIEF);
        self.run(format!("{alter} DROP CONSTRAINT {check}"), lock::BRIEF);
        self.out.retreat.push(format!("{alter} DROP CONSTRAINT IF EXISTS {check}"));
        self.out.forms.push(CHECKED.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{Lowered, Schema};

    use super::*;
    use crate::{
        Around, Facts, Place, Rendered,
        postgres::{
            render::render,
            testing::{id, length_of, posts, schema},
        },
    };

    fn rendered(step: &Lowered, before: &Schema, quiet: Quiet<'_>) -> Rendered {
        let mut after = before.clone();
        step.evolve(&mut after).expect("it fits");
        render(step, Around { before, after: &after, quiet }, &Facts::default()).expect("it can be rendered")
    }

    fn places(rendered: &Rendered) -> Vec<(Place, &str)> {
        rendered.statements.iter().map(|s| (s.place, s.sql.as_str())).collect()
    }

    fn not_null() -> Lowered {
        Lowered::SetNullable { table: id(10), column: id(12), nullable: false }
    }

    #[test]
    fn rows_are_read_in_a_transaction_of_their_own() {
        let found = rendered(&not_null(), &schema(), Quiet::NONE);
        let check = "\"users_email_not_null_1d975aa9f147\"";
        assert_eq!(
            places(&found),
            [
                (
                    Place::Inside,
                    &*format!(
                        "ALTER TABLE \"users\" ADD CONSTRAINT {check} CHECK (\"email\" IS NOT NULL) NOT VALID"
                    )
                ),
                (Place::Apart, &*format!("ALTER TABLE \"users\" VALIDATE CONSTRAINT {check}")),
                (Place::Inside, "ALTER TABLE \"users\" ALTER COLUMN \"email\" SET NOT NULL"),
                (Place::Inside, &*format!("ALTER TABLE \"users\" DROP CONSTRAINT {check}")),
            ]
        );
        assert_eq!(
            found.retreat,
            [format!("ALTER TABLE \"users\" DROP CONSTRAINT IF EXISTS {check}")],
            "a failure in the middle takes the check away again"
        );
        assert_eq!(found.forms, [CHECKED]);
    }

    #[test]
    fn a_column_that_is_not_null_already_has_no_rows_to_read() {
        let key = Lowered::SetNullable { table: id(10), column: id(11), nullable: false };
        let found = rendered(&key, &schema(), Quiet::NONE);
        assert_eq!(
            places(&found),
            [(Place::Inside, "ALTER TABLE \"users\" ALTER COLUMN \"id\" SET NOT NULL")]
        );
    }

    #[test]
    fn tables_that_nobody_works_with_get_all_in_one_go() {
        let made = BTreeSet::from([id(10), id(20)]);
        let unique =
            Constraint { id: id(50), name: "c".to_owned(), kind: ConstraintKind::Unique(vec![id(12)]) };
        let check = Constraint {
            id: id(50),
            name: "c".to_owned(),
            kind: ConstraintKind::Check(length_of(10, 12, " < 9")),
        };
        let key = Constraint { id: id(50), name: "c".to_owned(), kind: posts().constraints[0].kind.clone() };
        let add = |table, constraint: &Constraint| Lowered::AddConstraint {
            table: id(table),
            constraint: Box::new(constraint.clone()),
        };
        let index = Index { keys: vec![Key::Column(id(12))], ..index_of() };
        let create = Lowered::CreateIndex { table: id(10), index: Box::new(index), concurrently: false };
        for quiet in [Quiet::Made(&made), Quiet::All] {
            for step in [not_null(), add(10, &unique), add(10, &check), add(20, &key), create.clone()] {
                let found = rendered(&step, &schema(), quiet);
                assert_eq!(found.statements.len(), 1, "{found:?}");
                assert_eq!(found.statements[0].place, Place::Inside);
                assert!(found.forms[0].starts_with("in one go"), "{:?}", found.forms);
            }
        }
        let others = BTreeSet::from([id(20)]);
        assert_eq!(rendered(&create, &schema(), Quiet::Made(&others)).statements[0].place, Place::Alone);
    }

    fn index_of() -> Index {
        Index {
            id: id(70),
            name: "i".to_owned(),
            keys: Vec::new(),
            unique: false,
            method: None,
            only: None,
            include: Vec::new(),
        }
    }
}
