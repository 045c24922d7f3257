//! When agents work. The clock starts on a Monday at 17:30 in India.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{AgentId, DeliveryAssigned, OrderId};

use crate::world::{self, MAINLAND};

async fn plan(delivery: &TestService, agent: AgentId, version: i64, shifts: Value) -> Reply {
    let path = format!("/api/delivery/agents/{agent}/shifts");
    let body = json!({ "shifts": shifts, "version": version });
    delivery.put(&path).token(&delivery.admin).json(&body).await
}

async fn duty(delivery: &TestService, who: impl AsRef<str>, agent: &str, on: bool) -> Reply {
    let path = format!("/api/delivery/agent/{agent}/duty");
    let body = json!({ "onDuty": on });
    delivery.put(&path).token(who).json(&body).await
}

#[tokio::test]
async fn orders_wait_until_the_shift_of_an_agent_begins() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let evening = json!([{ "days": ["MON"], "start": "17:35", "end": "22:00" }]);
    let planned = plan(&delivery, agent, 1, evening.clone()).await;
    let planned = planned.expect(StatusCode::OK);
    assert_eq!(planned.at("/shifts"), &evening);
    assert_eq!(planned.at("/workingNow"), &json!(false));
    assert_eq!(planned.at("/version"), &json!(2));
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    delivery.advance(Duration::from_secs(299)).await;
    assert!(delivery.said().is_empty());
    delivery.advance(Duration::from_secs(1)).await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!((assigned.order_id, assigned.agent_id), (order, agent));
    let own = delivery.get("/api/delivery/agent/me").token(&login).await;
    let own = own.expect(StatusCode::OK);
    assert_eq!(own.at("/workingNow"), &json!(true));
    assert_eq!(own.at("/load"), &json!(1));
}

#[tokio::test]
async fn nothing_is_given_out_when_the_shift_is_over() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let day = json!([{ "days": ["MON"], "start": "09:00", "end": "17:30" }]);
    plan(&delivery, agent, 1, day).await.expect(StatusCode::OK);
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    assert!(delivery.said().is_empty());
    let body = json!({ "orderId": order, "agentId": agent });
    let call = delivery.post("/api/delivery/assign").token(&delivery.admin);
    let reply = call.json(&body).await;
    reply.expect_problem(StatusCode::CONFLICT, "AGENT_NOT_FREE");
    plan(&delivery, agent, 2, json!([]))
        .await
        .expect(StatusCode::OK);
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.agent_id, agent, "without a plan they work always");
}

#[tokio::test]
async fn agents_go_off_duty_and_on_by_themselves() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let off = duty(&delivery, &login, "me", false).await;
    let off = off.expect(StatusCode::OK);
    assert_eq!(off.at("/onShift"), &json!(false));
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    assert!(delivery.said().is_empty());
    let on = duty(&delivery, &login, &agent.to_string(), true).await;
    assert_eq!(on.expect(StatusCode::OK).at("/version"), &json!(3));
    let again = duty(&delivery, &delivery.admin, &agent.to_string(), true).await;
    assert_eq!(again.expect(StatusCode::OK).at("/version"), &json!(3));
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.agent_id, agent);
}

#[tokio::test]
async fn agents_do_not_see_or_send_each_other_home() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let (_, other) = world::hire(&delivery, None).await;
    let id = agent.to_string();
    let reply = duty(&delivery, &other, &id, false).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let path = format!("/api/delivery/agent/{id}");
    let reply = delivery.get(&path).token(&other).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let nobody = delivery
        .get("/api/delivery/agent/me")
        .token(&delivery.admin);
    nobody
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn plan_is_based_on_what_was_read() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let day_off = json!([{ "date": "2026-01-05" }]);
    plan(&delivery, agent, 1, day_off)
        .await
        .expect(StatusCode::OK);
    let stale = plan(&delivery, agent, 1, json!([])).await;
    stale.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
    let unknown = plan(&delivery, AgentId::new(), 1, json!([])).await;
    unknown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
