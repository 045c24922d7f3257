//! Every error is a problem.

use axum::Router;
use axum::routing::get as on_get;
use http::{Method, StatusCode};
use revcart_http_edge::{Answer, Problem};

use crate::world::{World, get, post};

#[tokio::test]
async fn a_problem_has_all_its_members_and_names_the_trace_of_the_caller() {
    async fn refuse() -> Answer<()> {
        Err(Problem::conflict("OUT_OF_STOCK", "two are left").with("orderId", 7))
    }
    let shop = World::new().serve(Router::new().route("/", on_get(refuse)));
    let told = get("/")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .of(&shop)
        .await;
    let json = told.refuses(409, "OUT_OF_STOCK").json();
    assert_eq!(json["type"], "urn:revcart:problem:out-of-stock");
    assert_eq!(json["title"], "Out of stock");
    assert_eq!(json["detail"], "two are left");
    assert_eq!(json["orderId"], 7);
    assert_eq!(json["traceId"], "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test]
async fn what_is_no_route_is_a_problem() {
    let shop = World::new().serve(Router::new().route("/here", on_get(|| async {})));
    get("/there").of(&shop).await.refuses(404, "NOT_FOUND");
    post("/there")
        .json("{}")
        .of(&shop)
        .await
        .refuses(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let shop =
        World::new().serve(Router::new().route("/here", on_get(|| async {}).put(|| async {})));
    let told = get("/here")
        .method(Method::DELETE)
        .of(&shop)
        .await
        .refuses(405, "METHOD_NOT_ALLOWED");
    assert_eq!(told.header("allow"), Some("GET,HEAD,PUT"));
}

#[tokio::test]
async fn an_error_that_is_no_problem_becomes_one() {
    async fn bare() -> (StatusCode, &'static str) {
        (StatusCode::IM_A_TEAPOT, "short and stout")
    }
    let shop = World::new().serve(Router::new().route("/", on_get(bare)));
    get("/").of(&shop).await.refuses(418, "IM_A_TEAPOT");
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_own_request_only() {
    async fn panics() -> &'static str {
        panic!("secret of the house")
    }
    let shop = World::new().serve(
        Router::new()
            .route("/bad", on_get(panics))
            .route("/good", on_get(|| async { "fine" })),
    );
    let told = get("/bad").of(&shop).await.refuses(500, "INTERNAL");
    assert!(!told.text().contains("secret"));
    assert_eq!(get("/good").of(&shop).await.text(), "fine");
}

#[tokio::test]
async fn what_went_wrong_inside_is_not_told() {
    async fn fails() -> Answer<()> {
        let error = std::io::Error::other("password=hunter2");
        Err(Problem::internal(&error))
    }
    let shop = World::new().serve(Router::new().route("/", on_get(fails)));
    let told = get("/").of(&shop).await.refuses(500, "INTERNAL");
    assert!(!told.text().contains("hunter2"));
}

#[tokio::test]
async fn a_database_out_of_reach_is_worth_another_try_and_any_other_failure_is_not() {
    async fn out_of_reach() -> Answer<()> {
        Err(revcart_persistence::Error::Closed.into())
    }
    async fn wrong() -> Answer<()> {
        Err(sea_orm::DbErr::Custom("no such column".to_owned()).into())
    }
    let shop = World::new().serve(
        Router::new()
            .route("/away", on_get(out_of_reach))
            .route("/wrong", on_get(wrong)),
    );
    let told = get("/away").of(&shop).await.refuses(503, "UNAVAILABLE");
    assert_eq!(told.header("retry-after"), Some("1"));
    get("/wrong").of(&shop).await.refuses(500, "INTERNAL");
}

#[test]
fn a_problem_of_another_service_is_read_back() {
    let sent = Problem::invalid("lines[0].quantity", "must be positive").with("orderId", "o-1");
    let read = Problem::parse(sent.status(), sent.body().as_bytes()).unwrap();
    assert_eq!(read, sent);
    assert_eq!(read.member("orderId").unwrap(), "o-1");
    assert_eq!(Problem::parse(StatusCode::BAD_GATEWAY, b"<html>"), None);
}

#[test]
#[should_panic(expected = "every problem has a status already")]
fn a_member_that_every_problem_has_is_not_added_a_second_time() {
    let _ = Problem::conflict("ALREADY_DISPATCHED", "it is on its way")
        .with("status", "OUT_FOR_DELIVERY");
}
