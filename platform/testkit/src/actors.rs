//! Who calls: people in each role and services, with keys of the fixture's own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use revcart_http_edge::auth::{
    Claims, Jwks, KeySource, Role, ServiceTokens, ServiceTrust, Signer, Verifier,
};
use revcart_runtime::Clock;
use shared_events::{Service, UserId};

/// Tokens of the fixture outlive every test, also those that advance the clock by months.
const TTL: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A person with an access token. Give it to [`crate::Call::token`].
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user's id.
    pub id: UserId,
    /// The role in the token.
    pub role: Role,
    /// The token.
    pub token: String,
}

impl AsRef<str> for Actor {
    fn as_ref(&self) -> &str {
        &self.token
    }
}

/// The people of a fixture.
#[derive(Clone, Debug)]
pub(crate) struct Actors {
    pub(crate) customer: Actor,
    pub(crate) other_customer: Actor,
    pub(crate) agent: Actor,
    pub(crate) admin: Actor,
}

/// The keys that the services of one fixture trust. (User-service replaces the key for users by its own:
/// its tests take tokens from its log-in.)
#[derive(Clone, Debug)]
pub struct Keys {
    clock: Clock,
    users: Signer,
    services: Arc<HashMap<Service, Signer>>,
    trust: ServiceTrust,
}

impl Keys {
    /// A key for users and one for each service; times in tokens are by `clock`.
    ///
    /// # Panics
    /// If the system has no randomness.
    pub fn generate(clock: Clock) -> Self {
        let trust = ServiceTrust::new();
        let signer = |service: &Service| {
            let signer = Signer::generate();
            trust
                .trust(*service, signer.jwk())
                .expect("every service has a key of its own");
            (*service, signer)
        };
        Self {
            clock,
            users: Signer::generate(),
            services: Arc::new(Service::ALL.iter().map(signer).collect()),
            trust,
        }
    }

    pub(crate) fn actors(&self) -> Actors {
        Actors {
            customer: self.actor(Role::Customer),
            other_customer: self.actor(Role::Customer),
            agent: self.actor(Role::Agent),
            admin: self.actor(Role::Admin),
        }
    }

    /// Somebody new in this role.
    pub fn actor(&self, role: Role) -> Actor {
        self.user(UserId::new(), role)
    }

    /// A known user in this role.
    pub fn user(&self, id: UserId, role: Role) -> Actor {
        let claims = Claims::user(id, role, self.clock.now(), TTL);
        Actor {
            id,
            role,
            token: self.users.sign(&claims),
        }
    }

    /// A token by which `from` calls `to`.
    pub fn service_token(&self, from: Service, to: Service) -> String {
        self.services[&from].sign(&Claims::service(from, to, self.clock.now(), TTL))
    }

    /// A token of a user that has expired already.
    pub fn expired_token(&self, id: UserId, role: Role) -> String {
        let issued = self.clock.now().before(Duration::from_secs(3600));
        let claims = Claims::user(id, role, issued, Duration::from_secs(60));
        self.users.sign(&claims)
    }

    /// What `from` calls others with.
    pub fn service_tokens(&self, from: Service) -> ServiceTokens {
        ServiceTokens::new(from, self.services[&from].clone(), self.clock.clone())
    }

    /// What checks all these tokens.
    pub fn verifier(&self) -> Verifier {
        let users: Jwks = std::iter::once(self.users.jwk().clone()).collect();
        Verifier::new(
            KeySource::Static(users),
            self.trust.clone(),
            self.clock.clone(),
        )
    }
}
