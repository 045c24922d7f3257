use std::time::Duration;

use http::{Method, StatusCode};
use revcart_testkit::{START, Settled, Stub, eventually};
use serde_json::json;
use shared_events::{
    Attributes, OrderId, Service, StockLevelLow, StockReleased, StockReserved, samples,
};

use crate::shelf::{self, messages};

#[tokio::test]
async fn command_is_handled_and_answered_when_settled_and_not_before() {
    let shelf = shelf::start().await;
    let reserve = messages::reserve(OrderId::new());
    let sent = shelf.deliver_command(reserve.clone()).await;
    assert!(shelf.published::<StockReserved>().is_empty());

    let settled = shelf.settle().await;
    assert_eq!((settled.received, settled.sent), (1, 1));
    let reserved = shelf.published_once::<StockReserved>();
    assert_eq!(
        (reserved.order_id, reserved.saga),
        (reserve.order_id, Some(reserve.saga))
    );
    assert!(shelf.published::<StockReleased>().is_empty());

    let said = shelf.said().remove(0);
    assert_eq!(said.causation_id, Some(sent.id));
    assert_eq!(said.correlation_id, reserve.order_id.to_string());
    assert_eq!((said.source, said.time), (Service::Product, START));
}

#[tokio::test]
async fn the_same_envelope_again_is_not_handled_again() {
    let shelf = shelf::start().await;
    let sent = shelf.deliver(messages::reserve(OrderId::new())).await;
    shelf.settle().await;
    shelf.forget();
    shelf.deliver_envelope(&sent).await;
    assert_eq!(shelf.settle().await.received, 1);
    assert!(shelf.said().is_empty());
}

#[tokio::test]
async fn jobs_run_as_the_clock_is_moved() {
    let shelf = shelf::start().await;
    assert_eq!(shelf.settle().await, Settled::default());
    shelf.advance(Duration::from_secs(3599)).await;
    assert!(shelf.said().is_empty());
    shelf.advance(Duration::from_secs(1)).await;
    assert_eq!(shelf.published::<StockLevelLow>().len(), 1);
    assert_eq!(shelf.now(), START + Duration::from_secs(3600));
}

#[tokio::test]
async fn message_that_comes_too_early_comes_again_when_the_clock_is_moved() {
    let shelf = shelf::start().await;
    let early = samples::find("OrderConfirmed").unwrap();
    shelf.deliver(early).await;
    assert_eq!(shelf.settle().await.received, 1);
    assert_eq!(shelf.settle().await.received, 0);
    assert_eq!(shelf.advance(Duration::from_secs(61)).await.received, 1);
}

#[tokio::test]
async fn service_is_driven_while_a_client_waits_for_it() {
    let shelf = shelf::start().await;
    let client = async {
        shelf.deliver(messages::reserve(OrderId::new())).await;
        eventually("the answer", async || {
            shelf.published::<StockReserved>().pop()
        })
        .await
    };
    let reserved = shelf.settle_while(client).await;
    assert_eq!(reserved, shelf.published_once::<StockReserved>());
}

#[tokio::test]
#[should_panic(expected = "the shelf is empty")]
async fn dead_letter_fails_the_test_when_it_settles() {
    let shelf = shelf::start().await;
    shelf.deliver(messages::release(OrderId::new())).await;
    shelf.settle().await;
}

#[tokio::test]
#[should_panic(expected = "product-service gave up 1 messages")]
async fn dead_letter_fails_the_test_that_never_looks() {
    let shelf = shelf::start().await;
    shelf.deliver(messages::release(OrderId::new())).await;
    for consumer in &shelf.parts().consumers {
        consumer.step().await.unwrap();
    }
}

#[tokio::test]
async fn dead_letters_are_handed_to_the_test_that_asks_for_them() {
    let mut shelf = shelf::start().await;
    shelf.deliver(messages::release(OrderId::new())).await;
    shelf.deliver_raw("gibberish", Attributes::new()).await;
    let letters = shelf.dead_letters().await;
    let mut classes: Vec<_> = letters.iter().map(|letter| letter.class()).collect();
    classes.sort_unstable();
    assert_eq!(classes, ["permanent", "undecodable"]);
    assert!(
        letters
            .iter()
            .any(|letter| letter.reason().contains("the shelf is empty"))
    );
    assert!(shelf.dead_letters().await.is_empty(), "they were taken out");
}

#[tokio::test]
#[should_panic(expected = "the topology does not bring PasswordChanged to product-service")]
async fn message_that_would_never_come_is_not_delivered() {
    let shelf = shelf::start().await;
    let changed = samples::find("PasswordChanged").unwrap();
    shelf.deliver(changed).await;
}

#[tokio::test]
async fn requests_go_through_the_edge() {
    let shelf = shelf::start().await;
    let reply = shelf.get("/shelf").token(&shelf.customer).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/full"), &json!(true));
    shelf
        .get("/cellar")
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let metrics = shelf.get("/metrics").await.expect(StatusCode::OK);
    assert!(
        metrics
            .text()
            .contains("http_server_request_duration_seconds")
    );
}

#[tokio::test]
async fn calls_to_other_services_reach_their_stubs_with_a_token_of_the_caller() {
    let cart = Stub::new();
    cart.answer(
        Method::GET,
        "/carts/mine",
        StatusCode::OK,
        json!({ "items": 3 }),
    );
    let shelf = shelf::fixture()
        .peer(Service::Cart, cart.router())
        .start(shelf::build)
        .await;
    let reply = shelf.get("/cart").await.expect(StatusCode::OK);
    assert_eq!(reply.json, json!({ "items": 3 }));
    let asked = cart.asked().remove(0);
    let token = asked.headers["authorization"].to_str().unwrap();
    let verifier = shelf.keys().verifier();
    let verified = verifier
        .verify(token.strip_prefix("Bearer ").unwrap())
        .await
        .unwrap();
    assert_eq!(verified.audience, Some(Service::Cart));
}

#[tokio::test]
async fn tokens_of_the_fixture_hold_and_expired_ones_do_not() {
    let shelf = shelf::start().await;
    let verifier = &shelf.parts().adapters.verifier;
    for actor in [
        &shelf.customer,
        &shelf.other_customer,
        &shelf.agent,
        &shelf.admin,
    ] {
        let verified = verifier.verify(&actor.token).await.unwrap();
        assert!(verified.identity.is_user(actor.id));
        assert_eq!(verified.identity.role, actor.role);
    }
    assert_ne!(shelf.customer.id, shelf.other_customer.id);
    let of_order = verifier
        .verify(&shelf.token_of(Service::Order))
        .await
        .unwrap();
    assert!(of_order.identity.is_service());
    let expired = shelf
        .keys()
        .expired_token(shelf.customer.id, shelf.customer.role);
    assert!(verifier.verify(&expired).await.is_err());
    shelf.advance(Duration::from_secs(300 * 24 * 3600)).await;
    assert!(verifier.verify(&shelf.customer.token).await.is_ok());
}
