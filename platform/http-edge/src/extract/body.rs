//! Reading request bodies, never more than the limit (`DefaultBodyLimit`, 1 MiB unless a route sets another).

use std::time::Duration;

use axum::RequestExt;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, LengthLimitError};

use crate::problem::Problem;

/// What is left of a body that is too large is read and thrown away for this long, because a client that is still sending
/// when the connection closes loses the answer.
const LINGER: Duration = Duration::from_secs(2);
/// A body announced as larger than this is not worth lingering for.
const LARGEST_LINGERED: u64 = 64 * 1024 * 1024;

/// The body as it came, for what is signed over its bytes.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        read(request).await.map(Self)
    }
}

/// The request carries nothing: an empty body, or `{}` from clients that cannot send none. 422 `UNEXPECTED_BODY` otherwise.
#[derive(Debug, Clone, Copy)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let body = read(request).await?;
        let only: Vec<u8> = body
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        match only.as_slice() {
            b"" | b"{}" | b"null" => Ok(Self),
            _ => Err(Problem::unprocessable(
                "UNEXPECTED_BODY",
                "this request takes no body",
            )),
        }
    }
}

/// The whole body, or 413 when it is longer than the limit, 400 when it breaks off.
pub(crate) async fn read(request: Request) -> Result<Bytes, Problem> {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if announced == Some(0) {
        return Ok(Bytes::new());
    }
    let mut body = request.into_limited_body();
    match (&mut body).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if is_too_large(&error) => {
            if announced.is_none_or(|length| length <= LARGEST_LINGERED) {
                // Whether the rest comes or not, the answer is the same.
                let _ = tokio::time::timeout(LINGER, throw_away(body)).await;
            }
            Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Err(_) => Err(Problem::bad_request(
            "INCOMPLETE_BODY",
            "the request body broke off",
        )),
    }
}

async fn throw_away(mut body: Body) {
    while let Some(frame) = body.frame().await {
        if frame.is_err_and(|error| !is_too_large(&error)) {
            return;
        }
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
