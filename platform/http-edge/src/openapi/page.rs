//! The documents on the port: `/openapi.json`, Swagger UI at `/docs`, `ReDoc` at `/redoc`, the messages at
//! `/docs/events`, all from embedded files.

use axum::Router;
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::server::response::protect;

const REDOC: &[u8] = include_bytes!("../../assets/redoc.standalone.js");
const REDOC_PAGE: &str = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>RevCart API</title></head>
<body style="margin:0"><redoc spec-url="/openapi.json"></redoc><script src="/redoc/redoc.standalone.js"></script></body>
</html>
"#;
/// What these pages need: scripts of this port only, styles that the scripts write, a worker for the search of `ReDoc`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'",
);

/// The routes that show `document`.
///
/// # Panics
/// If the document cannot be JSON, which is a bug.
pub fn pages(document: &OpenApi) -> Router {
    let text = serde_json::to_vec(document).expect("documents are plain data");
    let text = Bytes::from(text);
    let swagger =
        SwaggerUi::new("/docs").config(Config::from("/openapi.json").try_it_out_enabled(true));
    Router::new()
        .merge(Router::from(swagger))
        .route("/openapi.json", get(move || json(text.clone())))
        .route("/asyncapi.yaml", get(yaml))
        .route("/docs/events", get(async || Html(super::events::page())))
        .route("/redoc", get(async || Html(REDOC_PAGE)))
        .route("/redoc/redoc.standalone.js", get(script))
        .layer(map_response(async |mut response: Response| {
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, POLICY);
            protect(&mut response);
            response
        }))
}

async fn json(text: Bytes) -> Response {
    (
        [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "no-cache"),
        ],
        text,
    )
        .into_response()
}

async fn yaml() -> Response {
    let text = shared_events::schema::asyncapi::yaml();
    (
        [
            (CONTENT_TYPE, "application/yaml"),
            (CACHE_CONTROL, "no-cache"),
        ],
        text,
    )
        .into_response()
}

async fn script() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, REDOC).into_response()
}
