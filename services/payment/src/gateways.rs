//! Who takes money. One seam for all gateways: [`Gateway`], chosen by the payment's method; static dispatch.
//!
//! A gateway knows payments by idempotency keys ([`keys`]), so asking twice is asking once, and can be asked what became
//! of a key. Nothing here is called inside a transaction, and nothing is retried here: [`crate::executor`] does both.

pub(crate) mod dummy;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{Money, PaymentMethod, PaymentToken};

use crate::domain::payment::Finding;
use dummy::Dummy;

/// A gateway could not be asked, or had an error: nobody knows what became of the call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It says so itself.
    #[error("the gateway had an error")]
    Failed,
    /// It could not be reached.
    #[error("the gateway is out of reach")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The calls that are at rest: nothing but the clock can bring them further.
#[derive(Debug, Clone, Default)]
pub(crate) struct Naps(Arc<AtomicUsize>);

impl Naps {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    /// Waits in a nap.
    pub(crate) async fn take(&self, until: impl Future<Output = ()>) {
        self.0.fetch_add(1, Ordering::AcqRel);
        let _nap = Nap(&self.0);
        until.await;
    }
}

struct Nap<'a>(&'a AtomicUsize);

impl Drop for Nap<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Take this much money.
#[derive(Debug, Clone)]
pub(crate) struct ChargeCall {
    /// Idempotency key; the name of the charge from then on.
    pub(crate) key: String,
    /// How much.
    pub(crate) amount: Money,
    /// What the shopper has given.
    pub(crate) token: Option<PaymentToken>,
}

/// Give this much of a charge back.
#[derive(Debug, Clone)]
pub(crate) struct RefundCall {
    /// Idempotency key.
    pub(crate) key: String,
    /// The key of the charge.
    pub(crate) charge: String,
    /// How much.
    pub(crate) amount: Money,
}

/// One way to take money.
#[derive(Clone)]
pub(crate) enum Gateway {
    /// The gateway for tests.
    Dummy(Dummy),
    /// Cash: the money is taken at the door and given back by hand, so there is nobody to ask.
    Cash,
}

impl Gateway {
    /// Takes money.
    pub(crate) async fn charge(&self, call: &ChargeCall) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.charge(call).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }

    /// What has become of a charge.
    pub(crate) async fn look_up(&self, charge: &str) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.look_up(charge).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }

    /// Sees to it that a charge takes nothing any more, even if it has not arrived yet.
    pub(crate) async fn cancel(&self, charge: &str) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.cancel(charge).await,
            Self::Cash => Ok(Finding::Void),
        }
    }

    /// Gives money back.
    pub(crate) async fn refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.refund(call).await,
            Self::Cash => Ok(Finding::Refunded),
        }
    }

    /// What has become of a refund.
    pub(crate) async fn look_up_refund(&self, key: &str) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.look_up(key).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }
}

/// The gateways that this shop has.
#[derive(Clone)]
pub(crate) struct Gateways {
    methods: Vec<PaymentMethod>,
    dummy: Option<Dummy>,
}

impl Gateways {
    /// Cash always; the gateway for tests if it is wanted.
    pub(crate) fn new(with_dummy: bool, database: &Database, clock: &Clock, naps: &Naps) -> Self {
        let dummy = with_dummy.then(|| Dummy::new(database.clone(), clock.clone(), naps.clone()));
        let mut methods = vec![PaymentMethod::Cod];
        methods.extend(dummy.as_ref().map(|_| PaymentMethod::Dummy));
        Self { methods, dummy }
    }

    /// The ways to pay, in the order in which a shop shows them.
    pub(crate) fn methods(&self) -> &[PaymentMethod] {
        &self.methods
    }

    /// The gateway for tests, if it is there.
    pub(crate) fn dummy(&self) -> Option<&Dummy> {
        self.dummy.as_ref()
    }

    /// The gateway of a method; none if this shop does not have it (any more).
    pub(crate) fn of(&self, method: PaymentMethod) -> Option<Gateway> {
        match method {
            PaymentMethod::Cod => Some(Gateway::Cash),
            PaymentMethod::Dummy => self.dummy.clone().map(Gateway::Dummy),
            PaymentMethod::Stripe | PaymentMethod::Razorpay => None,
        }
    }
}

pub(crate) mod keys {
    //! What gateways know calls by: `paymentId:operation:attempt`, the same for every repetition of a call.

    use shared_events::PaymentId;

    /// Of the try of this number to take money.
    pub(crate) fn charge(payment: PaymentId, attempt: u32) -> String {
        format!("{payment}:charge:{attempt}")
    }

    /// The payment that a key is about.
    pub(crate) fn payment(key: &str) -> Option<PaymentId> {
        key.split_once(':')?.0.parse().ok()
    }

    /// Of giving such a try up.
    pub(crate) fn cancel(payment: PaymentId, attempt: u32) -> String {
        format!("{payment}:cancel:{attempt}")
    }

    /// Of the refund of this number.
    pub(crate) fn refund(payment: PaymentId, number: u32) -> String {
        format!("{payment}:refund:{number}")
    }
}
