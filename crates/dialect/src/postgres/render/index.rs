//! Indexes.

use model::{Index, Key, ObjectId, Order, Table};

use crate::{
    ddl::Ddl,
    statement::{RenderError, Statement},
};

use super::{super::project::split_class, Step, lock, online, quote_ident, text_literal};

/// `CREATE INDEX`, where an expression may carry an operator class behind it (`title gin_trgm_ops`).
pub(super) fn create(
    ddl: &Ddl<'_>,
    table: &Table,
    index: &Index,
    modifier: &str,
) -> Result<String, RenderError> {
    let plain = ddl.create_index(table, index, modifier)?;
    let mut keys = Vec::new();
    let mut has_class = false;
    for key in &index.keys {
        let Key::Expression(template, order) = key else {
            keys.push(ddl.index_keys(table, &Index { keys: vec![key.clone()], ..index.clone() })?);
            continue;
        };
        let text = ddl.expression(template)?;
        let (expression, class) = split_class(&text);
        has_class |= class.is_some();
        let class = class.map(|class| format!(" {class}")).unwrap_or_default();
        keys.push(format!("({expression}){class}{}", if *order == Order::Desc { " DESC" } else { "" }));
    }
    if !has_class {
        return Ok(plain);
    }
    let given = format!(" ({})", ddl.index_keys(table, index)?);
    Ok(plain.replacen(&given, &format!(" ({})", keys.join(", ")), 1))
}

/// A query that is true when an index of that name is there and, unless `any`, can be relied on.
fn exists(name: &str, any: bool) -> String {
    let valid = if any { "" } else { " AND i.indisvalid" };
    format!(
        "EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = current_schema() AND c.relname = {}{valid})",
        text_literal(name)
    )
}

impl Step<'_> {
    pub(super) fn create_index(
        &mut self,
        table: ObjectId,
        index: &Index,
        concurrently: bool,
    ) -> Result<(), RenderError> {
        let table = self.after.table(table)?;
        if self.is_quiet(table.id) {
            self.run(create(&self.after, table, index, "")?, lock::BUILD);
            return Ok(());
        }
        if !concurrently {
            self.out.forms.push(online::INDEX.to_owned());
        }
        self.build_beside(&index.name, create(&self.after, table, index, "CONCURRENTLY ")?);
        Ok(())
    }

    /// Builds an index while others go on. A crash in the middle leaves one that slows writers down and serves no reader: it is dropped
    /// and built again.
    pub(super) fn build_beside(&mut self, name: &str, sql: String) {
        let probe = format!("SELECT {}", exists(name, false));
        let clear = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote_ident(name));
        self.out
            .statements
            .push(Statement { clear: Some(clear), ..Statement::alone(sql, probe, lock::BESIDE) });
    }

    pub(super) fn drop_index(
        &mut self,
        table: ObjectId,
        index: ObjectId,
        concurrently: bool,
    ) -> Result<(), RenderError> {
        let name = find(self.before.table(table)?, index)?.name.clone();
        if concurrently && !self.quiet.has(table) {
            let probe = format!("SELECT NOT {}", exists(&name, true));
            let sql = format!("DROP INDEX CONCURRENTLY {}", quote_ident(&name));
            self.out.statements.push(Statement::alone(sql, probe, lock::BESIDE));
        } else {
            self.run(format!("DROP INDEX {}", quote_ident(&name)), lock::BRIEF);
        }
        Ok(())
    }

    pub(super) fn rename_index(
        &mut self,
        table: ObjectId,
        index: ObjectId,
        to: &str,
    ) -> Result<(), RenderError> {
        let name = &find(self.before.table(table)?, index)?.name;
        self.run(format!("ALTER INDEX {} RENAME TO {}", quote_ident(name), quote_ident(to)), lock::INDEX);
        Ok(())
    }
}

fn find(table: &Table, id: ObjectId) -> Result<&Index, RenderError> {
    table.index(id).ok_or_else(|| RenderError::Missing(format!("an index of {}", table.name)))
}
