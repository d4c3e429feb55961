//! What every store does. Each function takes an empty store; each backend's tests run them all.

use std::sync::Arc;

use freeagentics::store::{
    AgentRecord, Batch, MessageRecord, Store, StoreError, Written, restore, snapshot,
};
use futures_util::{StreamExt, stream};

use crate::support::{agent, agents, everything, model, population};

/// Hands the names of all functions below to the macro `$then`, after `$first`.
macro_rules! for_each_rule {
    ($then:ident, $($first:tt)*) => {
        $then! { $($first)* =>
            what_is_saved_is_read_back,
            all_64_bits_are_kept,
            unknown_ids_are_left_out,
            saving_again_replaces,
            large_batches_replace_too,
            removals_come_before_insertions,
            a_batch_is_whole_or_absent,
            an_agent_without_its_model_is_refused,
            a_model_is_kept_once,
            messages_keep_their_order,
            a_snapshot_replaces_the_population,
            an_abandoned_snapshot_changes_nothing,
            a_snapshot_naming_an_agent_twice_changes_nothing,
            a_snapshot_without_a_model_changes_nothing,
            a_reader_sees_one_committed_state,
            many_tasks_share_few_connections,
            snapshot_and_restore_agree,
            health_answers
        }
    };
}
pub(crate) use for_each_rule;

type Shared = Arc<dyn Store>;

pub(crate) async fn what_is_saved_is_read_back(store: Shared) {
    let model = model("a");
    let saved = agents([5, 1, 900, 42], model.id(), 7);
    let written = store
        .save(Batch {
            models: vec![model.clone()],
            agents: saved.clone(),
            ..Batch::default()
        })
        .await
        .unwrap();
    assert_eq!((written.models, written.agents), (1, 4));
    for agent in &saved {
        assert_eq!(store.agent(agent.id).await.unwrap().as_ref(), Some(agent));
    }
    assert_eq!(
        store.agents(vec![42, 5]).await.unwrap(),
        agents([42, 5], model.id(), 7)
    );
    assert_eq!(store.model(model.id()).await.unwrap(), Some(model));
}

pub(crate) async fn all_64_bits_are_kept(store: Shared) {
    let model = model("a");
    let mut wide = agent(u64::MAX, model.id(), u64::MAX);
    wide.belief = (0..=255).collect();
    let ids = [0, 1 << 63, u64::MAX - 1];
    let mut batch = Batch::of_agents(agents(ids, model.id(), 1 << 63));
    batch.agents.push(wide.clone());
    batch.models.push(model.clone());
    batch.messages.push(MessageRecord {
        sender: Some(u64::MAX),
        receiver: 1 << 63,
        step: u64::MAX,
        kind: 255,
        payload: vec![0, 255],
    });
    store.save(batch.clone()).await.unwrap();
    assert_eq!(store.agent(u64::MAX).await.unwrap(), Some(wide));
    assert_eq!(store.agents(ids.to_vec()).await.unwrap(), batch.agents[..3]);
    let audited = store.messages(0, 10).await.unwrap();
    assert_eq!(audited[0].message, batch.messages[0]);
}

pub(crate) async fn unknown_ids_are_left_out(store: Shared) {
    let model = model("a");
    assert_eq!(store.agent(1).await.unwrap(), None);
    assert_eq!(store.agents(vec![]).await.unwrap(), vec![]);
    assert_eq!(store.model(model.id()).await.unwrap(), None);
    assert_eq!(store.messages(0, 10).await.unwrap(), vec![]);
    let mut batch = Batch::of_agents(agents((0..100).map(|n| n * 2), model.id(), 0));
    batch.models.push(model.clone());
    store.save(batch).await.unwrap();
    let found = store.agents((0..200).rev().collect()).await.unwrap();
    assert_eq!(found, agents((0..100).rev().map(|n| n * 2), model.id(), 0));
}

