//! What several endpoints answer with.

use revcart_http_edge::{Answer, Problem};
use serde::Serialize;
use shared_events::{Money, NextAction, OrderId, PaymentId, PaymentMethod, Timestamp};

use crate::domain::payment::{self, Phase};
use crate::store::attempts::entity::Model;
use crate::store::payments::Record;

/// Where a payment stands, as shoppers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    /// The gateway is at it, or waits for the shopper.
    Pending,
    /// Cash is promised.
    Authorized,
    /// It is paid.
    Completed,
    /// Nothing was taken, and nothing will be.
    Failed,
    /// It is being called off, or money is going back.
    Refunding,
    /// What was taken has gone back.
    Refunded,
    /// It was called off before anything was taken.
    Cancelled,
}

/// A payment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    payment_id: PaymentId,
    order_id: OrderId,
    status: Status,
    method: PaymentMethod,
    gateway: PaymentMethod,
    amount: Money,
    captured: Money,
    refunded: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<NextAction>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A payment with the calls that were made for it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    #[serde(flatten)]
    payment: Payment,
    attempts: Vec<Attempt>,
}

/// A call to a gateway.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    operation: String,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    started_at: Timestamp,
    finished_at: Timestamp,
}

impl Payment {
    /// A payment that was asked for; of a tombstone nobody is told.
    pub(super) fn of(record: &Record) -> Answer<Self> {
        let bill = record.state.bill();
        let bill = bill.ok_or_else(|| Problem::not_found("payment"))?;
        let currency = bill.amount.currency();
        let sums = record.state.sums();
        Ok(Self {
            payment_id: payment::of_order(bill.order_id),
            order_id: bill.order_id,
            status: Status::of(record),
            method: bill.method,
            gateway: bill.method,
            amount: bill.amount,
            captured: Money::from_minor(sums.captured, currency),
            refunded: Money::from_minor(sums.refunded, currency),
            next_action: record.state.charge().next_action.clone(),
            created_at: record.created_at,
            updated_at: record.updated_at,
        })
    }
}

impl Detail {
    /// The payment with its calls, in their order.
    pub(super) fn of(record: &Record, attempts: Vec<Model>) -> Answer<Self> {
        Ok(Self {
            payment: Payment::of(record)?,
            attempts: attempts.into_iter().map(Attempt::from).collect(),
        })
    }
}

impl From<Model> for Attempt {
    fn from(row: Model) -> Self {
        Self {
            operation: row.operation,
            // What went wrong inside is for operators (`/internal/trace`).
            detail: row.detail.filter(|_| row.outcome != "error"),
            outcome: row.outcome,
            started_at: Timestamp::from_micros(row.started_at),
            finished_at: Timestamp::from_micros(row.finished_at),
        }
    }
}

impl Status {
    fn of(record: &Record) -> Self {
        let state = &record.state;
        match state.phase() {
            Phase::Unheard | Phase::Open => Self::Pending,
            Phase::Authorized => Self::Authorized,
            Phase::Captured => Self::Completed,
            Phase::Failed if state.sums().captured == 0 => Self::Failed,
            Phase::Closed if state.sums().captured == 0 => Self::Cancelled,
            Phase::Failed | Phase::Closed if state.refunds().is_empty() => Self::Refunded,
            Phase::Failed | Phase::Closed | Phase::Closing => Self::Refunding,
        }
    }
}
