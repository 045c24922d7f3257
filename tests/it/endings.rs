//! The ways in which a checkout fails: the shopper learns why, and nothing is left of it anywhere.

use revcart_tests::customer::{FAR, NEAR};
use revcart_tests::{Customer, System};
use serde_json::Value;

use crate::settings::IMPATIENT;

/// A shop with a product of ten units, and a customer who lives there.
async fn with_a_full_cart(postal_code: &str) -> anyhow::Result<(System, Customer, String)> {
    let system = System::start(IMPATIENT).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 10).await?;
    let customer = Customer::sign_up(&shop, postal_code).await?;
    customer.put(&product, 4).await?;
    Ok((system, customer, product))
}

/// The order that a problem names is cancelled, its goods are back, and every invariant holds.
async fn is_undone(
    system: &System,
    customer: &Customer,
    product: &str,
    problem: &Value,
) -> anyhow::Result<String> {
    let order = problem["orderId"].as_str().expect("it names the order");
    let path = format!("/api/orders/{order}");
    assert_eq!(customer.read(&path).await?["status"], "CANCELLED");
    let stock = customer.shop.stock(product).await?;
    let figures = [&stock["onHand"], &stock["reserved"], &stock["available"]];
    assert_eq!(figures, [&Value::from(10), &0.into(), &10.into()]);
    system.audit().await?.is_clean_over(1);
    Ok(order.to_owned())
}

async fn kept_of(customer: &Customer, order: &str) -> anyhow::Result<(Value, Value)> {
    let payment = customer
        .read(&format!("/api/payments/order/{order}"))
        .await?;
    Ok((
        payment["captured"]["amount"].clone(),
        payment["refunded"]["amount"].clone(),
    ))
}

#[tokio::test]
async fn a_declined_card_leaves_nothing_but_the_cart() -> anyhow::Result<()> {
    let (system, customer, product) = with_a_full_cart(NEAR).await?;
    let refused = customer.check_out("tok_declined").await?;
    let problem = refused.expect_problem(409, "PAYMENT_DECLINED");
    let order = is_undone(&system, &customer, &product, &problem).await?;
    assert_eq!(
        kept_of(&customer, &order).await?,
        ("0.00".into(), "0.00".into())
    );
    // The cart is as it was, and good for another try.
    assert_eq!(customer.read("/api/cart/count").await?["count"], 4);
    customer.check_out("tok_ok").await?.expect(201);
    Ok(())
}

#[tokio::test]
async fn a_payment_that_hangs_is_given_up() -> anyhow::Result<()> {
    let (system, customer, product) = with_a_full_cart(NEAR).await?;
    let refused = customer.check_out("tok_hang").await?;
    let problem = refused.expect_problem(409, "PAYMENT_EXPIRED");
    let order = is_undone(&system, &customer, &product, &problem).await?;
    assert_eq!(
        kept_of(&customer, &order).await?,
        ("0.00".into(), "0.00".into())
    );
    Ok(())
}

#[tokio::test]
async fn an_order_to_where_nobody_delivers_is_refunded() -> anyhow::Result<()> {
    let (system, customer, product) = with_a_full_cart(FAR).await?;
    let refused = customer.check_out("tok_ok").await?;
    let problem = refused.expect_problem(409, "NO_DELIVERY_AGENT");
    let order = is_undone(&system, &customer, &product, &problem).await?;
    let (captured, refunded) = kept_of(&customer, &order).await?;
    assert_ne!(captured, "0.00");
    assert_eq!(captured, refunded);
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_cannot_be_ordered() -> anyhow::Result<()> {
    let (_system, customer, product) = with_a_full_cart(NEAR).await?;
    customer.put(&product, 7).await?;
    let refused = customer.check_out("tok_ok").await?;
    refused.expect_problem(409, "OUT_OF_STOCK");
    assert_eq!(customer.shop.stock(&product).await?["available"], 10);
    Ok(())
}

#[tokio::test]
async fn a_capture_whose_answer_was_lost_is_found_out() -> anyhow::Result<()> {
    let (system, customer, _) = with_a_full_cart(NEAR).await?;
    let order = customer.check_out("tok_capture_lost").await?.expect(201);
    let order = order["orderId"].as_str().expect("it has an id");
    let path = format!("/api/payments/order/{order}");
    assert_eq!(customer.read(&path).await?["status"], "COMPLETED");
    system.audit().await?.is_clean_over(1);
    Ok(())
}
