//! What an application writes while no run is at work.

use std::collections::BTreeMap;

use model::{Column, ObjectId, Schema, Table, Type, random::Random};
use stratigraph_engine::Target;

use super::{
    law::chain,
    rows::{Key, Shape, key_of, look},
    site::is_whole,
    story::Story,
    world::sample::sample,
};

/// Rows that the application knows by their keys.
const KEYS: usize = 7;

/// One statement, and what must be so when it was answered.
struct Write {
    sql: String,
    table: ObjectId,
    key: Key,
    /// The column it sets, and the value as text.
    sets: Option<(ObjectId, String)>,
    deletes: bool,
}

fn literal(column: &Column, random: &mut Random) -> Option<(String, String)> {
    let number = 10 + random.below(90);
    match &column.ty {
        Type::SmallInt | Type::Integer | Type::BigInt => Some((number.to_string(), number.to_string())),
        Type::Decimal(..) => Some((format!("{number}.5"), format!("{number}.5"))),
        Type::Text | Type::Varchar(_) => Some((format!("'Word {number}'"), format!("Word {number}"))),
        _ => None,
    }
}

fn write_one(target: &Target, schema: &Schema, table: &Table, random: &mut Random) -> Option<Write> {
    let quoted = |name: &str| target.dialect.quote_ident(name);
    // MySQL takes a number for the value of an enum at that place, so that the row has another key than the one written.
    let key_column = key_of(table).filter(|column| !matches!(column.ty, Type::Enum(_)))?;
    let (into, key_name) = (quoted(&table.name), quoted(&key_column.name));
    let number = 1 + random.below(KEYS);
    let is_text = matches!(key_column.ty, Type::Text | Type::Varchar(_) | Type::Json);
    let key = if is_text { format!("'{number}'") } else { number.to_string() };
    let made =
        |sql: String, sets, deletes| Write { sql, table: table.id, key: number.to_string(), sets, deletes };
    Some(match random.below(6) {
        0 => made(format!("DELETE FROM {into} WHERE {key_name} = {key}"), None, true),
        1 | 2 => {
            let others: Vec<&Column> =
                table.columns.iter().filter(|c| c.id != key_column.id && c.generated.is_none()).collect();
            let column = random.pick(&others)?;
            let (literal, text) = literal(column, random)?;
            let sql =
                format!("UPDATE {into} SET {} = {literal} WHERE {key_name} = {key}", quoted(&column.name));
            made(sql, Some((column.id, text)), false)
        }
        3 => made(format!("INSERT INTO {into} ({key_name}) VALUES ({key})"), None, false),
        _ => {
            let (mut names, mut values) = (vec![key_name], vec![key]);
            for column in table.columns.iter().filter(|column| column.id != key_column.id) {
                if let Some(value) = sample(column, schema, number) {
                    names.push(quoted(&column.name));
                    values.push(value);
                }
            }
            let (names, values) = (names.join(", "), values.join(", "));
            made(format!("INSERT INTO {into} ({names}) VALUES ({values})"), None, false)
        }
    })
}

impl Story<'_> {
    /// A few statements, of which those that are answered must have done what they say.
    pub async fn write(&mut self, random: &mut Random, at: usize) {
        let mut target = self.sites[at].open().await;
        let position = target.journal.position.clone();
        let heads = &position.heads;
        let name = self.sites[at].name.clone();
        self.say(&format!("the application writes to {name}:"));
        let state = self.known.history.state_at(heads).unwrap();
        let schema = state.schema("main");
        let tables: Vec<&Table> = schema.tables().collect();
        if !is_whole(&position) || tables.is_empty() {
            return self.say("→ not now");
        }
        let mut answered: Vec<Write> = Vec::new();
        for _ in 0..4 + random.below(10) {
            let table = random.pick(&tables).unwrap();
            let Some(write) = write_one(&target, schema, table, random) else { continue };
            if target.conn.run(&write.sql).await.is_ok_and(|rows| rows > 0) {
                self.say(&format!("{};", write.sql));
                answered.push(write);
            }
        }
        let applied = chain(&mut target, &self.known).await;
        let live = look(&mut target, schema).await;
        target.conn.close().await;
        let deleted = answered.iter().any(|write| write.deletes);
        let mut last: BTreeMap<(ObjectId, Key, ObjectId), &String> = BTreeMap::new();
        for write in answered.iter().filter(|_| !deleted) {
            assert!(live[&write.table].contains_key(&write.key), "{}: there is no such row", write.sql);
            if let Some((column, text)) = &write.sets {
                last.insert((write.table, write.key.clone(), *column), text);
            }
        }
        for ((table, key, column), text) in last {
            let there = format!("{:?}", live[&table][&key][&column]);
            assert!(there.contains(text.as_str()), "row {key}: {there}, and {text} was written");
        }
        let shape = Shape::new(schema, &self.known, heads, &applied);
        self.sites[at].notes.memory.wrote(&shape, &live, deleted);
        self.sites[at].notes.written |= !answered.is_empty();
        self.count("write");
    }
}
