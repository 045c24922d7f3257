//! Migrations: the tables that every service has, what their statements are made with, and the check that a schema fits the
//! program.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::prelude::*;
use shared_events::Service;

use crate::Error;
use crate::documents::Collection;
use crate::idempotency::sql as idempotency;
use crate::inbox::sql as inbox;
use crate::outbox::sql as outbox;

/// Everything that a service keeps: its tables and, if it can live in MongoDB, its collections.
pub trait Schema: MigratorTrait {
    /// The collections of its own, with their indexes.
    #[must_use]
    fn documents() -> &'static [Collection] {
        &[]
    }
}

/// The tables of the platform; every service's migrations begin with these.
#[must_use]
pub fn platform_migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(PlatformTables)]
}

/// An index on columns of a table, in this order.
pub fn index<C: IntoIden>(
    name: &str,
    table: impl IntoTableRef,
    columns: impl IntoIterator<Item = C>,
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(column.into_iden());
    }
    index
}

/// Keeps rows in the tree of their primary key where the database leaves the choice: one tree to write instead of two. Not
/// for large rows: `SQLite` puts what does not fit into a quarter of a page into pages of its own.
#[must_use]
pub fn in_key_order(
    manager: &SchemaManager<'_>,
    mut table: TableCreateStatement,
) -> TableCreateStatement {
    if manager.get_database_backend() == sea_orm::DatabaseBackend::Sqlite {
        table.extra("WITHOUT ROWID");
    }
    table
}

/// Text of any length that a message or a document may have. (MySQL's `text` ends at 64 KiB.)
pub fn long_text(column: impl IntoIden, manager: &SchemaManager<'_>) -> ColumnDef {
    let mut column = ColumnDef::new(column);
    if manager.get_database_backend() == sea_orm::DatabaseBackend::MySql {
        column.custom("longtext");
    } else {
        column.text();
    }
    column
}

/// Applies what is missing. Text is compared byte by byte on every database: MySQL's own default takes `A` and `a` for equal.
pub(crate) async fn migrate<M: MigratorTrait>(
    connection: &DatabaseConnection,
) -> Result<(), Error> {
    if connection.get_database_backend() == sea_orm::DatabaseBackend::MySql {
        connection
            .execute_unprepared("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
            .await?;
    }
    Ok(M::up(connection, None).await?)
}

/// Compares what has been applied with what `M` knows.
pub(crate) async fn check<M: MigratorTrait>(
    connection: &DatabaseConnection,
    service: Service,
) -> Result<(), Error> {
    let refused = |found: String| Error::Schema {
        service: service.short(),
        found,
    };
    let pending = M::get_pending_migrations_read_only(connection)
        .await
        .map_err(|error| refused(error.to_string()))?;
    match pending.first() {
        None => Ok(()),
        Some(first) => Err(refused(format!(
            "{} migrations missing, from {} on",
            pending.len(),
            first.name()
        ))),
    }
}

struct PlatformTables;

impl MigrationName for PlatformTables {
    fn name(&self) -> &'static str {
        "m0001_platform_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PlatformTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(outbox_table(manager)).await?;
        let by_lease = index(
            "outbox_by_lease",
            outbox::entity::Entity,
            [outbox::entity::Column::LeasedUntil],
        );
        manager.create_index(by_lease).await?;
        manager
            .create_table(in_key_order(manager, inbox_table(manager)))
            .await?;
        manager.create_table(idempotency_table(manager)).await?;
        let by_age = index(
            "idempotency_keys_by_age",
            idempotency::entity::Entity,
            [idempotency::entity::Column::CreatedAt],
        );
        manager.create_index(by_age).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "migrations only go forward; restore a backup instead".to_owned(),
        ))
    }
}

fn outbox_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use outbox::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Id).uuid().not_null().primary_key())
        .col(
            ColumnDef::new(Column::Destination)
                .string_len(80)
                .not_null(),
        )
        .col(long_text(Column::Body, manager).not_null())
        .col(ColumnDef::new(Column::Attributes).text().not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Column::LeasedUntil).big_integer().not_null())
        .col(ColumnDef::new(Column::Attempts).integer().not_null())
        .col(ColumnDef::new(Column::ParkedAt).big_integer())
        .col(ColumnDef::new(Column::LastError).text())
        .to_owned()
}

fn inbox_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use inbox::entity::{Column, Entity};
    let mut table = Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::MessageId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::HandledAt).big_integer().not_null())
        .to_owned();
    if manager.get_database_backend() == sea_orm::DatabaseBackend::MySql {
        table.col(ColumnDef::new(inbox::CLAIMED_BY).uuid().not_null());
    }
    table
}

fn idempotency_table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use idempotency::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Scope).string_len(200).not_null())
        .col(ColumnDef::new(Column::Key).string_len(255).not_null())
        .col(
            ColumnDef::new(Column::Fingerprint)
                .string_len(64)
                .not_null(),
        )
        .col(ColumnDef::new(Column::Status).integer().not_null())
        .col(long_text(Column::Body, manager).not_null())
        .col(ColumnDef::new(Column::CreatedAt).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("idempotency_keys_once")
                .col(Column::Scope)
                .col(Column::Key),
        )
        .to_owned()
}
