//! The keys that sign access tokens. They live in the database, so that every replica signs with the same and a restart
//! signs nobody out. All of them are published, so that tokens outlive a change of keys.
//!
//! A key that is added later is taken up by every replica within [`RELOAD_EVERY`], and signs once everybody who checks
//! tokens knows it: after [`PUBLISHED_FIRST`]. So a change of keys needs no restart, and no replica ever meets a token that
//! it cannot check. [`Keys::keep_young`] adds a key when the youngest is old enough, and takes the old ones away when no token
//! of theirs can be good any more; admins may do both at any time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use revcart_http_edge::auth::{Claims, Jwks, KeySource, ServiceTrust, Signer, Verifier};
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::Clock;
use shared_events::Timestamp;

use crate::config::Config;
use crate::store::{self, signing_keys};

/// How often a replica looks for keys that it does not know.
pub(crate) const RELOAD_EVERY: Duration = Duration::from_secs(15);
/// How long a key is published before it signs: what a replica and whoever asks it may keep of the old keys, and then some.
const PUBLISHED_FIRST: Duration = Duration::from_secs(600);

/// How long a key stays published after its last token has run out, for clocks that differ.
const KEPT_AFTER: Duration = Duration::from_secs(600);

/// What a key does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum KeyState {
    /// It is published, and signs once everybody knows it.
    Upcoming,
    /// It signs.
    Signing,
    /// It is published for the tokens that it has signed.
    Retired,
}

/// A key as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyView {
    kid: String,
    state: KeyState,
    created_at: Timestamp,
    /// When it signs or has begun to.
    signs_from: Timestamp,
}

/// Signs and checks access tokens.
pub(crate) struct Keys {
    clock: Clock,
    loaded: RwLock<Arc<Loaded>>,
    verifier: Verifier,
}

/// The keys as they stood in the database.
struct Loaded {
    /// The youngest first; never empty.
    signers: Vec<(Timestamp, Signer)>,
    published: Jwks,
}

impl Keys {
    /// The keys in the database; a first one is made if there is none.
    pub(crate) async fn load_or_make(database: &Database, clock: &Clock) -> anyhow::Result<Self> {
        let mut stored = signing_keys::list(database.read()).await?;
        if stored.is_empty() {
            make(database, 1).await?;
            stored = signing_keys::list(database.read()).await?;
        }
        let loaded = Loaded::from(&stored)?;
        let verifier = Verifier::new(
            KeySource::Static(loaded.published.clone()),
            ServiceTrust::new(),
            clock.clone(),
        );
        Ok(Self {
            clock: clock.clone(),
            loaded: RwLock::new(Arc::new(loaded)),
            verifier,
        })
    }

    /// Takes up what has been added or withdrawn.
    pub(crate) async fn reload(&self, database: &Database) -> anyhow::Result<()> {
        let stored = signing_keys::list(database.read()).await?;
        let known = self.loaded();
        let same = stored.len() == known.signers.len()
            && (stored.iter().zip(&known.signers)).all(|(row, (_, known))| row.kid == known.kid());
        if same {
            return Ok(());
        }
        let loaded = Loaded::from(&stored)?;
        tracing::info!(keys = loaded.signers.len(), "the signing keys have changed");
        self.verifier.replace_user_keys(&loaded.published);
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        Ok(())
    }

    /// Adds a key, which signs after [`PUBLISHED_FIRST`]. Nothing happens if another replica does so at the same time.
    pub(crate) async fn add(&self, database: &Database) -> anyhow::Result<()> {
        let youngest = signing_keys::list(database.read()).await?;
        let number = youngest.first().map_or(1, |key| key.number + 1);
        make(database, number).await?;
        self.reload(database).await
    }

    /// Adds a key if the youngest has lived for long enough, and takes away those whose last token has run out.
    pub(crate) async fn keep_young(
        &self,
        database: &Database,
        config: &Config,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let spent = {
            let loaded = self.loaded();
            let youngest = loaded.signers.first();
            if youngest.is_some_and(|(since, _)| now - *since >= config.signing_key_life) {
                tracing::info!("the signing key has lived for long enough: the next one is made");
                self.add(database).await?;
            }
            loaded.spent(now, config.access_token_ttl)
        };
        for kid in spent {
            self.withdraw(database, kid).await?;
        }
        Ok(())
    }

