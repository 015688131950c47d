//! Enums, which are types of their own here.

use model::{Enum, EnumValue, ObjectId};

use crate::{
    ddl::Ddl,
    statement::{RenderError, Statement},
};

use super::{
    Step, comment, lock, quote_ident,
    retype::{Leaning, Place},
    text_literal,
};

/// The name that an enum's old type has while columns move over to the new one.
const OLD: &str = "strat_old_enum";

pub(super) fn find<'a>(ddl: &Ddl<'a>, id: ObjectId) -> Result<&'a Enum, RenderError> {
    ddl.schema.enum_(id).ok_or_else(|| RenderError::Missing(format!("enum {id:?}")))
}

fn create(of: &Enum) -> String {
    let values: Vec<_> = of.values.iter().map(|value| text_literal(&value.name)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", quote_ident(&of.name), values.join(", "))
}

impl Step<'_> {
    pub(super) fn create_enum(&mut self, of: &Enum) {
        self.run(create(of), lock::NONE);
        if let Some(text) = &of.comment {
            self.run(comment(&format!("TYPE {}", quote_ident(&of.name)), Some(text)), lock::NONE);
        }
    }

    pub(super) fn drop_enum(&mut self, of: ObjectId) -> Result<(), RenderError> {
        self.run(format!("DROP TYPE {}", quote_ident(&find(&self.before, of)?.name)), lock::NONE);
        Ok(())
    }

    /// The value's place is the one it has in the schema afterwards, so that it doesn't matter in which order values of
    /// several branches arrive. A new value can't be used before its transaction is over, so that it stands alone.
    pub(super) fn add_enum_value(&mut self, of: ObjectId, value: &EnumValue) -> Result<(), RenderError> {
        let after = find(&self.after, of)?;
        let (name, text) = (&after.name, text_literal(&value.name));
        let missing = || RenderError::Missing(format!("value {} of enum {name}", value.name));
        let at = after.values.iter().position(|v| v.id == value.id).ok_or_else(missing)?;
        let place = match (after.values.get(at + 1), at.checked_sub(1).and_then(|n| after.values.get(n))) {
            (None, _) => String::new(),
            (Some(_), Some(previous)) => format!(" AFTER {}", text_literal(&previous.name)),
            (Some(next), None) => format!(" BEFORE {}", text_literal(&next.name)),
        };
        let probe = format!(
            "SELECT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid \
             JOIN pg_namespace n ON n.oid = t.typnamespace \
             WHERE n.nspname = current_schema() AND t.typname = {} AND e.enumlabel = {text})",
            text_literal(name)
        );
        let sql = format!("ALTER TYPE {} ADD VALUE {text}{place}", quote_ident(name));
        self.out.statements.push(Statement::alone(sql, probe, lock::NONE));
        Ok(())
    }

    pub(super) fn rename_enum_value(
        &mut self,
        of: ObjectId,
        value: ObjectId,
        to: &str,
    ) -> Result<(), RenderError> {
        let of = find(&self.before, of)?;
        let value =
            of.value(value).ok_or_else(|| RenderError::Missing(format!("a value of enum {}", of.name)))?;
        let (name, from, to) = (quote_ident(&of.name), text_literal(&value.name), text_literal(to));
        self.run(format!("ALTER TYPE {name} RENAME VALUE {from} TO {to}"), lock::NONE);
        Ok(())
    }

    /// There is no statement that takes a value away or moves it: a new type takes the old one's place, and every column of it
    /// is written anew. A row that holds a value that goes stops it, and nothing has happened.
    pub(super) fn remake_enum(&mut self, of: ObjectId) -> Result<(), RenderError> {
        let schema = self.before.schema;
        let columns: Vec<Place> = schema
            .tables()
            .flat_map(|t| t.columns.iter().filter(|c| c.ty.enum_ref() == Some(&of)).map(|c| (t.id, c.id)))
            .collect();
        let (before, after) = (find(&self.before, of)?, find(&self.after, of)?);
        if before.values.iter().map(|v| &v.name).eq(after.values.iter().map(|v| &v.name)) {
            return Ok(());
        }
        let leaning = Leaning::find(schema, &columns, Some(of), false);
        self.loosen(&leaning)?;
        self.run(format!("ALTER TYPE {} RENAME TO {OLD}", quote_ident(&before.name)), lock::NONE);
        self.create_enum(after);
        for place in columns.into_iter().filter(|place| !leaning.remakes(*place)) {
            self.retype(place, None, false)?;
        }
        self.fasten(&leaning)?;
        self.run(format!("DROP TYPE {OLD}"), lock::NONE);
        Ok(())
    }
}
