//! `PUT /api/orders/{id}/cancel`: the owner, the guest or an admin wants the order undone. It is undone in the background: 202
//! with the order as it stands; 409 `ALREADY_DISPATCHED` once the agent has it.

use axum::body::HttpBody;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Json, Path, Problem, RequestCause, Visitor};
use saga::order::{Input, Refusal};
use serde::Deserialize;
use shared_events::{CancelledBy, OrderId, OrderStatus};
use utoipa::ToSchema;

use super::body::OrderBody;
use super::show;
use super::telling::{self, Word};
use crate::app::App;
use crate::domain::Order;
use crate::domain::because::{Because, CancelCode};

/// Why; may be left out, as may the whole body.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"code": "CHANGED_MIND", "reason": "found it in the cupboard"}))]
pub(crate) struct CancelRequest {
    /// Of a list, so that reasons can be counted.
    #[garde(skip)]
    #[schema(inline)]
    code: Option<CancelCode>,
    /// In one's own words; shown in the order's history.
    #[garde(length(chars, max = 500))]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Cancel an order
///
/// For its owner, the guest who holds its token, and admins, until the delivery agent has it. What was done is undone in the
/// background.
#[utoipa::path(put, path = "/api/orders/{id}/cancel", params(("id" = OrderId, Path)), security(("bearer" = [])),
    request_body = CancelRequest,
    responses(
        (status = 202, body = OrderBody, description = "It is being undone, or has been"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "ALREADY_DISPATCHED")))]
pub(crate) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    RequestCause(cause): RequestCause,
    Path(id): Path<OrderId>,
    request: Request,
) -> Answer<(StatusCode, Json<OrderBody>)> {
    let CancelRequest { code, reason } = body(request).await?;
    let order = show::visible(&app, &visitor, id).await?;
    let by = on_behalf_of(&visitor, &order)?;
    let order = match order.status {
        OrderStatus::Cancelling | OrderStatus::Cancelled => order,
        OrderStatus::OutForDelivery | OrderStatus::Delivered => {
            return Err(telling::refused(&Refusal::PastPivot, &order));
        }
        OrderStatus::Placed | OrderStatus::Confirmed | OrderStatus::DeliveryFailed => {
            let because = Because::said(code, reason);
            let reason = because.line();
            let input = Input::CancelWanted { by, reason };
            telling::tell(&app, id, Word { input, because }, cause).await?
        }
    };
    Ok((StatusCode::ACCEPTED, Json(OrderBody::from(&order))))
}

fn on_behalf_of(visitor: &Visitor, order: &Order) -> Answer<CancelledBy> {
    match (visitor, order.terms.user_id) {
        (Visitor::Guest(_), _) => Ok(CancelledBy::Customer),
        (Visitor::User(identity), Some(owner)) if identity.is_user(owner) => {
            Ok(CancelledBy::Customer)
        }
        (Visitor::User(identity), _) if identity.is_admin() => Ok(CancelledBy::Admin),
        (Visitor::User(_), _) => Err(Problem::forbidden()),
    }
}

/// The body; none is no reason.
async fn body(request: Request) -> Answer<CancelRequest> {
    if request.body().size_hint().exact() == Some(0) {
        return Ok(CancelRequest::default());
    }
    Ok(Json::from_request(request, &()).await?.0)
}
