//! The facts of a system: the databases of all services, and the queues as far as they can be looked into.

use std::collections::BTreeSet;
use std::time::Duration;

use delivery_service::audit::{AgentFacts, DeliveryFacts};
use order_service::audit::OrderFact;
use payment_service::audit::PaymentFacts;
use product_service::audit::{ProductFacts, ReservationFacts};
use revcart_http_edge::client::Addresses;
use revcart_messaging::{Peeked, QueueRef};
use revcart_persistence::Database;
use revcart_persistence::outbox::{self, Seen};
use shared_events::{
    MessageId, OrderId, PaymentId, RawEnvelope, ReservationId, Service, attributes,
};
use uuid::Uuid;

use super::Report;
use super::strays::{self, PARTICIPANTS, Place, Stray};
use super::system::{Sighting, System, Traffic};
use crate::inspection::{Installation, Queues};

/// Rows of an outbox read together.
const PAGE: u64 = 200;
/// How long a service may take to say that it runs.
const PATIENCE: Duration = Duration::from_secs(2);

/// All that there is to be audited.
pub(super) struct Databases {
    all: Vec<Database>,
    order: Database,
    product: Database,
    payment: Database,
    delivery: Database,
    queues: Queues,
    addresses: Addresses,
    client: reqwest::Client,
}

impl Databases {
    pub(super) async fn open(system: &Installation) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for service in Service::ALL {
            all.push(system.database(service).await?);
        }
        let of = |service: Service| {
            let found = all.iter().find(|database| database.service() == service);
            found.cloned().expect("each service's was just opened")
        };
        Ok(Self {
            order: of(Service::Order),
            product: of(Service::Product),
            payment: of(Service::Payment),
            delivery: of(Service::Delivery),
            queues: system.queues().await?,
            addresses: Addresses::from_env(&system.backends().env)?,
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()?,
            all,
        })
    }

    pub(super) async fn close(&self) {
        for database in &self.all {
            database.close().await;
        }
    }

    /// Says what is in queues that cannot be looked into.
    pub(super) async fn note_unseen(&self, report: &mut Report) -> anyhow::Result<()> {
        if matches!(self.queues, Queues::Remote(_)) {
            for service in PARTICIPANTS {
                let queue = QueueRef::main(service);
                report.note_unseen(queue, self.queues.depth(queue).await?.total());
            }
        }
        Ok(())
    }

    /// Whether somebody answers where a service should be.
    async fn answers(&self, service: Service) -> bool {
        for url in self.addresses.urls(service) {
            let alive = self.client.get(format!("{url}/actuator/health/liveness"));
            if alive.send().await.is_ok() {
                return true;
            }
        }
        false
    }

    /// Looks at every row of an outbox.
    async fn each_row(
        &self,
        database: &Database,
        mut look: impl FnMut(&Seen),
    ) -> anyhow::Result<()> {
        let mut after = None;
        loop {
            let page = outbox::page(database, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.id);
            page.iter().for_each(&mut look);
        }
    }
}

impl System for Databases {
    async fn products(&self) -> anyhow::Result<Vec<ProductFacts>> {
        Ok(product_service::audit::products(&self.product).await?)
    }

    async fn agents(&self) -> anyhow::Result<Vec<AgentFacts>> {
        Ok(delivery_service::audit::agents(&self.delivery).await?)
    }

