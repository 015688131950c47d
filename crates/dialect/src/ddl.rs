//! Definitions of tables, columns, constraints, indexes and views as SQL text: written once, on the hooks of a dialect and a
//! [`Spelling`] for what databases say differently.

use model::{
    Action, Column, Constraint, ConstraintKind, Default, Deferrable, Identity, Index, Key, ObjectId, Order,
    Part, Schema, Table, Template, Type, View, column::Storage,
};

use crate::{dialect::Dialect, statement::RenderError};

/// What definitions spell differently from database to database.
#[derive(Clone, Copy)]
pub struct Spelling {
    /// The default of a column of that type that takes the moment of the insert.
    pub now: fn(&Type<ObjectId>) -> &'static str,
    /// The default of a column of that type that takes a random UUID.
    pub uuid: fn(&Type<ObjectId>) -> &'static str,
    /// What makes the server give a column's numbers, such as ` AUTO_INCREMENT`, with its leading blank.
    pub identity: fn(Identity) -> &'static str,
    /// Where an identity column that is the whole primary key carries the key in its own definition, before
    /// [`Spelling::identity`]: the type it is declared with.
    pub identity_holds_key: Option<&'static str>,
    /// The word behind a generation expression.
    pub storage: fn(Storage) -> &'static str,
    /// What stands right behind a column's type, with a leading blank: a collation, a check of enum values.
    pub after_type: fn(&Ddl<'_>, &Table, &Column) -> Result<String, RenderError>,
    /// What ends a column's definition, with a leading blank: a remark.
    pub after_column: fn(&Ddl<'_>, &Column) -> String,
    /// What follows the closing bracket of `CREATE TABLE`, with a leading blank: an engine, a remark.
    pub after_table: fn(&Ddl<'_>, &Table) -> String,
    /// Whether foreign keys can be deferred.
    pub deferrable: bool,
    /// The access method's clause between the table and the keys, with a leading blank (` USING gin`); empty when left out.
    pub index_method: fn(&str) -> String,
    /// Whether indexes can carry further columns.
    pub index_include: bool,
    /// Whether indexes can be partial.
    pub index_only: bool,
}

/// Writes definitions for one dialect, with the names of one schema.
#[derive(Clone, Copy)]
pub struct Ddl<'a> {
    /// The database spoken to.
    pub dialect: &'a dyn Dialect,
    /// What it says differently.
    pub spelling: &'a Spelling,
    /// Where names are looked up.
    pub schema: &'a Schema,
}

impl<'a> Ddl<'a> {
    /// A name in quotes.
    pub fn ident(&self, name: &str) -> String {
        self.dialect.quote_ident(name)
    }

    /// The table of that identity.
    pub fn table(&self, id: ObjectId) -> Result<&'a Table, RenderError> {
        self.schema.table(id).ok_or_else(|| RenderError::Missing(format!("table {id:?}")))
    }

    /// The view of that identity.
    pub fn view(&self, id: ObjectId) -> Result<&'a View, RenderError> {
        self.schema.view(id).ok_or_else(|| RenderError::Missing(format!("view {id:?}")))
    }

