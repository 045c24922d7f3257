//! The table `known_orders`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shared_events::{OrderId, UserId};
use uuid::Uuid;

use super::Error;
use crate::domain::KnownOrder;

pub(crate) mod entity {
    //! A row of `known_orders`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        pub number: String,
        pub user_id: Option<Uuid>,
        pub email: Option<String>,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    ids: &[OrderId],
) -> Result<Vec<KnownOrder>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(OrderId::as_uuid).collect();
    let mut found = Vec::with_capacity(ids.len());
    for list in batch::padded(&ids) {
        found.extend(
            Entity::find()
                .filter(Column::OrderId.is_in(list))
                .all(connection)
                .await?,
        );
    }
    Ok(found.into_iter().map(KnownOrder::from).collect())
}

pub(super) async fn keep(
    connection: &impl ConnectionTrait,
    orders: &[KnownOrder],
) -> Result<(), Error> {
    let rows = orders.iter().map(|order| ActiveModel {
        order_id: Set(order.order_id.as_uuid()),
        number: Set(order.number.clone()),
        user_id: Set(order.user_id.map(|user| user.as_uuid())),
        email: Set(order.email.clone()),
        name: Set(order.name.clone()),
    });
    let leave = OnConflict::column(Column::OrderId).do_nothing().to_owned();
    Ok(batch::upsert(connection, rows, &leave).await?)
}

impl From<Model> for KnownOrder {
    fn from(row: Model) -> Self {
        Self {
            order_id: OrderId::from_uuid(row.order_id),
            number: row.number,
            user_id: row.user_id.map(UserId::from_uuid),
            email: row.email,
            name: row.name,
        }
    }
}
