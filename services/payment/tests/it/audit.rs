use payment_service::audit::{self, PaymentFacts, Standing};
use revcart_testkit::TestService;
use shared_events::OrderId;

use crate::world::{self, PRICE, cash, execute, paid, refund, request};

async fn all(payment: &TestService) -> Vec<PaymentFacts> {
    let (mut facts, mut after) = (Vec::new(), None);
    loop {
        let page = audit::payments(payment.database(), after, 2).await.unwrap();
        let Some(last) = page.last() else {
            return facts;
        };
        after = Some(last.payment_id);
        facts.extend(page);
    }
}

#[tokio::test]
async fn the_facts_tell_where_the_money_of_every_order_is() {
    let payment = world::start().await;
    let taken = paid(&payment).await;
    let given_back = paid(&payment).await;
    let (promised, declined) = (cash(&payment), request(&payment, Some("tok_declined")));
    let hanging = request(&payment, Some("tok_hang"));
    for command in [&promised, &declined, &hanging] {
        payment.deliver(command.clone()).await;
    }
    payment.deliver(refund(given_back)).await;
    let tombstone = OrderId::new();
    payment.deliver(refund(tombstone)).await;
    payment.settle().await;

    let price = PRICE.minor();
    let expected = [
        (taken, Standing::Captured, price, 0, false),
        (given_back, Standing::Closed, price, price, false),
        (promised.order_id, Standing::Authorized, 0, 0, true),
        (declined.order_id, Standing::Failed, 0, 0, false),
        (hanging.order_id, Standing::Open, 0, 0, true),
        (tombstone, Standing::Closed, 0, 0, false),
    ];
    let found: Vec<_> = all(&payment)
        .await
        .into_iter()
        .map(|facts| {
            let PaymentFacts {
                order_id,
                standing,
                captured,
                refunded,
                is_live,
                ..
            } = facts;
            (order_id, standing, captured, refunded, is_live)
        })
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn planted_violations_show_in_the_facts() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    execute(&payment, "UPDATE payments SET captured = captured * 2")
        .await
        .unwrap();
    let facts = audit::payment_of(payment.database(), order).await.unwrap();
    let facts = facts.unwrap();
    assert_ne!(Some(facts.captured), facts.amount.map(|it| it.minor()));
}

#[tokio::test]
async fn the_books_of_the_gateway_for_tests_stand_beside_the_payments_own() {
    let payment = world::start().await;
    let taken = paid(&payment).await;
    let given_back = paid(&payment).await;
    payment.deliver(refund(given_back)).await;
    let promised = cash(&payment);
    payment.deliver(promised.clone()).await;
    payment.settle().await;

    let price = PRICE.minor();
    for (order, expected) in [
        (taken, Some((price, 0))),
        (given_back, Some((price, price))),
        (promised.order_id, None),
    ] {
        let facts = audit::payment_of(payment.database(), order).await.unwrap();
        let facts = facts.unwrap();
        let books = facts.at_gateway.map(|it| (it.captured, it.refunded));
        assert_eq!(books, expected);
        assert!(facts.is_at_rest);
    }
    let again = "INSERT INTO dummy_ledger SELECT replace(dummy_ledger.key, ':charge:1', ':charge:2'), status, detail, amount, refunded, updated_at FROM dummy_ledger WHERE dummy_ledger.key LIKE '%charge%'";
    execute(&payment, again).await.unwrap();
    let facts = audit::payment_of(payment.database(), taken).await.unwrap();
    let books = facts.and_then(|facts| facts.at_gateway).unwrap();
    assert_eq!(books.captured, 2 * price, "a try too many is seen");
}

#[tokio::test]
async fn the_database_itself_refuses_sums_that_cannot_be() {
    let payment = world::start().await;
    paid(&payment).await;
    for (sql, constraint) in [
        (
            "UPDATE payments SET captured = -1",
            "payments_captured_is_not_negative",
        ),
        (
            "UPDATE payments SET refunded = captured + 1",
            "payments_refunded_was_captured",
        ),
        (
            "UPDATE payments SET by_hand = 1",
            "payments_by_hand_is_part_of_refunded",
        ),
        (
            "UPDATE payments SET by_hand = -1",
            "payments_by_hand_is_not_negative",
        ),
    ] {
        let error = execute(&payment, sql).await.unwrap_err();
        assert!(error.violates(constraint, ""), "{sql}: {error:?}");
    }
}
