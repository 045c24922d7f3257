//! Two replicas on one database server. A file has one owner, and these say nothing about it.

use std::time::Duration;

use futures::future::join;
use http::StatusCode;
use revcart_testkit::TestService;
use shared_events::{Command, OrderId, OrderPlaced, RequestPayment, ReserveStock};

use crate::shop::{Shop, order, order_id, stock_reserved};

const ORDERS: u32 = 12;

/// Orders by the customer, each of a cart version of its own, their first commands sent.
async fn placed(shop: &Shop) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for version in 0..ORDERS {
        shop.cart_holds(10 + version, &[(shop.tea, 1, "199.00")]);
        orders.push(shop.place().await);
    }
    orders.sort_unstable();
    orders
}

/// The orders of these commands, said by any of the two.
fn asked<C: Command>(replicas: [&TestService; 2], order: fn(C) -> OrderId) -> Vec<OrderId> {
    let sent = replicas.map(|replica| replica.sent::<C>());
    let mut orders: Vec<_> = sent.into_iter().flatten().map(order).collect();
    orders.sort_unstable();
    orders
}

#[tokio::test]
async fn a_reply_that_reaches_two_replicas_at_once_is_told_once() {
    let shop = Shop::open().await;
    let Some(other) = shop.replica().await else {
        return;
    };
    let orders = placed(&shop).await;
    let (own, theirs) = (&shop.parts().consumers[0], &other.parts().consumers[0]);
    for reply in shop.sent::<ReserveStock>().iter().map(stock_reserved) {
        // Two envelopes, as from a participant that has answered twice; whoever is faster takes the first.
        shop.deliver(reply.clone()).await;
        let first = own.step();
        let second = async {
            shop.deliver(reply.clone()).await;
            theirs.step().await
        };
        let (first, second) = join(first, second).await;
        first.unwrap();
        second.unwrap();
    }
    join(shop.settle(), other.settle()).await;
    let paid = asked([&shop, &other], |asked: RequestPayment| asked.order_id);
    assert_eq!(paid, orders);
}

#[tokio::test]
async fn a_timer_that_two_replicas_find_due_goes_off_once() {
    let shop = Shop::open().await;
    let Some(other) = shop.replica().await else {
        return;
    };
    let orders = placed(&shop).await;
    shop.forget();
    shop.clock().advance(Duration::from_secs(30));
    for (own, theirs) in shop.parts().jobs.iter().zip(&other.parts().jobs) {
        let (own, theirs) = join(own.step(), theirs.step()).await;
        own.unwrap();
        theirs.unwrap();
    }
    join(shop.settle(), other.settle()).await;
    let again = asked([&shop, &other], |asked: ReserveStock| asked.order_id);
    assert_eq!(again, orders);
}

#[tokio::test]
async fn one_request_at_two_replicas_makes_one_order_and_gets_one_answer() {
    let shop = Shop::open().await;
    let Some(other) = shop.replica().await else {
        return;
    };
    for version in 0..ORDERS {
        shop.cart_holds(10 + version, &[(shop.tea, 1, "199.00")]);
        let key = format!("key {version}");
        let at = |replica: &TestService| {
            let call = replica.post("/api/orders/checkout");
            call.token(&shop.customer)
                .idempotency_key(&key)
                .json(&order())
                .into_future()
        };
        let (first, second) = join(at(&shop), at(&other)).await;
        let first = first.expect(StatusCode::ACCEPTED);
        let second = second.expect(StatusCode::ACCEPTED);
        assert_eq!(first.json, second.json);
        let replayed = [&first, &second].map(|it| it.header("idempotency-replayed").is_some());
        assert_ne!(replayed[0], replayed[1]);
    }
    join(shop.settle(), other.settle()).await;
    let placed = [&shop.service, &other].map(|it| it.published::<OrderPlaced>().len());
    assert_eq!(placed[0] + placed[1], ORDERS as usize);
}

#[tokio::test]
async fn one_cart_at_two_replicas_is_ordered_once() {
    let shop = Shop::open().await;
    let Some(other) = shop.replica().await else {
        return;
    };
    for version in 0..ORDERS {
        shop.cart_holds(10 + version, &[(shop.tea, 1, "199.00")]);
        let at = |replica: &TestService, key: String| {
            let call = replica.post("/api/orders/checkout");
            call.token(&shop.customer)
                .idempotency_key(&key)
                .json(&order())
                .into_future()
        };
        let mine = at(&shop, format!("mine {version}"));
        let theirs = at(&other, format!("theirs {version}"));
        let (mine, theirs) = join(mine, theirs).await;
        let (placed, refused) = if mine.status == StatusCode::ACCEPTED {
            (mine, theirs)
        } else {
            (theirs, mine)
        };
        let placed = order_id(&placed.expect(StatusCode::ACCEPTED).json);
        let refused = refused.expect_problem(StatusCode::CONFLICT, "ALREADY_CHECKED_OUT");
        assert_eq!(refused.at("/orderId"), placed.to_string().as_str());
    }
}
