//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, money as minor units, times as
//! microseconds UTC, JSON as text. The invariants of `saga.md` stand in it as constraints.

mod catalogue;
mod images;
mod low_stock;
mod purchases;
mod reservations;
mod stock;
mod tree;
mod words;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// All migrations of the product service's database, oldest first.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(catalogue::Catalogue));
        migrations.push(Box::new(stock::Stock));
        migrations.push(Box::new(reservations::Reservations));
        migrations.push(Box::new(words::Words));
        migrations.push(Box::new(tree::Tree));
        migrations.push(Box::new(low_stock::LowStock));
        migrations.push(Box::new(purchases::Purchases));
        migrations.push(Box::new(images::Images));
        migrations
    }
}
