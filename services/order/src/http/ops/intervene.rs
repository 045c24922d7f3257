//! `POST /api/ops/sagas/{orderId}/{retry,skip,compensate,force-forward}`: an operator takes a hand. Who and why are kept in
//! the saga's log; what would break an invariant is refused with 409.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Identity, Json, Path, RequestCause};
use revcart_persistence::Cause;
use saga::order::{Action, Input, Intervention};
use serde::Deserialize;
use shared_events::OrderId;
use utoipa::ToSchema;

use super::super::telling;
use super::show;
use crate::app::App;
use crate::sagas::Detail;

/// The body of `retry`, `skip` and `force-forward`.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = InterventionRequest, example = json!({"reason": "the courier called"}))]
pub(crate) struct Because {
    #[garde(length(chars, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The body of `compensate`.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"reason": "nobody at home three times", "restock": true}))]
pub(crate) struct CompensateRequest {
    #[garde(length(chars, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// After a failed delivery: whether the goods came back and go on the shelf again.
    #[garde(skip)]
    #[serde(default)]
    restock: bool,
}

/// What every intervention is made of, but for what is done.
type Asked = (State<App>, Admin, RequestCause, Path<OrderId>);

/// Try the step again
///
/// A compensation that was not answered, or a delivery that failed at the door.
#[utoipa::path(post, path = "/api/ops/sagas/{orderId}/retry", params(("orderId" = OrderId, Path)), security(("bearer" = [])),
    request_body = Because,
    responses(
        (status = 200, body = Detail, description = "The saga now"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "It would break something")))]
pub(crate) async fn retry(
    asked: Asked,
    Json(Because { reason }): Json<Because>,
) -> Answer<Json<Detail>> {
    intervene(asked, Action::Retry, reason).await
}

/// Take a compensation as done
///
/// It has been done by hand.
#[utoipa::path(post, path = "/api/ops/sagas/{orderId}/skip", params(("orderId" = OrderId, Path)), security(("bearer" = [])),
    request_body = Because,
    responses(
        (status = 200, body = Detail, description = "The saga now"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "It would break something")))]
pub(crate) async fn skip(
    asked: Asked,
    Json(Because { reason }): Json<Because>,
) -> Answer<Json<Detail>> {
    intervene(asked, Action::Skip, reason).await
}

/// Undo the order
///
/// Before the delivery agent has it, or after a failed delivery.
#[utoipa::path(post, path = "/api/ops/sagas/{orderId}/compensate", params(("orderId" = OrderId, Path)), security(("bearer" = [])),
    request_body = CompensateRequest,
    responses(
        (status = 200, body = Detail, description = "The saga now"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "It would break something")))]
pub(crate) async fn compensate(
    asked: Asked,
    Json(request): Json<CompensateRequest>,
) -> Answer<Json<Detail>> {
    intervene(
        asked,
        Action::Compensate {
            restock: request.restock,
        },
        request.reason,
    )
    .await
}

/// Take a fact as told
///
/// That it was picked up or delivered, if the message never came.
#[utoipa::path(post, path = "/api/ops/sagas/{orderId}/force-forward", params(("orderId" = OrderId, Path)), security(("bearer" = [])),
    request_body = Because,
    responses(
        (status = 200, body = Detail, description = "The saga now"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "It would break something")))]
pub(crate) async fn force_forward(
    asked: Asked,
    Json(Because { reason }): Json<Because>,
) -> Answer<Json<Detail>> {
    intervene(asked, Action::ForceForward, reason).await
}

async fn intervene(asked: Asked, action: Action, why: String) -> Answer<Json<Detail>> {
    let (State(app), Admin(admin), RequestCause(cause), Path(order)) = asked;
    take_a_hand(&app, order, &admin, cause, (action, why)).await?;
    show::detail(&app, order).await
}

async fn take_a_hand(
    app: &App,
    order: OrderId,
    admin: &Identity,
    cause: Cause,
    what: (Action, String),
) -> Answer<()> {
    let (action, why) = what;
    let input = Input::Operator(Intervention {
        action,
        who: admin.scope(),
        why,
    });
    telling::tell(app, order, input.into(), cause).await?;
    Ok(())
}
