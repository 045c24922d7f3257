//! The payments that one transaction is about: loaded and locked together, changed in memory, saved together, and handed over
//! to the executor once they are committed. However many there are, this costs one query to load and at most three
//! statements to save (some more where their number is no power of two).

use std::collections::{BTreeMap, BTreeSet};

use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{PaymentId, PaymentToken, Timestamp};

use super::Error;
use super::attempts::{self, Attempt};
use super::movements::{self, Kind, Movement};
use super::pace::Pace;
use super::payments::{self, Record};
use crate::domain::payment::{self, State, Task};

/// Something that this process is to do at a gateway: nobody else does it until the lease is over.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// For which payment.
    pub(crate) payment: PaymentId,
    /// What.
    pub(crate) task: Task,
    /// Where the payment stands.
    pub(crate) state: State,
    /// What the shopper has given.
    pub(crate) token: Option<PaymentToken>,
    /// Whether it is certain that the gateway has not been asked to do this before.
    pub(crate) is_first: bool,
    /// Until when nobody else does it: which of a payment's leases this visit has.
    pub(crate) leased_until: Option<Timestamp>,
}

impl Visit {
    fn of(payment: PaymentId, record: &Record, task: Task, is_first: bool) -> Self {
        Self {
            payment,
            task,
            state: record.state.clone(),
            token: record.token.clone(),
            is_first,
            leased_until: record.due_at,
        }
    }
}

/// Payments in hand.
pub(crate) struct Till {
    now: Timestamp,
    pace: Pace,
    payments: BTreeMap<PaymentId, Tracked>,
    attempts: Vec<Attempt>,
    movements: Vec<Movement>,
    nobody: State,
}

struct Tracked {
    record: Record,
    is_stored: bool,
    is_changed: bool,
    /// What is to be done at the gateway, and whether it was certainly not done before.
    visit: Option<(Task, bool)>,
}

impl Till {
    /// Loads these payments.
    pub(crate) async fn load(
        unit: &UnitOfWork,
        payments: &BTreeSet<PaymentId>,
        pace: Pace,
    ) -> Result<Self, Error> {
        let ids: Vec<PaymentId> = payments.iter().copied().collect();
        let records = payments::lock(unit.sql(), &ids).await?;
        let tracked = |(id, record)| {
            let tracked = Tracked {
                record,
                is_stored: true,
                is_changed: false,
                visit: None,
            };
            (id, tracked)
        };
        Ok(Self {
            now: unit.now(),
            pace,
            payments: records.into_iter().map(tracked).collect(),
            attempts: Vec::new(),
            movements: Vec::new(),
            nobody: State::default(),
        })
    }

    /// The payment as it stands.
    pub(crate) fn state(&self, id: PaymentId) -> &State {
        self.payments
            .get(&id)
            .map_or(&self.nobody, |tracked| &tracked.record.state)
    }

    /// The payment as it is kept, if it has ever been heard of.
    pub(crate) fn record(&self, id: PaymentId) -> Option<&Record> {
        self.payments.get(&id).map(|tracked| &tracked.record)
    }

    /// Brings a payment into its next state. What this makes the gateway have to do is done after the commit, unless a process
    /// is at the payment already: that one finds it when it comes back.
    pub(crate) fn change(&mut self, id: PaymentId, next: State, cause: &Cause) {
        let (now, pace) = (self.now, self.pace);
        let tracked = self.payments.entry(id).or_insert_with(|| Tracked {
            record: Record::new(cause.clone(), now),
            is_stored: false,
            is_changed: false,
            visit: None,
        });
        let record = &mut tracked.record;
        if record.state == next {
            return;
        }
        self.movements.extend(moved(id, &record.state, &next, now));
        let before = payment::task(&record.state, now);
        // A process that had it is gone, and nobody has taken it over yet.
        let is_abandoned = record.is_leased && !record.is_taken(now);
        record.state = match is_abandoned {
            true => payment::lost(&next),
            false => next,
        };
        record.updated_at = now;
        tracked.is_changed = true;
        let is_own = tracked.visit.is_some();
        if is_own || !record.is_taken(now) {
            let after = payment::task(&record.state, now);
            if after != before {
                tracked.visit = pace.plan(record, false, now).map(|task| (task, true));
            } else if after.is_none() {
                pace.plan(record, false, now);
            }
        }
    }

    /// Keeps what the shopper has given for the charge to come.
    pub(crate) fn give_token(&mut self, id: PaymentId, token: Option<PaymentToken>) {
        if let Some(tracked) = self.payments.get_mut(&id) {
            tracked.record.token = token;
        }
    }

