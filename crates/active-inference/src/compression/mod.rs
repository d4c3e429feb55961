//! Compression of beliefs. Invariant: a decoded belief is normalised and within the stated bound of the one encoded;
//! bytes that are no frame give an error, never a panic and never an allocation.
//!
//! * [`Encoder::new`] and [`Encoder::with_bound`] are **lossy**: the belief is rounded on a grid just fine enough that
//!   KL(belief ‖ decoded) ≤ the bound, 10⁻⁴ nats by default. The bound is proved on each belief when it is encoded.
//!   One-hot beliefs, uniform ones, and uniform ones over some of the states come back exactly. For transport,
//!   telemetry and agents at rest whose beliefs may change by as much as the bound.
//! * [`Encoder::lossless`] is **lossless**: every bit comes back, so a restored agent goes on as it would have. For
//!   snapshots. It leaves out zeros, and writes each distinct value once where few are: an explorer's belief takes less
//!   than a fifth of its bytes, one whose values all differ stays as long as it was.
//!
//! Both write the same format ([frames](inspect) that tell version, kind, states and length), which [`decode`] and
//! [`decode_batch`] read. Work and scratch space are linear in the number of states; nothing is allocated once buffers
//! have grown.
//!
//! ```
//! use active_inference::compression::{Encoder, decode, kl_divergence};
//!
//! let belief = [0.7f32, 0.2, 0.06, 0.03, 0.01, 0.0, 0.0, 0.0];
//! let mut bytes = Vec::new();
//! Encoder::new().encode(&belief, &mut bytes)?;
//! let mut back = [0.0f32; 8];
//! decode(&bytes, &mut back)?;
//! assert!(bytes.len() < 16 && kl_divergence(&belief, &back) <= 1e-4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bits;
mod decoder;
mod divergence;
mod encoder;
mod error;
mod frame;
mod listing;
mod palette;
mod prepared;
mod quantise;
mod residue;
mod value;

pub use decoder::{FrameInfo, decode, decode_batch, inspect};
pub use divergence::kl_divergence;
pub use encoder::Encoder;
pub use error::{BoundError, DecodeError, DecodeFault, EncodeError, EncodeFault};
pub use frame::MAX_STATES;
