//! `GET /api/coupons/{code}`: one coupon. Admins.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};

use super::answers::Coupon;
use crate::app::App;
use crate::domain::Code;
use crate::store::coupons;

/// One coupon
#[utoipa::path(get, path = "/api/coupons/{code}", security(("bearer" = [])),
    params(("code" = String, Path, description = "Case does not matter", example = "WELCOME10")),
    responses((status = 200, body = Coupon, description = "The coupon")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(code): Path<Code>,
) -> Answer<Json<Coupon>> {
    let coupon = coupons::find(app.database.read(), &code).await?;
    let coupon = coupon.ok_or_else(|| Problem::not_found("coupon"))?;
    Ok(Json(Coupon::from(&coupon)))
}
