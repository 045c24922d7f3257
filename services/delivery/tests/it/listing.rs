use http::StatusCode;
use serde_json::json;
use shared_events::OrderId;

use crate::world::{self, MAINLAND};

#[tokio::test]
async fn agent_sees_what_they_have_in_hand_oldest_first_page_by_page() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let orders: Vec<OrderId> = (0..5).map(|_| OrderId::new()).collect();
    for order in orders.iter().rev() {
        delivery.deliver(world::assign(*order, MAINLAND)).await;
    }
    delivery.settle().await;
    let mut listed: Vec<OrderId> = Vec::new();
    let mut path = "/api/delivery/agent/me/orders?limit=2".to_owned();
    loop {
        let page = delivery.get(&path).token(&login).await;
        let page = page.expect(StatusCode::OK);
        for item in page.at("/items").as_array().unwrap() {
            assert_eq!(item["agent"]["agentId"], json!(agent));
            listed.push(item["orderId"].as_str().unwrap().parse().unwrap());
        }
        let Some(next) = page.at("/next").as_str() else {
            break;
        };
        path = format!("/api/delivery/agent/{agent}/orders?limit=2&cursor={next}");
    }
    assert_eq!(listed, orders);
}

#[tokio::test]
async fn what_has_ended_is_listed_apart_latest_first() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let mut ended = Vec::new();
    for status in ["DELIVERED", "FAILED"] {
        let order = world::on_the_road(&delivery, &login).await;
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
        ended.push(json!(order));
    }
    let in_hand = world::on_the_road(&delivery, &login).await;
    ended.reverse();
    for (query, expected) in [
        ("", vec![json!(in_hand)]),
        ("?ended=false", vec![json!(in_hand)]),
        ("?ended=true", ended),
    ] {
        let path = format!("/api/delivery/agent/{agent}/orders{query}");
        let page = delivery.get(&path).token(&delivery.admin).await;
        let page = page.expect(StatusCode::OK);
        let items = page.at("/items").as_array().unwrap();
        let listed: Vec<_> = items.iter().map(|item| item["orderId"].clone()).collect();
        assert_eq!(listed, expected, "{query}");
    }
}

#[tokio::test]
async fn agents_do_not_see_the_lists_of_others() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let (_, other) = world::hire(&delivery, None).await;
    let path = format!("/api/delivery/agent/{agent}/orders");
    for stranger in [&other, &delivery.agent] {
        let reply = delivery.get(&path).token(stranger).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let nobody = delivery.get("/api/delivery/agent/me/orders");
    let reply = nobody.token(&delivery.agent).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
