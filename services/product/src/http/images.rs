//! `/api/products/{productId}/images`: pictures of products.

pub(super) mod add;
pub(super) mod remove;
pub(super) mod show;

use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::ProductId;

use crate::app::App;
use crate::domain::product::Product;
use crate::images::{files, render};
use crate::store::products;

/// Where a picture is served.
fn url(product: ProductId, hash: &str) -> String {
    format!("/api/products/{product}/images/{hash}")
}

/// 404 unless it is a picture's id: the SHA-256 of a file.
fn expect_hash(id: &str) -> Answer<()> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if id.len() == 64 && id.bytes().all(is_digit) {
        return Ok(());
    }
    Err(Problem::not_found("picture"))
}

/// Shows the product with other pictures.
async fn replace(
    unit: &mut UnitOfWork,
    app: &App,
    (mut product, image_urls): (Product, Vec<String>),
    cause: &Cause,
) -> Answer<()> {
    if let Some(event) = product.show(image_urls) {
        products::update(unit.sql(), &product, unit.now()).await?;
        unit.publish(event, cause);
        app.show_changes(unit);
    }
    Ok(())
}

impl From<render::Error> for Problem {
    fn from(error: render::Error) -> Self {
        let detail = error.to_string();
        match error {
            render::Error::Unknown => Self::new(
                http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                detail,
            ),
            render::Error::TooLarge => Self::unprocessable("IMAGE_TOO_LARGE", detail),
            render::Error::Broken => Self::unprocessable("IMAGE_BROKEN", detail),
        }
    }
}

impl From<files::Error> for Problem {
    fn from(error: files::Error) -> Self {
        match &error {
            files::Error::Folder(_) => Self::internal(&error),
            files::Error::Bucket(cause) => {
                tracing::warn!(%cause, "the bucket of pictures cannot be used");
                Self::unavailable("pictures are out of reach")
            }
        }
    }
}
