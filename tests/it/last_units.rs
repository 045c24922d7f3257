//! Many want the last units: as many get one as there are.

use std::sync::Arc;

use revcart_tests::customer::NEAR;
use revcart_tests::{Customer, Reply, Shop, System};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::turn;

const BUYERS: usize = 200;
const UNITS: u32 = 20;
/// Accounts that are made at the same time: a password takes a core for a while.
const AT_ONCE: usize = 8;

/// Buyers with one unit in the cart, each with a connection of their own.
async fn buyers(system: &System, product: &str) -> anyhow::Result<Vec<Customer>> {
    let (mut signing_up, mut buyers) = (JoinSet::new(), Vec::new());
    for begun in 0..BUYERS {
        if begun >= AT_ONCE
            && let Some(buyer) = signing_up.join_next().await
        {
            buyers.push(buyer??);
        }
        let (shop, product) = (system.shop(), product.to_owned());
        signing_up.spawn(async move { with_one_in_the_cart(&shop, &product).await });
    }
    while let Some(buyer) = signing_up.join_next().await {
        buyers.push(buyer??);
    }
    Ok(buyers)
}

async fn with_one_in_the_cart(shop: &Shop, product: &str) -> anyhow::Result<Customer> {
    let buyer = Customer::sign_up(shop, NEAR).await?;
    buyer.put(product, 1).await?;
    Ok(buyer)
}

async fn all_check_out_at_once(buyers: Vec<Customer>) -> anyhow::Result<Vec<Reply>> {
    let start = Arc::new(Barrier::new(buyers.len()));
    let mut racing = JoinSet::new();
    for buyer in buyers {
        let start = Arc::clone(&start);
        racing.spawn(async move {
            start.wait().await;
            buyer.check_out("tok_ok").await
        });
    }
    racing.join_all().await.into_iter().collect()
}

#[tokio::test]
async fn of_two_hundred_buyers_of_twenty_units_twenty_get_one() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, UNITS).await?;
    let buyers = buyers(&system, &product).await?;
    let replies = all_check_out_at_once(buyers).await?;
    let (got_one, left_out): (Vec<_>, Vec<_>) =
        replies.into_iter().partition(|reply| reply.status == 201);
    for reply in &left_out {
        assert_eq!(
            (reply.status.as_u16(), reply.code()),
            (409, "OUT_OF_STOCK"),
            "{}",
            reply.text
        );
    }
    assert!(
        got_one
            .iter()
            .all(|reply| reply.json["status"] == "CONFIRMED")
    );
    assert_eq!(got_one.len(), UNITS as usize);
    let sold_out = |stock: &serde_json::Value| stock["sold"] == UNITS;
    let path = format!("/api/products/{product}/stock");
    let stock = shop.until(&path, None, sold_out).await?;
    assert_eq!(
        (&stock["onHand"], &stock["available"], &stock["reserved"]),
        (&0.into(), &0.into(), &0.into())
    );
    system.audit().await?.is_clean_over(u64::from(UNITS));
    Ok(())
}