    /// The column of that identity.
    pub fn column_of<'t>(&self, table: &'t Table, id: ObjectId) -> Result<&'t Column, RenderError> {
        table.column(id).ok_or_else(|| RenderError::Missing(format!("column {id:?} of {}", table.name)))
    }

    /// Quoted names of the columns, with commas between them.
    pub fn columns(&self, table: &Table, ids: &[ObjectId]) -> Result<String, RenderError> {
        let names: Result<Vec<_>, _> =
            ids.iter().map(|id| self.column_of(table, *id).map(|c| self.ident(&c.name))).collect();
        Ok(names?.join(", "))
    }

    /// An expression with the names of this schema.
    pub fn expression(&self, template: &Template) -> Result<String, RenderError> {
        let ident = |name: &str| self.dialect.quote_ident(name);
        let literal = |text: &str| self.dialect.text_literal(text);
        template.render(self.schema, &ident, &literal).map_err(|gone| RenderError::Missing(gone.to_string()))
    }

    /// An expression over one table's own row: its columns stand without the table's name, which may be another one while the
    /// table is being made.
    pub fn expression_within(&self, table: &Table, template: &Template) -> Result<String, RenderError> {
        let mut parts: Vec<Part> = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            match (part, parts.last()) {
                (Part::Text(text), Some(Part::Table(id)))
                    if *id == table.id && text.trim_start().starts_with('.') =>
                {
                    parts.pop();
                    parts.push(Part::Text(text.trim_start()[1..].trim_start().to_owned()));
                }
                (part, _) => parts.push(part.clone()),
            }
        }
        self.expression(&Template { parts })
    }

    /// What follows `DEFAULT `.
    pub fn default(&self, default: &Default<Template>, ty: &Type<ObjectId>) -> Result<String, RenderError> {
        Ok(match default {
            Default::Literal(literal) => self.dialect.literal(literal, ty),
            Default::Now => (self.spelling.now)(ty).to_owned(),
            Default::Uuid => (self.spelling.uuid)(ty).to_owned(),
            Default::Expression(template) => format!("({})", self.expression(template)?),
        })
    }

    /// Whether the column's own definition carries the table's primary key.
    pub fn holds_key(&self, table: &Table, column: &Column) -> bool {
        self.spelling.identity_holds_key.is_some()
            && column.identity.is_some()
            && table.primary_key() == [column.id]
    }

    /// Whether the column may be NULL once its table's primary key is counted in.
    pub fn is_nullable(&self, table: &Table, column: &Column) -> bool {
        column.nullable && column.identity.is_none() && !table.primary_key().contains(&column.id)
    }

    /// A column's definition: name, type, and all its properties.
    pub fn column(&self, table: &Table, column: &Column) -> Result<String, RenderError> {
        let ty = match self.spelling.identity_holds_key.filter(|_| self.holds_key(table, column)) {
            Some(ty) => ty.to_owned(),
            None => self.dialect.type_sql(&column.ty, self.schema)?,
        };
        let mut out = format!("{} {ty}", self.ident(&column.name));
        out.push_str(&(self.spelling.after_type)(self, table, column)?);
        if let Some(generated) = &column.generated {
            let expression = self.expression_within(table, &generated.expression)?;
            out.push_str(&format!(
                " GENERATED ALWAYS AS ({expression}) {}",
                (self.spelling.storage)(generated.storage)
            ));
        }
        if !self.is_nullable(table, column) {
            out.push_str(" NOT NULL");
        }
        if let Some(default) = &column.default {
            out.push_str(&format!(" DEFAULT {}", self.default(default, &column.ty)?));
        }
        if self.holds_key(table, column) {
            let key = table.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
            if let Some(key) = key {
                out.push_str(&format!(" CONSTRAINT {} PRIMARY KEY", self.ident(&key.name)));
            }
        }
        if let Some(identity) = column.identity {
            out.push_str((self.spelling.identity)(identity));
        }
        out.push_str(&(self.spelling.after_column)(self, column));
        Ok(out)
    }

    /// A constraint with its name, as it stands in `CREATE TABLE` and behind `ADD`.
    pub fn constraint(&self, table: &Table, constraint: &Constraint) -> Result<String, RenderError> {
        Ok(format!(
            "CONSTRAINT {} {}",
            self.ident(&constraint.name),
            self.constraint_body(table, constraint)?
        ))
    }

    /// A constraint without its name.
    pub fn constraint_body(&self, table: &Table, constraint: &Constraint) -> Result<String, RenderError> {
        Ok(match &constraint.kind {
            ConstraintKind::PrimaryKey(columns) => format!("PRIMARY KEY ({})", self.columns(table, columns)?),
            ConstraintKind::Unique(columns) => format!("UNIQUE ({})", self.columns(table, columns)?),
            ConstraintKind::Check(expression) => {
                format!("CHECK ({})", self.expression_within(table, expression)?)
            }
            ConstraintKind::ForeignKey(reference) => {
                // A table that refers to itself may be written under the name it is about to have.
                let to =
                    if reference.references == table.id { table } else { self.table(reference.references)? };
                let mut out = format!(
                    "FOREIGN KEY ({}) REFERENCES {} ({})",
                    self.columns(table, &reference.columns)?,
                    self.ident(&to.name),
                    self.columns(to, &reference.to)?
                );
                out.push_str(&action(" ON DELETE", reference.on_delete));
                out.push_str(&action(" ON UPDATE", reference.on_update));
                if self.spelling.deferrable {
                    out.push_str(deferrable(reference.deferrable));
                }
                out
            }
        })
    }

    /// `CREATE TABLE` with columns and constraints, under its own or another name; indexes and remarks are statements of
    /// their own.
    pub fn create_table(&self, table: &Table, name: &str) -> Result<String, RenderError> {
        let mut lines = Vec::new();
        for column in &table.columns {
            lines.push(self.column(table, column)?);
        }
        for constraint in &table.constraints {
            let is_key = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
            if !(is_key && table.columns.iter().any(|column| self.holds_key(table, column))) {
                lines.push(self.constraint(table, constraint)?);
            }
        }
        let after = (self.spelling.after_table)(self, table);
        Ok(format!("CREATE TABLE {} (\n  {}\n){after}", self.ident(name), lines.join(",\n  ")))
    }

    /// The keys of an index, without brackets.
    pub fn index_keys(&self, table: &Table, index: &Index) -> Result<String, RenderError> {
        let mut keys = Vec::new();
        for key in &index.keys {
            keys.push(match key {
                Key::Column(id) => self.columns(table, &[*id])?,
                Key::Desc(id) => format!("{} DESC", self.columns(table, &[*id])?),
                Key::Expression(template, Order::Asc) => {
                    format!("({})", self.expression_within(table, template)?)
                }
                Key::Expression(template, Order::Desc) => {
                    format!("({}) DESC", self.expression_within(table, template)?)
                }
            });
        }
        Ok(keys.join(", "))
    }

    /// What stands behind an index's name: table, method, keys, further columns, condition. `on` is the table's quoted name.
    pub fn index_body(&self, table: &Table, index: &Index) -> Result<String, RenderError> {
        let method = index.method.as_deref().map(self.spelling.index_method).unwrap_or_default();
        let mut out = format!("ON {}{method} ({})", self.ident(&table.name), self.index_keys(table, index)?);
        if self.spelling.index_include && !index.include.is_empty() {
            out.push_str(&format!(" INCLUDE ({})", self.columns(table, &index.include)?));
        }
        if let (true, Some(only)) = (self.spelling.index_only, &index.only) {
            out.push_str(&format!(" WHERE {}", self.expression_within(table, only)?));
        }
        Ok(out)
    }

    /// `CREATE INDEX`; `modifier` stands before the name, with a trailing blank (`CONCURRENTLY `), or is empty.
    pub fn create_index(&self, table: &Table, index: &Index, modifier: &str) -> Result<String, RenderError> {
        let unique = if index.unique { "UNIQUE " } else { "" };
        Ok(format!(
            "CREATE {unique}INDEX {modifier}{} {}",
            self.ident(&index.name),
            self.index_body(table, index)?
        ))
    }

    /// `CREATE VIEW` with its columns named.
    pub fn create_view(&self, view: &View) -> Result<String, RenderError> {
        let columns: Vec<_> = view.columns.iter().map(|c| self.ident(&c.name)).collect();
        let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
        Ok(format!("CREATE VIEW {}{columns} AS {}", self.ident(&view.name), self.expression(&view.query)?))
    }

    /// `DROP VIEW`.
    pub fn drop_view(&self, view: &View) -> String {
        format!("DROP VIEW {}", self.ident(&view.name))
    }

    /// `ALTER TABLE` and the quoted name.
    pub fn alter(&self, table: &Table) -> String {
        format!("ALTER TABLE {}", self.ident(&table.name))
    }

    /// `ALTER TABLE … RENAME TO …`.
    pub fn rename_table(&self, from: &str, to: &str) -> String {
        format!("ALTER TABLE {} RENAME TO {}", self.ident(from), self.ident(to))
    }

    /// For every column of the enum: a query that is true when no row holds the value, and what to say when one does.
    pub fn unheld(&self, of: ObjectId, value: ObjectId) -> Result<Vec<(String, String)>, RenderError> {
        let missing = || RenderError::Missing(format!("a value of enum {of:?}"));
        let found = self.schema.enum_(of).and_then(|e| e.value(value)).ok_or_else(missing)?;
        let literal = self.dialect.text_literal(&found.name);
        let columns = self.schema.tables().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
        let ask = |(table, column): (&Table, &Column)| {
            let (on, name) = (self.ident(&table.name), self.ident(&column.name));
            let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {on} WHERE {name} = {literal})");
            (
                sql,
                format!(
                    "rows of {} still hold {:?} in {}; change them first",
                    table.name, found.name, column.name
                ),
            )
        };
        Ok(columns.filter(|(_, c)| c.ty == Type::Enum(of)).map(ask).collect())
    }

    /// `ALTER TABLE … RENAME COLUMN … TO …`.
    pub fn rename_column(&self, table: &Table, column: &Column, to: &str) -> String {
        format!("{} RENAME COLUMN {} TO {}", self.alter(table), self.ident(&column.name), self.ident(to))
    }
}

/// A foreign key's action clause; empty for the default.
pub fn action(clause: &str, action: Action) -> String {
    match action {
        Action::NoAction => String::new(),
        Action::Restrict => format!("{clause} RESTRICT"),
        Action::Cascade => format!("{clause} CASCADE"),
        Action::SetNull => format!("{clause} SET NULL"),
        Action::SetDefault => format!("{clause} SET DEFAULT"),
    }
}

/// When a foreign key is checked, as its last clause.
pub fn deferrable(when: Deferrable) -> &'static str {
    match when {
        Deferrable::No => "",
        Deferrable::Immediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::Deferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
