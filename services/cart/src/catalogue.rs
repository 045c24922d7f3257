//! What is asked of product-service: what products are called and cost, and how many there are.

use revcart_http_edge::{CallError, Peers};
use serde::Deserialize;
use shared_events::{Money, ProductId, Service};

use crate::domain::{Cart, Offer, Quote};

#[derive(Deserialize)]
struct Products {
    items: Vec<Product>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    product_id: ProductId,
    sku: String,
    name: String,
    #[serde(default)]
    category: Option<String>,
    price: Money,
    version: u32,
    available: i64,
}

impl From<Product> for Offer {
    fn from(product: Product) -> Self {
        Self {
            product_id: product.product_id,
            sku: product.sku,
            name: product.name,
            category: product.category,
            price: product.price,
            version: product.version,
            available: product.available,
        }
    }
}

/// What the catalogue says now of what is in a cart.
pub(crate) async fn quote(peers: &Peers, cart: &Cart) -> Result<Quote, CallError> {
    let asked: Vec<ProductId> = cart.items.iter().map(|item| item.product_id).collect();
    let offers = offers(peers, &asked).await?;
    Ok(Quote { asked, offers })
}

/// What it says of these products, at most 100; those that are not sold are left out.
pub(crate) async fn offers(peers: &Peers, products: &[ProductId]) -> Result<Vec<Offer>, CallError> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = products.iter().map(ProductId::to_string).collect();
    let path = format!("/api/products/batch?ids={}", ids.join(","));
    let found: Products = peers.peer(Service::Product).get(&path).await?;
    Ok(found.items.into_iter().map(Offer::from).collect())
}
