//! Carts at hand are what the database has, and nothing depends on them.

use cart_service::{Config, build};
use shared_events::{ProductDeleted, ProductPriceChanged};

use crate::catalogue::{add, contents, for_checkout, rupees, show, start, start_with};

#[tokio::test]
async fn a_restart_loses_no_cart() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(100);
    add(&service, &service.customer, tea, 3).await;
    let before = show(&service, &service.customer).await.json;
    let customer = service.customer.clone();
    let service = service
        .restart(async |adapters| build(Config::for_testing(), adapters).await)
        .await;
    assert_eq!(show(&service, &customer).await.json, before);
}

#[tokio::test]
async fn with_and_without_a_cache_the_same_is_seen() {
    for cached_items in [0, 20_000] {
        let (service, catalogue) = start_with(Config {
            cached_items,
            ..Config::for_testing()
        })
        .await;
        let who = &service.customer;
        let (tea, milk) = (catalogue.sell(100), catalogue.sell(100));
        add(&service, who, tea, 1).await;
        add(&service, who, milk, 1).await;
        show(&service, who).await;
        let change = ProductPriceChanged {
            product_id: tea,
            old_price: rupees(100),
            new_price: rupees(110),
            aggregate_version: 2,
        };
        service.deliver(change).await;
        service.settle().await;
        assert_eq!(
            for_checkout(&service, who)
                .await
                .at("/items/0/priceChanged"),
            true
        );
        service
            .deliver(ProductDeleted {
                product_id: tea,
                aggregate_version: 3,
            })
            .await;
        service.settle().await;
        let cart = for_checkout(&service, who).await;
        assert_eq!(
            (contents(&cart), cart.at("/version")),
            (vec![(milk, 1)], &4.into())
        );
    }
}
