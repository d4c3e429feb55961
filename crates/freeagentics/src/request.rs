//! Request and reply: the asker's future and the handler's answer slip.
//!
//! Invariant: each request resolves exactly once, with the reply or with the reason why there is none.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::AgentId;
use crate::completion::{Completer, Pending, Twin, pair};
use crate::error::{RequestError, SendError};
use crate::message::Message;

type Answer = Result<Message, Fault>;

enum Fault {
    Undelivered(SendError),
    Panicked,
}

/// Where the answer to one request goes; may be kept and answered later, from any thread.
///
/// Dropped without an answer, the asker gets [`RequestError::NoReply`].
pub struct ReplyTo(Option<Completer<Answer>>);

impl ReplyTo {
    /// Answers the request.
    pub fn send(mut self, reply: Message) {
        if let Some(completer) = self.0.take() {
            completer.complete(Ok(reply));
        }
    }

    pub(crate) fn fail(mut self, reason: SendError) {
        if let Some(completer) = self.0.take() {
            completer.complete(Err(Fault::Undelivered(reason)));
        }
    }
}

impl ReplyTo {
    /// Who asked, to be told if the handler keeps the slip and does not return.
    pub(crate) fn asker(&self) -> Option<Asker> {
        self.0.as_ref().and_then(Completer::twin).map(Asker)
    }
}

/// Whoever waits for a reply.
pub(crate) struct Asker(Twin<Answer>);

impl Asker {
    pub(crate) fn fail(self, reason: SendError) {
        self.0.complete(Err(Fault::Undelivered(reason)));
    }
}

impl Drop for ReplyTo {
    fn drop(&mut self) {
        // A handler that unwinds drops the slip unanswered: the asker learns why.
        if std::thread::panicking()
            && let Some(completer) = self.0.take()
        {
            completer.complete(Err(Fault::Panicked));
        }
    }
}

/// The pending reply to a request: await it, or block with [`Reply::wait`].
#[must_use = "a request without its reply is a send"]
pub struct Reply {
    to: AgentId,
    pending: Pending<Answer>,
}

pub(crate) fn ask(to: AgentId) -> (ReplyTo, Reply) {
    let (completer, pending) = pair();
    (ReplyTo(Some(completer)), Reply { to, pending })
}

impl Reply {
    /// Blocks the thread until the reply is there, at most for `limit`.
    ///
    /// # Errors
    /// [`RequestError`]: not delivered, not answered, or out of time.
    pub fn wait(self, limit: Duration) -> Result<Message, RequestError> {
        let to = self.to;
        match self.pending.wait_until(Some(Instant::now() + limit)) {
            Ok(answer) => settle(to, answer),
            Err(_) => Err(RequestError::TimedOut { to, waited: limit }),
        }
    }
}

impl Future for Reply {
    type Output = Result<Message, RequestError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.pending
            .poll_value(context)
            .map(|answer| settle(self.to, answer))
    }
}

fn settle(to: AgentId, answer: Option<Answer>) -> Result<Message, RequestError> {
    match answer {
        Some(Ok(reply)) => Ok(reply),
        Some(Err(Fault::Undelivered(reason))) => Err(reason.into()),
        Some(Err(Fault::Panicked)) => Err(RequestError::Send(SendError::Panicked {
            to,
            reason: "the handler panicked on this request; the log has its message".into(),
        })),
        None => Err(RequestError::NoReply { to }),
    }
}
