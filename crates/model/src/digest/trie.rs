//! A 16-way trie over digests whose root depends on its content alone, not on how it came about.
//!
//! `H(content, depth)`, with `nibble(key, 0)` the high half of the key's first byte, `nibble(key, 1)` its low half, and so on:
//!
//! | content | hash |
//! |---|---|
//! | nothing | 32 zero bytes |
//! | one leaf | BLAKE3(0x00 ‖ key ‖ value) |
//! | more | BLAKE3(0x01 ‖ bitmap as u16 LE ‖ the hashes of the children that aren't empty, by rising nibble) |
//!
//! Child `i` is `H(the leaves whose nibble at depth is i, depth + 1)`; bit `i` of the bitmap says that it isn't empty.
//! A leaf therefore stands at the least depth at which it is alone. The root is `H(everything, 0)`.

use std::sync::{Arc, OnceLock};

use crate::id::Digest;

/// A trie; a clone shares everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trie {
    root: Option<Arc<Node>>,
}

#[derive(Clone, Debug)]
enum Node {
    Leaf { key: Digest, hash: Digest },
    Inner(Inner),
}

#[derive(Clone, Debug, Default)]
struct Inner {
    children: [Option<Arc<Node>>; 16],
    hash: OnceLock<Digest>,
}

fn nibble(key: &Digest, depth: usize) -> usize {
    let byte = key.0[depth / 2];
    usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
}

impl Node {
    fn hash(&self) -> Digest {
        match self {
            Node::Leaf { hash, .. } => *hash,
            Node::Inner(inner) => *inner.hash.get_or_init(|| inner.compute()),
        }
    }
}

impl Inner {
    fn compute(&self) -> Digest {
        let mut bytes = [0u8; 3 + 16 * 32];
        bytes[0] = 1;
        let (mut bitmap, mut end) = (0u16, 3);
        for (i, child) in self.children.iter().enumerate() {
            if let Some(child) = child {
                bitmap |= 1 << i;
                bytes[end..end + 32].copy_from_slice(&child.hash().0);
                end += 32;
            }
        }
        bytes[1..3].copy_from_slice(&bitmap.to_le_bytes());
        Digest::of(&bytes[..end])
    }
}

impl Trie {
    /// The root's hash.
    pub(crate) fn root(&self) -> Digest {
        self.root.as_ref().map_or(Digest::ZERO, |node| node.hash())
    }

    /// Sets the value of `key`.
    pub(crate) fn insert(&mut self, key: Digest, value: Digest) {
        let mut bytes = [0u8; 65];
        bytes[1..33].copy_from_slice(&key.0);
        bytes[33..].copy_from_slice(&value.0);
        insert(&mut self.root, key, Digest::of(&bytes), 0);
    }

    /// Takes `key` out, if it is there.
    pub(crate) fn remove(&mut self, key: &Digest) {
        remove(&mut self.root, key, 0);
    }
}

fn insert(slot: &mut Option<Arc<Node>>, key: Digest, hash: Digest, depth: usize) {
    let Some(node) = slot else {
        *slot = Some(Arc::new(Node::Leaf { key, hash }));
        return;
    };
    let other = match &**node {
        Node::Leaf { key: other, .. } => Some(*other),
        Node::Inner(_) => None,
    };
    match other {
        Some(other) if other == key => *node = Arc::new(Node::Leaf { key, hash }),
        Some(other) => {
            let mut inner = Inner::default();
            inner.children[nibble(&other, depth)] = slot.take();
            insert(&mut inner.children[nibble(&key, depth)], key, hash, depth + 1);
            *slot = Some(Arc::new(Node::Inner(inner)));
        }
        None => {
            if let Node::Inner(inner) = Arc::make_mut(node) {
                inner.hash = OnceLock::new();
                insert(&mut inner.children[nibble(&key, depth)], key, hash, depth + 1);
            }
        }
    }
}

fn remove(slot: &mut Option<Arc<Node>>, key: &Digest, depth: usize) {
    let Some(node) = slot else { return };
    let inner = match &**node {
        Node::Leaf { key: found, .. } => {
            if found == key {
                *slot = None;
            }
            return;
        }
        Node::Inner(_) => match Arc::make_mut(node) {
            Node::Inner(inner) => inner,
            Node::Leaf { .. } => return,
        },
    };
    inner.hash = OnceLock::new();
    remove(&mut inner.children[nibble(key, depth)], key, depth + 1);
    // A single leaf that is left moves up, so that the shape depends on the content alone.
    let mut left = inner.children.iter_mut().filter(|child| child.is_some());
    let only = match (left.next(), left.next()) {
        (None, _) => None,
        (Some(child), None) if matches!(child.as_deref(), Some(Node::Leaf { .. })) => child.take(),
        _ => return,
    };
    *slot = only;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The definition, written down a second time.
    fn reference(content: &[(Digest, Digest)], depth: usize) -> Digest {
        match content {
            [] => Digest::ZERO,
            [(key, value)] => Digest::of(&[&[0][..], &key.0, &value.0].concat()),
            _ => {
                let (mut bitmap, mut hashes) = (0u16, Vec::new());
                for i in 0..16 {
                    let below: Vec<_> =
                        content.iter().filter(|(k, _)| nibble(k, depth) == i).copied().collect();
                    if !below.is_empty() {
                        bitmap |= 1 << i;
                        hashes.extend(reference(&below, depth + 1).0);
                    }
                }
                Digest::of(&[&[1][..], &bitmap.to_le_bytes(), &hashes].concat())
            }
        }
    }

    #[test]
    fn the_root_depends_on_the_content_alone() {
        let mut random = crate::random::Random::new(7);
        let (mut trie, mut content) = (Trie::default(), BTreeMap::new());
        assert_eq!(trie.root(), Digest::ZERO);
        for turn in 0..1_500 {
            // Keys that agree in their first bytes make deep tries.
            let mut key = Digest::of(&random.below(200).to_le_bytes());
            if random.below(2) == 0 {
                key.0[..20].fill(0xab);
            }
            if random.below(3) == 0 {
                trie.remove(&key);
                content.remove(&key);
            } else {
                let value = Digest::of(&[random.below(5) as u8]);
                trie.insert(key, value);
                content.insert(key, value);
            }
            if turn % 15 == 0 {
                let all: Vec<_> = content.iter().map(|(k, v)| (*k, *v)).collect();
                assert_eq!(trie.root(), reference(&all, 0), "turn {turn}");
            }
        }
        let before = trie.clone();
        let root = trie.root();
        for key in content.keys() {
            trie.remove(key);
        }
        assert_eq!(trie.root(), Digest::ZERO);
        assert_eq!(before.root(), root);
    }
}
