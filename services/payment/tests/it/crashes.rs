use std::time::Duration;

use revcart_testkit::TestService;
use shared_events::{PaymentCompleted, RefundProcessed};

use crate::world::{self, PRICE, calls, figures, refund, request};

/// Makes the first payment unreadable.
const SPOIL_ONE: &str = "UPDATE payments SET status = 'NONSENSE' WHERE id IN (SELECT id FROM (SELECT id FROM payments ORDER BY id LIMIT 1) AS first)";

/// Has the commands handled and nothing else.
async fn consume(payment: &TestService) {
    for consumer in &payment.parts().consumers {
        consumer.step().await.unwrap();
    }
}

/// Another process of the same service has the commands handled and dies.
async fn consume_and_die(payment: &TestService) {
    let adapters = payment.parts().adapters.clone();
    let config = payment_service::Config::for_testing();
    let other = payment_service::build(config, adapters).await.unwrap();
    other.consumers[0].step().await.unwrap();
}

/// One round of the executor.
async fn execute(payment: &TestService) {
    for job in &payment.parts().jobs {
        job.step().await.unwrap();
    }
}

#[tokio::test]
async fn payment_that_was_written_down_and_not_asked_for_is_taken_after_a_restart() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_ok"));
    payment.deliver(request.clone()).await;
    consume(&payment).await;
    let payment = world::restart(payment).await;
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["look-up absent", "charge captured"]
    );
}

#[tokio::test]
async fn money_that_was_taken_and_not_recorded_is_found_after_a_restart() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_slow"));
    payment.deliver(request.clone()).await;
    consume(&payment).await;
    execute(&payment).await;
    let payment = world::restart(payment).await;
    payment.clock().advance(Duration::from_secs(5));
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["look-up captured"]
    );
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["COMPLETED", "499.00", "0.00"]
    );
}

#[tokio::test]
async fn gateway_for_tests_remembers_what_it_did_before_a_restart() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_fail_once"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let payment = world::restart(payment).await;
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["charge error", "look-up absent", "charge captured"]
    );
}

#[tokio::test]
async fn refund_that_was_begun_is_made_once_after_a_restart() {
    let payment = world::start().await;
    let order = world::paid(&payment).await;
    payment.deliver(refund(order)).await;
    consume(&payment).await;
    let payment = world::restart(payment).await;
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(
        calls(&payment, order).await[1..],
        ["look-up absent", "refund refunded"]
    );
}

#[tokio::test]
async fn hanging_payment_is_closed_after_a_restart_without_waiting_for_it() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_hang"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    let payment = world::restart(payment).await;
    payment.settle().await;
    assert!(payment.published_once::<RefundProcessed>().amount.is_zero());
}

#[tokio::test]
async fn payment_of_a_process_that_never_comes_back_is_taken_over_when_its_lease_ends() {
    let payment = world::start().await;
    execute(&payment).await;
    let request = request(&payment, None);
    payment.deliver(request.clone()).await;
    consume_and_die(&payment).await;
    payment.settle().await;
    assert!(payment.said().is_empty(), "it is leased to the other");
    payment.advance(Duration::from_secs(29)).await;
    assert!(payment.said().is_empty());
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["look-up absent", "charge captured"]
    );
}

#[tokio::test]
async fn visit_that_ends_after_its_lease_leaves_the_lease_of_the_next_one_alone() {
    let payment = world::start().await;
    let adapters = payment.parts().adapters.clone();
    let config = payment_service::Config::for_testing();
    let other = payment_service::build(config, adapters).await.unwrap();
    execute(&payment).await;
    other.jobs[0].step().await.unwrap();
    let request = request(&payment, Some("tok_hang"));
    payment.deliver(request.clone()).await;
    consume(&payment).await;
    payment.clock().advance(world::LEASE);
    // The other takes it over and is at the gateway, which hangs, when this one begins at last, and gives up like the other.
    other.jobs[0].step().await.unwrap();
    execute(&payment).await;
    payment.clock().advance(Duration::from_secs(10));
    execute(&payment).await;
    let late = ["charge timeout"];
    assert_eq!(calls(&payment, request.order_id).await, late);
    payment.clock().advance(Duration::from_secs(1));
    execute(&payment).await;
    assert_eq!(
        calls(&payment, request.order_id).await,
        late,
        "it is the other's"
    );
    other.jobs[0].step().await.unwrap();
    assert_eq!(calls(&payment, request.order_id).await.len(), 3);
}

#[tokio::test]
async fn charge_of_a_dead_process_stays_in_doubt_when_its_refund_comes_before_it_is_taken_over() {
    let payment = world::start().await;
    execute(&payment).await;
    let request = request(&payment, None);
    payment.deliver(request.clone()).await;
    consume_and_die(&payment).await;
    payment.clock().advance(Duration::from_secs(30));
    payment.deliver(refund(request.order_id)).await;
    consume(&payment).await;
    payment.settle().await;
    assert!(payment.published_once::<RefundProcessed>().amount.is_zero());
    payment.advance(Duration::from_secs(600)).await;
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["cancel void", "look-up void"]
    );
}

#[tokio::test]
async fn row_that_cannot_be_read_holds_up_nobody_else() {
    let payment = world::start().await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let request = request(&payment, Some("tok_fail_once"));
        orders.push(request.order_id);
        payment.deliver(request).await;
    }
    payment.settle().await;
    world::execute(&payment, SPOIL_ONE).await.unwrap();
    let settled = payment.advance(Duration::from_secs(1)).await;
    assert_eq!(settled.failures, Vec::<String>::new());
    assert_eq!(payment.published::<PaymentCompleted>().len(), 2);
    let mend = "UPDATE payments SET status = 'OPEN' WHERE status = 'NONSENSE'";
    world::execute(&payment, mend).await.unwrap();
    payment.advance(Duration::from_secs(30)).await;
    assert_eq!(payment.published::<PaymentCompleted>().len(), 3);
    for order in orders {
        assert_eq!(figures(&payment, order).await[0], "COMPLETED");
    }
}

#[tokio::test]
async fn row_that_becomes_unreadable_at_the_gateway_costs_only_its_own_answer() {
    let payment = world::start().await;
    for _ in 0..3 {
        payment.deliver(request(&payment, Some("tok_slow"))).await;
    }
    payment.settle().await;
    world::execute(&payment, SPOIL_ONE).await.unwrap();
    payment.advance(Duration::from_secs(5)).await;
    assert_eq!(payment.published::<PaymentCompleted>().len(), 2);
    let mend = "UPDATE payments SET status = 'OPEN' WHERE status = 'NONSENSE'";
    world::execute(&payment, mend).await.unwrap();
    payment.advance(Duration::from_secs(30)).await;
    assert_eq!(payment.published::<PaymentCompleted>().len(), 3);
}
