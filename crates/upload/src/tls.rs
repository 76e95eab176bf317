//! Whom to trust: the system's roots, judged by the system's verifier.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{ApiUrl, Error};

/// The TLS set-up for an address.
///
/// On loopback no certificate is ever looked at, so a machine without root certificates is good
/// enough for `http://`.
///
/// # Errors
///
/// [`Error::NoRootCertificates`], for an address of `https` on a machine that trusts nobody.
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
