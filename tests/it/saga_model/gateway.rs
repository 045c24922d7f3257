//! The gateway's own books: what is really taken and given back, whatever payment-service has heard of it. It knows requests
//! by their keys (try, refund), so asking twice is asking once; requests and answers may be lost or late.

use std::collections::BTreeMap;

use payment_service::domain::payment::{Finding, Task};
use shared_events::reasons;

/// How a try to take the money stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Charge {
    /// It waits for the shopper.
    Waiting,
    Captured,
    Declined,
    /// It will never be taken.
    Void,
}

/// What the gateway says. [`Finding`], but small and with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Word {
    Captured,
    Declined,
    Waiting,
    Void,
    Absent,
    Refunded,
    Refused,
    Silent,
}

/// The books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Gateway {
    charges: BTreeMap<u32, Charge>,
    /// What went back; nothing where it was refused.
    refunds: BTreeMap<u32, i64>,
    /// A try that is still on its way here, though nobody waits for its answer any more.
    held_up: Option<u32>,
}

/// What the gateway makes of a request.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) what: &'static str,
    pub(super) after: Gateway,
    pub(super) word: Word,
    /// Whether this counts as an accident.
    pub(super) is_accident: bool,
}

impl Word {
    /// How payment-service takes it down.
    pub(super) fn heard(self) -> &'static str {
        match self {
            Self::Captured => "the executor records that the money is taken",
            Self::Declined => "the executor records a no",
            Self::Waiting => "the executor records that the shopper is waited for",
            Self::Void => "the executor records that nothing will be taken",
            Self::Absent => "the executor records that the gateway knows nothing of it",
            Self::Refunded => "the executor records that the money is back",
            Self::Refused => "the executor records that the money does not come back",
            Self::Silent => "the executor records that no answer has come",
        }
    }

    pub(super) fn finding(self) -> Finding {
        match self {
            Self::Captured => Finding::Captured {
                reference: "g-1".to_owned(),
            },
            Self::Declined => Finding::Declined {
                reason: reasons::DECLINED.to_owned(),
            },
            Self::Waiting => Finding::Waiting { next_action: None },
            Self::Void => Finding::Void,
            Self::Absent => Finding::Absent,
            Self::Refunded => Finding::Refunded,
            Self::Refused => Finding::Refused,
            Self::Silent => Finding::Silent,
        }
    }
}

impl Gateway {
    /// All that the gateway may make of a request.
    pub(super) fn asked(&self, task: Task) -> Vec<Reply> {
        match task {
            Task::Charge(number) => self.asked_to_charge(number),
            Task::LookUp(number) => self.looked_up(number),
            Task::Cancel(number) => self.asked_to_cancel(number),
            Task::Refund { number, amount } => self.asked_to_refund(number, amount),
        }
    }

    /// The shopper pays or gives up on the gateway's page; what was held up arrives.
    pub(super) fn stirs(&self) -> Vec<(&'static str, Self)> {
        let mut stirs = Vec::new();
        for (number, charge) in &self.charges {
            if *charge == Charge::Waiting {
                let after = |charge| self.with(*number, charge);
                stirs.push(("the shopper pays on the page", after(Charge::Captured)));
                stirs.push(("the shopper gives up on the page", after(Charge::Declined)));
            }
        }
        if let Some(number) = self.held_up {
            let mut arrived = self.clone();
            arrived.held_up = None;
            if !self.charges.contains_key(&number) {
                let taken = arrived.with(number, Charge::Captured);
                stirs.push(("the request that was held up takes the money", taken));
            }
            stirs.push(("the request that was held up comes to nothing", arrived));
        }
        stirs
    }

    /// How often money was taken.
    pub(super) fn captures(&self) -> i64 {
        let charges = self.charges.values();
        charges.map(|it| i64::from(*it == Charge::Captured)).sum()
    }

    /// How much went back, in minor units.
    pub(super) fn refunded(&self) -> i64 {
        self.refunds.values().sum()
    }

