//! Who takes money. One seam for all gateways: [`Gateway`], chosen by the payment's method; static dispatch.
//!
//! A gateway knows payments by idempotency keys ([`keys`]), so asking twice is asking once, and can be asked what became
//! of a key. Nothing here is called inside a transaction, and nothing is retried here: [`crate::executor`] does both.
//!
//! What a gateway promises whoever asks it, which the contract suite in `tests/it` holds all of them to:
//!
//! - A charge takes money once at the most, however often it is asked for under its key.
//! - Who asks what became of a charge is told the truth; `Absent` means that nothing has been taken and nothing will be unless
//!   it is asked for again. After a no, nothing is taken any more.
//! - A charge that was given up takes nothing any more, even if it was on its way; or the gateway says that it cannot promise
//!   that (`GivenUp`), and finds the money when it is asked later.
//! - A refund is made once at the most; what was refused once stays refused.

pub(crate) mod dummy;
pub(crate) mod razorpay;
mod records;
mod signature;
pub(crate) mod stripe;
pub(crate) mod webhook;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{Money, PaymentMethod, PaymentToken};

use crate::config::Config;
use crate::domain::payment::Finding;
use dummy::Dummy;
use razorpay::Razorpay;
use stripe::Stripe;

/// A gateway could not be asked, or had an error: nobody knows what became of the call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It says so itself.
    #[error("the gateway had an error")]
    Failed,
    /// It could not be reached.
    #[error("the gateway is out of reach")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It has answered something that decides nothing.
    #[error("the gateway answered {status} {code}")]
    Answered {
        /// The HTTP status.
        status: u16,
        /// Its own code.
        code: String,
    },
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

/// What the payer's page needs to go on with a charge. Only for the payer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// Stripe: of the payment intent.
    pub(crate) client_secret: Option<String>,
    /// Stripe: by which the page names the shop.
    pub(crate) publishable_key: Option<String>,
    /// Razorpay: by which the page names the shop.
    pub(crate) key_id: Option<String>,
    /// Razorpay: the order to be paid.
    pub(crate) razorpay_order_id: Option<String>,
}

/// One way to take money.
#[derive(Clone)]
pub(crate) enum Gateway {
    /// The gateway for tests.
    Dummy(Dummy),
    /// Stripe.
    Stripe(Stripe),
    /// Razorpay.
    Razorpay(Razorpay),
    /// Cash: the money is taken at the door and given back by hand, so there is nobody to ask.
    Cash,
}

impl Gateway {
    /// Takes money.
    pub(crate) async fn charge(&self, call: &ChargeCall) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.charge(call).await,
            Self::Stripe(stripe) => stripe.charge(call).await,
            Self::Razorpay(razorpay) => razorpay.charge(call).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }

    /// What has become of a charge.
    pub(crate) async fn look_up(&self, charge: &str) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.look_up(charge).await,
            Self::Stripe(stripe) => stripe.look_up(charge).await,
            Self::Razorpay(razorpay) => razorpay.look_up(charge).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }

    /// Sees to it that a charge takes nothing any more, even if it has not arrived yet.
    pub(crate) async fn cancel(&self, charge: &str) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.cancel(charge).await,
            Self::Stripe(stripe) => stripe.cancel(charge).await,
            Self::Razorpay(razorpay) => razorpay.cancel(charge).await,
            Self::Cash => Ok(Finding::Void),
        }
    }

    /// Gives money back.
    pub(crate) async fn refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.refund(call).await,
            Self::Stripe(stripe) => stripe.refund(call).await,
            Self::Razorpay(razorpay) => razorpay.refund(call).await,
            Self::Cash => Ok(Finding::Refunded),
        }
    }

    /// What has become of a refund.
    pub(crate) async fn look_up_refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        match self {
            Self::Dummy(dummy) => dummy.look_up(&call.key).await,
            Self::Stripe(stripe) => stripe.look_up_refund(call).await,
            Self::Razorpay(razorpay) => razorpay.look_up_refund(call).await,
            Self::Cash => Ok(Finding::Absent),
        }
    }
}

