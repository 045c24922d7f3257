//! Accounts, their addresses and sessions, and the keys that sign access tokens.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::{accounts, addresses, sessions, signing_keys};

pub(super) struct Accounts;

impl MigrationName for Accounts {
    fn name(&self) -> &'static str {
        "m0101_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Accounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            users_table(),
            addresses_table(),
            sessions_table(),
            signing_keys_table(),
        ] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn users_table() -> TableCreateStatement {
    use accounts::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::Email).string_len(254).not_null())
        .col(ColumnDef::new(Column::Name).string_len(100).not_null())
        .col(ColumnDef::new(Column::Phone).string_len(20))
        .col(ColumnDef::new(Column::Role).string_len(16).not_null())
        .col(ColumnDef::new(Column::Status).string_len(16).not_null())
        .col(ColumnDef::new(Column::Verified).boolean().not_null())
        .col(
            ColumnDef::new(Column::PasswordHash)
                .string_len(255)
                .not_null(),
        )
        .col(ColumnDef::new(Column::DefaultAddressId).uuid())
        .col(ColumnDef::new(Column::EmailBouncedAt).big_integer())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::UpdatedAt).big_integer().not_null())
        .check((
            "users_role_is_a_persons",
            Expr::col(Column::Role).is_in(["customer", "agent", "admin"]),
        ))
        .check((
            "users_status_is_known",
            Expr::col(Column::Status).is_in(["ACTIVE", "SUSPENDED"]),
        ))
        .to_owned()
}

fn addresses_table() -> TableCreateStatement {
    use addresses::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid().not_null())
        .col(ColumnDef::new(Column::Label).string_len(50).not_null())
        .col(ColumnDef::new(Column::Recipient).string_len(100).not_null())
        .col(ColumnDef::new(Column::Line1).string_len(200).not_null())
        .col(ColumnDef::new(Column::Line2).string_len(200))
        .col(ColumnDef::new(Column::City).string_len(100).not_null())
        .col(ColumnDef::new(Column::State).string_len(100).not_null())
        .col(ColumnDef::new(Column::PostalCode).string_len(20).not_null())
        .col(ColumnDef::new(Column::Country).string_len(60).not_null())
        .col(ColumnDef::new(Column::Phone).string_len(20).not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .foreign_key(
            ForeignKey::create()
                .name("addresses_belong_to_user")
                .from(Entity, Column::UserId)
                .to(accounts::entity::Entity, accounts::entity::Column::Id),
        )
        .to_owned()
}

fn sessions_table() -> TableCreateStatement {
    use sessions::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Column::UserId).uuid().not_null())
        .col(ColumnDef::new(Column::Digest).string_len(64).not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::ExpiresAt).big_integer().not_null())
        .col(ColumnDef::new(Column::RevokedAt).big_integer())
        .foreign_key(
            ForeignKey::create()
                .name("sessions_belong_to_user")
                .from(Entity, Column::UserId)
                .to(accounts::entity::Entity, accounts::entity::Column::Id),
        )
        .to_owned()
}

fn signing_keys_table() -> TableCreateStatement {
    use signing_keys::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Kid)
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Pkcs8).text().not_null())
        .col(ColumnDef::new(Column::Number).big_integer().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 5] {
    [
        index(
            "users_by_email",
            accounts::entity::Entity,
            [accounts::entity::Column::Email],
        )
        .unique()
        .to_owned(),
        index(
            "addresses_by_user",
            addresses::entity::Entity,
            [
                addresses::entity::Column::UserId,
                addresses::entity::Column::Id,
            ],
        ),
        index(
            "sessions_by_user",
            sessions::entity::Entity,
            [sessions::entity::Column::UserId],
        ),
        index(
            "sessions_by_expiry",
            sessions::entity::Entity,
            [sessions::entity::Column::ExpiresAt],
        ),
        index(
            "signing_keys_by_number",
            signing_keys::entity::Entity,
            [signing_keys::entity::Column::Number],
        )
        .unique()
        .to_owned(),
    ]
}
