//! The settings that say where each service's data lives.

use std::path::PathBuf;

use revcart_runtime::Environment;
use revcart_runtime::config::{ConfigError, Setting};
use shared_events::Service;

use crate::{Durability, Location, Options};

const CONNECTIONS: Setting = Setting {
    name: "REVCART_DATABASE_CONNECTIONS",
    default: Some("10"),
    meaning: "the most connections for reading that a service opens to a database server",
    secret: false,
};
const WRITERS: Setting = Setting {
    name: "REVCART_DATABASE_WRITERS",
    default: Some("4"),
    meaning: "transactions that a service runs at a time on a database server, each on a connection of its own",
    secret: false,
};

const fn sql_address(name: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        meaning: "address of the service's database: mysql://user:password@host:port/schema or postgres://…; TLS by ?ssl-mode=VERIFY_IDENTITY&ssl-ca=FILE (sslmode=verify-full&sslrootcert=FILE); unset: a file in the data folder",
        secret: true,
    }
}

const fn document_address(name: &'static str) -> Setting {
    Setting {
        meaning: "address of the service's database: mongodb://user:password@host:port/database?replicaSet=…&tls=true; unset: a file in the data folder",
        ..sql_address(name)
    }
}

/// Everything that this crate reads.
pub const SETTINGS: &[Setting] = &[
    CONNECTIONS,
    WRITERS,
    sql_address("REVCART_USER_DATABASE_URL"),
    sql_address("REVCART_PRODUCT_DATABASE_URL"),
    sql_address("REVCART_CART_DATABASE_URL"),
    sql_address("REVCART_ORDER_DATABASE_URL"),
    sql_address("REVCART_PAYMENT_DATABASE_URL"),
    document_address("REVCART_NOTIFICATION_DATABASE_URL"),
    document_address("REVCART_DELIVERY_DATABASE_URL"),
    document_address("REVCART_ANALYTICS_DATABASE_URL"),
];

/// The setting that says where this service's data lives.
#[must_use]
pub fn address_of(service: Service) -> &'static Setting {
    let name = format!(
        "REVCART_{}_DATABASE_URL",
        service.short().to_ascii_uppercase()
    );
    SETTINGS
        .iter()
        .find(|setting| setting.name == name)
        .expect("each service has one")
}

impl Options {
    /// What the environment says of this service's database; `file` if it says nothing.
    ///
    /// # Errors
    /// The setting that is wrong.
    pub fn from_env(
        env: &Environment,
        service: Service,
        file: PathBuf,
        durability: Durability,
    ) -> Result<Self, ConfigError> {
        let address = env.optional_secret(address_of(service))?;
        let embedded = Self::file(file);
        Ok(match address {
            None => Self {
                durability,
                ..embedded
            },
            Some(address) => Self {
                location: Location::Server(address),
                durability,
                readers: env.within(&CONNECTIONS, 1..=1000)?,
                writers: env.within(&WRITERS, 1..=200)?,
            },
        })
    }
}
