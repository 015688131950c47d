//! The runners that this version brings along: interpreters, which run the text of scripts.
//!
//! They are pinned by their hash and kept compressed. One that is small becomes a part of each script's module; another is a blob of
//! the ledger that entries name beside the module. So what was recorded runs from the ledger alone, and here they are only there to be
//! recorded and tested with.

use std::{
    io::Read as _,
    sync::{Arc, OnceLock},
};

use model::{Digest, data_step::Blob};

/// A runner, by all its measures.
#[derive(Clone, Copy, Debug)]
pub struct Runner {
    /// BLAKE3 of its bytes; that of one which stands apart is among those that the sandbox knows.
    pub blake3: &'static str,
    /// SHA-256 of its bytes.
    pub sha256: &'static str,
    /// Its length.
    pub bytes: u64,
    /// Its bytes, compressed.
    packed: &'static [u8],
}

/// CPython. Its recipe stands beside it; a new one is a new interpreter, never the same one built anew.
// No constant, whose bytes would be there once for each crate that names it.
pub static PYTHON: Runner = Runner {
    blake3: "2e36fff6b7d19253660f676b357b6a87db0ea78d28c5fa13c756efffe373f814",
    sha256: "9f4293bb9cb63611851fc37b60fa1b7e71c610ca50069f616c0a71a6443fa5c9",
    bytes: 17_540_165,
    packed: include_bytes!("../../../../data-scripts/sdk/python/runner/runner.wasm.lzma"),
};

/// QuickJS, a part of modules in JavaScript.
pub static QUICKJS: Runner = Runner {
    blake3: "0cdbd83e1be92e7d80fe2fd6c7e8ef7b4bfd034a84c8eea94d4cdcb3de27780b",
    sha256: "df753de9dde2d1b9d22206404b7c5eaba9b78e5443b9c36cf0176c7de33653b0",
    bytes: 1_109_798,
    packed: include_bytes!("../../../../data-scripts/sdk/javascript/runner/runner.wasm.lzma"),
};

impl Runner {
    /// Its digest.
    pub fn digest(&self) -> Digest {
        Digest::parse(self.blake3).unwrap_or_default()
    }

    /// As an entry names it.
    pub fn blob(&self) -> Blob {
        Blob { blake3: self.digest(), sha256: self.sha256.to_owned(), bytes: self.bytes }
    }

    /// Its bytes, when they are those that the digest stands for.
    pub fn unpacked(&self) -> Option<Arc<[u8]>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).ok()?);
        let mut reader = lzma_rust2::LzmaReader::new_mem_limit(self.packed, u32::MAX, None).ok()?;
        reader.read_to_end(&mut bytes).ok()?;
        (Digest::of(&bytes) == self.digest()).then(|| bytes.into())
    }
}

/// The runner with that digest; nothing where this version doesn't bring it along.
pub fn runner(digest: &Digest) -> Option<&'static Runner> {
    (PYTHON.digest() == *digest).then_some(&PYTHON)
}

/// The bytes of the runner with that digest.
pub fn runner_bytes(digest: &Digest) -> Option<Arc<[u8]>> {
    static PYTHON_BYTES: OnceLock<Option<Arc<[u8]>>> = OnceLock::new();
    let runner = runner(digest)?;
    PYTHON_BYTES.get_or_init(|| runner.unpacked()).clone()
}

#[cfg(test)]
mod tests {
    use super::{PYTHON, QUICKJS, Runner, runner, runner_bytes};

    #[test]
    fn the_runner_is_the_pinned_one() {
        let bytes = runner_bytes(&PYTHON.digest()).unwrap();
        assert_eq!(ledger::measure(&bytes), PYTHON.blob());
        assert_eq!(ledger::measure(&QUICKJS.unpacked().unwrap()), QUICKJS.blob());
        assert!(sandbox::RUNNERS.contains(&PYTHON.blake3));
        assert!(runner(&model::Digest::ZERO).is_none());
        let other = Runner { blake3: sandbox::RUNNERS[0], bytes: 1, packed: b"nothing", sha256: "" };
        assert!(other.unpacked().is_none());
    }
}
