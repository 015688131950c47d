//! Content addresses and the identities that entries give to the objects they create.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A BLAKE3 hash of 32 bytes, printed as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

/// The id of an entry: the BLAKE3 hash of its canonical bytes.
pub type EntryId = Digest;

impl Digest {
    /// The digest of nothing at all, used for the empty schema and the first journal record's `prev`.
    pub const ZERO: Digest = Digest([0; 32]);

    /// The BLAKE3 hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(*blake3::hash(bytes).as_bytes())
    }

    /// The hash of `bytes` under BLAKE3's derive-key mode, so that one kind of hash can't be passed off as another.
    pub fn derive(context: &str, bytes: &[u8]) -> Digest {
        Digest(blake3::derive_key(context, bytes))
    }

    /// Reads exactly 64 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Digest> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let mut out = [0u8; 32];
        // Thousands of names are read before every command, so without a branch for each digit.
        let mut wrong = 0;
        for (byte, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            let (high, low) = (HEX[usize::from(pair[0])], HEX[usize::from(pair[1])]);
            wrong |= high | low;
            *byte = high << 4 | low & 15;
        }
        (wrong < 16).then_some(Digest(out))
    }

    /// The first 12 hex digits: what people are shown.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

/// What each byte stands for as a lower-case hex digit; 16 where it is none.
const HEX: [u8; 256] = {
    let mut table = [16; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0u8; 64];
        for (i, byte) in self.0.iter().enumerate() {
            text[i * 2] = HEX[usize::from(byte >> 4)];
            text[i * 2 + 1] = HEX[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Digest::parse(&text).ok_or_else(|| D::Error::custom("expected 64 lower-case hex digits"))
    }
}

/// Which entry made an object: one that has an id, or the one being written, which has none yet.
///
/// Nothing that is hashed or ordered may depend on this: an entry can't cover its own id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// A sealed entry.
    Entry(EntryId),
    /// The entry under construction, or an object read from a live database.
    New,
}

/// The identity of a table, column, constraint, index, enum, enum value, view or extension:
/// the `part`-th object created by step `step` of `origin`. Names come and go, this stays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectId {
    /// The entry that created it.
    pub origin: Origin,
    /// Index of the step in that entry, from 0.
    pub step: u32,
    /// Number of the object within the step, from 0, in the order the step names them.
    pub part: u32,
}

/// Hands out the identities of one step.
#[derive(Clone, Debug)]
pub struct Minter {
    next: ObjectId,
}

impl Minter {
    /// Starts at part 0 of `step` of `origin`.
    pub fn new(origin: Origin, step: u32) -> Minter {
        Minter { next: ObjectId { origin, step, part: 0 } }
    }

    /// The next identity.
    pub fn mint(&mut self) -> ObjectId {
        let id = self.next;
        self.next.part += 1;
        id
    }
}
