//! `PUT /api/coupons/{code}`: other terms for a coupon. Orders that have it keep what they have. Admins.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{Money, Timestamp};
use utoipa::ToSchema;

use super::answers::Coupon;
use super::terms::{Kind, Terms, yes};
use crate::app::App;
use crate::domain::{self, Code};
use crate::store::coupons;

/// The terms, all of them: what is left out does not hold any more.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeCoupon, example = json!({"kind": "AMOUNT", "value": "50.00", "perUser": 2, "active": false}))]
pub(in crate::http) struct Request {
    #[garde(skip)]
    kind: Kind,
    /// Percent (more than 0, at most 100) or an amount in the shop's currency; a decimal number.
    #[schema(pattern = r"^[0-9]{1,12}(\.[0-9]{1,3})?$", max_length = 16)]
    #[garde(length(chars, max = 16))]
    value: String,
    /// The value of goods that it asks for.
    #[garde(skip)]
    minimum: Option<Money>,
    /// The most that a percentage takes off.
    #[garde(skip)]
    at_most: Option<Money>,
    #[garde(skip)]
    valid_from: Option<Timestamp>,
    #[garde(skip)]
    valid_until: Option<Timestamp>,
    /// How many orders of one shopper may use it.
    #[garde(skip)]
    #[schema(minimum = 1)]
    per_user: Option<u32>,
    /// How many orders may use it at all.
    #[garde(skip)]
    #[schema(minimum = 1)]
    total: Option<u32>,
    /// Whether it may be used at the moment.
    #[serde(default = "yes")]
    #[garde(skip)]
    #[schema(default = true)]
    active: bool,
}

impl From<Request> for Terms {
    fn from(request: Request) -> Self {
        Self {
            kind: request.kind,
            value: request.value,
            minimum: request.minimum,
            at_most: request.at_most,
            valid_from: request.valid_from,
            valid_until: request.valid_until,
            per_user: request.per_user,
            total: request.total,
            active: request.active,
        }
    }
}

/// Changes the terms of a coupon
///
/// All of them: what is left out does not hold any more. The total cannot fall below what has been used.
#[utoipa::path(put, path = "/api/coupons/{code}", security(("bearer" = [])), request_body = Request,
    params(("code" = String, Path, description = "Case does not matter", example = "WELCOME10")),
    responses((status = 200, body = Coupon, description = "The coupon")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(code): Path<Code>,
    Json(request): Json<Request>,
) -> Answer<Json<Coupon>> {
    let terms = Terms::from(request);
    let coupon = terms.coupon(code, app.config.tariff.currency, app.clock.now())?;
    let coupon = app
        .database
        .write(coupon, |unit, coupon| Box::pin(change(unit, coupon)))
        .await?;
    Ok(Json(Coupon::from(&coupon)))
}

async fn change(unit: &mut UnitOfWork, wanted: &domain::Coupon) -> Answer<domain::Coupon> {
    let known = coupons::lock(unit.sql(), &wanted.code).await?;
    let known = known.ok_or_else(|| Problem::not_found("coupon"))?;
    if wanted.total.is_some_and(|total| total < known.taken) {
        let detail = format!("{} orders use it already", known.taken);
        return Err(Problem::invalid("total", detail));
    }
    coupons::update(unit.sql(), wanted).await?;
    Ok(domain::Coupon {
        taken: known.taken,
        created_at: known.created_at,
        ..wanted.clone()
    })
}
