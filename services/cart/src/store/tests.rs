//! Queries that grow with their table have an index.

use revcart_persistence::UnitOfWork;
use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend};
use shared_events::{CartId, Currency, Money, ProductId, Quantity, Service, UserId};

use uuid::Uuid;

use super::{Error, Migrator, age, carts, coupons, holds, idleness, items};
use crate::domain::{Cart, Code, Holder, Offer};

async fn database() -> TestDatabase {
    TestDatabase::create::<Migrator>(Service::Cart, Clock::manual(START)).await
}

/// Carts, enough for a server to prefer an index.
async fn fill(unit: &mut UnitOfWork) -> Result<(), Error> {
    for _ in 0..100 {
        let mut cart = Cart::of_user(UserId::new(), START);
        for _ in 0..8 {
            let offer = Offer {
                product_id: ProductId::new(),
                sku: "TEA-250".to_owned(),
                name: "Assam tea".to_owned(),
                category: None,
                price: Money::from_minor(1, Currency::INR),
                version: 1,
                available: 1,
            };
            cart.add(&offer, Quantity::ONE, START).unwrap();
        }
        carts::save_touched(unit.sql(), &cart, true).await?;
        let lines: Vec<_> = cart.items.iter().map(|item| (cart.id, item)).collect();
        items::save(unit.sql(), &lines).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_cart_is_read_along_primary_keys() {
    let database = database().await;
    let write = database.write((), |unit, ()| Box::pin(fill(unit)));
    write.await.unwrap();
    if database.read().get_database_backend() == DbBackend::MySql {
        let analyse = "ANALYZE TABLE carts, cart_items";
        database.read().execute_unprepared(analyse).await.unwrap();
    }
    let carts = [CartId::new(), CartId::new()];
    let with_items = carts::with_items(&carts);
    assert_uses_index(&database, &with_items, PRIMARY_KEY).await;
    assert_uses_index(&database, &carts::lock_heads(&carts), PRIMARY_KEY).await;
}

#[tokio::test]
async fn idle_carts_are_found_by_their_idleness() {
    let idle = idleness::query(START, 100);
    let database = database().await;
    assert_uses_index(&database, &idle, "carts_by_idleness").await;
}

#[tokio::test]
async fn old_carts_are_found_by_their_age() {
    let database = database().await;
    for guests in [true, false] {
        let old = age::query(guests, START, 100);
        assert_uses_index(&database, &old, "carts_by_age").await;
    }
}

#[tokio::test]
async fn coupons_are_listed_by_code_and_holds_found_by_shopper_and_end() {
    let database = database().await;
    let code: Code = "WELCOME".parse().unwrap();
    let page = coupons::page(Some(code.clone()), 21);
    assert_uses_index(&database, &page, PRIMARY_KEY).await;
    let taken = holds::of_holder(&code, &Holder::of_mail("asha@example.com"));
    assert_uses_index(&database, &taken, "coupon_holds_once_per_slot").await;
    let ended = holds::expiry(START, 100);
    assert_uses_index(&database, &ended, "coupon_holds_by_expiry").await;
}

#[tokio::test]
async fn the_carts_that_hold_a_product_are_found_by_it() {
    let new = items::NewPrice {
        product_id: ProductId::new(),
        price: Money::from_minor(1, Currency::INR),
        version: 2,
    };
    let carts = items::carts_with(items::outdated(&new));
    let database = database().await;
    assert_uses_index(&database, &carts, "cart_items_by_product").await;
}

#[tokio::test]
async fn of_the_carts_that_are_named_those_with_a_product_are_found_by_key() {
    let of_it = Condition::all().add(items::entity::Column::ProductId.eq(Uuid::nil()));
    let raise = items::raise_query(&[Uuid::nil(), Uuid::max()], of_it);
    let database = database().await;
    assert_uses_index(&database, &raise, PRIMARY_KEY).await;
}

#[tokio::test]
async fn the_database_itself_keeps_one_cart_per_user() {
    let database = database().await;
    let cart = Cart {
        id: CartId::new(),
        ..Cart::of_user(UserId::new(), START)
    };
    let refused = database
        .write(cart, |unit, cart| {
            Box::pin(async move {
                Ok::<_, revcart_persistence::Error>(
                    carts::save_touched(unit.sql(), cart, true).await?,
                )
            })
        })
        .await
        .unwrap_err();
    assert!(refused.violates("carts_user_has_one", ""), "{refused:?}");
}
