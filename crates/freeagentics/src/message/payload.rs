//! Application bytes: small ones inside the message, large ones shared.
//!
//! Invariant: cloning a payload never copies more than [`INLINE_BYTES`] bytes.

use bytes::Bytes;

/// Payloads up to this many bytes travel inside the message, without an allocation.
pub const INLINE_BYTES: usize = 64;

/// Bytes whose meaning is the application's.
#[derive(Clone)]
pub struct Payload(Form);

#[derive(Clone)]
enum Form {
    Inline { len: u8, bytes: [u8; INLINE_BYTES] },
    Shared(Bytes),
}

impl Payload {
    /// A payload that holds a copy of `bytes`: the one copy on their way to the receiver.
    #[must_use]
    pub fn copy_from(bytes: &[u8]) -> Self {
        if bytes.len() <= INLINE_BYTES {
            let mut inline = [0; INLINE_BYTES];
            inline[..bytes.len()].copy_from_slice(bytes);
            Self(Form::Inline {
                len: bytes.len() as u8,
                bytes: inline,
            })
        } else {
            Self(Form::Shared(Bytes::copy_from_slice(bytes)))
        }
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Form::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Form::Shared(bytes) => bytes,
        }
    }

    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Inline { len, .. } => usize::from(*len),
            Form::Shared(bytes) => bytes.len(),
        }
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Bytes> for Payload {
    /// Shares `bytes` without copying, unless they are small enough to travel inside.
    fn from(bytes: Bytes) -> Self {
        if bytes.len() <= INLINE_BYTES {
            Self::copy_from(&bytes)
        } else {
            Self(Form::Shared(bytes))
        }
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl std::ops::Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Payload {}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Payload({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_survives_either_form() {
        for len in [0, 1, 63, 64, 65, 1000] {
            let bytes: Vec<u8> = (0..len).map(|i| i as u8).collect();
            assert_eq!(Payload::copy_from(&bytes).as_slice(), bytes);
            assert_eq!(Payload::from(bytes.clone()).as_slice(), bytes);
        }
    }

    #[test]
    fn large_content_is_shared_by_clones() {
        let payload = Payload::from(vec![7; 1000]);
        assert_eq!(
            payload.clone().as_slice().as_ptr(),
            payload.as_slice().as_ptr()
        );
    }
}
