//! Where the data and the messages of all services are: what the environment names, and a data folder for the rest.

use std::path::{Path, PathBuf};

use anyhow::Context;
use revcart_messaging::EmbeddedBus;
use revcart_messaging::bus::Bus;
use revcart_messaging::embedded::{self, Faults};
use revcart_messaging::sqs::{self, SqsBus};
use revcart_persistence::{Database, Durability, Location, Options, Schema, address_of};
use revcart_runtime::{Clock, ConfigError, Environment, Setting};
use shared_events::Service;

/// What carries messages.
pub(crate) const BUS: Setting = Setting {
    name: "REVCART_BUS",
    default: Some("embedded"),
    meaning: "what carries messages: embedded (within one process, in the data folder), or sqs (SNS and SQS, where AWS_REGION, AWS_ENDPOINT_URL and the credentials of AWS say)",
    secret: false,
};

/// What carries messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Embedded,
    Sqs,
}

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Backends {
    pub(crate) env: Environment,
    /// What the environment does not place elsewhere is in here.
    pub(crate) dir: PathBuf,
    pub(crate) carrier: Carrier,
    durability: Durability,
}

impl Backends {
    /// As the environment says.
    ///
    /// # Errors
    /// When [`BUS`] is wrong.
    pub(crate) fn from_env(
        env: Environment,
        dir: PathBuf,
        durability: Durability,
    ) -> Result<Self, ConfigError> {
        let words = [("embedded", Carrier::Embedded), ("sqs", Carrier::Sqs)];
        Ok(Self {
            carrier: env.one_of(&BUS, &words)?,
            env,
            dir,
            durability,
        })
    }

    /// The same with everything in the folder.
    pub(crate) fn is_all_embedded(&self, services: &[Service]) -> bool {
        self.carrier == Carrier::Embedded && services.iter().all(|service| self.in_folder(*service))
    }

    /// Whether any of it is in the folder.
    pub(crate) fn needs_folder(&self, services: &[Service]) -> bool {
        self.carrier == Carrier::Embedded || services.iter().any(|service| self.in_folder(*service))
    }

    /// Whether this service's database is a file in the folder.
    pub(crate) fn in_folder(&self, service: Service) -> bool {
        matches!(self.env.optional_secret(address_of(service)), Ok(None))
    }

    /// Makes the folder, if anything is to be in it.
    pub(crate) fn make_folder(&self, services: &[Service]) -> anyhow::Result<()> {
        if self.needs_folder(services) {
            std::fs::create_dir_all(&self.dir)
                .with_context(|| format!("cannot make the data folder {}", self.dir.display()))?;
        }
        Ok(())
    }

    /// Where the embedded broker keeps its messages.
    pub(crate) fn broker_file(&self) -> PathBuf {
        self.dir.join("broker.db")
    }

    /// Opens the database of a service, to serve on.
    pub(crate) async fn open(&self, service: Service, clock: &Clock) -> anyhow::Result<Database> {
        let options = self.database(service)?;
        let opened = Database::open(&options, clock.clone(), service).await;
        opened.with_context(|| whose(service, &options.location))
    }

    /// Opens the database of a service, to look at.
    pub(crate) async fn inspect(&self, service: Service) -> anyhow::Result<Database> {
        let options = self.database(service)?;
        if let Location::File(file) = &options.location {
            self.check_file(file)?;
        }
        let opened = Database::inspect(&options.location, service).await;
        opened.with_context(|| whose(service, &options.location))
    }

    /// Brings the schema of a service's database up to date.
    pub(crate) async fn migrate<M: Schema>(&self, service: Service) -> anyhow::Result<()> {
        let database = self.open(service, &Clock::system()).await?;
        let migrated = database.migrate::<M>().await;
        database.close().await;
        migrated.with_context(|| format!("the database of {} cannot be migrated", service.name()))
    }

    /// Whether the schema of a service's database is the one that this program needs.
    pub(crate) async fn check_schema<M: Schema>(&self, service: Service) -> anyhow::Result<()> {
        let database = self.inspect(service).await?;
        let checked = database.check_schema::<M>().await;
        database.close().await;
        Ok(checked?)
    }

    /// Opens the bus for a process that runs these services.
    pub(crate) async fn bus(&self, services: &[Service], clock: &Clock) -> anyhow::Result<Bus> {
        match self.carrier {
            Carrier::Embedded => {
                let options = embedded::Options {
                    durability: match self.durability {
                        Durability::Full => embedded::Durability::Full,
                        Durability::Relaxed => embedded::Durability::Relaxed,
                    },
                    faults: Faults::from_env(&self.env)?,
                    ..embedded::Options::file(self.broker_file())
                };
                Ok(Bus::from(EmbeddedBus::open(options, clock.clone()).await?))
            }
            Carrier::Sqs => Ok(Bus::from(self.sqs(services).await?)),
        }
    }

    /// SNS and SQS, for a process that runs these services.
    pub(crate) async fn sqs(&self, services: &[Service]) -> anyhow::Result<SqsBus> {
        let options = sqs::Options::from_env(&self.env, services)?;
        let opened = SqsBus::open(options).await;
        opened.context("REVCART_BUS is sqs, and SNS and SQS cannot be used")
    }

    fn database(&self, service: Service) -> Result<Options, ConfigError> {
        let file = self.dir.join(format!("{}.db", service.short()));
        Options::from_env(&self.env, service, file, self.durability)
    }

    fn check_file(&self, file: &Path) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.dir.is_dir(),
            "there is no data folder {}: start `revcart up` once, or name the folder with --data",
            self.dir.display()
        );
        anyhow::ensure!(
            file.is_file(),
            "{} is no data folder of RevCart, it holds no {}: start `revcart up` once, or name the folder with --data",
            self.dir.display(),
            file.file_name().unwrap_or_default().display()
        );
        Ok(())
    }
}

fn whose(service: Service, location: &Location) -> String {
    match location {
        Location::File(file) => format!("cannot look into {}", file.display()),
        Location::Server(_) => format!("{} cannot be used", address_of(service).name),
    }
}
