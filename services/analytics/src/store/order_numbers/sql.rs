//! The table `order_numbers`.

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use shared_events::OrderId;

use super::Error;

pub(in crate::store) mod entity {
    //! A row of `order_numbers`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_numbers")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub order_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

pub(super) async fn note(
    connection: &impl ConnectionTrait,
    numbers: &[(String, OrderId)],
) -> Result<(), Error> {
    let rows = numbers.iter().map(|(number, order)| ActiveModel {
        number: Set(number.clone()),
        order_id: Set(order.as_uuid()),
    });
    let replaced = OnConflict::column(Column::Number)
        .update_column(Column::OrderId)
        .to_owned();
    Ok(batch::upsert(connection, rows, &replaced).await?)
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<OrderId>, Error> {
    let row = Entity::find_by_id(number.to_owned())
        .one(connection)
        .await?;
    Ok(row.map(|row| OrderId::from_uuid(row.order_id)))
}
