//! The columns that `script.ron` names as functions of the script's language, so that a wrong name or type doesn't compile.

use std::collections::BTreeSet;

use model::Type;

use super::manifest::Manifest;
use crate::args::Language;

/// What a value is to a script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Uuid,
    Vector,
}

/// How a language says it. `@F` stands for a function's name, `@N` for a column's, `@T` for the constant of its type.
struct Shape {
    file: &'static str,
    head: &'static str,
    read: fn(Kind) -> Option<&'static str>,
    write: fn(Kind) -> Option<&'static str>,
    /// Before, of each, between, and after the written columns.
    writes: [&'static str; 4],
    /// Whether functions are called `GetName`, not `get_name`.
    capitals: bool,
}

const RUST: Shape = Shape {
    file: "columns.rs",
    head: "#![allow(dead_code)]\n\nuse crate::strat;\n",
    read: |kind| match kind {
        Kind::Bool => Some("pub fn get_@F(row: &strat::Row) -> Option<bool> {\n    row.bool(\"@N\")\n}"),
        Kind::Int => Some("pub fn get_@F(row: &strat::Row) -> Option<i64> {\n    row.int(\"@N\")\n}"),
        Kind::Float => Some("pub fn get_@F(row: &strat::Row) -> Option<f64> {\n    row.float(\"@N\")\n}"),
        Kind::Text => {
            Some("pub fn get_@F<'a>(row: &strat::Row<'a, '_>) -> Option<&'a str> {\n    row.text(\"@N\")\n}")
        }
        Kind::Bytes => Some(
            "pub fn get_@F<'a>(row: &strat::Row<'a, '_>) -> Option<&'a [u8]> {\n    row.bytes(\"@N\")\n}",
        ),
        Kind::Uuid => Some("pub fn get_@F(row: &strat::Row) -> Option<[u8; 16]> {\n    row.uuid(\"@N\")\n}"),
        Kind::Vector => {
            Some("pub fn get_@F(row: &strat::Row) -> Option<Vec<f32>> {\n    row.vector(\"@N\")\n}")
        }
    },
    write: |kind| match kind {
        Kind::Bool => {
            Some("pub fn set_@F(out: &mut strat::Out, value: bool) {\n    out.bool(\"@N\", value)\n}")
        }
        Kind::Int => Some("pub fn set_@F(out: &mut strat::Out, value: i64) {\n    out.int(\"@N\", value)\n}"),
        Kind::Float => {
            Some("pub fn set_@F(out: &mut strat::Out, value: f64) {\n    out.float(\"@N\", value)\n}")
        }
        Kind::Text => {
            Some("pub fn set_@F(out: &mut strat::Out, value: &str) {\n    out.text(\"@N\", value)\n}")
        }
        Kind::Bytes => {
            Some("pub fn set_@F(out: &mut strat::Out, value: &[u8]) {\n    out.bytes(\"@N\", value)\n}")
        }
        Kind::Uuid => {
            Some("pub fn set_@F(out: &mut strat::Out, value: [u8; 16]) {\n    out.uuid(\"@N\", value)\n}")
        }
        Kind::Vector => {
            Some("pub fn set_@F(out: &mut strat::Out, value: &[f32]) {\n    out.vector(\"@N\", value)\n}")
        }
    },
    writes: ["pub const WRITES: &[strat::Write] = &[", "(\"@N\", strat::@T)", ", ", "];"],
    capitals: false,
};

const C: Shape = Shape {
    file: "columns.h",
    head: "#pragma once\n#include \"strat.h\"\n",
    read: |kind| match kind {
        Kind::Bool | Kind::Int => Some(
            "static inline int get_@F(const strat_batch *in, strat_u32 row, strat_i64 *value) {\n  return strat_int(in, \"@N\", row, value);\n}",
        ),
        Kind::Float => Some(
            "static inline int get_@F(const strat_batch *in, strat_u32 row, double *value) {\n  return strat_float(in, \"@N\", row, value);\n}",
        ),
        Kind::Text | Kind::Bytes => Some(
            "static inline int get_@F(const strat_batch *in, strat_u32 row, strat_str *value) {\n  return strat_text(in, \"@N\", row, value);\n}",
        ),
        Kind::Uuid => Some(
            "static inline int get_@F(const strat_batch *in, strat_u32 row, const strat_u8 **value) {\n  return strat_uuid(in, \"@N\", row, value);\n}",
        ),
        Kind::Vector => None,
    },
    write: |kind| match kind {
        Kind::Bool | Kind::Int => Some(
            "static inline void set_@F(strat_out *out, strat_i64 value) { strat_put_int(out, \"@N\", value); }",
        ),
        Kind::Float => Some(
            "static inline void set_@F(strat_out *out, double value) { strat_put_float(out, \"@N\", value); }",
        ),
        Kind::Text | Kind::Bytes => Some(
            "static inline void set_@F(strat_out *out, const char *ptr, strat_u32 len) {\n  strat_put_text(out, \"@N\", ptr, len);\n}",
        ),
        Kind::Uuid => Some(
            "static inline void set_@F(strat_out *out, const strat_u8 *value) { strat_put_uuid(out, \"@N\", value); }",
        ),
        Kind::Vector => None,
    },
    writes: ["#define COLUMNS_WRITES STRAT_WRITES(", "{\"@N\", STRAT_@T}", ", ", ")"],
    capitals: false,
};

const ZIG: Shape = Shape {
    file: "columns.zig",
    head: "const strat = @import(\"strat.zig\");\n",
    read: |kind| match kind {
        Kind::Bool => Some("pub fn get_@F(in: strat.Row) ?bool {\n    return in.boolean(\"@N\");\n}"),
        Kind::Int => Some("pub fn get_@F(in: strat.Row) ?i64 {\n    return in.int(\"@N\");\n}"),
        Kind::Float => Some("pub fn get_@F(in: strat.Row) ?f64 {\n    return in.float(\"@N\");\n}"),
        Kind::Text => Some("pub fn get_@F(in: strat.Row) ?[]const u8 {\n    return in.text(\"@N\");\n}"),
        Kind::Bytes => Some("pub fn get_@F(in: strat.Row) ?[]const u8 {\n    return in.bytes(\"@N\");\n}"),
        Kind::Uuid => Some("pub fn get_@F(in: strat.Row) ?[16]u8 {\n    return in.uuid(\"@N\");\n}"),
        Kind::Vector => Some("pub fn get_@F(in: strat.Row) ?[]const f32 {\n    return in.vector(\"@N\");\n}"),
    },
    write: |kind| match kind {
        Kind::Bool => {
            Some("pub fn set_@F(out: *strat.Out, value: bool) void {\n    out.boolean(\"@N\", value);\n}")
        }
        Kind::Int => {
            Some("pub fn set_@F(out: *strat.Out, value: i64) void {\n    out.int(\"@N\", value);\n}")
        }
        Kind::Float => {
            Some("pub fn set_@F(out: *strat.Out, value: f64) void {\n    out.float(\"@N\", value);\n}")
        }
        Kind::Text => {
            Some("pub fn set_@F(out: *strat.Out, value: []const u8) void {\n    out.text(\"@N\", value);\n}")
        }
        Kind::Bytes => {
            Some("pub fn set_@F(out: *strat.Out, value: []const u8) void {\n    out.bytes(\"@N\", value);\n}")
        }
        Kind::Uuid => {
            Some("pub fn set_@F(out: *strat.Out, value: [16]u8) void {\n    out.uuid(\"@N\", value);\n}")
        }
        Kind::Vector => Some(
            "pub fn set_@F(out: *strat.Out, value: []const f32) void {\n    out.vector(\"@N\", value);\n}",
        ),
    },
    writes: ["pub const writes: []const strat.Write = &.{ ", ".{ \"@N\", .@\"@t\" }", ", ", " };"],
    capitals: false,
};

const ASSEMBLY_SCRIPT: Shape = Shape {
    file: "columns.ts",
    head: "import * as strat from \"./strat\";\n",
    read: |kind| match kind {
        Kind::Bool => Some("export function get@F(row: strat.Row): bool {\n  return row.bool(\"@N\");\n}"),
        Kind::Int => Some("export function get@F(row: strat.Row): i64 {\n  return row.int(\"@N\");\n}"),
        Kind::Float => Some("export function get@F(row: strat.Row): f64 {\n  return row.float(\"@N\");\n}"),
        Kind::Text => {
            Some("export function get@F(row: strat.Row): string | null {\n  return row.text(\"@N\");\n}")
        }
        Kind::Bytes => {
            Some("export function get@F(row: strat.Row): Uint8Array | null {\n  return row.bytes(\"@N\");\n}")
        }
        Kind::Uuid => {
            Some("export function get@F(row: strat.Row): Uint8Array | null {\n  return row.uuid(\"@N\");\n}")
        }
        Kind::Vector => Some(
            "export function get@F(row: strat.Row): Float32Array | null {\n  return row.vector(\"@N\");\n}",
        ),
    },
    write: |kind| match kind {
        Kind::Bool => {
            Some("export function set@F(out: strat.Out, value: bool): void {\n  out.bool(\"@N\", value);\n}")
        }
        Kind::Int => {
            Some("export function set@F(out: strat.Out, value: i64): void {\n  out.int(\"@N\", value);\n}")
        }
        Kind::Float => {
            Some("export function set@F(out: strat.Out, value: f64): void {\n  out.float(\"@N\", value);\n}")
        }
        Kind::Text => Some(
            "export function set@F(out: strat.Out, value: string): void {\n  out.text(\"@N\", value);\n}",
        ),
        Kind::Bytes => Some(
            "export function set@F(out: strat.Out, value: Uint8Array): void {\n  out.bytes(\"@N\", value);\n}",
        ),
        Kind::Uuid => Some(
            "export function set@F(out: strat.Out, value: Uint8Array): void {\n  out.uuid(\"@N\", value);\n}",
        ),
        Kind::Vector => Some(
            "export function set@F(out: strat.Out, value: Float32Array): void {\n  out.vector(\"@N\", value);\n}",
        ),
    },
    writes: [
        "export function writes(): strat.Write[] {\n  return [",
        "strat.write(\"@N\", strat.@T)",
        ", ",
        "];\n}",
    ],
    capitals: true,
};

const GO: Shape = Shape {
    file: "columns.go",
    head: "package main\n",
    read: |kind| match kind {
        Kind::Bool => Some("func Get@F(row Row) (value, found bool) { return row.Bool(\"@N\") }"),
        Kind::Int => Some("func Get@F(row Row) (value int64, found bool) { return row.Int(\"@N\") }"),
        Kind::Float => Some("func Get@F(row Row) (value float64, found bool) { return row.Float(\"@N\") }"),
        Kind::Text => Some("func Get@F(row Row) (value string, found bool) { return row.Text(\"@N\") }"),
        Kind::Bytes => Some("func Get@F(row Row) (value []byte, found bool) { return row.Bytes(\"@N\") }"),
        Kind::Uuid => Some("func Get@F(row Row) (value [16]byte, found bool) { return row.UUID(\"@N\") }"),
        Kind::Vector => {
            Some("func Get@F(row Row) (value []float32, found bool) { return row.Vector(\"@N\") }")
        }
    },
    write: |kind| match kind {
        Kind::Bool => Some("func Set@F(out *Out, value bool) { out.Bool(\"@N\", value) }"),
        Kind::Int => Some("func Set@F(out *Out, value int64) { out.Int(\"@N\", value) }"),
        Kind::Float => Some("func Set@F(out *Out, value float64) { out.Float(\"@N\", value) }"),
        Kind::Text => Some("func Set@F(out *Out, value string) { out.Text(\"@N\", value) }"),
        Kind::Bytes => Some("func Set@F(out *Out, value []byte) { out.Bytes(\"@N\", value) }"),
        Kind::Uuid => Some("func Set@F(out *Out, value [16]byte) { out.UUID(\"@N\", value) }"),
        Kind::Vector => Some("func Set@F(out *Out, value []float32) { out.Vector(\"@N\", value) }"),
    },
    writes: ["var Writes = []Write{", "{\"@N\", @T}", ", ", "}"],
    capitals: true,
};

/// The languages that have such a file: not WAT, which has no functions of a column's type, nor those that
/// an interpreter runs, whose rows have names and no types.
fn shape(language: Language) -> Option<Shape> {
    match language {
        Language::Rust => Some(RUST),
        Language::C => Some(C),
        Language::Zig => Some(ZIG),
        Language::AssemblyScript => Some(ASSEMBLY_SCRIPT),
        Language::Go => Some(GO),
        Language::JavaScript | Language::Python | Language::Wat => None,
    }
}

fn kind(ty: &Type) -> Option<(Kind, &'static str)> {
    Some(match ty {
        Type::Bool => (Kind::Bool, "BOOL"),
        Type::SmallInt => (Kind::Int, "SMALL_INT"),
        Type::Integer => (Kind::Int, "INTEGER"),
        Type::BigInt => (Kind::Int, "BIG_INT"),
        Type::Real => (Kind::Float, "REAL"),
        Type::Double => (Kind::Float, "DOUBLE"),
        Type::Decimal(..) => (Kind::Text, "DECIMAL"),
        Type::Text => (Kind::Text, "TEXT"),
        Type::Varchar(_) => (Kind::Text, "VARCHAR"),
        Type::Char(_) => (Kind::Text, "CHAR"),
        Type::Bytes => (Kind::Bytes, "BYTES"),
        Type::Uuid => (Kind::Uuid, "UUID"),
        Type::Date => (Kind::Int, "DATE"),
        Type::Time => (Kind::Int, "TIME"),
        Type::Timestamp => (Kind::Int, "TIMESTAMP"),
        Type::TimestampTz => (Kind::Int, "TIMESTAMP_TZ"),
        Type::Json => (Kind::Text, "JSON"),
        Type::Enum(_) => (Kind::Text, "ENUM"),
        Type::Vector(_) => (Kind::Vector, "VECTOR"),
        Type::Array(_) | Type::Native(_) => return None,
    })
}

/// The first words of such a file, by which one is known from a file of the author's.
const MARK: &str = "Made by `strat script` from script.ron";

/// The file's name and text; nothing for a language without.
pub fn render(language: Language, manifest: &Manifest) -> Option<(&'static str, String)> {
    let shape = shape(language)?;
    let head = shape.head;
    let mut text = format!(
        "// {MARK}, and made anew with every build: change the types there.\n// Times are microseconds, dates are days, since 1970.\n{head}"
    );
    for (columns, say) in [(&manifest.seen(), shape.read), (&manifest.given(), shape.write)] {
        let mut taken = BTreeSet::new();
        for (name, ty) in columns {
            let found =
                kind(ty).filter(|_| plain(name)).and_then(|(kind, constant)| Some((say(kind)?, constant)));
            let Some((function, constant)) = found else { continue };
            let mut called = identifier(name, shape.capitals);
            while !taken.insert(called.clone()) {
                called.push('_');
            }
            text.push_str(&format!("\n{}\n", fill(function, &called, name, constant)));
        }
    }
    let [before, each, between, after] = shape.writes;
    let given = manifest.given();
    let written = given.iter().filter(|(name, _)| plain(name));
    let written = written.filter_map(|(name, ty)| {
        let (kind, constant) = kind(ty)?;
        (shape.write)(kind).map(|_| fill(each, "", name, constant))
    });
    let list = written.collect::<Vec<_>>().join(between);
    text.push_str(&format!("\n{before}{list}{after}\n"));
    Some((shape.file, text))
}

/// Whether a file's text is one that may be made anew.
pub fn is_made(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains(MARK))
}

fn fill(form: &str, called: &str, name: &str, constant: &str) -> String {
    let form = form.replace("@F", called).replace("@T", constant);
    form.replace("@t", &constant.to_ascii_lowercase()).replace("@N", name)
}

/// Whether a name can stand between quotes in every language.
fn plain(name: &str) -> bool {
    !name.contains(['"', '\\', '$']) && !name.chars().any(char::is_control)
}

/// A name as part of a function's.
fn identifier(name: &str, capitals: bool) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let snake: String = name.trim_start_matches('@').chars().map(letter).collect();
    if !capitals {
        return snake;
    }
    let capital = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    };
    snake.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn names_become_parts_of_names() {
        assert_eq!(identifier("created at", false), "created_at");
        assert_eq!(identifier("created_at", true), "CreatedAt");
        assert_eq!(identifier("größe", false), "gr__e");
        assert_eq!(identifier("_2nd", true), "2nd");
    }
}
