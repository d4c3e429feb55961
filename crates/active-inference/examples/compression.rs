//! Prints ratio, error and time of belief compression beside zstd level 1, all measured in this one run:
//! `cargo run --release -p active-inference --example compression`.

#[path = "../tests/compression_beliefs/mod.rs"]
mod compression_beliefs;

use std::hint::black_box;
use std::time::Instant;

use active_inference::Real;
use active_inference::compression::{Encoder, decode, decode_batch, kl_divergence};
use compression_beliefs::{STATES, STEPS, explorer_beliefs};

const EXPLORERS: usize = 2000;
const ROUNDS: usize = 41;

type Failure = Box<dyn std::error::Error>;

/// One way to compress, there and back, with what it cost.
struct Row {
    name: String,
    bytes: usize,
    encode_ns: f64,
    decode_ns: f64,
    worst_nats: f64,
}

fn main() -> Result<(), Failure> {
    println!(
        "{EXPLORERS} beliefs of a {STATES}-cell explorer after {STEPS} steps; times are per belief, the least of"
    );
    println!("{ROUNDS} rounds in turn.\n");
    table::<f32>()?;
    table::<f64>()
}

fn table<T: Real>() -> Result<(), Failure> {
    let beliefs: Vec<T> = explorer_beliefs(EXPLORERS, 7)?;
    let mut rows = Vec::new();
    let mut ours = vec![
        ("KL <= 1e-4", Encoder::new()),
        ("KL <= 1e-3", Encoder::with_bound(1e-3)?),
        ("KL <= 1e-6", Encoder::with_bound(1e-6)?),
        ("lossless", Encoder::lossless()),
    ];
    let mut one_by_one = Encoder::new();
    let mut zstd_batch = Zstd::new(&beliefs, beliefs.len())?;
    let mut zstd_single = Zstd::new(&beliefs, STATES)?;
    for (name, _) in &ours {
        rows.push(Row::new(name));
    }
    rows.push(Row::new("KL <= 1e-4, one by one"));
    rows.push(Row::new("zstd -1, whole batch"));
    rows.push(Row::new("zstd -1, one by one"));
    let (mut bytes, mut back) = (Vec::new(), vec![T::ZERO; beliefs.len()]);
    for _ in 0..ROUNDS {
        for ((_, encoder), row) in ours.iter_mut().zip(&mut rows) {
            bytes.clear();
            let started = Instant::now();
            encoder.encode_batch(black_box(&beliefs), STATES, &mut bytes)?;
            row.encoded(started, bytes.len());
            let started = Instant::now();
            decode_batch(black_box(&bytes), STATES, &mut back)?;
            row.decoded(started);
            row.worst_nats = worst(&beliefs, &back);
        }
        let (_, others) = rows.split_at_mut(ours.len());
        others[0].single(&mut one_by_one, &beliefs, &mut bytes, &mut back)?;
        zstd_batch.round(&mut others[1])?;
        zstd_single.round(&mut others[2])?;
    }
    println!(
        "{:24} {:>8} {:>9} {:>10} {:>10} {:>11}",
        std::any::type_name::<T>(),
        "bytes",
        "vs f32",
        "encode ns",
        "decode ns",
        "worst KL"
    );
    for row in &rows {
        let bytes = row.bytes as f64 / EXPLORERS as f64;
        let ratio = (STATES * size_of::<f32>()) as f64 / bytes;
        let Row {
            name,
            encode_ns,
            decode_ns,
            worst_nats,
            ..
        } = row;
        println!(
            "{name:24} {bytes:8.1} {ratio:8.2}x {encode_ns:10.0} {decode_ns:10.0} {worst_nats:11.2e}"
        );
    }
    println!();
    Ok(())
}

impl Row {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            bytes: 0,
            encode_ns: f64::MAX,
            decode_ns: f64::MAX,
            worst_nats: 0.0,
        }
    }

    fn encoded(&mut self, started: Instant, bytes: usize) {
        self.encode_ns = self.encode_ns.min(per_belief_ns(started));
        self.bytes = bytes;
    }

    /// A call for each belief.
    fn single<T: Real>(
        &mut self,
        encoder: &mut Encoder<T>,
        beliefs: &[T],
        bytes: &mut Vec<u8>,
        back: &mut [T],
    ) -> Result<(), Failure> {
        bytes.clear();
        let started = Instant::now();
        for belief in black_box(beliefs).chunks(STATES) {
            encoder.encode(belief, bytes)?;
        }
        self.encoded(started, bytes.len());
        let mut at = 0;
        let started = Instant::now();
        for belief in back.chunks_mut(STATES) {
            at += decode(black_box(&bytes[at..]), belief)?;
        }
        self.decoded(started);
        self.worst_nats = worst(beliefs, back);
        Ok(())
    }

    fn decoded(&mut self, started: Instant) {
        self.decode_ns = self.decode_ns.min(per_belief_ns(started));
    }
}

fn per_belief_ns(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e9 / EXPLORERS as f64
}

fn worst<T: Real>(beliefs: &[T], back: &[T]) -> f64 {
    let pairs = beliefs.chunks(STATES).zip(back.chunks(STATES));
    pairs
        .map(|(belief, back)| kl_divergence(belief, back))
        .fold(0.0, f64::max)
}

/// zstd level 1 with its contexts and buffers kept, in pieces of one size.
struct Zstd {
    raw: Vec<u8>,
    piece: usize,
    compressor: zstd::bulk::Compressor<'static>,
    decompressor: zstd::bulk::Decompressor<'static>,
    packed: Vec<u8>,
    ends: Vec<usize>,
    back: Vec<u8>,
}

impl Zstd {
    fn new<T: Real>(beliefs: &[T], values: usize) -> Result<Self, Failure> {
        let mut raw = Vec::new();
        for p in beliefs {
            match size_of::<T>() {
                4 => raw.extend_from_slice(&(p.to_f64() as f32).to_le_bytes()),
                _ => raw.extend_from_slice(&p.to_f64().to_le_bytes()),
            }
        }
        let piece = values * size_of::<T>();
        Ok(Self {
            packed: vec![0; raw.len() * 2],
            back: vec![0; raw.len()],
            ends: Vec::with_capacity(EXPLORERS),
            compressor: zstd::bulk::Compressor::new(1)?,
            decompressor: zstd::bulk::Decompressor::new()?,
            piece,
            raw,
        })
    }

    fn round(&mut self, row: &mut Row) -> Result<(), Failure> {
        self.ends.clear();
        let mut at = 0;
        let started = Instant::now();
        for piece in black_box(&self.raw).chunks(self.piece) {
            at += self
                .compressor
                .compress_to_buffer(piece, &mut self.packed[at..])?;
            self.ends.push(at);
        }
        row.encoded(started, at);
        let mut from = 0;
        let started = Instant::now();
        for (&end, back) in self.ends.iter().zip(self.back.chunks_mut(self.piece)) {
            self.decompressor
                .decompress_to_buffer(black_box(&self.packed[from..end]), back)?;
            from = end;
        }
        row.decoded(started);
        if self.back == self.raw {
            Ok(())
        } else {
            Err("zstd did not return what it was given".into())
        }
    }
}
