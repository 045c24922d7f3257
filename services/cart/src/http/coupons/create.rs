//! `POST /api/coupons`: a new coupon. Admins.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json, Problem, ProblemBody};
use sea_orm::SqlErr;
use serde::Deserialize;
use shared_events::{Money, Timestamp};
use utoipa::ToSchema;

use super::answers::Coupon;
use super::terms::{Kind, Terms, yes};
use crate::app::App;
use crate::domain::{self, Code};
use crate::store::coupons;

/// A coupon and its terms.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CreateCoupon, example = json!({
    "code": "WELCOME10", "kind": "PERCENTAGE", "value": "10", "atMost": {"amount": "200.00", "currency": "INR"},
    "minimum": {"amount": "500.00", "currency": "INR"}, "perUser": 1, "total": 1000, "validUntil": "2030-01-01T00:00:00Z"
}))]
pub(in crate::http) struct Request {
    /// Letters, digits, dashes and underscores; kept in capitals.
    #[garde(skip)]
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{3,32}$")]
    code: Code,
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

/// Makes a coupon
#[utoipa::path(post, path = "/api/coupons", security(("bearer" = [])), request_body = Request,
    responses((status = 201, body = Coupon, description = "The coupon"),
        (status = 409, body = ProblemBody, description = "`COUPON_EXISTS`")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Coupon>)> {
    let code = request.code.clone();
    let terms = Terms::from(request);
    let coupon = terms.coupon(code, app.config.tariff.currency, app.clock.now())?;
    let coupon = app
        .database
        .write(coupon, |unit, coupon| {
            Box::pin(async move {
                coupons::insert(unit.sql(), coupon).await.map_err(exists)?;
                Ok::<domain::Coupon, Problem>(coupon.clone())
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Coupon::from(&coupon))))
}

fn exists(error: sea_orm::DbErr) -> Problem {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            Problem::conflict("COUPON_EXISTS", "there is a coupon of this code")
        }
        _ => error.into(),
    }
}
