//! Filling a cart.

use http::StatusCode;
use serde_json::json;
use shared_events::{CartItemAdded, ItemId, ProductId};

use crate::catalogue::{add, contents, money, rupees, show, start};

#[tokio::test]
async fn a_cart_shows_what_is_in_it_and_what_it_would_cost() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(19_900);
    let cart = add(&service, &service.customer, tea, 2).await;
    let item = cart.at("/items/0").clone();
    let expected = json!({
        "cartId": service.customer.id, "version": 1,
        "items": [{
            "itemId": item["itemId"], "productId": tea, "sku": "TEA-250", "name": "Assam tea", "quantity": 2,
            "unitPrice": money(19_900), "lineTotal": money(39_800), "priceChanged": false, "available": true,
        }],
        "subtotal": money(39_800), "discount": money(0), "tax": money(1990),
        "taxes": [{"basisPoints": 500, "goods": money(39_800), "amount": money(1990)}], "deliveryFee": money(4000), "total": money(45_790),
    });
    assert_eq!(cart.json, expected);
    assert_eq!(show(&service, &service.customer).await.json, expected);
    service.settle().await;
    let added: CartItemAdded = service.published_once();
    assert_eq!(
        (added.product_id, added.quantity.get(), added.unit_price),
        (tea, 2, rupees(19_900))
    );
    assert_eq!(added.user_id, Some(service.customer.id));
}

#[tokio::test]
async fn a_cart_that_nobody_has_filled_is_empty_and_costs_nothing() {
    let (service, _) = start().await;
    let cart = show(&service, &service.customer).await;
    assert_eq!(
        (cart.at("/version"), cart.at("/items"), cart.at("/total")),
        (&json!(0), &json!([]), &money(0))
    );
    let cleared = service
        .delete("/api/cart/clear")
        .token(&service.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(cleared.json, cart.json);
}

#[tokio::test]
async fn quantities_are_changed_items_removed_and_carts_cleared() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let (tea, milk, bread) = (catalogue.sell(1), catalogue.sell(2), catalogue.sell(3));
    for product in [tea, milk, bread] {
        add(&service, who, product, 1).await;
    }
    let cart = add(&service, who, tea, 1).await;
    assert_eq!(contents(&cart), [(tea, 2), (milk, 1), (bread, 1)]);
    let path = |place: usize| {
        format!(
            "/api/cart/items/{}",
            cart.at(&format!("/items/{place}/itemId")).as_str().unwrap()
        )
    };
    let changed = service
        .put(&path(1))
        .token(who)
        .json(&json!({"quantity": 7}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(contents(&changed), [(tea, 2), (milk, 7), (bread, 1)]);
    let removed = service
        .delete(&path(0))
        .token(who)
        .await
        .expect(StatusCode::OK);
    assert_eq!(contents(&removed), [(milk, 7), (bread, 1)]);
    assert_eq!(show(&service, who).await.json, removed.json);
    let count = service
        .get("/api/cart/count")
        .token(who)
        .await
        .expect(StatusCode::OK);
    assert_eq!(count.json, json!({"count": 8, "products": 2}));
    let cleared = service
        .delete("/api/cart/clear")
        .token(who)
        .await
        .expect(StatusCode::OK);
    assert_eq!(cleared.at("/version"), 7);
    assert_eq!(contents(&show(&service, who).await), []);
}

#[tokio::test]
async fn nobody_reaches_another_persons_cart() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    let cart = add(&service, &service.customer, tea, 1).await;
    let item = cart.at("/items/0/itemId").as_str().unwrap().to_owned();
    for id in [item, ItemId::new().to_string(), "7".to_owned()] {
        let path = format!("/api/cart/items/{id}");
        let reply = service
            .put(&path)
            .token(&service.other_customer)
            .json(&json!({"quantity": 9}))
            .await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        service
            .delete(&path)
            .token(&service.other_customer)
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    assert_eq!(contents(&show(&service, &service.other_customer).await), []);
    assert_eq!(
        contents(&show(&service, &service.customer).await),
        [(tea, 1)]
    );
}

#[tokio::test]
async fn what_is_not_sold_cannot_be_added() {
    let (service, _) = start().await;
    let body = json!({"productId": ProductId::new(), "quantity": 1});
    let reply = service
        .post("/api/cart/items")
        .token(&service.customer)
        .json(&body)
        .await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn a_cart_has_bounds() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let tea = catalogue.sell(1);
    let cart = add(&service, who, tea, 999).await;
    let more = json!({"productId": tea, "quantity": 1});
    let reply = service.post("/api/cart/items").token(who).json(&more).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let path = format!(
        "/api/cart/items/{}",
        cart.at("/items/0/itemId").as_str().unwrap()
    );
    let reply = service
        .put(&path)
        .token(who)
        .json(&json!({"quantity": 1000}))
        .await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    for _ in 0..99 {
        add(&service, who, catalogue.sell(1), 1).await;
    }
    let one_more = json!({"productId": catalogue.sell(1), "quantity": 1});
    let reply = service
        .post("/api/cart/items")
        .token(who)
        .json(&one_more)
        .await;
    reply.expect_problem(StatusCode::CONFLICT, "CART_FULL");
    assert_eq!(contents(&show(&service, who).await).len(), 100);
}

#[tokio::test]
async fn additions_at_the_same_time_all_count() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    let additions = (0..30).map(|_| add(&service, &service.customer, tea, 1));
    futures::future::join_all(additions).await;
    let cart = show(&service, &service.customer).await;
    assert_eq!(contents(&cart), [(tea, 30)]);
    assert_eq!(cart.at("/version"), 30);
}

#[tokio::test]
async fn a_catalogue_out_of_reach_stops_adding_but_not_looking() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    add(&service, &service.customer, tea, 1).await;
    catalogue.close();
    let body = json!({"productId": tea, "quantity": 1});
    let reply = service
        .post("/api/cart/items")
        .token(&service.customer)
        .json(&body)
        .await;
    reply.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
    assert_eq!(
        contents(&show(&service, &service.customer).await),
        [(tea, 1)]
    );
}
