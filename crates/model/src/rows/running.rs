//! The digest of a table's rows, made as the rows pass by.
//!
//! Rows come by rising key: numbers and times by value, text, bytes and UUIDs by their bytes. A row's hash is BLAKE3 of the encoded
//! row. Rows are cut into runs by what they hold: a run ends after a row for which BLAKE3 of the encoded key, its first two bytes
//! read as u16 LE, has its low 10 bits zero. So where a run ends doesn't depend on batches or workers. Over the runs stands the
//! Merkle tree of RFC 6962 with BLAKE3 in SHA-256's place:
//!
//! | | |
//! |---|---|
//! | leaf | BLAKE3(0x00 ‖ the hashes of the run's rows) |
//! | node | BLAKE3(0x01 ‖ left ‖ right), with the greatest power of two below the count on the left |
//! | no rows | BLAKE3 of nothing |
//!
//! A **section** is so many runs one behind the other, a power of two, the last one what is left: one while there are less than 256 runs
//! in all, and from then on so many that 128 to 256 sections make up the rows. The tree over the roots of sections is the whole tree, so that they prove what each of them holds.

use crate::id::Digest;

/// The rows' key bits that decide where a run ends.
const RUN_MASK: u16 = 0x3ff;

/// No more sections than this make up all rows.
const SECTIONS: u64 = 256;

const VERSION: u8 = 2;

/// Why a stored digest can't go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowDigestError {
    /// The stored state isn't one that this version wrote.
    #[error("the stored row digest is damaged")]
    Damaged,
}

/// The digest over rows so far: over a table from its beginning, or over a piece of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDigest {
    rows: u64,
    /// In a piece: hashes of the rows before its first end of a run, which belong to a run begun before it; `None` at the beginning of the table.
    head: Option<Vec<Digest>>,
    /// Whether a piece's first end of a run has come.
    headed: bool,
    leaves: Leaves,
    /// Hashes of the rows since the last end of a run.
    open: Vec<Digest>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Leaves {
    /// From the beginning: how many, and the roots of the perfect trees they make, none larger than a section, largest first.
    Rooted { count: u64, trees: Vec<Digest> },
    /// In a piece: each, since how they pair up depends on what stands before.
    Loose(Vec<Digest>),
}

/// Whether a run ends after the row with this encoded key.
pub fn ends_run(key: &[u8]) -> bool {
    let hash = blake3::hash(key);
    u16::from_le_bytes([hash.as_bytes()[0], hash.as_bytes()[1]]) & RUN_MASK == 0
}

fn node(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1u8; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest::of(&bytes)
}

fn leaf(rows: &[&[Digest]]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[0]);
    for row in rows.iter().flat_map(|part| part.iter()) {
        hasher.update(&row.0);
    }
    Digest(*hasher.finalize().as_bytes())
}

/// How many runs a section has where there are so many in all.
pub fn runs_of_section(runs: u64) -> u64 {
    1 << height(runs)
}

/// The height of a section's tree.
fn height(runs: u64) -> u32 {
    (runs / (SECTIONS / 2)).checked_ilog2().unwrap_or(0)
}

/// How many perfect trees so many runs make, none larger than a section.
fn trees_of(runs: u64) -> u64 {
    (runs >> height(runs)) + u64::from((runs & (runs_of_section(runs) - 1)).count_ones())
}

/// The digest over all rows, from the roots of their sections.
pub fn root_of_sections(sections: &[Digest]) -> Digest {
    match sections {
        [] => Digest::of(&[]),
        [one] => *one,
        _ => {
            let left = sections.len().next_power_of_two() / 2;
            node(&root_of_sections(&sections[..left]), &root_of_sections(&sections[left..]))
        }
    }
}

impl Leaves {
    fn push(&mut self, leaf: Digest) {
        match self {
            Leaves::Loose(all) => all.push(leaf),
            Leaves::Rooted { count, trees } => {
                let mut right = leaf;
                for _ in 0..count.trailing_ones().min(height(*count)) {
                    // As many trees as the count has ones: there is one to pair with.
                    let Some(left) = trees.pop() else { break };
                    right = node(&left, &right);
                }
                trees.push(right);
                *count += 1;
                if height(*count) > height(*count - 1) {
                    // They are all of one size now, and an even number.
                    *trees = trees.chunks(2).map(root_of_sections).collect();
                }
            }
        }
    }

    /// The roots of the sections; none of a piece, whose sections aren't known.
    fn sections(self) -> Vec<Digest> {
        let Leaves::Rooted { count, mut trees } = self else { return Vec::new() };
        let whole = (count >> height(count)) as usize;
        let rest = trees.split_off(whole.min(trees.len()));
        trees.extend(rest.into_iter().rev().reduce(|right, left| node(&left, &right)));
        trees
    }
}

impl std::default::Default for RowDigest {
    fn default() -> Self {
        RowDigest::new()
    }
}

