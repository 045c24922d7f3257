//! Checking tokens, on every request: a signature costs tens of microseconds, so what was found is remembered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderValue;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use moka::sync::Cache;
use revcart_runtime::Clock;
use shared_events::{Service, Timestamp};
use tokio::sync::Mutex;

use super::{Claims, Identity, Jwks, ServiceTrust, Visitor};
use crate::client::Peer;
use crate::problem::Problem;

/// How many verified tokens are remembered (about 150 bytes each).
const REMEMBERED: u64 = 20_000;
/// The longest token that is looked at.
const LONGEST_TOKEN: usize = 4096;
/// Keys are fetched at most this often, however many tokens name unknown ones.
const REFRESH_AT_MOST_EVERY: Duration = Duration::from_secs(5);
/// Keys are fetched again after this time, so that a withdrawn key ends being trusted.
const REFRESH_AT_LEAST_EVERY: Duration = Duration::from_secs(600);
/// After a fetch that failed the next one waits for so long: whoever asks meanwhile is not kept waiting for its failure.
const RETRY_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// Where user-service publishes its keys.
const JWKS_PATH: &str = "/.well-known/jwks.json";
const NEVER: i64 = i64::MIN;

/// Where the keys that vouch for users come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Given once (and by [`Verifier::replace_user_keys`]).
    Static(Jwks),
    /// Fetched from user-service, again when a token names an unknown key.
    Peer(Peer),
}

/// A token that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whom it vouches for.
    pub identity: Identity,
    /// The one service it is meant for; `None` for tokens of users, which are meant for all.
    pub audience: Option<Service>,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

/// What is remembered of a token that holds.
#[derive(Debug, Clone, Copy)]
struct Checked {
    visitor: Visitor,
    audience: Option<Service>,
    expires_at: Timestamp,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a token, not signed by a key that is trusted for what it says, or meant for somebody else.
    #[error("the token is not valid")]
    Invalid,
    /// It was valid once.
    #[error("the token has expired")]
    Expired,
    /// The keys to check it are out of reach.
    #[error("the keys to check the token cannot be fetched")]
    KeysOutOfReach,
}

impl Refusal {
    /// 401 `UNAUTHENTICATED` or `TOKEN_EXPIRED`, or 503.
    pub fn problem(self) -> Problem {
        let challenge = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
        match self {
            Self::Invalid => Problem::unauthorized("the token is not valid")
                .with_header(http::header::WWW_AUTHENTICATE, challenge),
            Self::Expired => Problem::new(
                http::StatusCode::UNAUTHORIZED,
                "TOKEN_EXPIRED",
                "the token has expired",
            )
            .with_header(http::header::WWW_AUTHENTICATE, challenge),
            Self::KeysOutOfReach => Problem::unavailable("tokens cannot be checked at the moment"),
        }
    }
}

/// Checks tokens and remembers those that hold until they expire. Clones share keys and memory.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    source: KeySource,
    user_keys: RwLock<HashMap<String, DecodingKey>>,
    /// Microseconds since 1970; [`NEVER`] before the first fetch.
    fetched_at: AtomicI64,
    /// When a fetch failed last, if none has succeeded since; [`NEVER`] otherwise.
    failed_at: AtomicI64,
    fetching: Mutex<()>,
    trust: ServiceTrust,
    clock: Clock,
    validation: Validation,
    remembered: Cache<[u8; 32], Checked>,
}

