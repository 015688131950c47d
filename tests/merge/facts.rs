//! What is true of a schema, a line each.

use std::collections::BTreeSet;

use model::{
    Column, Constraint, ConstraintKind, Default, Index, Key, Literal, Schema, State, Table, Template,
    constraint::Action, fit::type_name, schema::Anchor,
};

/// Everything that is true of all databases, in order.
pub fn of(state: &State) -> Vec<String> {
    let mut facts = Vec::new();
    for (database, schema) in state.schemas() {
        let prefix = if database == "main" { String::new() } else { format!("{database}: ") };
        facts.extend(of_schema(schema).into_iter().map(|fact| format!("{prefix}{fact}")));
    }
    facts.sort();
    facts
}

/// What is no longer true, and what is now.
pub fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let set = |facts: &[String]| facts.iter().cloned().collect::<BTreeSet<_>>();
    let gone = before.iter().filter(|fact| !set(after).contains(*fact)).map(|fact| format!("- {fact}"));
    let new = after.iter().filter(|fact| !set(before).contains(*fact)).map(|fact| format!("+ {fact}"));
    gone.chain(new).collect()
}

fn of_schema(schema: &Schema) -> Vec<String> {
    let mut facts = Vec::new();
    for table in schema.tables() {
        let name = &table.name;
        facts.push(format!("table {name}"));
        facts.extend(table.columns.iter().map(|c| of_column(table, c, schema)));
        facts.extend(table.constraints.iter().map(|c| of_constraint(table, c, schema)));
        facts.extend(table.indexes.iter().map(|i| of_index(table, i, schema)));
        facts.extend(table.comment.iter().map(|text| format!("comment on {name}: {text}")));
        let comments = table.columns.iter().filter_map(|c| Some((&c.name, c.comment.as_ref()?)));
        facts.extend(comments.map(|(column, text)| format!("comment on {name}.{column}: {text}")));
    }
    for of in schema.enums() {
        let values: Vec<&str> = of.values.iter().map(|v| v.name.as_str()).collect();
        assert!(of.values.iter().all(|v| match v.anchor {
            Some(Anchor::Before(id) | Anchor::After(id)) => of.value(id).is_some(),
            None => true,
        }));
        facts.push(format!("enum {} ({})", of.name, values.join(", ")));
        facts.extend(of.comment.iter().map(|text| format!("comment on {}: {text}", of.name)));
    }
    for view in schema.views() {
        let columns: Vec<&str> = view.columns.iter().map(|c| c.name.as_str()).collect();
        facts.push(format!("view {} ({}): {}", view.name, columns.join(", "), template(&view.query, schema)));
        facts.extend(view.comment.iter().map(|text| format!("comment on {}: {text}", view.name)));
    }
    facts.extend(schema.extensions().map(|extension| format!("extension {}", extension.name)));
    facts
}

fn template(template: &Template, schema: &Schema) -> String {
    template.render(schema, &str::to_owned, &|value| format!("'{value}'")).unwrap()
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Bool(b) => b.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(x) => x.to_string(),
        Literal::Text(text) => format!("'{text}'"),
    }
}

fn of_column(table: &Table, column: &Column, schema: &Schema) -> String {
    let mut fact = format!("{}.{} {}", table.name, column.name, type_name(&column.ty, schema));
    if !column.nullable {
        fact += " not null";
    }
    let default = column.default.as_ref().map(|default| match default {
        Default::Literal(constant) => literal(constant),
        Default::Now => "now".to_owned(),
        Default::Uuid => "uuid".to_owned(),
        Default::Expression(expression) => template(expression, schema),
    });
    if let Some(default) = &default {
        fact += &format!(" default {default}");
    }
    let initial = column.initial.as_ref().map(literal);
    if let Some(initial) = initial.filter(|initial| default.as_ref() != Some(initial)) {
        fact += &format!(" initial {initial}");
    }
    if column.identity.is_some() {
        fact += " identity";
    }
    if let Some(generated) = &column.generated {
        fact += &format!(" as {}", template(&generated.expression, schema));
    }
    fact
}

fn named(table: &Table, ids: &[model::ObjectId]) -> String {
    let names: Vec<&str> = ids.iter().map(|id| table.column(*id).unwrap().name.as_str()).collect();
    format!("{} ({})", table.name, names.join(", "))
}

fn of_constraint(table: &Table, constraint: &Constraint, schema: &Schema) -> String {
    let name = &constraint.name;
    match &constraint.kind {
        ConstraintKind::PrimaryKey(ids) => format!("primary key {name} on {}", named(table, ids)),
        ConstraintKind::Unique(ids) => format!("unique {name} on {}", named(table, ids)),
        ConstraintKind::Check(check) => {
            format!("check {name} on {}: {}", table.name, template(check, schema))
        }
        ConstraintKind::ForeignKey(key) => {
            let parent = schema.table(key.references).unwrap();
            let mut fact = format!(
                "foreign key {name} from {} to {}",
                named(table, &key.columns),
                named(parent, &key.to)
            );
            if key.on_delete != Action::NoAction {
                fact += &format!(" on delete {:?}", key.on_delete);
            }
            fact
        }
    }
}

fn of_index(table: &Table, index: &Index, schema: &Schema) -> String {
    let key = |key: &Key<model::ObjectId, Template>| match key {
        Key::Column(id) => table.column(*id).unwrap().name.clone(),
        Key::Desc(id) => format!("{} desc", table.column(*id).unwrap().name),
        Key::Expression(expression, _) => template(expression, schema),
    };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let unique = if index.unique { "unique " } else { "" };
    format!("{unique}index {} on {} ({})", index.name, table.name, keys.join(", "))
}
