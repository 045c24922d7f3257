//! The keys that sign access tokens. They live in the database, so that every replica signs with the same and a restart
//! signs nobody out. All of them are published, so that tokens outlive a change of keys.
//!
//! A key that is added later is taken up by every replica within [`RELOAD_EVERY`], and signs once everybody who checks
//! tokens knows it: after [`PUBLISHED_FIRST`]. So a change of keys needs no restart, and no replica ever meets a token that
//! it cannot check.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use revcart_http_edge::auth::{Claims, Jwks, KeySource, ServiceTrust, Signer, Verifier};
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::Clock;
use shared_events::Timestamp;

use crate::store::{self, signing_keys};

/// How often a replica looks for keys that it does not know.
pub(crate) const RELOAD_EVERY: Duration = Duration::from_secs(15);
/// How long a key is published before it signs: what a replica and whoever asks it may keep of the old keys, and then some.
const PUBLISHED_FIRST: Duration = Duration::from_secs(600);

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
            make_first(database).await?;
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

    /// The youngest that has been published for long enough; the oldest if none has.
    fn signer(&self, now: Timestamp) -> &Signer {
        let known = |(since, _): &&(Timestamp, Signer)| now - *since >= PUBLISHED_FIRST;
        let signer = self.signers.iter().find(known).or(self.signers.last());
        &signer.expect("keys are loaded only if there are any").1
    }
}

/// Makes the first key, unless another replica does so at the same time.
async fn make_first(database: &Database) -> anyhow::Result<()> {
    let made = database
        .write(Signer::generate(), |unit, fresh| {
            Box::pin(insert_first(unit, fresh))
        })
        .await;
    match made {
        Ok(()) | Err(store::Error::KeyTaken) => Ok(()),
        Err(error) => Err(error).context("the first signing key cannot be stored"),
    }
}

async fn insert_first(unit: &mut UnitOfWork, fresh: &Signer) -> Result<(), store::Error> {
    let pkcs8 = STANDARD.encode(fresh.to_pkcs8());
    signing_keys::insert_first(unit.sql(), fresh.kid(), &pkcs8, unit.now()).await
}

fn signer(row: &signing_keys::entity::Model) -> anyhow::Result<Signer> {
    let pkcs8 = STANDARD
        .decode(&row.pkcs8)
        .with_context(|| format!("signing key {} is no base64", row.kid))?;
    Signer::from_pkcs8(&pkcs8).with_context(|| format!("signing key {} cannot be used", row.kid))
}
