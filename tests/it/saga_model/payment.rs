//! Payment-service: the money of the order, and the visits of its executor to the gateway.
//!
//! A visit takes two stirs, so that messages come in between: the executor asks, later it records the answer. Where it has an
//! accident, request or answer is lost or late, its process dies on the way, or the visit outlasts its lease and another one
//! begins before it ends.

use payment_service::domain::payment::{self, Phase, State, Task};
use saga::testing::{Holdings, Outcome, Participant};
use shared_events::{AnyMessage, PaymentMethod, Service, Timestamp};

use super::distinct;
use super::gateway::{Gateway, Reply, Word};

/// How the shop can be paid.
pub(super) const METHODS: &[PaymentMethod] = &[PaymentMethod::Cod, PaymentMethod::Dummy];
/// Before any payment expires.
const IN_TIME: Timestamp = Timestamp::from_micros(i64::MIN);
/// After any payment has expired.
const LATE: Timestamp = Timestamp::from_micros(i64::MAX);

/// The participant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Payment {
    /// Whether a visit to the gateway is one stir, so that nothing comes in between.
    pub(super) at_once: bool,
    /// Accidents at the gateway or on the way there.
    pub(super) accidents: u8,
    /// What people do over REST: tries of the shopper after a decline that was not final, cash that an admin takes in.
    pub(super) requests: u8,
}

/// What payment-service and the gateway have of the order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Account {
    pub(super) payment: State,
    gateway: Gateway,
    visits: Vec<Visit>,
    /// Whether the time is over in which an open payment can be paid.
    is_late: bool,
    /// Accidents that may still happen.
    accidents: u8,
    /// Requests that people may still make.
    requests: u8,
}

/// The gateway was asked, and the answer is not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Visit {
    task: Task,
    word: Word,
    /// Whether somebody else may begin another visit.
    is_overdue: bool,
}

impl Participant for Payment {
    type State = Account;

    fn service(&self) -> Service {
        Service::Payment
    }

    fn initial(&self) -> Account {
        Account {
            accidents: self.accidents,
            requests: self.requests,
            ..Account::default()
        }
    }

    fn obey(&self, state: &Account, message: &AnyMessage) -> Vec<Outcome<Account>> {
        let what = match message {
            AnyMessage::RequestPayment(_) => "sees to the payment",
            AnyMessage::RefundPayment(_) => "closes the payment",
            AnyMessage::DeliveryCompleted(_) => "takes in what was collected",
            other => panic!("{} is not for payment-service", other.name()),
        };
        let (payment, says) = payment::obey(&state.payment, message, METHODS);
        vec![Outcome::new(what, state.with(payment), says)]
    }

    fn stirs(&self, state: &Account) -> Vec<Outcome<Account>> {
        let mut stirs = state.records();
        stirs.extend(state.visits(self.at_once));
        stirs.extend(state.mishaps());
        stirs.extend(state.stirs_of_gateway());
        stirs.extend(state.people());
        distinct(stirs)
    }

    fn holdings(&self, state: &Account) -> Holdings {
        let (sums, gateway) = (state.payment.sums(), &state.gateway);
        let bill = state.payment.bill();
        let price = bill.map_or(0, |bill| bill.amount.minor());
        let (captured, refunded) = match bill.map(|bill| bill.method) {
            Some(PaymentMethod::Cod) => (sums.captured, sums.refunded),
            _ => (gateway.captures() * price, gateway.refunded()),
        };
        Holdings {
            captured,
            refunded,
            payable: state.payment.is_payable() || gateway.is_payable(),
            ..Holdings::default()
        }
    }
}

impl Account {
    /// The executor goes to the gateway.
    fn visits(&self, at_once: bool) -> Vec<Outcome<Self>> {
        if self.visits.iter().any(|visit| !visit.is_overdue) {
            return Vec::new();
        }
        let mut outcomes = Vec::new();
        for (task, is_late) in self.tasks() {
            for reply in self.asked(task) {
                if reply.is_accident && self.accidents == 0 || self.is_in_vain(task, &reply) {
                    continue;
                }
                let mut after = self.clone();
                after.is_late = is_late;
                after.accidents -= u8::from(reply.is_accident);
                after.gateway = reply.after;
                after.visits.push(Visit {
                    task,
                    word: reply.word,
                    is_overdue: false,
                });
                outcomes.push(match at_once {
                    true => after.record(after.visits.len() - 1, reply.what),
                    false => Outcome::new(reply.what, after, vec![]),
                });
            }
        }
        outcomes
    }

