//! `GET /api/orders/{id}/invoice`: the invoice as a page to be printed, for the owner or guest of the order, admins and other
//! services. Before the order is confirmed there is none: 409 `NOT_CONFIRMED`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use revcart_http_edge::{Answer, Path, Problem, Visitor};
use shared_events::OrderId;

use super::show;
use crate::app::App;
use crate::domain::invoice::Invoice;

/// The invoice of an order
///
/// HTML to be printed. For the owner, the guest who holds the order's token, admins and other services.
#[utoipa::path(get, path = "/api/orders/{id}/invoice", params(("id" = OrderId, Path)), security(("bearer" = [])),
    responses(
        (status = 200, content_type = "text/html", body = String, description = "The page"),
        (status = 409, content_type = "application/problem+json", body = revcart_http_edge::openapi::ProblemBody,
            description = "NOT_CONFIRMED: there is no invoice yet, or never will be")))]
pub(crate) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<OrderId>,
) -> Answer<Response> {
    let order = show::visible(&app, &visitor, id).await?;
    let invoice = Invoice::of(&order, &app.config.shop).ok_or_else(|| {
        Problem::conflict(
            "NOT_CONFIRMED",
            "an order has an invoice from its confirmation on",
        )
        .with("orderStatus", order.status)
    })?;
    let page = app
        .invoices
        .page(&invoice)
        .map_err(|error| Problem::internal(&error))?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CONTENT_SECURITY_POLICY, page.policy),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, page.html).into_response())
}
