use payment_service::{Config, build};
use shared_events::{PaymentCompleted, PaymentFailed, RefundProcessed};

use crate::world::{self, PRICE, refund, request};

#[tokio::test]
async fn many_payments_at_once_are_each_taken_once() {
    let payment = world::start().await;
    for number in 0..300 {
        let token = if number % 10 == 0 {
            "tok_declined"
        } else {
            "tok_ok"
        };
        payment.deliver(request(&payment, Some(token))).await;
    }
    payment.settle().await;
    assert_eq!(payment.published::<PaymentCompleted>().len(), 270);
    assert_eq!(payment.published::<PaymentFailed>().len(), 30);
    let mut after = None;
    let mut captured = 0;
    loop {
        let page = payment_service::audit::payments(payment.database(), after, 100);
        let page = page.await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.payment_id);
        captured += page.iter().map(|facts| facts.captured).sum::<i64>();
    }
    assert_eq!(captured, 270 * PRICE.minor());
}

#[tokio::test]
async fn two_processes_at_the_same_payments_take_and_give_back_nothing_twice() {
    let payment = world::start().await;
    let adapters = payment.parts().adapters.clone();
    let other = build(Config::for_testing(), adapters).await.unwrap();
    let mut orders = Vec::new();
    for number in 0..60 {
        let token = if number % 3 == 0 {
            "tok_capture_lost"
        } else {
            "tok_ok"
        };
        let request = request(&payment, Some(token));
        orders.push(request.order_id);
        payment.deliver(request).await;
    }
    let both = || async {
        let own = payment.parts();
        for _ in 0..3 {
            let (mine, theirs) = futures::join!(own.consumers[0].step(), other.consumers[0].step());
            mine.unwrap();
            theirs.unwrap();
            let (mine, theirs) = futures::join!(own.jobs[0].step(), other.jobs[0].step());
            mine.unwrap();
            theirs.unwrap();
            payment.clock().advance(std::time::Duration::from_secs(1));
        }
        payment.settle().await;
    };
    both().await;
    assert_eq!(payment.published::<PaymentCompleted>().len(), 60);
    for order in &orders {
        payment.deliver(refund(*order)).await;
    }
    both().await;
    assert_eq!(payment.published::<RefundProcessed>().len(), 60);
    let facts = payment_service::audit::payments(payment.database(), None, 100);
    for facts in facts.await.unwrap() {
        assert_eq!(
            (facts.captured, facts.refunded),
            (PRICE.minor(), PRICE.minor())
        );
        assert!(facts.is_closed() && !facts.is_live);
    }
}
