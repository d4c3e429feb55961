//! `fabench serve`: the dashboard over HTTP, running benchmarks over a WebSocket, everything as JSON.
//!
//! It only reads: nobody can start, change or delete anything through it. Invariant: what is served on a loopback
//! address is given to pages of that address alone.

mod guard;
mod routes;
mod served;
mod socket;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use fabench_harness::runner::Cancel;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::served::Served;
use crate::arguments::ServeArguments;
use crate::config::Config;
use crate::dashboard::Shown;
use crate::exit::Exit;
use crate::interrupt::cancel_on_signal;
use crate::screen::Screen;

/// How long open requests may take to end.
const FAREWELL: Duration = Duration::from_secs(3);

/// How often it is looked whether the process is to end.
const GLANCE: Duration = Duration::from_millis(50);

/// Carries out `fabench serve`: until it is interrupted.
pub(crate) fn serve(
    config: &Config,
    arguments: &ServeArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let cancel = cancel_on_signal()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the server's threads can't be started")?;
    runtime.block_on(listen(config, arguments, &cancel, screen))?;
    // A page that is still being made is not waited for.
    runtime.shutdown_background();
    screen.print("stopped\n");
    Ok(Exit::Interrupted)
}

async fn listen(
    config: &Config,
    arguments: &ServeArguments,
    cancel: &Cancel,
    screen: &Screen,
) -> anyhow::Result<()> {
    let wanted = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(wanted)
        .await
        .with_context(|| remedy(wanted))
        .map_err(|error| named(error, wanted))?;
    let address = listener.local_addr().context("the server has no address")?;
    if !address.ip().is_loopback() {
        screen.warn(&format!(
            "everybody who reaches {address} can read the history; leave --host out to serve this machine alone"
        ));
    }
    let (stop, stopping) = watch::channel(false);
    let shown = Shown::new(config, &arguments.source, true);
    let served = Arc::new(Served::new(
        config.clone(),
        shown,
        address,
        stopping.clone(),
    ));
    screen.print(&format!("serving http://{address}/ until Ctrl-C\n"));
    let mut ending = stopping;
    let server =
        axum::serve(listener, routes::router(&served)).with_graceful_shutdown(async move {
            let _ = ending.changed().await;
        });
    let server = tokio::spawn(server.into_future());
    while !cancel.is_cancelled() && !server.is_finished() {
        tokio::time::sleep(GLANCE).await;
    }
    let _ = stop.send(true);
    match tokio::time::timeout(FAREWELL, server).await {
        Ok(Ok(ended)) => ended.context("the server failed"),
        // Whoever still reads after the farewell is cut off.
        Ok(Err(_)) | Err(_) => Ok(()),
    }
}

fn remedy(wanted: SocketAddr) -> String {
    format!("the server can't listen on {wanted}; choose another address with --host and --port")
}

/// A taken port is the usual case and gets the plain words.
fn named(error: anyhow::Error, wanted: SocketAddr) -> anyhow::Error {
    let taken = error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::AddrInUse);
    if taken {
        anyhow::anyhow!(
            "port {} of {} is in use, perhaps by another `fabench serve`; choose another with --port, or any that is \
             free with --port 0",
            wanted.port(),
            wanted.ip()
        )
    } else {
        error
    }
}