impl RowDigest {
    /// Starts at the beginning of a table.
    pub fn new() -> RowDigest {
        let leaves = Leaves::Rooted { count: 0, trees: Vec::new() };
        RowDigest { rows: 0, head: None, headed: true, leaves, open: Vec::new() }
    }

    /// Starts somewhere inside a table: a piece, to be appended to what comes before it.
    pub fn piece() -> RowDigest {
        let leaves = Leaves::Loose(Vec::new());
        RowDigest { rows: 0, head: Some(Vec::new()), headed: false, leaves, open: Vec::new() }
    }

    /// Takes in the next row by rising key: its encoded key and its encoded whole.
    pub fn push(&mut self, key: &[u8], row: &[u8]) {
        self.push_hashed(Digest::of(row), ends_run(key));
    }

    /// Takes in the next row by rising key, hashed already, and whether a run [ends](ends_run) with it.
    pub fn push_hashed(&mut self, row: Digest, ends: bool) {
        self.rows += 1;
        match &mut self.head {
            Some(head) if !self.headed => {
                head.push(row);
                self.headed = ends;
            }
            _ => {
                self.open.push(row);
                if ends {
                    self.end_run();
                }
            }
        }
    }

    fn end_run(&mut self) {
        let run = leaf(&[&self.open]);
        self.open.clear();
        self.leaves.push(run);
    }

    /// Appends the piece that follows this one.
    pub fn append(&mut self, next: RowDigest) {
        self.rows += next.rows;
        let head = next.head.unwrap_or_default();
        match &mut self.head {
            Some(own) if !self.headed => own.extend(head),
            _ => self.open.extend(head),
        }
        if !next.headed {
            return;
        }
        if self.headed {
            self.end_run();
        }
        self.headed = true;
        if let Leaves::Loose(all) = next.leaves {
            all.into_iter().for_each(|leaf| self.leaves.push(leaf));
        }
        self.open = next.open;
    }

    /// How many rows it has taken in.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The digest over the rows so far, as if they were all; a piece counts as if it stood at the beginning.
    pub fn digest(&self) -> Digest {
        root_of_sections(&self.sections())
    }

    /// The roots of the sections that the rows so far make, as if they were all; a piece counts as if it stood at the beginning.
    pub fn sections(&self) -> Vec<Digest> {
        let mut whole = RowDigest::new();
        let this = match &self.head {
            None => self,
            Some(_) => {
                whole.append(self.clone());
                &whole
            }
        };
        let mut leaves = this.leaves.clone();
        if !this.open.is_empty() {
            leaves.push(leaf(&[&this.open]));
        }
        leaves.sections()
    }

    /// The state as bytes, to be stored between batches: version 2, flags (1 a piece, 2 its first run has ended), rows and leaves
    /// as u64 LE, then head, trees or leaves, and open rows, each as u32 LE count and hashes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let flags = u8::from(self.head.is_some()) | u8::from(self.headed) << 1;
        let (count, hashes) = match &self.leaves {
            Leaves::Rooted { count, trees } => (*count, trees),
            Leaves::Loose(all) => (all.len() as u64, all),
        };
        let mut out = vec![VERSION, flags];
        out.extend(self.rows.to_le_bytes());
        out.extend(count.to_le_bytes());
        for list in [self.head.as_ref().unwrap_or(&Vec::new()), hashes, &self.open] {
            out.extend((list.len() as u32).to_le_bytes());
            out.extend(list.iter().flat_map(|digest| digest.0));
        }
        out
    }

    /// Reads what [`RowDigest::to_bytes`] wrote.
    ///
    /// # Errors
    /// When it isn't that.
    pub fn from_bytes(bytes: &[u8]) -> Result<RowDigest, RowDigestError> {
        let mut rest = bytes;
        let [version, flags] = take(&mut rest)?;
        let rows = u64::from_le_bytes(take(&mut rest)?);
        let count = u64::from_le_bytes(take(&mut rest)?);
        let (head, hashes, open) = (list(&mut rest)?, list(&mut rest)?, list(&mut rest)?);
        let (piece, headed) = (flags & 1 == 1, flags & 2 == 2);
        let expected = if piece { count } else { trees_of(count) };
        let sound = version == VERSION
            && flags < 4
            && rest.is_empty()
            && hashes.len() as u64 == expected
            && (piece || (headed && head.is_empty()))
            && (headed || (hashes.is_empty() && open.is_empty()))
            && rows >= (head.len() + open.len()) as u64 + count;
        if !sound {
            return Err(RowDigestError::Damaged);
        }
        let leaves = if piece { Leaves::Loose(hashes) } else { Leaves::Rooted { count, trees: hashes } };
        Ok(RowDigest { rows, head: piece.then_some(head), headed, leaves, open })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], RowDigestError> {
    let (first, after) = rest.split_first_chunk::<N>().ok_or(RowDigestError::Damaged)?;
    *rest = after;
    Ok(*first)
}

