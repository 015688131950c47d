//! The functions that `strat script new` makes of a table's columns: they compile, and read and write every type.

use crate::support::{Project, server, targets};

const TABLE: &str = r#"CreateTable(
    name: "things",
    columns: [
        (name: "id", type: BigInt, nullable: false), (name: "flag", type: Bool), (name: "small n", type: SmallInt),
        (name: "day", type: Date), (name: "at", type: TimestampTz), (name: "real", type: Real), (name: "x", type: Double),
        (name: "price", type: Decimal(12, 2)), (name: "title", type: Varchar(80)), (name: "raw", type: Bytes),
        (name: "uid", type: Uuid), (name: "doc", type: Json),
    ],
    constraints: [(is: PrimaryKey(["id"]))],
)"#;

const COLUMNS: [&str; 11] =
    ["flag", "small n", "day", "at", "real", "x", "price", "title", "raw", "uid", "doc"];

/// Each column as a function calls it: its name, and whether NULL has to be asked for.
fn called(language: &str) -> Vec<String> {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    COLUMNS
        .iter()
        .map(|name| match language {
            "go" | "assemblyscript" => name.split(' ').map(word).collect(),
            _ => name.replace(' ', "_"),
        })
        .collect()
}

/// A script that gives every column back, through the functions alone.
fn script(language: &str) -> String {
    let names = called(language);
    let each = |form: &dyn Fn(&str, &str) -> String| -> String {
        names.iter().zip(COLUMNS).map(|(called, column)| form(called, column)).collect()
    };
    match language {
        "rust" => format!(
            "mod columns;\nmod strat;\nstrat::rows!(row, writes: columns::WRITES);\n\
             fn row(row: &strat::Row, out: &mut strat::Out) -> strat::Result {{\n{}Ok(())\n}}\n",
            each(&|f, _| format!("if let Some(v) = columns::get_{f}(row) {{ columns::set_{f}(out, v); }}\n"))
        ),
        "c" => format!(
            "#include \"columns.h\"\nCOLUMNS_WRITES\n\
             void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {{\n\
             strat_i64 n; double x; strat_str s; const strat_u8 *u;\n{}}}\n",
            each(&|f, _| {
                let (v, given) = match f {
                    "flag" | "small_n" | "day" | "at" => ("n", "n"),
                    "real" | "x" => ("x", "x"),
                    "uid" => ("u", "u"),
                    _ => ("s", "s.ptr, s.len"),
                };
                format!("if (get_{f}(in, row, &{v})) set_{f}(out, {given});\n")
            })
        ),
        "zig" => format!(
            "const strat = @import(\"strat.zig\");\nconst columns = @import(\"columns.zig\");\n\
             pub const panic = strat.panic;\ncomptime {{ strat.rows(row, columns.writes); }}\n\
             fn row(in: strat.Row, out: *strat.Out) !void {{\n{}}}\n",
            each(&|f, _| format!("if (columns.get_{f}(in)) |v| columns.set_{f}(out, v);\n"))
        ),
        "assemblyscript" => format!(
            "import * as columns from \"./columns\";\nimport {{ Out, Row, rows }} from \"./strat\";\n\
             export {{ strat_abi, strat_alloc }} from \"./strat\";\n\
             function row(row: Row, out: Out): void {{\n{}}}\n\
             export function strat_run(ptr: usize, len: usize): u64 {{ return rows(ptr, columns.writes(), row); }}\n",
            each(&|f, column| {
                let sure = ["Price", "Title", "Raw", "Uid", "Doc"].contains(&f);
                let sure = if sure { "!" } else { "" };
                format!("if (!row.isNull(\"{column}\")) columns.set{f}(out, columns.get{f}(row){sure});\n")
            })
        ),
        "go" => format!(
            "package main\n\nfunc init() {{ Rows(row, Writes...) }}\n\nfunc row(row Row, out *Out) error {{\n{}return nil\n}}\n",
            each(&|f, _| format!("if v, found := Get{f}(row); found {{\nSet{f}(out, v)\n}}\n"))
        ),
        other => panic!("no functions in {other}"),
    }
}

const CASE: &str = r#"(
    rows: [
        {"flag": true, "small n": -32768, "day": "2024-02-29", "at": "2024-02-29 12:00:00.000001Z", "real": 0.25,
         "x": -0.0, "price": "1234567890.12", "title": "Größe 漢字", "raw": "00ff", "doc": "{\"a\":1}",
         "uid": "00112233-4455-6677-8899-aabbccddeeff"},
        {},
        {"flag": false, "small n": 32767, "title": "", "raw": "", "x": 1.7976931348623157e308},
    ],
    expect: [],
)"#;

#[test]
fn the_functions_of_columns_read_and_write_every_type() {
    let list: Vec<String> = COLUMNS.iter().map(|column| format!("things.{column}")).collect();
    let mut all: Option<String> = None;
    for language in ["rust", "c", "zig", "assemblyscript", "go"] {
        let project = Project::init();
        project
            .write("migrations/0001-things.ron", format!("Draft(message: \"things\", steps: [{TABLE}])\n"));
        project.strat(["record"]).ok();
        let (reads, writes) = (format!("--reads={}", list.join(",")), format!("--writes={}", list.join(",")));
        let said = project.strat(["script", "new", "mirror", "--lang", language, &reads, &writes]).ok();
        if said.contains("can't be built here yet") {
            assert!(!server::required(), "{language} is required: run tests/run\n{said}");
            targets::skip(&format!("columns in {language}"), "its compiler isn't installed");
            continue;
        }
        let source = match language {
            "rust" => "script.rs",
            "c" => "script.c",
            "zig" => "script.zig",
            "go" => "script.go",
            _ => "script.ts",
        };
        project.write(format!("data-scripts/mirror/{source}"), script(language));
        project.write("data-scripts/mirror/cases/ordinary.ron", CASE);
        project.strat(["script", "build", "mirror"]).ok();
        project.strat(["script", "test", "mirror", "--bless"]).ok();
        let blessed = project.text("data-scripts/mirror/cases/ordinary.ron");
        let (_, expect) = blessed.split_once("expect:").unwrap();
        for column in COLUMNS {
            assert!(expect.contains(&format!("{column:?}:")), "{language}: no {column} in {blessed}");
        }
        assert!(expect.contains("Größe 漢字") && expect.contains("1234567890.12"), "{blessed}");
        let wanted = all.get_or_insert_with(|| expect.to_owned());
        assert_eq!(*wanted, expect, "{language}");
    }
}

#[test]
fn a_build_makes_the_functions_anew_and_leaves_an_authors_file_alone() {
    let project = Project::init();
    project.write("migrations/0001-things.ron", format!("Draft(message: \"things\", steps: [{TABLE}])\n"));
    project.strat(["record"]).ok();
    project.strat(["script", "new", "a", "--lang=c", "--reads=things.title", "--writes=things.doc"]).ok();
    let made = project.text("data-scripts/a/columns.h");
    assert!(made.contains("int get_title(") && made.contains("void set_doc("), "{made}");
    let manifest = project.text("data-scripts/a/script.ron").replace("\"title\"", "\"headline\"");
    project.write("data-scripts/a/script.ron", manifest);
    project.strat(["script", "build", "a"]);
    let made = project.text("data-scripts/a/columns.h");
    assert!(made.contains("int get_headline(") && !made.contains("get_title"), "{made}");
    project.write("data-scripts/a/columns.h", "/* mine */\n");
    project.strat(["script", "build", "a"]);
    assert_eq!(project.text("data-scripts/a/columns.h"), "/* mine */\n");
}
