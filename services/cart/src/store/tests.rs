//! Queries that grow with their table have an index.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::{ColumnTrait, Condition, QueryTrait};
use shared_events::{CartId, Currency, Money, ProductId, Service, UserId};

use uuid::Uuid;

use super::{Migrator, carts, idleness, items};
use crate::domain::Cart;

async fn plan(query: &impl QueryTrait) -> String {
    let database = TestDatabase::create::<Migrator>(Service::Cart, Clock::manual(START)).await;
    let plan = query_plan(&database, query).await;
    assert!(
        !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
    plan
}

#[tokio::test]
async fn a_cart_is_read_along_primary_keys() {
    let plan = plan(&carts::with_items(&[CartId::new(), CartId::new()])).await;
    assert_eq!(plan.matches("PRIMARY KEY").count(), 2, "{plan}");
}

#[tokio::test]
async fn idle_carts_are_found_by_their_idleness() {
    assert!(
        plan(&idleness::query(START, 100))
            .await
            .contains("carts_by_idleness")
    );
}

#[tokio::test]
async fn the_carts_that_hold_a_product_are_found_by_it() {
    let new = items::NewPrice {
        product_id: ProductId::new(),
        price: Money::from_minor(1, Currency::INR),
        version: 2,
    };
    let carts = items::carts_with(items::outdated(&new));
    assert!(plan(&carts).await.contains("cart_items_by_product"));
}

#[tokio::test]
async fn of_the_carts_that_are_named_those_with_a_product_are_found_by_key() {
    let of_it = Condition::all().add(items::entity::Column::ProductId.eq(Uuid::nil()));
    let raise = plan(&items::raise_query(&[Uuid::nil(), Uuid::max()], of_it)).await;
    assert_eq!(raise.matches("PRIMARY KEY").count(), 2, "{raise}");
}

#[tokio::test]
async fn the_database_itself_keeps_one_cart_per_user() {
    let database = TestDatabase::create::<Migrator>(Service::Cart, Clock::manual(START)).await;
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
