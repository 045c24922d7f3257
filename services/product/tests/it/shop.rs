//! What most tests begin with: the service, products in it, and the commands of an order's saga.

use http::StatusCode;
use product_service::{Config, Migrator};
use revcart_persistence::Error;
use revcart_testkit::{Fixture, Reply, TestService};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared_events::{
    CartId, Currency, Money, OrderConfirmed, OrderId, ProductId, Quantity, ReleaseStock,
    ReserveStock, SagaId, SagaRef, Service, StockLine,
};

/// The service on an empty database.
pub(crate) async fn open() -> TestService {
    Fixture::new::<Migrator>(Service::Product)
        .start(|adapters| product_service::build(Config::for_testing(), adapters))
        .await
}

/// A request body for a product.
pub(crate) fn draft(sku: &str, stock: u32) -> Value {
    json!({
        "sku": sku,
        "name": format!("Product {sku}"),
        "description": "Made for tests.",
        "price": { "amount": "199.00", "currency": "INR" },
        "stock": stock,
        "lowStockThreshold": 0,
    })
}

/// Creates what the draft says.
pub(crate) async fn create(shop: &TestService, draft: &Value) -> Reply {
    let call = shop.post("/api/products").token(&shop.admin).json(draft);
    call.await.expect(StatusCode::CREATED)
}

/// A product with so many units.
pub(crate) async fn stocked(shop: &TestService, units: u32) -> ProductId {
    let sku = ProductId::new().to_string();
    product_id(&create(shop, &draft(&sku, units)).await)
}

/// The id in an answer.
pub(crate) fn product_id(reply: &Reply) -> ProductId {
    reply.at("/productId").as_str().unwrap().parse().unwrap()
}

/// The figures of a product: on hand, reserved, available, sold.
pub(crate) async fn figures(shop: &TestService, product: ProductId) -> [i64; 4] {
    let stock = shop.get(&format!("/api/products/{product}/stock")).await;
    let stock = stock.expect(StatusCode::OK);
    ["/onHand", "/reserved", "/available", "/sold"].map(|field| stock.at(field).as_i64().unwrap())
}

/// So many units of a product.
pub(crate) fn line(product_id: ProductId, units: u32) -> StockLine {
    StockLine {
        product_id,
        quantity: Quantity::new(units).unwrap(),
    }
}

/// The return address of an order's saga.
pub(crate) fn saga(order: OrderId, attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order.as_uuid()),
        step: "reserve-stock".to_owned(),
        attempt,
    }
}

/// The command to set these lines aside.
pub(crate) fn reserve(order_id: OrderId, lines: &[StockLine]) -> ReserveStock {
    ReserveStock {
        order_id,
        lines: lines.to_vec(),
        saga: saga(order_id, 1),
    }
}

/// The command to put everything back.
pub(crate) fn release(order_id: OrderId) -> ReleaseStock {
    ReleaseStock {
        order_id,
        saga: saga(order_id, 1),
    }
}

/// The fact that the order is confirmed.
pub(crate) fn confirmed(order_id: OrderId) -> OrderConfirmed {
    OrderConfirmed {
        order_id,
        order_number: "RC-1".to_owned(),
        user_id: None,
        cart_id: CartId::new(),
        cart_version: 1,
        lines: vec![],
        total: Money::zero(Currency::INR),
        aggregate_version: 2,
    }
}

/// Changes the database behind the service's back.
pub(crate) async fn execute(shop: &TestService, sql: &'static str) -> Result<(), Error> {
    let write = shop.database().write(sql, |unit, sql| {
        Box::pin(async move {
            unit.sql().execute_unprepared(sql).await?;
            Ok(())
        })
    });
    write.await
}
