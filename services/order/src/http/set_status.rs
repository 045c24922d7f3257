//! `PUT /api/orders/{id}/status`: an admin or another service decides what becomes of an order. It is told to the saga, and
//! only what [`crate::domain::steering`] allows; a status is never simply written.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, InternalOrAdmin, Json, Path, Problem, RequestCause, Visitor};
use serde::Deserialize;
use shared_events::{OrderId, OrderStatus};
use utoipa::ToSchema;

use super::body::OrderBody;
use super::show;
use super::telling::{self, Word};
use crate::app::App;
use crate::domain::because::{Because, CancelCode};
use crate::domain::steering::{self, Wish};

/// Where the order should stand, and why.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"status": "CANCELLED", "code": "WRONG_ADDRESS", "reason": "nobody lives there"}))]
pub(crate) struct StatusRequest {
    #[garde(skip)]
    status: OrderStatus,
    /// In one's own words; shown in the order's history.
    #[garde(length(chars, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Of a list, for a cancellation.
    #[garde(skip)]
    #[schema(inline)]
    code: Option<CancelCode>,
    /// Whether the goods came back and go on the shelf again.
    #[garde(skip)]
    #[serde(default)]
    restock: bool,
}

/// Decide what becomes of an order
///
/// For admins and other services: `CANCELLED` of an order that is `PLACED`, `CONFIRMED` or `DELIVERY_FAILED`,
/// `OUT_FOR_DELIVERY` of one that is `DELIVERY_FAILED`. A refusal says in `allowed` what is possible.
#[utoipa::path(put, path = "/api/orders/{id}/status", params(("id" = OrderId, Path)), security(("bearer" = [])),
    request_body = StatusRequest,
    responses(
        (status = 202, body = OrderBody, description = "It is being done"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody,
            description = "STATUS_NOT_ALLOWED and what the saga refuses, with `orderStatus` and `allowed`")))]
pub(crate) async fn handle(
    State(app): State<App>,
    InternalOrAdmin(identity): InternalOrAdmin,
    RequestCause(cause): RequestCause,
    Path(id): Path<OrderId>,
    Json(request): Json<StatusRequest>,
) -> Answer<(StatusCode, Json<OrderBody>)> {
    let order = show::visible(&app, &Visitor::User(identity), id).await?;
    let because = Because::said(request.code, Some(request.reason));
    let wish = Wish {
        status: request.status,
        restock: request.restock,
        who: identity.scope(),
        why: because.line().unwrap_or_default(),
    };
    let input = steering::input(order.status, wish).map_err(|not_allowed| {
        Problem::conflict("STATUS_NOT_ALLOWED", not_allowed.to_string())
            .with("orderStatus", order.status)
            .with("allowed", not_allowed.instead)
    })?;
    let order = telling::tell(&app, id, Word { input, because }, cause).await?;
    Ok((StatusCode::ACCEPTED, Json(OrderBody::from(&order))))
}
