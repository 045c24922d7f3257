//! `POST /api/ops/sagas/{orderId}/{retry,skip,compensate,force-forward}`: an operator takes a hand. Who and why are kept in
//! the saga's log; what would break an invariant is refused with 409.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Identity, Json, Path, RequestCause};
use revcart_persistence::Cause;
use saga::order::{Action, Input, Intervention};
use serde::Deserialize;
use shared_events::OrderId;

use super::super::telling;
use super::show;
use crate::app::App;
use crate::sagas::Detail;

/// The body of `retry`, `skip` and `force-forward`.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Because {
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
}

/// The body of `compensate`.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CompensateRequest {
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    /// After a failed delivery: whether the goods came back and go on the shelf again.
    #[garde(skip)]
    #[serde(default)]
    restock: bool,
}

/// What every intervention is made of, but for what is done.
type Asked = (State<App>, Admin, RequestCause, Path<OrderId>);

pub(crate) async fn retry(
    asked: Asked,
    Json(Because { reason }): Json<Because>,
) -> Answer<Json<Detail>> {
    intervene(asked, Action::Retry, reason).await
}

pub(crate) async fn skip(
    asked: Asked,
    Json(Because { reason }): Json<Because>,
) -> Answer<Json<Detail>> {
    intervene(asked, Action::Skip, reason).await
}

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
    let told = telling::tell(app, order, input, cause).await?;
    told.accepted.map_err(|refusal| telling::refused(&refusal))
}
