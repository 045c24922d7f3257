//! `POST /api/payments/dummy` (the payer, admins): presses a button on the page of the gateway for tests, where a payment is
//! open on it. 404 where that gateway is off.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Problem};
use serde::Deserialize;
use shared_events::{OrderId, PaymentId, PaymentMethod};

use super::answers::Detail;
use super::{show_payment, which};
use crate::app::App;
use crate::domain::payment::Finding;
use crate::executor::at_once;
use crate::gateways::{dummy::Press, keys};
use crate::store::payments;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Pressed {
    /// Which one: by its id or by its order, not both.
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
    #[garde(skip)]
    action: Action,
}

#[derive(Clone, Copy, Deserialize)]
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
    show_payment::visible(&identity, &record.state)?;
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
    show_payment::show(&app, &identity, id).await.map(Json)
}

fn not_open() -> Problem {
    Problem::conflict(
        "PAGE_NOT_OPEN",
        "the gateway does not wait for anybody here",
    )
}
