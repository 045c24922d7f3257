//! The keys that sign access tokens. They live in the database, so that every replica signs with the same and a restart
//! signs nobody out. The youngest signs; all of them are published, so that tokens outlive a change of keys.

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use revcart_http_edge::auth::{Claims, Jwks, KeySource, ServiceTrust, Signer, Verifier};
use revcart_persistence::{Database, Error as DatabaseError, UnitOfWork};
use revcart_runtime::Clock;

use crate::store::signing_keys;

/// Signs and checks access tokens.
pub(crate) struct Keys {
    signer: Signer,
    published: Jwks,
    verifier: Verifier,
}

impl Keys {
    /// The keys in the database; a first one is made if there is none.
    pub(crate) async fn load_or_make(database: &Database, clock: &Clock) -> anyhow::Result<Self> {
        let stored = database
            .write(Signer::generate(), |unit, fresh| {
                Box::pin(stored_or(unit, fresh))
            })
            .await
            .context("the signing keys cannot be loaded")?;
        let signers = stored
            .iter()
            .map(signer)
            .collect::<anyhow::Result<Vec<_>>>()?;
        let published: Jwks = signers.iter().map(|signer| signer.jwk().clone()).collect();
        let signer = signers
            .into_iter()
            .next()
            .context("there is no signing key")?;
        let verifier = Verifier::new(
            KeySource::Static(published.clone()),
            ServiceTrust::new(),
            clock.clone(),
        );
        Ok(Self {
            signer,
            published,
            verifier,
        })
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        self.signer.sign(claims)
    }

    /// The public halves.
    pub(crate) fn published(&self) -> &Jwks {
        &self.published
    }

    /// Checks tokens that were signed here.
    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

async fn stored_or(
    unit: &mut UnitOfWork,
    fresh: &Signer,
) -> Result<Vec<signing_keys::entity::Model>, DatabaseError> {
    let stored = signing_keys::list(unit.sql()).await?;
    if !stored.is_empty() {
        return Ok(stored);
    }
    let pkcs8 = STANDARD.encode(fresh.to_pkcs8());
    signing_keys::insert(unit.sql(), fresh.kid(), &pkcs8, unit.now()).await?;
    Ok(signing_keys::list(unit.sql()).await?)
}

fn signer(row: &signing_keys::entity::Model) -> anyhow::Result<Signer> {
    let pkcs8 = STANDARD
        .decode(&row.pkcs8)
        .with_context(|| format!("signing key {} is no base64", row.kid))?;
    Signer::from_pkcs8(&pkcs8).with_context(|| format!("signing key {} cannot be used", row.kid))
}