    /// The gateway says that something has happened to a payment: it is asked what, at once unless a process is at it.
    pub(crate) fn told(&mut self, id: PaymentId) {
        let Some(tracked) = self.payments.get_mut(&id) else {
            return;
        };
        let next = payment::told(&tracked.record.state);
        if next != tracked.record.state {
            tracked.record.state = next;
            tracked.is_changed = true;
        }
        self.hurry(id);
    }

    /// Has the gateway asked now what it is asked by and by; nothing if a process is at it, or the payment waits for no word.
    pub(crate) fn hurry(&mut self, id: PaymentId) {
        let (now, pace) = (self.now, self.pace);
        let Some(tracked) = self.payments.get_mut(&id) else {
            return;
        };
        let record = &mut tracked.record;
        if record.is_taken(now) {
            return;
        }
        // A refund that is to be made again is looked up first.
        if let Some(task @ (Task::LookUp(_) | Task::Refund { .. })) =
            payment::task(&record.state, now)
        {
            pace.lease(record, now);
            tracked.is_changed = true;
            tracked.visit = Some((task, false));
        }
    }

    /// Takes a payment over that is due; nothing if somebody else was faster.
    pub(crate) fn take_over(&mut self, id: PaymentId) {
        let (now, pace) = (self.now, self.pace);
        let Some(tracked) = self.payments.get_mut(&id) else {
            return;
        };
        let record = &mut tracked.record;
        if record.due_at.is_none_or(|due_at| due_at > now) {
            return;
        }
        if record.is_leased {
            record.state = payment::lost(&record.state);
        }
        tracked.is_changed = true;
        match payment::task(&record.state, now) {
            Some(task) => {
                pace.lease(record, now);
                tracked.visit = Some((task, false));
            }
            None => {
                pace.plan(record, false, now);
            }
        }
    }

    /// A visit to the gateway is over that had the lease until `leased_until`: the payment's next state, the calls that were
    /// made, and whether all was in vain. If the visit has outlasted its lease and another one has begun, that one has the
    /// payment: what is to be done next is seen when it comes back.
    pub(crate) fn land(
        &mut self,
        id: PaymentId,
        leased_until: Option<Timestamp>,
        next: State,
        calls: impl IntoIterator<Item = Attempt>,
        in_vain: bool,
    ) {
        let (now, pace) = (self.now, self.pace);
        let Some(tracked) = self.payments.get_mut(&id) else {
            return;
        };
        let record = &mut tracked.record;
        for call in calls {
            record.calls = record.calls.saturating_add(1);
            self.attempts.push(Attempt {
                sequence: record.calls,
                ..call
            });
        }
        self.movements.extend(moved(id, &record.state, &next, now));
        record.state = next;
        record.updated_at = now;
        tracked.is_changed = true;
        let is_with_another = record.is_leased && record.due_at != leased_until;
        if !is_with_another {
            tracked.visit = pace.plan(record, in_vain, now).map(|task| (task, true));
        }
    }

    /// Writes what has changed. Returns what is to be done at gateways once that is committed.
    pub(crate) async fn save(self, unit: &UnitOfWork) -> Result<Vec<Visit>, Error> {
        let (mut known, mut new, mut visits) = (Vec::new(), Vec::new(), Vec::new());
        for (id, tracked) in &self.payments {
            if !tracked.is_changed {
                continue;
            }
            let list = if tracked.is_stored {
                &mut known
            } else {
                &mut new
            };
            list.push((*id, &tracked.record));
            if let Some((task, is_first)) = tracked.visit {
                visits.push(Visit::of(*id, &tracked.record, task, is_first));
            }
        }
        payments::insert(unit.sql(), &new).await?;
        payments::update(unit.sql(), &known).await?;
        attempts::append(unit.sql(), &self.attempts).await?;
        movements::append(unit.sql(), &self.movements).await?;
        Ok(visits)
    }
}

/// The money that moves when a payment goes from one state to the next.
fn moved(payment: PaymentId, before: &State, after: &State, at: Timestamp) -> Vec<Movement> {
    let Some(bill) = after.bill() else {
        return vec![];
    };
    let (old, new) = (before.sums(), after.sums());
    let ways = [
        (Kind::Captured, old.captured, new.captured),
        (Kind::Refunded, old.refunded, new.refunded),
    ];
    let ways = ways.into_iter().filter(|(_, old, new)| new > old);
    let movement = |(kind, old, new)| Movement {
        payment,
        kind,
        total: new,
        amount: new - old,
        method: bill.method,
        currency: bill.amount.currency(),
        at,
    };
    ways.map(movement).collect()
}
