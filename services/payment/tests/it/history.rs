use http::StatusCode;
use shared_events::{OrderId, Service};

use crate::world::{self, paid};

#[tokio::test]
async fn history_shows_the_callers_own_payments_the_latest_first() {
    let payment = world::start().await;
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(paid(&payment).await);
    }
    orders.reverse();
    let mut seen = Vec::new();
    let mut path = "/api/payments/history?limit=2".to_owned();
    loop {
        let page = payment.get(&path).token(&payment.customer).await;
        let page = page.expect(StatusCode::OK);
        for item in page.at("/items").as_array().unwrap() {
            let order: OrderId = item["orderId"].as_str().unwrap().parse().unwrap();
            seen.push(order);
        }
        let Some(next) = page.at("/next").as_str() else {
            break;
        };
        path = format!("/api/payments/history?limit=2&cursor={next}");
    }
    assert_eq!(seen, orders);
    let other = payment.get("/api/payments/history");
    let other = other.token(&payment.other_customer).await;
    assert_eq!(other.at("/items").as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn payment_is_shown_to_who_pays_to_admins_and_to_services() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let shown = world::show(&payment, order).await;
    let id = shown.at("/paymentId").as_str().unwrap();
    for path in [
        format!("/api/payments/{id}"),
        format!("/api/payments/order/{order}"),
    ] {
        let service = payment.token_of(Service::Order);
        for token in [&payment.customer.token, &payment.admin.token, &service] {
            let reply = payment.get(&path).token(token).await;
            let reply = reply.expect(StatusCode::OK);
            for field in [
                "method", "gateway", "amount", "captured", "refunded", "attempts",
            ] {
                assert!(!reply.json[field].is_null(), "{field}");
            }
        }
        for stranger in [&payment.other_customer, &payment.agent] {
            let reply = payment.get(&path).token(stranger).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn tombstone_is_shown_to_nobody() {
    let payment = world::start().await;
    let order = OrderId::new();
    payment.deliver(world::refund(order)).await;
    payment.settle().await;
    let path = format!("/api/payments/order/{order}");
    let reply = payment.get(&path).token(&payment.admin).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn methods_are_those_that_have_a_gateway() {
    let payment = world::start().await;
    let methods = payment.get("/api/payments/methods").await;
    let methods = methods.expect(StatusCode::OK);
    let names: Vec<_> = (methods.at("/items").as_array().unwrap().iter())
        .map(|method| method["method"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["COD", "DUMMY"]);
}
