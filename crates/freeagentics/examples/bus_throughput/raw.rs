//! The client library alone: payloads as large as a frame, filled once, never looked into.

use std::time::Instant;

use async_nats::{Client, Subscriber};
use futures_util::StreamExt;
use tokio::runtime::Runtime;

use crate::other::{self, Other};
use crate::{MESSAGES, ON_THE_WAY, Outcome};

/// Bytes on their way at once.
const WINDOW: usize = 4 << 20;

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

pub(crate) fn receive(url: &str) -> Outcome<()> {
    let runtime = runtime()?;
    let (client, mut payloads) = runtime.block_on(async {
        let client = async_nats::connect(url).await?;
        let payloads = client.subscribe("raw").await?;
        client.flush().await?;
        Outcome::Ok((client, payloads))
    })?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while let Some(message) = payloads.next().await {
                let bytes = (message.payload.len() as u64).to_le_bytes();
                if let Err(error) = client.publish("told", bytes.to_vec().into()).await {
                    eprintln!("{error}");
                }
            }
        });
    });
    other::serve()
}

pub(crate) struct Sender {
    runtime: Runtime,
    client: Client,
    told: Subscriber,
    payload: bytes::Bytes,
    _receiver: Other,
}

impl Sender {
    pub(crate) fn start(url: &str, bytes: usize) -> Outcome<Self> {
        let receiver = Other::start("--raw", url)?;
        let runtime = runtime()?;
        let (client, told) = runtime.block_on(async {
            let client = async_nats::connect(url).await?;
            let told = client.subscribe("told").await?;
            Outcome::Ok((client, told))
        })?;
        Ok(Self {
            runtime,
            client,
            told,
            payload: vec![7; bytes].into(),
            _receiver: receiver,
        })
    }

    /// Messages a second that the bytes which arrived could have held.
    pub(crate) fn round(&mut self) -> Outcome<f64> {
        let Self {
            runtime,
            client,
            told,
            payload,
            ..
        } = self;
        let started = Instant::now();
        let payloads = (MESSAGES * ON_THE_WAY).div_ceil(payload.len() as u64) as usize;
        let window = (WINDOW / payload.len()).max(1);
        runtime.block_on(async {
            let mut arrived = 0;
            for sent in 0..payloads {
                while sent - arrived >= window {
                    told.next().await.ok_or("the connection ended")?;
                    arrived += 1;
                }
                client.publish("raw", payload.clone()).await?;
            }
            while arrived < payloads {
                told.next().await.ok_or("the connection ended")?;
                arrived += 1;
            }
            Outcome::Ok(())
        })?;
        let bytes = payloads * payload.len();
        Ok(bytes as f64 / ON_THE_WAY as f64 / started.elapsed().as_secs_f64())
    }
}
