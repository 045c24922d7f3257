//! What several endpoints answer with.

use revcart_http_edge::{Answer, Problem};
use serde::Serialize;
use shared_events::{Money, NextAction, OrderId, PaymentId, PaymentMethod, Timestamp};
use utoipa::ToSchema;

use crate::domain::payment::{self, Phase};
use crate::gateways::Step;
use crate::store::attempts::entity::Model;
use crate::store::payments::Record;

/// Where a payment stands, as shoppers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PaymentStatus)]
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
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    /// The same as the order's.
    payment_id: PaymentId,
    order_id: OrderId,
    status: Status,
    method: PaymentMethod,
    gateway: PaymentMethod,
    /// What is to be paid.
    amount: Money,
    /// What was taken.
    captured: Money,
    /// What has gone back of it.
    refunded: Money,
    /// Cash of which less was collected than was due: what is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    shortfall: Option<Money>,
    /// What the payer has to do, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<NextStep>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What the payer has to do so that the payment goes on, with what their page needs for it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NextStep {
    /// What: `redirect` (go to `url`), `confirm` and `authenticate` (Stripe.js, with `clientSecret`), `checkout` (Razorpay
    /// Checkout, with `razorpayOrderId`).
    kind: String,
    /// Where to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Stripe: of the payment intent. Only the payer is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// Stripe: names the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    publishable_key: Option<String>,
    /// Razorpay: names the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    /// Razorpay: the order to be paid there.
    #[serde(skip_serializing_if = "Option::is_none")]
    razorpay_order_id: Option<String>,
    /// Razorpay: how much, in the smallest unit of the currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    /// Razorpay: of which currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

/// A payment with the calls that were made for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentDetail)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    #[serde(flatten)]
    payment: Payment,
    attempts: Vec<Attempt>,
}

/// A call to a gateway.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentAttempt)]
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
        let shortfall = record.state.shortfall();
        let next_action = record.state.charge().next_action.clone();
        Ok(Self {
            payment_id: payment::of_order(bill.order_id),
            order_id: bill.order_id,
            status: Status::of(record),
            method: bill.method,
            gateway: bill.method,
            amount: bill.amount,
            captured: Money::from_minor(sums.captured, currency),
            refunded: Money::from_minor(sums.refunded, currency),
            shortfall: (shortfall > 0).then(|| Money::from_minor(shortfall, currency)),
            next_action: next_action.map(|action| NextStep::of(action, None, bill.amount)),
            created_at: record.created_at,
            updated_at: record.updated_at,
        })
    }
}

impl Detail {
    /// The payment with its calls, in their order.
    pub(super) fn of(record: &Record, attempts: Vec<Model>, step: Option<Step>) -> Answer<Self> {
        let mut payment = Payment::of(record)?;
        if let Some(action) = record.state.charge().next_action.clone() {
            payment.next_action = Some(NextStep::of(action, step, payment.amount));
        }
        Ok(Self {
            payment,
            attempts: attempts.into_iter().map(Attempt::from).collect(),
        })
    }
}

impl NextStep {
    fn of(action: NextAction, step: Option<Step>, due: Money) -> Self {
        let step = step.unwrap_or_default();
        let at_razorpay = step.razorpay_order_id.is_some();
        Self {
            kind: action.kind,
            url: action.url,
            client_secret: step.client_secret,
            publishable_key: step.publishable_key,
            key_id: step.key_id,
            razorpay_order_id: step.razorpay_order_id,
            amount: at_razorpay.then_some(due.minor()),
            currency: at_razorpay.then(|| due.currency().code().to_owned()),
        }
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