impl Verifier {
    /// One that trusts `source` for users and `trust` for services. Nothing is fetched yet.
    pub fn new(source: KeySource, trust: ServiceTrust, clock: Clock) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Expiry is checked against our clock, issuer and audience against the key that signed.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let user_keys = match &source {
            KeySource::Static(keys) => decoding_keys(keys),
            KeySource::Peer(_) => HashMap::new(),
        };
        Self {
            inner: Arc::new(Inner {
                source,
                user_keys: RwLock::new(user_keys),
                fetched_at: AtomicI64::new(NEVER),
                failed_at: AtomicI64::new(NEVER),
                fetching: Mutex::default(),
                trust,
                clock,
                validation,
                remembered: Cache::new(REMEMBERED),
            }),
        }
    }

    /// Replaces the keys that vouch for users: what a withdrawn key has signed is not accepted any more.
    pub fn replace_user_keys(&self, keys: &Jwks) {
        let keys = decoding_keys(keys);
        let mut known = self
            .inner
            .user_keys
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let withdrawn = known.keys().any(|kid| !keys.contains_key(kid));
        *known = keys;
        drop(known);
        if withdrawn {
            self.inner.remembered.invalidate_all();
        }
    }

    /// Checks the token of a person or a service. Whom it is meant for is left to the caller, see [`Verified::audience`].
    pub async fn verify(&self, token: &str) -> Result<Verified, Refusal> {
        let checked = self.look_at(token).await?;
        match checked.visitor {
            Visitor::User(identity) => Ok(Verified {
                identity,
                audience: checked.audience,
                expires_at: checked.expires_at,
            }),
            Visitor::Guest(_) => Err(Refusal::Invalid),
        }
    }

    /// Checks the token of a person, of a guest, or of a call to `service`, where it does not come in the header of a request:
    /// in the first message on a WebSocket.
    pub async fn visitor(&self, token: &str, service: Service) -> Result<Visitor, Refusal> {
        self.admit(token, Some(service)).await
    }

    async fn look_at(&self, token: &str) -> Result<Checked, Refusal> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refusal::Invalid);
        }
        let fingerprint = fingerprint(token);
        let verified = match self.inner.remembered.get(&fingerprint) {
            Some(verified) => verified,
            None => {
                let verified = self.check(token).await?;
                self.inner.remembered.insert(fingerprint, verified);
                verified
            }
        };
        if verified.expires_at <= self.inner.clock.now() {
            self.inner.remembered.invalidate(&fingerprint);
            return Err(Refusal::Expired);
        }
        Ok(verified)
    }

    /// Checks the token of a call to `service`: a token that is meant for another service is refused.
    /// `None` stands for what belongs to no service.
    pub(crate) async fn admit(
        &self,
        token: &str,
        service: Option<Service>,
    ) -> Result<Visitor, Refusal> {
        let checked = self.look_at(token).await?;
        match (checked.audience, service) {
            (Some(audience), Some(service)) if audience != service => Err(Refusal::Invalid),
            _ => Ok(checked.visitor),
        }
    }

    async fn check(&self, token: &str) -> Result<Checked, Refusal> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::Invalid)?;
        let kid = header
            .kid
            .filter(|_| header.alg == Algorithm::EdDSA)
            .ok_or(Refusal::Invalid)?;
        if let Some((service, key)) = self.inner.trust.find(&kid) {
            let claims = self.claims(token, &key)?;
            let (visitor, audience) = match claims.as_guest(service) {
                Some(order) => (Visitor::Guest(order), None),
                None => {
                    let audience = claims.as_service(service).ok_or(Refusal::Invalid)?;
                    (Visitor::User(Identity::service(service)), Some(audience))
                }
            };
            return Ok(Checked {
                visitor,
                audience,
                expires_at: claims.expires_at(),
            });
        }
        let key = self.user_key(&kid).await?;
        let claims = self.claims(token, &key)?;
        let identity = claims.as_user().ok_or(Refusal::Invalid)?;
        Ok(Checked {
            visitor: Visitor::User(identity),
            audience: None,
            expires_at: claims.expires_at(),
        })
    }

    fn claims(&self, token: &str, key: &DecodingKey) -> Result<Claims, Refusal> {
        jsonwebtoken::decode::<Claims>(token, key, &self.inner.validation)
            .map(|token| token.claims)
            .map_err(|_| Refusal::Invalid)
    }

    async fn user_key(&self, kid: &str) -> Result<DecodingKey, Refusal> {
        let KeySource::Peer(peer) = &self.inner.source else {
            return self.known_user_key(kid).ok_or(Refusal::Invalid);
        };
        if let Some(settled) = self.without_fetching(kid) {
            return settled;
        }
        // One fetch at a time; who waited for it finds the keys there.
        let _fetching = self.inner.fetching.lock().await;
        if let Some(settled) = self.without_fetching(kid) {
            return settled;
        }
        match peer.get::<Jwks>(JWKS_PATH).await {
            Ok(keys) => {
                // The keys first: who sees that they were fetched and finds none refuses the token at once.
                self.replace_user_keys(&keys);
                self.inner
                    .fetched_at
                    .store(self.inner.clock.now().micros(), Ordering::Release);
                self.inner.failed_at.store(NEVER, Ordering::Release);
                self.known_user_key(kid).ok_or(Refusal::Invalid)
            }
            Err(error) => {
                let now = self.inner.clock.now().micros();
                self.inner.failed_at.store(now, Ordering::Release);
                tracing::warn!(%error, "the keys of users cannot be fetched");
                self.known_user_key(kid).ok_or(Refusal::KeysOutOfReach)
            }
        }
    }

    /// The key, or that there is none, as long as what was fetched is recent enough to say so.
    fn without_fetching(&self, kid: &str) -> Option<Result<DecodingKey, Refusal>> {
        let (fetched, failed) = (since(&self.inner.fetched_at), since(&self.inner.failed_at));
        let now = self.inner.clock.now();
        let within = |since: Option<Timestamp>, limit| since.is_some_and(|at| now - at < limit);
        match self.known_user_key(kid) {
            Some(key) if within(fetched, REFRESH_AT_LEAST_EVERY) => Some(Ok(key)),
            None if within(fetched, REFRESH_AT_MOST_EVERY) => Some(Err(Refusal::Invalid)),
            key if within(failed, RETRY_AT_MOST_EVERY) => Some(key.ok_or(Refusal::KeysOutOfReach)),
            Some(_) | None => None,
        }
    }

    fn known_user_key(&self, kid: &str) -> Option<DecodingKey> {
        self.inner
            .user_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(kid)
            .cloned()
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("trust", &self.inner.trust)
            .finish_non_exhaustive()
    }
}

fn since(at: &AtomicI64) -> Option<Timestamp> {
    Some(at.load(Ordering::Acquire))
        .filter(|micros| *micros != NEVER)
        .map(Timestamp::from_micros)
}

fn decoding_keys(keys: &Jwks) -> HashMap<String, DecodingKey> {
    keys.keys
        .iter()
        .filter_map(|key| Some((key.kid.clone(), key.decoding_key()?)))
        .collect()
}

fn fingerprint(token: &str) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    fingerprint
}
