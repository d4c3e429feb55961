//! Commands read, written and read again by the tests and by `fuzz/`. Invariant: what is accepted has one meaning, which
//! both encodings can carry.

use std::borrow::Cow;

use serde_json::json;
use serde_json::value::RawValue;

use super::binary::{self, op};
use super::command::{BadCommand, Command, MAX_TOPIC_BYTES, Request};
use super::json;

/// Longest reason for a refusal, which may quote what was sent.
const MOST_SAID: usize = 1_000;

/// A text message.
pub(crate) fn read_and_write_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match json::decode(text) {
        Ok(request) => {
            check(&request);
            let written = in_json(&request);
            assert_eq!(json::decode(&written).as_ref(), Ok(&request), "{written}");
        }
        Err((_, bad)) => refused(&bad),
    }
}

/// A binary message.
pub(crate) fn read_and_write_binary(bytes: &[u8]) {
    match binary::decode(bytes) {
        Ok(request) => {
            check(&request);
            assert_eq!(in_binary(&request), bytes);
        }
        Err((_, bad)) => refused(&bad),
    }
}

fn check(request: &Request<'_>) {
    let topics = match &request.command {
        Command::Subscribe { topics } | Command::Unsubscribe { topics } => topics.as_slice(),
        Command::Publish { topic, .. } => std::slice::from_ref(topic),
        _ => &[],
    };
    let holds = |topic: &Cow<'_, str>| (1..=MAX_TOPIC_BYTES).contains(&topic.len());
    assert!(topics.iter().all(holds), "{topics:?}");
}

fn refused(bad: &BadCommand) {
    let said = bad.to_string();
    assert!((1..MOST_SAID).contains(&said.len()), "{said}");
}

fn in_json(request: &Request<'_>) -> String {
    // The payload stays as it was written: parsing it would make other numbers of large ones.
    let raw = |payload: &[u8]| {
        let text = String::from_utf8(payload.to_vec()).expect("a payload within text is text");
        RawValue::from_string(text).expect("a payload within JSON is JSON")
    };
    let mut payload = None;
    let mut fields = match &request.command {
        Command::Echo { payload: given } => {
            payload = Some(raw(given));
            json!({"type": "echo"})
        }
        Command::Subscribe { topics } => json!({"type": "subscribe", "topics": topics}),
        Command::Unsubscribe { topics } => json!({"type": "unsubscribe", "topics": topics}),
        Command::Publish {
            topic,
            payload: given,
        } => {
            payload = Some(raw(given));
            json!({"type": "publish", "topic": topic})
        }
        Command::Spawn { count } => json!({"type": "spawn", "count": count}),
        Command::Observe { agent, observation } => {
            json!({"type": "observe", "agent": agent, "observation": observation})
        }
        Command::Inspect { agent } => json!({"type": "inspect", "agent": agent}),
        Command::Status => json!({"type": "status"}),
    };
    fields["id"] = request.id.into();
    let mut written = fields.to_string();
    if let Some(payload) = payload {
        written.pop();
        written += &format!(",\"payload\":{payload}}}");
    }
    written
}

fn in_binary(request: &Request<'_>) -> Vec<u8> {
    let named = |operation: u8, topic: &str, rest: &[u8]| {
        let mut body = vec![topic.len() as u8];
        body.extend_from_slice(topic.as_bytes());
        body.extend_from_slice(rest);
        (operation, body)
    };
    let (operation, body) = match &request.command {
        Command::Echo { payload } => (op::ECHO, payload.to_vec()),
        Command::Subscribe { topics } => named(op::SUBSCRIBE, &topics[0], &[]),
        Command::Unsubscribe { topics } => named(op::UNSUBSCRIBE, &topics[0], &[]),
        Command::Publish { topic, payload } => named(op::PUBLISH, topic, payload),
        Command::Spawn { count } => (op::SPAWN, count.to_le_bytes().to_vec()),
        Command::Observe { agent, observation } => {
            let mut body = agent.to_le_bytes().to_vec();
            body.push(observation.len() as u8);
            body.extend(observation.iter().flat_map(|index| index.to_le_bytes()));
            (op::OBSERVE, body)
        }
        Command::Inspect { agent } => (op::INSPECT, agent.to_le_bytes().to_vec()),
        Command::Status => (op::STATUS, Vec::new()),
    };
    let mut written = vec![operation];
    written.extend_from_slice(&request.id.unwrap_or(0).to_le_bytes());
    written.extend_from_slice(&body);
    written
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    const COMMANDS: [&str; 8] = [
        r#"{"type":"echo","id":7,"payload":{"a":[1e400, -0.0, "\ud83d\ude00"]}}"#,
        r#"{"type":"subscribe","topics":["a","agents.*"],"id":1}"#,
        r#"{"type":"unsubscribe","topic":"a\u0000b"}"#,
        r#"{"type":"publish","topic":"t","payload":[[[null]]]}"#,
        r#"{"type":"spawn","count":4294967295}"#,
        r#"{"type":"observe","agent":18446744073709551615,"observation":[0,4294967295]}"#,
        r#"{"type":"inspect","agent":3,"id":0}"#,
        r#"{"type":"status","id":4294967295}"#,
    ];

    const PIECES: [&str; 12] = [
        "[[[[[[[[",
        "{\"a\":",
        "99999999999999999999",
        "-1",
        "1e999",
        "null",
        "\\ud800",
        "\"",
        ",",
        "\u{0}",
        "\"type\":\"echo\",",
        "}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn changed_text_is_refused_or_means_one_thing(
            command in select(&COMMANDS[..]),
            edits in vec((any::<Index>(), select(&PIECES[..]), 0..4_usize), 0..5),
            cut in prop::option::of(any::<Index>()),
        ) {
            let mut bytes = command.as_bytes().to_vec();
            for (at, piece, removed) in edits {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + removed);
                bytes.splice(at..end, piece.bytes());
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            read_and_write_json(&bytes);
        }

        #[test]
        fn binary_of_any_kind_is_refused_or_means_one_thing(
            operation in 0..=9_u8,
            body in vec(prop_oneof![any::<u8>(), 0..4_u8], 0..40),
        ) {
            let mut bytes = vec![operation];
            bytes.extend(body);
            read_and_write_binary(&bytes);
        }
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        for opening in ["[", "{\"a\":"] {
            let deep = opening.repeat(100_000);
            read_and_write_json(deep.as_bytes());
            let within = format!(r#"{{"type":"echo","payload":{deep}"#);
            assert!(json::decode(&within).is_err());
        }
    }
}
