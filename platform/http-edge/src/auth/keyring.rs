//! The keys of a service that is a process of its own: its private key, and the public keys by which it knows the others.
//!
//! `revcart keys` makes both. A service may have several public keys, so that its key can be changed while calls go on: first
//! everybody trusts the new one, then it is used, then the old one is forgotten.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use revcart_runtime::{ConfigError, Environment, Setting};
use serde::{Deserialize, Serialize};
use shared_events::Service;

use super::{Jwk, KeyError, ServiceTrust, Signer};

/// The private key of the service.
pub const SERVICE_KEY: Setting = Setting {
    name: "REVCART_SERVICE_KEY",
    default: None,
    meaning: "the Ed25519 key by which this service calls the others: PKCS #8, as PEM or base64 (`revcart keys` makes it)",
    secret: true,
};
/// The public keys of all services.
pub const SERVICE_TRUST: Setting = Setting {
    name: "REVCART_SERVICE_TRUST",
    default: None,
    meaning: "file with the public keys of all services (trust.json, as `revcart keys` makes it)",
    secret: false,
};

/// What [`read`] reads.
pub const SETTINGS: &[Setting] = &[SERVICE_KEY, SERVICE_TRUST];

const TRUST: &str = "the trust.json that `revcart keys` makes";
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// Characters on a line of PEM.
const LINE: usize = 64;

/// The key of `service` and whom it trusts, as the settings say.
///
/// # Errors
/// When one is missing or cannot be used, or the service's own key is not among those that are trusted.
pub fn read(env: &Environment, service: Service) -> Result<(Signer, ServiceTrust), ConfigError> {
    let (signer, known, trust) = load(env)?;
    if !known.knows(service, signer.jwk()) {
        return Err(stranger(env, service.name()));
    }
    Ok((signer, trust))
}

/// Whose key it is that the settings name.
///
/// # Errors
/// As [`read`].
pub fn owner(env: &Environment) -> Result<Service, ConfigError> {
    let (signer, known, _) = load(env)?;
    Service::ALL
        .into_iter()
        .find(|service| known.knows(*service, signer.jwk()))
        .ok_or_else(|| stranger(env, "any service"))
}

fn stranger(env: &Environment, of: &str) -> ConfigError {
    let problem = format!(
        "the key in {} is not among those of {of}, nobody would believe it",
        SERVICE_KEY.name
    );
    let path = env.text(&SERVICE_TRUST).unwrap_or_default();
    ConfigError::invalid(&SERVICE_TRUST, &path, problem, TRUST)
}

fn load(env: &Environment) -> Result<(Signer, TrustFile, ServiceTrust), ConfigError> {
    let secret = env.secret(&SERVICE_KEY)?;
    let signer = from_text(secret.expose()).map_err(|error| {
        ConfigError::invalid(
            &SERVICE_KEY,
            secret.expose(),
            error,
            "a key as `revcart keys` makes it",
        )
    })?;
    let path = env.text(&SERVICE_TRUST)?;
    let refused = |problem: String| ConfigError::invalid(&SERVICE_TRUST, &path, problem, TRUST);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| refused(format!("it cannot be read ({error})")))?;
    let known: TrustFile = serde_json::from_str(&text)
        .map_err(|error| refused(format!("it is no table of keys ({error})")))?;
    let trust = known.trust().map_err(|service| {
        refused(format!(
            "a key of {} cannot be used, or is another service's",
            service.name()
        ))
    })?;
    Ok((signer, known, trust))
}

/// A private key for a file: PKCS #8 in PEM.
#[must_use]
pub fn to_pem(signer: &Signer) -> String {
    let encoded = STANDARD.encode(signer.to_pkcs8());
    let mut pem = format!("{BEGIN}\n");
    for (at, character) in encoded.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str(&format!("\n{END}\n"));
    pem
}

/// A private key from a file or variable: PKCS #8, in PEM or base64.
///
/// # Errors
/// [`KeyError`] if it is none.
pub fn from_text(text: &str) -> Result<Signer, KeyError> {
    let encoded = text.trim().trim_start_matches(BEGIN).trim_end_matches(END);
    let encoded: String = encoded.split_whitespace().collect();
    let pkcs8 = STANDARD.decode(encoded).map_err(|_| KeyError)?;
    Signer::from_pkcs8(&pkcs8)
}

/// The public keys of services, as they are written to a file: one key or a list of keys by the name of the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrustFile(BTreeMap<Service, Keys>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(Jwk),
    Several(Vec<Jwk>),
}

impl Keys {
    fn all(&self) -> &[Jwk] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Several(keys) => keys,
        }
    }
}

impl TrustFile {
    /// Adds a key to those of `service`; `false` if it was there.
    pub fn add(&mut self, service: Service, key: &Jwk) -> bool {
        if self.knows(service, key) {
            return false;
        }
        let known = self.0.get(&service).map_or(&[][..], Keys::all);
        let keys = match known {
            [] => Keys::One(key.clone()),
            some => Keys::Several(some.iter().chain([key]).cloned().collect()),
        };
        self.0.insert(service, keys);
        true
    }

    /// Whether this key is one of the service's.
    #[must_use]
    pub fn knows(&self, service: Service, key: &Jwk) -> bool {
        let keys = self.0.get(&service).map_or(&[][..], Keys::all);
        keys.iter().any(|known| known.kid == key.kid)
    }

    fn trust(&self) -> Result<ServiceTrust, Service> {
        let trust = ServiceTrust::new();
        for (service, keys) in &self.0 {
            for key in keys.all() {
                trust.trust(*service, key).map_err(|KeyError| *service)?;
            }
        }
        Ok(trust)
    }
}
