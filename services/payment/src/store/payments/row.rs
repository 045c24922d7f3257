//! A payment as a row, and back.

use revcart_persistence::Cause;
use sea_orm::ActiveValue::Set;
use shared_events::{
    Currency, MessageId, Money, OrderId, PaymentId, PaymentMethod, PaymentToken, Timestamp, UserId,
};

use super::Record;
use super::entity::{ActiveModel, Model};
use crate::domain::payment::{self, Bill, Phase, Standing, State, Sums};
use crate::store::Error;

const UNHEARD: &str = "UNHEARD";
const OPEN: &str = "OPEN";
const AUTHORIZED: &str = "AUTHORIZED";
const CAPTURED: &str = "CAPTURED";
const FAILED: &str = "FAILED";
const CLOSING: &str = "CLOSING";
const CLOSED: &str = "CLOSED";

pub(super) fn row(id: PaymentId, record: &Record) -> ActiveModel {
    let Record { state, cause, .. } = record;
    let bill = state.bill();
    let course = serde_json::to_string(state.course());
    // A token serves one try; the gateway that has answered needs it no more, and it is kept nowhere else.
    let is_wanted = state.charge().standing == Standing::Wanted && state.phase() == Phase::Open;
    let token = record.token.as_ref().filter(|_| is_wanted);
    ActiveModel {
        id: Set(id.as_uuid()),
        user_id: Set(bill.and_then(|bill| bill.user_id).map(Into::into)),
        method: Set(bill.map(|bill| bill.method.as_str().to_owned())),
        amount_minor: Set(bill.map(|bill| bill.amount.minor())),
        currency: Set(bill.map(|bill| bill.amount.currency().code().to_owned())),
        expires_at: Set(bill.map(|bill| bill.expires_at.micros())),
        status: Set(status_name(state.phase()).to_owned()),
        captured: Set(state.sums().captured),
        refunded: Set(state.sums().refunded),
        by_hand: Set(state.sums().by_hand),
        course: Set(course.expect("a course is JSON")),
        token: Set(token.map(|token| token.expose().to_owned())),
        correlation_id: Set(cause.correlation_id.clone()),
        causation_id: Set(cause.causation_id.map(Into::into)),
        traceparent: Set(cause.traceparent.clone()),
        due_at: Set(record.due_at.map(Timestamp::micros)),
        is_leased: Set(record.is_leased),
        visits: Set(record.visits),
        calls: Set(record.calls),
        created_at: Set(record.created_at.micros()),
        updated_at: Set(record.updated_at.micros()),
    }
}

fn status_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Unheard => UNHEARD,
        Phase::Open => OPEN,
        Phase::Authorized => AUTHORIZED,
        Phase::Captured => CAPTURED,
        Phase::Failed => FAILED,
        Phase::Closing => CLOSING,
        Phase::Closed => CLOSED,
    }
}

pub(super) fn stored(row: Model) -> Result<Record, Error> {
    let corrupt = |problem: String| Error::corrupt("payments", row.id, problem);
    let phase = match row.status.as_str() {
        UNHEARD => Phase::Unheard,
        OPEN => Phase::Open,
        AUTHORIZED => Phase::Authorized,
        CAPTURED => Phase::Captured,
        FAILED => Phase::Failed,
        CLOSING => Phase::Closing,
        CLOSED => Phase::Closed,
        other => return Err(corrupt(format!("{other} is no status"))),
    };
    let sums = Sums {
        captured: row.captured,
        refunded: row.refunded,
        by_hand: row.by_hand,
    };
    let bill = bill(&row)?;
    let course = serde_json::from_str(&row.course);
    let course = course.map_err(|error| Error::corrupt("payments", row.id, error))?;
    Ok(Record {
        state: State::stored(phase, bill, sums, course),
        token: row.token.map(PaymentToken::new),
        cause: Cause {
            correlation_id: row.correlation_id,
            causation_id: row.causation_id.map(MessageId::from_uuid),
            traceparent: row.traceparent,
        },
        due_at: row.due_at.map(Timestamp::from_micros),
        is_leased: row.is_leased,
        visits: row.visits,
        calls: row.calls,
        created_at: Timestamp::from_micros(row.created_at),
        updated_at: Timestamp::from_micros(row.updated_at),
    })
}

/// The columns of the bill are there together, or none of them.
fn bill(row: &Model) -> Result<Option<Bill>, Error> {
    let (Some(method), Some(minor), Some(currency), Some(expires_at)) =
        (&row.method, row.amount_minor, &row.currency, row.expires_at)
    else {
        return Ok(None);
    };
    let method: PaymentMethod = method
        .parse()
        .map_err(|error| Error::corrupt("payments", row.id, Box::new(error)))?;
    let currency: Currency = currency
        .parse()
        .map_err(|error| Error::corrupt("payments", row.id, Box::new(error)))?;
    Ok(Some(Bill {
        order_id: order_of(row),
        user_id: row.user_id.map(UserId::from_uuid),
        amount: Money::from_minor(minor, currency),
        method,
        expires_at: Timestamp::from_micros(expires_at),
    }))
}

fn order_of(row: &Model) -> OrderId {
    payment::order_of(PaymentId::from_uuid(row.id))
}
