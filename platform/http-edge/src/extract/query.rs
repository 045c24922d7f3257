//! The query string.

use axum::extract::FromRequestParts;
use garde::Validate;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::refused;
use crate::problem::Problem;

/// The parameters of the query string, parsed and validated like [`super::Json`]: 422 `VALIDATION_FAILED` with `errors`
/// for what has the wrong shape, is unknown (with `deny_unknown_fields`) or breaks a rule.
/// `cursor` and `limit` belong to [`crate::PageRequest`] and are left out. Empty parameters count as not given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let own: Vec<&str> = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| is_own(pair))
            .collect();
        let own = own.join("&");
        let query = serde_urlencoded::Deserializer::new(form_urlencoded::parse(own.as_bytes()));
        let value: T = serde_path_to_error::deserialize(query).map_err(|error| {
            refused::shape(&error.path().to_string(), &error.inner().to_string())
        })?;
        refused::validate(&value)?;
        Ok(Self(value))
    }
}

fn is_own(pair: &str) -> bool {
    match pair.split_once('=') {
        None | Some((_, "")) => false,
        Some((name, _)) => name != "cursor" && name != "limit",
    }
}
