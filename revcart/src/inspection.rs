//! Opening the data and queues of a system, for looking only, whether or not it runs: what lies in a data folder, and what
//! the environment says lies elsewhere.

use std::path::Path;

use anyhow::Context;
use revcart_messaging::bus::Bus;
use revcart_messaging::embedded::Inspector;
use revcart_messaging::{Depth, EmbeddedBus, Peeked, QueueRef};
use revcart_persistence::{Database, Durability};
use revcart_runtime::{Clock, Environment};
use shared_events::{OrderId, Service};

use crate::assembly::{Backends, Carrier};

/// Messages of an embedded queue looked at together.
const PAGE: usize = 200;
/// Dead letters of SQS looked at together: each look begins from the start, so there is one.
const ALL: usize = 10_000;

/// The data and queues of a system.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    backends: Backends,
}

impl Installation {
    /// What the environment and this folder hold.
    ///
    /// # Errors
    /// If the folder is needed and not there, or a setting is wrong; the error says what to do.
    pub(crate) fn find(dir: &Path) -> anyhow::Result<Self> {
        let env = Environment::from_process();
        let backends = Backends::from_env(env, dir.to_owned(), Durability::Relaxed)?;
        anyhow::ensure!(
            dir.is_dir() || !backends.needs_folder(&Service::ALL),
            "there is no data folder {}: start `revcart up` once, or name the folder with --data",
            dir.display()
        );
        Ok(Self { backends })
    }

    /// Where everything is.
    pub(crate) fn backends(&self) -> &Backends {
        &self.backends
    }

    /// The database of a service.
    ///
    /// # Errors
    /// If it is not there, or is not of the version that this program reads; the error says what to do.
    pub(crate) async fn database(&self, service: Service) -> anyhow::Result<Database> {
        let database = self.backends.inspect(service).await?;
        check_schema(&database).await?;
        Ok(database)
    }

    /// The queues.
    ///
    /// # Errors
    /// If they are not there or cannot be read; the error says what to do.
    pub(crate) async fn queues(&self) -> anyhow::Result<Queues> {
        if self.backends.carrier == Carrier::Sqs {
            let bus = self.backends.sqs(&[]).await?;
            return Ok(Queues::Remote(Bus::from(bus)));
        }
        let file = self.backends.broker_file();
        anyhow::ensure!(
            file.is_file(),
            "{} holds no messages of an embedded broker: start `revcart up` once, or name the folder with --data",
            self.backends.dir.display()
        );
        let inspector = EmbeddedBus::inspect(&file, Clock::system())
            .with_context(|| format!("cannot look into {}", file.display()))?;
        Ok(Queues::File(Box::new(inspector)))
    }
}

/// The queues of a system, as seen from outside.
#[derive(Debug)]
pub(crate) enum Queues {
    /// Of the embedded broker, in its file: every message can be seen.
    File(Box<Inspector>),
    /// Of a bus that other processes use: dead letters can be seen, and how much waits in the others.
    Remote(Bus),
}

impl Queues {
    /// Looks at every message of a queue, oldest first.
    ///
    /// # Errors
    /// When the queue cannot be read, or cannot be looked into (the main queues of SQS).
    pub(crate) async fn each_message(
        &self,
        queue: QueueRef,
        mut look: impl FnMut(&Peeked),
    ) -> anyhow::Result<()> {
        let inspector = match self {
            Self::File(inspector) => inspector,
            Self::Remote(bus) => {
                bus.peek(queue, None, ALL).await?.iter().for_each(look);
                return Ok(());
            }
        };
        let mut after = None;
        loop {
            let page = inspector.peek(queue, after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.position);
            page.iter().for_each(&mut look);
        }
    }

    /// How much is in a queue.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub(crate) async fn depth(&self, queue: QueueRef) -> anyhow::Result<Depth> {
        Ok(match self {
            Self::File(inspector) => inspector.depth(queue)?,
            Self::Remote(bus) => bus.depth(queue).await?,
        })
    }
}

async fn check_schema(database: &Database) -> anyhow::Result<()> {
    match database.service() {
        Service::User => database.check_schema::<user_service::Migrator>().await,
        Service::Product => database.check_schema::<product_service::Migrator>().await,
        Service::Cart => database.check_schema::<cart_service::Migrator>().await,
        Service::Order => database.check_schema::<order_service::Migrator>().await,
        Service::Payment => database.check_schema::<payment_service::Migrator>().await,
        Service::Notification => {
            let database = database.check_schema::<notification_service::Migrator>();
            database.await
        }
        Service::Delivery => database.check_schema::<delivery_service::Migrator>().await,
        Service::Analytics => database.check_schema::<analytics_service::Migrator>().await,
    }?;
    Ok(())
}

/// The order that somebody means by its id or by its number, if there is one.
///
/// # Errors
/// When the text is neither, there is no order of this number, or the database cannot be read.
pub(crate) async fn order_meant(orders: &Database, text: &str) -> anyhow::Result<OrderId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let number = text.parse().ok().with_context(|| {
        format!("{text:?} is neither an order id nor an order number such as RC-7K3M-9QXF")
    })?;
    let found = order_service::trace::order_by_number(orders, number).await?;
    found.with_context(|| format!("there is no order {number}"))
}
