//! What DDL destroys, on its way into the vault. Each statement of DDL commits by itself: a table is renamed in one go, and a column is
//! renamed before it is copied and dropped, so that nobody writes to it in between. A column whose type changes is locked meanwhile: what
//! was written since it was copied is copied too, and what the change made of the values is taken before anybody can write behind it, or
//! from those that were kept.

use model::{ConstraintKind, Table};

use super::{
    lock,
    probe::{self, Condition},
    retype::{Filled, NEW, locked},
    types::{self, quote, quote_ident},
};
use crate::{
    Dialect, Place, Statement,
    vault::{BringIn, CopyOut, Retyped},
};

/// An empty table with the same types and collations, then the rows, which are there as a whole or not at all.
pub fn copy_out(dialect: &dyn Dialect, copy: &CopyOut<'_>) -> Vec<Statement> {
    let into = quote_ident(copy.into);
    let key =
        if copy.key.is_empty() { String::new() } else { format!(" (PRIMARY KEY ({}))", copy.keys(dialect)) };
    let select = copy.select(dialect);
    let made = probe::all(&[Condition::relation(true, copy.into)]);
    let fill = match copy.rows_of {
        None => format!("INSERT INTO {into} {select}"),
        // A value that somebody has mended meanwhile, since it can't be converted, mustn't hold up what was done with the new one.
        Some(kept) => {
            let names: Vec<_> = copy.columns.iter().map(|(name, _)| quote_ident(name)).collect();
            format!("INSERT IGNORE INTO {into} SELECT {} FROM {}", names.join(", "), quote_ident(kept))
        }
    };
    vec![
        Statement::alone(
            format!("CREATE TABLE {into}{key}{} AS {select} LIMIT 0", types::TABLE),
            made,
            lock::NONE,
        ),
        Statement::inside(fill, lock::ROWS),
    ]
}

/// The copies around a change of type. A crash in between leaves them beside the table, and the next run goes on from there: what is done
/// under the lock can be done again.
pub fn keep_values(
    dialect: &dyn Dialect,
    Retyped { step, around, kept, made }: Retyped<'_>,
    mut change: Vec<Statement>,
) -> Vec<Statement> {
    let mut all = copy_out(dialect, &kept);
    let Some(at) = change.iter().rposition(|statement| statement.place == Place::Alone) else {
        return [all, change, copy_out(dialect, &made)].concat();
    };
    let alone = change.remove(at);
    if let Some(filled) = Filled::of(step, around) {
        // The new values stand beside the old ones until they take their place.
        let mut columns = made.columns.to_vec();
        columns.iter_mut().rev().take(1).for_each(|(_, value)| *value = quote_ident(NEW));
        let made = CopyOut { columns: &columns, ..made };
        let before = copy_out(dialect, &made).into_iter().take(1);
        let work = [catch_up(dialect, &kept), catch_up(dialect, &made)];
        let locked = filled.relocked([kept.into, made.into], work, alone);
        change.splice(at..at, before.chain([locked]));
        all.extend(change);
    } else {
        change.insert(at, locked(&[kept.from, kept.into], &[catch_up(dialect, &kept)], alone));
        all.extend(change);
        all.extend(copy_out(dialect, &CopyOut { rows_of: Some(kept.into), ..made }));
    }
    all
}

/// Brings a copy to where its table is now. Rows that are gone meanwhile stay in it: nothing comes back for them.
fn catch_up(dialect: &dyn Dialect, copy: &CopyOut<'_>) -> String {
    let names: Vec<_> = copy.columns.iter().map(|(name, _)| quote_ident(name)).collect();
    let value = names.last().map(|value| format!("{value} = VALUES({value})")).unwrap_or_default();
    let (into, names) = (quote_ident(copy.into), names.join(", "));
    format!("INSERT INTO {into} ({names}) {} ON DUPLICATE KEY UPDATE {value}", copy.select(dialect))
}

/// The server has no `IF` for it: the statement is put together by what is there.
pub fn name_back(table: &str, from: &str, to: &str) -> Vec<String> {
    let there = probe::all(&[Condition::column(true, table, from), Condition::column(false, table, to)]);
    let (name, from, to) = (quote_ident(table), quote_ident(from), quote_ident(to));
    let rename = quote(&format!("ALTER TABLE {name} RENAME COLUMN {from} TO {to}"));
    vec![
        format!("SET @strat_name_back = IF(({there}), {rename}, 'DO 0')"),
        "PREPARE strat_name_back FROM @strat_name_back".to_owned(),
        "EXECUTE strat_name_back".to_owned(),
        "DEALLOCATE PREPARE strat_name_back".to_owned(),
    ]
}

/// The rename, and then the constraints whose names are the whole database's, or that would hold other tables' rows.
pub fn move_out(table: &Table, into: &str) -> Vec<Statement> {
    let (name, vault) = (quote_ident(&table.name), quote_ident(into));
    let moved = [Condition::relation(true, into), Condition::relation(false, &table.name)];
    let mut all =
        vec![Statement::alone(format!("RENAME TABLE {name} TO {vault}"), probe::all(&moved), lock::BRIEF)];
    let (mut drops, mut gone) = (Vec::new(), Vec::new());
    for constraint in &table.constraints {
        let word = match constraint.kind {
            ConstraintKind::ForeignKey(_) => "FOREIGN KEY",
            ConstraintKind::Check(_) => "CONSTRAINT",
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => continue,
        };
        drops.push(format!("DROP {word} {}", quote_ident(&constraint.name)));
        gone.push(Condition::constraint(false, into, &constraint.name));
    }
    if !drops.is_empty() {
        let sql = format!("ALTER TABLE {vault} {}", drops.join(", "));
        all.push(Statement::alone(sql, probe::all(&gone), lock::BRIEF));
    }
    all
}

/// The server looks at each row by itself: where a table refers to itself, it mustn't look until all of them are there.
pub fn bring_in(table: &Table, columns: &str, select: &str) -> BringIn {
    let to_itself = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => reference.references == table.id,
        _ => false,
    });
    let set = |on: u8| Statement::inside(format!("SET foreign_key_checks = {on}"), lock::NONE);
    let (before, behind) = if to_itself { (vec![set(0)], vec![set(1)]) } else { (Vec::new(), Vec::new()) };
    BringIn { before, sql: format!("INSERT INTO {} ({columns}) {select}", quote_ident(&table.name)), behind }
}

/// A statement on rows.
pub fn on_rows(sql: String) -> Statement {
    Statement::inside(sql, lock::ROWS)
}

/// Drops a table of the vault.
pub fn let_go(name: &str) -> Statement {
    let gone = probe::all(&[Condition::relation(false, name)]);
    Statement::alone(format!("DROP TABLE {name}"), gone, lock::NONE)
}
