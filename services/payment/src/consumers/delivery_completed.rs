//! `DeliveryCompleted`: cash that was collected at the door is in. Cash that cannot be true is an operator's business.

use std::time::Duration;

use revcart_messaging::{HandlingError, Incoming};
use shared_events::{AnyMessage, DeliveryCompleted};

use crate::app::App;
use crate::domain::payment::{self, Contradiction};
use crate::store::till::Till;

/// How long cash waits for the command that says what it is for.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn apply(
    app: &App,
    till: &mut Till,
    incoming: &Incoming,
    event: &DeliveryCompleted,
) -> Result<Vec<AnyMessage>, HandlingError> {
    let id = payment::of_order(event.order_id);
    if let Err(contradiction) = payment::check(till.state(id), &incoming.envelope.data) {
        let problem = contradiction.to_string();
        return Err(match contradiction {
            Contradiction::NotAskedFor => HandlingError::Later(PATIENCE, problem),
            Contradiction::NegativeAmount
            | Contradiction::NotCash
            | Contradiction::OtherCurrency => HandlingError::Permanent(problem),
        });
    }
    let says = super::obey(app, till, incoming, id);
    let shortfall = till.state(id).shortfall();
    if shortfall > 0 {
        tracing::warn!(payment = %id, shortfall, "less cash was collected than was due");
    }
    Ok(says)
}
