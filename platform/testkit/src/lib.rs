//! What tests of RevCart stand on: a fresh database, bus and clock per test, and a service that is driven step by step.
//! Nothing runs in the background and nothing sleeps: [`TestService::settle`] drives everything until it is at rest.
//!
//! ```no_run
//! # use revcart_http_edge::host::{self, Adapters};
//! # use revcart_testkit::{Fixture, Stub, TestService};
//! # use shared_events::{PaymentFailed, ReleaseStock, ReserveStock, Service, StockReserved};
//! # struct Migrator;
//! # impl revcart_persistence::Schema for Migrator {}
//! # impl sea_orm_migration::MigratorTrait for Migrator {
//! #     fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> { vec![] }
//! # }
//! # async fn build(_: Adapters) -> anyhow::Result<host::Service> { anyhow::bail!("an example") }
//! # fn reserved(_: ReserveStock) -> StockReserved { panic!("an example") }
//! # fn declined() -> PaymentFailed { panic!("an example") }
//! use std::time::Duration;
//!
//! use http::{Method, StatusCode};
//! use serde_json::json;
//!
//! async fn start() -> TestService {
//!     let cart = Stub::new();
//!     cart.answer(Method::GET, "/internal/carts/*", StatusCode::OK, json!({ "items": [] }));
//!     Fixture::new::<Migrator>(Service::Order)
//!         .peer(Service::Cart, cart.router())
//!         .start(|adapters| build(adapters))
//!         .await
//! }
//!
//! // #[tokio::test]
//! async fn declined_payment_releases_the_stock() {
//!     let order = start().await;
//!     // HTTP, as a customer:
//!     let checkout = json!({ "paymentMethod": "COD" });
//!     let reply = order.post("/api/orders").token(&order.customer).idempotency_key("k1").json(&checkout).await;
//!     reply.expect(StatusCode::CREATED);
//!     // what it says:
//!     order.settle().await;
//!     let reserve = order.sent_once::<ReserveStock>();
//!     // what others say, by the topic or queue where such a message belongs:
//!     order.deliver(reserved(reserve)).await;
//!     order.deliver(declined()).await;
//!     order.settle().await;
//!     assert_eq!(order.sent::<ReleaseStock>().len(), 1);
//!     // time:
//!     order.advance(Duration::from_secs(900)).await;
//! }
//! ```
//!
//! **Dead letters fail the test**, in `settle` or at the latest when the service is dropped, and say why they are dead.
//! A test that wants one calls [`TestService::dead_letters`], which takes them out.
//!
//! Log lines of level warn and above (or what `RUST_LOG` asks for) appear in the output of the test that caused them.
//!
//! Reading order: [`fixture`] (starting), [`service`] (driving and looking), [`caller`] (HTTP), [`stub`] (other services),
//! [`actors`] (tokens), [`bad_input`] (what is to be refused), [`events`] (streams), [`database`] (tests of a store alone), [`plan`] (how it answers a query), [`eventually`](fn@eventually) (the few tests in real time).

pub mod actors;
pub mod bad_input;
pub mod caller;
pub mod database;
pub mod events;
pub mod eventually;
pub mod fixture;
mod logs;
mod outgoing;
pub mod plan;
pub mod service;
pub mod stub;

pub use actors::{Actor, Keys};
pub use caller::{Call, Reply};
pub use database::TestDatabase;
pub use events::Events;
pub use eventually::eventually;
pub use fixture::Fixture;
pub use plan::{PRIMARY_KEY, assert_uses_index, query_plan};
pub use service::{DeadLetter, Settled, TestService};
pub use stub::{Asked, Stub};

/// Where the clock of every fixture starts: 2026-01-05 12:00 UTC, a Monday.
pub const START: shared_events::Timestamp =
    shared_events::Timestamp::from_micros(1_767_614_400_000_000);
