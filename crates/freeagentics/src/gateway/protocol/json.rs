//! Commands in JSON. Invariant: unknown fields are ignored, missing ones named.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::command::{BadCommand, Command, Request, check_topic};

/// All fields any command may have: one flat pass over the text, payload untouched.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    id: Option<u32>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    #[serde(borrow)]
    topics: Option<Vec<Cow<'a, str>>>,
    count: Option<u32>,
    agent: Option<u64>,
    observation: Option<Vec<u32>>,
}

/// Reads one command. The id is returned with the error too, so that the client can match it.
pub(in crate::gateway) fn decode(text: &str) -> Result<Request<'_>, (Option<u32>, BadCommand)> {
    let fields: Fields<'_> = serde_json::from_str(text)
        .map_err(|error| (None, BadCommand::Malformed(shortened(&error))))?;
    let id = fields.id;
    command(fields)
        .map(|command| Request { id, command })
        .map_err(|bad| (id, bad))
}

fn command(fields: Fields<'_>) -> Result<Command<'_>, BadCommand> {
    let payload = || {
        fields
            .payload
            .map_or(&b"null"[..], |raw| raw.get().as_bytes())
    };
    Ok(match &*fields.kind {
        "echo" => Command::Echo { payload: payload() },
        "subscribe" => Command::Subscribe {
            topics: topics(fields, "subscribe")?,
        },
        "unsubscribe" => Command::Unsubscribe {
            topics: topics(fields, "unsubscribe")?,
        },
        "publish" => {
            let payload = payload();
            let topic = fields
                .topic
                .ok_or(BadCommand::Lacks("publish", "\"topic\""))?;
            check_topic(&topic)?;
            Command::Publish { topic, payload }
        }
        "spawn" => Command::Spawn {
            count: fields.count.unwrap_or(1),
        },
        "observe" => Command::Observe {
            agent: fields
                .agent
                .ok_or(BadCommand::Lacks("observe", "\"agent\""))?,
            observation: fields.observation.ok_or(BadCommand::Lacks(
                "observe",
                "\"observation\" (a list of indices)",
            ))?,
        },
        "inspect" => Command::Inspect {
            agent: fields
                .agent
                .ok_or(BadCommand::Lacks("inspect", "\"agent\""))?,
        },
        "status" => Command::Status,
        other => return Err(BadCommand::Unknown(other.chars().take(40).collect())),
    })
}

fn topics<'a>(fields: Fields<'a>, command: &'static str) -> Result<Vec<Cow<'a, str>>, BadCommand> {
    let topics = match (fields.topics, fields.topic) {
        (Some(topics), _) => topics,
        (None, Some(topic)) => vec![topic],
        (None, None) => return Err(BadCommand::Lacks(command, "\"topics\"")),
    };
    for topic in &topics {
        check_topic(topic)?;
    }
    Ok(topics)
}

/// What is wrong, which may quote what was sent: enough of it.
fn shortened(error: &serde_json::Error) -> String {
    error.to_string().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_their_ids() {
        let request = decode(r#"{"type":"echo","id":7,"payload":{"a":[1, 2]}}"#).expect("valid");
        assert_eq!(request.id, Some(7));
        assert_eq!(
            request.command,
            Command::Echo {
                payload: br#"{"a":[1, 2]}"#
            }
        );
        let request = decode(r#"{"type":"observe","agent":3,"observation":[4]}"#).expect("valid");
        assert_eq!(
            request.command,
            Command::Observe {
                agent: 3,
                observation: vec![4]
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_the_id_kept() {
        let (id, bad) = decode(r#"{"type":"observe","id":9,"observation":[4]}"#).expect_err("bad");
        assert_eq!(id, Some(9));
        assert!(bad.to_string().contains("\"agent\""), "{bad}");
        let (_, bad) = decode(r#"{"type":"dance"}"#).expect_err("bad");
        assert!(bad.to_string().contains("known: echo"), "{bad}");
        for garbage in ["", "[]", "{", "{\"type\":3}", "null"] {
            assert!(
                matches!(decode(garbage), Err((_, BadCommand::Malformed(_)))),
                "{garbage}"
            );
        }
        let long = format!(r#"{{"type":"publish","topic":"{}"}}"#, "x".repeat(129));
        assert_eq!(decode(&long), Err((None, BadCommand::BadTopic(129))));
    }
}
