//! TLS: the system's root certificates, checked by the system's verifier.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{ApiUrl, Error};

/// Returns the TLS configuration for a URL.
///
/// `http://` on loopback needs no certificate, so there a machine without root certificates will do.
///
/// # Errors
///
/// [`Error::NoRootCertificates`] for `https` on a machine without root certificates.
pub(crate) fn config(api_url: &ApiUrl) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let trusting = builder.and_then(|builder| {
        if api_url.is_encrypted() {
            builder.with_platform_verifier()
        } else {
            Ok(builder.with_root_certificates(RootCertStore::empty()))
        }
    });
    match trusting {
        Ok(builder) => Ok(builder.with_no_client_auth()),
        Err(error) => Err(Error::NoRootCertificates {
            cause: error.to_string().into(),
        }),
    }
}
