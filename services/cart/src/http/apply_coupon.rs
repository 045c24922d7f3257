//! `PUT /api/cart/coupon`: a coupon for what is in the cart.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::Cart;
use crate::app::{App, Change};
use crate::domain::coupon::Problem;
use crate::domain::{self, Code, Owner};

/// Which coupon.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ApplyCoupon, example = json!({"code": "WELCOME10"}))]
pub(super) struct Request {
    /// As the shopper types it; case does not matter.
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: String,
}

/// Puts a coupon into the cart
///
/// In the place of any other. 422 says why it cannot be used: `UNKNOWN_COUPON`, `COUPON_NOT_YET_VALID`, `COUPON_EXPIRED`,
/// `COUPON_USED_UP`, `COUPON_BELOW_MINIMUM`. One that stops to apply later stays in the cart, which then says `couponProblem`.
#[utoipa::path(put, path = "/api/cart/coupon", security(("bearer" = [])), request_body = Request,
    responses((status = 200, body = Cart, description = "The cart"),
        (status = 409, body = ProblemBody, description = "`OTHER_CURRENCY`: the shop has changed its currency")))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(request): Json<Request>,
) -> Answer<Json<Cart>> {
    let cart = apply(&app, Owner::User(identity.user_id()?), &request.code).await?;
    Ok(Json(Cart::of(&app, &cart, None).await?))
}

pub(super) async fn apply(app: &App, owner: Owner, code: &str) -> Answer<domain::Cart> {
    let code: Code = code.parse().map_err(|_| Problem::Unknown)?;
    let mut wanted = domain::Cart::clone(&*app.cart(owner).await?);
    wanted.coupon = Some(code.clone());
    let coupon = app.coupon_of(&wanted).await??;
    let sums = wanted
        .sums(Ok(coupon.as_ref()), None, &app.config.tariff)
        .map_err(super::problems::unpriceable)?;
    if let Some(problem) = sums.problem {
        return Err(problem.into());
    }
    put(app, owner, Some(code)).await
}

/// Puts a coupon into somebody's cart, or takes it out.
pub(super) async fn put(app: &App, owner: Owner, code: Option<Code>) -> Answer<domain::Cart> {
    app.change(owner, code, |cart, code, unit| {
        Ok(if cart.use_coupon(code.clone(), unit.now()) {
            Change::Coupon
        } else {
            Change::None
        })
    })
    .await
}
