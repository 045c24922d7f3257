use std::io::Cursor;

use http::header::{HeaderName, IF_NONE_MATCH};
use http::{Method, StatusCode};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use revcart_testkit::{Reply, TestService};
use serde_json::json;
use shared_events::{ProductId, ProductUpdated};

use crate::shop::{self, stocked};

fn picture(width: u32, format: ImageFormat, shade: u8) -> Vec<u8> {
    let pixels = RgbImage::from_pixel(width, 20, Rgb([shade, 0, 0]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

async fn add(shop: &TestService, product: ProductId, kind: &str, body: Vec<u8>) -> Reply {
    let path = format!("/api/products/{product}/images");
    shop.post(&path).token(&shop.admin).body(kind, body).await
}

#[tokio::test]
async fn a_picture_is_added_served_and_removed() {
    let shop = shop::open().await;
    let product = stocked(&shop, 1).await;
    let added = add(
        &shop,
        product,
        "image/jpeg",
        picture(600, ImageFormat::Jpeg, 9),
    )
    .await;
    let added = added.expect(StatusCode::CREATED);
    let url = added.at("/url").as_str().unwrap().to_owned();
    assert_eq!(
        (added.at("/width"), added.at("/height")),
        (&json!(600), &json!(20))
    );
    let shown = shop.get(&format!("/api/products/{product}")).await;
    assert_eq!(shown.at("/imageUrls"), &json!([url]));
    assert_eq!(shown.at("/version"), 2);
    shop.settle().await;
    let event = shop.published_once::<ProductUpdated>();
    assert_eq!(event.changed_fields, ["imageUrls"]);

    for (size, width) in [
        ("", 600),
        ("?size=160", 160),
        ("?size=480", 480),
        ("?size=1200", 600),
    ] {
        let served = shop.get(&format!("{url}{size}")).response().await;
        assert_eq!(served.status(), StatusCode::OK);
        let header = |name: &str| served.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(
            header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        let tag = header("etag");
        let bytes = axum_bytes(served).await;
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), width);
        let known = shop
            .get(&format!("{url}{size}"))
            .header(IF_NONE_MATCH, &tag)
            .await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    }

    let gone = shop.delete(&url).token(&shop.admin).await;
    gone.expect(StatusCode::NO_CONTENT);
    let gone = shop.get(&url).await;
    gone.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let shown = shop.get(&format!("/api/products/{product}")).await;
    assert_eq!(shown.at("/imageUrls"), &json!([]));
}

async fn axum_bytes(response: axum::response::Response) -> Vec<u8> {
    let whole = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    whole.unwrap().to_vec()
}

#[tokio::test]
async fn a_picture_comes_in_a_form_too_and_once_is_enough() {
    let shop = shop::open().await;
    let (one, other) = (stocked(&shop, 1).await, stocked(&shop, 1).await);
    let file = picture(40, ImageFormat::Png, 1);
    let mut form = b"--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nKettle\r\n--b\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"../../x.svg\"\r\nContent-Type: image/svg+xml\r\n\r\n"
        .to_vec();
    form.extend(&file);
    form.extend(b"\r\n--b--\r\n");
    let kind = "multipart/form-data; boundary=b";
    let added = add(&shop, one, kind, form.clone())
        .await
        .expect(StatusCode::CREATED);
    let url = added.at("/url").as_str().unwrap().to_owned();
    add(&shop, one, "image/png", file.clone())
        .await
        .expect(StatusCode::OK);
    add(&shop, other, "image/png", file)
        .await
        .expect(StatusCode::CREATED);
    // The other product keeps its picture.
    let gone = shop.delete(&url).token(&shop.admin).await;
    gone.expect(StatusCode::NO_CONTENT);
    let id = added.at("/imageId").as_str().unwrap();
    let kept = shop
        .get(&format!("/api/products/{other}/images/{id}"))
        .response()
        .await;
    assert_eq!(kept.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let shop = shop::open().await;
    let product = stocked(&shop, 1).await;
    let svg = b"<svg onload='alert(1)'/>".to_vec();
    let unknown = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let code = "UNSUPPORTED_MEDIA_TYPE";
    add(&shop, product, "image/png", svg)
        .await
        .expect_problem(unknown, code);
    add(&shop, product, "text/html", picture(9, ImageFormat::Png, 1))
        .await
        .expect_problem(unknown, code);
    let half = picture(90, ImageFormat::Png, 1)[..60].to_vec();
    add(&shop, product, "image/png", half)
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "IMAGE_BROKEN");
    add(
        &shop,
        product,
        "multipart/form-data; boundary=b",
        b"--b--".to_vec(),
    )
    .await
    .expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_FORM");
    let large = vec![0xff; 5 * 1024 * 1024 + 1];
    let refused = add(&shop, product, "image/png", large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let nowhere = add(
        &shop,
        ProductId::new(),
        "image/png",
        picture(9, ImageFormat::Png, 1),
    )
    .await;
    nowhere.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let shown = shop.get(&format!("/api/products/{product}")).await;
    assert_eq!(shown.at("/imageUrls"), &json!([]));
}

#[tokio::test]
async fn a_product_has_so_many_pictures_and_no_more() {
    let shop = shop::open().await;
    let product = stocked(&shop, 1).await;
    for shade in 0..20 {
        let added = add(
            &shop,
            product,
            "image/webp",
            picture(4, ImageFormat::WebP, shade),
        )
        .await;
        added.expect(StatusCode::CREATED);
    }
    let refused = add(
        &shop,
        product,
        "image/webp",
        picture(4, ImageFormat::WebP, 99),
    )
    .await;
    refused.expect_problem(StatusCode::CONFLICT, "TOO_MANY_IMAGES");
}

#[tokio::test]
async fn names_that_are_no_pictures_name_nothing() {
    let shop = shop::open().await;
    let product = stocked(&shop, 1).await;
    let long = "0".repeat(64);
    for id in ["..%2F..%2Fsecret", "x", long.as_str(), "%00"] {
        for method in [Method::GET, Method::DELETE] {
            let path = format!("/api/products/{product}/images/{id}");
            let call = shop.call(method, &path).token(&shop.admin);
            let reply = call.header(HeaderName::from_static("x-test"), "1").await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
    let odd = shop
        .get(&format!("/api/products/{product}/images/{long}?size=7"))
        .await;
    odd.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}
