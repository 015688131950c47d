//! WASI 0.2 as far as a language's runtime needs it to start, answered with constants like preview 1 in `wasi.rs`.
//!
//! There is nothing behind it either: the wall clock stands still, sleeping is over at once, random numbers come from a fixed
//! seed in every instance, there are no arguments, variables and folders, and what is written to the outputs is the step's log.
//! Functions of things that nobody can get hold of (files, sockets) can be imported, and are never reached.

use wasmtime::component::types::{ComponentItem, Type};
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceDynamic, ResourceType, Val};
use wasmtime::{Engine, StoreContextMut};

use crate::host::{CALL_FUEL, State, Stop, bad, log_text};
use crate::wasi::WALL_CLOCK;

/// How a function is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// With what its type has for nothing: an empty list, `none`, no value.
    Nothing,
    /// With a failure: this case of its error type.
    Fails(&'static str),
    /// With a thing of the type it returns, which is good for nothing but to be passed on.
    Thing,
    /// With a number.
    Number(u64),
    /// With so many seconds, and so many nanoseconds.
    Moment(u64, u32),
    /// With the nanoseconds of the other clock, which sleeping moves.
    Ticks,
    /// With something to wait for, which is over at once: so many nanoseconds from now, or then.
    Sleep { absolute: bool },
    /// That it has happened, for each that was asked about.
    Ready,
    /// With random bytes.
    Bytes,
    /// With random numbers of 64 bits.
    Words,
    /// By writing it to the log.
    Write,
    /// By ending the run.
    Exit,
    /// Not at all: nobody can have what it works on.
    Never,
}

/// What an output takes at once.
const ROOM: u64 = 4096;
/// The most random bytes of one call.
const MAX_RANDOM: u64 = 1 << 20;

const ANSWERS: &[(&str, &str, Answer)] = &[
    ("wasi:cli/environment", "get-environment", Answer::Nothing),
    ("wasi:cli/environment", "get-arguments", Answer::Nothing),
    ("wasi:cli/environment", "initial-cwd", Answer::Nothing),
    ("wasi:cli/exit", "exit", Answer::Exit),
    ("wasi:cli/stdin", "get-stdin", Answer::Thing),
    ("wasi:cli/stdout", "get-stdout", Answer::Thing),
    ("wasi:cli/stderr", "get-stderr", Answer::Thing),
    ("wasi:cli/terminal-stdin", "get-terminal-stdin", Answer::Nothing),
    ("wasi:cli/terminal-stdout", "get-terminal-stdout", Answer::Nothing),
    ("wasi:cli/terminal-stderr", "get-terminal-stderr", Answer::Nothing),
    ("wasi:clocks/monotonic-clock", "now", Answer::Ticks),
    ("wasi:clocks/monotonic-clock", "resolution", Answer::Number(1)),
    ("wasi:clocks/monotonic-clock", "subscribe-duration", Answer::Sleep { absolute: false }),
    ("wasi:clocks/monotonic-clock", "subscribe-instant", Answer::Sleep { absolute: true }),
    ("wasi:clocks/wall-clock", "now", Answer::Moment(WALL_CLOCK / 1_000_000_000, 0)),
    ("wasi:clocks/wall-clock", "resolution", Answer::Moment(0, 1)),
    ("wasi:filesystem/preopens", "get-directories", Answer::Nothing),
    ("wasi:filesystem/types", "*", Answer::Never),
    ("wasi:io/error", "*", Answer::Never),
    ("wasi:io/poll", "[method]pollable.ready", Answer::Ready),
    ("wasi:io/poll", "[method]pollable.block", Answer::Nothing),
    ("wasi:io/poll", "poll", Answer::Ready),
    ("wasi:io/streams", "[method]input-stream.read", Answer::Fails("closed")),
    ("wasi:io/streams", "[method]input-stream.blocking-read", Answer::Fails("closed")),
    ("wasi:io/streams", "[method]input-stream.skip", Answer::Fails("closed")),
    ("wasi:io/streams", "[method]input-stream.blocking-skip", Answer::Fails("closed")),
    ("wasi:io/streams", "[method]input-stream.subscribe", Answer::Thing),
    ("wasi:io/streams", "[method]output-stream.check-write", Answer::Number(ROOM)),
    ("wasi:io/streams", "[method]output-stream.write", Answer::Write),
    ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", Answer::Write),
    ("wasi:io/streams", "[method]output-stream.flush", Answer::Nothing),
    ("wasi:io/streams", "[method]output-stream.blocking-flush", Answer::Nothing),
    ("wasi:io/streams", "[method]output-stream.subscribe", Answer::Thing),
    ("wasi:random/random", "get-random-bytes", Answer::Bytes),
    ("wasi:random/random", "get-random-u64", Answer::Words),
    ("wasi:random/insecure", "get-insecure-random-bytes", Answer::Bytes),
    ("wasi:random/insecure", "get-insecure-random-u64", Answer::Words),
    ("wasi:random/insecure-seed", "insecure-seed", Answer::Words),
    ("wasi:sockets/instance-network", "instance-network", Answer::Thing),
    ("wasi:sockets/network", "*", Answer::Never),
    ("wasi:sockets/tcp-create-socket", "create-tcp-socket", Answer::Fails("access-denied")),
    ("wasi:sockets/udp-create-socket", "create-udp-socket", Answer::Fails("access-denied")),
    ("wasi:sockets/ip-name-lookup", "resolve-addresses", Answer::Fails("access-denied")),
    ("wasi:sockets/ip-name-lookup", "*", Answer::Never),
    ("wasi:sockets/tcp", "*", Answer::Never),
    ("wasi:sockets/udp", "*", Answer::Never),
];

