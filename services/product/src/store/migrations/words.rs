//! The words of products in a full-text index: FTS5 of `SQLite`, FULLTEXT of MySQL and `MariaDB`, a `tsvector` of PostgreSQL.
//! It takes the place of the column `search_text`, which was read from end to end.

use revcart_persistence::schema::long_text;
use sea_orm::sea_query::Alias;
use sea_orm::{ColumnTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sea_orm_migration::prelude::*;
use shared_events::ProductId;
use uuid::Uuid;

use crate::store::words::{self, Text};
use crate::store::{Error, products};

pub(super) struct Words;

/// Products whose words are written at a time.
const PAGE: u64 = 256;

const SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE product_words_found USING fts5(title, body, content='product_words', content_rowid='number', \
     tokenize='ascii', prefix='3 4 5')",
    "CREATE TRIGGER product_words_added AFTER INSERT ON product_words BEGIN \
     INSERT INTO product_words_found(rowid, title, body) VALUES (new.number, new.title, new.body); END",
    "CREATE TRIGGER product_words_removed AFTER DELETE ON product_words BEGIN \
     INSERT INTO product_words_found(product_words_found, rowid, title, body) VALUES ('delete', old.number, old.title, old.body); END",
    "CREATE TRIGGER product_words_changed AFTER UPDATE ON product_words BEGIN \
     INSERT INTO product_words_found(product_words_found, rowid, title, body) VALUES ('delete', old.number, old.title, old.body); \
     INSERT INTO product_words_found(rowid, title, body) VALUES (new.number, new.title, new.body); END",
];
/// `InnoDB` makes one such index at a time.
const MYSQL: &[&str] = &[
    "CREATE FULLTEXT INDEX product_words_found ON product_words (title, body)",
    "CREATE FULLTEXT INDEX product_titles_found ON product_words (title)",
];
const POSTGRES: &[&str] = &[
    "ALTER TABLE product_words ADD COLUMN document tsvector GENERATED ALWAYS AS \
     (setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'D')) STORED",
    // Searched far more often than written: no list of entries that wait to be sorted in.
    "CREATE INDEX product_words_found ON product_words USING gin (document) WITH (fastupdate = off)",
];

impl MigrationName for Words {
    fn name(&self) -> &'static str {
        "m0104_words"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Words {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager)).await?;
        let statements = match manager.get_database_backend() {
            DatabaseBackend::MySql => MYSQL,
            DatabaseBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for statement in statements {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        fill(manager.get_connection()).await?;
        let drop = Table::alter()
            .table(products::entity::Entity)
            .drop_column(Alias::new("search_text"))
            .to_owned();
        manager.alter_table(drop).await
    }
}

fn table(manager: &SchemaManager<'_>) -> TableCreateStatement {
    use words::entity::{Column, Entity};
    let mut table = Table::create();
    table.table(Entity);
    let mut product = ColumnDef::new(Column::ProductId);
    product.uuid().not_null();
    if manager.get_database_backend() == DatabaseBackend::Sqlite {
        // FTS5 knows rows by a number that must not change.
        let number = ColumnDef::new("number").integer().primary_key().to_owned();
        table.col(number).col(product.unique_key());
    } else {
        table.col(product.primary_key());
    }
    table
        .col(long_text(Column::Title, manager).not_null())
        .col(long_text(Column::Body, manager).not_null())
        .to_owned()
}

/// Writes the words of what is in the catalogue already.
async fn fill(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    use products::entity::{Column, Entity};
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Uuid, String, String, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Sku, Column::Description])
            .filter(Column::DeletedAt.eq(0))
            .filter(Column::Id.gt(after))
            .order_by_asc(Column::Id)
            .limit(PAGE)
            .into_tuple()
            .all(connection)
            .await?;
        let Some((last, ..)) = page.last() else {
            return Ok(());
        };
        after = *last;
        let texts = page.iter().map(|(id, name, sku, description)| {
            let text = Text {
                name,
                sku,
                description,
            };
            (ProductId::from_uuid(*id), text)
        });
        words::keep(connection, texts).await.map_err(failed)?;
    }
}

fn failed(error: Error) -> DbErr {
    DbErr::Migration(format!("cannot write the words of products: {error}"))
}
