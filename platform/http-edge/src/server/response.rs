//! What every answer gets on its way out.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use revcart_runtime::Shutdown;

use crate::context::{Origin, REQUEST_ID};
use crate::problem::{MEDIA_TYPE, Problem};

/// The answers are data, so nothing in them may be run or framed; a page that needs more sets its own policy.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    ),
];

/// Whatever is no route.
pub(super) async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Makes problems of errors that are none yet, adds headers, and ties event streams to the shutdown.
pub(super) fn finish(response: Response, origin: &Origin, shutdown: &Shutdown) -> Response {
    let mut response = as_problem(response);
    if has_type(response.headers(), "text/event-stream") {
        response = response.map(|body| until(shutdown, body));
    }
    protect(&mut response);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&origin.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Adds the headers that say what a browser may do with an answer.
pub(crate) fn protect(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}

/// What somebody known is answered is for nobody else, unless the handler says otherwise.
pub(super) fn keep_private(response: &mut Response) {
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

fn as_problem(response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || has_type(response.headers(), MEDIA_TYPE)
    {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    // What the router knows and the problem does not.
    if let Some(allow) = response.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    problem
}

fn has_type(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(media_type.as_bytes()))
}

fn until(shutdown: &Shutdown, body: Body) -> Body {
    let shutdown = shutdown.clone();
    let ended = Box::pin(async move { shutdown.requested().await });
    Body::from_stream(body.into_data_stream().take_until(ended))
}
