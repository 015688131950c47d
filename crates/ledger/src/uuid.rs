//! The ledger's own name: a UUID, so that no entry can be grafted in from another ledger.

use std::{fmt, fs::File, io, io::Read};

/// A UUID in its one canonical spelling: 8-4-4-4-12 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(String);

impl Uuid {
    /// Makes a random one (version 4) from the system's randomness.
    pub fn random() -> io::Result<Uuid> {
        let mut bytes = [0u8; 16];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Uuid::from_random(bytes))
    }

    /// Makes a version 4 UUID of 16 random bytes; six bits are overwritten.
    pub fn from_random(mut bytes: [u8; 16]) -> Uuid {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        Uuid(groups.join("-"))
    }

    /// Reads the canonical spelling of a UUID of any version.
    pub fn parse(text: &str) -> Option<Uuid> {
        let groups: Vec<usize> = text.split('-').map(str::len).collect();
        let digits = |b: u8| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (groups == [8, 4, 4, 4, 12] && text.bytes().all(digits)).then(|| Uuid(text.to_owned()))
    }

    /// Its spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ones_are_of_version_4_and_differ() {
        let one = Uuid::random().unwrap();
        assert_eq!(&one.as_str()[14..15], "4");
        assert!("89ab".contains(&one.as_str()[19..20]));
        assert_eq!(Uuid::parse(one.as_str()), Some(one.clone()));
        assert_ne!(one, Uuid::random().unwrap());
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert!(Uuid::parse("6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b").is_some());
        for bad in
            ["6F0C2A31-5f6e-4c5e-9a51-0c1d2e3f4a5b", "6f0c2a315f6e-4c5e-9a51-0c1d2e3f4a5b-", "", "6f0c2a31"]
        {
            assert_eq!(Uuid::parse(bad), None, "{bad}");
        }
    }
}
