//! `PUT /api/orders/{id}/cancel`: the owner or an admin wants the order undone. It is undone in the background: 202 with the
//! order as it stands; 409 `ALREADY_DISPATCHED` once the agent has it.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem, RequestCause};
use saga::order::{Input, Refusal};
use serde::Deserialize;
use shared_events::{CancelledBy, OrderId, OrderStatus};

use super::body::OrderBody;
use super::{show, telling};
use crate::app::App;

/// The body; may be left out.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CancelRequest {
    #[garde(length(chars, max = 500))]
    reason: Option<String>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Path(id): Path<OrderId>,
    request: Request,
) -> Answer<(StatusCode, Json<OrderBody>)> {
    let CancelRequest { reason } = body(request).await?;
    let order = show::visible(&app, &identity, id).await?;
    let by = match order.terms.user_id {
        Some(owner) if identity.is_user(owner) => CancelledBy::Customer,
        _ if identity.is_admin() => CancelledBy::Admin,
        _ => return Err(Problem::forbidden()),
    };
    let order = match order.status {
        OrderStatus::Cancelling | OrderStatus::Cancelled => order,
        OrderStatus::OutForDelivery | OrderStatus::Delivered => {
            return Err(telling::refused(&Refusal::PastPivot));
        }
        OrderStatus::Placed | OrderStatus::Confirmed | OrderStatus::DeliveryFailed => {
            let told = telling::tell(&app, id, Input::CancelWanted { by, reason }, cause).await?;
            told.accepted
                .map_err(|refusal| telling::refused(&refusal))?;
            told.order
        }
    };
    Ok((StatusCode::ACCEPTED, Json(OrderBody::from(&order))))
}

async fn body(request: Request) -> Answer<CancelRequest> {
    if axum::body::HttpBody::size_hint(request.body()).exact() == Some(0) {
        return Ok(CancelRequest::default());
    }
    Ok(Json::from_request(request, &()).await?.0)
}
