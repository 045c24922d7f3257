//! What several endpoints answer with.

use revcart_http_edge::Answer;
use serde::Serialize;
use shared_events::pricing::{self, Region, Tax};
use shared_events::{CartId, ItemId, Money, ProductId, Quantity};
use utoipa::ToSchema;

use super::problems::unpriceable;
use crate::app::App;
use crate::domain::{cart, coupon};

/// A cart as its shopper sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cart {
    cart_id: CartId,
    /// Grows with every change; a checkout may name it.
    version: u32,
    items: Vec<CartItem>,
    subtotal: Money,
    /// What the coupon takes off.
    discount: Money,
    tax: Money,
    /// The tax by rate.
    taxes: Vec<Tax>,
    delivery_fee: Money,
    total: Money,
    /// The coupon that is in the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    coupon_code: Option<String>,
    /// Why the coupon takes nothing off: `UNKNOWN_COUPON`, `COUPON_NOT_YET_VALID`, `COUPON_EXPIRED`, `COUPON_USED_UP` or
    /// `COUPON_BELOW_MINIMUM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    coupon_problem: Option<&'static str>,
}

/// One product in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CartItem {
    item_id: ItemId,
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: Quantity,
    unit_price: Money,
    line_total: Money,
    /// Since the shopper saw it last.
    price_changed: bool,
    /// Whether there were enough units when last asked.
    available: bool,
}

impl Cart {
    /// The cart with what it would cost, brought to a region if that is known.
    pub(super) async fn of(app: &App, cart: &cart::Cart, region: Option<&Region>) -> Answer<Self> {
        let found = app.coupon_of(cart).await?;
        let coupon = found
            .as_ref()
            .map(Option::as_ref)
            .map_err(|problem| *problem);
        let sums = cart
            .sums(coupon, region, &app.config.tariff)
            .map_err(unpriceable)?;
        let items: Result<_, pricing::Error> = cart.items.iter().map(CartItem::of).collect();
        Ok(Self {
            cart_id: cart.id,
            version: cart.version,
            items: items.map_err(unpriceable)?,
            subtotal: sums.price.subtotal,
            discount: sums.price.discount,
            tax: sums.price.tax,
            taxes: sums.taxes,
            delivery_fee: sums.price.delivery_fee,
            total: sums.price.total,
            coupon_code: cart.coupon.as_ref().map(ToString::to_string),
            coupon_problem: sums.problem.map(coupon::Problem::code),
        })
    }
}

impl CartItem {
    fn of(item: &cart::Item) -> Result<Self, pricing::Error> {
        Ok(Self {
            item_id: item.id,
            product_id: item.product_id,
            sku: item.sku.clone(),
            name: item.name.clone(),
            quantity: item.quantity,
            unit_price: item.unit_price,
            line_total: item.unit_price.times(item.quantity.get())?,
            price_changed: item.price_changed(),
            available: item.available,
        })
    }
}
