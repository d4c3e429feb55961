//! Pure computation and memory.

use std::collections::HashMap;

use fabench_harness::{Bencher, Failure, black_box, ensure};

/// Numbers without an order that repeat from launch to launch (Knuth's MMIX generator).
fn numbers(count: usize) -> Vec<u64> {
    let mut state = 42_u64;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 16
    };
    std::iter::repeat_with(next).take(count).collect()
}

pub(super) fn matrix_vector(b: &mut Bencher) -> Result<(), Failure> {
    const SIZE: usize = 64;
    let unit = |number: &u64| (number % 1000) as f64 / 1000.0;
    let matrix: Vec<f64> = numbers(SIZE * SIZE).iter().map(unit).collect();
    let vector: Vec<f64> = numbers(SIZE).iter().map(unit).collect();
    let mut out = vec![0.0; SIZE];
    b.iter(|| {
        for (row, out) in black_box(&matrix).chunks_exact(SIZE).zip(&mut out) {
            *out = row.iter().zip(&vector).map(|(a, b)| a * b).sum();
        }
        let largest = out.iter().copied().fold(f64::MIN, f64::max);
        let mut total = 0.0;
        for value in &mut out {
            *value = (*value - largest).exp();
            total += *value;
        }
        for value in &mut out {
            *value /= total;
        }
    });
    let sum: f64 = out.iter().sum();
    ensure((sum - 1.0).abs() < 1e-9, || {
        format!("a softmax sums to {sum}")
    })
}

pub(super) fn sort(b: &mut Bencher) -> Result<(), Failure> {
    let mixed = numbers(4096);
    let mut sorted = mixed.clone();
    b.iter(|| {
        sorted.copy_from_slice(black_box(&mixed));
        sorted.sort_unstable();
    });
    ensure(sorted.is_sorted(), || "the numbers are not sorted")
}

pub(super) fn json(b: &mut Bencher) -> Result<(), Failure> {
    let objects = numbers(64).into_iter().map(|number| {
        serde_json::json!({ "id": number, "name": format!("agent {number}"), "weights": [0.25, 0.5, number] })
    });
    let document = serde_json::Value::Array(objects.collect());
    let mut read = serde_json::Value::Null;
    b.try_iter(|| {
        let text =
            serde_json::to_string(black_box(&document)).map_err(|error| error.to_string())?;
        read = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok::<_, String>(())
    })?;
    ensure(read == document, || "what was read is not what was written")
}

pub(super) fn allocation(b: &mut Bencher) -> Result<(), Failure> {
    let sizes: Vec<usize> = numbers(256)
        .iter()
        .map(|number| 16 + (number % 1024) as usize)
        .collect();
    let mut blocks: Vec<Vec<u8>> = Vec::with_capacity(sizes.len());
    let mut last = 0;
    b.iter(|| {
        for &size in black_box(&sizes) {
            let mut block = Vec::with_capacity(size);
            block.push(1);
            blocks.push(block);
        }
        last = blocks.len();
        blocks.clear();
    });
    ensure(last == sizes.len(), || format!("{last} blocks"))
}

pub(super) fn copy(b: &mut Bencher) -> Result<(), Failure> {
    let from = numbers(32 * 1024);
    let mut to = vec![0; from.len()];
    b.iter(|| {
        black_box(&mut to).copy_from_slice(black_box(&from));
    });
    ensure(from == to, || "the copy differs")
}

pub(super) fn hash_map(b: &mut Bencher) -> Result<(), Failure> {
    let keys = numbers(16 * 1024);
    let map: HashMap<u64, u64> = keys.iter().map(|key| (*key, key ^ 1)).collect();
    let wanted: Vec<u64> = keys.iter().step_by(16).copied().collect();
    let mut found = 0;
    b.iter(|| {
        let wanted = black_box(&wanted).iter();
        found = wanted
            .filter(|key| map.get(key) == Some(&(*key ^ 1)))
            .count();
    });
    ensure(found == wanted.len(), || {
        format!("{found} of {} keys were found", wanted.len())
    })
}
