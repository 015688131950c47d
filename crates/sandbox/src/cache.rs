//! Compiled modules that are kept between runs, since compiling a language's runtime takes seconds.
//!
//! What comes off the shelf is machine code, which nothing can check. So it is sealed with a key that only its owner has, together
//! with the name of the module it was compiled from, and believed only where the seal fits. Whatever is wrong, the module is
//! compiled as if nothing had been there.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use model::Digest;
use wasmtime::{Engine, Module, component::Component};

/// A smaller module is compiled before it could be found.
const WORTH_KEEPING: usize = 16 << 10;

/// Whoever waits longer wants to know what for.
const PATIENCE: Duration = Duration::from_secs(1);

const SEAL: usize = blake3::OUT_LEN;

/// A place that keeps bytes under a name. Where anything is wrong with it, it has nothing and keeps nothing.
pub trait Shelf: Send + Sync {
    /// The secret that what lies here is sealed with.
    fn key(&self) -> Option<[u8; 32]>;
    /// What lies under the name.
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    /// Puts bytes, given in parts, under the name, in the place of what lay there.
    fn put(&self, name: &str, parts: &[&[u8]]);
    /// Hears that a module of so many bytes has been compiled for a second, and isn't yet; what comes of it will be put here.
    fn waits(&self, _bytes: usize) {}
}

/// Machine code of one of the two kinds.
trait Code: Sized {
    fn compile(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Self>;
    fn code(&self) -> wasmtime::Result<Vec<u8>>;
    /// # Safety
    /// `code` has to be what `code` gave for the same kind.
    #[expect(unsafe_code, reason = "wasmtime can't check machine code; `sealed` has checked its seal")]
    unsafe fn believe(engine: &Engine, code: &[u8]) -> wasmtime::Result<Self>;
}

/// The module of these bytes: off the shelf, or compiled.
pub(crate) fn module(engine: &Engine, shelf: Option<&dyn Shelf>, bytes: &[u8]) -> wasmtime::Result<Module> {
    code(engine, shelf, bytes)
}

/// The component of these bytes: off the shelf, or compiled.
pub(crate) fn component(
    engine: &Engine,
    shelf: Option<&dyn Shelf>,
    bytes: &[u8],
) -> wasmtime::Result<Component> {
    code(engine, shelf, bytes)
}

fn code<C: Code>(engine: &Engine, shelf: Option<&dyn Shelf>, bytes: &[u8]) -> wasmtime::Result<C> {
    let shelf = shelf.filter(|_| bytes.len() >= WORTH_KEEPING);
    let Some((shelf, key)) = shelf.and_then(|shelf| Some((shelf, shelf.key()?))) else {
        return C::compile(engine, bytes);
    };
    let name = name(engine, bytes);
    if let Some(code) = shelf.get(&name).and_then(|kept| sealed(engine, &key, &name, &kept)) {
        return Ok(code);
    }
    let made = watched(PATIENCE, &|| shelf.waits(bytes.len()), || C::compile(engine, bytes))?;
    if let Ok(code) = made.code() {
        shelf.put(&name, &[seal(&key, &name, &code).as_bytes(), &code]);
    }
    Ok(made)
}

/// Does some work, and tells, once, when it takes longer than that.
fn watched<T>(patience: Duration, tell: &(dyn Fn() + Sync), work: impl FnOnce() -> T) -> T {
    let (working, ended) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
        });
        let made = work();
        drop(working);
        made
    })
}

/// What the machine code of a module is called: another release, other settings and another processor make another name.
fn name(engine: &Engine, bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{}-{:016x}", Digest::of(bytes), hasher.finish())
}

/// The code, where the seal says that it was put there by this user under this name.
#[expect(unsafe_code, reason = "wasmtime can't check machine code; its seal was checked the line before")]
fn sealed<C: Code>(engine: &Engine, key: &[u8; 32], name: &str, kept: &[u8]) -> Option<C> {
    let (told, code) = kept.split_first_chunk::<SEAL>()?;
    // Compared in constant time.
    if seal(key, name, code) != blake3::Hash::from_bytes(*told) {
        return None;
    }
    // SAFETY: without the key nobody can make a seal that fits, and with it this function's only counterpart sealed what
    // `Code::code` gave for the bytes of this name, which are of one kind. wasmtime refuses what another release or other
    // settings made.
    unsafe { C::believe(engine, code) }.ok()
}

impl Code for Module {
    fn compile(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Module> {
        Module::from_binary(engine, bytes)
    }

    fn code(&self) -> wasmtime::Result<Vec<u8>> {
        self.serialize()
    }

    #[expect(unsafe_code, reason = "wasmtime's own")]
    unsafe fn believe(engine: &Engine, code: &[u8]) -> wasmtime::Result<Module> {
        // SAFETY: the caller's.
        unsafe { Module::deserialize(engine, code) }
    }
}

impl Code for Component {
    fn compile(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
        Component::from_binary(engine, bytes)
    }

    fn code(&self) -> wasmtime::Result<Vec<u8>> {
        self.serialize()
    }

    #[expect(unsafe_code, reason = "wasmtime's own")]
    unsafe fn believe(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: the caller's.
        unsafe { Component::deserialize(engine, code) }
    }
}

/// Names are all of one length, so that no name and code are another name and code.
fn seal(key: &[u8; 32], name: &str, code: &[u8]) -> blake3::Hash {
    blake3::Hasher::new_keyed(key).update(name.as_bytes()).update(code).finalize()
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        sync::{Arc, Mutex, MutexGuard},
    };

