//! The schema, forward only and portable: the platform's tables first, then one file per step.

mod m0001_orders;
mod m0002_coupons_and_taxes;

use revcart_persistence::platform_migrations;
use sea_orm_migration::prelude::*;

/// What `revcart migrate order` applies.
pub struct Migrator;

impl revcart_persistence::Schema for Migrator {}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_migrations();
        all.push(Box::new(m0001_orders::Migration));
        all.push(Box::new(m0002_coupons_and_taxes::Migration));
        all
    }
}
