//! What an order of this cart would be: the goods at the catalogue's prices, the coupon, the taxes where it goes.

use revcart_http_edge::{Answer, Problem};
use shared_events::pricing::{self, Breakdown, Coupon, Region};
use shared_events::{Money, OrderId};

use super::gather::{self, Gathered};
use super::{Buyer, Checkout, coupon, place};
use crate::app::App;
use crate::domain::Terms;
use crate::store::orders;

/// The terms of the order to be. A coupon is held for it then.
pub(super) async fn terms(app: &App, id: OrderId, checkout: &Checkout) -> Answer<Terms> {
    let gathered = gather::all(app, checkout).await?;
    let Some(code) = code(checkout, &gathered) else {
        let price = price(app, &gathered, None)?;
        return Ok(agreed(checkout, gathered, price, None));
    };
    // Told before the coupon is, which this cart may have used up by that order.
    let (cart, version) = (gathered.cart_id, gathered.cart_version);
    if let Some(order) = orders::holder_of_cart(app.database.read(), cart, version).await? {
        return Err(place::already(order));
    }
    let wanted = coupon::Wanted {
        code: &code,
        subtotal: subtotal(app, &gathered)?,
    };
    let coupon = coupon::hold(app, id, checkout, &wanted).await?;
    match price(app, &gathered, Some(&coupon)) {
        Ok(price) => Ok(agreed(checkout, gathered, price, Some(coupon))),
        Err(refused) => {
            coupon::release(app, id).await;
            Err(refused)
        }
    }
}

/// The request's, or else the cart's.
fn code(checkout: &Checkout, gathered: &Gathered) -> Option<String> {
    let given = checkout.request.coupon_code.as_deref().map(str::trim);
    let given = given.filter(|code| !code.is_empty());
    given.or(gathered.coupon_code.as_deref()).map(str::to_owned)
}

fn subtotal(app: &App, gathered: &Gathered) -> Answer<Money> {
    let price = pricing::price(
        &gathered.goods,
        &pricing::Terms::default(),
        &app.config.tariff,
    );
    Ok(price.map_err(not_priceable)?.subtotal)
}

fn price(app: &App, gathered: &Gathered, coupon: Option<&Coupon>) -> Answer<Breakdown> {
    let address = &gathered.shipping_address;
    let region = Region::of(&address.country, &address.state);
    let terms = pricing::Terms {
        coupon,
        region: Some(&region),
    };
    pricing::breakdown(&gathered.goods, &terms, &app.config.tariff).map_err(not_priceable)
}

fn not_priceable(error: pricing::Error) -> Problem {
    match error {
        pricing::Error::BelowMinimum => {
            Problem::unprocessable("COUPON_BELOW_MINIMUM", error.to_string())
                .with_field("couponCode", "asks for more in the cart")
        }
        pricing::Error::Empty
        | pricing::Error::OtherCurrency
        | pricing::Error::OutOfRange
        | pricing::Error::TooLarge => Problem::unprocessable("NOT_PRICEABLE", error.to_string()),
    }
}

fn agreed(
    checkout: &Checkout,
    gathered: Gathered,
    breakdown: Breakdown,
    coupon: Option<Coupon>,
) -> Terms {
    Terms {
        user_id: match checkout.buyer {
            Buyer::User(user) => Some(user),
            Buyer::Guest(_) => None,
        },
        cart_id: gathered.cart_id,
        cart_version: gathered.cart_version,
        lines: gathered.goods.into_iter().map(|goods| goods.line).collect(),
        price: breakdown.price,
        taxes: breakdown.taxes,
        coupon_code: coupon.map(|coupon| coupon.code),
        payment_method: checkout.request.payment_method,
        shipping_address: gathered.shipping_address,
        contact: gathered.contact,
        note: checkout.request.note.clone(),
    }
}
