//! `strat script new`: makes a script's folder, which builds and passes its own test.

use std::{collections::BTreeMap, fs, io, path::Path};

use engine::author::script_folder;
use ledger::{nearest, printable};
use model::{Class, Literal, Schema, Type, fit::type_name, to_canonical};
use sandbox::regroup::FROM;
use serde_json::json;

use super::{
    Script, build,
    cases::{Case, Cell},
    columns,
    manifest::Manifest,
    toolchain,
};
use crate::{
    args::{Language, Shape},
    commands::{Answer, DONE},
    desk::{Desk, file_error},
    editing::Editing,
    failure::{Failure, Plain},
};

/// What a language's scripts begin with.
struct Start {
    /// The script, with placeholders.
    template: &'static str,
    /// Those of a transfer and an aggregate, where the language has functions to make rows with.
    derives: Option<(&'static str, &'static str)>,
    /// What stands beside it, by name.
    beside: &'static [(&'static str, &'static str)],
}

const RUST: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/rust/template.rs"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/rust/transfer.rs"),
        include_str!("../../../../data-scripts/sdk/rust/aggregate.rs"),
    )),
    beside: &[("strat.rs", include_str!("../../../../data-scripts/sdk/rust/strat.rs"))],
};
const C: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/c/template.c"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/c/transfer.c"),
        include_str!("../../../../data-scripts/sdk/c/aggregate.c"),
    )),
    beside: &[("strat.h", include_str!("../../../../data-scripts/sdk/c/strat.h"))],
};
const ZIG: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/zig/template.zig"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/zig/transfer.zig"),
        include_str!("../../../../data-scripts/sdk/zig/aggregate.zig"),
    )),
    beside: &[("strat.zig", include_str!("../../../../data-scripts/sdk/zig/strat.zig"))],
};
const ASSEMBLY_SCRIPT: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/assemblyscript/template.ts"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/assemblyscript/transfer.ts"),
        include_str!("../../../../data-scripts/sdk/assemblyscript/aggregate.ts"),
    )),
    beside: &[("strat.ts", include_str!("../../../../data-scripts/sdk/assemblyscript/strat.ts"))],
};
const GO: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/go/template.go"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/go/transfer.go"),
        include_str!("../../../../data-scripts/sdk/go/aggregate.go"),
    )),
    beside: &[
        ("strat.go", include_str!("../../../../data-scripts/sdk/go/strat.go")),
        ("go.mod", include_str!("../../../../data-scripts/sdk/go/go.mod.template")),
    ],
};
const JAVA_SCRIPT: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/javascript/template.js"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/javascript/transfer.js"),
        include_str!("../../../../data-scripts/sdk/javascript/aggregate.js"),
    )),
    beside: &[],
};
const PYTHON: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/python/template.py"),
    derives: Some((
        include_str!("../../../../data-scripts/sdk/python/transfer.py"),
        include_str!("../../../../data-scripts/sdk/python/aggregate.py"),
    )),
    beside: &[],
};
const WAT: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/wat/template.wat"),
    derives: None,
    beside: &[],
};

fn start(language: Language) -> Start {
    match language {
        Language::Rust => RUST,
        Language::C => C,
        Language::Zig => ZIG,
        Language::AssemblyScript => ASSEMBLY_SCRIPT,
        Language::Go => GO,
        Language::JavaScript => JAVA_SCRIPT,
        Language::Python => PYTHON,
        Language::Wat => WAT,
    }
}

/// Makes the folder.
pub fn run(
    desk: &Desk<'_>,
    name: &str,
    (language, shape): (Language, Shape),
    (reads, writes): (&[String], &[String]),
) -> Answer {
    let folder = script_folder(&desk.place.scripts(), name)?;
    if folder.exists() {
        return Err(
            Plain::new(Class::Input, format!("{} is there already", desk.place.shown(&folder))).into()
        );
    }
    let template = template(language, shape)?;
    let plan = planned(desk, shape, reads, writes)?;
    let shown = desk.place.shown(&folder);
    write(&folder, name, (language, template), &plan).map_err(|error| file_error("write", &shown, &error))?;
    desk.out.say(format!("made {shown}/ with {}, script.ron and cases/ordinary.ron", language.source()));
    let missing = toolchain::check(language, &folder).err();
    if language.needs_nothing() {
        build::build(desk, &Script { name: name.to_owned(), folder, language: Some(language) })?;
    }
    if let Some(missing) = &missing {
        desk.out
            .say(format!("it can't be built here yet: {missing}\n  {}", missing.hint().unwrap_or_default()));
    }
    let build =
        if language.needs_nothing() { String::new() } else { format!("strat script build {name}, then ") };
    desk.out.say(format!("next: {build}strat script test {name}"));
    let tool = missing.map(|missing| missing.to_string());
    desk.out.document(
        "script new",
        json!({ "name": name, "folder": shown, "language": language.word(), "missing": tool }),
    );
    Ok(DONE)
}

