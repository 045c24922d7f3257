//! `GET /internal/carts/{userId}`: what a checkout is made of. Internal.

use axum::extract::State;
use revcart_http_edge::{Answer, Internal, Json, Path};
use serde::Serialize;
use shared_events::{CartId, Money, ProductId, Quantity, UserId};

use crate::app::App;
use crate::domain::cart;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cart {
    cart_id: CartId,
    version: u32,
    items: Vec<Item>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: Quantity,
    /// As the shopper last saw it: an order at another price is not what they agreed to.
    unit_price: Money,
    /// Whether it costs something else by now.
    price_changed: bool,
}

impl From<&cart::Item> for Item {
    fn from(item: &cart::Item) -> Self {
        Self {
            product_id: item.product_id,
            sku: item.sku.clone(),
            name: item.name.clone(),
            quantity: item.quantity,
            unit_price: item.seen_price,
            price_changed: item.price_changed(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(user): Path<UserId>,
) -> Answer<Json<Cart>> {
    let cart = app.cart_to_order(user).await?;
    Ok(Json(Cart {
        cart_id: cart.id,
        version: cart.version,
        items: cart.items.iter().map(Item::from).collect(),
    }))
}