pub(crate) async fn saving_again_replaces(store: Shared) {
    let (old, new) = (model("old"), model("new"));
    let mut batch = Batch::of_agents(agents(0..50, old.id(), 1));
    batch.models = vec![old.clone(), new.clone()];
    store.save(batch).await.unwrap();
    store
        .save(Batch::of_agents(agents(25..75, new.id(), 2)))
        .await
        .unwrap();
    let (models, all) = everything(&*store).await;
    let mut expected = agents(0..25, old.id(), 1);
    expected.extend(agents(25..75, new.id(), 2));
    assert_eq!(all, expected);
    assert_eq!(models.len(), 2);
}

pub(crate) async fn large_batches_replace_too(store: Shared) {
    let model = model("a");
    let mut batch = Batch::of_agents(agents(0..3_000, model.id(), 1));
    batch.models.push(model.clone());
    store.save(batch).await.unwrap();
    // All there, all new, and the last of many there.
    for (ids, step) in [(1_000..3_000, 2), (3_000..5_000, 3), (4_999..9_000, 4)] {
        store
            .save(Batch::of_agents(agents(ids, model.id(), step)))
            .await
            .unwrap();
    }
    let descending = agents((8_000..10_000).rev(), model.id(), 5);
    store.save(Batch::of_agents(descending)).await.unwrap();
    let mut expected = agents(0..1_000, model.id(), 1);
    expected.extend(agents(1_000..3_000, model.id(), 2));
    expected.extend(agents(3_000..4_999, model.id(), 3));
    expected.extend(agents(4_999..8_000, model.id(), 4));
    expected.extend(agents(8_000..10_000, model.id(), 5));
    assert!(everything(&*store).await.1 == expected);
}

pub(crate) async fn removals_come_before_insertions(store: Shared) {
    let model = model("a");
    let mut batch = Batch::of_agents(agents(0..10, model.id(), 1));
    batch.models.push(model.clone());
    store.save(batch).await.unwrap();
    let mut batch = Batch::of_agents(agents([3, 10], model.id(), 2));
    batch.removed = vec![2, 3, 4, 77];
    store.save(batch).await.unwrap();
    let (_, all) = everything(&*store).await;
    let ids: Vec<u64> = all.iter().map(|agent| agent.id).collect();
    assert_eq!(ids, [0, 1, 3, 5, 6, 7, 8, 9, 10]);
    assert_eq!(all[2].step, 2);
}

pub(crate) async fn a_batch_is_whole_or_absent(store: Shared) {
    let model = model("a");
    let mut batch = Batch::of_agents(agents([1, 2, 1], model.id(), 1));
    batch.models.push(model.clone());
    batch.messages.push(message(1));
    let error = store.save(batch).await.unwrap_err();
    assert!(
        matches!(error, StoreError::DuplicateAgent { agent: 1 }),
        "{error}"
    );
    assert_empty(&*store).await;
}

pub(crate) async fn an_agent_without_its_model_is_refused(store: Shared) {
    let (known, unknown) = (model("known"), model("unknown"));
    let mut batch = Batch::of_agents(agents(0..10, known.id(), 1));
    batch.models.push(known);
    batch.messages.push(message(1));
    batch.agents.push(agent(10, unknown.id(), 1));
    let error = store.save(batch.clone()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::MissingModel { agent: 10, model } if model == unknown.id()),
        "{error}"
    );
    assert_empty(&*store).await;
    // A refused batch must not have made its model known.
    let error = store
        .save(Batch::of_agents(batch.agents))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::MissingModel { .. }), "{error}");
    assert_empty(&*store).await;
}

pub(crate) async fn a_model_is_kept_once(store: Shared) {
    for id in 0..3 {
        let mut batch = Batch::of_agents(agents([id], model("a").id(), 1));
        batch.models = vec![model("a"), model("a")];
        store.save(batch).await.unwrap();
    }
    let (models, all) = everything(&*store).await;
    assert_eq!(models, [model("a")]);
    assert_eq!(all.len(), 3);
}

