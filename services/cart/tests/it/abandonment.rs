//! Carts that nobody comes back to.

use std::time::Duration;

use cart_service::Config;
use http::StatusCode;
use revcart_testkit::START;
use shared_events::{CartAbandoned, ProductDeleted, Role};

use crate::catalogue::{add, rupees, show, start, start_with};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_idle_cart_is_told_of_once_and_again_after_it_was_touched() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(10_000);
    add(&service, &service.customer, tea, 2).await;
    service.advance(23 * HOUR).await;
    assert_eq!(service.published::<CartAbandoned>(), []);
    service.advance(HOUR).await;
    let abandoned: CartAbandoned = service.published_once();
    assert_eq!(abandoned.user_id, Some(service.customer.id));
    assert_eq!(abandoned.last_activity_at, START);
    assert_eq!(
        (
            abandoned.items[0].product_id,
            abandoned.items[0].quantity.get()
        ),
        (tea, 2)
    );
    assert_eq!(abandoned.total, rupees(20_000 + 1000 + 4000));
    service.advance(48 * HOUR).await;
    service.published_once::<CartAbandoned>();
    add(&service, &service.customer, tea, 1).await;
    service.advance(24 * HOUR).await;
    assert_eq!(service.published::<CartAbandoned>().len(), 2);
}

#[tokio::test]
async fn an_empty_cart_is_not_abandoned() {
    let (service, catalogue) = start().await;
    let (tea, milk) = (catalogue.sell(1), catalogue.sell(2));
    add(&service, &service.customer, tea, 1).await;
    service
        .delete("/api/cart/clear")
        .token(&service.customer)
        .await
        .expect(StatusCode::OK);
    add(&service, &service.other_customer, milk, 1).await;
    service
        .deliver(ProductDeleted {
            product_id: milk,
            aggregate_version: 2,
        })
        .await;
    service.settle().await;
    service.advance(48 * HOUR).await;
    assert_eq!(service.published::<CartAbandoned>(), []);
}

#[tokio::test]
async fn looking_at_a_cart_does_not_count_as_coming_back() {
    let (service, catalogue) = start().await;
    add(&service, &service.customer, catalogue.sell(1), 1).await;
    service.advance(23 * HOUR).await;
    show(&service, &service.customer).await;
    service.advance(HOUR).await;
    service.published_once::<CartAbandoned>();
}

#[tokio::test]
async fn more_carts_than_fit_one_transaction_are_all_told_of() {
    let config = Config {
        abandoned_after: Duration::from_secs(60),
        ..Config::for_testing()
    };
    let (service, catalogue) = start_with(config).await;
    let tea = catalogue.sell(1);
    for _ in 0..120 {
        add(&service, &service.keys().actor(Role::Customer), tea, 1).await;
    }
    service.advance(Duration::from_secs(60)).await;
    assert_eq!(service.published::<CartAbandoned>().len(), 120);
}
