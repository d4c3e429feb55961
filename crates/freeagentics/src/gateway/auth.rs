//! Who may connect. Invariant: a token is compared in constant time and never logged or printed
//! back; only whoever starts the server sees it.

use std::fmt;

use rand::RngExt;
use subtle::ConstantTimeEq;

use super::error::GatewayError;

/// Who may connect.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Whoever shows this token.
    Token(Token),
    /// Anyone on this machine; refused off loopback.
    None,
}

impl Auth {
    /// A fresh random token.
    #[must_use]
    pub fn random() -> Self {
        Self::Token(Token::random())
    }

    /// Whether these credentials are enough.
    pub(super) fn admits(&self, shown: Option<&str>) -> bool {
        match self {
            Self::None => true,
            Self::Token(token) => shown.is_some_and(|shown| token.matches(shown)),
        }
    }
}

/// A secret of 16 to 256 characters from RFC 3986's unreserved set.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// 192 random bits from the system, in hexadecimal.
    #[must_use]
    pub fn random() -> Self {
        let bytes: [u8; 24] = rand::rng().random();
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A token of the operator's own.
    ///
    /// # Errors
    /// [`GatewayError::BadToken`] when it is too short, too long, or holds other characters.
    pub fn new(text: &str) -> Result<Self, GatewayError> {
        if text.len() < 16 {
            return Err(GatewayError::BadToken("it is shorter than 16 characters"));
        }
        if text.len() > 256 {
            return Err(GatewayError::BadToken("it is longer than 256 characters"));
        }
        if !text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        {
            return Err(GatewayError::BadToken("it holds other characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The secret itself, for printing at start.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in time that depends on the lengths only.
    fn matches(&self, shown: &str) -> bool {
        self.0.as_bytes().ct_eq(shown.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_tokens_differ_and_are_valid() {
        let (a, b) = (Token::random(), Token::random());
        assert_ne!(a.reveal(), b.reveal());
        assert!(Token::new(a.reveal()).is_ok());
    }

    #[test]
    fn only_the_same_token_is_admitted() {
        let auth = Auth::Token(Token::new("0123456789abcdef").expect("valid"));
        assert!(auth.admits(Some("0123456789abcdef")));
        for wrong in [
            None,
            Some(""),
            Some("0123456789abcdeg"),
            Some("0123456789abcdef0"),
        ] {
            assert!(!auth.admits(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        let token = Token::random();
        assert!(!format!("{token:?}").contains(token.reveal()));
    }

    #[test]
    fn weak_or_unsendable_tokens_are_refused() {
        for bad in ["short", "has spaces in the middle", &"x".repeat(257)] {
            assert!(Token::new(bad).is_err(), "{bad}");
        }
    }
}
