//! TLS by rustls, which needs no system library. Invariant: a certificate is always checked; there is no
//! mode that encrypts without knowing to whom.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, crypto};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::errors::Place;
use crate::store::StoreError;

pub(super) fn connector(
    authorities: Option<&Path>,
    place: &Place,
) -> Result<MakeRustlsConnect, StoreError> {
    let refuse = |reason: String| StoreError::Tls {
        place: place.to_string(),
        reason,
    };
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(file) => {
            let unreadable =
                |error: &dyn std::fmt::Display| refuse(format!("{}: {error}", file.display()));
            for certificate in
                CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))?
            {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                roots.add(certificate).map_err(|error| unreadable(&error))?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"it holds no certificate"));
            }
        }
        None => {
            // Single unreadable files of a system's collection are common and harmless.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(refuse("this system has no trusted certificates".to_owned()));
            }
        }
    }
    // Named, because a process may link two providers, and then has no default.
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refuse(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