/// What a script of that language and shape begins with.
fn template(language: Language, shape: Shape) -> Result<&'static str, Failure> {
    let start = start(language);
    match (shape, start.derives) {
        (Shape::Backfill | Shape::Populate, _) => Ok(start.template),
        (Shape::Transfer, Some((transfer, _))) => Ok(transfer),
        (Shape::Aggregate, Some((_, aggregate))) => Ok(aggregate),
        (Shape::Transfer | Shape::Aggregate, None) => {
            let why = format!("there is no template of this shape in {}", language.word());
            Err(Plain::new(Class::Input, why).hint("--lang javascript needs no toolchain either").into())
        }
    }
}

fn write(
    folder: &Path,
    name: &str,
    (language, template): (Language, &str),
    plan: &Planned,
) -> io::Result<()> {
    let Planned { manifest, into, read, given } = plan;
    let source = template.replace("@NAME@", name).replace("@TABLE@", &plainly(&manifest.table));
    let source = source.replace("@INTO@", &plainly(into)).replace("@READ@", read).replace("@WRITE@", given);
    let case = ordinary(manifest, read, given);
    let canonical = |text: Result<String, model::CanonicalError>| text.map_err(io::Error::other);
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(folder.join(language.source()), source)?;
    for (file, text) in start(language).beside {
        fs::write(folder.join(file), text)?;
    }
    if let Some((file, text)) = columns::render(language, manifest) {
        fs::write(folder.join(file), text)?;
    }
    fs::write(folder.join("script.ron"), canonical(to_canonical(manifest))?)?;
    fs::write(folder.join("cases").join("ordinary.ron"), canonical(to_canonical(&case))?)
}

/// The case that a new script passes.
fn ordinary(manifest: &Manifest, read: &str, given: &str) -> Case {
    let text = |text: &str| Some(Cell::One(Literal::Text(text.to_owned())));
    let number = |n: i64| Some(Cell::One(Literal::Int(n)));
    let row = |cells: &[(&str, Option<Cell>)]| -> BTreeMap<String, Option<Cell>> {
        cells.iter().map(|(column, cell)| ((*column).to_owned(), cell.clone())).collect()
    };
    let rows = |texts: &[&str]| texts.iter().map(|one| row(&[(read, text(one))])).collect::<Vec<_>>();
    let null = row(&[(read, None)]);
    match manifest.shape() {
        Shape::Backfill | Shape::Populate => Case {
            rows: [rows(&["Hello World"]), vec![null], rows(&[""])].concat(),
            expect: vec![
                row(&[(given, text("hello world"))]),
                row(&[(given, None)]),
                row(&[(given, text(""))]),
            ],
            ..Case::default()
        },
        Shape::Transfer => Case {
            rows: [rows(&["a,b"]), vec![null], rows(&["", "c"])].concat(),
            expect: [(0, "a"), (0, "b"), (3, "c")]
                .map(|(from, part)| row(&[(FROM, number(from)), (given, text(part))]))
                .to_vec(),
            ..Case::default()
        },
        Shape::Aggregate => Case {
            rows: rows(&["a", "a", "b"]),
            expect: [("a", 2), ("b", 1)]
                .map(|(group, count)| row(&[(read, text(group)), (given, number(count))]))
                .to_vec(),
            ..Case::default()
        },
    }
}

/// A name for a comment.
fn plainly(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' }).collect()
}

/// Columns with their types.
type Columns = BTreeMap<String, Type>;

/// What a new script is about.
struct Planned {
    manifest: Manifest,
    /// The table that gets rows.
    into: String,
    /// The column that the template reads.
    read: String,
    /// The column that the template gives.
    given: String,
}

