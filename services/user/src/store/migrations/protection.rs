//! One-time codes, lock-outs and the secret that both are stored with; accounts that their owners close; sessions that can be
//! told apart.

use revcart_persistence::schema::index;
use sea_orm_migration::prelude::*;

use crate::store::{accounts, codes, lockouts, secrets, sessions};

pub(super) struct Protection;

impl MigrationName for Protection {
    fn name(&self) -> &'static str {
        "m0102_protection"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Protection {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [codes_table(), lockouts_table(), secrets_table()] {
            manager.create_table(table).await?;
        }
        for change in columns() {
            manager.alter_table(change).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        // `sessions_of_user` begins with the same column.
        let superseded = Index::drop()
            .name("sessions_by_user")
            .table(sessions::entity::Entity)
            .to_owned();
        manager.drop_index(superseded).await
    }
}

fn codes_table() -> TableCreateStatement {
    use codes::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Id)
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Digest).string_len(64))
        .col(ColumnDef::new(Column::Tries).big_integer().not_null())
        .col(ColumnDef::new(Column::SentAt).big_integer().not_null())
        .col(ColumnDef::new(Column::WindowBegan).big_integer().not_null())
        .col(
            ColumnDef::new(Column::SentInWindow)
                .big_integer()
                .not_null(),
        )
        .col(ColumnDef::new(Column::NewEmail).string_len(254))
        .col(ColumnDef::new(Column::ForgetAt).big_integer().not_null())
        .to_owned()
}

fn lockouts_table() -> TableCreateStatement {
    use lockouts::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Id)
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Failures).big_integer().not_null())
        .col(ColumnDef::new(Column::LockedUntil).big_integer().not_null())
        .col(ColumnDef::new(Column::LastAt).big_integer().not_null())
        .col(ColumnDef::new(Column::ForgetAt).big_integer().not_null())
        .to_owned()
}

fn secrets_table() -> TableCreateStatement {
    use secrets::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Name)
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Value).string_len(255).not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .to_owned()
}

/// One column each: `SQLite` adds no more at a time. (A column of its own beside the status, because `SQLite` cannot change
/// the check on that either.)
fn columns() -> [TableAlterStatement; 3] {
    use accounts::entity::{Column as OfUsers, Entity as Users};
    use sessions::entity::{Column as OfSessions, Entity as Sessions};
    [
        Table::alter()
            .table(Users)
            .add_column(
                ColumnDef::new(OfUsers::Deactivated)
                    .boolean()
                    .not_null()
                    .default(false),
            )
            .to_owned(),
        Table::alter()
            .table(Sessions)
            .add_column(ColumnDef::new(OfSessions::UserAgent).string_len(200))
            .to_owned(),
        Table::alter()
            .table(Sessions)
            .add_column(ColumnDef::new(OfSessions::UsedAt).big_integer())
            .to_owned(),
    ]
}

fn indexes() -> [IndexCreateStatement; 5] {
    use accounts::entity::{Column as OfUsers, Entity as Users};
    use sessions::entity::{Column as OfSessions, Entity as Sessions};
    [
        index("users_by_role", Users, [OfUsers::Role, OfUsers::Id]),
        index(
            "users_by_status",
            Users,
            [OfUsers::Status, OfUsers::Deactivated, OfUsers::Id],
        ),
        index(
            "sessions_of_user",
            Sessions,
            [OfSessions::UserId, OfSessions::Id],
        ),
        index(
            "one_time_codes_by_end",
            codes::entity::Entity,
            [codes::entity::Column::ForgetAt],
        ),
        index(
            "lockouts_by_end",
            lockouts::entity::Entity,
            [lockouts::entity::Column::ForgetAt],
        ),
    ]
}
