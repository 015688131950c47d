//! hash-embedding: turns a text into 64 numbers by feature hashing. No language model: texts with the same words get
//! neighbouring vectors, and that is all it knows.
//!
//! Each word, and each pair of neighbouring words at half the weight, is hashed to a place and a sign; the vector is
//! then brought to length 1. Only additions, multiplications, a division and a square root are used, all of them exact
//! to the bit in WebAssembly, so that every machine gets the same vector.

#[path = "../sdk/rust/strat.rs"]
mod strat;

const DIMENSIONS: usize = 64;

strat::rows!(row, writes: [("embedding", strat::VECTOR)]);

fn row(row: &strat::Row, out: &mut strat::Out) -> strat::Result {
    let (title, content) = match (row.text("title"), row.text("content")) {
        (None, None) => return Ok(()),
        (title, content) => (title.unwrap_or(""), content.unwrap_or("")),
    };
    out.vector("embedding", &embed(&format!("{}\n{}", title, content)));
    Ok(())
}

/// A vector of length 1, or of zeros where there is no word.
fn embed(text: &str) -> [f32; DIMENSIONS] {
    let mut sums = [0f64; DIMENSIONS];
    let mut before: Option<String> = None;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        count(&mut sums, &word, 1.0);
        if let Some(before) = before {
            count(&mut sums, &format!("{} {}", before, word), 0.5);
        }
        before = Some(word);
    }
    let length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
    let mut vector = [0f32; DIMENSIONS];
    if length > 0.0 {
        for (number, sum) in vector.iter_mut().zip(sums) {
            *number = (sum / length) as f32;
        }
    }
    vector
}

fn count(sums: &mut [f64; DIMENSIONS], feature: &str, weight: f64) {
    let hash = hash(feature);
    let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
    sums[hash as usize % DIMENSIONS] += sign * weight;
}

/// FNV-1a, its bits mixed once more so that the low ones are as good as the high ones.
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ fnv >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 29
}