/// What the script is to read and write, with types from the schema that the drafts lead to.
fn planned(desk: &Desk<'_>, shape: Shape, reads: &[String], writes: &[String]) -> Result<Planned, Failure> {
    let (from, to) = (table_of(reads)?, table_of(writes)?);
    let schema = match from.is_some() || to.is_some() {
        true => Editing::begin(desk, String::new())?.ahead()?,
        false => Schema::new(),
    };
    let typed = |names: &[String],
                 table: &Option<String>,
                 otherwise: (&str, Type)|
     -> Result<Columns, Failure> {
        let Some(table) = table else { return Ok(BTreeMap::from([(otherwise.0.to_owned(), otherwise.1)])) };
        names.iter().map(|name| column(&schema, table, name)).collect()
    };
    let first = |names: &Columns| names.keys().next().cloned().unwrap_or_default();
    if matches!(shape, Shape::Backfill | Shape::Populate) {
        if let (Some(from), Some(to)) = (&from, &to)
            && from != to
        {
            let error = Plain::new(Class::Input, "a backfill reads and writes one table");
            return Err(error.hint("--shape transfer or aggregate makes rows of another").into());
        }
        let table = from.clone().or(to.clone()).unwrap_or_else(|| "docs".to_owned());
        let reads = typed(reads, &from, ("body", Type::Text))?;
        let writes = typed(writes, &to, ("slug", Type::Text))?;
        let (read, given) = (first(&reads), first(&writes));
        let manifest = Manifest { reads, writes, ..plain(&table) };
        return Ok(Planned { manifest, into: table, read, given });
    }
    let count = if shape == Shape::Aggregate { ("rows", Type::BigInt) } else { ("part", Type::Text) };
    let reads = typed(reads, &from, ("body", Type::Text))?;
    let mut gives = typed(writes, &to, count)?;
    let (read, given) = (first(&reads), first(&gives));
    let table = from.unwrap_or_else(|| "docs".to_owned());
    let into = to.unwrap_or_else(|| "parts".to_owned());
    if table == into || shape == Shape::Aggregate && read == given {
        let why = "the rows that are made stand in another table, an aggregate's count beside its group";
        return Err(Plain::new(Class::Input, why)
            .hint("such as --reads docs.author --writes authors.docs")
            .into());
    }
    let mut group = Vec::new();
    if shape == Shape::Aggregate {
        gives.extend(reads.get(&read).map(|ty| (read.clone(), ty.clone())));
        group.push(read.clone());
    }
    let manifest = Manifest { reads, group, into: BTreeMap::from([(into.clone(), gives)]), ..plain(&table) };
    Ok(Planned { manifest, into, read, given })
}

/// The one table that the columns are of; none where no column is named.
fn table_of(names: &[String]) -> Result<Option<String>, Failure> {
    let mut tables: Vec<&str> = Vec::new();
    for name in names {
        let Some((table, _)) =
            name.rsplit_once('.').filter(|(table, column)| !table.is_empty() && !column.is_empty())
        else {
            let why = format!("`{}` isn't TABLE.COLUMN", printable(name));
            return Err(Plain::new(Class::Input, why).hint("such as docs.body").into());
        };
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    match tables.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        _ => Err(Plain::new(Class::Input, "a script reads one table, and a new one writes one").into()),
    }
}

fn plain(table: &str) -> Manifest {
    Manifest {
        table: table.to_owned(),
        reads: BTreeMap::new(),
        writes: BTreeMap::new(),
        group: Vec::new(),
        into: BTreeMap::new(),
        lookups: BTreeMap::new(),
        params: BTreeMap::new(),
        assets: BTreeMap::new(),
        limits: model::data_step::Limits::default(),
    }
}

fn column(schema: &Schema, table: &str, name: &str) -> Result<(String, Type), Failure> {
    let unknown = |what: String, near: Option<String>| {
        let error = Plain::new(Class::Input, what);
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    };
    let column = name.rsplit('.').next().unwrap_or(name);
    let Some(found) = schema.table_named(table) else {
        let near = nearest(table, schema.tables().map(|table| table.name.as_str()));
        return Err(unknown(format!("there is no table {}", printable(table)), near).into());
    };
    let Some(found) = found.column_named(column) else {
        let near = nearest(column, found.columns.iter().map(|column| column.name.as_str()));
        return Err(unknown(format!("table {table} has no column {}", printable(column)), near).into());
    };
    let named = found.ty.clone().map_enum(&mut |id| {
        Ok::<_, std::convert::Infallible>(
            schema.enum_(id).map_or_else(|| type_name(&found.ty, schema), |e| e.name.clone()),
        )
    });
    if column.contains(['"', '\\']) || column.chars().any(ledger::is_control) {
        let why =
            format!("the name {} can't stand in a script's text; write it there by hand", printable(column));
        return Err(Plain::new(Class::Input, why).into());
    }
    match named {
        Ok(ty) => Ok((column.to_owned(), ty)),
        Err(never) => match never {},
    }
}