pub(crate) async fn messages_keep_their_order(store: Shared) {
    for first in [0_u64, 100] {
        let batch = Batch {
            messages: (first..first + 100).map(message).collect(),
            ..Batch::default()
        };
        store.save(batch).await.unwrap();
    }
    let first = store.messages(0, 150).await.unwrap();
    let rest = store.messages(first[149].sequence, 1_000).await.unwrap();
    let receivers: Vec<u64> = first
        .iter()
        .chain(&rest)
        .map(|stored| stored.message.receiver)
        .collect();
    assert_eq!(receivers, (0..200).collect::<Vec<u64>>());
    assert_eq!(first[1].message, message(1));
}

pub(crate) async fn a_snapshot_replaces_the_population(store: Shared) {
    let (old, new) = (model("old"), model("new"));
    let mut batch = Batch::of_agents(agents(0..100, old.id(), 1));
    batch.models.push(old.clone());
    store.save(batch).await.unwrap();
    let mut last = Batch::of_agents(agents(5_000..5_003, new.id(), 9));
    last.messages.push(message(3));
    let written = store
        .write_snapshot(population(vec![
            Batch::of_models(vec![new.clone()]),
            Batch::of_agents(agents(50..4_000, new.id(), 9)),
            last,
        ]))
        .await
        .unwrap();
    assert_eq!(
        written,
        Written {
            models: 1,
            agents: 3_953,
            messages: 1
        }
    );
    let (models, all) = everything(&*store).await;
    assert_eq!(all, agents((50..4_000).chain(5_000..5_003), new.id(), 9));
    assert!(models.contains(&old) && models.contains(&new));
    assert_eq!(store.agent(1).await.unwrap(), None);
    // An empty population is one too.
    store.write_snapshot(population(vec![])).await.unwrap();
    assert_eq!(everything(&*store).await.1, vec![]);
}

pub(crate) async fn an_abandoned_snapshot_changes_nothing(store: Shared) {
    let before = one_agent(&*store).await;
    let chunk = Batch::of_agents(agents(10..20, before[0].model, 2));
    let failing = stream::iter([
        Ok(chunk.clone()),
        Err(StoreError::Abandoned {
            reason: "a reason of its own".to_owned(),
        }),
    ]);
    let error = store.write_snapshot(Box::pin(failing)).await.unwrap_err();
    assert!(error.to_string().contains("a reason of its own"), "{error}");
    assert_eq!(everything(&*store).await.1, before);

    // A caller that stops waiting: the future is dropped after it has handed over the first chunk.
    let (handed_over, first_chunk) = tokio::sync::oneshot::channel();
    let endless = stream::iter([Ok(chunk)]).chain(stream::once(async move {
        let _ = handed_over.send(());
        std::future::pending().await
    }));
    tokio::select! {
        ended = store.write_snapshot(Box::pin(endless)) => panic!("{ended:?}"),
        reached = first_chunk => reached.unwrap(),
    }
    assert_eq!(everything(&*store).await.1, before);
    // And the store still works.
    let after = agents(30..40, before[0].model, 3);
    store.save(Batch::of_agents(after.clone())).await.unwrap();
    assert_eq!(everything(&*store).await.1[1..], after);
}

pub(crate) async fn a_snapshot_naming_an_agent_twice_changes_nothing(store: Shared) {
    let before = one_agent(&*store).await;
    let model = before[0].model;
    for second in [agents(20..40, model, 3), agents([50, 50], model, 3)] {
        let error = store
            .write_snapshot(population(vec![
                Batch::of_agents(agents(10..30, model, 2)),
                Batch::of_agents(second),
            ]))
            .await
            .unwrap_err();
        assert!(
            matches!(error, StoreError::DuplicateAgent { .. }),
            "{error}"
        );
        assert_eq!(everything(&*store).await.1, before);
    }
}

