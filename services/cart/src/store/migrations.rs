//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, money as minor units with its
//! currency, times as microseconds UTC.

mod carts;
mod coupons;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// All migrations of the cart service's database, oldest first.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(carts::Carts));
        migrations.push(Box::new(coupons::Coupons));
        migrations
    }
}
