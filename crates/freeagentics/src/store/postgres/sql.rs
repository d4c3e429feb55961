//! The SQL statements, with the schema's name in them. Invariant: the name is a plain word in quotes, so it
//! cannot carry SQL.

use crate::store::StoreError;

pub(super) struct Sql {
    /// The schema's name, quoted.
    pub(super) schema: String,
    pub(super) drop_schema: String,
    pub(super) agent: String,
    pub(super) agents: String,
    pub(super) all_agents: String,
    pub(super) model: String,
    pub(super) all_models: String,
    pub(super) known_models: String,
    pub(super) messages: String,
    pub(super) versions: String,
    pub(super) put_models: String,
    pub(super) put_agents: String,
    pub(super) copy_agents: String,
    pub(super) remove_agents: String,
    pub(super) add_messages: String,
    pub(super) start_replacing: String,
}

impl Sql {
    pub(super) fn new(schema: &str) -> Result<Self, StoreError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let starts_well = schema.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        // 63 bytes is the longest name PostgreSQL keeps.
        if !starts_well || schema.len() > 63 || !schema.chars().all(plain) {
            return Err(StoreError::bad_address(
                "the schema's name must start with a letter and hold only a-z, 0-9 and _"
                    .to_owned(),
            ));
        }
        // Quoted, because a plain name can still be a word of SQL ("full").
        let s = format!("\"{schema}\"");
        Ok(Self {
            schema: s.clone(),
            drop_schema: format!("DROP SCHEMA IF EXISTS {s} CASCADE"),
            agent: format!("SELECT model, step, belief FROM {s}.agents WHERE id = $1"),
            agents: format!("SELECT id, model, step, belief FROM {s}.agents WHERE id = ANY($1)"),
            all_agents: format!("SELECT id, model, step, belief FROM {s}.agents ORDER BY id"),
            model: format!("SELECT body FROM {s}.models WHERE id = $1"),
            all_models: format!("SELECT id, body FROM {s}.models"),
            known_models: format!("SELECT id FROM {s}.models WHERE id = ANY($1)"),
            messages: format!(
                "SELECT sequence, sender, receiver, step, kind, payload FROM {s}.messages \
                 WHERE sequence > $1 ORDER BY sequence LIMIT $2"
            ),
            versions: format!(
                "SELECT current_setting('server_version'), version FROM {s}.schema_version"
            ),
            put_models: format!(
                "INSERT INTO {s}.models (id, body) SELECT * FROM unnest($1::bytea[], $2::bytea[]) \
                 ON CONFLICT DO NOTHING"
            ),
            put_agents: format!(
                "INSERT INTO {s}.agents (id, model, step, belief) \
                 SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[]) \
                 ON CONFLICT (id) DO UPDATE SET model = excluded.model, step = excluded.step, \
                 belief = excluded.belief"
            ),
            copy_agents: format!("COPY {s}.agents (id, model, step, belief) FROM STDIN BINARY"),
            remove_agents: format!("DELETE FROM {s}.agents WHERE id = ANY($1)"),
            add_messages: format!(
                "INSERT INTO {s}.messages (sender, receiver, step, kind, payload) \
                 SELECT sender, receiver, step, kind, payload FROM unnest($1::bigint[], \
                 $2::bigint[], $3::bigint[], $4::smallint[], $5::bytea[]) WITH ORDINALITY \
                 AS m(sender, receiver, step, kind, payload, place) ORDER BY place"
            ),
            // Other writers wait for the commit; readers see the population before it.
            start_replacing: format!(
                "LOCK TABLE {s}.agents IN SHARE ROW EXCLUSIVE MODE; DELETE FROM {s}.agents"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_a_plain_name() {
        for name in ["freeagentics", "_x1", "fabench_42", "full"] {
            assert!(Sql::new(name).is_ok(), "{name}");
        }
        let long = "x".repeat(64);
        for name in ["", "1x", "A", "a-b", "a;drop", "a b", "ä", &long] {
            assert!(Sql::new(name).is_err(), "{name}");
        }
    }
}
