//! Calls from service to service: a deadline for the whole call, retries of what is safe to repeat, a circuit breaker and
//! bounded concurrency per callee; the caller's service token, request id and trace go along, and problems come back as
//! [`crate::Problem`]s. Between processes over HTTP, to one of the callee's replicas, within one process by calling the other's
//! router: the same checks either way.
//! It is for our own services; payment gateways and mail have their own adapters.
//!
//! ```no_run
//! # use revcart_http_edge::client::{CallError, Peers};
//! # use shared_events::Service;
//! # #[derive(serde::Deserialize)] struct Cart {}
//! # async fn example(peers: Peers) -> Result<(), CallError> {
//! let cart: Cart = peers.peer(Service::Cart).get("/api/cart").await?;
//! # Ok(()) }
//! ```

pub mod addresses;
mod breaker;
mod call;
mod error;
mod peers;
pub(crate) mod replicas;
mod transport;

pub use addresses::Addresses;
pub use call::{Call, Reply};
pub use error::CallError;
pub(crate) use peers::http_client;
pub use peers::{Peer, Peers};
