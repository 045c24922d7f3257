//! `DELETE /api/coupons/{code}`: takes back a coupon that nobody has used. Admins.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Path, Problem, ProblemBody};

use crate::app::App;
use crate::domain::Code;
use crate::store::{coupons, holds};

/// Deletes a coupon that no order has used
///
/// One that has been used is switched off instead: `"active": false`.
#[utoipa::path(delete, path = "/api/coupons/{code}", security(("bearer" = [])),
    params(("code" = String, Path, description = "Case does not matter", example = "WELCOME10")),
    responses((status = 204, description = "It is gone"),
        (status = 409, body = ProblemBody, description = "`COUPON_IN_USE`")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(code): Path<Code>,
) -> Answer<StatusCode> {
    app.database
        .write(code, |unit, code| {
            Box::pin(async move {
                if coupons::lock(unit.sql(), code).await?.is_none() {
                    return Err(Problem::not_found("coupon"));
                }
                if holds::any(unit.sql(), code).await? {
                    return Err(Problem::conflict(
                        "COUPON_IN_USE",
                        "orders have used this coupon; switch it off instead",
                    ));
                }
                Ok(coupons::delete(unit.sql(), code).await?)
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
