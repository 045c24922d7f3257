//! What gateways outside know of charges and refunds, and what they have told of.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm_migration::prelude::*;

use crate::store::{gateway_charges, gateway_refusals, webhook_events};

pub(super) struct Gateways;

impl MigrationName for Gateways {
    fn name(&self) -> &'static str {
        "m0103_gateways"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Gateways {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [charges(), refusals(), events()] {
            manager.create_table(in_key_order(manager, table)).await?;
        }
        let by_reference = index(
            "gateway_charges_by_reference",
            gateway_charges::entity::Entity,
            [
                gateway_charges::entity::Column::Gateway,
                gateway_charges::entity::Column::Reference,
            ],
        );
        manager.create_index(by_reference).await?;
        let by_age = index(
            "webhook_events_by_age",
            webhook_events::entity::Entity,
            [webhook_events::entity::Column::ReceivedAt],
        );
        manager.create_index(by_age).await
    }
}

fn charges() -> TableCreateStatement {
    use gateway_charges::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(text(Column::Key, 120).not_null().primary_key())
        .col(text(Column::Gateway, 16).not_null())
        .col(text(Column::Reference, 120))
        .col(text(Column::ClientSecret, 255))
        .col(text(Column::PaidBy, 120))
        .col(text(Column::State, 16).not_null())
        .col(ColumnDef::new(Column::WithToken).boolean().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .to_owned()
}

fn refusals() -> TableCreateStatement {
    use gateway_refusals::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(text(Column::Key, 120).not_null().primary_key())
        .col(text(Column::Reason, 255).not_null())
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .to_owned()
}

fn events() -> TableCreateStatement {
    use webhook_events::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(text(Column::Id, 160).not_null().primary_key())
        .col(text(Column::Kind, 80).not_null())
        .col(ColumnDef::new(Column::ReceivedAt).big_integer().not_null())
        .to_owned()
}

fn text(column: impl IntoIden, length: u32) -> ColumnDef {
    ColumnDef::new(column).string_len(length).to_owned()
}
