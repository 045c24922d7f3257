//! More ways than mail: text and push messages, letters in HTML, what people want, and keys of the service's own.

use revcart_persistence::schema::long_text;
use sea_orm_migration::prelude::*;

use crate::store::{keys, notices, people, preferences};

pub(super) struct Channels;

impl MigrationName for Channels {
    fn name(&self) -> &'static str {
        "m0102_channels_preferences_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Channels {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use notices::sql::entity::{Column, Entity};
        for mut column in [
            ColumnDef::new(Column::Channel).string_len(16).to_owned(),
            ColumnDef::new(Column::RecipientId).uuid().to_owned(),
            long_text(Column::Html, manager),
        ] {
            let table = Table::alter().table(Entity).add_column(&mut column).take();
            manager.alter_table(table).await?;
        }
        let mut phone = ColumnDef::new(people::sql::entity::Column::Phone);
        phone.string_len(64);
        let table = Table::alter()
            .table(people::sql::entity::Entity)
            .add_column(&mut phone)
            .take();
        manager.alter_table(table).await?;
        manager.create_table(preferences_table()).await?;
        manager.create_table(keys_table()).await
    }
}

fn preferences_table() -> TableCreateStatement {
    use preferences::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::UserId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Choices).text().not_null())
        .col(ColumnDef::new(Column::ChangedAt).big_integer().not_null())
        .to_owned()
}

fn keys_table() -> TableCreateStatement {
    use keys::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Name)
                .string_len(40)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Value).string_len(200).not_null())
        .to_owned()
}
