use http::StatusCode;
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::OrderId;

use crate::world::{self, ISLANDS, MAINLAND};

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
    let mut all = vec![json!(in_hand)];
    all.extend(ended.clone());
    for (query, expected) in [
        ("", vec![json!(in_hand)]),
        ("?state=open", vec![json!(in_hand)]),
        ("?state=ended", ended),
        ("?state=all", all),
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

#[tokio::test]
async fn history_comes_page_by_page_with_what_is_in_hand() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let mut orders = Vec::new();
    for number in 0..5 {
        let order = world::on_the_road(&delivery, &login).await;
        if number % 2 == 0 {
            let reply = world::report(&delivery, &login, order, "DELIVERED").await;
            reply.expect(StatusCode::OK);
        }
        orders.push(order);
    }
    orders.reverse();
    let path = format!("/api/delivery/agent/{agent}/orders?state=all");
    assert_eq!(page_by_page(&delivery, &path).await, orders);
}

#[tokio::test]
async fn admins_list_deliveries_by_status_agent_and_zone() {
    let delivery = world::without_agents().await;
    let waiting = OrderId::new();
    delivery.deliver(world::assign(waiting, ISLANDS)).await;
    delivery.settle().await;
    let (first, login) = world::hire(&delivery, None).await;
    let delivered = world::on_the_road(&delivery, &login).await;
    let reply = world::report(&delivery, &login, delivered, "DELIVERED").await;
    reply.expect(StatusCode::OK);
    let on_the_road = world::on_the_road(&delivery, &login).await;
    let (second, other) = world::hire(&delivery, None).await;
    let assigned = OrderId::new();
    delivery.deliver(world::assign(assigned, MAINLAND)).await;
    delivery.settle().await;
    for (query, expected) in [
        ("?", vec![assigned, on_the_road, delivered, waiting]),
        ("?status=PENDING", vec![waiting]),
        ("?status=CANCELLED", vec![]),
        ("?zone=islands", vec![waiting]),
        ("?zone=default", vec![assigned, on_the_road, delivered]),
        ("?zone=default&status=DELIVERED", vec![delivered]),
        (&format!("?agentId={first}"), vec![on_the_road, delivered]),
        (
            &format!("?agentId={second}&status=ASSIGNED"),
            vec![assigned],
        ),
        (&format!("?agentId={second}&status=DELIVERED"), vec![]),
        (&format!("?agentId={first}&zone=islands"), vec![]),
    ] {
        let path = format!("/api/delivery{query}");
        assert_eq!(page_by_page(&delivery, &path).await, expected, "{query}");
    }
    let refused = delivery.get("/api/delivery").token(&other).await;
    refused.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

/// Everything in a list, two at a time.
async fn page_by_page(delivery: &TestService, path: &str) -> Vec<OrderId> {
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{path}&limit=2{cursor}");
        let page = delivery.get(&path).token(&delivery.admin).await;
        let page = page.expect(StatusCode::OK);
        for item in page.at("/items").as_array().unwrap() {
            listed.push(item["orderId"].as_str().unwrap().parse().unwrap());
        }
        let Some(next) = page.at("/next").as_str() else {
            return listed;
        };
        cursor = format!("&cursor={next}");
    }
}
