//! Invariant 5, as far as it shows: messages that have come to rest where nobody reads them. Those that a saga waits for are
//! findings; the others are worth a note.

use std::collections::BTreeMap;

use shared_events::{AnyMessage, Envelope, MessageId, OrderId, Service, topology};

use super::Report;
use super::finding::{Finding, Invariant};
use super::merge::reread;
use super::system::System;
use crate::output::shortened;

/// The services that take part in an order's saga.
pub(super) const PARTICIPANTS: [Service; 4] = [
    Service::Order,
    Service::Product,
    Service::Payment,
    Service::Delivery,
];
/// Characters of a reason that are shown.
const MOST_REASON: usize = 120;

/// Where a message has come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Its consumer could not handle it.
    DeadLetter,
    /// The bus would not take it.
    Parked,
}

/// A message that nobody reads.
#[derive(Debug, Clone)]
pub(super) struct Stray {
    /// The service in whose dead-letter queue or outbox it lies.
    pub(super) service: Service,
    pub(super) place: Place,
    pub(super) id: MessageId,
    /// What kind of message it is.
    pub(super) kind: String,
    /// The order whose saga waits for it.
    pub(super) order: Option<OrderId>,
    /// Why it lies there.
    pub(super) reason: String,
}

/// The order whose saga a message carries on, if it can be read and does.
pub(super) fn order_of(body: &str) -> Option<OrderId> {
    let envelope = Envelope::<AnyMessage>::decode(body.as_bytes()).ok()?;
    let name = envelope.data.descriptor().name;
    let is_received = |service: &Service| {
        let mut received = topology::received_by(*service);
        received.any(|message| message.name == name)
    };
    let order = envelope.data.order_id()?;
    PARTICIPANTS.iter().any(is_received).then_some(order)
}

/// Puts findings and notes about strays into the report.
pub(super) async fn judge_all(system: &impl System, report: &mut Report) -> anyhow::Result<()> {
    let mut counts: BTreeMap<(Service, Place), u64> = BTreeMap::new();
    for stray in system.strays().await? {
        *counts.entry((stray.service, stray.place)).or_default() += 1;
        if let Some(order) = stray.order_at_stake()
            && reread(system, order).await?.order.is_some()
        {
            report.findings.push(stray.finding(order));
        }
    }
    for ((service, place), count) in counts {
        report.note_strays(service, place, count);
    }
    Ok(())
}

impl Stray {
    /// What a service outside the saga could not read is its own affair.
    fn order_at_stake(&self) -> Option<OrderId> {
        self.order.filter(|_| PARTICIPANTS.contains(&self.service))
    }

    fn finding(&self, order: OrderId) -> Finding {
        let Self {
            service, kind, id, ..
        } = self;
        let reason = shortened(&self.reason, MOST_REASON);
        let what = match self.place {
            Place::DeadLetter => format!(
                "{kind} {id} is a dead letter of {}: {reason}",
                service.name()
            ),
            Place::Parked => format!(
                "{kind} {id} is parked in the outbox of {}: {reason}",
                service.name()
            ),
        };
        Finding::of_order(Invariant::Messages, order, what)
    }
}
