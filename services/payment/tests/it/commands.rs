use shared_events::{
    OrderId, PaymentCompleted, PaymentFailed, RefundPayment, RefundProcessed, RequestPayment,
    reasons,
};

use crate::world::{self, PRICE, calls, figures, paid, refund, request, saga};

#[tokio::test]
async fn repeated_commands_charge_once_and_get_the_first_answer_again() {
    let payment = world::start().await;
    let request = request(&payment, None);
    let envelope = payment.deliver(request.clone()).await;
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let first = payment.published_once::<PaymentCompleted>();
    payment.forget();
    payment.deliver_envelope(&envelope).await;
    payment.settle().await;
    assert!(payment.said().is_empty(), "the same message is dropped");
    payment.deliver(request.clone()).await;
    payment.settle().await;
    assert_eq!(payment.published_once::<PaymentCompleted>(), first);
    assert_eq!(calls(&payment, request.order_id).await, ["charge captured"]);
}

#[tokio::test]
async fn refund_gives_everything_back_once_and_repeats_its_answer() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    payment.deliver(refund(order)).await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    let first = payment.published_once::<RefundProcessed>();
    assert_eq!((first.amount, &first.saga), (PRICE, &Some(saga(2))));
    payment.forget();
    payment.deliver(refund(order)).await;
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>(), first);
    assert_eq!(
        calls(&payment, order).await,
        ["charge captured", "refund refunded"]
    );
    assert_eq!(
        figures(&payment, order).await,
        ["REFUNDED", "499.00", "499.00"]
    );
}

#[tokio::test]
async fn operators_next_attempt_of_a_refund_gets_the_same_refund() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    let first = payment.published_once::<RefundProcessed>();
    payment.forget();
    let again = RefundPayment {
        saga: saga(3),
        ..refund(order)
    };
    payment.deliver(again).await;
    payment.settle().await;
    let second = payment.published_once::<RefundProcessed>();
    assert_eq!(
        (second.refund_id, second.amount, second.saga),
        (first.refund_id, first.amount, Some(saga(3)))
    );
}

#[tokio::test]
async fn refund_that_overtakes_its_command_leaves_a_tombstone() {
    let payment = world::start().await;
    let request = request(&payment, None);
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert!(refunded.amount.is_zero());
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let failed = payment.published_once::<PaymentFailed>();
    assert_eq!(
        (failed.reason.as_str(), failed.is_final, failed.saga),
        (reasons::ALREADY_COMPENSATED, true, Some(request.saga))
    );
    assert!(payment.published::<PaymentCompleted>().is_empty());
}

#[tokio::test]
async fn refund_that_comes_with_its_command_in_one_batch_takes_nothing() {
    for refund_first in [false, true] {
        let payment = world::start().await;
        let request = request(&payment, None);
        if refund_first {
            payment.deliver(refund(request.order_id)).await;
        }
        payment.deliver(request.clone()).await;
        if !refund_first {
            payment.deliver(refund(request.order_id)).await;
        }
        payment.settle().await;
        assert!(payment.published::<PaymentCompleted>().is_empty());
        let refunded = payment.published_once::<RefundProcessed>();
        assert!(refunded.amount.is_zero());
    }
}

#[tokio::test]
async fn next_attempt_after_a_decline_is_another_try_under_another_key() {
    let payment = world::start().await;
    let declined = request(&payment, Some("tok_declined"));
    payment.deliver(declined.clone()).await;
    payment.settle().await;
    payment.published_once::<PaymentFailed>();
    let again = RequestPayment {
        saga: saga(2),
        payment_token: None,
        ..declined.clone()
    };
    payment.deliver(again).await;
    payment.settle().await;
    let completed = payment.published_once::<PaymentCompleted>();
    assert_eq!(completed.saga, Some(saga(2)));
    assert_eq!(
        calls(&payment, declined.order_id).await,
        ["charge declined", "charge captured"]
    );
}

#[tokio::test]
async fn answers_belong_to_the_order_and_name_their_command() {
    let payment = world::start().await;
    let request = request(&payment, None);
    let mut sent = payment.deliver(request.clone()).await;
    payment.settle().await;
    for said in payment.said() {
        assert_eq!(said.correlation_id, request.order_id.to_string());
        assert_eq!(said.causation_id, Some(sent.id));
    }
    payment.forget();
    let order = OrderId::new();
    sent.id = shared_events::MessageId::new();
    sent.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    sent.data = RequestPayment {
        order_id: order,
        ..request
    }
    .into();
    payment.deliver_envelope(&sent).await;
    payment.settle().await;
    for said in payment.said() {
        assert_eq!(said.traceparent, sent.traceparent);
    }
}

#[tokio::test]
async fn tokens_are_wiped_when_they_are_used_and_shown_nowhere() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_fail_once"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    assert_eq!(tokens(&payment).await, [Some("tok_fail_once".to_owned())]);
    payment.advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(tokens(&payment).await, [None]);
    let shown = world::show(&payment, request.order_id).await.text();
    assert!(!shown.contains("tok_"), "{shown}");
    for said in payment.said() {
        assert!(!said.encode().contains("tok_"), "{said:?}");
    }
}

async fn tokens(payment: &revcart_testkit::TestService) -> Vec<Option<String>> {
    use sea_orm::{ConnectionTrait, Statement};
    let connection = payment.database().read();
    let backend = connection.get_database_backend();
    let select = Statement::from_string(backend, "SELECT token FROM payments");
    let rows = connection.query_all_raw(select).await;
    let token = |row: &sea_orm::QueryResult| row.try_get("", "token").unwrap();
    rows.unwrap().iter().map(token).collect()
}