    async fn orders(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<OrderFact>> {
        let after = after.map(OrderId::from_uuid);
        Ok(order_service::audit::orders(&self.order, after, limit).await?)
    }

    async fn reservations(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<ReservationFacts>> {
        let after = after.map(ReservationId::from_uuid);
        Ok(product_service::audit::reservations(&self.product, after, limit).await?)
    }

    async fn payments(&self, after: Option<Uuid>, limit: u64) -> anyhow::Result<Vec<PaymentFacts>> {
        let after = after.map(PaymentId::from_uuid);
        Ok(payment_service::audit::payments(&self.payment, after, limit).await?)
    }

    async fn deliveries(
        &self,
        after: Option<Uuid>,
        limit: u64,
    ) -> anyhow::Result<Vec<DeliveryFacts>> {
        let after = after.map(OrderId::from_uuid);
        Ok(delivery_service::audit::deliveries(&self.delivery, after, limit).await?)
    }

    async fn on_their_way(&self, orders: &BTreeSet<OrderId>) -> anyhow::Result<Traffic> {
        let mut traffic = Traffic::new();
        // Outboxes first: what leaves one in the meantime is in a queue when that is read.
        for database in &self.all {
            let place = format!("outbox of {}", database.service().name());
            let mut note = note(&mut traffic, orders);
            let waiting = |row: &Seen| {
                if row.parked.is_none() {
                    note(
                        &row.body,
                        Sighting {
                            place: place.clone(),
                            id: row.id,
                            received: 0,
                        },
                    );
                }
            };
            self.each_row(database, waiting).await?;
        }
        for service in PARTICIPANTS {
            let queue = QueueRef::main(service);
            if matches!(self.queues, Queues::Remote(_)) {
                // It cannot be seen what is in there, so it may be about any of them.
                let total = self.queues.depth(queue).await?.total();
                if total > 0 {
                    for order in orders {
                        let unseen = unseen(queue, total);
                        traffic.entry(*order).or_default().insert(unseen);
                    }
                }
                continue;
            }
            let mut note = note(&mut traffic, orders);
            let look = |message: &Peeked| {
                let sighting = Sighting {
                    place: queue.name().to_owned(),
                    id: message.id,
                    received: message.receive_count,
                };
                note(&message.body, sighting);
            };
            self.queues.each_message(queue, look).await?;
        }
        Ok(traffic)
    }

    async fn strays(&self) -> anyhow::Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for database in &self.all {
            let service = database.service();
            let queue = QueueRef::dead_letters(service);
            let collect = |message: &Peeked| strays.push(dead_letter(service, message));
            self.queues.each_message(queue, collect).await?;
            self.each_row(database, |row| strays.extend(parked(service, row)))
                .await?;
        }
        Ok(strays)
    }

    /// Of services on databases and queues of their own, whether all that a saga needs answer where they should be. Where
    /// they cannot be asked, what is on its way is left undecided rather than called lost.
    async fn is_running(&self) -> bool {
        if let Queues::File(broker) = &self.queues {
            return broker.is_owned();
        }
        for service in PARTICIPANTS {
            if !self.answers(service).await {
                return false;
            }
        }
        true
    }
}

/// Puts sightings of messages about these orders into the traffic.
fn note<'a>(
    traffic: &'a mut Traffic,
    orders: &'a BTreeSet<OrderId>,
) -> impl FnMut(&str, Sighting) + 'a {
    |body, sighting| {
        if let Some(order) = strays::order_of(body).filter(|order| orders.contains(order)) {
            traffic.entry(order).or_default().insert(sighting);
        }
    }
}

/// Something that is in a queue, whatever it is. Another number is another sighting: then something moves.
fn unseen(queue: QueueRef, total: u64) -> Sighting {
    Sighting {
        place: queue.name().to_owned(),
        id: MessageId::from_uuid(Uuid::nil()),
        received: u32::try_from(total).unwrap_or(u32::MAX),
    }
}

fn dead_letter(service: Service, message: &Peeked) -> Stray {
    let attribute = |name| message.attributes.get(name).unwrap_or("unknown").to_owned();
    Stray {
        service,
        place: Place::DeadLetter,
        id: message.id,
        kind: attribute(attributes::EVENT_TYPE),
        order: strays::order_of(&message.body),
        reason: attribute(attributes::DLQ_REASON),
    }
}

fn parked(service: Service, row: &Seen) -> Option<Stray> {
    let reason = row.parked.clone()?;
    let envelope = RawEnvelope::decode(row.body.as_bytes()).ok();
    Some(Stray {
        service,
        place: Place::Parked,
        id: row.id,
        kind: envelope.map_or_else(String::new, |envelope| envelope.name().to_owned()),
        order: strays::order_of(&row.body),
        reason,
    })
}
