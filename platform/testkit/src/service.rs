//! A service under test: calling it and reaching its parts. Messages in and out: `messages`; driving: `settle`; what failed: `dead_letters`.

mod dead_letters;
mod messages;
mod settle;

use axum::Router;
use http::Method;
use revcart_http_edge::host::{self, Adapters};
use revcart_messaging::bus::Bus;
use revcart_persistence::Database;
use revcart_persistence::testing::Place;
use revcart_runtime::Clock;
use shared_events::{Service, Timestamp};

use crate::actors::{Actor, Keys};
use crate::caller::Call;
use crate::fixture::{self, Ground};
use crate::outgoing::Outgoing;

pub use dead_letters::DeadLetter;
pub use settle::Settled;

/// A service on a fixture of its own. Nothing of it runs unless the test drives it.
pub struct TestService {
    /// A customer.
    pub customer: Actor,
    /// Another customer: who must not see the first one's things.
    pub other_customer: Actor,
    /// A delivery agent.
    pub agent: Actor,
    /// An administrator.
    pub admin: Actor,
    service: host::Service,
    router: Router,
    outgoing: Outgoing,
    ground: Ground,
    guarded: bool,
}

impl TestService {
    pub(crate) async fn new(ground: Ground, service: host::Service, router: Router) -> Self {
        let Adapters { database, bus, .. } = &service.adapters;
        let actors = ground.actors.clone();
        Self {
            customer: actors.customer,
            other_customer: actors.other_customer,
            agent: actors.agent,
            admin: actors.admin,
            outgoing: Outgoing::take_over(database.clone(), bus.clone()).await,
            router,
            service,
            ground,
            guarded: true,
        }
    }

    /// Ends the service without finishing anything and builds it again on the same files, bus and time, as after a crash.
    /// What it said before is forgotten by [`TestService::said`].
    ///
    /// # Panics
    /// If `build` fails.
    pub async fn restart(
        mut self,
        build: impl AsyncFnOnce(Adapters) -> anyhow::Result<host::Service>,
    ) -> Self {
        self.guarded = false;
        let (ground, name) = (self.ground.clone(), self.name());
        self.database().close().await;
        drop(self);
        fixture::start_on(ground, name, None, build).await
    }

    /// The same service once more: another replica on the same database, bus and time, which hears its share of the messages
    /// and says what it has to say itself. None on a file, which has one owner.
    ///
    /// # Panics
    /// If `build` fails.
    pub async fn replica(
        &self,
        build: impl AsyncFnOnce(Adapters) -> anyhow::Result<host::Service>,
    ) -> Option<Self> {
        match &*self.ground.place {
            Place::Folder(_) => None,
            Place::Server(_) => {
                Some(fixture::start_on(self.ground.clone(), self.name(), None, build).await)
            }
        }
    }

    /// A request to it, through the same edge as in production, with limits too high to be met.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    /// A GET request.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// A POST request.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// A PUT request.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// A PATCH request.
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    /// A DELETE request.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A token by which `caller` calls this service.
    pub fn token_of(&self, caller: Service) -> String {
        self.keys().service_token(caller, self.name())
    }

    /// The maker of further tokens.
    pub fn keys(&self) -> &Keys {
        &self.ground.keys
    }

    /// Which service it is.
    pub fn name(&self) -> Service {
        self.service.name
    }

    /// Its parts, as `build` made them.
    pub fn parts(&self) -> &host::Service {
        &self.service
    }

    /// Its routes behind the edge, for other clients than [`TestService::call`]; as a peer of another fixture, for example.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.service.adapters.database
    }

    /// Its bus.
    pub fn bus(&self) -> &Bus {
        &self.ground.bus
    }

    /// Its clock, which stands still.
    pub fn clock(&self) -> &Clock {
        &self.ground.clock
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.ground.clock.now()
    }
}
