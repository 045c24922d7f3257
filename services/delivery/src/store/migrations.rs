//! The schema of tables, forward only: ids as UUIDs, times as microseconds UTC, angles as millionths of a degree, JSON as text.
//! What must never be stands in it as constraints. And that of collections, which has the same names.

mod agents;
mod deliveries;
mod dispatch;

use revcart_persistence::documents::Collection;
use revcart_persistence::{Schema, platform_migrations};
use sea_orm_migration::prelude::*;

use crate::store;

/// All migrations of the delivery service's database, oldest first.
pub struct Migrator;

impl Schema for Migrator {
    fn documents() -> &'static [Collection] {
        const ALL: &[Collection] = &[
            store::agents::documents::COLLECTION,
            store::agents::documents::OF_POSITIONS,
            store::locations::documents::COLLECTION,
            store::deliveries::documents::COLLECTION,
            store::searches::documents::COLLECTION,
            store::zones::documents::COLLECTION,
        ];
        ALL
    }
}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(agents::Agents));
        migrations.push(Box::new(deliveries::Deliveries));
        migrations.push(Box::new(dispatch::Dispatch));
        migrations
    }
}
