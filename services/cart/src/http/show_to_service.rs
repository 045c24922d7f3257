//! `GET /internal/carts/{id}`: what a checkout is made of. Internal. A user's cart goes by the user's own id, a guest's by an
//! id that is made of the guest's (and not by that itself).

use axum::extract::State;
use revcart_http_edge::{Answer, Internal, Json, Path};
use serde::Serialize;
use shared_events::{CartId, Money, ProductId, Quantity};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::cart;

/// What a checkout is made of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartToOrder)]
pub(super) struct Cart {
    cart_id: CartId,
    version: u32,
    /// The coupon that the shopper means to use, if any.
    coupon_code: Option<String>,
    items: Vec<ItemToOrder>,
}

/// A line of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ItemToOrder {
    product_id: ProductId,
    sku: String,
    name: String,
    /// The slug of the category that it is taxed as.
    category: Option<String>,
    quantity: Quantity,
    /// As the shopper last saw it: an order at another price is not what they agreed to.
    unit_price: Money,
    /// Whether it costs something else by now.
    price_changed: bool,
}

impl From<&cart::Item> for ItemToOrder {
    fn from(item: &cart::Item) -> Self {
        Self {
            product_id: item.product_id,
            sku: item.sku.clone(),
            name: item.name.clone(),
            category: item.category.clone(),
            quantity: item.quantity,
            unit_price: item.seen_price,
            price_changed: item.price_changed(),
        }
    }
}

/// What a checkout is made of
#[utoipa::path(get, path = "/internal/carts/{id}", security(("bearer" = [])),
    params(("id" = inline(CartId), Path, description = "A user's id, or the `cartId` of a guest's cart")),
    responses((status = 200, body = Cart, description = "The cart; empty if there is none")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(id): Path<CartId>,
) -> Answer<Json<Cart>> {
    let cart = app.cart_to_order(id).await?;
    Ok(Json(Cart {
        cart_id: cart.id,
        version: cart.version,
        coupon_code: cart.coupon.as_ref().map(ToString::to_string),
        items: cart.items.iter().map(ItemToOrder::from).collect(),
    }))
}
