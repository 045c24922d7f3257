use http::{Method, StatusCode};
use revcart_testkit::TestService;
use revcart_testkit::bad_input::{refuses_bad_bodies, refuses_value};
use serde_json::{Value, json};
use shared_events::{AgentId, OrderId, UserId};

use crate::world;

/// Every route that takes a body, with one that it accepts.
fn bodies() -> Vec<(Method, String, Value)> {
    let path = |path: &str| format!("/api/delivery{path}");
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let agent = format!("/agents/{}", AgentId::new());
    let agent_change = json!({ "name": "Asha", "phone": "1", "zone": "default", "onShift": true, "capacity": 4, "version": 1 });
    let mut draft = world::draft(UserId::new(), Some(4));
    draft["onShift"] = json!(true);
    let plan = json!({ "shifts": [{ "date": "2026-01-05" }], "version": 1 });
    let zone = json!({ "zone": "pune", "postalCodes": ["411"], "depot": place });
    let zone_change = json!({ "postalCodes": ["411"], "depot": place, "version": 0 });
    vec![
        (
            Method::POST,
            path("/assign"),
            json!({ "orderId": OrderId::new(), "agentId": AgentId::new() }),
        ),
        (
            Method::PUT,
            path(&format!("/{}/status", OrderId::new())),
            json!({ "status": "FAILED", "note": "nobody", "proof": { "kind": "note", "value": "none" }, "reason": "NOBODY_HOME" }),
        ),
        (Method::POST, path("/location"), place.clone()),
        (
            Method::PUT,
            path(&format!("/{}/location", OrderId::new())),
            place,
        ),
        (
            Method::PUT,
            path("/agent/me/duty"),
            json!({ "onDuty": true }),
        ),
        (Method::PUT, path(&format!("{agent}/shifts")), plan),
        (Method::POST, path("/zones"), zone),
        (Method::PUT, path("/zones/islands"), zone_change),
        (Method::POST, path("/agents"), draft),
        (Method::PUT, path(&agent), agent_change),
    ]
}

fn token(delivery: &TestService, path: &str) -> String {
    if path == "/api/delivery/location" || path.ends_with("/duty") {
        delivery.agent.token.clone()
    } else {
        delivery.admin.token.clone()
    }
}

#[tokio::test]
async fn every_body_is_refused_for_what_is_wrong_with_it() {
    let delivery = world::with_demo_agents().await;
    for (method, path, good) in bodies() {
        let token = token(&delivery, &path);
        refuses_bad_bodies(|| delivery.call(method.clone(), &path).token(&token), &good).await;
    }
}

/// The end of a path, a field, and a value that the field does not take.
fn out_of_bounds() -> Vec<(&'static str, &'static str, Value)> {
    let long = json!("x".repeat(501));
    vec![
        ("/assign", "orderId", json!("seven")),
        ("/assign", "orderId", json!(null)),
        ("/assign", "agentId", json!("seven")),
        ("/status", "status", json!("PENDING")),
        ("/status", "status", json!("picked_up")),
        ("/status", "note", json!(" ")),
        ("/status", "note", long.clone()),
        ("/status", "proof", json!("signed")),
        ("/status", "proof", json!({ "kind": "note", "value": " " })),
        ("/status", "proof", json!({ "kind": "note", "value": long })),
        (
            "/status",
            "proof",
            json!({ "kind": "oath", "value": "mine" }),
        ),
        (
            "/status",
            "proof",
            json!({ "kind": "note", "value": "mine", "surprise": 1 }),
        ),
        ("/status", "reason", json!("BORED")),
        (
            "/status",
            "collected",
            json!({ "amount": "1.00", "currency": "INR" }),
        ),
        ("/location", "latitude", json!(90.5)),
        ("/location", "latitude", json!(-91)),
        ("/location", "latitude", json!("18.5")),
        ("/location", "longitude", json!(180.1)),
        ("/location", "longitude", json!(-1e300)),
        ("/location", "longitude", json!(null)),
        ("/agents", "userId", json!("seven")),
        ("/agents", "name", json!("  ")),
        ("/agents", "name", long),
        ("/agents", "phone", json!("")),
        ("/agents", "zone", json!("moon")),
        ("/agents", "zone", json!("Not A Zone")),
        ("/agents", "capacity", json!(-1)),
        ("/agents", "capacity", json!(1.5)),
        ("/agents", "capacity", json!(1_000_001)),
        ("/agents", "onShift", json!("yes")),
    ]
}

