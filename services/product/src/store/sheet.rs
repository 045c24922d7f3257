//! The catalogue line by line, for export, and many products by their skus, for import.

use std::collections::{BTreeMap, BTreeSet};

use revcart_persistence::batch;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select,
};
use shared_events::ProductId;
use uuid::Uuid;

use super::products::entity::{Column, Entity};
use super::{Error, categories::entity as category, listings, products, stock::entity as stock};
use crate::domain::product::Sku;

/// A product of the catalogue as a line of the sheet.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Line {
    pub(crate) id: Uuid,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) category: Option<String>,
    pub(crate) price_minor: i64,
    pub(crate) currency: String,
    pub(crate) on_hand: i64,
    pub(crate) low_at: i64,
}

impl Line {
    /// The price as a decimal.
    pub(crate) fn price(&self) -> Result<String, Error> {
        let price = products::price(self.id, self.price_minor, &self.currency)?;
        Ok(price.amount().to_string())
    }
}

/// Lines in the order of the products' making, from after `after` on.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: Option<ProductId>,
    limit: u64,
) -> Result<Vec<Line>, Error> {
    let lines = page_query(after, limit).into_model::<Line>();
    Ok(lines.all(connection).await?)
}

/// The query of [`page`].
pub(super) fn page_query(after: Option<ProductId>, limit: u64) -> Select<Entity> {
    listings::page_query(None, after, limit)
        .select_only()
        .columns([
            Column::Id,
            Column::Sku,
            Column::Name,
            Column::Description,
            Column::PriceMinor,
            Column::Currency,
        ])
        .columns([stock::Column::OnHand, stock::Column::LowAt])
        .column_as(category::Column::Slug, "category")
}

/// The products with these skus.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Those in the catalogue.
    pub(crate) in_catalogue: BTreeMap<String, ProductId>,
    /// Those that were taken out of it: their skus are not free.
    pub(crate) deleted: BTreeSet<String>,
}

/// What there is of these skus.
pub(crate) async fn known(
    connection: &impl ConnectionTrait,
    skus: &[&Sku],
) -> Result<Known, Error> {
    let skus: Vec<&str> = skus.iter().map(|sku| sku.as_str()).collect();
    let mut known = Known::default();
    for list in batch::padded(&skus) {
        let rows: Vec<(Uuid, String, i64)> = known_query(list).into_tuple().all(connection).await?;
        for (id, sku, deleted_at) in rows {
            if deleted_at == products::IN_CATALOGUE {
                known.in_catalogue.insert(sku, ProductId::from_uuid(id));
            } else {
                known.deleted.insert(sku);
            }
        }
    }
    Ok(known)
}

/// The query of [`known`].
pub(super) fn known_query(skus: Vec<&str>) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Sku, Column::DeletedAt])
        .filter(Column::Sku.is_in(skus))
}