    /// The executor records an answer.
    fn records(&self) -> Vec<Outcome<Self>> {
        let visits = self.visits.iter().enumerate();
        visits
            .map(|(place, visit)| self.record(place, visit.word.heard()))
            .collect()
    }

    fn record(&self, place: usize, what: &'static str) -> Outcome<Self> {
        let visit = self.visits[place];
        let (payment, says) = payment::heard(&self.payment, visit.task, &visit.word.finding());
        let mut after = self.with(payment);
        // Whoever comes back late leaves the lease alone of who may have begun in the meantime.
        after.visits.remove(place);
        Outcome::new(what, after, says)
    }

    /// What can befall a process that is at the gateway.
    fn mishaps(&self) -> Vec<Outcome<Self>> {
        let on_the_way = self.visits.iter().position(|visit| !visit.is_overdue);
        let Some(place) = on_the_way.filter(|_| self.accidents > 0) else {
            return Vec::new();
        };
        let mut taken_over = self.with(payment::lost(&self.payment));
        taken_over.accidents -= 1;
        let mut dead = taken_over.clone();
        dead.visits.remove(place);
        taken_over.visits[place].is_overdue = true;
        vec![
            Outcome::new("the process at the gateway dies", dead, vec![]),
            Outcome::new("the visit outlasts its lease", taken_over, vec![]),
        ]
    }

    fn stirs_of_gateway(&self) -> Vec<Outcome<Self>> {
        let after = |gateway| Self {
            gateway,
            ..self.clone()
        };
        let stirs = self.gateway.stirs().into_iter();
        stirs
            .map(|(what, gateway)| Outcome::new(what, after(gateway), vec![]))
            .collect()
    }

    fn people(&self) -> Vec<Outcome<Self>> {
        let mut outcomes = Vec::new();
        if self.requests == 0 {
            return outcomes;
        }
        if let Ok(payment) = payment::retry(&self.payment)
            && payment != self.payment
        {
            let after = self.with(payment);
            outcomes.push(Outcome::new("the shopper tries again", after, vec![]));
        }
        if let Ok((payment, says)) = payment::capture(&self.payment) {
            let after = self.with(payment);
            outcomes.push(Outcome::new("an admin takes the cash in", after, says));
        }
        for outcome in &mut outcomes {
            outcome.state.requests -= 1;
        }
        outcomes
    }

    /// What is to be done at the gateway now, and when the time to pay is over.
    fn tasks(&self) -> Vec<(Task, bool)> {
        let task_at = |now| payment::task(&self.payment, now);
        let (in_time, late) = (task_at(IN_TIME), task_at(LATE));
        if self.is_late || in_time == late {
            return late.map(|task| (task, self.is_late)).into_iter().collect();
        }
        let in_time = in_time.map(|task| (task, false));
        in_time
            .into_iter()
            .chain(late.map(|task| (task, true)))
            .collect()
    }

    /// Cash is given back by hand: there is nobody to ask, and nothing to go wrong.
    fn asked(&self, task: Task) -> Vec<Reply> {
        let mut replies = self.gateway.asked(task);
        let bill = self.payment.bill();
        if bill.is_some_and(|bill| bill.method == PaymentMethod::Cod) {
            for reply in &mut replies {
                reply.after = self.gateway.clone();
            }
            replies.retain(|reply| !reply.is_accident);
        }
        replies
    }

    /// Whether nothing comes of this visit.
    fn is_in_vain(&self, task: Task, reply: &Reply) -> bool {
        let (next, says) = payment::heard(&self.payment, task, &reply.word.finding());
        reply.after == self.gateway && next == self.payment && says.is_empty()
    }

    fn with(&self, payment: State) -> Self {
        Self {
            is_late: self.is_late && payment.phase() == Phase::Open,
            payment,
            ..self.clone()
        }
    }
}
