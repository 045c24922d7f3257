//! The OpenAPI documents, and the pages that show them.

use http::StatusCode;
use revcart_http_edge::{Json, PageRequest, Path, ProblemBody, openapi};
use serde_json::Value;
use shared_events::{OrderId, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::world::{World, get};

#[utoipa::path(get, path = "/api/orders/{id}", params(("id" = OrderId, Path)),
    responses((status = 200, body = String)), security(("bearer" = [])))]
async fn show(Path(id): Path<OrderId>) -> Json<String> {
    Json(id.to_string())
}

#[utoipa::path(get, path = "/api/orders", params(PageRequest), responses((status = 200)), security(()))]
async fn list(_: PageRequest) -> StatusCode {
    StatusCode::OK
}

#[derive(serde::Deserialize, garde::Validate, utoipa::ToSchema)]
struct Order {
    #[garde(skip)]
    #[expect(dead_code, reason = "only described")]
    name: String,
}

#[utoipa::path(post, path = "/api/orders", request_body = Order, responses((status = 201), (status = 404, description = "ours", body = ProblemBody)), security((), ("bearer" = [])))]
async fn add(Json(_order): Json<Order>) -> StatusCode {
    StatusCode::CREATED
}

#[utoipa::path(get, path = "/internal/orders", responses((status = 200)), security(("bearer" = [])))]
async fn tell() -> StatusCode {
    StatusCode::OK
}

#[test]
fn what_services_tell_each_other_stands_in_their_own_documents_only() {
    let table: OpenApiRouter<()> = OpenApiRouter::new()
        .routes(routes!(tell))
        .routes(routes!(show));
    let own = openapi::complete(Service::Order, table.into_openapi());
    assert!(own.paths.paths.contains_key("/internal/orders"));
    let all = openapi::merged([own]);
    assert_eq!(
        all.paths.paths.keys().collect::<Vec<_>>(),
        ["/api/orders/{id}"]
    );
}

fn document() -> Value {
    let table: OpenApiRouter<()> = OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(list, add));
    let document = openapi::complete(Service::Order, table.into_openapi());
    serde_json::to_value(openapi::merged([document])).unwrap()
}

fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn what_the_edge_answers_is_said_of_every_route() {
    let document = document();
    let orders = &document["paths"]["/api/orders"];
    let one = &document["paths"]["/api/orders/{id}"]["get"];
    assert_eq!(
        statuses(one),
        ["200", "400", "401", "403", "404", "429", "503"]
    );
    assert_eq!(
        statuses(&orders["get"]),
        ["200", "400", "422", "429", "503"]
    );
    assert_eq!(
        statuses(&orders["post"]),
        [
            "201", "400", "401", "404", "413", "415", "422", "429", "503"
        ]
    );
    assert_eq!(orders["post"]["responses"]["404"]["description"], "ours");
    let problem = &orders["post"]["responses"]["404"]["content"];
    assert_eq!(
        problem.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["application/problem+json"]
    );
    assert_eq!(one["operationId"], "getOrdersById");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    let limit = &orders["get"]["parameters"][1]["schema"];
    assert_eq!(
        (&limit["minimum"], &limit["maximum"]),
        (&1.into(), &100.into())
    );
}

#[tokio::test]
async fn the_document_and_its_pages_come_from_this_port_alone() {
    let world = World::new();
    let table: OpenApiRouter<()> = OpenApiRouter::new().routes(routes!(show));
    let document = openapi::complete(Service::Order, table.into_openapi());
    let port = world.serve(openapi::pages(&document));
    let told = get("/openapi.json").of(&port).await;
    assert_eq!(told.json()["info"]["title"], "RevCart order-service");
    for page in [
        "/docs/",
        "/docs/swagger-ui-bundle.js",
        "/docs/swagger-initializer.js",
        "/redoc",
        "/docs/events",
        "/redoc/redoc.standalone.js",
    ] {
        let told = get(page).of(&port).await;
        told.status_is(200);
        let policy = told.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{page}: {policy}");
        if !page.ends_with(".js") {
            assert!(!told.text().contains("//cdn"), "{page}");
        }
    }
    assert!(
        get("/docs/swagger-initializer.js")
            .of(&port)
            .await
            .text()
            .contains("/openapi.json")
    );
    get("/redoc/other.js")
        .of(&port)
        .await
        .refuses(404, "NOT_FOUND");
}
