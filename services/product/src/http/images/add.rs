//! `POST /api/products/{productId}/images` (admin): another picture of a product, as the body or as a part of a form.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::State;
use futures::stream;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Serialize;
use shared_events::ProductId;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::sent::Sent;
use crate::images::render::WIDTHS;
use crate::store::images::{self, Image};
use crate::store::{listings, products};

/// The largest picture, in bytes.
const LARGEST: usize = 5 * 1024 * 1024;
/// The largest body: a form has something around its picture.
pub(in crate::http) const LARGEST_BODY: usize = LARGEST + 16 * 1024;
/// The most pictures of a product.
const MOST: usize = 20;

/// A picture of a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProductImage)]
pub(in crate::http) struct Shown {
    image_id: String,
    /// Where it is served, at most 1200 pixels wide.
    url: String,
    /// The widths that there are, for `?size=`.
    sizes: [u32; 3],
    width: u32,
    height: u32,
}

struct Work {
    app: App,
    image: Image,
    cause: Cause,
}

/// Adds a picture: JPEG, PNG or WebP, as the body or as the first file of a form. It is encoded anew, without what the camera wrote into it.
#[utoipa::path(post, path = "/api/products/{productId}/images", security(("bearer" = [])),
    params(("productId" = ProductId, Path)),
    request_body(content((Vec<u8> = "image/*"), (Vec<u8> = "multipart/form-data")), description = "At most 5 MiB and 25 megapixels"),
    responses((status = 201, body = Shown, description = "The picture"),
        (status = 200, body = Shown, description = "The product has this picture already"),
        (status = 409, body = ProblemBody, description = "TOO_MANY_IMAGES, VERSION_CONFLICT")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(product): Path<ProductId>,
    RequestCause(cause): RequestCause,
    sent: Sent,
) -> Answer<(StatusCode, Json<Shown>)> {
    let known = listings::by_ids(app.database.read(), &[product]).await?;
    if known.is_empty() {
        return Err(Problem::not_found("product"));
    }
    let sent = picture(sent).await?;
    let rendered = app.images.render(sent).await?;
    let image = Image {
        product,
        hash: rendered.hash.clone(),
        kind: rendered.kind.ending(),
        width: rendered.width,
        height: rendered.height,
    };
    let shown = Shown {
        url: super::url(product, &image.hash),
        image_id: image.hash.clone(),
        sizes: WIDTHS,
        width: image.width,
        height: image.height,
    };
    // Before anything refers to it. A file that nothing comes to refer to does no harm.
    app.images.files.put(rendered).await?;
    let database = app.database.clone();
    let work = Work { app, image, cause };
    let write = database.write(work, |unit, work| Box::pin(add(unit, work)));
    Ok((write.await?, Json(shown)))
}

async fn add(unit: &mut UnitOfWork, work: &Work) -> Answer<StatusCode> {
    let Image { product, hash, .. } = &work.image;
    let found = products::lock(unit.sql(), *product).await?;
    let found = found.ok_or_else(|| Problem::not_found("product"))?;
    if images::find(unit.sql(), *product, hash).await?.is_some() {
        return Ok(StatusCode::OK);
    }
    if found.image_urls.len() >= MOST {
        let detail = format!("a product has at most {MOST} pictures");
        return Err(Problem::conflict("TOO_MANY_IMAGES", detail));
    }
    images::insert(unit.sql(), &work.image, unit.now()).await?;
    let mut urls = found.image_urls.clone();
    urls.push(super::url(*product, hash));
    super::replace(unit, &work.app, (found, urls), &work.cause).await?;
    Ok(StatusCode::CREATED)
}

/// The picture in the body. What it is, only its content tells.
async fn picture(sent: Sent) -> Answer<Bytes> {
    let kind = sent.content_type().to_ascii_lowercase();
    let sent = if kind.starts_with("multipart/form-data") {
        let boundary = multer::parse_boundary(sent.content_type()).map_err(malformed)?;
        first_file(boundary, sent.body).await?
    } else if kind.starts_with("image/") {
        sent.body
    } else {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "the body must be image/* or multipart/form-data",
        ));
    };
    if sent.len() > LARGEST {
        let detail = format!("a picture has at most {LARGEST} bytes");
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            detail,
        ));
    }
    Ok(sent)
}

async fn first_file(boundary: String, body: Bytes) -> Answer<Bytes> {
    let body = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(body, boundary);
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        if part.file_name().is_some() {
            return part.bytes().await.map_err(malformed);
        }
    }
    Err(Problem::bad_request(
        "MALFORMED_FORM",
        "the form has no file",
    ))
}

fn malformed(error: multer::Error) -> Problem {
    Problem::bad_request("MALFORMED_FORM", error.to_string())
}
