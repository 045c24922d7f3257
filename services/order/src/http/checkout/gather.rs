//! What a checkout has to know from the other services, asked at the same time where one does not need the other.

use revcart_http_edge::{Answer, Problem};
use serde::Serialize;
use shared_events::{Address, CartId, Contact, Money, OrderLine, UserId};

use super::super::body::LineBody;
use super::request::CheckoutRequest;
use crate::app::App;
use crate::clients::{self, Cart, Profile};
use crate::domain::checkout::{Refusal, agree};

/// What the others said, agreed on.
pub(crate) struct Gathered {
    pub(crate) cart_id: CartId,
    pub(crate) cart_version: u32,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) shipping_address: Address,
    pub(crate) contact: Contact,
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
pub(crate) async fn all(app: &App, user: UserId, request: &CheckoutRequest) -> Answer<Gathered> {
    let profile = clients::profile(&app.peers, user, request.address_id);
    let (profile, (cart, lines)) = futures::try_join!(profile, bought(app, user, request))?;
    let Profile { contact, address } = profile;
    let written_out = request.shipping_address.clone().map(Address::from);
    let shipping_address = written_out
        .or(address)
        .ok_or_else(|| Problem::invalid("addressId", "is none of your addresses"))?;
    Ok(Gathered {
        cart_id: cart.cart_id,
        cart_version: cart.version,
        lines,
        shipping_address,
        contact,
    })
}

async fn bought(
    app: &App,
    user: UserId,
    request: &CheckoutRequest,
) -> Answer<(Cart, Vec<OrderLine>)> {
    let cart = clients::cart(&app.peers, user).await?;
    let wanted = cart.lines();
    let offers = clients::offers(&app.peers, &wanted).await?;
    match agree(&wanted, &offers) {
        Ok(lines)
            if request
                .cart_version
                .is_some_and(|seen| seen != cart.version) =>
        {
            Err(
                Problem::conflict("CART_CHANGED", "the cart has changed since you saw it")
                    .with("cart", CartBody::of(&cart, &lines)),
            )
        }
        Ok(lines) => Ok((cart, lines)),
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
