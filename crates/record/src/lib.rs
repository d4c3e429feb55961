//! The result contract of fabench: serde data, schema version, migrations. No behaviour.
