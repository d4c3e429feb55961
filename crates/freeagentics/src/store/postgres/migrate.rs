//! The versions of the tables on a server. Invariant: all steps to the current version happen in one
//! transaction, by one process at a time; a newer version is left alone.

use deadpool_postgres::Object;

use super::errors::{self, Place};
use super::sql::Sql;
use crate::store::StoreError;

/// The steps from an empty schema to the current version. Never edit a released step: add one.
/// Beliefs come compressed, so the server need not try.
const STEPS: [&str; 1] = ["
    CREATE TABLE models (id bytea PRIMARY KEY, body bytea NOT NULL);
    CREATE TABLE agents (
        id bigint PRIMARY KEY,
        model bytea NOT NULL,
        step bigint NOT NULL,
        belief bytea NOT NULL
    );
    ALTER TABLE agents ALTER COLUMN belief SET STORAGE EXTERNAL;
    CREATE TABLE messages (
        sequence bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        sender bigint,
        receiver bigint NOT NULL,
        step bigint NOT NULL,
        kind smallint NOT NULL,
        payload bytea NOT NULL
    );
"];

const CURRENT: i32 = STEPS.len() as i32;

pub(super) async fn migrate(
    client: &mut Object,
    sql: &Sql,
    place: &Place,
) -> Result<(), StoreError> {
    let schema = &sql.schema;
    if version(&***client, schema, place).await? == CURRENT {
        return Ok(());
    }
    let steps = place.wait(client.build_transaction().start()).await?;
    // Any number will do, if all use it: this one spells "fagt".
    place
        .wait(steps.batch_execute("SELECT pg_advisory_xact_lock(1717659508)"))
        .await?;
    // Another process may have done it while this one waited.
    let found = version(&*steps, schema, place).await?;
    if found == 0 {
        let first = format!(
            "CREATE SCHEMA IF NOT EXISTS {schema};
             CREATE TABLE {schema}.schema_version (version integer NOT NULL);
             INSERT INTO {schema}.schema_version VALUES (0);"
        );
        place.wait(steps.batch_execute(&first)).await?;
    }
    place
        .wait(steps.batch_execute(&format!("SET LOCAL search_path = {schema}")))
        .await?;
    for step in &STEPS[found as usize..] {
        place
            .wait(steps.batch_execute(step))
            .await
            .map_err(|error| foreign(error, schema, place))?;
    }
    place
        .wait(steps.batch_execute(&format!("UPDATE schema_version SET version = {CURRENT}")))
        .await?;
    place.wait(steps.commit()).await?;
    tracing::info!(store = %place, from = found, to = CURRENT, "tables brought up to date");
    Ok(())
}

/// The version found, 0 for none, or a refusal of a newer one.
async fn version(
    client: &impl tokio_postgres::GenericClient,
    schema: &str,
    place: &Place,
) -> Result<i32, StoreError> {
    let table = format!("{schema}.schema_version");
    let there: bool = place
        .wait(client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&table]))
        .await?
        .get(0);
    if !there {
        return Ok(0);
    }
    let row = place
        .wait(client.query_opt(&format!("SELECT version FROM {table}"), &[]))
        .await?;
    let found: i32 = match row.map(|row| row.try_get(0)) {
        Some(Ok(found)) if found >= 0 => found,
        _ => {
            return Err(StoreError::NotAStore {
                place: place.to_string(),
                reason: format!("{table} holds no version"),
            });
        }
    };
    if found > CURRENT {
        return Err(StoreError::NewerVersion {
            place: place.to_string(),
            found: found.unsigned_abs(),
            known: CURRENT.unsigned_abs(),
        });
    }
    Ok(found)
}

/// Somebody else's tables in a schema of our name.
fn foreign(error: StoreError, schema: &str, place: &Place) -> StoreError {
    use tokio_postgres::error::SqlState;
    match errors::sql_state(&error) {
        Some(&SqlState::DUPLICATE_TABLE) => StoreError::NotAStore {
            place: place.to_string(),
            reason: format!("schema {schema} holds tables of another program"),
        },
        _ => error,
    }
}