pub(crate) async fn a_snapshot_without_a_model_changes_nothing(store: Shared) {
    let before = one_agent(&*store).await;
    let unknown = model("unknown");
    let error = store
        .write_snapshot(population(vec![
            Batch::of_agents(agents(10..20, before[0].model, 2)),
            Batch::of_agents(agents(20..30, unknown.id(), 2)),
        ]))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::MissingModel { agent: 20, .. }),
        "{error}"
    );
    assert_eq!(everything(&*store).await.1, before);
}

pub(crate) async fn a_reader_sees_one_committed_state(store: Shared) {
    let model = model("a");
    let first = agents(0..10_000, model.id(), 1);
    snapshot(&*store, vec![model.clone()], first.clone())
        .await
        .unwrap();
    let mut chunks = store.read_snapshot().await.unwrap();
    let mut seen = chunks.next().await.unwrap().unwrap().agents;
    snapshot(&*store, vec![], agents(0..10_000, model.id(), 2))
        .await
        .unwrap();
    while let Some(chunk) = chunks.next().await {
        seen.extend(chunk.unwrap().agents);
    }
    assert!(seen == first, "the reader saw parts of two populations");
    assert_eq!(store.agent(7).await.unwrap().unwrap().step, 2);
}

pub(crate) async fn many_tasks_share_few_connections(store: Shared) {
    let model = model("a");
    let saved = agents(0..1_000, model.id(), 1);
    snapshot(&*store, vec![model.clone()], saved.clone())
        .await
        .unwrap();
    let tasks = (0..50_u64).map(|task| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut read = Vec::new();
            for turn in 0..20 {
                read.extend(store.agent(task * 20 + turn).await.unwrap());
            }
            let wide = store.agents((0..200).collect()).await.unwrap();
            assert_eq!(wide.len(), 200);
            read
        })
    });
    let mut read: Vec<AgentRecord> = Vec::new();
    for task in tasks {
        read.extend(task.await.unwrap());
    }
    assert_eq!(read, saved);
}

pub(crate) async fn snapshot_and_restore_agree(store: Shared) {
    let models = vec![model("a"), model("b")];
    let saved: Vec<AgentRecord> = (0..10_000)
        .map(|id| agent(id * 3, models[(id % 2) as usize].id(), id))
        .collect();
    let bytes: usize = saved.iter().map(|agent| agent.belief.len()).sum();
    let stats = snapshot(&*store, models.clone(), saved.clone())
        .await
        .unwrap();
    assert_eq!(
        (stats.agents, stats.belief_bytes),
        (saved.len(), bytes as u64)
    );
    let mut back = Batch::default();
    let stats = restore::<StoreError>(&*store, |batch| {
        back.models.extend(batch.models);
        back.agents.extend(batch.agents);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!((stats.models, stats.agents), (2, saved.len()));
    assert!(back.agents == saved);
    back.models.sort_by_key(|model| model.body().to_vec());
    assert_eq!(back.models, models);
}

pub(crate) async fn health_answers(store: Shared) {
    let health = store.health().await.unwrap();
    assert!(health.schema_version >= 1);
    assert!(!health.version.is_empty());
}

fn message(number: u64) -> MessageRecord {
    MessageRecord {
        sender: number.checked_sub(1),
        receiver: number,
        step: number * 10,
        kind: number as u8,
        payload: number.to_le_bytes().to_vec(),
    }
}

async fn one_agent(store: &dyn Store) -> Vec<AgentRecord> {
    let model = model("a");
    let mut batch = Batch::of_agents(agents([1], model.id(), 1));
    batch.models.push(model);
    store.save(batch.clone()).await.unwrap();
    batch.agents
}

async fn assert_empty(store: &dyn Store) {
    let (models, agents) = everything(store).await;
    assert_eq!((models, agents), (vec![], vec![]));
    assert_eq!(store.messages(0, 10).await.unwrap(), vec![]);
}
