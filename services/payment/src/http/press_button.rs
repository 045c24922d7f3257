//! `POST /api/payments/dummy` (the payer, admins): presses a button on the page of the gateway for tests, where a payment is
//! open on it. 404 where that gateway is off.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Problem, ProblemBody, Visitor};
use serde::Deserialize;
use shared_events::{OrderId, PaymentId, PaymentMethod};
use utoipa::ToSchema;

use super::answers::Detail;
use super::{show_payment, which};
use crate::app::App;
use crate::domain::payment::Finding;
use crate::executor::at_once;
use crate::gateways::{dummy::Press, keys};
use crate::store::payments;

/// Which payment, and which button.
#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = PressedButton, example = json!({ "orderId": "01981f3e-0000-7000-8000-000000000001", "action": "complete" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Pressed {
    /// Which one: by its id or by its order, not both.
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
    #[garde(skip)]
    #[schema(inline)]
    action: Action,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Action {
    Complete,
    Decline,
}

impl From<Action> for Press {
    fn from(action: Action) -> Self {
        match action {
            Action::Complete => Self::Complete,
            Action::Decline => Self::Decline,
        }
    }
}

/// Press a button on the page of the gateway for tests
///
/// Where a payment is open on it.
#[utoipa::path(post, path = "/api/payments/dummy", request_body = Pressed,
    responses(
        (status = 200, body = Detail, description = "The payment"),
        (status = 404, body = ProblemBody, description = "There is no such payment, or no gateway for tests"),
        (status = 409, body = ProblemBody, description = "PAGE_NOT_OPEN"),
    ),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(pressed): Json<Pressed>,
) -> Answer<Json<Detail>> {
    let dummy = app.gateways.dummy();
    let dummy = dummy.ok_or_else(|| Problem::not_found("gateway"))?;
    let id = which::named(pressed.payment_id, pressed.order_id)?;
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    let visitor = Visitor::User(identity);
    show_payment::visible(&visitor, &record.state)?;
    let is_dummy = |method| method == PaymentMethod::Dummy;
    if !record
        .state
        .bill()
        .is_some_and(|bill| is_dummy(bill.method))
    {
        return Err(not_open());
    }
    let charge = keys::charge(id, record.state.charge().attempt);
    match dummy.press(&charge, pressed.action.into()).await {
        Ok(Finding::Absent) => return Err(not_open()),
        Ok(_) => {}
        Err(error) => return Err(Problem::internal(&error)),
    }
    at_once::look_up(&app, id).await?;
    show_payment::show(&app, &visitor, id).await.map(Json)
}

fn not_open() -> Problem {
    Problem::conflict(
        "PAGE_NOT_OPEN",
        "the gateway does not wait for anybody here",
    )
}
