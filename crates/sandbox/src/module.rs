//! Whether bytes can be a guest, found out without running them.

use wasmparser::{
    ExternalKind, FuncType, Operator, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures,
    types::{EntityType, Types},
};

use crate::branches;
use crate::component;
use crate::error::ModuleError;
use crate::host::FUNCTIONS;
use crate::script::Script;

/// The contract version that `strat_abi` returns.
pub const ABI: i32 = 1;
/// The largest module a ledger takes.
pub const MAX_MODULE_BYTES: u64 = 16 << 20;

/// What a guest exports, the last one only where its runtime wants to be started.
const EXPORTS: [(&str, &str); 4] = [
    ("strat_abi", "() -> i32"),
    ("strat_alloc", "(i32) -> i32"),
    ("strat_run", "(i32 i32) -> i64"),
    ("_initialize", "() -> ()"),
];

/// The checks on a module's bytes.
pub struct Module;

/// What a checked module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleInfo {
    /// BLAKE3 of its bytes.
    pub blake3: model::Digest,
    /// Its size.
    pub bytes: u64,
    /// The contract version it speaks.
    pub abi: u32,
    /// How it carries the contract.
    pub carrier: Carrier,
}

/// How a guest carries the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// As a core module.
    Core,
    /// As a component.
    Component,
    /// As a script, by the runner with that digest.
    Runner(model::Digest),
}

/// What guests may be made of: the second version of WebAssembly without anything whose results differ.
pub(crate) fn features() -> WasmFeatures {
    WasmFeatures::WASM2.union(WasmFeatures::EXTENDED_CONST)
}

impl Module {
    /// Checks that `bytes` are a guest: a core module or a component which imports only what guests have and exports the
    /// contract, or a script for a runner.
    ///
    /// What `strat_abi` returns is checked here when it's a constant, and in any case by [`crate::Guest::load`].
    pub fn check(bytes: &[u8]) -> Result<ModuleInfo, ModuleError> {
        let size = bytes.len() as u64;
        if size > MAX_MODULE_BYTES {
            return Err(ModuleError::TooLarge { bytes: size });
        }
        let carrier = carrier(bytes)?;
        match carrier {
            Carrier::Core => {
                // Before features and validity: a guest built for WASI is told what it is, not which section is odd.
                imports(bytes)?;
                let types = validate(bytes, features())?;
                branches::check(bytes)?;
                exports(bytes, &types)?;
            }
            Carrier::Component => component::check(bytes)?,
            Carrier::Runner(_) => {}
        }
        Ok(ModuleInfo { blake3: model::Digest::of(bytes), bytes: size, abi: ABI as u32, carrier })
    }
}

/// What the first bytes say that they are.
fn carrier(bytes: &[u8]) -> Result<Carrier, ModuleError> {
    match bytes {
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Ok(Carrier::Core),
        [0, b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => {
            Ok(Script::read(bytes)?.map_or(Carrier::Component, |script| Carrier::Runner(script.runner)))
        }
        [0, b'a', b's', b'm', ..] => Err(ModuleError::NotWasm("of a version that strat doesn't know".into())),
        [] => Err(ModuleError::NotWasm("the file is empty".into())),
        _ if bytes.trim_ascii_start().starts_with(b"(") => {
            Err(ModuleError::NotWasm("this is its text form: build it first".into()))
        }
        _ => Err(ModuleError::NotWasm("the first four bytes aren't \\0asm".into())),
    }
}

/// Checks that the bytes are valid and made of these features alone.
pub(crate) fn validate(bytes: &[u8], features: WasmFeatures) -> Result<Types, ModuleError> {
    Validator::new_with_features(features).validate_all(bytes).map_err(|error| {
        // Valid with every feature means that one was used which guests don't have.
        match Validator::new_with_features(WasmFeatures::all()).validate_all(bytes) {
            Ok(_) => ModuleError::Feature(error.message().to_owned()),
            Err(_) => ModuleError::Invalid(format!("{} at offset {:#x}", error.message(), error.offset())),
        }
    })
}

pub(crate) fn invalid(error: wasmparser::BinaryReaderError) -> ModuleError {
    ModuleError::Invalid(format!("{} at offset {:#x}", error.message(), error.offset()))
}

fn imports(bytes: &[u8]) -> Result<(), ModuleError> {
    let mut types: Vec<Option<FuncType>> = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group.map_err(invalid)?.into_types() {
                        types.push(match ty.composite_type.inner {
                            wasmparser::CompositeInnerType::Func(func) => Some(func),
                            _ => None,
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(invalid)?;
                    check_import(import.module, import.name, import.ty, &types)?;
                }
            }
            Payload::CodeSectionStart { .. } => return Ok(()),
            _ => {}
        }
    }
    Ok(())
}

