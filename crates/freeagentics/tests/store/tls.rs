//! Encrypted connections: made when the URL asks for it, and only to a server whose certificate is right.

use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};
use freeagentics::store::{PostgresStore, Store, StoreError, StoreOptions};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::support::{block_on, cluster};

async fn refusal(url: &str) -> StoreError {
    match PostgresStore::connect(url, &StoreOptions::default()).await {
        Ok(_) => panic!("connected by {url}"),
        Err(error) => error,
    }
}

#[test]
fn the_certificate_decides() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    let options = ClusterOptions {
        unsafe_but_quick: true,
        settings: vec![("ssl".to_owned(), "on".to_owned())],
        files: vec![
            ("server.crt".to_owned(), certificate.clone().into_bytes()),
            (
                "server.key".to_owned(),
                made.signing_key.serialize_pem().into_bytes(),
            ),
        ],
    };
    let Some(cluster) = cluster(&options) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, certificate).unwrap();
    let trusted = trusted.display();
    let url = cluster.tcp_url();
    block_on(async {
        let good = format!("{url}?sslmode=verify-full&sslrootcert={trusted}");
        let store = PostgresStore::connect(&good, &StoreOptions::default())
            .await
            .expect("a trusted server");
        assert!(store.health().await.is_ok());
        let (client, connection) = tokio_postgres::connect(&cluster.url(), NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        let encrypted: bool = client
            .query_one(
                "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                 WHERE application_name = 'freeagentics'",
                &[],
            )
            .await
            .unwrap()
            .get(0);
        assert!(encrypted, "the connection is not encrypted");

        // Nobody vouches for it.
        let error = refusal(&format!("{url}?sslmode=require")).await;
        assert!(matches!(error, StoreError::Tls { .. }), "{error}");
        // It is not whom we asked for.
        let elsewhere = url.replace("@localhost:", "@127.0.0.1:");
        let error = refusal(&format!(
            "{elsewhere}?sslmode=require&sslrootcert={trusted}"
        ))
        .await;
        assert!(matches!(error, StoreError::Tls { .. }), "{error}");
        // There is no such file, or nothing in it.
        for file in ["/no/such.pem", "/dev/null"] {
            let error = refusal(&format!("{url}?sslmode=require&sslrootcert={file}")).await;
            assert!(matches!(error, StoreError::Tls { .. }), "{error}");
            assert!(error.to_string().contains(file), "{error}");
        }
    });
}

/// A server that cannot encrypt is not talked to in the clear.
pub(crate) async fn absent_tls_is_refused(cluster: &PrivateCluster) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = TempDir::new().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, made.cert.pem()).unwrap();
    let url = format!(
        "{}?sslmode=require&sslrootcert={}",
        cluster.tcp_url(),
        trusted.display()
    );
    let error = refusal(&url).await;
    assert!(matches!(error, StoreError::Tls { .. }), "{error}");
}
