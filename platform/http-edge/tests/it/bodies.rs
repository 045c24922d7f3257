//! Request bodies: what is taken, what is refused and how.

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::routing::{post as on_post, put};
use futures::stream;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, NoBody, RawBody};
use serde::{Deserialize, Serialize};

use crate::world::{Ask, Told, World, post};

#[derive(Debug, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Order {
    #[garde(length(min = 1, max = 10), dive)]
    order_lines: Vec<Line>,
    #[garde(length(chars, max = 5))]
    short_note: Option<String>,
    #[garde(skip)]
    paid_by: Option<shared_events::PaymentMethod>,
}

#[derive(Debug, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Line {
    #[garde(skip)]
    product_id: shared_events::ProductId,
    #[garde(range(min = 1))]
    wanted_quantity: u32,
}

fn shop() -> Router {
    async fn order(Json(order): Json<Order>) -> Answer<(StatusCode, Json<Order>)> {
        Ok((StatusCode::CREATED, Json(order)))
    }
    let routes = Router::new()
        .route("/orders", on_post(order))
        .route(
            "/nothing",
            put(|_: NoBody| async { "done" }).post(|_: NoBody| async { "done" }),
        )
        .route(
            "/raw",
            on_post(|RawBody(bytes): RawBody| async move { bytes }),
        )
        .route(
            "/images",
            on_post(|RawBody(bytes): RawBody| async move { bytes.len().to_string() })
                .layer(DefaultBodyLimit::max(3 << 20)),
        );
    World::new().serve(routes)
}

async fn order(body: impl Into<Body>) -> Told {
    post("/orders").json(body).of(&shop()).await
}

const PRODUCT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn line(quantity: &str) -> String {
    format!(r#"{{"orderLines":[{{"productId":"{PRODUCT}","wantedQuantity":{quantity}}}]}}"#)
}

#[tokio::test]
async fn a_good_body_is_taken_and_answered() {
    let told = order(line("2")).await;
    assert_eq!(told.status, StatusCode::CREATED);
    assert_eq!(told.header("content-type"), Some("application/json"));
    assert_eq!(told.json()["orderLines"][0]["wantedQuantity"], 2);
}

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    for body in [
        "",
        "{",
        "nonsense",
        "{\"orderLines\":[}",
        "{\"orderLines\":[]} trailing",
        "\u{feff}{}",
        "{\"shortNote\":1",
        "\0",
    ] {
        order(body).await.refuses(400, "MALFORMED_JSON");
    }
    order(&b"{\"shortNote\":\"\xff\xfe\"}"[..])
        .await
        .refuses(400, "MALFORMED_JSON");
}

#[tokio::test]
async fn nesting_without_end_is_malformed_and_harms_nobody() {
    order("[".repeat(500_000))
        .await
        .refuses(400, "MALFORMED_JSON");
    order("{\"a\":".repeat(100_000))
        .await
        .refuses(400, "MALFORMED_JSON");
}

