//! The schema, forward only and portable (`SQLite`, MySQL, PostgreSQL): ids as UUIDs, money as minor units, times as
//! microseconds UTC, JSON as text.

mod events;
mod figures;
mod people;

use revcart_persistence::documents::Collection;
use revcart_persistence::{Schema, platform_migrations};
use sea_orm_migration::prelude::*;

use super::collections;

/// All migrations of the analytics service's database, oldest first; its collections where it lives in MongoDB.
pub struct Migrator;

impl Schema for Migrator {
    fn documents() -> &'static [Collection] {
        collections::ALL
    }
}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(events::Events));
        migrations.push(Box::new(figures::Figures));
        migrations.push(Box::new(people::People));
        migrations
    }
}
