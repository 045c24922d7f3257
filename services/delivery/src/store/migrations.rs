//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, times as microseconds UTC, angles as
//! millionths of a degree, JSON as text. What must never be stands in it as constraints.

mod agents;
mod deliveries;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// All migrations of the delivery service's database, oldest first.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(agents::Agents));
        migrations.push(Box::new(deliveries::Deliveries));
        migrations
    }
}
