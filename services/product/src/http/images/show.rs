//! `GET /api/products/{productId}/images/{imageId}?size=`: a picture. It never changes under its address, so whoever has seen
//! it need not ask again.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use revcart_http_edge::{Answer, MaybeIdentity, Path, Problem, Query};
use serde::Deserialize;
use shared_events::ProductId;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::images::render::Kind;
use crate::store::images;

/// A year, which is the longest that anybody keeps anything.
const FOREVER: &str = "public, max-age=31536000, immutable";

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Parameters {
    /// How wide, in pixels, at the most.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    size: Size,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
enum Size {
    #[serde(rename = "160")]
    Small,
    #[serde(rename = "480")]
    Middle,
    #[default]
    #[serde(rename = "1200")]
    Large,
}

/// A picture of a product.
#[utoipa::path(get, path = "/api/products/{productId}/images/{imageId}", security((), ("bearer" = [])),
    params(("productId" = ProductId, Path), ("imageId" = String, Path, description = "SHA-256 of the file that was sent", pattern = "^[0-9a-f]{64}$"), Parameters),
    responses((status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = 304, description = "It is as it was")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Path((product, id)): Path<(ProductId, String)>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Answer<Response> {
    super::expect_hash(&id)?;
    let unknown = || Problem::not_found("picture");
    let image = images::find(app.database.read(), product, &id).await?;
    let kind = image.and_then(|image| Kind::ending_in(&image.kind));
    let kind = kind.ok_or_else(unknown)?;
    let width = match parameters.size {
        Size::Small => 160,
        Size::Middle => 480,
        Size::Large => 1200,
    };
    let tag = format!("\"{id}-{width}\"");
    let caching = [(ETAG, tag.clone()), (CACHE_CONTROL, FOREVER.to_owned())];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let file = app.images.files.get((&id, width, kind)).await?;
    let file = file.ok_or_else(unknown)?;
    Ok((caching, [(CONTENT_TYPE, kind.media_type())], file).into_response())
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(IF_NONE_MATCH).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|given| given == "*" || given.trim_start_matches("W/") == tag)
}
