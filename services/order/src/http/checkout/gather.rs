//! What a checkout has to know from the other services, asked at the same time where one does not need the other.

use revcart_http_edge::{Answer, Problem};
use serde::Serialize;
use shared_events::{Address, CartId, Contact, Money, OrderLine};

use super::super::body::LineBody;
use super::{Buyer, Checkout};
use crate::app::App;
use crate::clients::{self, Cart, Profile};
use crate::domain::checkout::{Goods, Refusal, agree};

/// What the others said, agreed on.
pub(super) struct Gathered {
    pub(super) cart_id: CartId,
    pub(super) cart_version: u32,
    /// The coupon that is put to the cart.
    pub(super) coupon_code: Option<String>,
    pub(super) goods: Vec<Goods>,
    pub(super) shipping_address: Address,
    pub(super) contact: Contact,
}

/// The cart as it would be ordered now, for the shopper to look at again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CartBody {
    cart_id: CartId,
    version: u32,
    items: Vec<LineBody>,
    subtotal: Option<Money>,
}

/// Asks cart and then product, and user beside them.
pub(super) async fn all(app: &App, checkout: &Checkout) -> Answer<Gathered> {
    let (profile, (cart, goods)) =
        futures::try_join!(profile(app, checkout), bought(app, checkout))?;
    let Profile { contact, address } = profile;
    let written_out = checkout.request.shipping_address.clone();
    let shipping_address = written_out
        .map(Address::from)
        .or(address)
        .ok_or_else(|| Problem::invalid("addressId", "is none of your addresses"))?;
    Ok(Gathered {
        cart_id: cart.cart_id,
        cart_version: cart.version,
        coupon_code: cart.coupon_code,
        goods,
        shipping_address,
        contact,
    })
}

async fn profile(app: &App, checkout: &Checkout) -> Answer<Profile> {
    match &checkout.buyer {
        Buyer::User(user) => clients::profile(&app.peers, *user, checkout.request.address_id).await,
        Buyer::Guest(contact) => Ok(Profile {
            contact: contact.clone(),
            address: None,
        }),
    }
}

async fn bought(app: &App, checkout: &Checkout) -> Answer<(Cart, Vec<Goods>)> {
    let cart = clients::cart(&app.peers, checkout.cart).await?;
    let wanted = cart.lines();
    let offers = clients::offers(&app.peers, &wanted).await?;
    let seen = checkout.request.cart_version;
    match agree(&wanted, &offers) {
        Ok(goods) if seen.is_some_and(|seen| seen != cart.version) => {
            let lines: Vec<_> = goods.into_iter().map(|goods| goods.line).collect();
            Err(
                Problem::conflict("CART_CHANGED", "the cart has changed since you saw it")
                    .with("cart", CartBody::of(&cart, &lines)),
            )
        }
        Ok(goods) => Ok((cart, goods)),
        Err(refusal) => Err(refused(&cart, refusal)),
    }
}

fn refused(cart: &Cart, refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Empty => Problem::unprocessable("CART_EMPTY", "there is nothing in the cart"),
        Refusal::Gone(products) => Problem::conflict(
            "PRODUCT_UNAVAILABLE",
            "something in the cart is no longer sold; take it out",
        )
        .with("productIds", products),
        Refusal::PriceChanged(lines) => Problem::conflict(
            "PRICE_CHANGED",
            "a price has changed since you saw the cart",
        )
        .with("cart", CartBody::of(cart, &lines)),
        Refusal::OutOfStock(shortages) => Problem::conflict(
            "OUT_OF_STOCK",
            "there is too little of something in the cart",
        )
        .with("shortages", shortages),
    }
}

impl CartBody {
    fn of(cart: &Cart, lines: &[OrderLine]) -> CartBody {
        let totals = lines.iter().map(|line| line.total().ok());
        let currency = lines.first().map(|line| line.unit_price.currency());
        let subtotal = totals.collect::<Option<Vec<_>>>().zip(currency);
        CartBody {
            cart_id: cart.cart_id,
            version: cart.version,
            items: lines.iter().map(LineBody::from).collect(),
            subtotal: subtotal.and_then(|(totals, currency)| Money::sum(currency, totals).ok()),
        }
    }
}
