//! Databases and broker of a simulated run: inboxes and outboxes that commit with the state, queues that keep no order.

use std::{collections::HashSet, time::Duration};

use shared_events::{AnyMessage, MessageId, Service, Timestamp};
use uuid::Uuid;

use super::{Dice, Weather};

/// Everything that is durable, but for the states themselves.
#[derive(Debug, Default)]
pub(super) struct Platform {
    inboxes: HashSet<(Service, MessageId)>,
    outbox: Vec<Row>,
    queued: Vec<Queued>,
    ids: u128,
}

/// A message in an outbox.
#[derive(Debug)]
struct Row {
    id: MessageId,
    message: AnyMessage,
    to: Vec<Service>,
    replaceable: bool,
}

/// A message in a queue.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub(super) id: MessageId,
    pub(super) to: Service,
    pub(super) message: AnyMessage,
    visible_at: Timestamp,
}

/// What became of a publication.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) name: &'static str,
    pub(super) how: &'static str,
}

impl Platform {
    /// Part of a commit: the message will be published.
    pub(super) fn write_outbox(
        &mut self,
        message: AnyMessage,
        to: Vec<Service>,
        replaceable: bool,
    ) {
        self.ids += 1;
        self.outbox.push(Row {
            id: MessageId::from_uuid(Uuid::from_u128(self.ids)),
            message,
            to,
            replaceable,
        });
    }

    /// Part of a commit: false if the message has been handled before.
    pub(super) fn claim(&mut self, queued: &Queued) -> bool {
        self.inboxes.insert((queued.to, queued.id))
    }

    /// The relay publishes one row, in no particular order.
    pub(super) fn publish(
        &mut self,
        dice: &mut Dice,
        weather: &Weather,
        now: Timestamp,
    ) -> Option<Published> {
        if self.outbox.is_empty() {
            return None;
        }
        let place = dice.below(self.outbox.len());
        let row = &self.outbox[place];
        let name = row.message.name();
        if row.replaceable && dice.percent(weather.loses) {
            self.outbox.swap_remove(place);
            return Some(Published {
                name,
                how: "lost on its way",
            });
        }
        let copies = 1 + usize::from(dice.percent(weather.repeats));
        for to in row
            .to
            .iter()
            .flat_map(|to| std::iter::repeat_n(*to, copies))
        {
            let delay = match dice.percent(weather.delays) {
                true => weather
                    .longest_delay
                    .mul_f64(dice.below(1_000) as f64 / 1_000.0),
                false => Duration::ZERO,
            };
            self.queued.push(Queued {
                id: row.id,
                to,
                message: row.message.clone(),
                visible_at: now + delay,
            });
        }
        if dice.percent(weather.crashes) {
            // The row is still unsent, so it will be published again under the same id.
            let how = "published, then the relay crashed";
            return Some(Published { name, how });
        }
        self.outbox.swap_remove(place);
        Some(Published {
            name,
            how: "published",
        })
    }

    /// Some message that can be received now. It stays in the queue until it is deleted.
    pub(super) fn receive(&mut self, dice: &mut Dice, now: Timestamp) -> Option<(usize, Queued)> {
        let visible: Vec<_> = (0..self.queued.len())
            .filter(|place| self.queued[*place].visible_at <= now)
            .collect();
        let place = *visible.get(dice.below(visible.len()))?;
        Some((place, self.queued[place].clone()))
    }

    /// The receiver is done with it.
    pub(super) fn delete(&mut self, place: usize) {
        self.queued.swap_remove(place);
    }

    /// When the next message can be received, if nothing is done before.
    pub(super) fn next_visible(&self) -> Option<Timestamp> {
        self.queued.iter().map(|queued| queued.visible_at).min()
    }
}