/// The things that can be had, or at least be spoken of; each is a type of its own, wherever it is imported from.
const THINGS: [&str; 14] = [
    "input-stream",
    "output-stream",
    "error",
    "pollable",
    "terminal-input",
    "terminal-output",
    "descriptor",
    "directory-entry-stream",
    "network",
    "tcp-socket",
    "udp-socket",
    "incoming-datagram-stream",
    "outgoing-datagram-stream",
    "resolve-address-stream",
];

/// An interface's name without its version, where guests know that version.
pub(crate) fn unversioned(name: &str) -> &str {
    match name.split_once('@') {
        Some((interface, version)) => {
            let known = if interface.starts_with("wasi:") { "0.2." } else { "1." };
            if version.starts_with(known) { interface } else { name }
        }
        None => name,
    }
}

/// How a function of an interface is answered; nothing where guests don't have it.
pub(crate) fn answer(interface: &str, function: &str) -> Option<Answer> {
    let found = |wanted: &str| {
        ANSWERS.iter().find(|(of, name, _)| *of == interface && *name == wanted).map(|(.., answer)| *answer)
    };
    found(function).or_else(|| found("*"))
}

/// Makes what a component imports of WASI importable.
pub(crate) fn link(
    engine: &Engine,
    component: &Component,
    linker: &mut Linker<State>,
) -> wasmtime::Result<()> {
    let ty = component.component_type();
    for (name, import) in ty.imports(engine) {
        let interface = unversioned(name);
        let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
        if !interface.starts_with("wasi:") {
            continue;
        }
        let mut at = linker.instance(name)?;
        for (item, what) in instance.exports(engine) {
            match what.ty {
                ComponentItem::Resource(_) => {
                    at.resource(item, ResourceType::host_dynamic(thing(item)), |_, _| Ok(()))?;
                }
                ComponentItem::ComponentFunc(_) => {
                    let Some(answer) = answer(interface, item) else { continue };
                    function(&mut at, item, answer)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn thing(name: &str) -> u32 {
    THINGS.iter().position(|known| *known == name).unwrap_or(THINGS.len()) as u32
}

fn function(at: &mut LinkerInstance<'_, State>, name: &str, answer: Answer) -> wasmtime::Result<()> {
    at.func_new(name, move |mut store, ty, params, results| {
        charge(&mut store, CALL_FUEL.into())?;
        params.iter().try_for_each(|param| let_go(&mut store, param))?;
        let Some(slot) = results.first_mut() else {
            return given(&mut store, answer, params, None).map(drop);
        };
        let Some(ty) = ty.results().next() else { return Ok(()) };
        *slot = match (&ty, answer) {
            (Type::Result(of), Answer::Fails(case)) => {
                let failure = match of.err() {
                    Some(Type::Enum(_)) => Val::Enum(case.to_owned()),
                    _ => Val::Variant(case.to_owned(), None),
                };
                Val::Result(Err(Some(Box::new(failure))))
            }
            (Type::Result(of), _) => {
                let inner = of.ok();
                let value = given(&mut store, answer, params, inner.as_ref())?;
                Val::Result(Ok(inner.and(value).map(Box::new)))
            }
            (ty, _) => match given(&mut store, answer, params, Some(ty))? {
                Some(value) => value,
                None => return Err(wrong("is declared with a result that it doesn't have").into()),
            },
        };
        Ok(())
    })
}

/// Gives things back that were lent for a call: none of them has anything in it that the answer could depend on.
fn let_go(store: &mut StoreContextMut<'_, State>, param: &Val) -> wasmtime::Result<()> {
    match param {
        Val::Resource(thing) => thing.resource_drop(&mut *store),
        Val::List(all) if matches!(all.first(), Some(Val::Resource(_))) => {
            all.iter().try_for_each(|one| let_go(store, one))
        }
        _ => Ok(()),
    }
}

/// What a function gives where a value of that type is expected.
fn given(
    store: &mut StoreContextMut<'_, State>,
    answer: Answer,
    params: &[Val],
    ty: Option<&Type>,
) -> wasmtime::Result<Option<Val>> {
    let value = match (answer, ty) {
        (Answer::Nothing, Some(Type::List(_))) => Val::List(Vec::new()),
        (Answer::Nothing, Some(Type::Option(_))) => Val::Option(None),
        (Answer::Nothing, _) => return Ok(None),
        (Answer::Thing, Some(Type::Own(ty))) => one(store, ty)?,
        (Answer::Number(number), _) => Val::U64(number),
        (Answer::Moment(seconds, nanoseconds), _) => Val::Record(vec![
            ("seconds".to_owned(), Val::U64(seconds)),
            ("nanoseconds".to_owned(), Val::U32(nanoseconds)),
        ]),
        (Answer::Ticks, _) => Val::U64(store.data().wasi.ticks()),
        (Answer::Sleep { absolute }, Some(Type::Own(ty))) => {
            if let Some(Val::U64(nanoseconds)) = params.first() {
                store.data_mut().wasi.sleep(*nanoseconds, absolute);
            }
            one(store, ty)?
        }
        (Answer::Ready, Some(Type::Bool)) => Val::Bool(true),
        (Answer::Ready, _) => {
            let asked = if let Some(Val::List(all)) = params.first() { all.len() } else { 0 };
            Val::List((0..asked as u32).map(Val::U32).collect())
        }
        (Answer::Bytes, _) => {
            let len = if let Some(Val::U64(len)) = params.first() { *len } else { 0 };
            if len > MAX_RANDOM {
                return Err(wrong(&format!("wants {len} random bytes at once")).into());
            }
            charge(store, len)?;
            let mut bytes = vec![0; len as usize];
            store.data_mut().wasi.fill(&mut bytes);
            Val::List(bytes.into_iter().map(Val::U8).collect())
        }
        (Answer::Words, Some(Type::Tuple(_))) => {
            let wasi = &mut store.data_mut().wasi;
            Val::Tuple(vec![Val::U64(wasi.random()), Val::U64(wasi.random())])
        }
        (Answer::Words, _) => Val::U64(store.data_mut().wasi.random()),
        (Answer::Write, _) => return write(store, params).map(|()| None),
        (Answer::Exit, _) => {
            let failed = matches!(params.first(), Some(Val::Result(Err(_))));
            return Err(Stop::Exit(i32::from(failed)).into());
        }
        (Answer::Fails(_) | Answer::Never | Answer::Thing | Answer::Sleep { .. }, _) => {
            return Err(wrong("is there to be imported, not to be called").into());
        }
    };
    Ok(Some(value))
}

fn one(store: &mut StoreContextMut<'_, State>, ty: &ResourceType) -> wasmtime::Result<Val> {
    let kind = (0..THINGS.len() as u32).find(|kind| ResourceType::host_dynamic(*kind) == *ty);
    let kind = kind.ok_or_else(|| wrong("is declared to give something else"))?;
    Ok(Val::Resource(ResourceDynamic::new_own(0, kind).try_into_resource_any(store)?))
}

fn write(store: &mut StoreContextMut<'_, State>, params: &[Val]) -> wasmtime::Result<()> {
    let Some(Val::List(bytes)) = params.get(1) else { return Ok(()) };
    charge(store, bytes.len() as u64)?;
    let byte = |value: &Val| if let Val::U8(byte) = value { *byte } else { b'?' };
    let bytes: Vec<u8> = bytes.iter().map(byte).collect();
    log_text(&mut store.data_mut().log, &String::from_utf8_lossy(&bytes));
    Ok(())
}

/// Takes fuel for what a call costs us.
pub(crate) fn charge(store: &mut StoreContextMut<'_, State>, fuel: u64) -> wasmtime::Result<()> {
    let left = store.get_fuel()?.checked_sub(fuel).ok_or(Stop::Fuel)?;
    store.set_fuel(left)
}

fn wrong(reason: &str) -> Stop {
    bad("a function of WASI", format!("it {reason}"))
}
