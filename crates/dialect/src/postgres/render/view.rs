//! Views. One that others lean on is replaced by dropping and recreating the whole chain, with the grants on it.

use model::{ObjectId, View};

use crate::{
    ddl::Ddl,
    lexer::{Reading, tokens},
    statement::{Do, RenderError, Statement},
    views,
};

use super::{Step, comment, lock, quote_ident, text_literal};

impl Step<'_> {
    pub(super) fn create_view(&mut self, view: &View) -> Result<(), RenderError> {
        self.run(self.after.create_view(view)?, lock::NONE);
        if let Some(text) = &view.comment {
            self.run(comment(&format!("VIEW {}", quote_ident(&view.name)), Some(text)), lock::NONE);
        }
        Ok(())
    }

    pub(super) fn drop_view(&mut self, view: ObjectId) -> Result<(), RenderError> {
        self.run(self.before.drop_view(self.before.view(view)?), lock::VIEW);
        Ok(())
    }

    pub(super) fn replace_view(&mut self, view: &View) -> Result<(), RenderError> {
        let old = self.before.view(view.id)?;
        if keeps_columns(&self.before, old, &self.after, view)? {
            let sql = self.after.create_view(view)?.replacen("CREATE VIEW", "CREATE OR REPLACE VIEW", 1);
            self.run(sql, lock::VIEW);
            return Ok(());
        }
        let mut chain = vec![view.id];
        chain.extend(views::dependents(self.before.schema, &[view.id]).iter().map(|v| v.id));
        self.take_down(&chain)?;
        self.put_up(&chain)
    }

    /// Drops views, given in the order of creation, and remembers who was granted what on them.
    pub(super) fn take_down(&mut self, chain: &[ObjectId]) -> Result<(), RenderError> {
        for id in chain {
            let view = self.before.view(*id)?;
            let act = Do::Capture(format!("grants on {}", view.name));
            self.out.statements.push(Statement { act, ..Statement::inside(grants(&view.name), lock::NONE) });
        }
        for id in chain.iter().rev() {
            self.drop_view(*id)?;
        }
        Ok(())
    }

    /// Recreates what [`Step::take_down`] dropped, as the schema has it now.
    pub(super) fn put_up(&mut self, chain: &[ObjectId]) -> Result<(), RenderError> {
        for id in chain {
            let view = self.after.view(*id)?;
            self.create_view(view)?;
            let act = Do::Replay(format!("grants on {}", self.before.view(*id)?.name));
            let none = "SELECT ''::text AS name WHERE false";
            self.out.statements.push(Statement { act, ..Statement::inside(none, lock::NONE) });
        }
        Ok(())
    }
}

/// The grants on a view to others than its owner, as the statements that give them again.
fn grants(view: &str) -> String {
    format!(
        "SELECT g.statement AS name, g.statement FROM (SELECT 'GRANT ' || a.privilege_type || ' ON ' \
         || quote_ident(c.relname) || ' TO ' || COALESCE(quote_ident(r.rolname), 'PUBLIC') \
         || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a \
         LEFT JOIN pg_roles r ON r.oid = a.grantee \
         WHERE n.nspname = current_schema() AND c.relname = {} AND a.grantee <> c.relowner) g ORDER BY 1",
        text_literal(view)
    )
}

/// Whether both queries surely give the same columns of the same types: they are the same up to their conditions.
fn keeps_columns(before: &Ddl<'_>, old: &View, after: &Ddl<'_>, new: &View) -> Result<bool, RenderError> {
    let (from, to) = (before.expression(&old.query)?, after.expression(&new.query)?);
    let names = |view: &View| view.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let same_head = matches!((head(&from), head(&to)), (Some(a), Some(b)) if a == b);
    Ok(old.name == new.name && names(old) == names(new) && same_head)
}

/// The query up to its conditions; `None` when several queries are combined.
fn head(query: &str) -> Option<Vec<&str>> {
    let mut depth = 0;
    let mut out = Vec::new();
    let mut over = false;
    for token in tokens(query, Reading::default()) {
        depth += i32::from(token.text == "(") - i32::from(token.text == ")");
        if depth == 0 {
            let is = |words: &[&str]| words.iter().any(|word| token.is_word(word));
            if is(&["union", "intersect", "except", "with"]) {
                return None;
            }
            over |= is(&["where", "order", "limit", "offset"]);
        }
        if !over {
            out.push(token.text);
        }
    }
    Some(out)
}
