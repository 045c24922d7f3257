//! JSON in and out: parsed strictly, then validated.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{body, refused};
use crate::problem::Problem;

/// A JSON body. As an argument it is parsed and then validated (`#[derive(Deserialize, garde::Validate)]`, and
/// `#[serde(deny_unknown_fields, rename_all = "camelCase")]` so that unknown fields are refused); as an answer it is written.
///
/// Refuses with 415 what does not call itself JSON, 413 what is too large, 400 `MALFORMED_JSON` what is not JSON,
/// and 422 `VALIDATION_FAILED` with `errors` what is JSON of another shape (an array too: bodies are objects) or breaks a rule.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        parse(&body::read(request).await?).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// 415 unless the body calls itself JSON.
pub(crate) fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
    {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "send application/json",
    ))
}

/// Parses and validates; see [`Json`] for what is refused how.
pub(crate) fn parse<T: DeserializeOwned + Validate<Context: Default>>(
    body: &[u8],
) -> Result<T, Problem> {
    // The path of the failing field costs time to follow, so it is followed only after a failure. What kind of failure it
    // is `serde_json` does not always tell: a number where one of several words belongs counts as a syntax error with it.
    let value = serde_json::from_slice(body).map_err(|_| shape::<T>(body))?;
    if body.trim_ascii_start().starts_with(b"[") {
        // serde reads an array as a struct, its fields in the order of the source: a secret that nobody should rely on.
        return Err(refused::shape(".", "must be an object, not an array"));
    }
    refused::validate(&value)?;
    Ok(value)
}

fn malformed(error: &dyn std::fmt::Display) -> Problem {
    Problem::bad_request("MALFORMED_JSON", format!("the body is not JSON: {error}"))
}

fn shape<T: DeserializeOwned>(body: &[u8]) -> Problem {
    if let Err(error) = std::str::from_utf8(body) {
        return malformed(&error);
    }
    // A body that breaks off after the offending field is malformed all the same.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        return malformed(&error);
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => refused::shape(
            &error.path().to_string(),
            &without_position(&error.inner().to_string()),
        ),
        // Only the end of the input was wrong, which is not a matter of shape.
        Ok(_) => Problem::bad_request("MALFORMED_JSON", "the body goes on after its JSON value"),
    }
}

/// `serde_json` appends where in the text it stopped; the path says it better.
fn without_position(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message)
        .to_owned()
}
