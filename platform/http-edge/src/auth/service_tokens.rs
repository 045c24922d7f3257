//! The tokens by which a service calls others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use revcart_runtime::Clock;
use shared_events::{OrderId, Service, Timestamp};

use super::{Claims, Signer};

/// How long a service token is valid.
const TTL: Duration = Duration::from_secs(300);
/// A token that has less than this left is replaced, so that none expires on its way.
const MARGIN: Duration = Duration::from_secs(60);

/// Issues short-lived tokens of one service, one per service called, each used until shortly before it expires.
#[derive(Debug, Clone)]
pub struct ServiceTokens {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    from: Service,
    signer: Signer,
    clock: Clock,
    cached: Mutex<HashMap<Service, (Timestamp, HeaderValue)>>,
}

impl ServiceTokens {
    /// Tokens by which `from` calls others, signed by its own key.
    pub fn new(from: Service, signer: Signer, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Inner {
                from,
                signer,
                clock,
                cached: Mutex::default(),
            }),
        }
    }

    /// Who calls.
    pub fn service(&self) -> Service {
        self.inner.from
    }

    /// A token by which a guest sees their order for so long; worth something only if order-service issues it.
    pub fn guest(&self, order: OrderId, ttl: Duration) -> String {
        let claims = Claims::guest(order, self.inner.clock.now(), ttl);
        self.inner.signer.sign(&claims)
    }

    /// The `Authorization` header for a call to `to`.
    ///
    /// # Panics
    /// Never: tokens are ASCII.
    pub fn authorization(&self, to: Service) -> HeaderValue {
        let now = self.inner.clock.now();
        let mut cached = self
            .inner
            .cached
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((renew_at, header)) = cached.get(&to)
            && now < *renew_at
        {
            return header.clone();
        }
        let token = self
            .inner
            .signer
            .sign(&Claims::service(self.inner.from, to, now, TTL));
        let mut header =
            HeaderValue::from_str(&format!("Bearer {token}")).expect("tokens are ASCII");
        header.set_sensitive(true);
        cached.insert(to, (now + (TTL - MARGIN), header.clone()));
        header
    }
}
