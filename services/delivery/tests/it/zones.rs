//! Zones that admins draw over those of the settings.

use http::{Method, StatusCode};
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{DeliveryAssigned, OrderId, UserId};

use crate::world::{self, ISLANDS, MAINLAND};

async fn call(delivery: &TestService, method: Method, end: &str, body: Option<Value>) -> Reply {
    let path = format!("/api/delivery/zones{end}");
    let call = delivery.call(method, &path).token(&delivery.admin);
    match body {
        Some(body) => call.json(&body).await,
        None => call.await,
    }
}

async fn draw(delivery: &TestService, zone: &str, codes: &[&str]) -> Reply {
    let body = json!({ "zone": zone, "postalCodes": codes });
    call(delivery, Method::POST, "", Some(body)).await
}

#[tokio::test]
async fn zones_of_the_settings_are_there_from_the_start() {
    let delivery = world::without_agents().await;
    let all = call(&delivery, Method::GET, "", None).await;
    let all = all.expect(StatusCode::OK);
    let expected = json!([
        { "zone": "default", "postalCodes": [], "elsewhere": true, "depot": null, "version": 0 },
        { "zone": "islands", "postalCodes": ["744"], "elsewhere": false, "depot": null, "version": 0 },
    ]);
    assert_eq!(all.at("/items"), &expected);
    let one = call(&delivery, Method::GET, "/islands", None).await;
    assert_eq!(one.expect(StatusCode::OK).at("/postalCodes/0"), "744");
    for name in ["/moon", "/Not%20A%20Zone"] {
        let none = call(&delivery, Method::GET, name, None).await;
        none.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn parcels_go_to_the_agents_of_the_zone_that_was_drawn() {
    let delivery = world::without_agents().await;
    world::hire(&delivery, None).await;
    let drawn = draw(&delivery, "pune", &["4 11", "412", "411"]).await;
    let drawn = drawn.expect(StatusCode::CREATED);
    assert_eq!(drawn.at("/postalCodes"), &json!(["411", "412"]));
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    assert!(delivery.said().is_empty(), "nobody works there yet");
    let mut local = world::draft(UserId::new(), None);
    local["zone"] = json!("pune");
    let hired = delivery.post("/api/delivery/agents").token(&delivery.admin);
    let hired = hired.json(&local).await.expect(StatusCode::CREATED);
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(&json!(assigned.agent_id), hired.at("/agentId"));
    let path = format!("/api/delivery/order/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    assert_eq!(seen.at("/zone"), "pune");
}

#[tokio::test]
async fn zones_are_listed_by_name_page_by_page() {
    let delivery = world::without_agents().await;
    for (zone, code) in [("zulu", "9"), ("alpha", "1"), ("mike", "5")] {
        draw(&delivery, zone, &[code])
            .await
            .expect(StatusCode::CREATED);
    }
    let mut names = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = call(&delivery, Method::GET, &query, None).await;
        let page = page.expect(StatusCode::OK);
        for item in page.at("/items").as_array().unwrap() {
            names.push(item["zone"].as_str().unwrap().to_owned());
        }
        let Some(next) = page.at("/next").as_str() else {
            break;
        };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(names, ["alpha", "default", "islands", "mike", "zulu"]);
}

#[tokio::test]
async fn what_exists_or_is_taken_is_not_drawn_again() {
    let delivery = world::without_agents().await;
    draw(&delivery, "pune", &["411"])
        .await
        .expect(StatusCode::CREATED);
    for known in ["pune", "islands", "default"] {
        let reply = draw(&delivery, known, &["5"]).await;
        reply.expect_problem(StatusCode::CONFLICT, "ZONE_EXISTS");
    }
    let reply = draw(&delivery, "other", &["5", "411"]).await;
    let reply = reply.expect_problem(StatusCode::CONFLICT, "POSTAL_CODE_TAKEN");
    assert_eq!(reply.at("/zone"), "pune");
    let body = json!({ "postalCodes": ["411"], "version": 0 });
    let reply = call(&delivery, Method::PUT, "/islands", Some(body)).await;
    reply.expect_problem(StatusCode::CONFLICT, "POSTAL_CODE_TAKEN");
}

#[tokio::test]
async fn what_is_left_out_of_a_change_stays_and_null_takes_the_depot_away() {
    let delivery = world::without_agents().await;
    let change = |body| call(&delivery, Method::PUT, "/islands", Some(body));
    let depot = json!({ "latitude": 11.6234, "longitude": 92.7265 });
    let changed = change(json!({ "depot": depot, "version": 0 })).await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.at("/depot"), &depot);
    assert_eq!(changed.at("/postalCodes"), &json!(["744"]));
    assert_eq!(changed.at("/version"), &json!(1));
    let stale = change(json!({ "version": 0 })).await;
    stale.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
    let changed = change(json!({ "postalCodes": ["745"], "version": 1 })).await;
    assert_eq!(changed.expect(StatusCode::OK).at("/depot"), &depot);
    let changed = change(json!({ "depot": null, "version": 2 })).await;
    assert_eq!(changed.expect(StatusCode::OK).at("/depot"), &json!(null));
    let moon = json!({ "version": 0 });
    let reply = call(&delivery, Method::PUT, "/moon", Some(moon)).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn zone_is_erased_when_nobody_and_nothing_is_left_in_it() {
    let delivery = world::without_agents().await;
    let erase = |zone: &'static str| call(&delivery, Method::DELETE, zone, None);
    draw(&delivery, "pune", &["411"])
        .await
        .expect(StatusCode::CREATED);
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let refused = erase("/pune").await;
    refused.expect_problem(StatusCode::CONFLICT, "ZONE_IN_USE");
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    erase("/pune").await.expect(StatusCode::NO_CONTENT);
    erase("/pune")
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");

    draw(&delivery, "pune", &["411"])
        .await
        .expect(StatusCode::CREATED);
    let mut local = world::draft(UserId::new(), None);
    local["zone"] = json!("pune");
    local["onShift"] = json!(false);
    let hired = delivery.post("/api/delivery/agents").token(&delivery.admin);
    hired.json(&local).await.expect(StatusCode::CREATED);
    let refused = erase("/pune").await;
    refused.expect_problem(StatusCode::CONFLICT, "ZONE_IN_USE");
}

#[tokio::test]
async fn zone_of_the_settings_comes_back_when_its_drawing_is_erased() {
    let delivery = world::without_agents().await;
    let erase = || call(&delivery, Method::DELETE, "/islands", None);
    let refused = erase().await;
    refused.expect_problem(StatusCode::CONFLICT, "ZONE_OF_SETTINGS");
    let body = json!({ "postalCodes": ["999"], "version": 0 });
    let changed = call(&delivery, Method::PUT, "/islands", Some(body)).await;
    changed.expect(StatusCode::OK);
    erase().await.expect(StatusCode::NO_CONTENT);
    let one = call(&delivery, Method::GET, "/islands", None).await;
    let one = one.expect(StatusCode::OK);
    assert_eq!(one.at("/postalCodes"), &json!(["744"]));
    let order = OrderId::new();
    delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    let path = format!("/api/delivery/order/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    assert_eq!(seen.at("/zone"), "islands");
}
