//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, money as minor units, times as
//! microseconds UTC, JSON as text. What must hold of money stands in it as constraints.

mod dummy_ledger;
mod gateways;
mod movements;
mod payments;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// All migrations of the payment service's database, oldest first.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(payments::Payments));
        migrations.push(Box::new(dummy_ledger::DummyLedger));
        migrations.push(Box::new(gateways::Gateways));
        migrations.push(Box::new(movements::Movements));
        migrations
    }
}