/// The same for plans and zones.
fn off_the_map() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("/duty", "onDuty", json!("yes")),
        ("/shifts", "shifts", json!([{ "days": ["MON"] }])),
        ("/shifts", "shifts", json!([{ "date": "2026-02-30" }])),
        (
            "/shifts",
            "shifts",
            json!(vec![json!({ "date": "2026-01-05" }); 61]),
        ),
        ("/zones", "zone", json!("Not A Zone")),
        ("/zones", "postalCodes", json!([])),
        ("/zones", "postalCodes", json!(["*"])),
        ("/zones", "postalCodes", json!([" "])),
        ("/zones", "postalCodes", json!(["411", "4".repeat(21)])),
        ("/zones", "postalCodes", json!(vec!["411"; 201])),
        ("/zones", "depot", json!({ "latitude": 91, "longitude": 0 })),
        ("/islands", "postalCodes", json!(["*"])),
        (
            "/islands",
            "depot",
            json!({ "latitude": 0, "longitude": 181 }),
        ),
        ("/islands", "version", json!(0.5)),
    ]
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_by_name() {
    let delivery = world::with_demo_agents().await;
    let bodies = bodies();
    for (end, field, value) in out_of_bounds().into_iter().chain(off_the_map()) {
        let (method, path, good) = bodies.iter().find(|(_, it, _)| it.ends_with(end)).unwrap();
        let token = token(&delivery, path);
        let call = || delivery.call(method.clone(), path).token(&token);
        refuses_value(call, good, field, value).await;
    }
}

#[tokio::test]
async fn changes_of_agents_are_checked_as_new_ones_are() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let path = format!("/api/delivery/agents/{agent}");
    for (field, value) in [
        ("name", json!("")),
        ("phone", json!(" ")),
        ("zone", json!("moon")),
        ("capacity", json!(1_000_001)),
        ("capacity", json!(-1)),
        ("version", json!("one")),
    ] {
        let call = || delivery.put(&path).token(&delivery.admin);
        refuses_value(call, &json!({ "version": 1 }), field, value).await;
    }
}

#[tokio::test]
async fn queries_are_as_strict_as_bodies() {
    let delivery = world::with_demo_agents().await;
    let own = "/api/delivery/agent/me/orders";
    let get = |path: String| {
        let call = delivery.get(&path);
        call.token(&delivery.agent).into_future()
    };
    for (query, field) in [
        ("state=maybe", "state"),
        ("surprise=1", "surprise"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
    ] {
        let reply = get(format!("{own}?{query}")).await;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let reply = reply.expect_problem(status, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), field, "{query}");
    }
    for cursor in ["x", "e30", "bnVsbA"] {
        let reply = get(format!("{own}?cursor={cursor}")).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
    }
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let delivery = world::with_demo_agents().await;
    let unknown = OrderId::new().to_string();
    for id in ["7", "null", "%00", unknown.as_str()] {
        for path in [
            format!("/api/delivery/order/{id}"),
            format!("/api/delivery/tracking/{id}"),
            format!("/api/delivery/agent/{id}/orders"),
        ] {
            let reply = delivery.get(&path).token(&delivery.admin).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
        let body = json!({ "status": "PICKED_UP" });
        let path = format!("/api/delivery/{id}/status");
        let reply = delivery.put(&path).token(&delivery.admin).json(&body).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}
