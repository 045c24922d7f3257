//! Which key speaks for which service.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::DecodingKey;
use shared_events::Service;

use super::{Jwk, KeyError};

/// The public keys of services, by name of the key. Clones share it; keys may be added while it is in use.
#[derive(Clone, Default)]
pub struct ServiceTrust {
    keys: Arc<RwLock<HashMap<String, (Service, DecodingKey)>>>,
}

impl ServiceTrust {
    /// Trusts nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts tokens signed by this key to come from `service`. A key that already speaks for another service is refused.
    pub fn trust(&self, service: Service, key: &Jwk) -> Result<(), KeyError> {
        let decoding_key = key.decoding_key().ok_or(KeyError)?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys
            .get(&key.kid)
            .is_some_and(|(owner, _)| *owner != service)
        {
            return Err(KeyError);
        }
        keys.insert(key.kid.clone(), (service, decoding_key));
        Ok(())
    }

    /// Whose key this is.
    pub(super) fn find(&self, kid: &str) -> Option<(Service, DecodingKey)> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(kid)
            .cloned()
    }
}

impl std::fmt::Debug for ServiceTrust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_map()
            .entries(keys.iter().map(|(kid, (service, _))| (kid, service.name())))
            .finish()
    }
}
