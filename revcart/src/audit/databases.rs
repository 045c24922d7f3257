//! The facts of a data folder: the databases of all services and the broker's file.

use std::collections::BTreeSet;

use delivery_service::audit::{AgentFacts, DeliveryFacts};
use order_service::audit::OrderFact;
use payment_service::audit::PaymentFacts;
use product_service::audit::{ProductFacts, ReservationFacts};
use revcart_messaging::embedded::Inspector;
use revcart_messaging::{Peeked, QueueRef};
use revcart_persistence::Database;
use revcart_persistence::outbox::{self, Seen};
use shared_events::{OrderId, PaymentId, RawEnvelope, ReservationId, Service, attributes};
use uuid::Uuid;

use super::strays::{self, PARTICIPANTS, Place, Stray};
use super::system::{Sighting, System, Traffic};
use crate::inspection::{Folder, each_message};

/// Rows of an outbox read together.
const PAGE: u64 = 200;

/// All that there is to be audited.
pub(super) struct Databases {
    all: Vec<Database>,
    order: Database,
    product: Database,
    payment: Database,
    delivery: Database,
    broker: Inspector,
}

impl Databases {
    pub(super) async fn open(folder: &Folder) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for service in Service::ALL {
            all.push(folder.database(service).await?);
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
            broker: folder.broker()?,
            all,
        })
    }

    pub(super) async fn close(&self) {
        for database in &self.all {
            database.close().await;
        }
    }

    /// Looks at every row of an outbox.
    async fn each_row(
        &self,
        database: &Database,
        mut look: impl FnMut(&Seen),
    ) -> anyhow::Result<()> {
        let mut after = None;
        loop {
            let page = outbox::page(database.read(), after, PAGE).await?;
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
        let mut note = |body: &str, sighting: Sighting| {
            if let Some(order) = strays::order_of(body).filter(|order| orders.contains(order)) {
                traffic.entry(order).or_default().insert(sighting);
            }
        };
        // Outboxes first: what leaves one in the meantime is in a queue when that is read.
        for database in &self.all {
            let place = format!("outbox of {}", database.service().name());
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
            each_message(&self.broker, queue, |message| {
                let sighting = Sighting {
                    place: queue.name().to_owned(),
                    id: message.id,
                    received: message.receive_count,
                };
                note(&message.body, sighting);
            })?;
        }
        Ok(traffic)
    }

    async fn strays(&self) -> anyhow::Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for database in &self.all {
            let service = database.service();
            let queue = QueueRef::dead_letters(service);
            each_message(&self.broker, queue, |message| {
                strays.push(dead_letter(service, message));
            })?;
            self.each_row(database, |row| strays.extend(parked(service, row)))
                .await?;
        }
        Ok(strays)
    }

    fn is_running(&self) -> bool {
        self.broker.is_owned()
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
