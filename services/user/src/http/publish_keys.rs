//! `GET /.well-known/jwks.json`: the public keys by which access tokens are checked (RFC 7517). For everybody.

use axum::extract::State;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, HeaderName};
use revcart_http_edge::auth::Jwks;
use revcart_http_edge::extract::Json;

use crate::app::App;

/// Long enough to spare requests, short enough for a change of keys.
const CACHEABLE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// 200 with the key set.
pub(super) async fn handle(State(app): State<App>) -> ([(HeaderName, HeaderValue); 1], Json<Jwks>) {
    ([(CACHE_CONTROL, CACHEABLE)], Json(app.keys.published()))
}
