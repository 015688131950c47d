//! The blobs: that each entry's are there, by length and both hashes. Read in pieces, whatever their size.

use std::{collections::BTreeMap, fs::File, io, io::Read, path::Path};

use model::{Digest, EntryId, data_step::Blob};
use sha2::{Digest as _, Sha256};

use super::{Code, Gathered, files::changed};
use crate::{
    blobs::blobs_of,
    layout::{blob_place, entry_place, in_two},
    store::{difference, hex},
};

/// How much is read at a time.
const PIECE: usize = 64 * 1024;

/// What is wanted of a blob, by the entry that wants it first.
type Wanted = BTreeMap<Digest, Vec<(Blob, EntryId)>>;

/// Checks every blob that is named, and every one that is there.
pub(super) fn check(gathered: &mut Gathered) {
    let wanted = wanted(gathered);
    for (digest, by) in &wanted {
        if !gathered.blobs.contains_key(digest)
            && let Some((_, entry)) = by.first()
            && !gathered.odd.contains(digest)
        {
            let message = format!("is missing; {} names it", entry_place(entry));
            gathered.finds(blob_place(digest), Code::Missing, message);
        }
    }
    let files: Vec<_> = gathered.blobs.iter().map(|(digest, path)| (*digest, path.clone())).collect();
    let measured = in_two(&files, |(_, path)| Ok::<_, std::convert::Infallible>(measure(path)));
    let Ok(measured) = measured;
    for ((digest, _), measured) in files.iter().zip(measured) {
        let place = blob_place(digest);
        let (found, head) = match measured {
            Ok(measured) => measured,
            Err(error) => {
                gathered.finds(place, Code::Unreadable, format!("can't be read: {error}"));
                continue;
            }
        };
        let by = wanted.get(digest).map(Vec::as_slice).unwrap_or_default();
        if found.blake3 != *digest {
            gathered.finds(place, Code::Corrupt, changed(&head, &found.blake3));
        } else if let Some((blob, entry)) = by.iter().find(|(blob, _)| *blob != found) {
            let message = format!("isn't what {} names: {}", entry_place(entry), difference(&found, blob));
            gathered.finds(place, Code::Corrupt, message);
        } else if by.is_empty() {
            gathered.notices.push(format!("{place}: no entry names it"));
        }
    }
}

fn wanted(gathered: &Gathered) -> Wanted {
    let mut wanted = Wanted::new();
    for (id, entry) in &gathered.entries {
        for blob in blobs_of(entry) {
            let by = wanted.entry(blob.blake3).or_default();
            if !by.iter().any(|(known, _)| *known == blob) {
                by.push((blob, *id));
            }
        }
    }
    wanted
}

/// Measures a file; also returns its first bytes, or all of it when it is nothing but zeros.
fn measure(path: &Path) -> io::Result<(Blob, Vec<u8>)> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    let (mut blake3, mut sha256) = (blake3::Hasher::new(), Sha256::new());
    let (mut bytes, mut head, mut zeros) = (0u64, Vec::new(), true);
    loop {
        let count = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let read = &piece[..count];
        blake3.update(read);
        sha256.update(read);
        if bytes == 0 {
            head = read[..count.min(256)].to_vec();
        }
        zeros = zeros && read.iter().all(|byte| *byte == 0);
        bytes += count as u64;
    }
    if !zeros {
        // So that a head of zeros alone isn't taken for a file of zeros.
        head.push(1);
    }
    let digest = Digest(*blake3.finalize().as_bytes());
    Ok((Blob { blake3: digest, sha256: hex(&sha256.finalize()), bytes }, head))
}