fn check_import(
    module: &str,
    name: &str,
    ty: TypeRef,
    types: &[Option<FuncType>],
) -> Result<(), ModuleError> {
    let Some(known) = FUNCTIONS.iter().find(|known| known.module == module && known.name == name) else {
        return Err(ModuleError::Import {
            module: module.to_owned(),
            name: name.to_owned(),
            hint: hint(module, name),
        });
    };
    let found = match ty {
        TypeRef::Func(index) => match types.get(index as usize) {
            Some(Some(func)) => signature(func),
            _ => "a function of an unknown type".to_owned(),
        },
        _ => "something other than a function".to_owned(),
    };
    let expected = known.signature();
    if found == expected {
        Ok(())
    } else {
        Err(ModuleError::ImportType { module: known.module, name: known.name, found, expected })
    }
}

/// What usually brings an import along that guests don't have.
fn hint(module: &str, name: &str) -> Option<&'static str> {
    Some(match (module, name) {
        ("strat", _) => "strat has log, reject, param, asset and lookup",
        (
            "wasi_snapshot_preview1",
            "fd_prestat_get" | "fd_prestat_dir_name" | "fd_fdstat_set_flags" | "path_open",
        ) => {
            "something opens files: declare the file as an asset of the step. In Go it is package os, which fmt and log \
             bring along: use strconv and strings"
        }
        ("wasi_snapshot_preview1", "fd_read" | "fd_pread" | "fd_readdir" | "fd_filestat_get") => {
            "something reads files: declare the file as an asset of the step"
        }
        ("wasi_snapshot_preview1", "clock_res_get") => {
            "something measures time: pass it as a parameter of the step"
        }
        ("wasi_snapshot_preview1", name) if name.starts_with("sock_") => "guests have no network",
        ("wasi_snapshot_preview1", name) if name.starts_with("path_") => "guests have no files",
        ("wasi_snapshot_preview1", _) => {
            "of WASI, guests have the 13 functions that a runtime needs to start"
        }
        ("wasi_unstable", _) => "built for a draft of WASI: build for wasm32-unknown-unknown or wasip1",
        ("env", "memory") => "built with an imported memory: leave out --import-memory",
        ("env", "abort") => "AssemblyScript's abort: build with --use abort=",
        ("env", _) => "an undefined symbol became an import: a library is missing at link time",
        ("__wbindgen_placeholder__" | "wbg", _) => "wasm-bindgen is for browsers: use the SDK's own exports",
        ("gojs" | "go", _) => "built for the browser: build with GOOS=wasip1",
        _ => return None,
    })
}

fn exports(bytes: &[u8], types: &Types) -> Result<(), ModuleError> {
    let types = types.as_ref();
    let all: Vec<(&str, EntityType)> = types.core_exports().map(Iterator::collect).unwrap_or_default();
    let find = |name: &str| all.iter().find(|(other, _)| *other == name).map(|(_, ty)| ty);
    let expected = "a memory of 32 bits, not shared";
    match find("memory") {
        Some(EntityType::Memory(memory)) if !memory.memory64 && !memory.shared => {}
        Some(_) => {
            let found = "something else".to_owned();
            return Err(ModuleError::ExportType { name: "memory", found, expected });
        }
        None => return Err(ModuleError::Export { name: "memory", expected }),
    }
    for (name, expected) in EXPORTS {
        let found = match find(name) {
            None if name == "_initialize" => continue,
            None => return Err(ModuleError::Export { name, expected }),
            Some(EntityType::Func(id)) => match types.get(*id).map(|ty| &ty.composite_type.inner) {
                Some(wasmparser::CompositeInnerType::Func(func)) => signature(func),
                _ => "a function of an unknown type".to_owned(),
            },
            Some(_) => "something other than a function".to_owned(),
        };
        if found != expected {
            return Err(ModuleError::ExportType { name, found, expected });
        }
    }
    match constant_abi(bytes).map_err(invalid)? {
        Some(found) if found != ABI => Err(ModuleError::Abi { found }),
        _ => Ok(()),
    }
}

/// What `strat_abi` returns, when its body is one constant.
fn constant_abi(bytes: &[u8]) -> Result<Option<i32>, wasmparser::BinaryReaderError> {
    let (mut imported, mut wanted, mut body) = (0, None, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.name == "strat_abi" && export.kind == ExternalKind::Func {
                        wanted = export.index.checked_sub(imported);
                    }
                }
            }
            Payload::CodeSectionEntry(code) => {
                if Some(body) == wanted {
                    let operators: Result<Vec<Operator<'_>>, _> =
                        code.get_operators_reader()?.into_iter().take(3).collect();
                    return Ok(match operators?.as_slice() {
                        [Operator::I32Const { value }, Operator::End] => Some(*value),
                        _ => None,
                    });
                }
                body += 1;
            }
            _ => {}
        }
    }
    Ok(None)
}

/// A function's type as the messages print it.
fn signature(func: &FuncType) -> String {
    let names = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    match func.results() {
        [one] => format!("({}) -> {one}", names(func.params())),
        many => format!("({}) -> ({})", names(func.params()), names(many)),
    }
}
