//! Prices that change, and products that go.

use shared_events::{ProductDeleted, ProductId, ProductPriceChanged};

use crate::catalogue::{add, contents, for_checkout, money, rupees, show, start};

fn changed(product_id: ProductId, new_price: i64, aggregate_version: u32) -> ProductPriceChanged {
    ProductPriceChanged {
        product_id,
        old_price: rupees(1),
        new_price: rupees(new_price),
        aggregate_version,
    }
}

#[tokio::test]
async fn a_price_change_reaches_every_cart_and_is_shown_once() {
    let (service, catalogue) = start().await;
    let (tea, milk) = (catalogue.sell(10_000), catalogue.sell(3000));
    for who in [&service.customer, &service.other_customer] {
        add(&service, who, tea, 1).await;
        add(&service, who, milk, 1).await;
    }
    catalogue.change(tea, |product| product.price = 12_000);
    service.deliver(changed(tea, 12_000, 2)).await;
    service.settle().await;
    for who in [&service.customer, &service.other_customer] {
        let cart = show(&service, who).await;
        assert_eq!(
            (
                cart.at("/items/0/unitPrice"),
                cart.at("/items/0/priceChanged")
            ),
            (&money(12_000), &true.into())
        );
        assert_eq!(
            (
                cart.at("/items/1/unitPrice"),
                cart.at("/items/1/priceChanged")
            ),
            (&money(3000), &false.into())
        );
        assert_eq!(cart.at("/version"), 3);
        let again = show(&service, who).await;
        assert_eq!(
            (again.at("/items/0/priceChanged"), again.at("/version")),
            (&false.into(), &3.into())
        );
    }
}

#[tokio::test]
async fn a_checkout_gets_the_price_that_the_shopper_saw() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(10_000);
    add(&service, &service.customer, tea, 1).await;
    catalogue.change(tea, |product| product.price = 12_000);
    service.deliver(changed(tea, 12_000, 2)).await;
    service.settle().await;
    let cart = for_checkout(&service, &service.customer).await;
    assert_eq!(
        (
            cart.at("/items/0/unitPrice"),
            cart.at("/items/0/priceChanged")
        ),
        (&money(10_000), &true.into())
    );
    show(&service, &service.customer).await;
    let cart = for_checkout(&service, &service.customer).await;
    assert_eq!(
        (
            cart.at("/items/0/unitPrice"),
            cart.at("/items/0/priceChanged")
        ),
        (&money(12_000), &false.into())
    );
}

#[tokio::test]
async fn looking_at_the_cart_finds_a_new_price_before_its_message_comes() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(10_000);
    add(&service, &service.customer, tea, 1).await;
    catalogue.change(tea, |product| product.price = 9000);
    let cart = show(&service, &service.customer).await;
    assert_eq!(
        (
            cart.at("/items/0/unitPrice"),
            cart.at("/items/0/priceChanged")
        ),
        (&money(9000), &true.into())
    );
    service.deliver(changed(tea, 9000, 2)).await;
    service.settle().await;
    let cart = show(&service, &service.customer).await;
    assert_eq!(
        (cart.at("/items/0/priceChanged"), cart.at("/version")),
        (&false.into(), &2.into())
    );
}

#[tokio::test]
async fn price_changes_out_of_order_end_with_the_newest() {
    let (service, catalogue) = start().await;
    let (tea, milk) = (catalogue.sell(100), catalogue.sell(100));
    add(&service, &service.customer, tea, 1).await;
    add(&service, &service.customer, milk, 1).await;
    service.deliver(changed(tea, 130, 4)).await;
    service.deliver(changed(tea, 120, 3)).await;
    service.deliver(changed(milk, 130, 4)).await;
    service.settle().await;
    service.deliver(changed(milk, 120, 3)).await;
    service.settle().await;
    catalogue.close();
    let cart = show(&service, &service.customer).await;
    assert_eq!(
        (cart.at("/items/0/unitPrice"), cart.at("/items/1/unitPrice")),
        (&money(130), &money(130))
    );
}

#[tokio::test]
async fn a_deleted_product_leaves_every_cart() {
    let (service, catalogue) = start().await;
    let (tea, milk) = (catalogue.sell(1), catalogue.sell(2));
    for who in [&service.customer, &service.other_customer] {
        add(&service, who, tea, 1).await;
        add(&service, who, milk, 1).await;
    }
    catalogue.remove(tea);
    service
        .deliver(ProductDeleted {
            product_id: tea,
            aggregate_version: 2,
        })
        .await;
    service.settle().await;
    for who in [&service.customer, &service.other_customer] {
        let cart = for_checkout(&service, who).await;
        assert_eq!(contents(&cart), [(milk, 1)]);
        assert_eq!(cart.at("/version"), 3);
    }
}