fn list(rest: &mut &[u8]) -> Result<Vec<Digest>, RowDigestError> {
    let count = u32::from_le_bytes(take(rest)?) as usize;
    if count > rest.len() / 32 {
        return Err(RowDigestError::Damaged);
    }
    (0..count).map(|_| take::<32>(rest).map(Digest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The definition, written down a second time: RFC 6962 over runs cut by key.
    fn reference(rows: &[(Vec<u8>, Vec<u8>)]) -> Digest {
        let (mut leaves, mut run) = (Vec::new(), vec![0u8]);
        for (key, row) in rows {
            run.extend(Digest::of(row).0);
            let hash = Digest::of(key).0;
            if hash[0] == 0 && hash[1] & 3 == 0 {
                leaves.push(Digest::of(&std::mem::replace(&mut run, vec![0])));
            }
        }
        if run.len() > 1 {
            leaves.push(Digest::of(&run));
        }
        fn tree(leaves: &[Digest]) -> Digest {
            match leaves {
                [] => Digest::of(&[]),
                [one] => *one,
                _ => {
                    let left = leaves.len().next_power_of_two() / 2;
                    node(&tree(&leaves[..left]), &tree(&leaves[left..]))
                }
            }
        }
        tree(&leaves)
    }

    fn rows(count: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
        (0..count).map(|i| (i.to_le_bytes().to_vec(), format!("row {i}").into_bytes())).collect()
    }

    #[test]
    fn the_digest_is_that_of_its_definition() {
        for count in [0, 1, 2, 1000, 5000, 20_000] {
            let rows = rows(count);
            let mut digest = RowDigest::new();
            rows.iter().for_each(|(key, row)| digest.push(key, row));
            assert_eq!(digest.digest(), reference(&rows), "{count}");
            assert_eq!(digest.rows(), count);
        }
    }

    #[test]
    fn sections_are_subtrees_of_the_definition() {
        for count in [0, 1, 2, 3, 127, 128, 255, 256, 257, 258, 300, 511, 512, 515, 777, 1024, 5000] {
            // A run a row: what matters is how many runs there are.
            let hashes: Vec<Digest> = (0..count).map(|n: u64| Digest::of(&n.to_le_bytes())).collect();
            let mut digest = RowDigest::new();
            for hash in &hashes {
                digest.push_hashed(*hash, true);
                if hash.0[0] < 4 {
                    digest = RowDigest::from_bytes(&digest.to_bytes()).unwrap();
                }
            }
            let sections = digest.sections();
            assert!(sections.len() as u64 <= SECTIONS, "{count}");
            assert!(count < SECTIONS || sections.len() as u64 >= SECTIONS / 2, "{count}");
            let of_runs = |hashes: &[Digest]| {
                let mut part = RowDigest::new();
                hashes.iter().for_each(|hash| part.push_hashed(*hash, true));
                part.digest()
            };
            let cut = hashes.chunks(runs_of_section(count) as usize).map(of_runs);
            assert_eq!(sections, cut.collect::<Vec<_>>(), "{count}");
            let leaves: Vec<Digest> = hashes.iter().map(|hash| leaf(&[&[*hash]])).collect();
            assert_eq!(root_of_sections(&sections), root_of_sections(&leaves), "{count}");
            assert_eq!(digest.digest(), root_of_sections(&leaves), "{count}");
        }
    }

    #[test]
    fn batches_and_workers_do_not_matter() {
        let rows = rows(9_000);
        let expected = reference(&rows);
        for seed in 0..12 {
            let mut random = Random::new(seed);
            let mut pieces = Vec::new();
            let mut rest = rows.as_slice();
            while !rest.is_empty() {
                let (batch, after) =
                    rest.split_at(random.below(if seed % 2 == 0 { 50 } else { 4000 }).min(rest.len()));
                rest = after;
                let mut piece = if pieces.is_empty() { RowDigest::new() } else { RowDigest::piece() };
                for (key, row) in batch {
                    piece.push(key, row);
                    if random.once_in(200) {
                        piece = RowDigest::from_bytes(&piece.to_bytes()).unwrap();
                    }
                }
                assert_eq!(piece.digest(), reference(batch), "seed {seed}");
                pieces.push(piece);
            }
            // Neighbours are joined in any order.
            while pieces.len() > 1 {
                let at = random.below(pieces.len() - 1);
                let next = pieces.remove(at + 1);
                pieces[at].append(next);
                let stored = pieces[at].to_bytes();
                assert_eq!(RowDigest::from_bytes(&stored).as_ref(), Ok(&pieces[at]), "seed {seed}");
            }
            assert_eq!(pieces[0].digest(), expected, "seed {seed}");
        }
    }

    #[test]
    fn a_damaged_state_is_refused() {
        let mut digest = RowDigest::new();
        rows(3000).iter().for_each(|(key, row)| digest.push(key, row));
        let bytes = digest.to_bytes();
        assert!(RowDigest::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(RowDigest::from_bytes(&[]).is_err());
        assert!(RowDigest::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
        let mut other = bytes.clone();
        other[0] = 1;
        assert!(RowDigest::from_bytes(&other).is_err());
    }
}
