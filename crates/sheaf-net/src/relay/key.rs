//! How a relay proves who it is: by the key of its endpoint, which the school knows, in place of a
//! certificate (RFC 7250). Whoever listens on the network learns no key of either side.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer,
    UnixTime,
};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{
    CertificateError, DigitallySignedStruct, Error, PeerIncompatible, ServerConfig, SignatureScheme,
};

use super::used::Relays;

/// What stands before the 32 bytes of an Ed25519 secret key in PKCS #8 (RFC 8410, section 7).
const SECRET_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// What stands before the 32 bytes of an Ed25519 public key (RFC 8410, section 4).
const PUBLIC_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The cryptography of both sides, the same as of the endpoints.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The server's side: proves that it holds the secret key of this endpoint.
pub(super) fn proving(endpoint_secret: &[u8; 32]) -> Result<ServerConfig, Error> {
    let provider = provider();
    let secret = PrivatePkcs8KeyDer::from([&SECRET_PREFIX[..], endpoint_secret].concat());
    let key = provider.key_provider.load_private_key(PrivateKeyDer::Pkcs8(secret))?;
    let no_key = || Error::General("the key of the endpoint has no public half".to_owned());
    let public = key.public_key().ok_or_else(no_key)?;
    let shown = vec![CertificateDer::from(public.to_vec())];
    let certified = Arc::new(CertifiedKey::new(shown, key));
    Ok(ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified))))
}

/// The device's side: believes a server that proves the key of a relay in use, and no other.
#[derive(Debug)]
pub(super) struct Believed {
    relays: Relays,
    provider: Arc<CryptoProvider>,
}

impl Believed {
    pub(super) const fn new(relays: Relays, provider: Arc<CryptoProvider>) -> Self {
        Self { relays, provider }
    }
}

impl ServerCertVerifier for Believed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = end_entity.strip_prefix(&PUBLIC_PREFIX);
        let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        match key.filter(|key| self.relays.believes(key)) {
            Some(_) => Ok(ServerCertVerified::assertion()),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(
            message,
            &SubjectPublicKeyInfoDer::from(cert.as_ref()),
            dss,
            known,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
