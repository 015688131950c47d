//! Whether bytes can be a guest that is a component, found out without running them.

use wasmparser::component_types::{
    ComponentDefinedType, ComponentEntityType, ComponentFuncTypeId, ComponentValType,
};
use wasmparser::{Encoding, Parser, Payload, WasmFeatures, types::TypesRef};

use crate::branches;
use crate::error::ModuleError;
use crate::module::{features, invalid, validate};
use crate::preview2;

/// The interface that a component imports our functions from.
pub(crate) const HOST: &str = "strat:guest/host";
/// The interface that only pinned runners import from.
pub(crate) const RUNNER: &str = "strat:guest/runner";

/// Our functions, by interface and name, with their types.
const FUNCTIONS: [(&str, &str, &str, &str); 6] = [
    (HOST, "log", "strat.log", "(string) -> ()"),
    (HOST, "reject", "strat.reject", "(u32 string) -> ()"),
    (HOST, "param", "strat.param", "(string) -> option<string>"),
    (HOST, "asset", "strat.asset", "(string u64 u32) -> option<list<u8>>"),
    (HOST, "lookup", "strat.lookup", "(string) -> option<list<u8>>"),
    (RUNNER, "script", "strat.script", "() -> string"),
];

/// What a component exports.
const EXPORTS: [(&str, &str); 2] =
    [("describe", "() -> list<u8>"), ("run", "(list<u8>) -> result<list<u8>, string>")];

/// Checks that `bytes` are a component which imports only what a guest has and exports the contract.
pub(crate) fn check(bytes: &[u8]) -> Result<(), ModuleError> {
    let types = validate(bytes, features().union(WasmFeatures::COMPONENT_MODEL))?;
    let types = types.as_ref();
    for name in imports(bytes)? {
        if let Some(item) = types.component_item_for_import(name) {
            check_import(name, &item.ty, types)?;
        }
    }
    branches::check(bytes)?;
    for (name, expected) in EXPORTS {
        match types.component_item_for_export(name).map(|item| &item.ty) {
            Some(ComponentEntityType::Func(id)) => {
                let found = signature(*id, types);
                if found != expected {
                    return Err(ModuleError::ExportType { name, found, expected });
                }
            }
            Some(_) => {
                let found = "something other than a function".to_owned();
                return Err(ModuleError::ExportType { name, found, expected });
            }
            None => return Err(ModuleError::Export { name, expected }),
        }
    }
    Ok(())
}

/// The names of what the outermost component imports.
fn imports(bytes: &[u8]) -> Result<Vec<&str>, ModuleError> {
    let (mut names, mut depth) = (Vec::new(), 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding: Encoding::Component, .. } if depth > 0 => {
                // What calls go through between two components is code that the engine makes up.
                return Err(ModuleError::Feature("a component within a component".to_owned()));
            }
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) => {
                for import in section {
                    names.push(import.map_err(invalid)?.name.name);
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

fn check_import(name: &str, ty: &ComponentEntityType, types: TypesRef<'_>) -> Result<(), ModuleError> {
    let interface = preview2::unversioned(name);
    let refused = |name: &str, hint| {
        Err(ModuleError::Import { module: interface.to_owned(), name: name.to_owned(), hint })
    };
    let ComponentEntityType::Instance(id) = ty else {
        return Err(ModuleError::Import {
            module: "the world".to_owned(),
            name: name.to_owned(),
            hint: Some("import the functions of strat:guest/host"),
        });
    };
    for (name, item) in &types[*id].exports {
        match &item.ty {
            ComponentEntityType::Func(id) if interface == HOST => {
                let Some((.., known, expected)) =
                    FUNCTIONS.iter().find(|(of, function, ..)| *of == HOST && *function == name)
                else {
                    return refused(name, Some("strat has log, reject, param, asset and lookup"));
                };
                let found = signature(*id, types);
                if found != *expected {
                    let (module, name) = known.split_once('.').unwrap_or(("strat", known));
                    return Err(ModuleError::ImportType {
                        module,
                        name,
                        found,
                        expected: (*expected).to_owned(),
                    });
                }
            }
            ComponentEntityType::Func(_) if preview2::answer(interface, name).is_some() => {}
            ComponentEntityType::Func(_) => return refused(name, hint(interface)),
            ComponentEntityType::Type { .. } => {}
            ComponentEntityType::Module(_)
            | ComponentEntityType::Value(_)
            | ComponentEntityType::Instance(_)
            | ComponentEntityType::Component(_) => return refused(name, hint(interface)),
        }
    }
    Ok(())
}

/// What usually brings an interface along that guests don't have.
fn hint(interface: &str) -> Option<&'static str> {
    match interface {
        RUNNER => Some("only the runners that strat brings along are given scripts"),
        _ if interface.starts_with("wasi:http") => Some("guests have no network"),
        _ if interface.starts_with("wasi:") => {
            Some("of WASI 0.2, guests have what a language's runtime needs to start")
        }
        _ => None,
    }
}

/// A function's type as the messages print it.
fn signature(id: ComponentFuncTypeId, types: TypesRef<'_>) -> String {
    let func = &types[id];
    let params: Vec<String> = func.params.iter().map(|(_, ty)| value(ty, types, 0)).collect();
    let result = func.result.as_ref().map_or_else(|| "()".to_owned(), |ty| value(ty, types, 0));
    format!("({}) -> {result}", params.join(" "))
}

/// A value's type as WIT writes it, as deep as any of ours goes.
fn value(ty: &ComponentValType, types: TypesRef<'_>, depth: u32) -> String {
    let id = match ty {
        ComponentValType::Primitive(primitive) => return primitive.to_string(),
        ComponentValType::Type(id) if depth < 4 => *id,
        ComponentValType::Type(_) => return "…".to_owned(),
    };
    let inner = |ty: &ComponentValType| value(ty, types, depth + 1);
    let maybe = |ty: &Option<ComponentValType>| ty.as_ref().map_or_else(|| "_".to_owned(), inner);
    match &types[id] {
        ComponentDefinedType::Primitive(primitive) => primitive.to_string(),
        ComponentDefinedType::List { element, .. } => format!("list<{}>", inner(element)),
        ComponentDefinedType::Option { ty, .. } => format!("option<{}>", inner(ty)),
        ComponentDefinedType::Result { ok, err, .. } => format!("result<{}, {}>", maybe(ok), maybe(err)),
        _ => "another type".to_owned(),
    }
}
