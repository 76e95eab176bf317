//! TLS: the system's root certificates, checked by the system's verifier.

use std::sync::Arc;

use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
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
    if api_url.is_encrypted() {
        return trusting_the_system();
    }
    let builder = builder().map_err(|error| untrusting(&error))?;
    let trusting_nobody = builder.with_root_certificates(RootCertStore::empty());
    Ok(trusting_nobody.with_no_client_auth())
}

/// Returns the TLS configuration for any host.
///
/// # Errors
///
/// [`Error::NoRootCertificates`] on a machine without root certificates.
pub(crate) fn trusting_the_system() -> Result<ClientConfig, Error> {
    let trusting = builder().and_then(BuilderVerifierExt::with_platform_verifier);
    let trusting = trusting.map_err(|error| untrusting(&error))?;
    Ok(trusting.with_no_client_auth())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn untrusting(error: &rustls::Error) -> Error {
    Error::NoRootCertificates {
        cause: error.to_string().into(),
    }
}
