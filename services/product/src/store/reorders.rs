//! The table `reorder_proposals`: what should be ordered from suppliers, at most one proposal per product.

use std::collections::BTreeMap;

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use shared_events::{ProductId, Timestamp};

use super::Error;
use crate::domain::reorder::Proposal;

pub(crate) mod entity {
    //! A row of `reorder_proposals`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reorder_proposals")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub units: i64,
        pub available: i64,
        pub proposed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Proposes, in place of what was proposed before.
pub(crate) async fn propose(
    connection: &impl ConnectionTrait,
    proposals: &BTreeMap<ProductId, Proposal>,
    now: Timestamp,
) -> Result<(), Error> {
    let mut replace = OnConflict::column(Column::ProductId);
    replace.update_columns([Column::Units, Column::Available, Column::ProposedAt]);
    let rows = proposals.iter().map(|(product, proposal)| ActiveModel {
        product_id: Set(product.as_uuid()),
        units: Set(i64::from(proposal.units)),
        available: Set(i64::from(proposal.available)),
        proposed_at: Set(now.micros()),
    });
    Ok(batch::upsert(connection, rows, &replace).await?)
}

/// What is proposed for a product.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    product: ProductId,
) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id(product.as_uuid())
        .one(connection)
        .await?)
}
