//! In which order to go to the doors of what is in hand.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::{Value, json};
use shared_events::OrderId;

use crate::world;

async fn route(delivery: &TestService, who: &Actor) -> Reply {
    let call = delivery.get("/api/delivery/agent/me/route").token(who);
    call.await.expect(StatusCode::OK)
}

fn orders(route: &Reply) -> Vec<Value> {
    let stops = route.at("/stops").as_array().unwrap();
    stops.iter().map(|stop| stop["orderId"].clone()).collect()
}

/// Orders to an address with this postal code, at these distances to the east of Pune.
async fn along_the_street(delivery: &TestService, houses: &[f64]) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for house in houses {
        let order = OrderId::new();
        delivery.deliver(world::assign(order, "411001")).await;
        delivery.settle().await;
        let place = json!({ "latitude": 18.5, "longitude": 73.8 + house / 1000.0 });
        let path = format!("/api/delivery/{order}/location");
        let call = delivery.put(&path).token(&delivery.admin).json(&place);
        call.await.expect(StatusCode::OK);
        orders.push(order);
    }
    orders
}

#[tokio::test]
async fn doors_are_visited_along_the_street_from_where_the_agent_is() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let placed = along_the_street(&delivery, &[5.0, 1.0, 3.0]).await;
    let here = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&here).await.expect(StatusCode::OK);
    let suggested = route(&delivery, &login).await;
    assert_eq!(suggested.at("/agentId"), &json!(agent));
    assert_eq!(suggested.at("/from/at"), "agent");
    assert_eq!(
        orders(&suggested),
        [json!(placed[1]), json!(placed[2]), json!(placed[0])]
    );
    let metres = suggested.at("/metres").as_u64().unwrap();
    assert!((520..535).contains(&metres), "{metres} m");
    assert_eq!(suggested.at("/stops/0/exact"), &json!(true));
    assert_eq!(suggested.at("/more"), &json!(false));
    let report = world::report(&delivery, &login, placed[1], "PICKED_UP").await;
    report.expect(StatusCode::OK);
    let report = world::report(&delivery, &login, placed[1], "DELIVERED").await;
    report.expect(StatusCode::OK);
    let suggested = route(&delivery, &login).await;
    assert_eq!(orders(&suggested), [json!(placed[2]), json!(placed[0])]);
}

#[tokio::test]
async fn what_has_to_be_fetched_is_fetched_first() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let placed = along_the_street(&delivery, &[1.0, 5.0]).await;
    let body = json!({ "depot": { "latitude": 18.5, "longitude": 73.806 }, "version": 0 });
    let call = delivery.put("/api/delivery/zones/default");
    let call = call.token(&delivery.admin).json(&body);
    call.await.expect(StatusCode::OK);
    let here = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&here).await.expect(StatusCode::OK);
    let suggested = route(&delivery, &login).await;
    assert_eq!(suggested.at("/from/at"), "depot");
    assert_eq!(orders(&suggested), [json!(placed[1]), json!(placed[0])]);
    for order in &placed {
        let report = world::report(&delivery, &login, *order, "PICKED_UP").await;
        report.expect(StatusCode::OK);
    }
    let suggested = route(&delivery, &login).await;
    assert_eq!(suggested.at("/from/at"), "agent");
    assert_eq!(orders(&suggested), [json!(placed[0]), json!(placed[1])]);
    delivery.clock().advance(Duration::from_secs(601));
    let suggested = route(&delivery, &login).await;
    assert_eq!(
        suggested.at("/from/at"),
        "depot",
        "nobody has seen the agent lately"
    );
}

#[tokio::test]
async fn doors_that_nobody_knows_come_last_by_postal_code() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let mut placed = Vec::new();
    for code in ["999002", "411001", "999001", "999002"] {
        let order = OrderId::new();
        delivery.deliver(world::assign(order, code)).await;
        delivery.settle().await;
        placed.push(json!(order));
    }
    let suggested = route(&delivery, &login).await;
    let expected = [1, 2, 0, 3].map(|place| placed[place].clone());
    assert_eq!(orders(&suggested), expected);
    assert_eq!(
        suggested.at("/stops/0/exact"),
        &json!(false),
        "by its postal code"
    );
    assert!(suggested.at("/stops/0/location").is_object());
    assert_eq!(suggested.at("/stops/1/location"), &json!(null));
    assert_eq!(suggested.at("/from"), &json!(null));
}

#[tokio::test]
async fn agent_with_empty_hands_goes_nowhere() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let suggested = route(&delivery, &login).await;
    assert_eq!(suggested.at("/stops"), &json!([]));
    let (_, other) = world::hire(&delivery, None).await;
    let path = format!("/api/delivery/agent/{agent}/route");
    let foreign = delivery.get(&path).token(&other).await;
    foreign.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