/// The gateways that this shop has.
#[derive(Clone)]
pub(crate) struct Gateways {
    methods: Vec<PaymentMethod>,
    dummy: Option<Dummy>,
    stripe: Option<Stripe>,
    razorpay: Option<Razorpay>,
}

impl Gateways {
    /// Cash always; the gateway for tests if it is wanted; the others if there are keys for them.
    pub(crate) fn new(config: &Config, database: &Database, clock: &Clock, naps: &Naps) -> Self {
        let deadline = config.gateway_deadline;
        let dummy = config
            .dummy
            .then(|| Dummy::new(database.clone(), clock.clone(), naps.clone()));
        let stripe = config.stripe.as_ref();
        let stripe = stripe.map(|stripe| Stripe::new(stripe, database.clone(), deadline));
        let razorpay = config.razorpay.as_ref();
        let razorpay = razorpay.map(|razorpay| Razorpay::new(razorpay, database.clone(), deadline));
        let methods = [
            (PaymentMethod::Stripe, stripe.is_some()),
            (PaymentMethod::Razorpay, razorpay.is_some()),
            (PaymentMethod::Cod, true),
            (PaymentMethod::Dummy, dummy.is_some()),
        ];
        let there = methods.into_iter().filter(|(_, is_there)| *is_there);
        Self {
            methods: there.map(|(method, _)| method).collect(),
            dummy,
            stripe,
            razorpay,
        }
    }

    /// The ways to pay, in the order in which a shop shows them.
    pub(crate) fn methods(&self) -> &[PaymentMethod] {
        &self.methods
    }

    /// The gateway for tests, if it is there.
    pub(crate) fn dummy(&self) -> Option<&Dummy> {
        self.dummy.as_ref()
    }

    /// Stripe, if there are keys for it.
    pub(crate) fn stripe(&self) -> Option<&Stripe> {
        self.stripe.as_ref()
    }

    /// Razorpay, if there are keys for it.
    pub(crate) fn razorpay(&self) -> Option<&Razorpay> {
        self.razorpay.as_ref()
    }

    /// What a page names the shop by at the gateway of a method; nothing secret.
    pub(crate) fn public_key(&self, method: PaymentMethod) -> Option<&str> {
        match method {
            PaymentMethod::Stripe => self.stripe.as_ref()?.publishable_key(),
            PaymentMethod::Razorpay => self.razorpay.as_ref().map(Razorpay::key_id),
            PaymentMethod::Cod | PaymentMethod::Dummy => None,
        }
    }

    /// What the payer's page needs to go on with a charge; nothing where it needs no more than it knows.
    pub(crate) async fn next_step(
        &self,
        method: PaymentMethod,
        charge: &str,
    ) -> Result<Option<Step>, Error> {
        match self.of(method) {
            Some(Gateway::Stripe(stripe)) => stripe.next_step(charge).await,
            Some(Gateway::Razorpay(razorpay)) => razorpay.next_step(charge).await,
            Some(Gateway::Dummy(_) | Gateway::Cash) | None => Ok(None),
        }
    }

    /// The gateway of a method; none if this shop does not have it (any more).
    pub(crate) fn of(&self, method: PaymentMethod) -> Option<Gateway> {
        match method {
            PaymentMethod::Cod => Some(Gateway::Cash),
            PaymentMethod::Dummy => self.dummy.clone().map(Gateway::Dummy),
            PaymentMethod::Stripe => self.stripe.clone().map(Gateway::Stripe),
            PaymentMethod::Razorpay => self.razorpay.clone().map(Gateway::Razorpay),
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

    /// Which try a key of a charge is.
    pub(crate) fn attempt(key: &str) -> Option<u32> {
        key.split_once(":charge:")?.1.parse().ok()
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
