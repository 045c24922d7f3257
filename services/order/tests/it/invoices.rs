//! The invoice of an order, from its confirmation on.

use http::StatusCode;
use order_service::Config;
use revcart_testkit::Reply;
use serde_json::json;
use shared_events::{Currency, Money, OrderId};

use crate::shop::{Shop, order, order_id};

async fn invoice(shop: &Shop, order: OrderId) -> Reply {
    let path = format!("/api/orders/{order}/invoice");
    shop.get(&path).token(&shop.customer).await
}

#[tokio::test]
async fn there_is_no_invoice_before_the_order_is_confirmed_nor_of_one_that_never_was() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let refused = invoice(&shop, id).await;
    let refused = refused.expect_problem(StatusCode::CONFLICT, "NOT_CONFIRMED");
    assert_eq!(refused.at("/orderStatus"), "PLACED");
    shop.refuse_stock(id).await;
    let refused = invoice(&shop, id).await;
    refused.expect_problem(StatusCode::CONFLICT, "NOT_CONFIRMED");
}

#[tokio::test]
async fn an_invoice_is_a_page_for_the_owner_and_admins_on_which_nothing_runs() {
    let mut config = Config::for_testing();
    config.shop.name = "Tea & More".to_owned();
    config.shop.tax_id = Some("GSTIN 29ABCDE1234F1Z5".to_owned());
    let shop = Shop::open_with(config).await;
    let id = shop.place_and_pay().await;
    let page = invoice(&shop, id).await.expect(StatusCode::OK);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'nonce-"),
        "{policy}"
    );
    let number = shop.shown(id).await["orderNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    let text = page.text();
    for word in [
        number.as_str(),
        &number.replacen("RC", "INV", 1),
        "Tea &amp; More",
        "GSTIN 29ABCDE1234F1Z5",
        "Asha Rao",
        "thing as it is called now",
        "Tax 5 % on INR 428.00",
        "INR 489.40",
    ] {
        assert!(text.contains(word), "{word} is missing in\n{text}");
    }
    let path = format!("/api/orders/{id}/invoice");
    shop.get(&path)
        .token(&shop.admin)
        .await
        .expect(StatusCode::OK);
    for stranger in [&shop.other_customer, &shop.agent] {
        let call = shop.get(&path).token(stranger);
        call.await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn what_a_shopper_wrote_cannot_become_markup_in_an_invoice() {
    let shop = Shop::open().await;
    let mut body = order();
    body["shippingAddress"]["line1"] = json!("<img src=x onerror=alert(1)>");
    let placed = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    let id = order_id(&placed.json);
    shop.settle().await;
    shop.reserve(id).await;
    shop.pay(id).await;
    let text = invoice(&shop, id).await.expect(StatusCode::OK).text();
    assert!(!text.contains("<img") && text.contains("&lt;img"), "{text}");
}

#[tokio::test]
async fn the_invoice_of_a_cancelled_order_says_so() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    assert!(!invoice(&shop, id).await.text().contains("Cancelled"));
    let call = shop
        .put(&format!("/api/orders/{id}/cancel"))
        .token(&shop.customer);
    call.await.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.undo(id, Money::from_minor(48_940, Currency::INR))
        .await;
    let page = invoice(&shop, id).await.expect(StatusCode::OK);
    assert!(page.text().contains("Cancelled"));
}
