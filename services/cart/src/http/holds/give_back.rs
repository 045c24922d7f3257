//! `DELETE /internal/coupons/holds/{orderId}`: the order is not placed after all. Internal. What an order has used stays used.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Internal, Path, Problem};
use shared_events::OrderId;

use crate::app::App;
use crate::store::holds::{self, Which};

/// Gives back the coupon of an order that was not placed
///
/// The same again, or for an order without a coupon, changes nothing.
#[utoipa::path(delete, path = "/internal/coupons/holds/{orderId}", security(("bearer" = [])),
    params(("orderId" = inline(OrderId), Path)),
    responses((status = 204, description = "The order has none on hold")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(order): Path<OrderId>,
) -> Answer<StatusCode> {
    app.database
        .write(order, |unit, order| {
            Box::pin(async move {
                holds::give_back(unit.sql(), &[*order], Which::Held).await?;
                Ok::<(), Problem>(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
