use http::StatusCode;
use serde_json::json;
use shared_events::{OrderId, UserId};

use crate::world::{self, MAINLAND, draft};

#[tokio::test]
async fn admin_hires_agents_and_lists_them() {
    let delivery = world::without_agents().await;
    for capacity in [None, Some(4), None] {
        world::hire(&delivery, capacity).await;
    }
    let list = |query: &str| {
        let path = format!("/api/delivery/agents{query}");
        delivery.get(&path).token(&delivery.admin)
    };
    let first = list("?limit=2").await.expect(StatusCode::OK);
    assert_eq!(first.at("/items/0/capacity"), &json!(null));
    assert_eq!(first.at("/items/1/capacity"), &json!(4));
    assert_eq!(first.at("/items/1/onShift"), &json!(true));
    let next = first.at("/next").as_str().unwrap();
    let second = list(&format!("?limit=2&cursor={next}")).await;
    let second = second.expect(StatusCode::OK);
    assert_eq!(second.at("/items").as_array().unwrap().len(), 1);
    assert_eq!(second.at("/next"), &json!(null));
}

#[tokio::test]
async fn what_is_left_out_of_a_change_stays_and_null_lifts_the_limit() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, Some(4)).await;
    let path = format!("/api/delivery/agents/{agent}");
    let change = |body| delivery.put(&path).token(&delivery.admin).json(&body);
    let changed = change(json!({ "zone": "islands", "version": 1 })).await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.at("/zone"), "islands");
    assert_eq!(changed.at("/capacity"), &json!(4));
    assert_eq!(changed.at("/version"), &json!(2));
    let changed = change(json!({ "capacity": null, "name": "Ravi", "version": 2 })).await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.at("/capacity"), &json!(null));
    assert_eq!(changed.at("/name"), "Ravi");
    let stale = change(json!({ "name": "Meera", "version": 2 })).await;
    stale.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
}

#[tokio::test]
async fn change_of_an_agent_leaves_the_load_alone() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    delivery.settle().await;
    let path = format!("/api/delivery/agents/{agent}");
    let body = json!({ "capacity": 0, "version": 1 });
    let call = delivery.put(&path).token(&delivery.admin).json(&body);
    let changed = call.await.expect(StatusCode::OK);
    assert_eq!(changed.at("/load"), &json!(1));
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test]
async fn agent_with_more_in_hand_than_a_lowered_capacity_finishes_it() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    world::on_the_road(&delivery, &login).await;
    let path = format!("/api/delivery/agents/{agent}");
    let body = json!({ "capacity": 0, "version": 1 });
    let call = delivery.put(&path).token(&delivery.admin).json(&body);
    call.await.expect(StatusCode::OK);
    let reply = world::report(&delivery, &login, order, "DELIVERED").await;
    reply.expect(StatusCode::OK);
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test]
async fn login_is_one_agent_at_the_most() {
    let delivery = world::without_agents().await;
    let login = UserId::new();
    let hire = || {
        let call = delivery.post("/api/delivery/agents");
        call.token(&delivery.admin).json(&draft(login, None))
    };
    hire().await.expect(StatusCode::CREATED);
    hire()
        .await
        .expect_problem(StatusCode::CONFLICT, "LOGIN_TAKEN");
}

#[tokio::test]
async fn agent_works_only_where_addresses_can_lie() {
    let delivery = world::without_agents().await;
    let mut body = draft(UserId::new(), None);
    body["zone"] = json!("moon");
    let call = delivery.post("/api/delivery/agents");
    let reply = call.token(&delivery.admin).json(&body).await;
    let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(reply.at("/errors/0/field"), "zone");
}
