//! Why a benchmark did not yield a number: any error, flattened to the text that the record keeps.

use std::error::Error;
use std::fmt;

/// A benchmark that could not run or found its own result wrong. Made from any error by `?`.
///
/// It does not implement [`Error`] itself: that is what lets every error turn into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: String,
}

impl Failure {
    /// A failure with this text.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }

    /// What happened, with the causes.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let text = inner.to_string();
            // Many errors repeat their cause in their own text.
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = inner.source();
        }
        Self { message }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Verifies a benchmark's work: `Ok` if `holds`, else a [`Failure`] with the text.
///
/// # Errors
/// When `holds` is false.
pub fn ensure<M: Into<String>>(holds: bool, message: impl FnOnce() -> M) -> Result<(), Failure> {
    if holds {
        Ok(())
    } else {
        Err(Failure::new(message()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_causes_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot open the store")]
        struct Outer(#[source] std::num::ParseIntError);

        let inner = "x".parse::<i32>().unwrap_err();
        let failure = Failure::from(Outer(inner));
        assert_eq!(
            failure.message(),
            "cannot open the store: invalid digit found in string"
        );
    }

    #[test]
    fn text_and_errors_convert_with_the_question_mark() {
        fn text() -> Result<(), Failure> {
            Err("no rows")?;
            Ok(())
        }
        fn error() -> Result<i32, Failure> {
            Ok("twelve".parse::<i32>()?)
        }
        assert_eq!(text().unwrap_err().message(), "no rows");
        assert!(error().unwrap_err().message().contains("invalid digit"));
        assert_eq!(
            ensure(1 == 2, || "one is not two").unwrap_err().message(),
            "one is not two"
        );
    }
}
