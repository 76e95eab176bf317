//! Certificates of an authority of one's own.

use std::fs;
use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// Certificate and key in DER, the certificate's length before it in text.
pub(crate) fn signed(
    issuer: &CertifiedIssuer<'_, KeyPair>,
    hosts: &[&str],
    years: std::ops::Range<i32>,
) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    let mut params =
        CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(years.start, 1, 1);
    params.not_after = date_time_ymd(years.end, 1, 1);
    let cert = params.signed_by(&key, issuer).unwrap();
    let length = format!("{:08}", cert.der().len());
    [length.as_bytes(), cert.der(), key.serialized_der()].concat()
}

pub(crate) fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

pub(crate) fn server_config(folder: &str, name: &str) -> Arc<ServerConfig> {
    let bytes = fs::read(format!("{folder}/{name}")).unwrap();
    let (length, bytes) = bytes.split_at(8);
    let length = std::str::from_utf8(length).unwrap().parse().unwrap();
    let (cert, key) = bytes.split_at(length);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![cert.to_vec().into()],
            PrivateKeyDer::try_from(key.to_vec()).unwrap(),
        );
    Arc::new(config.unwrap())
}