    /// Takes a key away; what it has signed is worth nothing from now on. `false` if there is no such key.
    ///
    /// # Errors
    /// [`store::Error::LastKey`].
    pub(crate) async fn withdraw(
        &self,
        database: &Database,
        kid: String,
    ) -> Result<bool, store::Error> {
        database
            .write(kid, |unit, kid| {
                Box::pin(signing_keys::delete(unit.sql(), kid))
            })
            .await
    }

    /// All keys, the youngest first.
    pub(crate) fn all(&self) -> Vec<KeyView> {
        self.loaded().views(self.clock.now())
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        self.loaded().signer(self.clock.now()).sign(claims)
    }

    /// The public halves.
    pub(crate) fn published(&self) -> Jwks {
        self.loaded().published.clone()
    }

    /// Checks tokens that were signed here.
    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Loaded {
    fn from(stored: &[signing_keys::entity::Model]) -> anyhow::Result<Self> {
        let signers = stored
            .iter()
            .map(|row| Ok((Timestamp::from_micros(row.created_at), signer(row)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        anyhow::ensure!(!signers.is_empty(), "there is no signing key");
        let published = signers.iter().map(|(_, it)| it.jwk().clone()).collect();
        Ok(Self { signers, published })
    }

    fn signer(&self, now: Timestamp) -> &Signer {
        &self.signers[self.signing(now)].1
    }

    /// Which one signs: the youngest that has been published for long enough; the oldest if none has.
    fn signing(&self, now: Timestamp) -> usize {
        let known = |(since, _): &(Timestamp, Signer)| now - *since >= PUBLISHED_FIRST;
        let signing = self.signers.iter().position(known);
        signing.unwrap_or(self.signers.len() - 1)
    }

    /// Those that have not signed for so long that their last token has run out.
    fn spent(&self, now: Timestamp, token_ttl: Duration) -> Vec<String> {
        let kept = PUBLISHED_FIRST + token_ttl + KEPT_AFTER;
        let pairs = self.signers.iter().zip(self.signers.iter().skip(1));
        pairs
            .filter(|((next, _), _)| now - *next >= kept)
            .map(|(_, (_, old))| old.kid().to_owned())
            .collect()
    }

    fn views(&self, now: Timestamp) -> Vec<KeyView> {
        let signing = self.signing(now);
        let keys = self.signers.iter().enumerate();
        keys.map(|(at, (created_at, signer))| KeyView {
            kid: signer.kid().to_owned(),
            state: match at.cmp(&signing) {
                std::cmp::Ordering::Less => KeyState::Upcoming,
                std::cmp::Ordering::Equal => KeyState::Signing,
                std::cmp::Ordering::Greater => KeyState::Retired,
            },
            created_at: *created_at,
            // The first key has nobody to wait for.
            signs_from: if at + 1 == self.signers.len() {
                *created_at
            } else {
                *created_at + PUBLISHED_FIRST
            },
        })
        .collect()
    }
}

/// Makes a key, unless another replica does so at the same time.
async fn make(database: &Database, number: i64) -> anyhow::Result<()> {
    let made = database
        .write((Signer::generate(), number), |unit, (fresh, number)| {
            Box::pin(insert(unit, fresh, *number))
        })
        .await;
    match made {
        Ok(()) | Err(store::Error::KeyTaken) => Ok(()),
        Err(error) => Err(error).context("the signing key cannot be stored"),
    }
}

async fn insert(unit: &mut UnitOfWork, fresh: &Signer, number: i64) -> Result<(), store::Error> {
    let pkcs8 = STANDARD.encode(fresh.to_pkcs8());
    signing_keys::insert(unit.sql(), fresh.kid(), &pkcs8, number, unit.now()).await
}

fn signer(row: &signing_keys::entity::Model) -> anyhow::Result<Signer> {
    let pkcs8 = STANDARD
        .decode(&row.pkcs8)
        .with_context(|| format!("signing key {} is no base64", row.kid))?;
    Signer::from_pkcs8(&pkcs8).with_context(|| format!("signing key {} cannot be used", row.kid))
}
