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

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, ConnectionTrait, Database, EntityTrait};

    use super::*;
    use crate::store::carts::entity::Entity as Carts;

    #[tokio::test]
    async fn carts_from_before_there_were_coupons_are_kept_and_grow_old() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let database = Database::connect(options).await.unwrap();
        let before: u32 = (platform_migrations().len() + 1).try_into().unwrap();
        Migrator::up(&database, Some(before)).await.unwrap();
        let cart = "INSERT INTO carts (id, user_id, version, created_at, active_at) VALUES (zeroblob(16), zeroblob(16), 3, 5, 7)";
        database.execute_unprepared(cart).await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        let carts = Carts::find().all(&database).await.unwrap();
        let cart = &carts[0];
        assert_eq!(
            (cart.guest, cart.kept_since, &cart.coupon_code),
            (false, Some(7), &None)
        );
    }
}