    /// Whether the shopper can still pay here.
    pub(super) fn is_payable(&self) -> bool {
        self.charges.values().any(|it| *it == Charge::Waiting)
    }

    fn asked_to_charge(&self, number: u32) -> Vec<Reply> {
        if self.charges.contains_key(&number) {
            return self.answered("the gateway repeats its answer to the charge", number);
        }
        let ways = [
            ("the gateway takes the money", Charge::Captured),
            ("the gateway declines", Charge::Declined),
            ("the gateway waits for the shopper", Charge::Waiting),
        ];
        let mut replies: Vec<_> = ways
            .into_iter()
            .flat_map(|(what, charge)| self.with(number, charge).answered(what, number))
            .collect();
        let mut held_up = self.clone();
        held_up.held_up = Some(number);
        replies.push(Reply::accident("the charge is held up", held_up));
        replies.push(Reply::accident("the charge is lost", self.clone()));
        replies
    }

    /// After a charge that nobody got an answer to, payment-service waits longer than a request can be under way
    /// (`recheck`) before it looks for the last time.
    fn looked_up(&self, number: u32) -> Vec<Reply> {
        if self.held_up == Some(number) {
            return Vec::new();
        }
        self.answered("the gateway tells how the charge stands", number)
    }

    /// Some gateways remember the cancellation of what has not arrived, some do not.
    fn asked_to_cancel(&self, number: u32) -> Vec<Reply> {
        let charge = self.charges.get(&number);
        if !matches!(charge, None | Some(Charge::Waiting)) {
            return self.answered("the gateway can cancel the charge no more", number);
        }
        let after = self.with(number, Charge::Void);
        let mut replies = after.answered("the gateway cancels the charge", number);
        if charge.is_none() && self.held_up == Some(number) {
            let what = "the gateway has no charge to cancel yet";
            replies.push(Reply::new(what, self.clone(), Word::Void));
        }
        replies
    }

    fn asked_to_refund(&self, number: u32, amount: i64) -> Vec<Reply> {
        let entered = |amount| {
            let mut after = self.clone();
            after.refunds.entry(number).or_insert(amount);
            after
        };
        let repeats = |word| {
            let what = "the gateway repeats its answer to the refund";
            vec![Reply::new(what, self.clone(), word)]
        };
        match self.refunds.get(&number) {
            Some(0) => repeats(Word::Refused),
            Some(_) => repeats(Word::Refunded),
            None => {
                let given = "the gateway gives the money back";
                let refused = "the gateway will not give the money back";
                vec![
                    Reply::new(given, entered(amount), Word::Refunded),
                    Reply::accident("the gateway gives it back unheard", entered(amount)),
                    Reply {
                        word: Word::Refused,
                        ..Reply::accident(refused, entered(0))
                    },
                    Reply::accident("the gateway refuses to give it back unheard", entered(0)),
                ]
            }
        }
    }

    /// The answer arrives or is lost.
    fn answered(&self, what: &'static str, number: u32) -> Vec<Reply> {
        let (word, lost) = match self.charges.get(&number) {
            None => (Word::Absent, "the gateway is not reached"),
            Some(Charge::Waiting) => (Word::Waiting, "the gateway waits for the shopper unheard"),
            Some(Charge::Captured) => (Word::Captured, "the gateway takes the money unheard"),
            Some(Charge::Declined) => (Word::Declined, "the gateway declines unheard"),
            Some(Charge::Void) => (Word::Void, "the gateway cancels the charge unheard"),
        };
        vec![
            Reply::new(what, self.clone(), word),
            Reply::accident(lost, self.clone()),
        ]
    }

    fn with(&self, number: u32, charge: Charge) -> Self {
        let mut after = self.clone();
        after.charges.insert(number, charge);
        after
    }
}

impl Reply {
    fn new(what: &'static str, after: Gateway, word: Word) -> Self {
        Self {
            what,
            after,
            word,
            is_accident: false,
        }
    }

    fn accident(what: &'static str, after: Gateway) -> Self {
        Self {
            is_accident: true,
            ..Self::new(what, after, Word::Silent)
        }
    }
}
