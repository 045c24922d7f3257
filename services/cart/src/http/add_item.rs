//! `POST /api/cart/items`: so many more units of a product. Whether there are enough is shown, not decided: that is for the
//! order to find out.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{CartItemAdded, ProductId, Quantity};

use super::answers::Cart;
use crate::app::{App, Change};
use crate::catalogue;
use crate::domain::{self, Offer};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(skip)]
    product_id: ProductId,
    #[garde(skip)]
    quantity: Quantity,
}

struct Addition {
    offer: Offer,
    quantity: Quantity,
    cause: Cause,
}

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Cart>)> {
    let user = identity.user_id()?;
    let offers = catalogue::offers(&app.peers, &[request.product_id]).await?;
    let offer = offers
        .into_iter()
        .next()
        .ok_or_else(|| Problem::not_found("product"))?;
    let addition = Addition {
        offer,
        quantity: request.quantity,
        cause,
    };
    let cart = app.change(user, addition, add).await?;
    Ok((
        StatusCode::CREATED,
        Json(Cart::of(&cart, &app.config.tariff)?),
    ))
}

fn add(cart: &mut domain::Cart, addition: &Addition, unit: &mut UnitOfWork) -> Answer<Change> {
    let place = cart.add(&addition.offer, addition.quantity, unit.now())?;
    let added = CartItemAdded {
        cart_id: cart.id,
        user_id: cart.user_id,
        product_id: addition.offer.product_id,
        quantity: addition.quantity,
        unit_price: cart.items[place].unit_price,
    };
    unit.publish(added, &addition.cause);
    Ok(Change::Item(place))
}
