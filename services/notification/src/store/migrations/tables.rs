//! Who is known, which orders are known, what was said.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::{notices, orders, people};

pub(super) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m0101_people_orders_notices"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(people_table()).await?;
        manager
            .create_index(index(
                "people_by_role",
                people::sql::entity::Entity,
                [people::sql::entity::Column::Role],
            ))
            .await?;
        manager.create_table(orders_table()).await?;
        manager.create_table(notices_table()).await?;
        use notices::sql::entity::{Column, Entity};
        for (name, columns) in [
            ("notices_by_user", &[Column::UserId, Column::Id][..]),
            (
                "notices_unread",
                &[Column::UserId, Column::ReadAt, Column::Id],
            ),
            ("notices_by_order", &[Column::OrderId, Column::Id]),
            ("notices_to_mail", &[Column::MailDueAt]),
        ] {
            manager
                .create_index(index(name, Entity, columns.to_vec()))
                .await?;
        }
        Ok(())
    }
}

fn people_table() -> TableCreateStatement {
    use people::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::UserId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Email).string_len(320).not_null())
        .col(ColumnDef::new(Column::Name).string_len(200).not_null())
        .col(ColumnDef::new(Column::Role).string_len(16))
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .to_owned()
}

fn orders_table() -> TableCreateStatement {
    use orders::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::OrderId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Number).string_len(32).not_null())
        .col(ColumnDef::new(Column::UserId).uuid())
        .col(ColumnDef::new(Column::Email).string_len(320))
        .col(ColumnDef::new(Column::Name).string_len(200).not_null())
        .to_owned()
}

fn notices_table() -> TableCreateStatement {
    use notices::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid())
        .col(ColumnDef::new(Column::OrderId).uuid())
        .col(ColumnDef::new(Column::Template).string_len(40).not_null())
        .col(ColumnDef::new(Column::Title).string_len(1000).not_null())
        .col(ColumnDef::new(Column::Text).text().not_null())
        .col(ColumnDef::new(Column::ReadAt).big_integer())
        .col(ColumnDef::new(Column::MailTo).string_len(320))
        .col(ColumnDef::new(Column::MailStatus).string_len(16).not_null())
        .col(ColumnDef::new(Column::MailAttempts).integer().not_null())
        .col(ColumnDef::new(Column::MailDueAt).big_integer())
        .col(ColumnDef::new(Column::MailError).text())
        .col(ColumnDef::new(Column::MailedAt).big_integer())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .to_owned()
}
