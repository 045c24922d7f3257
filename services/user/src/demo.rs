//! The logins that `revcart up` seeds on first start. Their ids are fixed, so that other services' demo data can point to
//! them. Everybody knows their password: where they are present, only loopback may be listened on.

use anyhow::Context;
use revcart_persistence::{Cause, Database, UnitOfWork};
use revcart_runtime::Clock;
use shared_events::{Address, AddressId, Role, Timestamp, UserId};
use uuid::Uuid;

use crate::config::Config;
use crate::domain::{Account, Email, Entry, Password, Status};
use crate::passwords::Passwords;
use crate::store::{self, accounts, addresses};

/// The password of all of them.
pub const PASSWORD: &str = "revcart-demo";
/// `admin@revcart.local`.
pub const ADMIN: UserId =
    UserId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_000000000001));
/// `shopper@revcart.local`, who has a default address.
pub const SHOPPER: UserId =
    UserId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_000000000002));
/// `agent@revcart.local`; delivery-service's demo agent belongs to this login.
pub const AGENT: UserId =
    UserId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_000000000003));
/// The shopper's default address.
pub const SHOPPERS_ADDRESS: AddressId =
    AddressId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_000000000004));

/// Every login: who, the address they sign in with, what they are called, what they may do.
pub const LOGINS: [(UserId, &str, &str, Role); 3] = [
    (ADMIN, "admin@revcart.local", "Demo Admin", Role::Admin),
    (
        SHOPPER,
        "shopper@revcart.local",
        "Demo Shopper",
        Role::Customer,
    ),
    (AGENT, "agent@revcart.local", "Demo Agent", Role::Agent),
];

struct Logins {
    accounts: Vec<(Account, String)>,
}

/// Adds the logins, unless one of them is there already; returns whether it did.
///
/// # Errors
/// What the database or the hashing says.
pub async fn seed(config: &Config, database: &Database, clock: &Clock) -> anyhow::Result<bool> {
    if any(database).await? {
        return Ok(false);
    }
    let passwords = Passwords::new(config.password_cost, config.password_hashers)?;
    let hashes = futures::future::try_join_all(LOGINS.iter().map(|_| async {
        let password = Password::parse(PASSWORD).map_err(anyhow::Error::msg)?;
        anyhow::Ok(passwords.hash(password).await?)
    }))
    .await?;
    let accounts = LOGINS
        .iter()
        .map(|login| account(login, clock.now()))
        .zip(hashes);
    let logins = Logins {
        accounts: accounts
            .map(|(account, hash)| account.map(|it| (it, hash)))
            .collect::<Result<_, _>>()?,
    };
    let added = database
        .write(logins, |unit, logins| Box::pin(insert(unit, logins)))
        .await;
    match added {
        // Another replica has been adding them at the same time.
        Err(_) if any(database).await? => Ok(false),
        added => added
            .map(|()| true)
            .context("the demo logins cannot be added"),
    }
}

/// Whether one of the logins may be used.
///
/// # Errors
/// What the database says.
pub async fn any(database: &Database) -> anyhow::Result<bool> {
    Ok(accounts::count_active(database.read(), &LOGINS.map(|(id, ..)| id)).await? > 0)
}

async fn insert(unit: &mut UnitOfWork, logins: &Logins) -> Result<(), store::Error> {
    for (account, hash) in &logins.accounts {
        accounts::insert(unit.sql(), account, hash).await?;
        unit.publish(account.registered(), &Cause::new("demo"));
    }
    addresses::insert(unit.sql(), SHOPPER, &shoppers_address(), unit.now()).await?;
    Ok(())
}

fn account(
    &(id, email, name, role): &(UserId, &str, &str, Role),
    now: Timestamp,
) -> anyhow::Result<Account> {
    Ok(Account {
        id,
        email: Email::parse(email)?,
        name: name.to_owned(),
        phone: Some("+91 80 5555 0100".to_owned()),
        role,
        status: Status::Active,
        verified: true,
        default_address: (id == SHOPPER).then_some(SHOPPERS_ADDRESS),
        email_bounced_at: None,
        version: 1,
        created_at: now,
    })
}

fn shoppers_address() -> Entry {
    Entry {
        id: SHOPPERS_ADDRESS,
        label: "Home".to_owned(),
        address: Address {
            recipient: "Demo Shopper".to_owned(),
            line1: "12 Residency Road".to_owned(),
            line2: Some("Flat 4".to_owned()),
            city: "Bengaluru".to_owned(),
            state: "Karnataka".to_owned(),
            postal_code: "560025".to_owned(),
            country: "IN".to_owned(),
            phone: "+91 80 5555 0100".to_owned(),
        },
    }
}
