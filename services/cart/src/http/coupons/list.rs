//! `GET /api/coupons`: all coupons by their codes. Admins.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::answers::Coupon;
use crate::app::App;
use crate::store::coupons;

/// All coupons
///
/// By their codes.
#[utoipa::path(get, path = "/api/coupons", security(("bearer" = [])), params(PageRequest),
    responses((status = 200, body = Page<Coupon>, description = "A page of them")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    page: PageRequest,
) -> Answer<Page<Coupon>> {
    let found = coupons::list(app.database.read(), page.after()?, page.fetch()).await?;
    let found = Page::of(found, &page, |coupon| coupon.code.clone());
    Ok(found.map(|coupon| Coupon::from(&coupon)))
}
