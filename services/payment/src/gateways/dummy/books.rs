//! What the gateway for tests does with a request, given what its books say: pure.

use std::collections::HashMap;
use std::time::Duration;

use shared_events::{Timestamp, reasons};

use super::page;
use crate::domain::payment::Finding;

/// How long the slow one takes.
const SLOW: Duration = Duration::from_secs(5);

/// What a token makes the gateway do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Take,
    Decline(&'static str),
    FailOnce,
    Slow,
    Hang,
    LoseAnswer,
    Page,
}

impl Behaviour {
    pub(super) fn of(token: Option<&str>) -> Self {
        match token {
            None | Some("tok_ok") => Self::Take,
            Some("tok_insufficient_funds") => Self::Decline(reasons::INSUFFICIENT_FUNDS),
            Some("tok_fail_once") => Self::FailOnce,
            Some("tok_slow") => Self::Slow,
            Some("tok_hang") => Self::Hang,
            Some("tok_capture_lost") => Self::LoseAnswer,
            Some("tok_page") => Self::Page,
            Some(_) => Self::Decline(reasons::DECLINED),
        }
    }
}

/// A button on the gateway's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    /// Pay.
    Complete,
    /// Do not.
    Decline,
}

/// What the gateway is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Charge { behaviour: Behaviour, amount: i64 },
    LookUp,
    Cancel,
    Refund { amount: i64 },
    Press(Press),
}

/// A question about the entry of a key; for refunds also about the charge.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) key: String,
    pub(crate) charge: String,
    pub(crate) entry: Entry,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Found(Finding),
    /// An error instead of an answer.
    Error,
    /// Ask again at this time.
    Slow(Timestamp),
    /// Never.
    Hang,
}

/// How an entry of the books stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Had an error; the next try takes the money.
    Erred,
    /// Takes the money at this time.
    Slow(Timestamp),
    /// Never comes to an end.
    Hanging,
    /// Waits for the shopper.
    OnPage,
    Captured,
    Declined(&'static str),
    Cancelled,
    Refunded,
}

/// One entry of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) status: Status,
    /// Taken or given back, in minor units.
    pub(crate) amount: i64,
    /// Of a charge: what has gone back of it.
    pub(crate) refunded: i64,
}

/// Entries by key.
#[derive(Debug, Default)]
pub(crate) struct Books(pub(crate) HashMap<String, Item>);

impl Books {
    /// Does what is asked and answers.
    pub(super) fn enter(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.ripen(&request.charge, now);
        match request.entry {
            Entry::Charge { behaviour, amount } => {
                self.charge(&request.key, behaviour, amount, now)
            }
            Entry::LookUp => Reply::Found(self.found(&request.key)),
            Entry::Cancel => self.cancel(&request.key),
            Entry::Refund { amount } => self.refund(request, amount),
            Entry::Press(button) => self.press(&request.key, button),
        }
    }

    /// What was slow is done when its time has come.
    fn ripen(&mut self, key: &str, now: Timestamp) {
        if let Some(item) = self.0.get_mut(key)
            && matches!(item.status, Status::Slow(until) if until <= now)
        {
            item.status = Status::Captured;
        }
    }

    fn charge(&mut self, key: &str, behaviour: Behaviour, amount: i64, now: Timestamp) -> Reply {
        match self.0.get_mut(key) {
            Some(item) if item.status == Status::Erred => item.status = Status::Captured,
            Some(Item {
                status: Status::Slow(until),
                ..
            }) => return Reply::Slow(*until),
            Some(Item {
                status: Status::Hanging,
                ..
            }) => return Reply::Hang,
            Some(_) => {}
            None => return self.charge_first(key, behaviour, amount, now),
        }
        Reply::Found(self.found(key))
    }

    fn charge_first(
        &mut self,
        key: &str,
        behaviour: Behaviour,
        amount: i64,
        now: Timestamp,
    ) -> Reply {
        let status = match behaviour {
            Behaviour::Take | Behaviour::LoseAnswer => Status::Captured,
            Behaviour::Decline(reason) => Status::Declined(reason),
            Behaviour::FailOnce => Status::Erred,
            Behaviour::Slow => Status::Slow(now + SLOW),
            Behaviour::Hang => Status::Hanging,
            Behaviour::Page => Status::OnPage,
        };
        self.put(key, status, amount);
        match behaviour {
            Behaviour::LoseAnswer | Behaviour::FailOnce => Reply::Error,
            Behaviour::Slow => Reply::Slow(now + SLOW),
            Behaviour::Hang => Reply::Hang,
            Behaviour::Take | Behaviour::Decline(_) | Behaviour::Page => {
                Reply::Found(self.found(key))
            }
        }
    }

    fn cancel(&mut self, key: &str) -> Reply {
        match self.0.get_mut(key) {
            // It may still be on its way here.
            None => self.put(key, Status::Cancelled, 0),
            Some(item) => match item.status {
                Status::Erred | Status::Slow(_) | Status::Hanging | Status::OnPage => {
                    item.status = Status::Cancelled;
                }
                Status::Captured | Status::Declined(_) | Status::Cancelled | Status::Refunded => {}
            },
        }
        Reply::Found(self.found(key))
    }

    fn refund(&mut self, request: &Request, amount: i64) -> Reply {
        if self.0.contains_key(&request.key) {
            return Reply::Found(self.found(&request.key));
        }
        let charge = self.0.get_mut(&request.charge);
        let charge = charge.filter(|charge| charge.status == Status::Captured);
        match charge.filter(|charge| amount <= charge.amount - charge.refunded) {
            None => Reply::Found(Finding::Refused),
            Some(charge) => {
                charge.refunded += amount;
                self.put(&request.key, Status::Refunded, amount);
                Reply::Found(Finding::Refunded)
            }
        }
    }

    fn press(&mut self, key: &str, button: Press) -> Reply {
        match self.0.get_mut(key) {
            Some(item) if matches!(item.status, Status::OnPage | Status::Hanging) => {
                item.status = match button {
                    Press::Complete => Status::Captured,
                    Press::Decline => Status::Declined(reasons::DECLINED),
                };
                Reply::Found(self.found(key))
            }
            Some(_) | None => Reply::Found(Finding::Absent),
        }
    }

    fn put(&mut self, key: &str, status: Status, amount: i64) {
        let item = Item {
            status,
            amount,
            refunded: 0,
        };
        self.0.insert(key.to_owned(), item);
    }

    fn found(&self, key: &str) -> Finding {
        let Some(item) = self.0.get(key) else {
            return Finding::Absent;
        };
        match item.status {
            // Nothing was taken, and nothing is going on: as if it had never come.
            Status::Erred => Finding::Absent,
            Status::Slow(_) | Status::Hanging => Finding::Waiting { next_action: None },
            Status::OnPage => Finding::Waiting {
                next_action: Some(page()),
            },
            Status::Captured => Finding::Captured {
                reference: format!("dummy:{key}"),
            },
            Status::Declined(reason) => Finding::Declined {
                reason: reason.to_owned(),
            },
            Status::Cancelled => Finding::Void,
            Status::Refunded => Finding::Refunded,
        }
    }
}
