//! What a checkout asks of the other services. Each call has the client's deadline; all of them are safe to repeat.

use revcart_http_edge::Problem;
use revcart_http_edge::client::{CallError, Peers};
use serde::Deserialize;
use shared_events::{
    Address, AddressId, CartId, Contact, Money, ProductId, Quantity, Service, UserId,
};

use crate::domain::checkout::{CartLine, Offer};

/// A shopper's cart as cart-service has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cart {
    /// Which cart.
    pub(crate) cart_id: CartId,
    /// Changes with everything that is changed in it.
    pub(crate) version: u32,
    /// The coupon that the shopper has put to it.
    #[serde(default)]
    pub(crate) coupon_code: Option<String>,
    items: Vec<CartItem>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CartItem {
    product_id: ProductId,
    quantity: Quantity,
    unit_price: Money,
}

/// Where something goes and whom to tell.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    /// Whom to reach.
    pub(crate) contact: Contact,
    /// The address that was asked for; absent if none was.
    pub(crate) address: Option<Address>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offers {
    items: Vec<OfferedProduct>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfferedProduct {
    product_id: ProductId,
    sku: String,
    name: String,
    price: Money,
    available: i64,
    #[serde(default)]
    category: Option<String>,
}

impl Cart {
    /// The lines with the prices that the shopper was shown.
    pub(crate) fn lines(&self) -> Vec<CartLine> {
        let line = |item: &CartItem| CartLine {
            product_id: item.product_id,
            quantity: item.quantity,
            seen_price: item.unit_price,
        };
        self.items.iter().map(line).collect()
    }
}

/// A cart: a guest's, or a user's, whose cart has their id.
pub(crate) async fn cart(peers: &Peers, cart: CartId) -> Result<Cart, CallError> {
    peers
        .peer(Service::Cart)
        .get(&format!("/internal/carts/{cart}"))
        .await
}

/// What the catalogue says of these products now; those that are not sold are left out.
pub(crate) async fn offers(peers: &Peers, lines: &[CartLine]) -> Result<Vec<Offer>, CallError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = lines.iter().map(|line| line.product_id).collect();
    offers_of(peers, &ids).await
}

/// What the catalogue says of at least one product now; those that are not sold are left out.
pub(crate) async fn offers_of(peers: &Peers, ids: &[ProductId]) -> Result<Vec<Offer>, CallError> {
    let ids: Vec<_> = ids.iter().map(ProductId::to_string).collect();
    let path = format!("/api/products/batch?ids={}", ids.join(","));
    let offers: Offers = peers.peer(Service::Product).get(&path).await?;
    let offer = |product: OfferedProduct| Offer {
        product_id: product.product_id,
        sku: product.sku,
        name: product.name,
        price: product.price,
        available: u32::try_from(product.available.max(0)).unwrap_or(u32::MAX),
        category: product.category,
    };
    Ok(offers.items.into_iter().map(offer).collect())
}

/// How to reach a user, and one of their addresses. An address that is not theirs is refused as a field of the request.
pub(crate) async fn profile(
    peers: &Peers,
    user: UserId,
    address: Option<AddressId>,
) -> Result<Profile, Problem> {
    let query = address
        .map(|id| format!("?addressId={id}"))
        .unwrap_or_default();
    let path = format!("/api/users/{user}/checkout-profile{query}");
    let profile: Profile = match peers.peer(Service::User).get(&path).await {
        Err(error) if error.code() == Some("NOT_FOUND") => return Err(no_such_address()),
        other => other?,
    };
    if address.is_some() && profile.address.is_none() {
        return Err(no_such_address());
    }
    Ok(profile)
}

fn no_such_address() -> Problem {
    Problem::invalid("addressId", "is none of your addresses")
}
