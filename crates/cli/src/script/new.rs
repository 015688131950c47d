//! `strat script new`: makes a script's folder, which builds and passes its own test.

use std::{collections::BTreeMap, fs, io, path::Path};

use engine::author::script_folder;
use ledger::{nearest, printable};
use model::{Class, Literal, Schema, Type, fit::type_name, to_canonical};
use serde_json::json;

use super::{
    Script, build,
    cases::{Case, Cell},
    columns,
    manifest::Manifest,
    toolchain,
};
use crate::{
    args::Language,
    commands::{Answer, DONE},
    desk::{Desk, file_error},
    editing::Editing,
    failure::{Failure, Plain},
};

/// What a language's scripts begin with.
struct Start {
    /// The script, with placeholders.
    template: &'static str,
    /// What stands beside it, by name.
    beside: &'static [(&'static str, &'static str)],
}

const RUST: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/rust/template.rs"),
    beside: &[("strat.rs", include_str!("../../../../data-scripts/sdk/rust/strat.rs"))],
};
const C: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/c/template.c"),
    beside: &[("strat.h", include_str!("../../../../data-scripts/sdk/c/strat.h"))],
};
const ZIG: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/zig/template.zig"),
    beside: &[("strat.zig", include_str!("../../../../data-scripts/sdk/zig/strat.zig"))],
};
const ASSEMBLY_SCRIPT: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/assemblyscript/template.ts"),
    beside: &[("strat.ts", include_str!("../../../../data-scripts/sdk/assemblyscript/strat.ts"))],
};
const GO: Start = Start {
    template: include_str!("../../../../data-scripts/sdk/go/template.go"),
    beside: &[
        ("strat.go", include_str!("../../../../data-scripts/sdk/go/strat.go")),
        ("go.mod", include_str!("../../../../data-scripts/sdk/go/go.mod.template")),
    ],
};
const JAVA_SCRIPT: Start =
    Start { template: include_str!("../../../../data-scripts/sdk/javascript/template.js"), beside: &[] };
const PYTHON: Start =
    Start { template: include_str!("../../../../data-scripts/sdk/python/template.py"), beside: &[] };
const WAT: Start =
    Start { template: include_str!("../../../../data-scripts/sdk/wat/template.wat"), beside: &[] };

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
pub fn run(desk: &Desk<'_>, name: &str, language: Language, reads: &[String], writes: &[String]) -> Answer {
    let folder = script_folder(&desk.place.scripts(), name)?;
    if folder.exists() {
        return Err(
            Plain::new(Class::Input, format!("{} is there already", desk.place.shown(&folder))).into()
        );
    }
    let manifest = manifest(desk, reads, writes)?;
    let shown = desk.place.shown(&folder);
    write(&folder, name, language, &manifest).map_err(|error| file_error("write", &shown, &error))?;
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

fn write(folder: &Path, name: &str, language: Language, manifest: &Manifest) -> io::Result<()> {
    let read = manifest.reads.keys().next().map_or("body", String::as_str);
    let given = manifest.writes.keys().next().map_or("slug", String::as_str);
    let start = start(language);
    let source = start.template.replace("@NAME@", name).replace("@TABLE@", &plainly(&manifest.table));
    let source = source.replace("@READ@", read).replace("@WRITE@", given);
    let text = |text: &str| Some(Cell::One(Literal::Text(text.to_owned())));
    let row = |column: &str, cell: Option<Cell>| BTreeMap::from([(column.to_owned(), cell)]);
    let case = Case {
        rows: vec![row(read, text("Hello World")), row(read, None), row(read, text(""))],
        expect: vec![row(given, text("hello world")), row(given, None), row(given, text(""))],
        ..Case::default()
    };
    let canonical = |text: Result<String, model::CanonicalError>| text.map_err(io::Error::other);
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(folder.join(language.source()), source)?;
    for (file, text) in start.beside {
        fs::write(folder.join(file), text)?;
    }
    if let Some((file, text)) = columns::render(language, manifest) {
        fs::write(folder.join(file), text)?;
    }
    fs::write(folder.join("script.ron"), canonical(to_canonical(manifest))?)?;
    fs::write(folder.join("cases").join("ordinary.ron"), canonical(to_canonical(&case))?)
}

/// A name for a comment.
fn plainly(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' }).collect()
}

/// What the script is to read and write, with types from the schema that the drafts lead to.
fn manifest(desk: &Desk<'_>, reads: &[String], writes: &[String]) -> Result<Manifest, Failure> {
    let mut tables: Vec<&str> = Vec::new();
    for name in reads.iter().chain(writes) {
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
    let table = match tables.as_slice() {
        [] => return Ok(plain("docs", &["body"], &["slug"])),
        [one] => (*one).to_owned(),
        _ => return Err(Plain::new(Class::Input, "a script reads and writes one table").into()),
    };
    let schema = Editing::begin(desk, String::new())?.ahead()?;
    let typed = |names: &[String]| -> Result<BTreeMap<String, Type>, Failure> {
        names.iter().map(|name| column(&schema, &table, name)).collect()
    };
    let mut found = Manifest { reads: typed(reads)?, writes: typed(writes)?, ..plain(&table, &[], &[]) };
    if found.writes.is_empty() {
        found.writes.insert("slug".to_owned(), Type::Text);
    }
    if found.reads.is_empty() {
        found.reads.insert("body".to_owned(), Type::Text);
    }
    Ok(found)
}

fn plain(table: &str, reads: &[&str], writes: &[&str]) -> Manifest {
    let text = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), Type::Text)).collect();
    Manifest {
        table: table.to_owned(),
        reads: text(reads),
        writes: text(writes),
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
