//! Flags of `fabench run` that name a running WebSocket server to measure.

use std::path::PathBuf;

use clap::Args;
use fabench_harness::secrets::is_secret;

use crate::secret::Secret;

/// Which WebSocket server is measured.
#[derive(Debug, Args)]
pub(crate) struct WebsocketArguments {
    /// Measure the running WebSocket server at this URL instead of the suite's own (ws://HOST:PORT/PATH).
    #[arg(long, value_name = "URL", value_parser = websocket_url)]
    pub(crate) websocket_url: Option<String>,
    /// Path at which that server sends back what it is sent [default: the URL's].
    #[arg(long, value_name = "PATH", requires = "websocket_url", value_parser = path)]
    pub(crate) echo_path: Option<String>,
    /// Topic that is broadcast to on that server [default: fabench].
    #[arg(long, value_name = "TOPIC", requires = "websocket_url")]
    pub(crate) broadcast_topic: Option<String>,
    /// Bearer token for that server, kept in no result. Better in FABENCH_WEBSOCKET_TOKEN or a file: shells keep what is typed.
    #[arg(
        long,
        value_name = "TOKEN",
        requires = "websocket_url",
        conflicts_with = "token_file"
    )]
    pub(crate) token: Option<Secret>,
    /// File that holds the bearer token for that server.
    #[arg(long, value_name = "PATH", requires = "websocket_url")]
    pub(crate) token_file: Option<PathBuf>,
}

fn websocket_url(text: &str) -> Result<String, String> {
    let Some(rest) = text.strip_prefix("ws://") else {
        return Err(
            "expected ws://HOST:PORT/PATH; where TLS is spoken, name the server behind it".into(),
        );
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') || is_secret(text) {
        return Err(
            "expected ws://HOST:PORT/PATH, without a name and password; --token-file takes a token"
                .into(),
        );
    }
    Ok(text.to_owned())
}

fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') {
        Ok(text.to_owned())
    } else {
        Err("expected a path that starts with /, for example /echo".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_websocket_urls_are_taken() {
        for good in ["ws://127.0.0.1:8787/ws", "ws://host", "ws://[::1]:1/?a=b@c"] {
            assert!(websocket_url(good).is_ok(), "{good}");
        }
        for bad in [
            "wss://host/",
            "http://host",
            "ws://",
            "ws://a:b@host",
            "ws://a:b/c@host",
            "host:80",
        ] {
            assert!(websocket_url(bad).is_err(), "{bad}");
        }
    }
}