    use super::*;
    use crate::{Assets, Engine, Guest, Limits, Params, wat_to_wasm};

    #[derive(Default)]
    struct Kept {
        key: Mutex<Option<[u8; 32]>>,
        files: Mutex<BTreeMap<String, Vec<u8>>>,
        puts: Mutex<u32>,
    }

    impl Kept {
        fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
            self.files.lock().unwrap()
        }
    }

    impl Shelf for Kept {
        fn key(&self) -> Option<[u8; 32]> {
            *self.key.lock().unwrap()
        }

        fn get(&self, name: &str) -> Option<Vec<u8>> {
            self.files().get(name).cloned()
        }

        fn put(&self, name: &str, parts: &[&[u8]]) {
            *self.puts.lock().unwrap() += 1;
            self.files().insert(name.to_owned(), parts.concat());
        }
    }

    /// A guest that is large enough to be kept, and answers every batch with nothing of it.
    fn wasm(fill: usize, mark: char) -> Vec<u8> {
        let text = mark.to_string().repeat(fill);
        let wat = format!(
            r#"(module (memory (export "memory") 4) (data (i32.const 65536) "{text}")
            (func (export "strat_abi") (result i32) (i32.const 1))
            (func (export "strat_alloc") (param i32) (result i32) (i32.const 1024))
            (func (export "strat_run") (param i32 i32) (result i64) (i64.const 0)))"#
        );
        wat_to_wasm(&wat).unwrap()
    }

    /// Loads a guest and says how many modules were put on the shelf for it.
    fn load(shelf: &Arc<Kept>, bytes: &[u8]) -> u32 {
        let before = *shelf.puts.lock().unwrap();
        let engine = Engine::new().unwrap().keeping(Arc::<Kept>::clone(shelf));
        let guest = Guest::load(&engine, bytes, Params::new(), Assets::default(), Limits::default());
        assert_eq!(guest.unwrap().info().blake3, Digest::of(bytes));
        let after = *shelf.puts.lock().unwrap();
        after - before
    }

    #[test]
    fn only_what_takes_long_is_told_of() {
        let told = Mutex::new(0);
        let tell = || *told.lock().unwrap() += 1;
        let (long, short) = (Duration::from_secs(3600), Duration::from_millis(20));
        assert_eq!(watched(long, &tell, || 7), 7);
        assert_eq!(*told.lock().unwrap(), 0);
        let waiting = || {
            while *told.lock().unwrap() == 0 {
                thread::yield_now()
            }
        };
        watched(short, &tell, waiting);
        assert_eq!(*told.lock().unwrap(), 1);
    }

    #[test]
    fn what_is_compiled_once_is_not_compiled_again() {
        let shelf = Arc::new(Kept { key: Mutex::new(Some([7; 32])), ..Kept::default() });
        let one = wasm(WORTH_KEEPING, 'a');
        assert_eq!([load(&shelf, &one), load(&shelf, &one)], [1, 0]);
        assert_eq!(load(&shelf, &wasm(WORTH_KEEPING, 'b')), 1, "another module");
        assert_eq!(load(&shelf, &wasm(100, 'a')), 0, "a small one");
        assert_eq!(shelf.files().len(), 2);
    }

    #[test]
    fn what_is_not_sealed_for_its_name_is_not_loaded() {
        let shelf = Arc::new(Kept { key: Mutex::new(Some([7; 32])), ..Kept::default() });
        let (one, two) = (wasm(WORTH_KEEPING, 'a'), wasm(WORTH_KEEPING, 'b'));
        load(&shelf, &one);
        let name = shelf.files().keys().next().unwrap().clone();
        let whole = shelf.files()[&name].clone();
        // Every part of it, and every length.
        for at in [0, SEAL - 1, SEAL, SEAL + 1, whole.len() / 2, whole.len() - 1] {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            for bad in [bad, whole[..at].to_vec()] {
                shelf.files().insert(name.clone(), bad);
                assert_eq!(load(&shelf, &one), 1, "at {at}");
                assert_eq!(shelf.files()[&name], whole, "it lies there whole again");
            }
        }
        // The machine code of another module, rightly sealed, under this one's name.
        load(&shelf, &two);
        let other = shelf.files().iter().find(|(other, _)| **other != name).unwrap().1.clone();
        shelf.files().insert(name.clone(), other);
        assert_eq!(load(&shelf, &one), 1);
        // Somebody else's key.
        *shelf.key.lock().unwrap() = Some([8; 32]);
        assert_eq!([load(&shelf, &one), load(&shelf, &one)], [1, 0]);
        // No key: neither read nor written.
        *shelf.key.lock().unwrap() = None;
        shelf.files().clear();
        assert_eq!(load(&shelf, &one), 0);
        assert!(shelf.files().is_empty());
    }

    #[test]
    fn code_that_is_sealed_but_no_module_is_compiled_anew() {
        let shelf = Arc::new(Kept { key: Mutex::new(Some([7; 32])), ..Kept::default() });
        let one = wasm(WORTH_KEEPING, 'a');
        load(&shelf, &one);
        let name = shelf.files().keys().next().unwrap().clone();
        let code = b"of another release";
        shelf.put(&name, &[seal(&[7; 32], &name, code).as_bytes(), code]);
        assert_eq!([load(&shelf, &one), load(&shelf, &one)], [1, 0]);
    }
}
