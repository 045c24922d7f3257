//! Telling the saga of one order something on behalf of a person, and what is said when it will not do it.

use axum::http::StatusCode;
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use saga::order::{Input, Refusal};
use shared_events::OrderId;

use crate::app::App;
use crate::case;
use crate::domain::because::Because;
use crate::domain::{Order, steering};

/// What is told, and what the order keeps of why.
#[derive(Clone)]
pub(crate) struct Word {
    /// For the saga.
    pub(crate) input: Input,
    /// For the order's history.
    pub(crate) because: Because,
}

impl From<Input> for Word {
    fn from(input: Input) -> Word {
        Word {
            input,
            because: Because::default(),
        }
    }
}

/// Tells the saga of an order something; what it refuses is kept in its log, too. 404 if there is no such order, 409 with
/// where it stands and what is possible if the saga will not do it.
pub(crate) async fn tell(app: &App, id: OrderId, word: Word, cause: Cause) -> Answer<Order> {
    let args = (app.clone(), id, word, cause.correlated(id.to_string()));
    let (order, accepted) = app
        .database
        .write(args, |unit, (app, id, word, cause)| {
            Box::pin(tell_within(unit, app, *id, word, cause))
        })
        .await?;
    match accepted {
        Ok(()) => Ok(order),
        Err(refusal) => Err(refused(&refusal, &order)),
    }
}

async fn tell_within(
    unit: &mut UnitOfWork,
    app: &App,
    id: OrderId,
    word: &Word,
    cause: &Cause,
) -> Answer<(Order, Result<(), Refusal>)> {
    let mut cases = case::load(unit.sql(), &[id]).await?;
    let mut case = cases
        .remove(&id)
        .ok_or_else(|| Problem::not_found("order"))?;
    case.because = word.because.clone();
    let now = unit.now();
    let accepted = case.tell(word.input.clone(), cause.clone(), &app.config.saga, now);
    let order = case.order.clone();
    case::save(unit, [case], &app.followers).await?;
    Ok((order, accepted))
}

/// 409 with a code for each reason that a saga has, and with what may be decided of the order instead.
pub(crate) fn refused(refusal: &Refusal, order: &Order) -> Problem {
    problem(refusal)
        .with("orderStatus", order.status)
        .with("allowed", steering::allowed(order.status))
}

fn problem(refusal: &Refusal) -> Problem {
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
            case::Error::Refused(refusal) => problem(&refusal),
        }
    }
}
