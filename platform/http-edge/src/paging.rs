//! Lists by keyset: `{"items":[…],"next":"<opaque cursor>"|null}`, `?cursor=&limit=`.
//!
//! A store asks for one row more than the page holds ([`PageRequest::fetch`]) and [`Page::of`] cuts it off again,
//! turning the last item that fits into the cursor of the next page.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::extract::Json;
use crate::problem::Problem;

/// Items per page when the client names no number.
pub const DEFAULT_LIMIT: u32 = 20;
/// The most items per page.
pub const LARGEST_LIMIT: u32 = 100;
/// Longer cursors are none of ours.
const LONGEST_CURSOR: usize = 1024;

/// Where the page begins and how long it is. `limit` is 1 to 100 (422 otherwise), 20 if not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// After which item; `None` for the first page.
    pub cursor: Option<Cursor>,
    /// How many items.
    pub limit: u32,
}

/// The first page, of the usual length.
impl Default for PageRequest {
    fn default() -> Self {
        Self {
            cursor: None,
            limit: DEFAULT_LIMIT,
        }
    }
}

impl PageRequest {
    /// How many rows to read: one more than the page holds, to learn whether there is a next one.
    pub fn fetch(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// The key after which the page begins, as it was given to [`Cursor::encode`]: 400 `BAD_CURSOR` if it is not of that shape.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.cursor.as_ref().map(Cursor::decode).transpose()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut page = Self::default();
        for (name, value) in
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        {
            match &*name {
                _ if value.is_empty() => {}
                "cursor" => page.cursor = Some(Cursor(value.into_owned())),
                "limit" => page.limit = limit(&value)?,
                _ => {}
            }
        }
        Ok(page)
    }
}

fn limit(given: &str) -> Result<u32, Problem> {
    given
        .parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
        .ok_or_else(|| {
            Problem::invalid(
                "limit",
                format!("must be a number from 1 to {LARGEST_LIMIT}"),
            )
        })
}

/// An opaque mark in a list: the sort key of the last item seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// A mark after the item with this key (an id, or a tuple of sort value and id).
    ///
    /// # Panics
    /// If `key` cannot be JSON, which is a bug of the caller.
    pub fn encode<K: Serialize>(key: &K) -> Self {
        let json = serde_json::to_vec(key).expect("keys are plain data");
        Self(URL_SAFE_NO_PAD.encode(json))
    }

    /// The key again; 400 `BAD_CURSOR` if this was never made from such a key.
    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, Problem> {
        let refused = || {
            Problem::bad_request(
                "BAD_CURSOR",
                "this cursor is not one that this list has given out",
            )
        };
        if self.0.len() > LONGEST_CURSOR {
            return Err(refused());
        }
        let json = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| refused())?;
        serde_json::from_slice(&json).map_err(|_| refused())
    }

    /// As it stands in `next` and in `?cursor=`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// What to pass as `?cursor=` for the next page; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts what was fetched ([`PageRequest::fetch`] rows at most) to the page; `key` gives the sort key of an item.
    pub fn of<K: Serialize>(
        mut fetched: Vec<T>,
        request: &PageRequest,
        key: impl FnOnce(&T) -> K,
    ) -> Self {
        let limit = request.limit as usize;
        let more = fetched.len() > limit;
        fetched.truncate(limit);
        let next = fetched
            .last()
            .filter(|_| more)
            .map(|last| Cursor::encode(&key(last)).0);
        Self {
            items: fetched,
            next,
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, with: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(with).collect(),
            next: self.next,
        }
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
