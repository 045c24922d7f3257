//! What tests of RevCart stand on: a fresh database, bus and clock per test, and a service that is driven step by step.
//! Nothing runs in the background and nothing sleeps: [`TestService::settle`] drives everything until it is at rest.
//!
//! ```ignore
//! use revcart_testkit::{Fixture, Stub, TestService};
//!
//! async fn start() -> TestService {
//!     let cart = Stub::new();
//!     cart.answer(Method::GET, "/internal/carts/*", StatusCode::OK, json!({ "items": [] }));
//!     Fixture::new::<order_service::Migrator>(Service::Order)
//!         .peer(Service::Cart, cart.router())
//!         .start(|adapters| order_service::build(Config::for_testing(), adapters))
//!         .await
//! }
//!
//! #[tokio::test]
//! async fn declined_payment_releases_the_stock() {
//!     let order = start().await;
//!     // HTTP, as a customer
//!     let reply = order.post("/api/orders/checkout").token(&order.customer).json(&body).await.expect(StatusCode::CREATED);
//!     order.settle().await;
//!     // what it said
//!     let reserve = order.sent::<ReserveStock>().pop().unwrap();
//!     // what others say: to the topic or queue where such a message belongs
//!     order.deliver(StockReserved { saga: Some(reserve.saga.clone()), .. }).await;
//!     order.deliver(PaymentFailed { .. }).await;
//!     order.settle().await;
//!     assert_eq!(order.sent::<ReleaseStock>().len(), 1);
//!     // time
//!     order.advance(Duration::from_secs(900)).await;
//! }
//! ```
//!
//! **Dead letters fail the test**, in `settle` or at the latest when the service is dropped, and say why they are dead.
//! A test that wants one calls [`TestService::dead_letters`], which takes them out.
//!
//! Reading order: [`fixture`] (starting), [`service`] (driving and looking), [`caller`] (HTTP), [`stub`] (other services),
//! [`actors`] (tokens), [`database`] (tests of a store alone), [`eventually`](fn@eventually) (the few tests in real time).

pub mod actors;
pub mod caller;
pub mod database;
pub mod eventually;
pub mod fixture;
mod outgoing;
pub mod service;
pub mod stub;

pub use actors::{Actor, Keys};
pub use caller::{Call, Reply};
pub use database::TestDatabase;
pub use eventually::eventually;
pub use fixture::Fixture;
pub use service::{DeadLetter, Settled, TestService};
pub use stub::{Asked, Stub};

/// Where the clock of every fixture starts: 2026-01-05 12:00 UTC, a Monday.
pub const START: shared_events::Timestamp =
    shared_events::Timestamp::from_micros(1_767_614_400_000_000);
