//! `PUT /internal/coupons/holds/{orderId}`: a coupon for an order that is about to be placed. Internal. It is the order's for a
//! day, for good when the order is placed, and nobody's again when the order is cancelled.
//!
//! Limits hold whatever happens at the same time: who takes a coupon has locked it, the uses of one shopper are numbered and no number
//! comes twice, and the database refuses a count beyond the total.

use std::time::Duration;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Internal, Json, Path, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use serde::{Deserialize, Serialize};
use shared_events::{CartId, Money, OrderId, UserId, pricing};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::coupon::Problem as Refusal;
use crate::domain::{Code, Coupon, Holder};
use crate::store::coupons;
use crate::store::holds::{self, Hold};

/// How long an order may take to be placed, and the news of it to come: whoever took the last use of a coupon keeps it over an outage.
const HELD: Duration = Duration::from_secs(24 * 60 * 60);

/// Which coupon, and who orders what.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = HoldCoupon, example = json!({
    "code": "WELCOME10", "cartId": "019a8b7e-52a3-7c1e-8f00-0123456789ab", "userId": "019a8b7e-52a3-7c1e-8f00-0123456789ab",
    "subtotal": {"amount": "500.00", "currency": "INR"}
}))]
pub(in crate::http) struct Request {
    /// As the shopper has typed it.
    #[garde(skip)]
    code: String,
    #[garde(skip)]
    cart_id: CartId,
    /// Who orders; or, of a guest, the e-mail address.
    #[garde(skip)]
    user_id: Option<UserId>,
    #[garde(length(chars, max = 320))]
    #[schema(max_length = 320)]
    email: Option<String>,
    /// What the goods cost.
    #[garde(skip)]
    subtotal: Money,
}

/// The coupon that the order has.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct HeldCoupon {
    coupon: pricing::Coupon,
}

/// Takes a coupon for an order
///
/// The same again answers the same. 422 says why not: `UNKNOWN_COUPON`, `COUPON_NOT_YET_VALID`, `COUPON_EXPIRED`, `COUPON_USED_UP`,
/// `COUPON_BELOW_MINIMUM`.
#[utoipa::path(put, path = "/internal/coupons/holds/{orderId}", security(("bearer" = [])), request_body = Request,
    params(("orderId" = inline(OrderId), Path)),
    responses((status = 200, body = HeldCoupon, description = "The coupon"),
        (status = 409, body = ProblemBody, description = "`OTHER_COUPON`: the order has another one")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(order): Path<OrderId>,
    Json(request): Json<Request>,
) -> Answer<Json<HeldCoupon>> {
    let code: Code = request.code.parse().map_err(|_| Refusal::Unknown)?;
    let holder = holder(&request)?;
    let wanted = Wanted {
        order,
        code,
        holder,
        request,
    };
    let coupon = app
        .database
        .write(wanted, |unit, wanted| Box::pin(take(unit, wanted)))
        .await?;
    Ok(Json(HeldCoupon { coupon }))
}

/// A shopper is known by their account, a guest by their address.
fn holder(request: &Request) -> Answer<Holder> {
    match (request.user_id, &request.email) {
        (Some(user), _) => Ok(Holder::of_user(user)),
        (None, Some(email)) => Ok(Holder::of_mail(email)),
        (None, None) => Err(Problem::invalid("email", "is needed without a userId")),
    }
}

struct Wanted {
    order: OrderId,
    code: Code,
    holder: Holder,
    request: Request,
}

async fn take(unit: &mut UnitOfWork, wanted: &Wanted) -> Answer<pricing::Coupon> {
    let (sql, now) = (unit.sql(), unit.now());
    let coupon = coupons::lock(sql, &wanted.code).await?;
    let coupon = coupon.ok_or(Refusal::Unknown)?;
    match holds::of_order(sql, wanted.order).await? {
        Some(code) if code == wanted.code.as_str() => return Ok(coupon.terms()),
        Some(_) => {
            return Err(Problem::conflict(
                "OTHER_COUPON",
                "the order has another coupon",
            ));
        }
        None => {}
    }
    let taken = holds::taken(sql, &wanted.code, &wanted.holder).await?;
    let terms = coupon.usable(now, taken.len())?;
    match terms.discount(wanted.request.subtotal) {
        Ok(_) => {}
        Err(pricing::Error::BelowMinimum) => return Err(Refusal::BelowMinimum.into()),
        // The shop has changed its currency since the coupon was made.
        Err(_) => return Err(Refusal::Unknown.into()),
    }
    let hold = Hold {
        order: wanted.order,
        code: wanted.code.clone(),
        cart: wanted.request.cart_id,
        holder: wanted.holder.clone(),
        slot: free_slot(&coupon, &taken)?,
        expires_at: now + HELD,
    };
    holds::take(sql, &hold, now).await?;
    Ok(terms)
}

/// The lowest number that none of the shopper's uses has; none where they are not limited.
fn free_slot(coupon: &Coupon, taken: &[Option<i64>]) -> Result<Option<u32>, Refusal> {
    let Some(limit) = coupon.per_user else {
        return Ok(None);
    };
    let free = (1..=limit).find(|slot| !taken.contains(&Some(i64::from(*slot))));
    free.map(Some).ok_or(Refusal::UsedUp)
}
