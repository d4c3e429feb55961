//! Which WebSocket server the suite measures: its own gateway, or a running one that is given.

use std::path::Path;

use anyhow::{Context as _, bail};
use fabench_harness::runner::Executable;

use crate::arguments::WebsocketArguments;
use crate::secret::{self, Secret};

/// The variables by which a suite learns of the server.
const URL: &str = "FREEAGENTICS_WEBSOCKET_URL";
const ECHO_PATH: &str = "FREEAGENTICS_WEBSOCKET_ECHO_PATH";
const TOPIC: &str = "FREEAGENTICS_WEBSOCKET_TOPIC";
const TOKEN: &str = "FREEAGENTICS_WEBSOCKET_TOKEN";

/// The executable with the server that was asked for in its environment.
pub(super) fn provide(
    executable: Executable,
    arguments: &WebsocketArguments,
) -> anyhow::Result<Executable> {
    let Some(url) = &arguments.websocket_url else {
        return Ok(executable);
    };
    let mut executable = executable.environment(URL, url);
    if let Some(path) = &arguments.echo_path {
        executable = executable.environment(ECHO_PATH, path);
    }
    if let Some(topic) = &arguments.broadcast_topic {
        executable = executable.environment(TOPIC, topic);
    }
    let token = match &arguments.token_file {
        Some(path) => Some(token_in(path)?),
        None => {
            let typed = arguments.token.clone();
            let token = typed.or_else(|| Secret::in_variable(secret::TOKEN));
            token.map(|token| token.reveal().to_owned())
        }
    };
    Ok(match token {
        Some(token) => executable.secret(TOKEN, &token),
        None => executable,
    })
}

/// The first line of a file.
fn token_in(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the token can't be read from {}", path.display()))?;
    let token = text.lines().next().unwrap_or_default().trim();
    if token.is_empty() {
        bail!("{} holds no token: its first line is empty", path.display());
    }
    Ok(token.to_owned())
}
