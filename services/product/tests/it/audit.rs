use product_service::audit::{self, ProductFacts, Standing};
use revcart_testkit::TestService;
use shared_events::OrderId;

use crate::shop::{self, confirmed, execute, line, release, reserve};

async fn facts(shop: &TestService) -> ProductFacts {
    let mut facts = audit::products(shop.database()).await.unwrap();
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

#[tokio::test]
async fn the_facts_of_a_sound_warehouse_agree() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let (held, sold, returned) = (OrderId::new(), OrderId::new(), OrderId::new());
    for order in [held, sold, returned] {
        shop.deliver(reserve(order, &[line(product, 2)])).await;
    }
    for order in [sold, returned] {
        shop.deliver(confirmed(order)).await;
    }
    shop.deliver(release(returned)).await;
    shop.settle().await;

    let facts = facts(&shop).await;
    assert!(facts.figures.agree());
    assert_eq!(facts.figures.supplied, facts.supplied);
    assert_eq!((facts.figures.sold, facts.sold), (2, 2));
    assert_eq!((facts.figures.reserved, facts.reserved), (2, 2));

    let mut standings = Vec::new();
    let mut after = None;
    loop {
        let page = audit::reservations(shop.database(), after, 2)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.reservation_id);
        standings.extend(page.iter().map(|it| (it.order_id, it.standing)));
    }
    let expected = [
        (Some(held), Standing::Held),
        (Some(sold), Standing::Sold),
        (Some(returned), Standing::Released),
    ];
    assert_eq!(standings, expected);
}

#[tokio::test]
async fn planted_violations_show_in_the_facts() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    shop.deliver(reserve(OrderId::new(), &[line(product, 2)]))
        .await;
    shop.settle().await;
    execute(
        &shop,
        "UPDATE stock SET supplied = supplied + 1, sold = sold + 1",
    )
    .await
    .unwrap();
    execute(&shop, "UPDATE stock SET reserved = reserved - 1")
        .await
        .unwrap();
    let facts = facts(&shop).await;
    assert_ne!(facts.figures.supplied, facts.supplied);
    assert_ne!(facts.figures.sold, facts.sold);
    assert_ne!(facts.figures.reserved, facts.reserved);
}

#[tokio::test]
async fn the_database_itself_refuses_figures_that_cannot_be() {
    let shop = shop::open().await;
    shop::stocked(&shop, 10).await;
    for (sql, constraint) in [
        (
            "UPDATE stock SET reserved = 11",
            "stock_reserved_is_on_hand",
        ),
        (
            "UPDATE stock SET reserved = -1",
            "stock_reserved_is_not_negative",
        ),
        (
            "UPDATE stock SET sold = -1, supplied = 9",
            "stock_sold_is_not_negative",
        ),
        ("UPDATE stock SET on_hand = 9", "stock_adds_up"),
        (
            "UPDATE products SET price_minor = -1",
            "products_price_is_not_negative",
        ),
    ] {
        let error = execute(&shop, sql).await.unwrap_err();
        assert!(error.violates(constraint, ""), "{sql}: {error:?}");
    }
}
