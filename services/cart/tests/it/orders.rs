//! What an order that was confirmed does to the cart it was made of.

use http::StatusCode;
use revcart_testkit::Actor;
use serde_json::json;
use shared_events::{CartId, OrderConfirmed, OrderId, OrderLine, ProductId, Quantity};

use crate::catalogue::{add, contents, for_checkout, rupees, show, start};

fn confirmed(who: &Actor, cart_version: u32, lines: &[(ProductId, u32)]) -> OrderConfirmed {
    let line = |(product_id, units): &(ProductId, u32)| OrderLine {
        product_id: *product_id,
        sku: "TEA-250".into(),
        name: "Assam tea".into(),
        quantity: Quantity::new(*units).unwrap(),
        unit_price: rupees(1),
    };
    OrderConfirmed {
        order_id: OrderId::new(),
        order_number: "RC-1".into(),
        user_id: Some(who.id),
        cart_id: CartId::from_uuid(who.id.as_uuid()),
        cart_version,
        lines: lines.iter().map(line).collect(),
        total: rupees(1),
        aggregate_version: 2,
    }
}

#[tokio::test]
async fn what_was_ordered_leaves_the_cart_once() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let (tea, milk) = (catalogue.sell(1), catalogue.sell(2));
    add(&service, who, tea, 2).await;
    add(&service, who, milk, 1).await;
    let envelope = service
        .deliver(confirmed(who, 2, &[(tea, 2), (milk, 1)]))
        .await;
    service.settle().await;
    let cart = for_checkout(&service, who).await;
    assert_eq!(contents(&cart), []);
    assert_eq!(cart.at("/version"), 3);
    add(&service, who, tea, 2).await;
    service.deliver_envelope(&envelope).await;
    service.settle().await;
    assert_eq!(contents(&show(&service, who).await), [(tea, 2)]);
}

#[tokio::test]
async fn what_came_into_the_cart_since_stays() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let (tea, milk, bread) = (catalogue.sell(1), catalogue.sell(2), catalogue.sell(3));
    add(&service, who, tea, 2).await;
    add(&service, who, milk, 1).await;
    add(&service, who, tea, 3).await;
    add(&service, who, bread, 1).await;
    service
        .deliver(confirmed(who, 2, &[(tea, 2), (milk, 1)]))
        .await;
    service.settle().await;
    assert_eq!(
        contents(&for_checkout(&service, who).await),
        [(tea, 3), (bread, 1)]
    );
    assert_eq!(contents(&show(&service, who).await), [(tea, 3), (bread, 1)]);
}

#[tokio::test]
async fn a_product_that_was_taken_out_and_put_back_is_not_what_was_ordered() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let tea = catalogue.sell(1);
    let cart = add(&service, who, tea, 2).await;
    let path = format!(
        "/api/cart/items/{}",
        cart.at("/items/0/itemId").as_str().unwrap()
    );
    service
        .delete(&path)
        .token(who)
        .await
        .expect(StatusCode::OK);
    add(&service, who, tea, 1).await;
    service.deliver(confirmed(who, 1, &[(tea, 2)])).await;
    service.settle().await;
    assert_eq!(contents(&for_checkout(&service, who).await), [(tea, 1)]);
}

#[tokio::test]
async fn many_orders_in_one_batch_each_do_their_part() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    let shoppers: Vec<Actor> = (0..50)
        .map(|_| service.keys().actor(shared_events::Role::Customer))
        .collect();
    for (number, who) in shoppers.iter().enumerate() {
        add(&service, who, tea, 3).await;
        let units = if number % 2 == 0 { 3 } else { 1 };
        service.deliver(confirmed(who, 1, &[(tea, units)])).await;
    }
    let first = &shoppers[1];
    service.deliver(confirmed(first, 1, &[(tea, 1)])).await;
    service.settle().await;
    for (number, who) in shoppers.iter().enumerate() {
        let cart = for_checkout(&service, who).await;
        match number {
            1 => assert_eq!(
                (contents(&cart), cart.at("/version")),
                (vec![(tea, 1)], &json!(3))
            ),
            _ if number % 2 == 0 => assert_eq!(contents(&cart), []),
            _ => assert_eq!(contents(&cart), [(tea, 2)]),
        }
    }
}

#[tokio::test]
async fn an_order_of_a_cart_that_is_not_here_changes_nothing() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    add(&service, &service.customer, tea, 1).await;
    service
        .deliver(confirmed(&service.other_customer, 1, &[(tea, 1)]))
        .await;
    service.settle().await;
    assert_eq!(
        contents(&show(&service, &service.customer).await),
        [(tea, 1)]
    );
}
