//! The table `product_words`: the words of each product in the catalogue, in a full-text index of whatever database it is.
//!
//! What stands in it is made by [`crate::domain::words`], so that all databases find the same.

use revcart_persistence::batch;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, OnConflict, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait};
use shared_events::ProductId;

use super::Error;
use crate::domain::words::{self, Wanted};

pub(crate) mod entity {
    //! A row of `product_words`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_words")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        /// Of name and sku.
        pub title: String,
        /// Of the description.
        pub body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// The full-text index; on `SQLite` a table of its own.
pub(super) const INDEX: &str = "product_words_found";
/// What a query of [`found`] is called where it is joined.
pub(super) const FOUND: &str = "found";

/// What is said about a product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) name: &'a str,
    pub(crate) sku: &'a str,
    pub(crate) description: &'a str,
}

/// Keeps the words of products, in place of those that were kept before.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    texts: impl IntoIterator<Item = (ProductId, Text<'_>)>,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::ProductId);
    replace.update_columns([Column::Title, Column::Body]);
    let rows: Vec<ActiveModel> = texts.into_iter().map(row).collect();
    Ok(batch::upsert(connection, rows, &replace).await?)
}

/// Forgets the words of a product.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    product: ProductId,
) -> Result<(), Error> {
    Entity::delete_by_id(product.as_uuid())
        .exec(connection)
        .await?;
    Ok(())
}

/// The products that have all words: `product_id`, and `score`, the higher the better, a whole number (what databases score by
/// are fractions, which no cursor brings back exactly).
pub(super) fn found(backend: DbBackend, wanted: &Wanted) -> SelectStatement {
    let mut query = Query::select();
    match backend {
        DbBackend::MySql => {
            let text = wanted.for_mysql();
            let matches = "MATCH (title, body) AGAINST (? IN BOOLEAN MODE)";
            let score = format!(
                "CAST(ROUND((3 * (MATCH (title) AGAINST (? IN BOOLEAN MODE)) + ({matches})) * 100000) AS SIGNED)"
            );
            query
                .column(Column::ProductId)
                .expr_as(Expr::cust_with_values(score, [&text, &text]), "score")
                .from(Entity)
                .and_where(Expr::cust_with_values(matches, [&text]));
        }
        DbBackend::Postgres => {
            let text = wanted.for_postgres();
            let score = "CAST(ts_rank(document, to_tsquery('simple', $1)) * 1000000 AS BIGINT)";
            let matches = "document @@ to_tsquery('simple', $1)";
            query
                .column(Column::ProductId)
                .expr_as(Expr::cust_with_values(score, [&text]), "score")
                .from(Entity)
                .and_where(Expr::cust_with_values(matches, [&text]));
        }
        _ => {
            // Its own score is the lower the better.
            let score =
                "CAST(bm25(product_words_found, 10.0, 1.0) * -1000000 AS INTEGER)".to_owned();
            let same = Expr::col(("product_words", "number")).eq(Expr::col((INDEX, "rowid")));
            query
                .column((Alias::new("product_words"), Column::ProductId.into_iden()))
                .expr_as(Expr::cust(score), "score")
                .from(INDEX)
                .inner_join(Entity, same)
                .and_where(Expr::cust_with_values(
                    "product_words_found MATCH ?",
                    [wanted.for_sqlite()],
                ));
        }
    }
    query
}

fn row((product, text): (ProductId, Text<'_>)) -> ActiveModel {
    // A sku is found as it is written, and without what stands between its parts.
    let whole: String = text
        .sku
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let title = format!("{} {} {whole}", text.name, text.sku);
    ActiveModel {
        product_id: Set(product.as_uuid()),
        title: Set(words::kept(&title)),
        body: Set(words::kept(text.description)),
    }
}
