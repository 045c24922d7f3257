//! `PUT /api/orders/{id}/status`: an admin or another service decides what becomes of an order. It is told to the saga, and
//! only what [`crate::domain::steering`] allows; a status is never simply written.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use revcart_http_edge::{Answer, InternalOrAdmin, Json, Path, Problem, RequestCause};
use serde::Deserialize;
use shared_events::{OrderId, OrderStatus};

use super::body::OrderBody;
use super::{show, telling};
use crate::app::App;
use crate::domain::steering::{self, Wish};

/// The body.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct StatusRequest {
    #[garde(skip)]
    status: OrderStatus,
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    /// Whether the goods came back and go on the shelf again.
    #[garde(skip)]
    #[serde(default)]
    restock: bool,
}

pub(crate) async fn handle(
    State(app): State<App>,
    InternalOrAdmin(identity): InternalOrAdmin,
    RequestCause(cause): RequestCause,
    Path(id): Path<OrderId>,
    Json(request): Json<StatusRequest>,
) -> Answer<(StatusCode, Json<OrderBody>)> {
    let order = show::visible(&app, &identity, id).await?;
    let wish = Wish {
        status: request.status,
        restock: request.restock,
        who: identity.scope(),
        why: request.reason,
    };
    let input = steering::input(order.status, wish).map_err(|not_allowed| {
        Problem::conflict("STATUS_NOT_ALLOWED", not_allowed.to_string())
            .with("status", order.status)
            .with("allowed", not_allowed.instead)
    })?;
    let told = telling::tell(&app, id, input, cause).await?;
    told.accepted
        .map_err(|refusal| telling::refused(&refusal))?;
    Ok((StatusCode::ACCEPTED, Json(OrderBody::from(&told.order))))
}
