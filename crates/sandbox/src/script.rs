//! A script whose runner stands apart from it.
//!
//! A runner of some MiB can't be a part of each script's module. What stands for a module then is a component that holds
//! nothing but two custom sections: which runner it is, by digest, and the text. Its own digest covers both.

use model::Digest;
use wasmparser::{Parser, Payload};

use crate::carry::{MAX_SCRIPT_BYTES, section, unsigned};
use crate::error::{CarryError, ModuleError};

/// The section with the runner's digest.
const RUNNER: &str = "strat-runner";
/// The section with the text.
const TEXT: &str = "strat-script";

const PREAMBLE: [u8; 8] = *b"\0asm\x0d\0\x01\0";
const CUSTOM: u8 = 0;

/// The BLAKE3 of each runner's bytes. They are larger than a guest may be, so nobody else's is taken; and one that was pinned once
/// stays, or what was recorded with it couldn't be run again.
pub const RUNNERS: &[&str] = &[
    "1c9a1460b362f905552c5a5c3db96a9109096fbbfe3072ce061b3727b2e3a745",
    "2e36fff6b7d19253660f676b357b6a87db0ea78d28c5fa13c756efffe373f814",
];

/// A script, and the runner it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a> {
    /// The digest of the runner's bytes.
    pub runner: Digest,
    /// The text.
    pub text: &'a str,
}

impl<'a> Script<'a> {
    /// What stands for the script's module.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CarryError> {
        if self.text.is_empty() {
            return Err(CarryError::Empty);
        }
        if self.text.len() > MAX_SCRIPT_BYTES {
            return Err(CarryError::TooLong { bytes: self.text.len() });
        }
        if self.text.contains('\0') {
            return Err(CarryError::Nul);
        }
        let mut out = PREAMBLE.to_vec();
        for (name, content) in [(RUNNER, &self.runner.0[..]), (TEXT, self.text.as_bytes())] {
            let mut custom = Vec::with_capacity(name.len() + content.len() + 1);
            unsigned(&mut custom, name.len() as u64);
            custom.extend_from_slice(name.as_bytes());
            custom.extend_from_slice(content);
            section(&mut out, CUSTOM, &custom);
        }
        Ok(out)
    }

    /// The script in these bytes; nothing where they are something else.
    pub fn read(bytes: &'a [u8]) -> Result<Option<Script<'a>>, ModuleError> {
        let (mut runner, mut text) = (None, None);
        if !bytes.starts_with(&PREAMBLE) {
            return Ok(None);
        }
        for payload in Parser::new(0).parse_all(bytes) {
            let Ok(payload) = payload else { return Ok(None) };
            match payload {
                Payload::Version { .. } | Payload::End(_) => {}
                Payload::CustomSection(custom) if custom.name() == RUNNER => runner = Some(custom.data()),
                Payload::CustomSection(custom) if custom.name() == TEXT => text = Some(custom.data()),
                _ => return Ok(None),
            }
        }
        let (Some(runner), Some(text)) = (runner, text) else { return Ok(None) };
        let broken = |what: &str| ModuleError::Invalid(format!("{what} of the script that it carries"));
        let runner = Digest(runner.try_into().map_err(|_| broken("the runner"))?);
        let text = std::str::from_utf8(text).map_err(|_| broken("the text"))?;
        let script = Script { runner, text };
        // There is one way only to write a script.
        match script.to_bytes() {
            Ok(same) if same == bytes && is_runner(&script.runner) => Ok(Some(script)),
            Ok(same) if same == bytes => Err(ModuleError::Runner { runner }),
            Ok(_) => Err(broken("the form")),
            Err(error) => Err(broken(&error.to_string())),
        }
    }
}

/// Whether bytes with that digest are a runner.
pub(crate) fn is_runner(digest: &Digest) -> bool {
    RUNNERS.iter().any(|known| Digest::parse(known) == Some(*digest))
}
