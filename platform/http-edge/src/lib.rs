//! The HTTP side of every service: problems, extractors, tokens, limits, paging, idempotent requests, the edge around the routes,
//! calls from service to service, and the gateway in front of them. It knows no service; routes and handlers belong to them.
//!
//! Reading order: [`problem`] (every error), [`extract`] (what handlers take), [`paging`], [`idempotency`], [`auth`] (who asks),
//! [`server`] (the edge and serving), [`live`] (streams), [`shared`] (what replicas have in common), [`client`] (calling others),
//! [`gateway`] (one address for all), [`openapi`] (the documents), [`limits`], [`context`] and [`trace_context`], [`trace`] (what services tell one another of
//! an order).
//!
//! A handler parses by its arguments, calls the domain, answers:
//!
//! ```no_run
//! use axum::{Router, extract::State, routing::get};
//! use http::StatusCode;
//! use revcart_http_edge::{Admin, Answer, Identity, Json, Page, PageRequest, Path, Problem, Query, RequestCause};
//! use shared_events::{OrderId, UserId};
//!
//! #[derive(Clone)]
//! struct App {/* database, peers, configuration */}
//! # impl App {
//! #     async fn order(&self, _: OrderId) -> Answer<Option<(UserId, OrderView)>> { unimplemented!() }
//! #     async fn orders(&self, _: UserId, _: Option<OrderId>, _: u64) -> Answer<Vec<OrderView>> { unimplemented!() }
//! #     async fn rename(&self, _: OrderId, _: Rename, _: revcart_persistence::Cause) -> Answer<OrderView> { unimplemented!() }
//! # }
//!
//! #[derive(serde::Serialize)]
//! #[serde(rename_all = "camelCase")]
//! struct OrderView { order_id: OrderId }
//!
//! /// What belongs to somebody else is answered like what does not exist.
//! async fn detail(State(app): State<App>, identity: Identity, Path(id): Path<OrderId>) -> Answer<Json<OrderView>> {
//!     match app.order(id).await? {
//!         Some((owner, order)) if identity.is_user(owner) => Ok(Json(order)),
//!         Some(_) | None => Err(Problem::not_found("order")),
//!     }
//! }
//!
//! async fn list(State(app): State<App>, identity: Identity, page: PageRequest) -> Answer<Page<OrderView>> {
//!     let orders = app.orders(identity.user_id()?, page.after::<OrderId>()?, page.fetch()).await?;
//!     Ok(Page::of(orders, &page, |order| order.order_id))
//! }
//!
//! #[derive(serde::Deserialize, garde::Validate)]
//! #[serde(deny_unknown_fields, rename_all = "camelCase")]
//! struct Rename {
//!     #[garde(length(min = 1, max = 80))]
//!     new_name: String,
//! }
//!
//! async fn rename(
//!     State(app): State<App>,
//!     Admin(_): Admin,
//!     RequestCause(cause): RequestCause,
//!     Path(id): Path<OrderId>,
//!     Json(request): Json<Rename>,
//! ) -> Answer<(StatusCode, Json<OrderView>)> {
//!     Ok((StatusCode::OK, Json(app.rename(id, request, cause).await?)))
//! }
//!
//! fn routes(app: App) -> Router {
//!     Router::new()
//!         .route("/api/orders", get(list))
//!         .route("/api/orders/{id}", get(detail).put(rename))
//!         .with_state(app)
//! }
//! ```
//!
//! A POST that creates money or orders takes [`idempotency::Idempotent`] instead of [`Json`].

pub mod auth;
pub mod client;
pub mod context;
pub mod extract;
pub mod gateway;
pub mod host;
pub mod idempotency;
pub mod limits;
pub mod live;
pub mod openapi;
pub mod paging;
pub mod problem;
pub mod server;
pub mod shared;
pub mod trace;
pub mod trace_context;

pub use auth::{
    Claims, Identity, Jwk, Jwks, KeySource, Role, ServiceTokens, ServiceTrust, Signer, Subject,
    Verifier, Visitor,
};
pub use client::{CallError, Peer, Peers};
pub use extract::{
    Admin, Agent, AgentOrAdmin, IdempotencyKey, Internal, InternalOrAdmin, Json, MaybeIdentity,
    NoBody, Path, Prefer, Query, RawBody, RequestCause, Unhurried,
};
pub use idempotency::Idempotent;
pub use openapi::ProblemBody;
pub use paging::{Cursor, Page, PageRequest};
pub use problem::{Answer, Problem};
pub use server::{Edge, EdgeOptions, edge, serve};
pub use shared::Shared;
