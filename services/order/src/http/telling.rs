//! Telling the saga of one order something on behalf of a person, and what is said when it will not do it.

use axum::http::StatusCode;
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use saga::order::{Input, Refusal};
use shared_events::OrderId;

use crate::app::App;
use crate::case;
use crate::domain::Order;

/// What the saga made of it.
pub(crate) struct Told {
    /// The order now.
    pub(crate) order: Order,
    /// Whether the saga will do it.
    pub(crate) accepted: Result<(), Refusal>,
}

/// Tells the saga of an order something; what it refuses is kept in its log, too. 404 if there is no such order.
pub(crate) async fn tell(app: &App, id: OrderId, input: Input, cause: Cause) -> Answer<Told> {
    let args = (app.clone(), id, input, cause.correlated(id.to_string()));
    app.database
        .write(args, |unit, (app, id, input, cause)| {
            Box::pin(tell_within(unit, app, *id, input, cause))
        })
        .await
}

async fn tell_within(
    unit: &mut UnitOfWork,
    app: &App,
    id: OrderId,
    input: &Input,
    cause: &Cause,
) -> Answer<Told> {
    let mut cases = case::load(unit.sql(), &[id]).await?;
    let mut case = cases
        .remove(&id)
        .ok_or_else(|| Problem::not_found("order"))?;
    let accepted = case.tell(input.clone(), cause.clone(), &app.config.saga, unit.now());
    let order = case.order.clone();
    case::save(unit, [case], &app.followers).await?;
    Ok(Told { order, accepted })
}

/// 409 with a code for each reason that a saga has.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let code = match refusal {
        Refusal::PastPivot => "ALREADY_DISPATCHED",
        Refusal::Ended => "SAGA_ENDED",
        Refusal::AlreadyCompensating => "ALREADY_COMPENSATING",
        Refusal::NeedsNoAttention => "NEEDS_NO_ATTENTION",
        Refusal::NothingToSkip => "NOTHING_TO_SKIP",
        Refusal::CannotGoForward => "CANNOT_GO_FORWARD",
        Refusal::UnknownDefinition { .. } => "UNKNOWN_DEFINITION",
    };
    Problem::new(StatusCode::CONFLICT, code, refusal.to_string())
}

impl From<case::Error> for Problem {
    fn from(error: case::Error) -> Problem {
        match error {
            case::Error::Database(error) => error.into(),
            case::Error::Overtaken => Problem::unavailable("the order was being worked on"),
            case::Error::Refused(refusal) => refused(&refusal),
        }
    }
}
