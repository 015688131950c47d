//! Content addresses of entries and of what they change.

use crate::{
    canonical::{CanonicalError, to_canonical},
    entry::Entry,
    id::{Digest, EntryId},
    step::Step,
};

/// The BLAKE3 derive-key context of [`change_digest`].
pub const CHANGE_CONTEXT: &str = "stratigraph 1 change";

impl Entry {
    /// Its canonical text: the bytes the ledger keeps.
    ///
    /// # Errors
    /// When it holds something that has no canonical text, such as a number that is none.
    pub fn to_bytes(&self) -> Result<String, CanonicalError> {
        to_canonical(self)
    }
}

/// The id of the entry with these bytes.
pub fn entry_id(bytes: &[u8]) -> EntryId {
    Digest::of(bytes)
}

/// The digest of what an entry or sealed draft does, whoever wrote it, whenever and wherever: BLAKE3 in derive-key mode with the context
/// `stratigraph 1 change` of the canonical text of the list of steps.
///
/// # Errors
/// When a step has no canonical text.
pub fn change_digest(steps: &[Step]) -> Result<Digest, CanonicalError> {
    Ok(Digest::derive(CHANGE_CONTEXT, to_canonical(steps)?.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::DropTable;

    #[test]
    fn addresses_are_these() {
        let steps = [Step::DropTable(DropTable { table: "t".into() })];
        let text = "[\n    DropTable(\n        table: \"t\",\n    ),\n]\n";
        assert_eq!(change_digest(&steps).unwrap(), Digest::derive("stratigraph 1 change", text.as_bytes()));
        assert_ne!(change_digest(&steps).unwrap(), change_digest(&[]).unwrap());
        assert_eq!(
            entry_id(b"").to_string(),
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        );
    }
}
