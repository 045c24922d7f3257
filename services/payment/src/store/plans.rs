//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index};
use sea_orm::QueryTrait;
use shared_events::{PaymentId, PaymentMethod, Service, UserId};
use uuid::Uuid;

use super::{
    Migrator, attempts, dummy_ledger, gateway_charges, manual_refunds, movements, payments,
    webhook_events,
};

struct Plans(TestDatabase);

impl Plans {
    async fn open() -> Self {
        let clock = Clock::manual(START);
        Self(TestDatabase::create::<Migrator>(Service::Payment, clock).await)
    }

    async fn expect(&self, query: impl QueryTrait, index: &str) {
        assert_uses_index(&self.0, &query, index).await;
    }
}

#[tokio::test]
async fn payments_are_loaded_and_paged_along_their_ids() {
    let plans = Plans::open().await;
    let batch = payments::lock_query(vec![Uuid::nil(); 8]);
    plans.expect(batch, PRIMARY_KEY).await;
    let page = payments::page_query(Some(PaymentId::new()), 100);
    plans.expect(page, PRIMARY_KEY).await;
}

#[tokio::test]
async fn what_is_due_is_found_by_its_time() {
    let plans = Plans::open().await;
    plans
        .expect(payments::due_query(START, 128), "payments_due")
        .await;
    plans
        .expect(payments::release_query(START), "payments_due")
        .await;
}

#[tokio::test]
async fn history_of_a_user_is_read_in_order_from_an_index() {
    let plans = Plans::open().await;
    for before in [None, Some(PaymentId::new())] {
        let page = payments::of_user_query(UserId::new(), before, 21);
        plans.expect(page, "payments_by_user").await;
    }
}

#[tokio::test]
async fn calls_and_books_are_found_by_their_keys() {
    let plans = Plans::open().await;
    let calls = attempts::of_payment_query(PaymentId::new());
    plans.expect(calls, PRIMARY_KEY).await;
    let by_hand = manual_refunds::of_payment_query(PaymentId::new());
    plans.expect(by_hand, PRIMARY_KEY).await;
    let books = dummy_ledger::load_query(vec![String::new(); 4]);
    plans.expect(books, PRIMARY_KEY).await;
    let page = dummy_ledger::between_query(PaymentId::new(), PaymentId::new());
    plans.expect(page, PRIMARY_KEY).await;
}

#[tokio::test]
async fn what_gateways_call_charges_and_what_they_told_long_ago_is_found_by_an_index() {
    let plans = Plans::open().await;
    let reference = gateway_charges::by_reference_query(PaymentMethod::Stripe, "pi_1");
    plans
        .expect(reference, "gateway_charges_by_reference")
        .await;
    let old = webhook_events::old_query(START, 512);
    plans.expect(old, "webhook_events_by_age").await;
}

#[tokio::test]
async fn settlement_of_a_day_reads_that_day_only() {
    let plans = Plans::open().await;
    let day = movements::in_time(START, START);
    plans.expect(day, "payment_movements_by_time").await;
    let backend = plans.0.read().get_database_backend();
    let sums = movements::between_query(backend, START, START);
    plans.expect(sums, "payment_movements_by_time").await;
}
