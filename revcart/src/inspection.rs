//! Opening what lies in a data folder, for looking only, whether or not the system runs.

use std::path::{Path, PathBuf};

use anyhow::Context;
use revcart_messaging::embedded::Inspector;
use revcart_messaging::{EmbeddedBus, Peeked, QueueRef};
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{OrderId, Service};

use crate::assembly::{broker_file, database_file};

/// Messages looked at together.
const PAGE: usize = 200;

/// A folder with the databases of all services and the broker's.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder, if it is there.
    ///
    /// # Errors
    /// If it is not; the error says what to do.
    pub(crate) fn find(dir: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(
            dir.is_dir(),
            "there is no data folder {}: start `revcart up` once, or name the folder with --data",
            dir.display()
        );
        Ok(Self(dir.to_owned()))
    }

    /// The database of a service.
    ///
    /// # Errors
    /// If it is not there, or is not of the version that this program reads; the error says what to do.
    pub(crate) async fn database(&self, service: Service) -> anyhow::Result<Database> {
        let file = database_file(&self.0, service);
        anyhow::ensure!(
            file.is_file(),
            "{} is no data folder of RevCart, it holds no {}: start `revcart up` once, or name the folder with --data",
            self.0.display(),
            file.file_name().unwrap_or_default().display()
        );
        let database = Database::inspect(&file, service)
            .await
            .with_context(|| format!("cannot look into {}", file.display()))?;
        check_schema(&database).await?;
        Ok(database)
    }

    /// The broker's file.
    ///
    /// # Errors
    /// If it is not there or cannot be read; the error says what to do.
    pub(crate) fn broker(&self) -> anyhow::Result<Inspector> {
        let file = broker_file(&self.0);
        anyhow::ensure!(
            file.is_file(),
            "{} holds no messages of an embedded broker: start `revcart up` once, or name the folder with --data",
            self.0.display()
        );
        EmbeddedBus::inspect(&file, Clock::system())
            .with_context(|| format!("cannot look into {}", file.display()))
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

/// Looks at every message of a queue, oldest first.
///
/// # Errors
/// When the broker's file cannot be read.
pub(crate) fn each_message(
    broker: &Inspector,
    queue: QueueRef,
    mut look: impl FnMut(&Peeked),
) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = broker.peek(queue, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.position);
        page.iter().for_each(&mut look);
    }
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