#[tokio::test]
async fn an_array_is_no_object_even_if_its_items_would_do_as_fields() {
    let fields = format!(r#"[[{{"productId":"{PRODUCT}","wantedQuantity":1}}], null, "COD"]"#);
    for body in [fields.clone(), format!(" \n{fields}")] {
        order(body).await.refuses(422, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_wrong_type_is_told_with_its_path() {
    let told = order(line("\"many\""))
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert_eq!(
        told.errors(),
        ["orderLines[0].wantedQuantity: invalid type: string \"many\", expected u32"]
    );
    for wrong in ["-1", "1.5", "4294967296", "null", "true"] {
        let told = order(line(wrong)).await.refuses(422, "VALIDATION_FAILED");
        assert!(
            told.errors()[0].starts_with("orderLines[0].wantedQuantity: "),
            "{:?}",
            told.errors()
        );
    }
    order("[]").await.refuses(422, "VALIDATION_FAILED");
    order("null").await.refuses(422, "VALIDATION_FAILED");
}

#[tokio::test]
async fn anything_else_where_a_word_belongs_is_told_with_its_path() {
    for wrong in ["7", "true", "\"GOLD\"", "[]", "{\"COD\":1}"] {
        let told = order(format!("{{\"paidBy\":{wrong}}}"))
            .await
            .refuses(422, "VALIDATION_FAILED");
        assert!(
            told.errors()[0].starts_with("paidBy"),
            "{:?}",
            told.errors()
        );
    }
}

#[tokio::test]
async fn a_bad_id_is_told_with_its_path() {
    let told = order(line("1").replace(PRODUCT, "17"))
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert!(
        told.errors()[0].starts_with("orderLines[0].productId: "),
        "{:?}",
        told.errors()
    );
}

#[tokio::test]
async fn missing_unknown_and_repeated_fields_are_told_by_name() {
    let told = order("{}").await.refuses(422, "VALIDATION_FAILED");
    assert_eq!(told.errors(), ["orderLines: is missing"]);
    let told = order(r#"{"orderLines":[{"wantedQuantity":1}]}"#)
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert_eq!(told.errors(), ["orderLines[0].productId: is missing"]);
    let told = order(r#"{"orderLines":[],"price":1}"#)
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert_eq!(told.errors(), ["price: is not known here"]);
    let told = order(r#"{"orderLines":[],"orderLines":[]}"#)
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert_eq!(told.errors(), ["orderLines: is given twice"]);
}

#[tokio::test]
async fn broken_rules_are_told_all_at_once_in_json_spelling() {
    let body = line("0").replace("]}", r#"],"shortNote":"much too long"}"#);
    let told = order(body).await.refuses(422, "VALIDATION_FAILED");
    let errors = told.errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors
            .iter()
            .any(|error| error.starts_with("orderLines[0].wantedQuantity: ")),
        "{errors:?}"
    );
    assert!(
        errors.iter().any(|error| error.starts_with("shortNote: ")),
        "{errors:?}"
    );
}

#[tokio::test]
async fn only_json_is_taken() {
    let send = |ask: Ask| async move { ask.body(line("1")).of(&shop()).await };
    send(post("/orders"))
        .await
        .refuses(415, "UNSUPPORTED_MEDIA_TYPE");
    for other in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "jsonx",
    ] {
        send(post("/orders").header("content-type", other))
            .await
            .refuses(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for json in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json",
    ] {
        assert_eq!(
            send(post("/orders").header("content-type", json))
                .await
                .status,
            StatusCode::CREATED
        );
    }
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_too_large_whether_announced_or_not() {
    let large = format!(r#"{{"shortNote":"{}"}}"#, "x".repeat(1 << 20));
    let announced = large.len().to_string();
    let told = post("/orders")
        .header("content-length", &announced)
        .json(large.clone())
        .of(&shop())
        .await;
    told.refuses(413, "PAYLOAD_TOO_LARGE");
    let chunks: Vec<_> = large
        .as_bytes()
        .chunks(1000)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect();
    order(Body::from_stream(stream::iter(chunks)))
        .await
        .refuses(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_route_may_take_more() {
    let told = post("/images").body(vec![0_u8; 2 << 20]).of(&shop()).await;
    assert_eq!(told.text(), (2 << 20).to_string());
    post("/images")
        .body(vec![0_u8; 4 << 20])
        .of(&shop())
        .await
        .refuses(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_callers_fault() {
    let broken = stream::iter([Ok("{\"orderLines\":"), Err(std::io::Error::other("gone"))]);
    order(Body::from_stream(broken))
        .await
        .refuses(400, "INCOMPLETE_BODY");
}

#[tokio::test]
async fn raw_bytes_come_as_they_were_sent() {
    let told = post("/raw").body(&b"\xff\x00 {"[..]).of(&shop()).await;
    assert_eq!(&told.body[..], b"\xff\x00 {");
}

#[tokio::test]
async fn where_nothing_is_expected_nothing_is_taken() {
    for nothing in ["", "{}", " { } \n", "null"] {
        assert_eq!(
            post("/nothing").body(nothing).of(&shop()).await.text(),
            "done"
        );
    }
    post("/nothing")
        .json(r#"{"a":1}"#)
        .of(&shop())
        .await
        .refuses(422, "UNEXPECTED_BODY");
    post("/nothing")
        .body(vec![b'x'; 2 << 20])
        .of(&shop())
        .await
        .refuses(413, "PAYLOAD_TOO_LARGE");
}
