//! Public keys as they are published (RFC 7517, RFC 8037).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The public half of an Ed25519 key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The public key, 32 bytes in base64url.
    pub x: String,
    /// The key's name, as it stands in the header of tokens.
    pub kid: String,
    /// `EdDSA`.
    #[serde(default)]
    pub alg: String,
    /// `sig`.
    #[serde(default, rename = "use")]
    pub usage: String,
}

impl Jwk {
    /// A key named by its RFC 7638 thumbprint.
    pub(super) fn ed25519(public: &[u8]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(public);
        let thumbprint = digest(
            &SHA256,
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes(),
        );
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x,
            kid: URL_SAFE_NO_PAD.encode(thumbprint),
            alg: "EdDSA".to_owned(),
            usage: "sig".to_owned(),
        }
    }

    /// For checking signatures; `None` if it is not an Ed25519 key.
    pub(super) fn decoding_key(&self) -> Option<jsonwebtoken::DecodingKey> {
        let fits = self.kty == "OKP"
            && self.crv == "Ed25519"
            && URL_SAFE_NO_PAD
                .decode(&self.x)
                .is_ok_and(|key| key.len() == 32);
        fits.then(|| jsonwebtoken::DecodingKey::from_ed_components(&self.x).ok())
            .flatten()
    }
}

/// A set of public keys, as served at `/.well-known/jwks.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys; the order does not matter.
    pub keys: Vec<Jwk>,
}

impl FromIterator<Jwk> for Jwks {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }
}
