//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, times as microseconds UTC, words as
//! VARCHAR with a check.

mod accounts;
mod protection;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// All migrations of the user service's database, oldest first.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(accounts::Accounts));
        migrations.push(Box::new(protection::Protection));
        migrations
    }
}
