//! The table `products`.

use std::collections::BTreeMap;

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shared_events::ProductId;

use super::Error;
use crate::domain::tally::Label;

pub(in crate::store) mod entity {
    //! A row of `products`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub sku: String,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

pub(super) async fn label(
    connection: &impl ConnectionTrait,
    labels: &[(ProductId, Label)],
) -> Result<(), Error> {
    let rows = labels.iter().map(|(product, label)| ActiveModel {
        product_id: Set(product.as_uuid()),
        sku: Set(label.sku.clone()),
        name: Set(label.name.clone()),
    });
    let replaced = OnConflict::column(Column::ProductId)
        .update_columns([Column::Sku, Column::Name])
        .to_owned();
    Ok(batch::upsert(connection, rows, &replaced).await?)
}

pub(super) async fn labels(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, Label>, Error> {
    let mut labels = BTreeMap::new();
    for list in batch::padded(products) {
        let ids = list.iter().map(ProductId::as_uuid);
        let found = Entity::find().filter(Column::ProductId.is_in(ids));
        labels.extend(found.all(connection).await?.into_iter().map(|row| {
            let label = Label {
                sku: row.sku,
                name: row.name,
            };
            (ProductId::from_uuid(row.product_id), label)
        }));
    }
    Ok(labels)
}
