//! The private half of a key.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header};

use super::{Claims, Jwk};

/// The key is not a PKCS #8 document of an Ed25519 key.
#[derive(Debug, thiserror::Error)]
#[error("not an Ed25519 private key in PKCS #8")]
pub struct KeyError;

/// Signs tokens by one Ed25519 key.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    header: Header,
    jwk: Jwk,
}

impl Signer {
    /// One with a new key.
    ///
    /// # Panics
    /// If the system has no randomness.
    pub fn generate() -> Self {
        let pair = Ed25519KeyPair::generate().expect("the system gives random bytes");
        let pkcs8 = pair.to_pkcs8().expect("a fresh key can be written");
        Self::from_pkcs8(pkcs8.as_ref()).expect("what was just written can be read")
    }

    /// One with a stored key (DER).
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError)?;
        let jwk = Jwk::ed25519(pair.public_key().as_ref());
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(jwk.kid.clone());
        Ok(Self {
            key: EncodingKey::from_ed_der(pkcs8),
            header,
            jwk,
        })
    }

    /// The key for storing (DER): a secret.
    pub fn to_pkcs8(&self) -> Vec<u8> {
        self.key.as_bytes().to_vec()
    }

    /// The public half, for publishing.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The key's name in tokens.
    pub fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// A signed token.
    ///
    /// # Panics
    /// Never: claims are plain data and the key was checked.
    pub fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&self.header, claims, &self.key)
            .expect("claims are plain data and the key was checked")
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("kid", &self.jwk.kid)
            .finish_non_exhaustive()
    }
}
