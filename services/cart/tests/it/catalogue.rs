//! A catalogue that the tests write, and a cart service that asks it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Json};
use axum::routing::get;
use cart_service::{Config, Migrator, build};
use http::StatusCode;
use revcart_testkit::{Actor, Fixture, Reply, TestService};
use serde_json::{Value, json};
use shared_events::{Currency, Money, ProductId, Service};

/// One product of the catalogue.
#[derive(Clone)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) price: i64,
    pub(crate) version: u32,
    pub(crate) available: i64,
    pub(crate) category: Option<&'static str>,
}

/// What product-service would answer. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Catalogue {
    products: Arc<Mutex<BTreeMap<ProductId, Product>>>,
    closed: Arc<Mutex<bool>>,
}

pub(crate) fn rupees(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

pub(crate) fn money(minor: i64) -> Value {
    serde_json::to_value(rupees(minor)).unwrap()
}

impl Catalogue {
    /// Sells something new at this price, in minor units.
    pub(crate) fn sell(&self, price: i64) -> ProductId {
        let product = Product {
            id: ProductId::new(),
            price,
            version: 1,
            available: 100,
            category: None,
        };
        self.put(product.clone());
        product.id
    }

    /// Sells it at another price from now on.
    pub(crate) fn change(&self, id: ProductId, change: impl Fn(&mut Product)) {
        let mut products = self.products.lock().unwrap();
        let product = products.get_mut(&id).unwrap();
        change(product);
        product.version += 1;
    }

    /// Sells it no longer.
    pub(crate) fn remove(&self, id: ProductId) {
        self.products.lock().unwrap().remove(&id);
    }

    /// Answers nobody from now on.
    pub(crate) fn close(&self) {
        *self.closed.lock().unwrap() = true;
    }

    fn put(&self, product: Product) {
        self.products.lock().unwrap().insert(product.id, product);
    }

    fn batch(&self, ids: &str) -> axum::response::Response {
        if *self.closed.lock().unwrap() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let products = self.products.lock().unwrap();
        let found = ids
            .split(',')
            .filter_map(|id| products.get(&id.parse().unwrap()));
        let items: Vec<Value> = found
            .map(|product| {
                json!({
                    "productId": product.id, "sku": "TEA-250", "name": "Assam tea", "description": "", "categoryId": null, "category": product.category,
                    "price": rupees(product.price), "available": product.available, "imageUrls": [], "version": product.version,
                })
            })
            .collect();
        Json(json!({"items": items})).into_response()
    }

    fn router(&self) -> Router {
        let catalogue = self.clone();
        let answer = move |Query(query): Query<BTreeMap<String, String>>| {
            let catalogue = catalogue.clone();
            async move { catalogue.batch(&query["ids"]) }
        };
        Router::new().route("/api/products/batch", get(answer))
    }
}

pub(crate) async fn start() -> (TestService, Catalogue) {
    start_with(Config::for_testing()).await
}

pub(crate) async fn start_with(config: Config) -> (TestService, Catalogue) {
    let catalogue = Catalogue::default();
    let fixture =
        Fixture::new::<Migrator>(Service::Cart).peer(Service::Product, catalogue.router());
    (
        fixture
            .start(async |adapters| build(config, adapters).await)
            .await,
        catalogue,
    )
}

/// The same with somebody who answers for order-service.
pub(crate) async fn start_with_orders(orders: Router) -> (TestService, Catalogue) {
    let catalogue = Catalogue::default();
    let fixture = Fixture::new::<Migrator>(Service::Cart)
        .peer(Service::Product, catalogue.router())
        .peer(Service::Order, orders);
    let service = fixture
        .start(async |adapters| build(Config::for_testing(), adapters).await)
        .await;
    (service, catalogue)
}

pub(crate) async fn add(
    service: &TestService,
    who: &Actor,
    product: ProductId,
    quantity: u32,
) -> Reply {
    let body = json!({"productId": product, "quantity": quantity});
    service
        .post("/api/cart/items")
        .token(who)
        .json(&body)
        .await
        .expect(StatusCode::CREATED)
}

pub(crate) async fn show(service: &TestService, who: &Actor) -> Reply {
    service
        .get("/api/cart")
        .token(who)
        .await
        .expect(StatusCode::OK)
}

/// The cart of somebody as a checkout sees it.
pub(crate) async fn for_checkout(service: &TestService, who: &Actor) -> Reply {
    let path = format!("/internal/carts/{}", who.id);
    service
        .get(&path)
        .token(service.token_of(Service::Order))
        .await
        .expect(StatusCode::OK)
}

/// Products and units, in order.
pub(crate) fn contents(cart: &Reply) -> Vec<(ProductId, u64)> {
    let item = |item: &Value| {
        (
            item["productId"].as_str().unwrap().parse().unwrap(),
            item["quantity"].as_u64().unwrap(),
        )
    };
    cart.at("/items")
        .as_array()
        .unwrap()
        .iter()
        .map(item)
        .collect()
}
