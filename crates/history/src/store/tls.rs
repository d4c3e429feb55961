//! TLS by rustls, which needs no system library. Invariant: a certificate is always checked; there is no
//! mode that encrypts without knowing to whom.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, crypto};

use crate::HistoryError;

/// Trusts the certificates in the file `authorities`, or the system's.
pub(super) fn trusting(
    authorities: Option<&Path>,
    place: &str,
) -> Result<ClientConfig, HistoryError> {
    let refuse = |reason: String| HistoryError::Address {
        reason: format!("TLS to {place} can't be set up: {reason}"),
    };
    let mut roots = RootCertStore::empty();
    if let Some(file) = authorities {
        let unreadable = |error: String| refuse(format!("{}: {error}", file.display()));
        let certificates =
            CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| unreadable(error.to_string()))?;
        }
    } else {
        // Single unreadable files of a system's collection are common and harmless.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() {
        return Err(refuse("there is no trusted certificate".to_owned()));
    }
    // Named, because a process may link two providers, and then has no default.
    Ok(
        ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| refuse(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth(),
    )
}
