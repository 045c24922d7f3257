//! `GET /.well-known/jwks.json`: the public keys by which access tokens are checked (RFC 7517). For everybody.

use axum::extract::State;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, HeaderName};
use revcart_http_edge::auth::Jwks;
use revcart_http_edge::extract::Json;

use crate::app::App;

/// How the key set is described.
#[derive(utoipa::ToSchema)]
#[schema(as = Jwks, value_type = Object)]
#[expect(dead_code, reason = "it describes what another type says")]
pub(super) struct KeySet(Jwks);

/// Long enough to spare requests, short enough for a change of keys.
const CACHEABLE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Publishes the keys by which access tokens are checked.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "user",
    responses((status = 200, body = KeySet, description = "The key set (RFC 7517)")),
    security(()),
)]
pub(super) async fn handle(State(app): State<App>) -> ([(HeaderName, HeaderValue); 1], Json<Jwks>) {
    ([(CACHE_CONTROL, CACHEABLE)], Json(app.keys.published()))
}
