//! The gateway for tests: stands for a system outside, so it has books of its own ([`ledger`]) that know nothing of payments
//! and survive whatever happens to them. What it does is chosen by the token (`api.md`):
//!
//! | token | what it does |
//! | --- | --- |
//! | `tok_ok`, or none | takes the money |
//! | `tok_declined`, `tok_insufficient_funds`, any other | declines |
//! | `tok_fail_once` | has an error; takes the money when asked again |
//! | `tok_slow` | takes the money after 5 s |
//! | `tok_hang` | never answers; look-up and cancel do |
//! | `tok_capture_lost` | takes the money, and the answer is lost |
//! | `tok_page` | waits for the shopper on its page (`POST /api/payments/dummy`) |

pub(crate) mod books;
pub(crate) mod ledger;

use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{NextAction, PaymentToken, Timestamp};

use super::{ChargeCall, Error, Naps, RefundCall};
use crate::domain::payment::Finding;
use books::{Entry, Reply, Request};
use ledger::Ledger;

pub(crate) use books::Press;

/// The gateway. Clones share its books.
#[derive(Clone)]
pub(crate) struct Dummy {
    ledger: Ledger,
    clock: Clock,
    naps: Naps,
}

impl Dummy {
    pub(super) fn new(database: Database, clock: Clock, naps: Naps) -> Self {
        Self {
            ledger: Ledger::new(database),
            clock,
            naps,
        }
    }

    pub(super) async fn charge(&self, call: &ChargeCall) -> Result<Finding, Error> {
        let token = call.token.as_ref().map(PaymentToken::expose);
        let entry = Entry::Charge {
            behaviour: books::Behaviour::of(token),
            amount: call.amount.minor(),
        };
        loop {
            match self.ask(&call.key, entry).await? {
                Reply::Found(finding) => return Ok(finding),
                Reply::Error => return Err(Error::Failed),
                Reply::Slow(until) => self.sleep_until(until).await,
                Reply::Hang => self.naps.take(std::future::pending()).await,
            }
        }
    }

    pub(super) async fn look_up(&self, key: &str) -> Result<Finding, Error> {
        self.found(key, Entry::LookUp).await
    }

    pub(super) async fn cancel(&self, charge: &str) -> Result<Finding, Error> {
        self.found(charge, Entry::Cancel).await
    }

    pub(super) async fn refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        let entry = Entry::Refund {
            amount: call.amount.minor(),
        };
        let request = Request {
            key: call.key.clone(),
            charge: call.charge.clone(),
            entry,
        };
        finding(self.ledger.enter(request).await?)
    }

    /// The shopper presses a button on the gateway's page. `Absent` if the page is not open (any more).
    pub(crate) async fn press(&self, charge: &str, button: Press) -> Result<Finding, Error> {
        self.found(charge, Entry::Press(button)).await
    }

    async fn found(&self, key: &str, entry: Entry) -> Result<Finding, Error> {
        finding(self.ask(key, entry).await?)
    }

    async fn ask(&self, key: &str, entry: Entry) -> Result<Reply, Error> {
        let request = Request {
            key: key.to_owned(),
            charge: key.to_owned(),
            entry,
        };
        self.ledger.enter(request).await
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.naps.take(self.clock.sleep_until(until)).await;
    }
}

fn finding(reply: Reply) -> Result<Finding, Error> {
    match reply {
        Reply::Found(finding) => Ok(finding),
        Reply::Error | Reply::Slow(_) | Reply::Hang => Err(Error::Failed),
    }
}

/// Where a shopper would be sent to pay.
fn page() -> NextAction {
    NextAction {
        kind: "redirect".to_owned(),
        url: Some("/api/payments/dummy".to_owned()),
    }
}
