//! Records to store, and the runtime to do it on.

use std::path::{Path, PathBuf};
use std::process::Command;

use freeagentics::store::private_cluster::{ClusterError, ClusterOptions, PrivateCluster};
use freeagentics::store::{AgentRecord, Batch, BatchStream, ModelId, ModelRecord, Store};
use futures_util::{StreamExt, stream};

/// Runs `work` on a small runtime of its own.
pub(crate) fn block_on<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

/// A model whose bytes depend on `name`.
pub(crate) fn model(name: &str) -> ModelRecord {
    ModelRecord::new(format!("model {name}").into_bytes())
}

/// An agent whose belief depends on id and step, so that a mix-up shows.
pub(crate) fn agent(id: u64, model: ModelId, step: u64) -> AgentRecord {
    let length = (id % 200) as usize;
    let belief = (0..length)
        .map(|at| {
            (id.wrapping_mul(31).wrapping_add(step.wrapping_mul(7)) as usize).wrapping_add(at) as u8
        })
        .collect();
    AgentRecord {
        id,
        model,
        step,
        belief,
    }
}

/// Agents `ids`, all of `model` and at `step`.
pub(crate) fn agents(
    ids: impl IntoIterator<Item = u64>,
    model: ModelId,
    step: u64,
) -> Vec<AgentRecord> {
    ids.into_iter().map(|id| agent(id, model, step)).collect()
}

/// The batches as a population.
pub(crate) fn population(batches: Vec<Batch>) -> BatchStream {
    Box::pin(stream::iter(batches.into_iter().map(Ok)))
}

/// Everything in the store's population, in the order it is read.
pub(crate) async fn everything(store: &dyn Store) -> (Vec<ModelRecord>, Vec<AgentRecord>) {
    let mut chunks = store.read_snapshot().await.expect("a snapshot to read");
    let (mut models, mut agents) = (Vec::new(), Vec::new());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.expect("a chunk");
        assert!(
            chunk.models.is_empty() || agents.is_empty(),
            "models come first"
        );
        models.extend(chunk.models);
        agents.extend(chunk.agents);
    }
    (models, agents)
}

/// A cluster for one test, with these settings more. `None`, with a printed reason, where PostgreSQL is not
/// installed, unless `FABENCH_REQUIRE_SERVERS=1` makes that a failure.
pub(crate) fn quick_cluster(settings: &[(&str, &str)]) -> Option<PrivateCluster> {
    cluster(&ClusterOptions {
        unsafe_but_quick: true,
        settings: settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        files: Vec::new(),
    })
}

/// As [`quick_cluster`], with all options.
pub(crate) fn cluster(options: &ClusterOptions) -> Option<PrivateCluster> {
    match PrivateCluster::start(options) {
        Ok(cluster) => Some(cluster),
        Err(error @ ClusterError::NotInstalled)
            if std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1") =>
        {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A file system of its own for a disk that gets full. Only root may mount one.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts `size` (as of `mount -o size=`) at `folder`; `None`, with a printed reason, where that is not allowed.
    pub(crate) fn mount(folder: &Path, size: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={size},mode=0777"),
                "tmpfs",
            ])
            .arg(folder)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder.to_owned())),
            refused => {
                println!("skipped: no small file system can be mounted here: {refused:?}");
                None
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}
