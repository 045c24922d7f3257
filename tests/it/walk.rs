//! The README's walk: an order confirmed, another cancelled and refunded, and every service that tells the same of them.

use revcart_tests::customer::NEAR;
use revcart_tests::shop::{items, text};
use revcart_tests::{Customer, Shop, System};
use serde_json::Value;

/// Units and amounts in minor units, for adding up.
fn minor(money: &Value) -> i64 {
    assert_eq!(money["currency"], "INR");
    let amount = text(money, "amount").replace('.', "");
    amount.parse().expect("an amount is digits and a point")
}

fn assert_priced_right(order: &Value) {
    let lines = order["lines"].as_array().expect("an order has lines");
    let goods: i64 = lines.iter().map(|line| minor(&line["lineTotal"])).sum();
    assert_eq!(minor(&order["subtotal"]), goods);
    let total =
        goods - minor(&order["discount"]) + minor(&order["tax"]) + minor(&order["deliveryFee"]);
    assert_eq!(minor(&order["total"]), total);
}

async fn of_order(customer: &Customer, what: &str, order: &Value) -> anyhow::Result<Value> {
    let id = text(order, "orderId");
    customer.read(&format!("/api/{what}/{id}")).await
}

async fn is_told_of(customer: &Customer, template: &str) -> anyhow::Result<()> {
    let (shop, token) = (&customer.shop, Some(customer.token.as_str()));
    let of_it = |item: &Value| text(item, "template") == template;
    let told = |list: &Value| items(list).iter().any(of_it);
    shop.until("/api/notifications?limit=100", token, told)
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_order_is_confirmed_and_every_service_says_so() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 50).await?;
    let customer = Customer::sign_up(&shop, NEAR).await?;
    let order = customer.buy(&product, 3).await?;
    assert_eq!(order["status"], "CONFIRMED");
    assert_priced_right(&order);
    assert_eq!(
        of_order(&customer, "orders", &order).await?["status"],
        "CONFIRMED"
    );

    let payment = of_order(&customer, "payments/order", &order).await?;
    assert_eq!(payment["status"], "COMPLETED");
    assert_eq!(
        (&payment["captured"], &payment["amount"]),
        (&order["total"], &order["total"])
    );
    assert_eq!(minor(&payment["refunded"]), 0);
    assert_eq!(
        of_order(&customer, "delivery/order", &order).await?["status"],
        "ASSIGNED"
    );
    let is_sold = |stock: &Value| stock["sold"] == 3;
    let stock = format!("/api/products/{product}/stock");
    let stock = shop.until(&stock, None, is_sold).await?;
    assert_eq!(
        (&stock["onHand"], &stock["reserved"], &stock["available"]),
        (&47.into(), &0.into(), &47.into())
    );

    // Cart and notifications learn of it by messages that nobody has to wait for.
    customer.until_the_cart_is_empty().await?;
    is_told_of(&customer, "order_confirmed").await?;
    Ok(())
}

#[tokio::test]
async fn a_cancelled_order_is_refunded_and_its_goods_are_for_sale_again() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 50).await?;
    let customer = Customer::sign_up(&shop, NEAR).await?;
    let order = customer.buy(&product, 2).await?;
    let cancelled = customer.cancel(text(&order, "orderId")).await?;
    let history = cancelled["statusHistory"].as_array().expect("it has one");
    let statuses: Vec<_> = history
        .iter()
        .map(|moment| text(moment, "status"))
        .collect();
    assert_eq!(statuses, ["PLACED", "CONFIRMED", "CANCELLING", "CANCELLED"]);

    let payment = of_order(&customer, "payments/order", &order).await?;
    assert_eq!(payment["status"], "REFUNDED");
    assert_eq!(
        (&payment["captured"], &payment["refunded"]),
        (&order["total"], &order["total"])
    );
    assert_eq!(
        of_order(&customer, "delivery/order", &order).await?["status"],
        "CANCELLED"
    );
    let stock = shop.stock(&product).await?;
    assert_eq!(
        (&stock["onHand"], &stock["available"], &stock["sold"]),
        (&50.into(), &50.into(), &0.into())
    );
    is_told_of(&customer, "order_cancelled").await?;
    system.audit().await?.is_clean_over(1);
    Ok(())
}

/// What a customer can see of the shop, for comparing.
async fn seen(shop: &Shop, customer: &Customer) -> anyhow::Result<Vec<Value>> {
    let mut seen = vec![shop.get("/api/products?limit=100", None).await?.expect(200)];
    for path in [
        "/api/users/profile",
        "/api/users/addresses",
        "/api/cart",
        "/api/orders",
        "/api/payments/history",
    ] {
        seen.push(customer.read(path).await?);
    }
    Ok(seen)
}

#[tokio::test]
async fn a_shutdown_takes_seconds_and_the_next_start_has_everything() -> anyhow::Result<()> {
    let mut system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 50).await?;
    let customer = Customer::sign_up(&shop, NEAR).await?;
    let order = customer.buy(&product, 2).await?;
    customer.until_the_cart_is_empty().await?;
    customer.put(&product, 1).await?;
    let before = seen(&shop, &customer).await?;

    let took = system.stop().await?;
    assert!(took.as_secs() < 10, "a shutdown took {took:?}");
    assert!(
        shop.get("/health", None).await.is_err(),
        "nobody listens any more"
    );
    system.restart().await?;
    // The token of before is good: signing keys are kept, too.
    assert_eq!(seen(&shop, &customer).await?, before);
    assert_eq!(
        of_order(&customer, "orders", &order).await?["status"],
        "CONFIRMED"
    );
    let second = customer.check_out("tok_ok").await?.expect(201);
    assert_eq!(second["status"], "CONFIRMED");
    assert_ne!(second["orderId"], order["orderId"]);
    Ok(())
}
